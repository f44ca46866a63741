"""What a formula for people looks like, whatever it is set in: Unicode, LaTeX or MathML.

Here it is decided that inv(X)' is X to the −T, that .* is ⊙ between matrices and nothing
beside a scalar, that norm2 is a pair of double bars, and where parentheses stand.  How a
superscript or a fraction is spelled is the style's to say, so that the three writers
cannot disagree on structure.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from math import gcd
from types import MappingProxyType
from typing import assert_never

from gradproof.core.dimension import ONE
from gradproof.notation.precedence import Piece, Strength, is_inner_product
from gradproof.notation.style import Mark, Norm, Style, within
from gradproof.notation.tree import (
    Binary,
    Binder,
    Call,
    Literal,
    Name,
    Negation,
    Selection,
    Transpose,
    Tree,
    fold,
    is_column,
    is_row,
    is_scalar,
)


def formula(tree: Tree, style: Style) -> str:
    """The expression as mathematics, spelled in `style`."""
    piece: Piece = fold(tree, partial(_piece, style))
    return piece.text


def _piece(style: Style, tree: Tree, parts: tuple[Piece, ...]) -> Piece:
    match tree:
        case Literal(value):
            return style.number(value)
        case Name(name):
            return style.name(name)
        case Negation():
            return _negated(style, parts[0])
        case Transpose():
            return _marked(style, parts[0], "T")
        case Binary():
            return _binary(style, tree, *parts)
        case Call(function):
            return CALLS.get(function, _call)(style, tree, parts)
        case Selection():
            base = _selected_from(style, tree, parts[0])
            indices = tuple(map(_counted, tree.indices, parts[1:]))
            return Piece(style.selected(base, indices), Strength.ATOM, form="letter")
        case Binder():
            return _binder(style, tree, parts[0])
        case _:
            assert_never(tree)


def _selected_from(style: Style, tree: Selection, base: Piece) -> Piece:
    """The entries of the identity are Kronecker's δ."""
    if len(tree.indices) == 2 and isinstance(tree.base, Call) and tree.base.function == "eye":
        return style.constant("delta", "")
    return within(style, base, Strength.ATOM)


def _counted(index: Tree, piece: Piece) -> str:
    """An index for people, who count from 1."""
    return str(index.value + 1) if isinstance(index, Literal) else piece.text


def _negated(style: Style, piece: Piece) -> Piece:
    """−ab is as well −(ab) as (−a)b; only a sum needs parentheses."""
    operand = within(style, piece, Strength.GOVERNED, after_operator=True)
    written = style.signs["negative"] + operand.text
    strength = min(Strength.SIGN, operand.strength)
    form = "number" if piece.form == "number" else "sign"
    return Piece(written, strength, signed=True, form=form, ends=("sign", operand.last))


def _marked(style: Style, piece: Piece, mark: Mark) -> Piece:
    """A transpose, an inverse, or both at once."""
    if {piece.form, mark} == {"T", "-1"}:
        return Piece(style.marked(piece.core, "-T"), Strength.POWER, form="-T", core=piece.core)
    base = _base(style, piece)
    return Piece(style.marked(base, mark), Strength.POWER, form=mark, core=base)


def _base(style: Style, piece: Piece) -> str:
    """What carries a superscript; (dX)ᵀ, for dXᵀ would be read as d(Xᵀ)."""
    if piece.form == "differential":
        return style.parenthesised(piece.text)
    return within(style, piece, Strength.ATOM).text


def _binary(style: Style, tree: Binary, left: Piece, right: Piece) -> Piece:
    scaled = is_scalar(tree.left) or is_scalar(tree.right)
    match tree.operator:
        case "+":
            return _infix(style, "+", left, right, Strength.SUM)
        case "-":
            return _infix(style, "-", left, right, Strength.GOVERNED)
        case "*":
            return _product(style, tree, left, right)
        case ".*":
            return _product(style, tree, left, right) if scaled else _odot(style, "⊙", left, right)
        case "/":
            ratio = _ratio(tree)
            return style.divided(left, right) if ratio is None else style.number(ratio)
        case "./":
            divided = is_scalar(tree.right)
            return style.divided(left, right) if divided else _odot(style, "⊘", left, right)
        case "^" | ".^":
            return _power(style, tree, left, right)
        case _:
            assert_never(tree.operator)


def _infix(style: Style, sign: str, left: Piece, right: Piece, needed: Strength) -> Piece:
    other = within(style, right, needed, after_operator=True)
    return Piece(left.text + style.signs[sign] + other.text, Strength.SUM, left.signed)


