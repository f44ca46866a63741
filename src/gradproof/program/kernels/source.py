"""The source of a program of loops: imports, the functions it brings along, the function."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping

from gradproof.program.backends.numpy import NUMPY
from gradproof.program.backends.syntax import heading, indented
from gradproof.program.kernels.layouts import turned
from gradproof.program.kernels.module import Loops, loops
from gradproof.program.kernels.numba_dialect import NUMBA
from gradproof.program.kernels.reading import Writer
from gradproof.program.kernels.runtime import HEADER, HEADER_NAMES, RUNTIME, runtime_text
from gradproof.program.kernels.serial import serial_lines
from gradproof.program.kernels.sharing import shared
from gradproof.program.kernels.stages import groups
from gradproof.program.kernels.threaded import threaded
from gradproof.program.kernels.values import Kernel, kernel
from gradproof.program.naming import distinct, identifier, suggested
from gradproof.program.plan import Plan
from gradproof.program.sizes import size_statements, unique_dimensions
from gradproof.program.source import documentation, names_of
from gradproof.program.task import Task

NOMINAL = 100
WORTH_THREADS = 250_000  # operations of a pass: some three times what it costs to use threads
FREE_SUMS = 'FREE_SUMS = {"contract", "reassoc", "nsz", "arcp"}  # sums may be reordered'
DECORATOR = '@njit(cache=True, nogil=True, error_model="numpy", fastmath=FREE_SUMS)'
OWN_NAMES = frozenset(
    {"rows", "first", "block", "start", "stop", "part", "parts", "range", "min", "max", "sum"}
)


def write(task: Task) -> str:
    """The source of a task as loops that numba compiles, for the sizes of the task.

    Programs that are much work at these sizes are written for several threads.
    """
    sizes = defaultdict(lambda: NOMINAL, task.sizes or {})
    found = loops(kernel(task.plan()), sizes, layout=turned)
    writer = _writer(task, found)
    if task.sizes and any(group.threads for group in groups(found, WORTH_THREADS)):
        parts = threaded(found, writer, identifier(task.name), DECORATOR, WORTH_THREADS)
        own = [*parts.functions, _function(task, writer, parts.lines, "")]
    else:
        own = [_function(task, writer, serial_lines(found, writer), DECORATOR)]
    return _file(task, writer, own)


def _writer(task: Task, found: Loops) -> Writer:
    """The names for everything in the program."""
    variables = distinct(task.parameters(), reserved())
    taken = {*reserved(), *variables.values()}
    dimensions = unique_dimensions(task.declarations, taken)
    taken |= set(dimensions.values())
    names = value_names(found.kernel, variables, taken)
    over = shared(found.kernel, found.stores, found.trees)
    for place, source in reversed(over.items()):
        names[source] = names[place]
    like = _like(task, variables)
    writer = Writer(found.kernel, found.stores, names, dimensions, taken, NUMBA, like=like)
    writer.cleared = _cleared(found, names)
    return writer


def _cleared(found: Loops, names: Mapping[int, str]) -> frozenset[int]:
    """Scatters with arrays of their own: the system has zeros that cost nothing until touched."""
    holders = Counter(names[place] for place in found.stores)
    computations = found.kernel.computations
    return frozenset(
        place
        for place in found.stores
        if computations[place].form == "scatter" and holders[names[place]] == 1
    )


def _function(task: Task, writer: Writer, statements: list[str], decorator: str) -> str:
    """The function that is called."""
    text = "\n".join(statements)
    arguments = task.parameters()
    variables = distinct(arguments, reserved())
    used = {name for name, own in writer.sizes.items() if re.search(rf"\b{own}\b", text)}
    sizes = size_statements(NUMPY.syntax, used, arguments, variables, writer.sizes)
    results = ", ".join(writer.names[place] for _, place in writer.kernel.outputs)
    said = documentation(task.outputs, arguments, variables, task.formulas)
    lines = ['"""' + said[0], *said[1:], '"""', *sizes, *statements, f"return {results}"]
    head = heading(f"def {identifier(task.name)}", list(variables.values()), ":")
    return "\n".join([*([decorator] if decorator else []), *head, *indented(lines)])


def _file(task: Task, writer: Writer, own: list[str]) -> str:
    """The functions with all that they bring along."""
    text = "\n".join(own)
    if "objmode(" in text:
        own = [part.replace("nogil=True, ", "") for part in own]
    mentioned = sorted(set(re.findall(r"\w+", text)) & RUNTIME.keys())
    brought = [NUMPY.functions[name].text for name in sorted(writer.brought)]
    below = "\n\n\n".join(filter(None, [runtime_text(mentioned), *brought, *own]))
    title = f'"""{names_of(task.outputs)}, in loops for numba; written by gradproof."""'
    return f"{title}\n\n{_imports(below)}\n\n{FREE_SUMS}\n\n\n{below}\n"


def _imports(text: str) -> str:
    """The lines of the header, with the names that the text uses."""
    words = set(re.findall(r"\w+", text))
    lines = []
    for line in HEADER.splitlines():
        start, _, names = line.rpartition("import ")
        used = [name for name in names.split(", ") if name.split(" as ")[-1] in words]
        if used or not names:
            lines.append(f"{start}import {', '.join(used)}" if names else line)
    return "\n".join(lines).strip()


def reserved() -> frozenset[str]:
    """Names that programs cannot give to values of their own."""
    return OWN_NAMES | RUNTIME.keys() | HEADER_NAMES


def _like(task: Task, variables: Mapping[str, str]) -> str:
    """An argument whose type of number new arrays have: one with axes, no index."""
    for name, declaration in task.parameters().items():
        if declaration.axes and declaration.kind != "index":
            return variables[name]
    return ""


def value_names(known: Kernel, variables: Mapping[str, str], taken: set[str]) -> dict[int, str]:
    """A name for every value: of arguments and outputs their own, of others what they are."""
    names: dict[int, str] = {}
    for place, computation in known.computations.items():
        if computation.operation == "argument":
            names[place] = variables[str(computation.parameters[0])]
    for name, place in known.outputs:
        names.setdefault(place, _free(name, taken))
    for place in known.computations:
        if place not in names:
            names[place] = _free(_suggestion(known.plan, place), taken)
    return names


def _suggestion(plan: Plan, place: int) -> str:
    own = suggested(plan, plan.steps[place]) if place < len(plan.steps) else ""
    return own if own.isidentifier() else "t"


def _free(name: str, taken: set[str]) -> str:
    own, count = (name if name != "t" else "t0"), 0
    while own in taken:
        count += 1
        own = f"{name}{count}"
    taken.add(own)
    return own
