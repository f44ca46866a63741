"""Theorems about products of tensors: each procedure names its identity and why it ends.

A procedure takes a contraction and returns an equal node with fewer factors, or None.
They hold for letters, hence for every matrix product, trace and Hadamard product at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from types import MappingProxyType

from gradproof.algebra.positivity import is_nonnegative
from gradproof.core.apply import apply
from gradproof.core.canonical import identity
from gradproof.core.contract import contract, scale, transpose
from gradproof.core.dimension import Dimension
from gradproof.core.node import Apply, Contraction, Factor, Node, Symbol
from gradproof.core.symmetry import is_symmetric
from gradproof.ops.elementwise import abs_, exp
from gradproof.ops.inverse import inv
from gradproof.ops.matrix_functions import expm, sqrtm
from gradproof.ops.spectral import eigvals, eigvecs
from gradproof.ops.statistics import softmax
from gradproof.ops.structure import selector

Procedure = Callable[[Contraction], Node | None]
Factors = list[tuple[Node, tuple[int, ...], Fraction | int]]


def again(node: Contraction, factors: Factors) -> Node:
    """The same contraction with other factors."""
    return contract(node.coefficient, factors, node.output, _output_sizes(node))


def _output_sizes(node: Contraction) -> dict[int, Dimension]:
    return {letter: node.dimensions[letter] for letter in node.output}


def without(node: Contraction, *places: int) -> Factors:
    """Its factors but those at `places`."""
    return [factor for k, factor in enumerate(node.factors) if k not in places]


def occurrences(node: Contraction) -> Counter[int]:
    """How often each letter occurs, an output axis counting too."""
    count = Counter(node.output)
    for factor in node.factors:
        count.update(factor.letters)
    return count


def sums_to_one(node: Contraction) -> Node | None:
    """Σ p = 1 for a softmax, a one-hot vector or a point of the simplex.  One factor goes."""
    for place, (factor, letters, exponent) in enumerate(node.factors):
        if exponent == 1 and letters and _is_distribution(factor):
            last = letters[-1]
            if last not in letters[:-1] and occurrences(node)[last] == 1:
                return _dropped(node, place, last)
    return None


def _dropped(node: Contraction, place: int, summed: int) -> Node:
    """Without a factor whose sum over `summed` is 1; its other letters stay."""
    sizes = _output_sizes(node)
    for letter in node.factors[place].letters:
        if letter != summed:
            sizes[letter] = node.dimensions[letter]
    return contract(node.coefficient, without(node, place), node.output, sizes)


def _is_distribution(node: Node) -> bool:
    if isinstance(node, Symbol):
        return bool(node.facts & DISTRIBUTIONS)
    return isinstance(node, Apply) and node.op in (softmax, selector)


def idempotent(node: Contraction) -> Node | None:
    """yᵏ = y for entries 0 and 1; y² = 1 for entries −1 and 1.  An exponent shrinks."""
    for place, (factor, letters, exponent) in enumerate(node.factors):
        if not isinstance(factor, Symbol | Apply) or not isinstance(exponent, int):
            continue
        facts = _facts(factor)
        if "binary" in facts and exponent > 1:
            return again(node, [*without(node, place), (factor, letters, 1)])
        if "pm1" in facts and exponent not in (0, 1):
            return again(node, [*without(node, place), (factor, letters, exponent % 2)])
    return None


def _facts(node: Symbol | Apply) -> frozenset[str]:
    if isinstance(node, Symbol):
        return node.facts
    return frozenset({"binary"}) if node.op is selector else frozenset()


def unit_length(node: Contraction) -> Node | None:
    """x′x = 1 for a unit or one-hot vector.  One factor goes."""
    for place, (factor, letters, exponent) in enumerate(node.factors):
        if exponent != 2 or len(letters) != 1 or not isinstance(factor, Symbol):
            continue
        if "unit" in factor.facts and occurrences(node)[letters[0]] == 1:
            return _dropped(node, place, letters[0])
    return None


def orthogonal(node: Contraction) -> Node | None:
    """Q′Q = QQ′ = I, and V′V = VV′ = I for eigenvectors.  Two factors go."""
    count = occurrences(node)
    for place, (factor, letters, exponent) in enumerate(node.factors):
        if exponent == 2 and _is_orthogonal(factor):
            for axis in (0, 1):
                if count[letters[axis]] == 1:
                    return _dropped(node, place, letters[axis])
        if exponent != 1 or not _is_orthogonal(factor):
            continue
        for other in range(place + 1, len(node.factors)):
            partner, places, power = node.factors[other]
            if partner is not factor or power != 1:
                continue
            for axis in (0, 1):
                if letters[axis] == places[axis] and count[letters[axis]] == 2:
                    delta = identity(node.dimensions[letters[axis]])
                    kept = (letters[1 - axis], places[1 - axis])
                    return again(node, [*without(node, place, other), (delta, kept, 1)])
    return None


def _is_orthogonal(node: Node) -> bool:
    if isinstance(node, Symbol):
        return "orthogonal" in node.facts
    return isinstance(node, Apply) and node.op is eigvecs


def cancelled_inverse(node: Contraction) -> Node | None:
    """X⁻¹X = XX⁻¹ = I, for X a symbol, a sum or a product.  Several factors go."""
    count = occurrences(node)
    for place, (factor, letters, exponent) in enumerate(node.factors):
        if exponent == 1 and isinstance(factor, Apply) and factor.op is inv:
            for shared, kept in (letters, letters[::-1]):
                if count[shared] != 2 or shared == kept:
                    continue
                transposed = shared == letters[0]
                found = _next_to(node, place, factor.arguments[0], shared, transposed)
                if found is not None:
                    gone, far = found
                    delta = identity(factor.axes[0])
                    return again(node, [*without(node, place, *gone), (delta, (kept, far), 1)])
    return None


def _next_to(
    node: Contraction, place: int, base: Node, shared: int, first: bool
) -> tuple[list[int], int] | None:
    """Places of the factors that make up X beside its inverse, and X's far letter.

    X⁻¹[k, s] X[s, f] when not `first`, X[f, s] X⁻¹[s, k] when `first`.
    """
    if isinstance(base, Contraction):
        return _product_next_to(node, place, base, shared, first)
    for other, (factor, letters, exponent) in enumerate(node.factors):
        if other == place or factor is not base or exponent != 1:
            continue
        near, far = letters[::-1] if first else letters
        if near == shared and far != shared:
            return [other], far
        if is_symmetric(base) and far == shared and near != shared:
            return [other], near
    return None


def _product_next_to(
    node: Contraction, place: int, base: Contraction, shared: int, first: bool
) -> tuple[list[int], int] | None:
    if base.coefficient != 1 or len(set(base.output)) != 2:
        return None
    near, far = base.output[::-1] if first else base.output
    found = _embedded(base.factors, node, {near: shared}, [place], base)
    if found is None:
        return None
    letters, places = found
    count = occurrences(node)
    inside: Counter[int] = Counter()
    for k in places[1:]:
        inside.update(node.factors[k].letters)
    for own, actual in letters.items():
        closed = own not in (near, far)
        if closed and (inside[actual] != count[actual] or actual in node.output):
            return None
    if count[shared] != inside[shared] + 1 or len(set(letters.values())) != len(letters):
        return None
    return places[1:], letters[far]


def _embedded(
    wanted: tuple[Factor, ...],
    node: Contraction,
    letters: dict[int, int],
    used: list[int],
    base: Contraction,
) -> tuple[dict[int, int], list[int]] | None:
    """A placing of `wanted` among the factors of `node` that agrees with `letters`."""
    if not wanted:
        return letters, used
    own, rest = wanted[0], wanted[1:]
    for place, factor in enumerate(node.factors):
        if place in used or factor.node is not own.node or factor.exponent != own.exponent:
            continue
        orders = [factor.letters]
        if is_symmetric(own.node):
            orders.append(factor.letters[::-1])
        for order in orders:
            extended = dict(letters)
            if all(
                extended.setdefault(mine, theirs) == theirs
                for mine, theirs in zip(own.letters, order, strict=True)
            ):
                found = _embedded(rest, node, extended, [*used, place], base)
                if found is not None:
                    return found
    return None


def exponent_of_exp(node: Contraction) -> Node | None:
    """exp(u)ᵏ = exp(k u).  An exponent becomes one."""
    for place, (factor, letters, exponent) in enumerate(node.factors):
        if exponent != 1 and isinstance(factor, Apply) and factor.op is exp:
            power = apply(exp, (scale(exponent, factor.arguments[0]),))
            return again(node, [*without(node, place), (power, letters, 1)])
    return None


def root_of_product(node: Contraction) -> Node | None:
    """(u v)ᵉ = uᵉ vᵉ for u > 0, and (u²)^½ = |u|.  A root moves inwards."""
    for place, (factor, letters, exponent) in enumerate(node.factors):
        if not isinstance(factor, Contraction) or len(factor.dimensions) != len(factor.output):
            continue
        if isinstance(exponent, int) or len(set(factor.output)) != len(factor.output):
            continue
        inside = dict(zip(factor.output, letters, strict=True))
        moved: Factors = []
        kept: Factors = []
        for inner in factor.factors:
            spots = tuple([inside[letter] for letter in inner.letters])
            total = inner.exponent * exponent
            if is_nonnegative(inner.node):
                moved.append((inner.node, spots, total))
            elif inner.exponent == 2:
                moved.append((apply(abs_, (inner.node,)), spots, total))
            else:
                kept.append((inner.node, inner.letters, inner.exponent))
        if moved:
            sizes = {letter: factor.dimensions[letter] for letter in factor.output}
            rest = contract(factor.coefficient, kept, factor.output, sizes)
            return again(node, [*without(node, place), *moved, (rest, letters, exponent)])
    return None


def softmax_quotient(node: Contraction) -> Node | None:
    """exp(x) / Σ exp(x) = softmax(x) over the last axis.  Two factors become one."""
    for place, (factor, letters, exponent) in enumerate(node.factors):
        if exponent != 1 or not letters or not isinstance(factor, Apply) or factor.op is not exp:
            continue
        x = factor.arguments[0]
        views = [(x, letters)]
        if len(letters) == 2:
            views.append((transpose(x), letters[::-1]))
        for view, spots in views:
            found = _over_its_sum(node, place, view, spots)
            if found is not None:
                return found
    return None


def _over_its_sum(node: Contraction, place: int, x: Node, letters: tuple[int, ...]) -> Node | None:
    own = tuple(range(len(letters)))
    total = contract(1, [(apply(exp, (x,)), own, 1)], own[:-1])
    for other, (partner, places, power) in enumerate(node.factors):
        if partner is total and places == letters[:-1] and isinstance(power, int) and power < 0:
            rest = [(partner, places, power + 1)] if power != -1 else []
            share = (apply(softmax, (x,)), letters, 1)
            return again(node, [*without(node, place, other), *rest, share])
    return None


def spectral_sum(node: Contraction) -> Node | None:
    """V f(Λ) V′ = f(S) for f = 1, λ, λ², …, 1/λ, exp, √.  Three factors become one."""
    for place, (factor, letters, exponent) in enumerate(node.factors):
        if exponent != 1 or not isinstance(factor, Apply) or factor.op is not eigvecs:
            continue
        for other in range(place + 1, len(node.factors)):
            partner, places, power = node.factors[other]
            if partner is factor and power == 1 and places[1] == letters[1]:
                found = _function_of(node, (place, other), letters[1], factor.arguments[0])
                if found is not None:
                    gone, value = found
                    kept = (letters[0], places[0])
                    return again(node, [*without(node, *gone), (value, kept, 1)])
    return None


def _function_of(
    node: Contraction, pair: tuple[int, int], letter: int, base: Node
) -> tuple[list[int], Node] | None:
    beside = [
        k for k, factor in enumerate(node.factors) if letter in factor.letters and k not in pair
    ]
    if letter in node.output or len(beside) > 1:
        return None
    if not beside:
        return list(pair), identity(base.axes[0])
    factor, _, exponent = node.factors[beside[0]]
    values = apply(eigvals, (base,))
    if factor is values and isinstance(exponent, int) and -1 <= exponent <= 3:
        return [*pair, beside[0]], matrix_power(base, exponent)
    if factor is values and exponent == Fraction(1, 2):
        return [*pair, beside[0]], apply(sqrtm, (base,))
    if isinstance(factor, Apply) and factor.op is exp and factor.arguments[0] is values:
        return ([*pair, beside[0]], apply(expm, (base,))) if exponent == 1 else None
    return None


def matrix_power(base: Node, exponent: int) -> Node:
    """baseᵏ."""
    if exponent < 0:
        base, exponent = apply(inv, (base,)), -exponent
    factors = [(base, (k, k + 1), 1) for k in range(exponent)]
    output = (0, exponent) if exponent else (0, 0)
    return contract(1, factors, output, {0: base.axes[0]})


def trace_of_eigenvalues(node: Contraction) -> Node | None:
    """Σ λᵢᵏ = tr Sᵏ, k = 1, 2, 3, −1.  The eigenvalues go."""
    count = occurrences(node)
    for place, (factor, letters, exponent) in enumerate(node.factors):
        if not isinstance(factor, Apply) or factor.op is not eigvals or count[letters[0]] != 1:
            continue
        if isinstance(exponent, int) and -1 <= exponent <= 3:
            value = matrix_power(factor.arguments[0], exponent)
            return again(node, [*without(node, place), (value, (letters[0],) * 2, 1)])
    return None


def marks(node: Contraction) -> frozenset[str]:
    """The functions and facts that occur among the factors: what procedures look for first."""
    found: set[str] = set()
    for factor in node.factors:
        if isinstance(factor.node, Apply):
            found.add(factor.node.op.name)
        elif isinstance(factor.node, Symbol):
            found |= factor.node.facts
        elif isinstance(factor.node, Contraction):
            found.add(PRODUCT)
    return frozenset(found)


PRODUCT = "product"
DISTRIBUTIONS = frozenset({"simplex", "simplex_rows", "onehot", "onehot_rows"})

# Each procedure with the marks of which at least one must be there for it to apply.
PROCEDURES: MappingProxyType[Procedure, frozenset[str]] = MappingProxyType(
    {
        sums_to_one: DISTRIBUTIONS | {softmax.name, selector.name},
        idempotent: frozenset({"binary", "pm1", selector.name}),
        unit_length: frozenset({"unit"}),
        orthogonal: frozenset({"orthogonal", eigvecs.name}),
        cancelled_inverse: frozenset({inv.name}),
        exponent_of_exp: frozenset({exp.name}),
        root_of_product: frozenset({PRODUCT}),
        softmax_quotient: frozenset({exp.name}),
        spectral_sum: frozenset({eigvecs.name}),
        trace_of_eigenvalues: frozenset({eigvals.name}),
    }
)
