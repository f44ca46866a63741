"""What a program does, line by line: operations, bytes moved, and how near it is to the bound."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from gradproof.core.declaration import Declaration
from gradproof.core.errors import DataError
from gradproof.expression.arguments import check_axes, fitted
from gradproof.program.arrays import number_type
from gradproof.program.cost import VIEWS, Shape, entries, operations, shapes
from gradproof.program.naming import suggested
from gradproof.program.plan import Plan, Step

INFIX = MappingProxyType({"matmul": " @ ", "multiply": " * ", "divide": " / ", "power": " ** "})


@dataclass(frozen=True, slots=True)
class Line:
    """One step of a plan.

    name: of its result.  text: what it computes.  shape: of the result.
    operations: on numbers.  read, written: in bytes.
    """

    name: str
    text: str
    shape: Shape
    operations: int
    read: int
    written: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """A program as the steps of its plan, and what they cost together at given sizes.

    bound: the bytes that have to be moved at least: every input read and every output written
    once.  temporary: the line whose result is the largest that is no output, if there is one.
    """

    name: str
    backend: str
    sizes: Mapping[str, int]
    lines: tuple[Line, ...]
    bound: int
    temporary: Line | None

    @property
    def operations(self) -> int:
        """The operations of all steps."""
        return sum(line.operations for line in self.lines)

    @property
    def moved(self) -> int:
        """The bytes read and written by all steps, each as a pass of its own."""
        return sum(line.read + line.written for line in self.lines)

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON data."""
        return {
            "name": self.name,
            "backend": self.backend,
            "sizes": dict(self.sizes),
            "lines": [asdict(line) for line in self.lines],
            "operations": self.operations,
            "bytes": self.moved,
            "bound": self.bound,
            "largest_temporary": self.temporary.written if self.temporary else 0,
        }

    def __str__(self) -> str:
        sizes = ", ".join(f"{name} = {size}" for name, size in self.sizes.items())
        rows = [
            ("", "computes", "shape", "operations", "bytes"),
            *(
                (
                    line.name,
                    line.text,
                    "×".join(map(str, line.shape)) or "scalar",
                    _counted(line.operations),
                    _counted(line.read + line.written),
                )
                for line in self.lines
            ),
            ("total", "", "", _counted(self.operations), _counted(self.moved)),
            ("bound", "each input and output once", "", "", _counted(self.bound)),
        ]
        largest = (
            f"{self.temporary.name}, {_counted(self.temporary.written)} bytes"
            if self.temporary
            else "none"
        )
        title = f"{self.name} for {self.backend}" + (f" at {sizes}" if sizes else "")
        return "\n".join([title, "", *_table(rows), "", f"largest temporary: {largest}"])


def sizes_given(
    declarations: Mapping[str, Declaration], given: Mapping[str, Any]
) -> tuple[dict[str, int], int]:
    """The sizes of the dimensions, from numbers for them and from arrays, and bytes of a number.

    Raises DataError for a name that is neither, and for dimensions that stay open.
    """
    dimensions = sorted(
        {name for own in declarations.values() for axis in own.axes for name in axis.names()}
    )
    arrays = {
        name: value
        for name, value in given.items()
        if name in declarations and not (name in dimensions and isinstance(value, int))
    }
    unknown = [name for name in given if name not in arrays and name not in dimensions]
    hint = f"Give sizes, {', '.join(f'{name}=…' for name in dimensions)}, or the arrays."
    if unknown:
        raise DataError(f"{unknown[0]} is no size and no argument", hint=hint)
    values = {name: np.shape(array) for name, array in arrays.items()}
    for name, shape in values.items():
        check_axes(declarations[name], shape)
    sizes = fitted([declarations[name] for name in values], list(values.values()))
    sizes |= {name: _whole(name, size) for name, size in given.items() if name not in arrays}
    missing = [name for name in dimensions if name not in sizes]
    if missing:
        raise DataError(f"the size of {', '.join(missing)} is missing", hint=hint)
    types = {number_type(array) for array in arrays.values() if hasattr(array, "dtype")}
    single = "float32" in types and "float64" not in types
    return {name: sizes[name] for name in dimensions}, 4 if single else 8


