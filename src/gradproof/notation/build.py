"""Trees with their shapes, put together with the few simplifications that keep them readable."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from gradproof.core.dimension import ONE, Dimension
from gradproof.core.node import Operation
from gradproof.core.rational import Rational, exact
from gradproof.notation.tree import (
    SCALAR,
    Binary,
    Call,
    Literal,
    Name,
    Negation,
    Selection,
    Shape,
    Transpose,
    Tree,
    is_column,
    is_scalar,
    weight_of,
)
from gradproof.ops import OPERATIONS


def _is_equivariant(op: Operation) -> bool:
    return op.elementwise or op.transposition == "equivariant"


EQUIVARIANT = frozenset(op.name for op in OPERATIONS.values() if _is_equivariant(op))


def shape_of(tree: Tree) -> Shape:
    """The shape of an inferred tree."""
    assert tree.shape is not None
    return tree.shape


def literal(value: Rational) -> Tree:
    """A number; a negative one is the negation of a positive one."""
    if value < 0:
        return Negation(literal(-value), shape=SCALAR)
    return Literal(Fraction(value), shape=SCALAR)


def size_tree(axis: Dimension) -> Tree:
    """A dimension as an argument of eye, ones, …."""
    total: Tree | None = None
    for names, count in axis.terms:
        parts = [literal(count)] if count != 1 or not names else []
        term = times([*parts, *[Name(name, shape=SCALAR) for name in names]])
        total = term if total is None else Binary("+", total, term, shape=SCALAR)
    return total if total is not None else literal(0)


def times(parts: Iterable[Tree]) -> Tree:
    """The product of scalars and a chain of matrices, left to right."""
    result: Tree | None = None
    for part in _with_selections(list(parts)):
        if result is None:
            result = part
            continue
        result = Binary("*", result, part, shape=_product_shape(result, part))
    assert result is not None
    return result


def _with_selections(parts: list[Tree]) -> list[Tree]:
    """X′·eye(V)[c] is X[c], eye(V)[c]′·X is X[c]′, and eye(V)[w]·X is X[w]."""
    folded: list[Tree] = []
    for part in parts:
        last = folded[-1] if folded else None
        if last is not None and is_column(part) and _is_one_hot(part) and not is_scalar(last):
            folded[-1] = _rows(transposed(last), part, column=True)
        elif last is not None and _is_one_hot(last) and not is_column(last) and not is_scalar(part):
            folded[-1] = _rows(part, last, column=False)
        elif last is not None and _is_one_hot_row(last) and not is_scalar(part):
            assert isinstance(last, Transpose)
            folded[-1] = transposed(_rows(part, last.operand, column=True))
        else:
            folded.append(part)
    return folded


def _is_one_hot(tree: Tree) -> bool:
    """eye(V)[c] or eye(V)[w]."""
    return (
        isinstance(tree, Selection)
        and isinstance(tree.base, Call)
        and tree.base.function == "eye"
        and len(tree.indices) == 1
    )


def _is_one_hot_row(tree: Tree) -> bool:
    return isinstance(tree, Transpose) and is_column(tree.operand) and _is_one_hot(tree.operand)


def _rows(base: Tree, one_hot: Tree, *, column: bool) -> Tree:
    """The rows of `base` that a one-hot column or matrix selects."""
    assert isinstance(one_hot, Selection)
    columns = shape_of(base)[1]
    shape = (columns, ONE) if column else (shape_of(one_hot)[0], columns)
    return Selection(base, one_hot.indices, shape=shape)


def _product_shape(left: Tree, right: Tree) -> Shape:
    if is_scalar(left):
        return shape_of(right)
    if is_scalar(right):
        return shape_of(left)
    return shape_of(left)[0], shape_of(right)[1]


def entrywise(parts: list[Tree]) -> Tree:
    """u .* v .* w."""
    result = parts[0]
    for part in parts[1:]:
        result = Binary(".*", result, part, shape=shape_of(result))
    return result


def divided(numerator: Tree, denominator: Tree, operator: str = "/") -> Tree:
    """numerator / denominator, or ./ entry by entry."""
    if operator == "/":
        return Binary("/", numerator, denominator, shape=shape_of(numerator))
    return Binary("./", numerator, denominator, shape=shape_of(numerator))


def raised(base: Tree, exponent: Rational) -> Tree:
    """baseᵉ: √ for ½, and a norm's square root is the norm."""
    if exponent == 1:
        return base
    match base:
        case Binary("^", Call("norm2") as norm, Literal(value)):
            return raised(norm, exact(value * exponent))
        case Binary(".^", inner, Literal(value)) if value != 2 or not is_half(exponent):
            return raised(inner, exact(value * exponent))
        case Call("sqrt", (inner,)):
            return raised(inner, exact(exponent * Fraction(1, 2)))
    if exponent == Fraction(1, 2):
        return Call("sqrt", (base,), shape=base.shape)
    if is_scalar(base):
        return Binary("^", base, literal(exponent), shape=SCALAR)
    return Binary(".^", base, literal(exponent), shape=base.shape)


