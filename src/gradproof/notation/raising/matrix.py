"""Matrix formulas for tensors of at most two axes.

A contraction is a graph on its letters (see `graph`); sums are factored (see `product`);
functions are written by name.  What is no matrix formula raises NoMatrixForm, and is
then written by components.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import prod

from gradproof.algebra.rules import EVEN, ODD
from gradproof.core.canonical import unit_and_coefficient
from gradproof.core.contract import is_zero
from gradproof.core.dimension import ONE
from gradproof.core.node import Apply, Contraction, Node, Number, Sum, Symbol
from gradproof.core.rational import Rational, exact
from gradproof.notation.build import (
    call,
    eye_tree,
    literal,
    negated,
    shape_of,
    sign_and_rest,
    turned_through,
    zeros_tree,
)
from gradproof.notation.raising.context import Context
from gradproof.notation.raising.fusing import fused_again
from gradproof.notation.raising.graph import Graph, NoMatrixForm
from gradproof.notation.raising.kronecker import fused_tree
from gradproof.notation.raising.product import Product, product_tree, sum_product
from gradproof.notation.tree import (
    SCALAR,
    Binary,
    Call,
    Literal,
    Name,
    Operator,
    Selection,
    Shape,
    Transpose,
    Tree,
    weight_of,
)
from gradproof.ops.elementwise import power
from gradproof.ops.inverse import inv
from gradproof.ops.structure import merge_op, selector, split_op


def matrix_tree(node: Node, context: Context) -> Tree:
    """The formula of `node`: a scalar, a column vector or a matrix.

    Raises NoMatrixForm where the matrix language has none.
    """
    known = context.raised.get(node)
    if known is None:
        known = _raised(node, context)
        context.raised[node] = known
        context.note(node, known)
    return known


def _raised(node: Node, context: Context) -> Tree:
    if len(node.axes) > 2:
        raise NoMatrixForm
    match node:
        case Symbol():
            return Name(node.name, shape=shape_for(node))
        case Number():
            return literal(node.value)
        case Sum() | Contraction():
            return _tree(node, context)
        case Apply():
            return _function(node, context)
    raise AssertionError(node)


def shape_for(node: Node) -> Shape:
    """The shape of a node as a scalar, a column or a matrix."""
    axes = node.axes
    return axes if len(axes) == 2 else (*axes, *[ONE] * (2 - len(axes)))


def _tree(node: Node, context: Context) -> Tree:
    """A contraction or a sum: as it was written, if that is no longer."""
    if is_zero(node):
        return zeros_tree(shape_for(node))
    tree = product_tree(product_of(node, context))
    written = context.written.get(node)
    if written is not None and weight_of(written) <= weight_of(tree):
        return written
    return tree


def product_of(node: Node, context: Context, weight: Rational = 1) -> Product:
    """weight·node as one term of a sum."""
    if len(node.axes) > 2:
        raise NoMatrixForm
    match node:
        case Number():
            return Product(node.value * weight, (), (), SCALAR)
        case Sum():
            product = _sum_product(node, context)
            return replace(product, coefficient=product.coefficient * weight)
        case Contraction():
            return _contraction_product(node, context, weight)
        case _:
            return _whole(matrix_tree(node, context), weight)


def _whole(tree: Tree, weight: Rational) -> Product:
    if shape_of(tree) == SCALAR:
        return Product(weight, ((tree, 1),), (), SCALAR)
    return Product(weight, (), (tree,), shape_of(tree))


def _sum_product(node: Sum, context: Context) -> Product:
    known = context.products.get(node)
    if known is not None:
        return known
    written = context.kernel(node)
    if written is not None:
        sign, tree = sign_and_rest(written[1]) if _is_minus(written[1]) else (1, written[1])
        result = _whole(tree, sign * written[0])
    else:
        parts, rest = context.written_parts(node)
        products = [_whole(tree, weight) for weight, tree in parts]
        products += [product_of(term, context, weight) for weight, term in rest]
        result = sum_product(products, context.order)
    context.products[node] = result
    return result


def _is_minus(tree: Tree) -> bool:
    """Whether a minus stands before the whole tree."""
    return not isinstance(tree, Binary) or tree.operator in ("*", "/", ".*", "./")


def _contraction_product(node: Contraction, context: Context, weight: Rational) -> Product:
    written = context.written.get(unit_and_coefficient(node)[1])
    if written is not None and shape_of(written) != SCALAR and not isinstance(written, Binary):
        return _whole(written, weight * node.coefficient)
    fused = fused_again(node)
    if fused is not None:
        return product_of(fused, context, weight)
    graph = Graph.of(node)
    coefficient = weight * node.coefficient
    for (base, letters, exponent), piece in zip(
        node.factors, _pieces(node, context, coefficient), strict=True
    ):
        if _is_diagonal(base) and letters[0] == letters[1]:
            graph.diagonal(letters[0], piece.chain[0], exponent)
        elif isinstance(exponent, int):
            if piece.coefficient != 1:
                coefficient *= Fraction(piece.coefficient) ** exponent
            for scalar, power_ in piece.scalars:
                graph.place((), (scalar,), power_ * exponent)
            if letters:
                graph.place(letters, piece.chain, exponent)
        else:
            tree = product_tree(piece)
            graph.place(letters, (tree,), exponent)
    scalars, chain = graph.reduced(context.symmetric)
    return Product(exact(coefficient), scalars, chain, shape_for(node))


def _is_diagonal(node: Node) -> bool:
    return isinstance(node, Symbol) and "diagonal" in node.facts


def _pieces(node: Contraction, context: Context, coefficient: Rational) -> list[Product]:
    """The factors as products; a minus that is left over turns a difference round."""
    pieces: list[Product] = []
    turnable: list[int] = []
    for place, (factor, _, exponent) in enumerate(node.factors):
        if isinstance(factor, Sum):
            piece = _sum_product(factor, context)
            if isinstance(exponent, int) and exponent % 2 and context.kernel(factor) is None:
                turnable.append(place)
        else:
            sign, rest = sign_and_rest(matrix_tree(factor, context))
            piece = _whole(rest, sign)
        if len(piece.chain) == 1:
            context.note(factor, piece.chain[0])
        pieces.append(piece)
    signs = [
        piece.coefficient if factor.exponent == int(factor.exponent) else 1
        for piece, factor in zip(pieces, node.factors, strict=True)
    ]
    negative = coefficient * prod(1 if sign > 0 else -1 for sign in signs) < 0
    for place in _to_turn(pieces, turnable, negative):
        turned = _turned_round(pieces[place])
        assert turned is not None
        pieces[place] = turned
    return pieces


def _to_turn(pieces: list[Product], turnable: list[int], negative: bool) -> list[int]:
    """Which differences to turn round: one to take up a minus, and pairs like (u − 1)(v − 1)."""
    places = [place for place in turnable if _turned_round(pieces[place]) is not None]
    awkward = [place for place in places if _ends_in_constant(pieces[place])]
    if negative:
        return (awkward + places)[:1] + awkward[1:][: 2 * (len(awkward[1:]) // 2)]
    return awkward[: 2 * (len(awkward) // 2)]


def _ends_in_constant(piece: Product) -> bool:
    """Whether it is u − 1, with 1 a number, a vector of ones or the identity."""
    return any(
        isinstance(tree, Binary) and tree.operator == "-" and _is_constant(tree.right)
        for tree in piece.chain
    )


def _is_constant(tree: Tree) -> bool:
    return isinstance(tree, Literal) or (
        isinstance(tree, Call) and tree.function in ("ones", "eye")
    )


def _turned_round(piece: Product) -> Product | None:
    """−(b − a), for a − b."""
    for place, tree in enumerate(piece.chain):
        if not isinstance(tree, Binary) or tree.operator != "-":
            continue
        if sign_and_rest(tree.left)[0] > 0:
            swapped = Binary("-", tree.right, tree.left, shape=tree.shape)
            chain = (*piece.chain[:place], swapped, *piece.chain[place + 1 :])
            return replace(piece, coefficient=-piece.coefficient, chain=chain)
    return None


def _selector_tree(node: Apply) -> Tree:
    """The one-hot rows of an index: eye(V)[c] as a column, eye(V)[w] as a matrix."""
    basis = eye_tree(node.axes[-1])
    return Selection(basis, (index_tree(node),), shape=shape_for(node))


def is_selector(node: Node) -> bool:
    """Whether these are the one-hot rows of an index."""
    return isinstance(node, Apply) and node.op is selector


def index_tree(node: Node, chosen: tuple[Tree, ...] = ()) -> Tree:
    """The index whose one-hot rows these are, or its entry c[i, …] at chosen indices."""
    assert isinstance(node, Apply)
    index = node.arguments[0]
    assert isinstance(index, Symbol)
    shape = index.axes if len(index.axes) > 1 else (*index.axes, ONE) if index.axes else SCALAR
    name = Name(index.name, shape=shape)
    return Selection(name, chosen, shape=SCALAR) if chosen else name


LINEAR = frozenset({"toeplitz", "diagsums"})
ROWWISE = {"softmax": "rowsoftmax", "logsumexp": "rowlogsumexp"}


def _function(node: Apply, context: Context) -> Tree:
    written = context.written.get(node)
    if written is not None:
        return written
    if node.op in (merge_op, split_op):
        return fused_tree(node, lambda part: matrix_tree(part, context))
    if node.op is selector:
        return _selector_tree(node)
    arguments = tuple([matrix_tree(argument, context) for argument in node.arguments])
    if len(arguments) == 1 and node.op.name in ODD | EVEN | LINEAR:
        sign, rest = sign_and_rest(arguments[0])
        if sign < 0:
            turned = call(node.op.name, (rest,), shape_for(node))
            return turned if node.op.name in EVEN else negated(turned)
    if len(arguments) == 1 and len(node.arguments[0].axes) == 2:
        return _oriented_function(node, arguments[0])
    if node.op is power:
        base, exponent = arguments
        operator: Operator = "^" if shape_of(base) == SCALAR else ".^"
        return Binary(operator, base, exponent, shape=shape_for(node))
    return call(node.op.name, arguments, shape_for(node))


def _oriented_function(node: Apply, argument: Tree) -> Tree:
    """f(X) of a matrix, or f(X′)′ where that is easier to read; (−X)⁻¹ = −X⁻¹."""
    sign, rest = sign_and_rest(argument)
    if node.op is inv and sign < 0:
        return negated(_oriented_function(node, rest))
    name = ROWWISE.get(node.op.name, node.op.name)
    plain = call(name, (argument,), shape_for(node))
    if not (node.op.elementwise or node.op.transposition):
        return plain
    turned = turned_through(argument)
    if weight_of(turned) >= weight_of(argument):
        return plain
    if node.op.transposition == "invariant":
        return call(name, (turned,), shape_for(node))
    axes = shape_for(node)[::-1]
    return Transpose(call(name, (turned,), axes), shape=shape_for(node))
