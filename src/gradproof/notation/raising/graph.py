"""A contraction as a graph on its letters, reduced to a matrix formula.

Matrices are edges, vectors weights on letters.  A letter that is summed over and has
    no edge       is an inner product or a sum         u′v, 1′u, ‖u‖²
    one edge      is a dead end: a matrix times a vector, a weight on the neighbour
    two edges     joins them into a product             A diag(w) B
and parallel edges are a Hadamard product, a closed edge a diagonal.  What then remains on
the output letters is a vector, a diagonal matrix, an outer product or diag(u) M diag(v).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from gradproof.core.dimension import ONE, Dimension
from gradproof.core.node import Contraction
from gradproof.core.rational import Rational
from gradproof.notation.build import (
    call,
    divided,
    entrywise,
    eye_tree,
    ones_tree,
    raised,
    size_tree,
    times,
    transposed_chain,
    turned_through,
)
from gradproof.notation.tree import (
    SCALAR,
    Binary,
    Call,
    Literal,
    Negation,
    Transpose,
    Tree,
    weight_of,
)

Chain = tuple[Tree, ...]
Powers = tuple[tuple[Tree, Rational], ...]


class NoMatrixForm(Exception):
    """This tensor is not a formula of the matrix language."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A matrix whose rows are the letter `start` and whose columns are `stop`."""

    start: int
    stop: int
    chain: Chain


@dataclass(frozen=True, slots=True)
class Weight:
    """A vector on a letter, to a power; `matrix` is diag of it where that has a name."""

    chain: Chain
    exponent: Rational = 1
    matrix: Tree | None = None