def transposed(tree: Tree) -> Tree:
    """tree′, without a double transpose."""
    if is_scalar(tree):
        return tree
    match tree:
        case Transpose(operand):
            return operand
        case Call(function, (argument,)) if function in EQUIVARIANT:
            turned = turned_through(argument)
            outside = Transpose(tree, shape=shape_of(tree)[::-1])
            if weight_of(turned) < weight_of(argument) + 1:
                return Call(function, (turned,), shape=shape_of(tree)[::-1])
            return outside
        case Call("diag", (vector,)) if shape_of(vector)[1] == ONE:
            return tree
        case Call("eye"):
            return tree
        case Call("ones", (rows, columns)):
            return Call("ones", (columns, rows), shape=shape_of(tree)[::-1])
        case Binary(".*" | "./" | ".^"):
            turned = turned_through(tree)
            if weight_of(turned) <= weight_of(tree):
                return turned
    return Transpose(tree, shape=shape_of(tree)[::-1])


def turned_through(tree: Tree) -> Tree:
    """tree′ with the transpose carried to the factors: (A B′)′ is B A′."""
    match tree:
        case Binary("*", left, right) if not is_scalar(left) and not is_scalar(right):
            return times([turned_through(part) for part in reversed(chain_of(tree))])
        case Binary("^"):
            return transposed(tree)
        case Binary(operator, left, right) if not is_scalar(tree):
            one, other = [
                part if is_scalar(part) else turned_through(part) for part in (left, right)
            ]
            return Binary(operator, one, other, shape=shape_of(tree)[::-1])
        case Negation(operand):
            return Negation(turned_through(operand), shape=shape_of(tree)[::-1])
        case _:
            return transposed(tree)


def chain_of(tree: Tree) -> list[Tree]:
    """The factors of a matrix product."""
    match tree:
        case Binary("*", left, right) if not is_scalar(left) and not is_scalar(right):
            return [*chain_of(left), *chain_of(right)]
        case _:
            return [tree]


def is_half(exponent: Rational) -> bool:
    """Whether the exponent is a root."""
    return not isinstance(exponent, int)


def transposed_chain(chain: tuple[Tree, ...], symmetric: frozenset[Tree]) -> tuple[Tree, ...]:
    """(A B c)′ = c′ B′ A′, element by element; symmetric elements stay."""
    return tuple([part if part in symmetric else transposed(part) for part in reversed(chain)])


def negated(tree: Tree) -> Tree:
    """−tree, with the sign on the first factor of a product, as it is read."""
    match tree:
        case Negation(operand):
            return operand
        case Binary("*" | "/" | ".*" | "./", left, _):
            return replace(tree, left=negated(left))
        case _:
            return Negation(tree, shape=tree.shape)


def sign_and_rest(tree: Tree) -> tuple[int, Tree]:
    """(±1, tree without a leading minus)."""
    first = tree
    while isinstance(first, Binary) and first.operator in ("*", "/", ".*", "./"):
        first = first.left
    return (-1, negated(tree)) if isinstance(first, Negation) else (1, tree)


def total(terms: list[Tree]) -> Tree:
    """Terms joined by + and −."""
    result = terms[0]
    for term in terms[1:]:
        sign, rest = sign_and_rest(term)
        result = Binary("+" if sign > 0 else "-", result, rest, shape=result.shape)
    return result


def call(function: str, arguments: tuple[Tree, ...], shape: Shape) -> Tree:
    """function(arguments) of a known shape."""
    return Call(function, arguments, shape=shape)


def ones_tree(shape: Shape) -> Tree:
    """ones(n), ones(n)′ or ones(m, n)."""
    rows, columns = shape
    if columns == ONE:
        return Call("ones", (size_tree(rows),), shape=shape)
    if rows == ONE:
        return Transpose(Call("ones", (size_tree(columns),), shape=(columns, ONE)), shape=shape)
    return Call("ones", (size_tree(rows), size_tree(columns)), shape=shape)


def zeros_tree(shape: Shape) -> Tree:
    """0, zeros(n) or zeros(m, n)."""
    if shape == SCALAR:
        return literal(0)
    sizes = tuple([size_tree(axis) for axis in shape if axis != ONE])
    return Call("zeros", sizes, shape=shape)


def eye_tree(axis: Dimension) -> Tree:
    """eye(n)."""
    return Call("eye", (size_tree(axis),), shape=(axis, axis))
