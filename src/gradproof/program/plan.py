"""A program as single assignments: numbered steps, each an operation on earlier steps.

A plan knows nothing of a target language.  Most operations are those that any array library
has (`multiply` with broadcasting, `matmul`, `einsum`, `solve`, `sum` over axes, …), and
equal steps are one step: what two outputs share is worked out once.  Those that need a word:

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
from typing import NamedTuple

from gradproof.core.declaration import Declaration, closure
from gradproof.core.dimension import Dimension

Axes = tuple[Dimension, ...]


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


@dataclass(slots=True)
class Builder:
    """The steps so far, and the letters that name their axes while products are put together."""

    declarations: Mapping[str, Declaration]
    steps: list[Step] = field(default_factory=list)
    places: dict[Step, int] = field(default_factory=dict)
    sums: dict[frozenset[tuple[int, int]], int] = field(default_factory=dict)
    extents: list[Dimension] = field(default_factory=list)

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
        return tuple(self.letter(axis) for axis in axes)

    def axes(self, letters: tuple[int, ...]) -> Axes:
        """The sizes that the letters run over."""
        return tuple(self.extents[letter] for letter in letters)

    def number(self, value: Fraction | int) -> int:
        """The step that is this number."""
        return self.add("number", (), (Fraction(value),))

    def symmetric(self, place: int) -> bool:
        """Whether the step is surely a symmetric matrix.

        Gram products X'X, X'SX, sums and multiples of symmetric matrices and their inverses
        are; what is not recognised counts as not symmetric.
        """
        step = self.steps[place]
        match step.operation:
            case "argument":
                facts = self.declarations[str(step.parameters[0])].facts
                return len(step.axes) == 2 and "symmetric" in closure(facts)
            case "eye" | "diagonal_matrix":
                return True
            case "inverse" | "matrix_power" | "sqrtm":
                return self.symmetric(step.operands[0])
            case "add" | "multiply" | "divide" | "negative":
                return len(step.axes) == 2 and all(
                    self._symmetric_or_scalar(operand) for operand in step.operands
                )
            case "matmul":
                return len(step.axes) == 2 and self._congruence(*step.operands)
        return False

    def _symmetric_or_scalar(self, place: int) -> bool:
        return not self.steps[place].axes or self.symmetric(place)

    def _congruence(self, left: int, right: int) -> bool:
        """Whether left·right is B'B, B'(SB) or B'(v∘B) for some B and symmetric S."""
        inner = self.steps[right]
        if inner.operation == "matmul" and self.symmetric(inner.operands[0]):
            right = inner.operands[1]
        if inner.operation == "multiply" and self._is_column_scale(inner.operands[0]):
            right = inner.operands[1]
        return self.transposes(left, right)

    def _is_column_scale(self, place: int) -> bool:
        step = self.steps[place]
        return not step.axes or (step.operation == "rearrange" and step.parameters == (0, None))

    def transposes(self, left: int, right: int) -> bool:
        """Whether one of two steps is the transpose of the other by construction."""
        return any(
            self.steps[one].operation == "rearrange"
            and self.steps[one].parameters == (1, 0)
            and self.steps[one].operands == (other,)
            for one, other in ((left, right), (right, left))
        )


def reusing_inverses(plan: Plan) -> Plan:
    """The same plan with A⁻¹B as a product wherever A⁻¹ itself has to be worked out anyway."""
    needed = {plan.steps[place]: place for place in plan.needed()}
    steps = list(plan.steps)
    for place, step in enumerate(plan.steps):
        if step.operation != "solve":
            continue
        system = step.operands[0]
        inverse = needed.get(Step("inverse", (system,), (), plan.steps[system].axes))
        if inverse is not None and inverse < place:
            steps[place] = Step("matmul", (inverse, step.operands[1]), (), step.axes)
    return Plan(tuple(steps), plan.outputs)
