"""The text of a C program: what it includes and brings along, and the function with its comment."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap

from gradproof.core.declaration import Declaration
from gradproof.core.dimension import Dimension
from gradproof.program.backends.syntax import INDENT, LONGEST_LINE, indented
from gradproof.program.kernels.c.dialect import C
from gradproof.program.kernels.c.functions import functions_text, mentioned
from gradproof.program.kernels.c.memory import copied, memory, set_to_nan
from gradproof.program.kernels.c.names import RESERVED, c_name, distinct_names
from gradproof.program.kernels.nests import Node, nest
from gradproof.program.kernels.passes import Schedule, Stage, is_done
from gradproof.program.kernels.reading import Writer
from gradproof.program.kernels.sharing import shared
from gradproof.program.kernels.storage import stores
from gradproof.program.kernels.values import Kernel, kernel
from gradproof.program.kernels.writer import statements
from gradproof.program.naming import suggested
from gradproof.program.source import documentation, names_of
from gradproof.program.task import Task

HEADERS = "#include <math.h>\n#include <stddef.h>\n#include <stdlib.h>"
CONVENTIONS = "Arrays lie row by row, and no result overlaps another array."
FAILURES = {
    r"cholesky_factor\(|regular_factor\(|inverse\(|solve\(": (
        "a matrix is singular or not positive definite"
    ),
    r"calloc\(": "there is no memory",
}


def write(task: Task) -> str:
    """The source of a task as one C file."""
    known = kernel(task.plan())
    plain = Stage(False, tuple(c.place for c in known.computations.values() if is_done(known, c)))
    tree = tuple(nest(known, plain.places))
    arguments = distinct_names(task.parameters(), RESERVED)
    results = distinct_names(task.outputs, {*RESERVED, *arguments.values()})
    writer = _writer(task, known, plain, tree, arguments, results)
    body = _body(writer, tree, results)
    said = documentation(task.outputs, task.parameters(), arguments, task.formulas)
    function = [
        *_comment([*said, "", *_conventions("\n".join(body))]),
        *_head(task, writer, arguments, results, body),
        "{",
        *(line for text in body for line in _wrapped(text)),
        "}",
    ]
    text = "\n".join(function)
    title = f"/* {names_of(task.outputs)}, in C99; written by gradproof. */"
    brought = functions_text(mentioned("\n".join(body)))
    return "\n\n".join(filter(None, [title, HEADERS, brought, text])) + "\n"


def _writer(
    task: Task,
    known: Kernel,
    stage: Stage,
    tree: Sequence[Node],
    arguments: Mapping[str, str],
    results: Mapping[str, str],
) -> Writer:
    """The names for everything in the program."""
    taken = {*RESERVED, *arguments.values(), *results.values()}
    dimensions = distinct_names(_dimensions(task, known), taken)
    taken |= set(dimensions.values())
    kept = stores(known, Schedule(None, (stage,)), (tree,))
    names = _value_names(known, arguments, results, taken)
    for place, source in reversed(shared(known, kept, (tree,)).items()):
        names[source] = names[place]
    given = frozenset(place for place, name in names.items() if name.startswith("*"))
    return Writer(known, kept, names, dimensions, taken, C, given=given)


def _dimensions(task: Task, known: Kernel) -> Iterator[str]:
    """The names of sizes, those of the arguments first."""
    declared = task.parameters().values()
    axes = [axis for own in declared for axis in own.axes]
    axes += known.alphabet.extents
    steps = known.plan.steps
    axes += [own for step in steps for own in step.parameters if isinstance(own, Dimension)]
    yield from dict.fromkeys(name for axis in axes for name in axis.names())


def _value_names(
    known: Kernel, arguments: Mapping[str, str], results: Mapping[str, str], taken: set[str]
) -> dict[int, str]:
    """A name for every value: *value for a number that is only a result."""
    computations = known.computations
    read = {found.place for own in computations.values() for found in known.reads(own)}
    names = {
        place: arguments[str(own.parameters[0])]
        for place, own in computations.items()
        if own.operation == "argument"
    }
    for name, place in known.outputs:
        own = computations[place]
        if own.letters:
            names.setdefault(place, results[name])
        elif place not in read and own.form in ("map", "call"):
            names.setdefault(place, f"*{results[name]}")
    steps = known.plan.steps
    for place in computations:
        if place not in names:
            own_name = suggested(known.plan, steps[place]) if place < len(steps) else ""
            names[place] = _free(c_name(own_name) if own_name else "t", taken)
    return names


def _free(name: str, taken: set[str]) -> str:
    own, count = name, 0
    while own in taken or own == "t":
        own, count = f"{name}{count}", count + 1
    taken.add(own)
    return own


def _body(writer: Writer, tree: Sequence[Node], results: Mapping[str, str]) -> list[str]:
    """The statements of the function."""
    lines = statements(writer, tree)
    for name, place in writer.kernel.outputs:
        own = writer.names[place]
        if own.lstrip("*") != results[name]:
            lines += copied(writer, place, results[name])
    room = memory(writer, {*results.values()})
    if room:
        failed = [
            line
            for name, place in writer.kernel.outputs
            for line in set_to_nan(writer, place, results[name])
        ]
        lines = [
            *room,
            "if (memory == NULL) {",
            *indented([*failed, "return;"]),
            "}",
            *lines,
            "free(memory);",
        ]
    return indented(lines)


def _head(
    task: Task,
    writer: Writer,
    arguments: Mapping[str, str],
    results: Mapping[str, str],
    body: list[str],
) -> list[str]:
    """The name of the function and its parameters; of those that nothing uses, a word to say so."""
    declared = task.parameters()
    words = set(re.findall(r"\w+", "\n".join(body)))
    own = dict.fromkeys(
        name for found in declared.values() for axis in found.axes for name in axis.names()
    )
    sizes = [text for name, text in writer.sizes.items() if name in own or text in words]
    parameters = [
        *(_parameter(found, arguments[name]) for name, found in declared.items()),
        *(f"ptrdiff_t {name}" for name in sizes),
        *(f"double *restrict {name}" for name in results.values()),
    ]
    unused = [name for name in [*arguments.values(), *sizes] if name not in words]
    body[:0] = indented([f"(void){name};" for name in unused])
    return list(_parameters(f"void {c_name(task.name)}(", parameters))


def _parameter(declaration: Declaration, name: str) -> str:
    kind = "ptrdiff_t" if declaration.kind == "index" else "double"
    return f"const {kind} *restrict {name}" if declaration.axes else f"{kind} {name}"


def _parameters(start: str, parameters: Sequence[str]) -> Iterator[str]:
    whole = f"{start}{', '.join(parameters)})"
    if len(whole) <= LONGEST_LINE:
        yield whole
        return
    yield start
    joined = ", ".join(parameter.replace(" ", "\u00a0") for parameter in parameters)
    listed = wrap(f"{joined})", LONGEST_LINE - len(INDENT), break_long_words=False)
    yield from (f"{INDENT}{line}".replace("\u00a0", " ") for line in listed)


def _conventions(body: str) -> list[str]:
    """How arrays lie, and when the results are no numbers."""
    causes = [cause for pattern, cause in FAILURES.items() if re.search(pattern, body)]
    failing = f"  The results are NAN where {', or '.join(causes)}." if causes else ""
    return wrap(f"{CONVENTIONS}{failing}", LONGEST_LINE - 2 * len(INDENT))


def _comment(lines: Sequence[str]) -> list[str]:
    first, *rest = (line.replace("*/", "* /").replace("/*", "/ *") for line in lines)
    return [f"/* {first}", *(f"   {line}".rstrip() for line in rest[:-1]), f"   {rest[-1]} */"]


def _wrapped(line: str) -> list[str]:
    """A line, or several where one is too long."""
    if len(line) <= LONGEST_LINE:
        return [line]
    start = line[: len(line) - len(line.lstrip())]
    return wrap(
        line.strip(),
        LONGEST_LINE,
        initial_indent=start,
        subsequent_indent=f"{start}{INDENT}{INDENT}",
        break_long_words=False,
        break_on_hyphens=False,
    )
