"""Arrays with lettered axes brought into the layout that an operation wants.

Nothing is moved until it must be: X′ is X with its letters swapped, and becomes a
`rearrange` step only where an operation needs the axes in an order.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from gradproof.core.dimension import ONE
from gradproof.program.plan import Builder, Step
from gradproof.program.product import Factor, Letters
from gradproof.program.properties import symmetric


def arranged(builder: Builder, factor: Factor, target: Letters, *, full: bool = False) -> int:
    """The step with its axes in the order of `target`, a length-one axis where it has none.

    Leading axes of length one are left out, as broadcasting supplies them, unless `full`.
    """
    places = tuple(
        factor.letters.index(letter) if letter in factor.letters else None for letter in target
    )
    while places and places[0] is None and not full:
        places, target = places[1:], target[1:]
    if places == tuple(range(len(factor.letters))):
        return factor.step
    if places == (1, 0) and symmetric(builder, factor.step):
        return factor.step
    step = builder.steps[factor.step]
    if step.operation == "einsum" and None not in places:
        return _permuted_einsum(builder, step, places)
    if places == (1, 0):
        turned = _transposed(builder, factor.step, target)
        if turned is not None:
            return turned
    own = step.axes
    axes = tuple(ONE if place is None else own[place] for place in places)
    return builder.add("rearrange", (factor.step,), places, axes)


def _permuted_einsum(builder: Builder, step: Step, places: tuple[int | None, ...]) -> int:
    """The einsum whose result has its axes in another order."""
    inputs, _, output = str(step.parameters[0]).partition("->")
    kept = [place for place in places if place is not None]
    spec = f"{inputs}->{''.join(output[place] for place in kept)}"
    axes = tuple(step.axes[place] for place in kept)
    return builder.add("einsum", step.operands, (spec,), axes)


def _transposed(builder: Builder, place: int, target: Letters) -> int | None:
    """The transpose of a step without a transposition of the whole, where there is one."""
    step = builder.steps[place]
    if step.operation in ("multiply", "divide"):
        return _transposed_multiple(builder, step, target)
    if step.operation == "matmul" and place == len(builder.steps) - 1:
        return _transposed_product(builder, place, step)
    return None


def _transposed_product(builder: Builder, place: int, step: Step) -> int | None:
    """(AB′)′ = BA′ and (A′B)′ = B′A, for a product that nothing has used yet."""
    turned = [turned_matrix(builder, operand) for operand in reversed(step.operands)]
    if all(builder.steps[operand].operation == "rearrange" for operand in turned):
        return None
    instead = builder.add("matmul", tuple(turned), (), step.axes[::-1])
    for found in builder.products.values():
        found[:] = [
            (instead, labels[::-1]) if known == place else (known, labels)
            for known, labels in found
        ]
    return instead


def turned_matrix(builder: Builder, place: int) -> int:
    """A′; of a transpose, the matrix itself."""
    step = builder.steps[place]
    if symmetric(builder, place):
        return place
    if step.operation == "rearrange" and step.parameters == (1, 0):
        return step.operands[0]
    return builder.add("rearrange", (place,), (1, 0), step.axes[::-1])


def _transposed_multiple(builder: Builder, step: Step, target: Letters) -> int | None:
    """(cA)′ = cA′ and (A/c)′ = A′/c, for a scalar c."""
    scalar, matrix = step.operands if step.operation == "multiply" else step.operands[::-1]
    if builder.steps[scalar].axes or len(builder.steps[matrix].axes) != 2:
        return None
    turned = arranged(builder, Factor(matrix, target[::-1]), target)
    operands = (scalar, turned) if step.operation == "multiply" else (turned, scalar)
    return builder.add(step.operation, operands, (), builder.axes(target))


def reduced(builder: Builder, factor: Factor, wanted: frozenset[int]) -> Factor:
    """The factor with equal letters merged (a diagonal) and unwanted letters summed away."""
    if len(factor.letters) > 2 and len(set(factor.letters)) < len(factor.letters):
        kept = tuple(letter for letter in dict.fromkeys(factor.letters) if letter in wanted)
        return Factor(einsum(builder, (factor,), kept), kept)
    factor = _merged(builder, factor)
    gone = tuple(place for place, letter in enumerate(factor.letters) if letter not in wanted)
    if not gone:
        return factor
    step = builder.steps[factor.step]
    kept = tuple(letter for letter in factor.letters if letter in wanted)
    if step.operation == "diagonal":
        return Factor(builder.add("trace", step.operands))
    return Factor(builder.add("sum", (factor.step,), gone, builder.axes(kept)), kept)


def _merged(builder: Builder, factor: Factor) -> Factor:
    letters = tuple(dict.fromkeys(factor.letters))
    if letters == factor.letters:
        return factor
    return Factor(builder.add("diagonal", (factor.step,), (), builder.axes(letters)), letters)


def einsum(builder: Builder, factors: tuple[Factor, ...], result: Letters) -> int:
    """The contraction of the factors to the letters of `result`, as one einsum."""
    order = dict.fromkeys(letter for factor in factors for letter in factor.letters)
    names = {letter: chr(ord("a") + place) for place, letter in enumerate(order)}
    inputs = ",".join("".join(names[letter] for letter in factor.letters) for factor in factors)
    output = "".join(names[letter] for letter in result)
    steps = tuple(factor.step for factor in factors)
    return builder.add("einsum", steps, (f"{inputs}->{output}",), builder.axes(result))


def quotient(
    builder: Builder, value: Fraction, numerators: tuple[int, ...], denominators: tuple[int, ...]
) -> int:
    """value · Π numerators / Π denominators, of scalars: 2/N, a/(2N), a/2."""
    above: list[int] = list(numerators)
    below: list[int] = list(denominators)
    if value.denominator != 1:
        below.insert(0, builder.number(value.denominator))
    if value.numerator != 1 or not above:
        above.insert(0, builder.number(value.numerator))
    if not denominators and _is_short_decimal(value):
        above = [builder.number(value), *numerators] if value != 1 else above
        below = []
    top = product_of_scalars(builder, above)
    return builder.add("divide", (top, product_of_scalars(builder, below))) if below else top


def _is_short_decimal(value: Fraction) -> bool:
    return value.denominator in (1, 2, 4, 5, 8, 10)


def product_of_scalars(builder: Builder, scalars: list[int]) -> int:
    """Π scalars, from left to right; what is repeated is written as a power."""
    powers = [
        scalar if count == 1 else builder.add("power", (scalar, builder.number(count)))
        for scalar, count in Counter(scalars).items()
    ]
    result = powers[0]
    for factor in powers[1:]:
        result = multiplied(builder, result, factor)
    return result


def multiplied(builder: Builder, left: int, right: int) -> int:
    """The product of two steps of one shape, or of a scalar and any step."""
    axes = builder.steps[left].axes or builder.steps[right].axes
    if left == right and builder.steps[left].operation != "number":
        return builder.add("power", (left, builder.number(2)), (), axes)
    return builder.add("multiply", (left, right), (), axes)
