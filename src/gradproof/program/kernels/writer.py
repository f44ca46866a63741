"""The statements of loop nests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from gradproof.program.kernels.letters import Computation
from gradproof.program.kernels.nests import Compute, Finish, Loop, Node, Start, Whole
from gradproof.program.kernels.reading import (
    Writer,
    counter,
    entry_name,
    extent,
    target,
    value_text,
)
from gradproof.program.kernels.wholes import whole

INDENT = "    "


def statements(writer: Writer, nodes: Sequence[Node]) -> list[str]:
    """The lines of some loop nests."""
    lines: list[str] = []
    before = dict(writer.entries)
    for node in nodes:
        lines += _statement(writer, node)
    writer.entries = before
    return lines


def _statement(writer: Writer, node: Node) -> list[str]:
    match node:
        case Loop(letter, body):
            head = writer.dialect.loop(counter(writer, letter), extent(writer, letter))
            writer.opened.append(letter)
            inner = statements(writer, body)
            writer.opened.pop()
            return [head, *(f"{INDENT}{line}" for line in inner), *writer.dialect.end]
        case Start(place):
            return _start(writer, place)
        case Finish(place):
            return _finish(writer, place)
        case Compute(place):
            return _compute(writer, writer.kernel.computations[place])
        case Whole(place):
            return whole(writer, writer.kernel.computations[place])
        case _:
            assert_never(node)


def neutral(writer: Writer, computation: Computation) -> str:
    """What a sum or a maximum of nothing is."""
    return writer.dialect.lowest if computation.form == "max" else "0.0"


def _start(writer: Writer, place: int) -> list[str]:
    """The accumulator at its neutral value: a scalar, where all axes of the sum are walked."""
    computation = writer.kernel.computations[place]
    value = neutral(writer, computation)
    letters = writer.stores[place].letters
    if not letters:
        return [_new(writer, writer.dialect.variable, writer.names[place], value)]
    if set(letters) <= set(writer.opened):
        name = entry_name(writer, computation)
        writer.entries[place] = name
        return [_new(writer, writer.dialect.variable, name, value)]
    return writer.dialect.fill(writer, place, letters, value)


def _new(writer: Writer, kind: str, name: str, value: str) -> str:
    """A scalar with its first value."""
    return writer.dialect.statement(f"{kind}{name} = {value}")


def _finish(writer: Writer, place: int) -> list[str]:
    if place not in writer.entries:
        return []
    computation = writer.kernel.computations[place]
    return [writer.dialect.statement(f"{target(writer, computation)} = {writer.entries[place]}")]


def _compute(writer: Writer, computation: Computation) -> list[str]:
    value = value_text(writer, computation).text
    place = computation.place
    dialect = writer.dialect
    kept = writer.entries.get(place) or target(writer, computation)
    if computation.form == "max":
        return [dialect.statement(f"{kept} = larger({kept}, {value})")]
    if computation.form != "map":
        return [dialect.statement(f"{kept} += {value}")]
    store = writer.stores[place]
    if not store.letters and place not in writer.given:
        return [_new(writer, dialect.constant, kept, value)]
    if not (store.letters and store.early):
        return [dialect.statement(f"{kept} = {value}")]
    name = entry_name(writer, computation)
    writer.entries[place] = name
    return [_new(writer, dialect.constant, name, value), dialect.statement(f"{kept} = {name}")]