@dataclass(slots=True)
class Graph:
    """The state of the reduction."""

    output: tuple[int, ...]
    dimensions: tuple[Dimension, ...]
    edges: list[Edge] = field(default_factory=list)
    weights: dict[int, list[Weight]] = field(default_factory=dict)
    scalars: list[tuple[Tree, Rational]] = field(default_factory=list)
    symmetric: frozenset[Tree] | set[Tree] = frozenset()
    summed: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, node: Contraction) -> Graph:
        """The empty graph on the letters of `node`."""
        return cls(
            node.output, node.dimensions, weights={k: [] for k in range(len(node.dimensions))}
        )

    def place(self, letters: tuple[int, ...], chain: Chain, exponent: Rational) -> None:
        """Add one factor, itself a chain."""
        if not letters:
            self.scalars.append((times(chain), exponent))
        elif len(letters) == 1:
            self.weights[letters[0]].append(Weight(chain, exponent))
        elif letters[0] == letters[1]:
            vector = call("diag", (times(chain),), (self.dimensions[letters[0]], ONE))
            self.weights[letters[0]].append(Weight((vector,), exponent))
        elif len(letters) == 2:
            edge = chain if exponent == 1 else (raised(times(chain), exponent),)
            if len(edge) == 1 and weight_of(turned_through(edge[0])) < weight_of(edge[0]):
                edge, letters = (turned_through(edge[0]),), letters[::-1]
            self.edges.append(Edge(*letters, edge))
        else:
            raise NoMatrixForm

    def diagonal(self, letter: int, matrix: Tree, exponent: Rational) -> None:
        """Add the diagonal of a matrix that is known to be diagonal."""
        vector = call("diag", (matrix,), (self.dimensions[letter], ONE))
        self.weights[letter].append(Weight((vector,), exponent, matrix))

    def reduced(self, symmetric: set[Tree]) -> tuple[Powers, Chain]:
        """The scalars and the chain of matrices that the contraction is."""
        self.symmetric = symmetric
        bound = [letter for letter in range(len(self.dimensions)) if letter not in self.output]
        while bound:
            letter = self._next(bound)
            self._sum_over(letter)
            bound.remove(letter)
        self._close_loops()
        return _merged(self.scalars), self._remaining()

    def _at(self, letter: int) -> list[Edge]:
        return [edge for edge in self.edges if letter in (edge.start, edge.stop)]

    def _next(self, bound: list[int]) -> int:
        """The bound letter that is simplest to sum over."""
        self._close_loops()
        degree = Counter(letter for edge in self.edges for letter in _ends(edge))

        def difficulty(letter: int) -> tuple[int, bool, int]:
            return degree[letter], bool(self.weights[letter]), letter

        letter = min(bound, key=difficulty)
        if len(self._at(letter)) > 2 and self._merge_parallel():
            return self._next(bound)
        return letter

    def _close_loops(self) -> None:
        for edge in [edge for edge in self.edges if edge.start == edge.stop]:
            self.edges.remove(edge)
            chain = _fewest_transposes([edge.chain, self._turned(edge.chain)])
            vector = call("diag", (times(chain),), (self.dimensions[edge.start], ONE))
            self.weights[edge.start].append(Weight((vector,)))

    def _sum_over(self, letter: int) -> None:
        if letter in self.summed:
            return
        edges = self._at(letter)
        if len(edges) == 2 and _ends(edges[0]) == _ends(edges[1]):
            other = _other(edges[0], letter)
            if self.weights[letter] or (self.weights[other] and other not in self.output):
                self._merge(edges)
                edges = self._at(letter)
        if not edges:
            self.scalars.extend(self._inner(letter))
        elif len(edges) == 1:
            self._dead_end(letter, edges[0])
        elif len(edges) == 2:
            self._join(letter, edges)
        else:
            raise NoMatrixForm
        self.weights[letter] = []

    def _inner(self, letter: int) -> Powers:
        """Σ over a letter that has only weights."""
        weights = _merged_weights(self.weights[letter])
        axis = self.dimensions[letter]
        if not weights:
            return ((size_tree(axis), 1),)
        if len(weights) == 1:
            return self._sum_of_one(weights[0])
        left, right = self._two_halves(weights)
        return self._pairing(left, right)

    def _sum_of_one(self, weight: Weight) -> Powers:
        if weight.exponent == 2:
            return self._pairing(weight.chain, weight.chain)
        first = weight.chain[0]
        if weight.exponent == 1 and len(weight.chain) == 1 and _is_diagonal_of(first):
            return self._trace(_argument(first))
        return ((call("sum", (self._power(weight),), SCALAR), 1),)

    def _trace(self, matrix: Tree) -> Powers:
        return ((call("tr", (matrix,), SCALAR), 1),)

    def _two_halves(self, weights: list[Weight]) -> tuple[Chain, Chain]:
        """u′v for two vectors, (u ⊙ w)′v for more: the longest chain goes to the right."""
        ranked = sorted(weights, key=lambda weight: (weight.exponent != 1, -len(weight.chain)))
        last, rest = ranked[0], ranked[1:]
        right = last.chain if last.exponent == 1 else (self._power(last),)
        if len(rest) == 1 and rest[0].exponent == 1:
            return rest[0].chain, right
        return (self._hadamard(rest),), right

    def _pairing(self, left: Chain, right: Chain) -> Powers:
        """⟨u, v⟩ as u′v, with the fewest transposes; ‖u‖² where both halves are equal."""
        whole = self._turned(left) + right
        other = self._turned(right) + left
        chain = _fewest_transposes([whole, other])
        half = len(chain) // 2
        if len(chain) % 2 == 0 and self._turned(chain[half:]) == chain[:half]:
            norm = call("norm2", (times(chain[half:]),), SCALAR)
            return ((raised(norm, 2), 1),)
        return ((times(chain), 1),)

    def _turned(self, chain: Chain) -> Chain:
        return transposed_chain(chain, frozenset(self.symmetric))

    def _power(self, weight: Weight) -> Tree:
        return raised(times(weight.chain), weight.exponent)

    def _hadamard(self, weights: list[Weight]) -> Tree:
        """u .* v ./ w."""
        above = [self._power(weight) for weight in weights if weight.exponent > 0]
        below = [
            raised(times(weight.chain), -weight.exponent)
            for weight in weights
            if weight.exponent < 0
        ]
        above.sort(key=weight_of)
        if not above and len(weights) == 1:
            return self._power(weights[0])
        if not above:
            return raised(entrywise(below), -1)
        return divided(entrywise(above), entrywise(below), "./") if below else entrywise(above)

    def _vector(self, letter: int) -> Chain:
        """The weights of a letter as one vector; no weights are a vector of ones."""
        weights = _merged_weights(self.weights[letter])
        if not weights:
            return (ones_tree((self.dimensions[letter], ONE)),)
        if len(weights) == 1 and weights[0].exponent == 1:
            return weights[0].chain
        return (self._hadamard(weights),)

    def _dead_end(self, letter: int, edge: Edge) -> None:
        self.edges.remove(edge)
        chain = edge.chain if edge.stop == letter else self._turned(edge.chain)
        other = _other(edge, letter)
        alone = not self._at(other) and other not in self.output
        if alone and not self.weights[other] and not self.weights[letter]:
            self.scalars.append(_sum_of_entries(times(edge.chain)))
            self.summed.add(other)
            return
        self.weights[other].append(Weight(chain + self._vector(letter)))

    def _join(self, letter: int, edges: list[Edge]) -> None:
        """A diag(w) B, or a trace when the two edges have the same ends."""
        one, two = edges
        self.edges.remove(one)
        self.edges.remove(two)
        first = one.chain if one.stop == letter else self._turned(one.chain)
        second = two.chain if two.start == letter else self._turned(two.chain)
        start, stop = _other(one, letter), _other(two, letter)
        closed = start == stop and start not in self.output and not self._at(start)
        if closed and not self.weights[start] and not self.weights[letter]:
            self._close_trace(start, first, second)
            return
        middle = self._diagonal_matrix(letter) if self.weights[letter] else ()
        self.edges.append(Edge(start, stop, first + middle + second))

    def _close_trace(self, letter: int, first: Chain, second: Chain) -> None:
        """tr(A B), or ‖A‖² when B = A′."""
        if self._turned(first) == second:
            norm = call("norm2", (times(_fewest_transposes([first, second])),), SCALAR)
            self.scalars.append((raised(norm, 2), 1))
        else:
            cycles: list[Chain] = [
                turned[k:] + turned[:k]
                for turned in (first + second, self._turned(first + second))
                for k in range(len(turned))
            ]
            cycle = _fewest_transposes(cycles)
            self.scalars.append((call("tr", (times(cycle),), SCALAR), 1))
        self.summed.add(letter)

    def _diagonal_matrix(self, letter: int) -> Chain:
        weights = _merged_weights(self.weights[letter])
        axis = self.dimensions[letter]
        if not weights:
            return (eye_tree(axis),)
        if len(weights) == 1 and weights[0].matrix is not None and weights[0].exponent == 1:
            return (weights[0].matrix,)
        return (call("diag", (times(self._vector(letter)),), (axis, axis)),)

    def _merge_parallel(self) -> bool:
        """Two edges with the same ends become one Hadamard product."""
        for place, edge in enumerate(self.edges):
            for other in self.edges[place + 1 :]:
                if _ends(edge) == _ends(other):
                    self._merge([edge, other])
                    return True
        return False

    def _merge(self, edges: list[Edge]) -> None:
        one, two = edges
        self.edges.remove(one)
        self.edges.remove(two)
        other = two.chain if two.start == one.start else self._turned(two.chain)
        upright = _entrywise_product(times(one.chain), times(other))
        turned = _entrywise_product(times(self._turned(one.chain)), times(self._turned(other)))
        if weight_of(turned) < weight_of(upright):
            self.edges.append(Edge(one.stop, one.start, (turned,)))
        else:
            self.edges.append(Edge(one.start, one.stop, (upright,)))

    def _remaining(self) -> Chain:
        while self._merge_parallel():
            pass
        if not self.output:
            return ()
        if len(self.output) == 1:
            return self._vector(self.output[0])
        row, column = self.output
        if row == column:
            return self._diagonal_matrix(row)
        if not self.edges:
            if not self.weights[row] and not self.weights[column]:
                return (ones_tree((self.dimensions[row], self.dimensions[column])),)
            return self._vector(row) + self._turned(self._vector(column))
        edge = self.edges[0]
        chain = edge.chain if edge.start == row else self._turned(edge.chain)
        left = self._diagonal_matrix(row) if self.weights[row] else ()
        right = self._diagonal_matrix(column) if self.weights[column] else ()
        return left + chain + right


