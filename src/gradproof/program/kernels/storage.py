"""Where each value lives: in a scalar of the innermost loop, in a row, in a block, in an array.

A value that is made and used up in the same round of some loops needs no axis for them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gradproof.program.kernels.letters import Letter, Letters
from gradproof.program.kernels.nests import Compute, Finish, Loop, Node, Start, Whole
from gradproof.program.kernels.passes import Schedule
from gradproof.program.kernels.values import Kernel

Path = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Store:
    """The letters that a value has axes for, in the order of its layout.

    block: whether the first of them counts the rows of one block only.
    early: whether it is needed in the loops that make it, though it has an array.
    """

    letters: Letters
    block: bool = False
    stage: int = 0
    early: bool = False


def stores(kernel: Kernel, plan: Schedule, trees: Sequence[Sequence[Node]]) -> Mapping[int, Store]:
    """The store of every value that is not worked out where it is read."""
    made: dict[int, tuple[int, Path]] = {}
    reads: dict[int, list[tuple[int, Path]]] = defaultdict(list)
    letters: dict[int, Letter] = {}
    for stage, tree in enumerate(trees):
        for node, path in _walk(tree, (), letters):
            if isinstance(node, Start):
                made[node.place] = (stage, path)
            if isinstance(node, Start | Finish):
                continue
            computation = kernel.computations[node.place]
            if plan.stages[stage].rows and plan.row in computation.over:
                made[node.place] = (stage, ())
            made.setdefault(node.place, (stage, path))
            for read in kernel.reads(computation):
                reads[read.place].append((stage, path))
    outputs = {place for _, place in kernel.outputs}
    found: dict[int, Store] = {}
    for place, where in made.items():
        found[place] = _store(kernel, plan, place, where, reads[place], letters, place in outputs)
    return found


def _walk(
    nodes: Sequence[Node], path: Path, letters: dict[int, Letter]
) -> Iterator[tuple[Start | Finish | Compute | Whole, Path]]:
    """The leaves of the loop trees, each with the loops around it."""
    for node in nodes:
        if isinstance(node, Loop):
            letters[id(node)] = node.letter
            yield from _walk(node.body, (*path, id(node)), letters)
        else:
            yield node, path


def _store(
    kernel: Kernel,
    plan: Schedule,
    place: int,
    where: tuple[int, Path],
    reads: Sequence[tuple[int, Path]],
    letters: Mapping[int, Letter],
    is_output: bool,
) -> Store:
    computation = kernel.computations[place]
    stage, path = where
    own = computation.letters
    row = plan.row if plan.stages[stage].rows else None
    local = all(reader == stage for reader, _ in reads)
    early = bool(path) and any(
        reader == stage and read[: len(path)] == path for reader, read in reads
    )
    if is_output or not local:
        layout = own if is_output else _in_layout(kernel, place, own, row)
        return Store(layout, False, stage, early)
    shared = path
    for _, read in reads:
        shared = _common(shared, read)
    inside = {letters[loop] for loop in shared}
    left = _in_layout(kernel, place, tuple(x for x in own if x not in inside), row)
    return Store(left, row is not None and row in left, stage, early)


def _in_layout(kernel: Kernel, place: int, own: Letters, row: Letter | None) -> Letters:
    """Letters of batches first, then the rows, then the others as they come."""
    first = [*kernel.leading.get(place, ()), *([] if row is None else [row])]
    return tuple(dict.fromkeys([*(x for x in first if x in own), *own]))


def _common(one: Path, other: Path) -> Path:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return one[:count]
