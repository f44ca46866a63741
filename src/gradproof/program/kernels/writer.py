"""The statements of loop nests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from gradproof.program.kernels.letters import Computation
from gradproof.program.kernels.nests import Compute, Finish, Loop, Node, Start, Whole
from gradproof.program.kernels.reading import (
    Writer,
    array,
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
            head = f"for {counter(writer, letter)} in range({extent(writer, letter)}):"
            writer.opened.append(letter)
            inner = statements(writer, body)
            writer.opened.pop()
            return [head, *(f"{INDENT}{line}" for line in inner)]
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


def neutral(computation: Computation) -> str:
    """What a sum or a maximum of nothing is."""
    return "-np.inf" if computation.form == "max" else "0.0"


def _start(writer: Writer, place: int) -> list[str]:
    """The accumulator at its neutral value: a scalar, where all axes of the sum are walked."""
    computation = writer.kernel.computations[place]
    letters = writer.stores[place].letters
    if not letters:
        return [f"{writer.names[place]} = {neutral(computation)}"]
    if set(letters) <= set(writer.opened):
        name = entry_name(writer, computation)
        writer.entries[place] = name
        return [f"{name} = {neutral(computation)}"]
    indices = [counter(writer, x) if x in writer.opened else ":" for x in letters]
    name = array(writer, place, letters[0])
    return [f"{name}[{', '.join(indices)}] = {neutral(computation)}"]


def _finish(writer: Writer, place: int) -> list[str]:
    if place not in writer.entries:
        return []
    computation = writer.kernel.computations[place]
    return [f"{target(writer, computation)} = {writer.entries[place]}"]


def _compute(writer: Writer, computation: Computation) -> list[str]:
    value = value_text(writer, computation).text
    place = computation.place
    kept = writer.entries.get(place) or target(writer, computation)
    if computation.form == "max":
        return [f"{kept} = larger({kept}, {value})"]
    if computation.form != "map":
        return [f"{kept} += {value}"]
    if not (writer.stores[place].letters and writer.stores[place].early):
        return [f"{kept} = {value}"]
    name = entry_name(writer, computation)
    writer.entries[place] = name
    return [f"{name} = {value}", f"{kept} = {name}"]
