"""Shape errors in words: both operands as they were written, both shapes, and advice."""

from __future__ import annotations

from types import MappingProxyType

from gradproof.core.errors import ReadError, ShapeError, Span
from gradproof.notation.numbers import beside_number
from gradproof.notation.signatures import signature
from gradproof.notation.tree import Binary, Binder, Call, Name, Selection, Tree, walk
from gradproof.notation.unify import UNIT, Pair, Sizes
from gradproof.notation.vocabulary import KNOWN

_SHOWN = 40
_SHORT = 10
_NEEDED = MappingProxyType(
    {
        "diagonal": "a vector or a square matrix",
        "bars": "a scalar, a vector, or a square matrix, whose determinant it is",
        "beside": "equally many rows in every block",
        "below": "equally many columns in every block",
        "numbers": "numbers; columns stand side by side in a bmatrix",
        "product": "as many columns on its left as rows on its right, or two columns",
        "derivative": "a scalar or a vector on one side; vec(F) by vec(X) is a matrix",
    }
)
_SHOWN_AS = MappingProxyType({"bars": "|…|", "numbers": "A list in brackets", "product": "·"})


def clash(sizes: Sizes, node: Tree, operands: tuple[Pair, ...], source: str | None) -> ShapeError:
    """The error of a node whose operands do not fit one another."""
    match node:
        case Binary():
            message, hint = _binary(sizes, node, operands, source)
        case Call():
            message, hint = _call(sizes, node, operands, source)
        case Binder():
            message = f"{written(node.body, source, 'the body')} is {words(sizes, operands[0])}"
            hint = "The body of an array is one entry, a scalar."
        case Name():
            return row_variable(node, source)
        case _:
            return single(node, source)
    return ShapeError(message, source=source, span=node.span, hint=hint)


def misplaced(
    sizes: Sizes,
    node: Selection,
    axes: tuple[int, ...],
    bounds: tuple[int, ...],
    source: str | None,
) -> ShapeError:
    """The error of indices that do not count in the axes of what they select from."""
    message = f"{written(node.base, source, 'this')} is {words(sizes, axes)}"
    hint = "X[i] selects a row or component, X[i, j] an entry of a matrix."
    for name, bound, size in zip(node.indices, bounds, axes, strict=False):
        if sizes.is_one(size):
            break
        counted, there = _size(sizes, bound), _size(sizes, size)
        if counted != there:
            message += f", {written(name, source, 'the index')} counts in {counted}"
            hint = f"Here an index counts in {there}."
            break
    return ShapeError(message, source=source, span=node.span, hint=hint)


def misfit(sizes: Sizes, node: Tree, shape: Pair, wanted: Pair, source: str | None) -> ShapeError:
    """The error of a node whose shape is not the one that its surroundings need."""
    return ShapeError(
        f"{written(node, source, 'this')} is {words(sizes, shape)}, "
        f"where {words(sizes, wanted)} is needed",
        source=source,
        span=node.span,
        hint="Check the transposes, or declare the variables, as in X: matrix(m, n).",
    )


def number_beside_array(
    sizes: Sizes, whole: Tree, node: Binary, shape: Pair, source: str | None
) -> ShapeError:
    """The error of a sum or difference of a number and a vector or matrix, somewhere in `whole`."""
    array, first = words(sizes, shape), beside_number(node) is node.right
    if node.operator == "+":
        what = f"adds a number to {array}"
    else:
        what = f"subtracts {array} from a number" if first else f"subtracts a number from {array}"
    constant = _constant_array(sizes, node, shape, source)
    return ShapeError(
        f"{written(node, source, 'this')} {what}",
        source=source,
        span=node.span,
        hint=f"{constant}{_reminder(sizes, whole, node, shape)}.",
    )


def single(node: Tree, source: str | None) -> ShapeError:
    """The error of a product of sizes that must be 1, and whose factors are not."""
    return ShapeError(
        f"{written(node, source, 'this')} has more than one row or column, where one is needed",
        source=source,
        span=node.span,
        hint="Check the transposes, or declare the variables, as in X: matrix(m, n).",
    )


