"""The product of the tensor language: one n-ary contraction, always in normal form.

    coefficient · Σ_bound Π_k node_k[letters_k]^exponent_k      with axes `output`

The normal form flattens nested contractions, identifies letters through diagonals,
adds the exponents of equal factors, gives every part that shares no letter with the rest a scalar
node of its own, and numbers the letters canonically (`canonical`).  Sums are not
expanded: X w − y stays one factor.  Matrix product, transpose, trace, inner, outer and
Hadamard product, diag and sums over entries are all this one node, so (AB)′ = B′A′,
tr AB = tr BA, ⟨a, Xb⟩ = ⟨X′a, b⟩ and AI = A hold because both sides are identical.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gradproof.core.canonical import canonical, finished, ones, unit_and_coefficient
from gradproof.core.dimension import Dimension
from gradproof.core.node import Contraction, Factor, Node, Number, Sum, dimension_symbol, number
from gradproof.core.rational import Rational, exact, magnitude, power
from gradproof.core.sum import add, primitive
from gradproof.core.symmetry import is_symmetric

LARGEST_EXPANDED_POWER = 3
FIRST_FRESH_LETTER = 1 << 20  # callers number their own letters far below


def contract(
    coefficient: Rational,
    factors: Iterable[tuple[Node, tuple[int, ...], Rational]],
    output: tuple[int, ...],
    broadcast: Mapping[int, Dimension] | None = None,
) -> Node:
    """coefficient · Σ Π node[letters]^exponent, with one axis per letter of `output`.

    Letters are any integers; those not in `output` are summed over.  `broadcast` gives
    the dimension of the letters that no factor has.
    """
    product = _Product(coefficient, broadcast or {})
    for node, letters, exponent in factors:
        product.multiply(node, letters, exponent)
    return product.result(output)


def scale(coefficient: Rational, node: Node) -> Node:
    """coefficient · node."""
    if coefficient == 1 or is_zero(node):
        return node
    inner, unit = unit_and_coefficient(node)
    total = inner * coefficient
    if isinstance(unit, Contraction):
        return finished(total, unit.factors, unit.output, unit.dimensions)
    if isinstance(unit, Number):
        return number(total)
    if isinstance(unit, Sum):
        return add([(total * weight, term) for weight, term in unit.terms], unit.axes)
    letters = tuple(range(len(unit.axes)))
    return finished(total, (Factor(unit, letters, 1),), letters, unit.axes)


def permute(node: Node, order: tuple[int, ...]) -> Node:
    """The tensor whose axis k is axis order[k] of `node`."""
    letters = tuple(range(len(node.axes)))
    if order == letters:
        return node
    match node:
        case Sum():
            terms = [(weight, permute(term, order)) for weight, term in node.terms]
            return add(terms, tuple([node.axes[axis] for axis in order]))
        case Contraction():
            output = tuple([node.output[axis] for axis in order])
            sizes = dict(enumerate(node.dimensions))
            return canonical(node.coefficient, node.factors, output, sizes)
        case _:
            factors = (Factor(node, letters, 1),)
            return canonical(1, factors, order, dict(enumerate(node.axes)))


# Only the answer is remembered: the transpose is made of the node, and would keep it alive.
ORIENTED = "gradproof.core.contract.oriented"


def transpose(node: Node) -> Node:
    """node′, for a node of two axes."""
    return permute(node, (1, 0))


def oriented(node: Node) -> tuple[Node, bool]:
    """The one of K and K′ that stands for both, and whether it is K′.

    The choice is the same for K and for c·K, so that signs and orientations never chase
    each other; a symbol or a function comes before its transpose.
    """
    if len(node.axes) != 2 or not isinstance(node, (Contraction, Sum)):
        return node, False
    known = node.memo.get(ORIENTED)
    if known is None:
        rows, columns = _axis_signature(node, 0), _axis_signature(node, 1)
        known = node.memo[ORIENTED] = columns < rows or (
            columns == rows and node.axes[0] == node.axes[1] and _precedes(transpose(node), node)
        )
    return (transpose(node), True) if known else (node, False)


def _axis_signature(node: Node, axis: int) -> tuple[int, int]:
    """What an axis looks like: how often it is the second one of something plain, then a hash.

    Coefficients take no part, and transposition exchanges the two signatures of a matrix.
    """
    if isinstance(node, Sum):
        parts = [_axis_signature(term, axis) for _, term in node.terms]
        return sum([second for second, _ in parts]), hash(tuple(sorted([own for _, own in parts])))
    if not isinstance(node, Contraction):
        place = 0 if is_symmetric(node) else axis
        return place, hash((hash((node.key, place, hash(1))),))
    letter = node.output[axis]
    second, met = 0, []
    for factor in node.factors:
        if letter in factor.letters:
            place = 0 if is_symmetric(factor.node) else factor.letters.index(letter)
            met.append(hash((factor.node.key, place, hash(factor.exponent))))
            second = place if len(node.factors) == 1 else 0
    return second, hash(tuple(sorted(met)))


def _precedes(one: Node, other: Node) -> bool:
    """A last resort for matrices whose axes look alike: an order of their terms' keys."""
    return _keys(one) < _keys(other)