def _odot(style: Style, sign: str, left: Piece, right: Piece) -> Piece:
    """⊙, ⊘ and ⊗: only chains of one associative sign go without parentheses."""
    chain = sign != "⊘"
    one, other = left, right
    if not (chain and left.form == sign):
        one = within(style, left, Strength.SIGN)
    if not (chain and right.form == sign and not right.signed):
        other = within(style, right, Strength.POWER, after_operator=True)
    written = one.text + style.signs[sign] + other.text
    return Piece(written, Strength.ENTRYWISE, one.signed, form=sign)


def _product(style: Style, tree: Binary, left: Piece, right: Piece) -> Piece:
    least = Strength.POWER if is_inner_product(tree.left) else Strength.PRODUCT
    one = within(style, left, least)
    other = right
    if not _may_follow(tree, right):
        other = within(style, right, Strength.POWER, after_operator=True)
    strength = min(Strength.PRODUCT, other.strength)
    return Piece(
        style.juxtaposed(one, other),
        strength,
        one.signed,
        form="product",
        ends=(one.first, other.last),
    )


def _may_follow(tree: Binary, right: Piece) -> bool:
    """Whether the right factor, though itself a product or a sum over an index, stays bare.

    2(Xw) is 2Xw and A(BC) is ABC; but X(2w), x(x'y) and a(b/c) keep their parentheses.
    """
    if right.signed:
        return False
    if right.strength is Strength.GOVERNED:
        return is_scalar(tree.left)
    if right.form != "product" or right.strength is not Strength.PRODUCT:
        return False
    if not isinstance(tree.right, Binary) or tree.shape is None:
        return False
    if right.first in ("number", "fraction"):
        return False
    if is_inner_product(tree.right):
        return False
    return is_scalar(tree.left) or not is_scalar(tree.right.left)


def _whole(tree: Tree) -> int | None:
    """The whole number that is written here, if one is."""
    match tree:
        case Literal(value) if value.denominator == 1:
            return value.numerator
        case Negation(Literal(value)) if value.denominator == 1:
            return -value.numerator
        case _:
            return None


def _ratio(tree: Binary) -> Fraction | None:
    """The reduced fraction that is written as p/q: it looks like one number."""
    above, below = _whole(tree.left), _whole(tree.right)
    if above is None or below is None or below < 2 or gcd(above, below) > 1:
        return None
    return Fraction(above, below)


def _power(style: Style, tree: Binary, base: Piece, exponent: Piece) -> Piece:
    entrywise = tree.operator == ".^" and not is_scalar(tree.left)
    if not entrywise and _whole(tree.right) == -1:
        return _marked(style, base, "-1")
    return style.power(_base(style, base), exponent, entrywise)


def _binder(style: Style, tree: Binder, body: Piece) -> Piece:
    indices = tuple([style.name(index).text for index in tree.indices])
    if tree.function == "array":
        return Piece(style.components(indices, body.text), Strength.ATOM, form="call")
    governed = within(style, body, Strength.GOVERNED, after_operator=True)
    return Piece(style.summed(indices, governed.text), Strength.GOVERNED, form="sum")


def _call(style: Style, tree: Call, parts: tuple[Piece, ...]) -> Piece:
    arguments = tuple([part.text for part in parts])
    return Piece(style.call(tree.function, arguments), Strength.ATOM, form="call")


def _absolute(style: Style, tree: Call, parts: tuple[Piece, ...]) -> Piece:
    """Bars around a matrix would be its determinant."""
    if tree.shape is not None and ONE not in tree.shape:
        return _call(style, tree, parts)
    return Piece(style.absolute(parts[0].text), Strength.ATOM, form="norm")


def _norm(style: Style, tree: Call, parts: tuple[Piece, ...]) -> Piece:
    """The double bars mean the sum of absolute values of a matrix only under vec."""
    (argument,), (part,) = tree.arguments, parts
    is_matrix = argument.shape is not None and not (
        is_column(argument) or is_row(argument) or is_scalar(argument)
    )
    inner = part.text
    kind: Norm = NORMS[tree.function]
    if kind == "entrywise one" and is_matrix:
        inner = style.call("vec", (inner,))
    if kind == "euclidean":
        kind = "frobenius" if is_matrix else "unknown" if argument.shape is None else kind
    return Piece(style.norm(kind, inner), Strength.ATOM, form="norm")


def _constant(style: Style, tree: Call, parts: tuple[Piece, ...]) -> Piece:
    sizes = [part.text for part in parts] or [""]
    match tree.function:
        case "eye":
            return style.constant("eye", sizes[0])
        case "zeros":
            return style.constant("zeros", "")
        case _:
            return _ones(style, tree, sizes)


