"""Any tensor, entry by entry: array(i, j, k, X[i, k]*eye(n)[j, k]).

A letter that an index selects is written as that index: Σᵥ I[cᵢ, v] W[v, j] is W[c[i], j].
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count

from gradproof.core.dimension import ONE, Dimension
from gradproof.core.errors import UnsupportedError
from gradproof.core.node import Apply, Contraction, Factor, Node, Sum, Symbol
from gradproof.core.rational import Rational, magnitude
from gradproof.notation.build import (
    call,
    divided,
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
from gradproof.notation.raising.joining import joined
from gradproof.notation.raising.matrix import (
    ROWWISE,
    index_tree,
    is_selector,
    matrix_tree,
    shape_for,
)
from gradproof.notation.raising.product import Product, product_tree
from gradproof.notation.tree import SCALAR, Binder, Name, Selection, Shape, Tree, walk

LETTERS = "ijklrstuvabcdefgh"

Indices = tuple[Tree, ...]


def components_tree(node: Node, context: Context, taken: frozenset[str]) -> Tree:
    """array(i, j, …, entry), with index names that are not in `taken`."""
    return _array(node, context, _index_names(taken))


def _array(node: Node, context: Context, fresh: Iterator[str]) -> Tree:
    """The array of the entries of `node`."""
    names = tuple([next(fresh) for _ in node.axes])
    body = _entry(node, tuple(map(_index, names)), context, fresh)
    body = _with_all(body, dict(zip(names, node.axes, strict=True)))
    return Binder("array", names, body, shape=_array_shape(node)) if names else body


def _array_shape(node: Node) -> Shape:
    return (*node.axes, ONE) if len(node.axes) == 1 else node.axes


def _index(name: str) -> Tree:
    return Name(name, shape=SCALAR)


def _with_all(body: Tree, sizes: Mapping[str, Dimension]) -> Tree:
    """The entry times ones(n)[i] for each index i that nothing in it has: i still counts to n."""
    used = {part.name for part in walk(body) if isinstance(part, Name)}
    missing = [
        _selected(ones_tree((size, ONE)), (_index(name),))
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


def _entry(node: Node, at: Indices, context: Context, fresh: Iterator[str]) -> Tree:
    """The entry of `node` at these indices."""
    if is_selector(node):
        *places, hot = at
        return _selected(eye_tree(node.axes[-1]), (index_tree(node, tuple(places)), hot))
    if isinstance(node, Symbol) and len(node.axes) > 2:
        return _selected(Name(node.name, shape=node.axes), at)
    try:
        return _selected(matrix_tree(node, context), at)
    except NoMatrixForm:
        pass
    if isinstance(node, Sum):
        terms = [_signed(weight, _entry(term, at, context, fresh)) for weight, term in joined(node)]
        return total(terms)
    if isinstance(node, Contraction):
        return _product_entry(node, at, context, fresh)
    if isinstance(node, Apply):
        return _function_entry(node, at, context, fresh)
    raise AssertionError(node)


def _function_entry(node: Apply, at: Indices, context: Context, fresh: Iterator[str]) -> Tree:
    """f of an entry, or the entry of f of arrays; softmax and the like act on rows."""
    name = node.op.name
    if node.op.elementwise and len(node.arguments) == 1:
        return call(name, (_entry(node.arguments[0], at, context, fresh),), SCALAR)
    argument = node.arguments[0]
    rank = len(argument.axes)
    if name in ROWWISE and rank > 2:
        row = next(fresh)
        body = _entry(argument, (*at[: rank - 1], _index(row)), context, fresh)
        shape, kept = (argument.axes[-1], ONE), at[rank - 1 :]
        whole = Binder("array", (row,), body, shape=shape)
        return _selected(call(name, (whole,), shape if kept else SCALAR), kept)
    if len(node.axes) > 2 or any(len(part.axes) > 2 for part in node.arguments):
        raise UnsupportedError(
            f"the result contains {node.op} of a tensor, which cannot be written down"
        )
    arrays = tuple([_operand(part, context, fresh) for part in node.arguments])
    written = ROWWISE.get(name, name) if rank == 2 else name
    return _selected(call(written, arrays, shape_for(node)), at)


def _operand(node: Node, context: Context, fresh: Iterator[str]) -> Tree:
    try:
        return matrix_tree(node, context)
    except NoMatrixForm:
        return _array(node, context, fresh)


def _selected(tree: Tree, at: Indices) -> Tree:
    return Selection(tree, at, shape=SCALAR) if at else tree


def _signed(weight: Rational, tree: Tree) -> Tree:
    size = magnitude(weight)
    scaled = tree if size == 1 else times([literal(size), tree])
    return negated(scaled) if weight < 0 else scaled


def _product_entry(node: Contraction, at: Indices, context: Context, fresh: Iterator[str]) -> Tree:
    index_of: dict[int, Tree] = {}
    above: list[Tree] = []
    below: list[Tree] = []
    scalars: list[tuple[Tree, Rational]] = []
    for letter, index in zip(node.output, at, strict=True):
        known = index_of.setdefault(letter, index)
        if known != index:
            above.append(_selected(eye_tree(node.dimensions[letter]), (known, index)))
    summed, rest = _named(node, index_of, fresh)
    for factor, letters, exponent in rest:
        entry = _entry(factor, tuple([index_of[k] for k in letters]), context, fresh)
        if not letters:
            scalars.append((entry, exponent))
        elif exponent > 0:
            above.append(raised(entry, exponent))
        else:
            below.append(raised(entry, -exponent))
    if above or below or summed:
        body = times(above or [literal(1)])
        body = divided(body, times(below)) if below else body
        if summed:
            body = Binder("sum", tuple(summed), _with_all(body, summed), shape=SCALAR)
        scalars.append((body, 1))
    return product_tree(Product(node.coefficient, tuple(scalars), (), SCALAR))


def _named(
    node: Contraction, index_of: dict[int, Tree], fresh: Iterator[str]
) -> tuple[dict[str, Dimension], list[Factor]]:
    """Gives each bound letter its index; what is summed over, and the factors still to write.

    A letter that a selector picks is the index itself, and the selector is then written.
    """
    bound = [letter for letter in range(len(node.dimensions)) if letter not in index_of]
    picked: dict[int, Factor] = {}
    for factor in node.factors:
        hot = factor.letters[-1] if factor.letters else -1
        if is_selector(factor.node) and hot in bound and hot not in factor.letters[:-1]:
            picked.setdefault(hot, factor)
    names = {letter: next(fresh) for letter in bound if letter not in picked}
    index_of.update({letter: _index(name) for letter, name in names.items()})
    used: list[Factor] = []
    while picked:
        ready = [k for k, factor in picked.items() if index_of.keys() >= {*factor.letters[:-1]}]
        for letter in ready:
            factor = picked.pop(letter)
            places = tuple([index_of[place] for place in factor.letters[:-1]])
            index_of[letter] = index_tree(factor.node, places)
            used.append(factor)
        if not ready:  # indices that select each other in a circle: one of them is summed over
            letter = next(iter(picked))
            del picked[letter]
            names[letter] = next(fresh)
            index_of[letter] = _index(names[letter])
    sizes = {name: node.dimensions[letter] for letter, name in names.items()}
    return sizes, [factor for factor in node.factors if all(factor is not own for own in used)]
