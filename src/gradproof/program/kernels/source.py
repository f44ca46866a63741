"""The source of a program of loops: imports, the functions it brings along, the function."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from math import prod

from gradproof.program.backends.numpy import NUMPY
from gradproof.program.backends.syntax import heading, indented
from gradproof.program.kernels.module import Loops, loops
from gradproof.program.kernels.reading import Writer
from gradproof.program.kernels.runtime import HEADER, HEADER_NAMES, RUNTIME, runtime_text
from gradproof.program.kernels.serial import serial_lines
from gradproof.program.kernels.threaded import threaded
from gradproof.program.kernels.values import Kernel, kernel
from gradproof.program.naming import distinct, identifier, suggested
from gradproof.program.plan import Plan
from gradproof.program.sizes import size_statements, unique_dimensions
from gradproof.program.source import documentation, names_of
from gradproof.program.task import Task

NOMINAL = 100
WORTH_THREADS = 2_000_000  # operations: a tenth of a millisecond, five times a thread's start
FREE_SUMS = 'FREE_SUMS = {"contract", "reassoc", "nsz", "arcp"}  # sums may be reordered'
DECORATOR = '@njit(cache=True, nogil=True, error_model="numpy", fastmath=FREE_SUMS)'
OWN_NAMES = frozenset(
    {"rows", "first", "block", "start", "stop", "part", "parts", "range", "min", "max", "sum"}
)


def write(task: Task) -> str:
    """The source of a task as loops that numba compiles, for the sizes of the task."""
    known = kernel(task.plan())
    found = loops(known, defaultdict(lambda: NOMINAL, task.sizes or {}))
    arguments = task.parameters()
    variables = distinct(arguments, reserved())
    taken = {*reserved(), *variables.values()}
    dimensions = unique_dimensions(task.declarations, taken)
    taken |= set(dimensions.values())
    names = value_names(known, variables, taken)
    writer = Writer(known, found.stores, names, dimensions, taken, like=_like(task, variables))
    functions: list[str] = []
    if task.sizes and work(found) > WORTH_THREADS:
        functions, statements = threaded(found, writer, identifier(task.name), DECORATOR)
    else:
        statements = serial_lines(found, writer)
    text = "\n".join(statements)
    used = {name for name, own in dimensions.items() if re.search(rf"\b{own}\b", text)}
    sizes = size_statements(NUMPY.syntax, used, arguments, variables, dimensions)
    results = ", ".join(writer.names[place] for _, place in known.outputs)
    said = documentation(task.outputs, arguments, variables, task.formulas)
    lines = ['"""' + said[0], *said[1:], '"""', *sizes, *statements, f"return {results}"]
    function = "\n".join(
        [
            *([] if functions else [DECORATOR]),
            *heading(f"def {identifier(task.name)}", list(variables.values()), ":"),
            *indented(lines),
        ]
    )
    own = [*functions, function]
    mentioned = set(re.findall(r"\b[a-zA-Z_0-9]+\b", "\n".join(own)))
    title = f'"""{names_of(task.outputs)}, in loops for numba; written by gradproof."""'
    brought = runtime_text(sorted(mentioned & RUNTIME.keys()))
    parts = [f"{title}\n\n{HEADER}\n{FREE_SUMS}", brought, *own]
    return "\n\n\n".join(part for part in parts if part) + "\n"


def reserved() -> frozenset[str]:
    """Names that programs cannot give to values of their own."""
    return OWN_NAMES | RUNTIME.keys() | HEADER_NAMES


def work(found: Loops) -> int:
    """Operations in the passes over the rows, roughly: points of all that is walked."""
    extents = found.kernel.alphabet.extents
    return sum(
        prod(extents[x].size(found.sizes) for x in found.kernel.computations[place].space)
        for stage in found.schedule.stages
        if stage.rows
        for place in stage.places
    )


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