def _ones(style: Style, tree: Call, sizes: list[str]) -> Piece:
    """The vector 𝟏, its transpose, or the matrix 𝟏𝟏ᵀ."""
    if is_scalar(tree):
        return style.constant("one", "")
    row = _marked(style, style.constant("ones", sizes[-1]), "T")
    if is_row(tree):
        return row
    column = style.constant("ones", sizes[0])
    if is_column(tree) or (tree.shape is None and len(sizes) == 1):
        return column
    written = style.juxtaposed(column, row)
    return Piece(written, Strength.POWER, form="product", ends=("letter", "T"))


def _filled(style: Style, tree: Call, parts: tuple[Piece, ...]) -> Piece:
    """vector(c) is c times the vector of ones."""
    ones = _ones(style, tree, [""] if tree.function == "vector" else ["", ""])
    if tree.arguments[0] == Literal(Fraction(1)):
        return ones
    factor = within(style, parts[0], Strength.PRODUCT)
    written = style.juxtaposed(factor, ones)
    ends = (factor.first, ones.last)
    return Piece(written, Strength.PRODUCT, factor.signed, form="product", ends=ends)


def _outer(style: Style, tree: Call, parts: tuple[Piece, ...]) -> Piece:
    one, other = within(style, parts[0], Strength.POWER), _marked(style, parts[1], "T")
    ends = (one.first, "T")
    return Piece(style.juxtaposed(one, other), Strength.PRODUCT, form="product", ends=ends)


def _differential(style: Style, tree: Call, parts: tuple[Piece, ...]) -> Piece:
    """d‖x‖² and d⟨u, v⟩ go without parentheses, d(AB) does not."""
    bare = parts[0].form in ("letter", "norm", "call")
    inner = parts[0] if bare else within(style, parts[0], Strength.ATOM)
    return Piece(style.differential(inner), Strength.POWER, form="differential")


def _derivative(style: Style, tree: Call, parts: tuple[Piece, ...]) -> Piece:
    """∂F/∂x, and ∂²F/∂x∂xᵀ for a derivative of a derivative."""
    function, by = parts[0], parts[1:]
    inner = tree.arguments[0]
    if isinstance(inner, Call) and inner.function == "derivative":
        first, second = (fold(part, partial(_piece, style)) for part in inner.arguments)
        function, by = first, (second, *by)
    return Piece(style.derived(function, by), Strength.PRODUCT, form="derivative")


def _blocks(style: Style, tree: Call, parts: tuple[Piece, ...]) -> Piece:
    """Rows of entries; a row that is no list of blocks, or of another length, is one entry."""
    entries = [part.text for part in parts]
    rows = [entries] if tree.function == "hcat" else [[entry] for entry in entries]
    if tree.function == "vcat":
        listed = [_row(style, argument) for argument in tree.arguments]
        if len({len(row) for row in listed}) == 1:
            rows = listed
    return Piece(style.blocks(rows), Strength.ATOM, form="call")


def _row(style: Style, tree: Tree) -> list[str]:
    blocks = tree.arguments if isinstance(tree, Call) and tree.function == "hcat" else (tree,)
    return [formula(block, style) for block in blocks]


def _half_power(style: Style, tree: Call, parts: tuple[Piece, ...]) -> Piece:
    base = within(style, parts[0], Strength.ATOM).text
    return style.power(base, style.number(Fraction(1, 2)), False)


NORMS: MappingProxyType[str, Norm] = MappingProxyType(
    {
        "norm1": "entrywise one",
        "norm2": "euclidean",
        "specnorm": "spectral",
        "nucnorm": "nuclear",
    }
)

CALLS: MappingProxyType[str, Callable[[Style, Call, tuple[Piece, ...]], Piece]] = MappingProxyType(
    {
        "inv": lambda style, tree, parts: _marked(style, parts[0], "-1"),
        "pinv": lambda style, tree, parts: _marked(style, parts[0], "+"),
        "sqrtm": _half_power,
        "sqrt": lambda style, tree, parts: style.root(parts[0]),
        "abs": _absolute,
        "inner": lambda style, tree, parts: Piece(
            style.paired(parts[0].text, parts[1].text), Strength.ATOM, form="norm"
        ),
        "hcat": _blocks,
        "vcat": _blocks,
        "differential": _differential,
        "derivative": _derivative,
        "kron": lambda style, tree, parts: _odot(style, "⊗", *parts),
        "outer": _outer,
        "eye": _constant,
        "ones": _constant,
        "zeros": _constant,
        "vector": _filled,
        "matrix": _filled,
        **dict.fromkeys(NORMS, _norm),
    }
)
