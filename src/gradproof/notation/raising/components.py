"""Any tensor, entry by entry: array(i, j, k, X[i, k]*eye(n)[j, k])."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count

from gradproof.core.dimension import ONE, Dimension
from gradproof.core.errors import UnsupportedError
from gradproof.core.node import Apply, Contraction, Node, Sum
from gradproof.core.rational import Rational, magnitude
from gradproof.notation.build import (
    call,
    eye_tree,
    literal,
    negated,
    ones_tree,
    raised,
    times,
    total,
)
from gradproof.notation.raising.context import Context
from gradproof.notation.raising.graph import NoMatrixForm
from gradproof.notation.raising.matrix import matrix_tree
from gradproof.notation.tree import SCALAR, Binder, Name, Selection, Tree, walk

LETTERS = "ijklrstuvabcdefgh"


def components_tree(node: Node, context: Context, taken: frozenset[str]) -> Tree:
    """array(i, j, …, entry), with index names that are not in `taken`."""
    fresh = _index_names(taken)
    names = tuple([next(fresh) for _ in node.axes])
    body = _entry(node, names, context, fresh)
    body = _with_all(body, dict(zip(names, node.axes, strict=True)))
    shape = node.axes if len(node.axes) != 1 else (*node.axes, ONE)
    return Binder("array", names, body, shape=shape)


def _with_all(body: Tree, sizes: Mapping[str, Dimension]) -> Tree:
    """The entry times ones(n)[i] for each index i that nothing in it has: i still counts to n."""
    used = {part.name for part in walk(body) if isinstance(part, Name)}
    missing = [
        _selected(ones_tree((size, ONE)), (name,))
        for name, size in sizes.items()
        if name not in used
    ]
    return times([body, *missing]) if missing else body


def _index_names(taken: frozenset[str]) -> Iterator[str]:
    for round_ in count():
        for letter in LETTERS:
            name = letter if round_ == 0 else f"{letter}{round_}"
            if name not in taken:
                yield name


def _entry(node: Node, names: tuple[str, ...], context: Context, fresh: Iterator[str]) -> Tree:
    try:
        return _selected(matrix_tree(node, context), names)
    except NoMatrixForm:
        pass
    if isinstance(node, Sum):
        terms = [
            _signed(weight, _entry(term, names, context, fresh)) for weight, term in node.terms
        ]
        return total(terms)
    if isinstance(node, Contraction):
        return _product_entry(node, names, context, fresh)
    if isinstance(node, Apply) and node.op.elementwise:
        return call(node.op.name, (_entry(node.arguments[0], names, context, fresh),), SCALAR)
    raise UnsupportedError(
        f"the result contains {getattr(node, 'op', node)} of a tensor, which cannot be written down"
    )


def _selected(tree: Tree, names: tuple[str, ...]) -> Tree:
    if not names:
        return tree
    return Selection(tree, tuple([Name(name, shape=SCALAR) for name in names]), shape=SCALAR)


def _signed(weight: Rational, tree: Tree) -> Tree:
    size = magnitude(weight)
    scaled = tree if size == 1 else times([literal(size), tree])
    return negated(scaled) if weight < 0 else scaled


def _product_entry(
    node: Contraction, names: tuple[str, ...], context: Context, fresh: Iterator[str]
) -> Tree:
    name_of: dict[int, str] = {}
    parts: list[Tree] = []
    for letter, name in zip(node.output, names, strict=True):
        known = name_of.setdefault(letter, name)
        if known != name:
            parts.append(_selected(eye_tree(node.dimensions[letter]), (known, name)))
    bound = [letter for letter in range(len(node.dimensions)) if letter not in name_of]
    name_of.update({letter: next(fresh) for letter in bound})
    for factor in node.factors:
        letters = tuple([name_of[letter] for letter in factor.letters])
        parts.append(raised(_entry(factor.node, letters, context, fresh), factor.exponent))
    body = times(parts or [literal(1)])
    if bound:
        names_bound = {name_of[letter]: node.dimensions[letter] for letter in bound}
        body = _with_all(body, names_bound)
        body = Binder("sum", tuple(names_bound), body, shape=SCALAR)
    return _signed(node.coefficient, body)