def _keys(node: Node) -> list[int]:
    if isinstance(node, Sum):
        return sorted(term.key for _, term in node.terms)
    return [unit_and_coefficient(node)[1].key]


def size(dimension: Dimension) -> Node:
    """The dimension as a number: n + 1, m·n."""
    terms = []
    for names, count in dimension.terms:
        symbols = [(dimension_symbol(name), (), 1) for name in names]
        terms.append((count, contract(1, symbols, ())))
    return add(terms, ())


def is_zero(node: Node) -> bool:
    """Whether the node is the zero of its axes."""
    return (isinstance(node, Contraction) and node.coefficient == 0) or (
        isinstance(node, Number) and node.value == 0
    )


class _Product:
    """A contraction under construction: exponents by (node, letters), letters identified."""

    def __init__(self, coefficient: Rational, broadcast: Mapping[int, Dimension]) -> None:
        self.coefficient = coefficient
        self.dimensions: dict[int, Dimension] = dict(broadcast)
        self.exponents: dict[tuple[Node, tuple[int, ...]], Rational] = {}
        self.identified: dict[int, int] = {}
        self.fresh = FIRST_FRESH_LETTER

    def multiply(self, node: Node, letters: tuple[int, ...], exponent: Rational) -> None:
        """Take in one factor, flattened as far as it can be."""
        self.dimensions.update(zip(letters, node.axes, strict=True))
        if exponent == 0:
            return
        match node:
            case Number():
                self._multiply_number(node, exponent)
            case Contraction():
                self._multiply_contraction(node, letters, exponent)
            case Sum():
                self._multiply_sum(node, letters, exponent)
            case _:
                self._gather(node, letters, exponent)

    def _gather(self, node: Node, letters: tuple[int, ...], exponent: Rational) -> None:
        if self.identified:
            letters = tuple([self._find(letter) for letter in letters])
        if len(letters) == 2:
            node, turned = oriented(node)
            if turned or (letters[0] > letters[1] and is_symmetric(node)):
                letters = (letters[1], letters[0])
        place = (node, letters)
        previous = self.exponents.get(place)
        if previous is None:
            self.exponents[place] = exponent
            return
        total = exact(previous + exponent)
        del self.exponents[place]
        if total and isinstance(node, (Contraction, Number)):
            self.multiply(node, letters, total)
        elif total:
            self.exponents[place] = total

    def _multiply_number(self, node: Number, exponent: Rational) -> None:
        value = power(node.value, exponent)
        if value is None:
            self._gather(node, (), exponent)
        else:
            self.coefficient *= value

    def _multiply_sum(self, node: Sum, letters: tuple[int, ...], exponent: Rational) -> None:
        base, turned = oriented(node)
        if turned:
            letters = letters[::-1]
        weight, kernel = primitive(base)
        extracted = power(weight, exponent)
        if extracted is None:
            self._gather(base, letters, exponent)
        else:
            self.coefficient *= extracted
            self._gather(kernel, letters, exponent)

    def _multiply_contraction(
        self, node: Contraction, letters: tuple[int, ...], exponent: Rational
    ) -> None:
        if node.coefficient == 0:
            self.coefficient = 0
            return
        weight, unit = unit_and_coefficient(node)
        extracted = power(weight, exponent)
        if extracted is None and weight > 0:
            self._gather(number(weight), (), exponent)
            extracted = 1
        if extracted is None:
            self._gather(node, letters, exponent)
            return
        self.coefficient *= extracted
        if isinstance(unit, Contraction):
            self._multiply_unit(unit, letters, exponent)
        else:
            self.multiply(unit, letters, exponent)

    def _multiply_unit(
        self, unit: Contraction, letters: tuple[int, ...], exponent: Rational
    ) -> None:
        bound = len(unit.dimensions) > len(set(unit.output))
        repeated = len(set(unit.output)) < len(unit.output)
        whole = isinstance(exponent, int)
        if not bound and (whole and (exponent > 0 or not repeated)):
            self._inline(unit, letters, exponent)
        elif bound and whole and letters and 0 < exponent <= LARGEST_EXPANDED_POWER:
            for _ in range(int(exponent)):
                self._inline(unit, letters, 1)
        elif not bound and not whole and magnitude(exponent) > 1 and not repeated:
            # (u v)^(k + r) = uᵏ vᵏ (u v)ʳ for whole k: only the root itself needs a sign.
            whole_part = int(exponent)
            self._inline(unit, letters, whole_part)
            self._gather(unit, letters, exponent - whole_part)
        else:
            self._gather(unit, letters, exponent)

    def _inline(self, unit: Contraction, letters: tuple[int, ...], exponent: Rational) -> None:
        """Put the factors of `unit` in its place, with fresh letters for its bound ones."""
        given: dict[int, int] = {}
        for inner, letter in zip(unit.output, letters, strict=True):
            known = given.setdefault(inner, letter)
            if known != letter:
                self._identify(known, letter)
        for inner, dimension in enumerate(unit.dimensions):
            if inner not in given:
                given[inner] = self.fresh
                self.dimensions[self.fresh] = dimension
                self.fresh += 1
        for node, places, own in unit.factors:
            self.multiply(node, tuple([given[place] for place in places]), exact(own * exponent))

    def _find(self, letter: int) -> int:
        while letter in self.identified:
            letter = self.identified[letter]
        return letter

    def _identify(self, one: int, other: int) -> None:
        one, other = self._find(one), self._find(other)
        if one == other:
            return
        self.identified[max(one, other)] = min(one, other)
        renamed, self.exponents = self.exponents, {}
        for (node, letters), exponent in renamed.items():
            self._gather(node, letters, exponent)

    def result(self, output: tuple[int, ...]) -> Node:
        """The product as a node in normal form."""
        places = tuple([self._find(letter) for letter in output]) if self.identified else output
        if self.coefficient == 0:
            return ones(tuple([self.dimensions[letter] for letter in output]), 0)
        if len(self.exponents) == 1:
            sum_alone = self._multiple_of_sum(places)
            if sum_alone is not None:
                return sum_alone
        scalars, kept, waiting = self._reached_from(places)
        if not waiting:
            return canonical(self.coefficient, scalars + kept, places, self.dimensions)
        groups = _connected(waiting)
        if not places and not scalars and len(groups) == 1:
            return canonical(self.coefficient, groups[0], (), self.dimensions)
        for group in groups:
            self._gather(canonical(1, group, (), self.dimensions), (), 1)
        scalars = [
            Factor(node, letters, exponent)
            for (node, letters), exponent in self.exponents.items()
            if not letters
        ]
        return canonical(self.coefficient, scalars + kept, places, self.dimensions)

    def _multiple_of_sum(self, places: tuple[int, ...]) -> Node | None:
        """c·S′ is the sum of its terms' multiples and transposes, as it is when built so."""
        ((node, letters), exponent) = next(iter(self.exponents.items()))
        if not isinstance(node, Sum) or exponent != 1 or len(set(places)) < len(places):
            return None
        if set(letters) != set(places) or len(letters) != len(places):
            return None
        turned = permute(node, tuple([letters.index(letter) for letter in places]))
        return scale(self.coefficient, turned)

    def _reached_from(
        self, places: tuple[int, ...]
    ) -> tuple[list[Factor], list[Factor], list[Factor]]:
        """The scalars, the factors that the output letters reach, and the others.

        What they do not reach is a scalar in disguise: a sum over all its letters.
        """
        scalars: list[Factor] = []
        lettered: list[Factor] = []
        used = set(places)
        for (node, letters), exponent in self.exponents.items():
            (lettered if letters else scalars).append(Factor(node, letters, exponent))
            used.update(letters)
        if len(used) + len(self.identified) < len(self.dimensions):
            self._sum_free_letters(used)
            return self._reached_from(places)
        kept, waiting = _reachable(set(places), lettered) if places else ([], lettered)
        return scalars, kept, waiting

    def _sum_free_letters(self, used: set[int]) -> None:
        """Σ over a letter that nothing has is the size of its dimension."""
        for letter in self.dimensions.keys() - used - self.identified.keys():
            self.multiply(size(self.dimensions.pop(letter)), (), 1)


def _connected(waiting: list[Factor]) -> list[list[Factor]]:
    """The factors in groups that share no letter."""
    groups: list[list[Factor]] = []
    while waiting:
        group, waiting = _reachable(set(waiting[0].letters), waiting)
        groups.append(group)
    return groups


def _reachable(reached: set[int], waiting: list[Factor]) -> tuple[list[Factor], list[Factor]]:
    """The factors connected with the letters `reached`, and the others."""
    group: list[Factor] = []
    while True:
        rest = []
        for factor in waiting:
            if reached.isdisjoint(factor.letters):
                rest.append(factor)
            else:
                reached.update(factor.letters)
                group.append(factor)
        if not rest or len(rest) == len(waiting):
            return group, rest
        waiting = rest