def row_variable(name: Name, source: str | None) -> ShapeError:
    """The error of a variable that would have to be a row."""
    return ShapeError(
        f"{name.name} would have to be a row vector",
        source=source,
        span=name.span,
        hint="Variables are scalars, columns or matrices; write a row as x'.",
    )


def undetermined(node: Tree, source: str | None) -> ShapeError:
    """The error of a constant whose size nothing fixes."""
    name = node.function if isinstance(node, Call) else "eye"
    instead = {"vector": "c*ones(n)", "matrix": "c*ones(m, n)"}.get(name, "eye(n)")
    return ShapeError(
        f"the size of {written(node, source, 'this')} does not follow from its context",
        source=source,
        span=node.span,
        hint=f"Write the size, as in {instead}.",
    )


def bad_index(name: Tree, what: str, source: str | None) -> ReadError:
    """The error of a name that is an index where it may not be, or the reverse."""
    shown = name.name if isinstance(name, Name) else "this"
    return ReadError(
        f"{shown} is {what}",
        source=source,
        span=name.span,
        hint="An index is declared as `c: index(V)`, stands in U[c], and is nothing else.",
    )


def sizeless(name: Name, source: str | None) -> ShapeError:
    """The error of a selection from what is the name of a dimension."""
    return ShapeError(
        f"{name.name} is a dimension, from which nothing is selected",
        source=source,
        span=name.span,
        hint=f"If it is a variable too, declare it, as in {name.name}: matrix({name.name}, d).",
    )


def rank_words(rank: int) -> str:
    """What has this many axes."""
    known = ("a scalar", "a vector", "a matrix")
    return known[rank] if rank < len(known) else f"an array of {rank} axes"


def words(sizes: Sizes, axes: tuple[int, ...]) -> str:
    """A shape in words: a scalar, a vector of size N, a matrix N×d; `?` where it is open."""
    if len(axes) == 1:
        axes = (*axes, UNIT)
    if len(axes) > 2:
        return f"an array {'×'.join(_size(sizes, axis) for axis in axes)}"
    pair = axes[0], axes[1]
    rows, columns = _size(sizes, pair[0]), _size(sizes, pair[1])
    match sizes.is_one(pair[0]), sizes.is_one(pair[1]):
        case True, True:
            return "a scalar"
        case False, True if sizes.is_large(pair[0]):
            return f"a vector of size {rows}" if rows != "?" else "a vector"
        case True, False if sizes.is_large(pair[1]):
            return f"a row vector of size {columns}" if columns != "?" else "a row vector"
    if rows == columns == "?":
        square = sizes.find(pair[0]) == sizes.find(pair[1])
        return "a scalar or a square matrix" if square else "an array"
    return f"a matrix {rows}×{columns}"


def written(tree: Tree, source: str | None, otherwise: str) -> str:
    """A subtree as its author wrote it, cut to a few words."""
    span: Span | None = tree.span
    if source is None or span is None:
        return tree.name if isinstance(tree, Name) else otherwise
    text = " ".join(source[span.start : span.stop].split())
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _binary(
    sizes: Sizes, node: Binary, operands: tuple[Pair, ...], source: str | None
) -> tuple[str, str]:
    left, right = (words(sizes, pair) for pair in operands)
    first = written(node.left, source, "the left side")
    second = written(node.right, source, "the right side")
    message = f"{first} is {left}, {second} is {right}"
    match node.operator:
        case "+" | "-":
            hint = f"Both sides of {node.operator} have the same shape; nothing is broadcast."
            if "a scalar" in (left, right):
                hint += " Write c*ones(n) for a constant vector, c*eye(n) for a multiple of I."
        case "*":
            hint = _transposition(sizes, first, second, operands)
        case "/":
            message = f"{second} is {right}, and only a scalar divides"
            hint = "Write ./ to divide elementwise, inv(A)*b to solve a system."
        case "^":
            message, hint = _power(sizes, operands, first, second)
        case _:
            hint = f"Both sides of {node.operator} have the same shape, or one is a scalar."
    return message, hint


