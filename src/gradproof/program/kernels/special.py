"""Steps whose entries depend on where they are: identities, one-hots, diagonals, scatters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from gradproof.core.dimension import ONE
from gradproof.program.kernels.lettering import Lettering, aligned, distinct, read
from gradproof.program.kernels.letters import Letter, Letters, Read
from gradproof.program.plan import Step

Lettered = tuple[tuple[Letter | None, ...], Letters, tuple[Read, ...]]
Rule = Callable[[Lettering, Step], Lettered]  # index of the value, letters summed over, operands


def _fresh(lettering: Lettering, step: Step) -> tuple[Letter | None, ...]:
    return tuple(None if axis == ONE else lettering.alphabet.fresh(axis) for axis in step.axes)


def _square(lettering: Lettering, step: Step) -> Lettered:
    """eye(n) and diag(v) as functions of row and column."""
    index = distinct(lettering, _fresh(lettering, step))
    return index, (), tuple(aligned(lettering, operand, index[:1]) for operand in step.operands)


def _one_hot(lettering: Lettering, step: Step) -> Lettered:
    (entries,) = step.operands
    last = _fresh(lettering, step)[-1]
    index = distinct(lettering, (*lettering.index[entries], last))
    return index, (), (aligned(lettering, entries, index[:-1]),)


def _add_at(lettering: Lettering, step: Step) -> Lettered:
    base, entries, value = step.operands
    index = distinct(lettering, lettering.index[base])
    return (
        index,
        (),
        (
            aligned(lettering, base, index),
            aligned(lettering, entries, index[:-1]),
            aligned(lettering, value, index[:-1]),
        ),
    )


def _scatter_add(lettering: Lettering, step: Step) -> Lettered:
    """out[index[n], …] += values[n, …], over all n."""
    values, entries = step.operands
    places = lettering.index[entries]
    own = lettering.index[values] or (None,) * len(places)
    walked = tuple(one if two is None else two for one, two in zip(own, places, strict=False))
    index = distinct(lettering, (*walked, *own[len(places) :]))
    rows = lettering.alphabet.fresh(step.axes[0])
    at = tuple(
        letter if mine is not None else None for letter, mine in zip(index, own, strict=True)
    )
    reads = (
        read(lettering, values, at if lettering.index[values] else ()),
        aligned(lettering, entries, index[: len(places)]),
    )
    over = tuple(letter for letter in index[: len(places)] if letter is not None)
    return (rows, *index[len(places) :]), over, reads


def _block_diagonal(lettering: Lettering, step: Step) -> Lettered:
    """values where axes with the same number agree."""
    pattern, own = step.parameters
    assert isinstance(pattern, tuple)
    assert isinstance(own, tuple)
    index = distinct(lettering, _fresh(lettering, step))
    return index, (), (_on_pattern(lettering, step.operands[0], pattern, own, index),)


def _add_diagonal(lettering: Lettering, step: Step) -> Lettered:
    base, values = step.operands
    pattern, own = step.parameters[:2]
    assert isinstance(pattern, tuple)
    assert isinstance(own, tuple)
    index = distinct(lettering, lettering.index[base])
    return (
        index,
        (),
        (
            aligned(lettering, base, index),
            _on_pattern(lettering, values, pattern, own, index),
        ),
    )


def _on_pattern(
    lettering: Lettering,
    values: int,
    pattern: tuple[object, ...],
    own: tuple[object, ...],
    index: tuple[Letter | None, ...],
) -> Read:
    """The values at the first axis with each number of the pattern."""
    where = tuple(
        None if axis is None else index[pattern.index(number)]
        for number, axis in zip(own, lettering.index[values], strict=True)
    )
    return read(lettering, values, where)


SPECIAL: Mapping[str, Rule] = MappingProxyType(
    {
        "eye": _square,
        "diagonal_matrix": _square,
        "one_hot": _one_hot,
        "add_at": _add_at,
        "scatter_add": _scatter_add,
        "block_diagonal": _block_diagonal,
        "add_diagonal": _add_diagonal,
    }
)