def _whole(name: str, size: object) -> int:
    if isinstance(size, bool) or not isinstance(size, int) or size < 0:
        raise DataError(f"the size of {name} is a whole number, not {size!r}")
    return size


def explanation(
    name: str, backend: str, plan: Plan, sizes: Mapping[str, int], itemsize: int = 8
) -> Explanation:
    """The costs of a plan at given sizes.

    itemsize: the bytes of a number.
    """
    known, outputs = shapes(plan, sizes), {place: name for name, place in plan.outputs}
    needed = plan.needed()
    names = _names(plan, outputs)
    size_of = {place: entries(known[place]) * itemsize for place in needed}
    lines = {
        place: Line(
            names[place],
            _text(plan, plan.steps[place], names),
            known[place],
            operations(plan, place, known),
            sum(size_of[source] for source in _sources(plan, place)),
            size_of[place],
        )
        for place in needed
        if plan.steps[place].operation not in VIEWS
    }
    inputs = sum(size_of[place] for place in needed if plan.steps[place].operation == "argument")
    written = sum(size_of[place] for _, place in plan.outputs)
    own = [line for place, line in lines.items() if place not in outputs and line.shape]
    return Explanation(
        name,
        backend,
        sizes,
        tuple(lines.values()),
        inputs + written,
        max(own, key=lambda line: line.written, default=None),
    )


def _sources(plan: Plan, place: int) -> set[int]:
    """The steps whose entries a step reads, behind views of them."""
    return {_behind(plan, operand) for operand in plan.steps[place].operands}


def _behind(plan: Plan, place: int) -> int:
    while plan.steps[place].operation in ("rearrange", "diagonal"):
        place = plan.steps[place].operands[0]
    return place


def _names(plan: Plan, outputs: Mapping[int, str]) -> dict[int, str]:
    """A name for every step, a view being written as what it views."""
    names: dict[int, str] = {}
    taken = set(outputs.values())
    for place in plan.needed():
        step = plan.steps[place]
        if step.operation in VIEWS:
            names[place] = _text(plan, step, names)
        elif place in outputs:
            names[place] = outputs[place]
        else:
            names[place] = _fresh(suggested(plan, step), taken)
        taken.add(names[place])
    return names


def _fresh(wished: str, taken: set[str]) -> str:
    if wished and wished not in taken:
        return wished
    count = 0
    while (name := f"t{count}") in taken:
        count += 1
    return name


def _text(plan: Plan, step: Step, names: Mapping[int, str]) -> str:
    """What a step computes, in the names of its operands."""
    operands = [names[operand] for operand in step.operands]
    match step.operation:
        case "argument" | "number" | "size":
            return str(step.parameters[0])
        case "pi":
            return "π"
        case "rearrange":
            return _rearranged(step, operands[0])
        case "add":
            return _signed(step.parameters, operands)
        case "negative":
            return f"-{operands[0]}"
        case "einsum":
            return f"einsum({', '.join([str(step.parameters[0]), *operands])})"
        case operation if operation in INFIX:
            return INFIX[operation].join(operands)
        case operation:
            return f"{operation}({', '.join(operands)})"


def _rearranged(step: Step, operand: str) -> str:
    order = tuple(place for place in step.parameters if place is not None)
    if order == (1, 0):
        return f"{operand}.T"
    return operand if order == tuple(range(len(order))) else f"transpose({operand})"


def _signed(signs: Iterable[object], operands: list[str]) -> str:
    text = "".join(
        f" {'+' if sign == 1 else '-'} {operand}"
        for sign, operand in zip(signs, operands, strict=True)
    )
    return text.removeprefix(" + ").strip()


def _counted(number: int) -> str:
    """1234567 as 1 234 567."""
    return f"{number:,}".replace(",", " ")


def _table(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """The rows in columns, the last two set right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if place >= len(row) - 2 else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