def _constant_array(sizes: Sizes, node: Binary, shape: Pair, source: str | None) -> str:
    """The same sum with a constant array for the number, in both ways of writing it."""
    rows, columns = (str(sizes.dimension(size) or "?") for size in shape)
    first = beside_number(node) is node.right
    number = written(node.left if first else node.right, source, "c")
    other = _shortened(node.right if first else node.left, source)
    if sizes.is_one(shape[1]):
        ones, constant = f"ones({rows})", f"vector({number})"
    elif sizes.is_one(shape[0]):
        ones, constant = f"ones({columns})'", f"vector({number})'"
    else:
        ones, constant = f"ones({rows}, {columns})", f"matrix({number})"
    factor = number if number.replace(".", "").isalnum() else f"({number})"
    sized = ones if number == "1" else f"{factor}*{ones}"
    pairs = ((c, other) if first else (other, c) for c in (sized, constant))
    return "Write " + ", or ".join(f" {node.operator} ".join(pair) for pair in pairs)


def _reminder(sizes: Sizes, whole: Tree, node: Binary, shape: Pair) -> str:
    """Of softplus where log(1 + exp(u)) stands, of eye beside a square matrix."""
    if sizes.is_large(shape[0]) and sizes.find(shape[0]) == sizes.find(shape[1]):
        return f"; eye({sizes.dimension(shape[0])}) is the identity matrix"
    logarithms = (part for part in walk(whole) if isinstance(part, Call) and part.function == "log")
    is_logarithm = any(part.arguments[0] is node for part in logarithms)
    other = beside_number(node)
    if is_logarithm and isinstance(other, Call) and other.function == "exp":
        return "; softplus(u) is log(1 + exp(u))"
    return ""


def _shortened(tree: Tree, source: str | None) -> str:
    """A subtree as written where that is a word or two, else f(…) of a function."""
    text = written(tree, source, "u")
    if len(text) <= _SHORT:
        return text
    return f"{tree.function}(…)" if isinstance(tree, Call) else "…"


def _transposition(sizes: Sizes, first: str, second: str, operands: tuple[Pair, ...]) -> str:
    (rows, columns), (others, last) = (
        (sizes.find(pair[0]), sizes.find(pair[1])) for pair in operands
    )
    needed = "A product needs as many columns on its left as rows on its right"
    if columns == last and others != last:
        return f"{needed}; {_factor(first)}*{_transposed(second)} would fit."
    if rows == others and rows != columns:
        return f"{needed}; {_transposed(first)}*{_factor(second)} would fit."
    return f"{needed}; .* is the elementwise product."


def _factor(text: str) -> str:
    return text if text.rstrip("'").isidentifier() else f"({text})"


def _transposed(text: str) -> str:
    return text[:-1] if text[:-1].isidentifier() and text[-1] == "'" else f"{_factor(text)}'"


def _power(sizes: Sizes, operands: tuple[Pair, ...], base: str, exponent: str) -> tuple[str, str]:
    if not sizes.is_scalar(operands[1]):
        message = f"the exponent {exponent} is {words(sizes, operands[1])}"
        return message, "An exponent of ^ is a scalar; .^ takes the powers elementwise."
    message = f"{base} is {words(sizes, operands[0])}"
    return message, "^ takes a scalar or a square matrix; .^ takes the powers elementwise."


def _call(
    sizes: Sizes, node: Call, operands: tuple[Pair, ...], source: str | None
) -> tuple[str, str]:
    parts = (
        f"{written(argument, source, 'the argument')} is {words(sizes, pair)}"
        for argument, pair in zip(node.arguments, operands, strict=False)
    )
    function = KNOWN[node.function]
    name = _SHOWN_AS.get(function.signature, node.function)
    return ", ".join(parts), f"{name} needs {_needs(function.signature)}."


def _needs(text: str) -> str:
    if text in _NEEDED:
        return _NEEDED[text]
    kinds = signature(text).arguments
    if kinds == (("m", "n"), ("m", "n")):
        return "two arguments of the same shape"
    if len(kinds) == 2:
        return "two square matrices of one size" if kinds[0][1] == "n" else "two column vectors"
    return {("n", "n"): "a square matrix", ("1", "1"): "a scalar"}.get(kinds[0], "a column vector")


def _size(sizes: Sizes, variable: int) -> str:
    known = sizes.dimension(variable)
    return "?" if known is None else str(known)