def _entrywise_product(one: Tree, other: Tree) -> Tree:
    """A .* B, A./B for B⁻¹ entry by entry, or A.^2."""
    if one == other:
        return raised(one, 2)
    for above, below in ((one, other), (other, one)):
        match below:
            case Binary(".^", base, Negation(Literal(value))):
                return divided(above, raised(base, value), "./")
    return entrywise([one, other])


def _sum_of_entries(matrix: Tree) -> tuple[Tree, Rational]:
    match matrix:
        case Binary(".^", base, Literal(value)) if value == 2:
            return raised(call("norm2", (base,), SCALAR), 2), 1
        case _:
            return call("sum", (matrix,), SCALAR), 1


def _ends(edge: Edge) -> frozenset[int]:
    return frozenset((edge.start, edge.stop))


def _other(edge: Edge, letter: int) -> int:
    return edge.stop if edge.start == letter else edge.start


def _fewest_transposes(chains: list[Chain]) -> Chain:
    return min(chains, key=_transposes)


def _transposes(chain: Chain) -> tuple[int, int]:
    """How many transposes, and whether the first element is one: u′A v before v′A′u."""
    count = sum(isinstance(part, Transpose) for part in chain)
    return count, 0 if chain and isinstance(chain[0], Transpose) else 1


def _is_diagonal_of(tree: Tree) -> bool:
    return isinstance(tree, Call) and tree.function == "diag"


def _argument(tree: Tree) -> Tree:
    assert isinstance(tree, Call)
    return tree.arguments[0]


def _merged_weights(weights: list[Weight]) -> list[Weight]:
    """u ⊙ u = u², weight by weight."""
    powers: dict[Chain, Rational] = {}
    matrices: dict[Chain, Tree | None] = {}
    for weight in weights:
        powers[weight.chain] = powers.get(weight.chain, 0) + weight.exponent
        matrices[weight.chain] = weight.matrix
    return [Weight(chain, power, matrices[chain]) for chain, power in powers.items() if power]


def _merged(scalars: list[tuple[Tree, Rational]]) -> Powers:
    powers: dict[Tree, Rational] = {}
    for base, power in scalars:
        powers[base] = powers.get(base, 0) + power
    return tuple([(base, power) for base, power in powers.items() if power])
