"""Fused axes as vec and Kronecker products."""

from __future__ import annotations

from collections.abc import Callable

from gradproof.core.contract import contract, transpose
from gradproof.core.dimension import ONE, Dimension, times
from gradproof.core.node import Apply, Contraction, Factor, Node
from gradproof.notation.build import call, eye_tree, shape_of, size_tree, transposed
from gradproof.notation.build import times as product
from gradproof.notation.raising.graph import NoMatrixForm
from gradproof.notation.tree import Shape, Tree
from gradproof.ops.structure import merge_op

Raise = Callable[[Node], Tree]
Pair = tuple[Node, Node]


def fused_tree(node: Apply, raise_part: Raise) -> Tree:
    """kron(A, B), kron(A, B)*comm(m, n) or vec(X).  Raises NoMatrixForm for anything else."""
    inner = node.arguments[0]
    if node.op is not merge_op:
        if len(inner.axes) != 1 or len(node.axes) != 2:
            raise NoMatrixForm
        return transposed(_unvec(raise_part(inner), node.axes[1], node.axes[0]))
    groups = _groups(node)
    pair = _separated(inner, groups, crossed=False)
    if pair is not None:
        return _kron(*_oriented(node, pair, raise_part))
    if len(inner.axes) == 2 and len(groups) == 1:
        shape = (times(*inner.axes), ONE)
        return call("vec", (raise_part(transpose(inner)),), shape)
    pair = _separated(inner, groups, crossed=True) if len(inner.axes) == 4 else None
    if pair is None:
        raise NoMatrixForm
    first, second = inner.axes[3], inner.axes[2]
    size = times(first, second)
    commutation = call("comm", (size_tree(first), size_tree(second)), (size, size))
    left = _kron(raise_part(pair[0]), raise_part(pair[1]))
    return product([left, commutation])


def _unvec(vector: Tree, rows: Dimension, columns: Dimension) -> Tree:
    """The rows×columns matrix V with vec V = v: (vec(Iₙ)′ ⊗ Iₘ)(Iₙ ⊗ v)."""
    square = times(columns, columns)
    stacked = call("vec", (eye_tree(columns),), (square, ONE))
    left = _kron(transposed(stacked), eye_tree(rows))
    return product([left, _kron(eye_tree(columns), vector)])


def _groups(node: Apply) -> list[tuple[int, ...]]:
    groups, start = [], 0
    for count in node.parameters:
        assert isinstance(count, int)
        groups.append(tuple(range(start, start + count)))
        start += count
    return groups


def _oriented(node: Apply, pair: Pair, raise_part: Raise) -> tuple[Tree, Tree]:
    """A single axis of a matrix result is a row where it is the second one."""
    trees = []
    for part in pair:
        tree = raise_part(part)
        if len(part.axes) == 1 and len(node.axes) == 2 and node.parameters[0] == 1:
            tree = transposed(tree)
        trees.append(tree)
    return trees[0], trees[1]


def _kron(left: Tree, right: Tree) -> Tree:
    rows, columns = zip(shape_of(left), shape_of(right), strict=True)
    shape: Shape = (times(*rows), times(*columns))
    return call("kron", (left, right), shape)


def _separated(node: Node, groups: list[tuple[int, ...]], crossed: bool) -> Pair | None:
    """The two factors of a product whose axes interleave as those of a Kronecker product."""
    if not isinstance(node, Contraction):
        return None
    places = _sides(node, groups, crossed)
    if places is None:
        return None
    left, right = places
    letters = [{node.output[place] for place in side} for side in (left, right)]
    if letters[0] & letters[1]:
        return None
    parts: list[list[Factor]] = [[], []]
    for factor in node.factors:
        if not factor.letters:
            parts[0].append(factor)
            continue
        side = _side_of(node, factor, letters)
        if side is None:
            return None
        parts[side].append(factor)
    sizes = dict(enumerate(node.dimensions))
    outputs = [tuple([node.output[place] for place in side]) for side in (left, right)]
    kept = [{letter: sizes[letter] for letter in output} for output in outputs]
    return (
        contract(node.coefficient, parts[0], outputs[0], kept[0]),
        contract(1, parts[1], outputs[1], kept[1]),
    )


def _sides(
    node: Contraction, groups: list[tuple[int, ...]], crossed: bool
) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """The output places of the two factors; a lone axis goes where its letters lead."""
    if len(groups) > 2 or not any(len(group) == 2 for group in groups):
        return None
    left, right = [], []
    for k, group in enumerate(groups):
        if len(group) > 2:
            return None
        if len(group) == 2:
            first, second = group[::-1] if crossed and k else group
            left.append(first)
            right.append(second)
    for place in (group[0] for group in groups if len(group) == 1):
        reached = _connected(node, {node.output[place]})
        side = left if reached & {node.output[other] for other in left} else right
        side.append(place)
    return tuple(sorted(left)), tuple(sorted(right))


def _connected(node: Contraction, letters: set[int]) -> set[int]:
    """All letters that factors connect with `letters`."""
    reached = letters
    while True:
        near = [set(factor.letters) for factor in node.factors if reached & set(factor.letters)]
        wider = reached.union(*near)
        if wider == reached:
            return reached
        reached = wider


def _side_of(node: Contraction, factor: Factor, letters: list[set[int]]) -> int | None:
    """Which side a factor is connected to, following shared letters."""
    reached = _connected(node, set(factor.letters))
    touched = [side for side, own in enumerate(letters) if reached & own]
    return touched[0] if len(touched) == 1 else None
