"""A program as single assignments: numbered steps, each an operation on earlier steps.

A plan knows nothing of a target language.  Most operations are those that any array library
has (`multiply` with broadcasting, `matmul`, `einsum`, `solve`, `sum` over axes, …), and
equal steps are one step: what two outputs share is worked out once.  `operations.py` lists them
all, with samples.  Those that need a word:

    one_hot(index)                 axes (*index, V): 1 where the last axis equals the index
    take(base, *indices; axis)     the entries of base along an axis at places that arrays name
    take_along(base, index; k)     out[n…, m…, r…] = base[n…, index[n…, m…], r…]: the first k axes
                                   of both go together
    scatter_add(values, index)     out[v, r…] = Σ of values[n…, r…] over the n… where index[n…] = v;
                                   an axis n of length one, or values a scalar: the same for all n
    add_at(base, index, value; s)  base, and at each [n…, index[n…]] also s·value[n…]; after s may
                                   stand "own": nothing else needs base, which may be overwritten
    gram(X; axis)                  X′X for axis 0, XX′ for axis 1
    weighted_gram(X, w; axis)      X′ diag(w) X for axis 0, X diag(w) X′ for axis 1
    weighted_grams(X, W)           out[k…] = X′ diag(W[:, k…]) X
    tensordot(A, B; a, b)          summed over the axes a of A with the axes b of B
    block_diagonal(values; p, q)   zeros but where axes with the same number in p agree, and there
                                   values, whose axes are the numbers q (or of length one)
    add_diagonal(base, values; p, q, s)   base, and there also s·values; "own" as for add_at
    cholesky(A), lu(A)             a factorisation, whatever a target likes; only these read it:
    cholesky_solve(F, B)           A⁻¹B
    cholesky_inverse(F), cholesky_logdet(F)
    lu_solve(F, B), lu_solve_transposed(F, B)      A⁻¹B, A⁻′B
    lu_inverse(F), lu_det(F), lu_logdet(F)         the last is log|det A|
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import prod
from types import MappingProxyType
from typing import NamedTuple

from gradproof.core.declaration import Declaration
from gradproof.core.dimension import Dimension

Axes = tuple[Dimension, ...]
NOMINAL = 100
NO_SIZES: Mapping[str, int] = MappingProxyType({})


class Step(NamedTuple):
    """operation(operands; parameters), an array with the given axes (a scalar has none)."""

    operation: str
    operands: tuple[int, ...] = ()
    parameters: tuple[Hashable, ...] = ()
    axes: Axes = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps in an order in which they can be worked out, and which are the outputs."""

    steps: tuple[Step, ...]
    outputs: tuple[tuple[str, int], ...]

    def needed(self) -> tuple[int, ...]:
        """The steps on which an output depends, in order."""
        wanted = {step for _, step in self.outputs}
        for place in range(len(self.steps) - 1, -1, -1):
            if place in wanted:
                wanted.update(self.steps[place].operands)
        return tuple(sorted(wanted))

    def ordered(self) -> Plan:
        """The needed steps only, each output's before the next one's, operands from the left."""
        places: dict[int, int] = {}
        pending = [place for _, place in reversed(self.outputs)]
        while pending:
            missing = [own for own in self.steps[pending[-1]].operands if own not in places]
            if missing and pending[-1] not in places:
                pending.extend(reversed(missing))
                continue
            places.setdefault(pending.pop(), len(places))
        steps = tuple(
            self.steps[place]._replace(
                operands=tuple(places[own] for own in self.steps[place].operands)
            )
            for place in places
        )
        return Plan(steps, tuple((name, places[place]) for name, place in self.outputs))


@dataclass(slots=True)
class Builder:
    """The steps so far, and the letters that name their axes while products are put together.

    sizes: how long the named dimensions are when costs are compared; one that is not here
    counts as NOMINAL.
    """

    declarations: Mapping[str, Declaration]
    sizes: Mapping[str, int] = field(default_factory=lambda: NO_SIZES)
    steps: list[Step] = field(default_factory=list)
    places: dict[Step, int] = field(default_factory=dict)
    sums: dict[Hashable, tuple[int, tuple[int, ...]]] = field(default_factory=dict)
    products: dict[Hashable, list[tuple[int, tuple[int, ...]]]] = field(default_factory=dict)
    lowered: dict[Hashable, object] = field(default_factory=dict)
    filled: dict[int, tuple[object, tuple[Axes | None, ...]]] = field(default_factory=dict)
    properties: dict[tuple[str, int], bool] = field(default_factory=dict)
    extents: list[Dimension] = field(default_factory=list)
    entries: dict[Dimension, int] = field(default_factory=dict)

    def add(
        self,
        operation: str,
        operands: tuple[int, ...] = (),
        parameters: tuple[Hashable, ...] = (),
        axes: Axes = (),
    ) -> int:
        """The place of this step, new or already there."""
        step = Step(operation, operands, parameters, axes)
        place = self.places.setdefault(step, len(self.steps))
        if place == len(self.steps):
            self.steps.append(step)
        return place

    def letter(self, extent: Dimension) -> int:
        """A letter of its own for an axis of this size."""
        self.extents.append(extent)
        return len(self.extents) - 1

    def letters(self, axes: Axes) -> tuple[int, ...]:
        """A letter for each axis."""
        return tuple([self.letter(axis) for axis in axes])

    def axes(self, letters: tuple[int, ...]) -> Axes:
        """The sizes that the letters run over."""
        return tuple([self.extents[letter] for letter in letters])

    def length(self, letter: int) -> int:
        """How many entries the letter runs over when costs are compared."""
        extent = self.extents[letter]
        found = self.entries.get(extent)
        if found is None:
            found = self.entries[extent] = nominal_size(extent, self.sizes)
        return found

    def number(self, value: Fraction | int) -> int:
        """The step that is this number."""
        return self.add("number", (), (Fraction(value),))


def nominal_size(extent: Dimension, sizes: Mapping[str, int] = NO_SIZES) -> int:
    """The number of entries along an axis, a name without a size counting NOMINAL."""
    return sum(
        count * prod([sizes.get(name, NOMINAL) for name in names]) for names, count in extent.terms
    )
