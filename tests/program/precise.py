"""What an expression and its derivatives are worth to hundreds of digits, by mpmath.

Numbers of mpmath in arrays of objects, by the plain meaning of every sign; derivatives are
central differences, whose step and cancellation are as nothing at so many digits.
"""

from __future__ import annotations

from itertools import product

import mpmath
import numpy as np

from gradproof.notation.infer import read
from gradproof.notation.tree import (
    SCALAR,
    Binary,
    Binder,
    Call,
    Literal,
    Name,
    Negation,
    Selection,
    Transpose,
    walk,
)

DIGITS = 700
SMALLEST = np.finfo(float).tiny  # below it floating-point numbers have fewer digits
STEP = mpmath.mpf(10) ** -100


def numbers(array):
    """The array with numbers of mpmath as entries."""
    return np.asarray(
        np.frompyfunc(lambda entry: mpmath.mpf(float(entry)), 1, 1)(array), dtype=object
    )


def exact(text, declarations, arrays, wrt=None, order=0):
    """The value of a text, or its first or second derivative, as an array of mpmath numbers."""
    tree = read(text, declarations).tree
    points = {name: np.asarray(array) for name, array in arrays.items()}
    points = {
        name: array if declarations[name].kind == "index" else numbers(array)
        for name, array in points.items()
    }
    with mpmath.workdps(DIGITS):
        return _derivative(tree, declarations, points, wrt, order)


def relative_error(found, expected, scale=0.0):
    """max |found − expected| / max |expected|, to all digits; infinite where found is no number.

    scale: what the error is relative to where that is larger.
    """
    found, expected = np.asarray(found), np.asarray(expected)
    assert found.shape == expected.shape
    if not np.isfinite(found).all():
        return float("inf")
    with mpmath.workdps(DIGITS):
        scale = max([SMALLEST, scale, *map(abs, expected.ravel())])
        worst = max(
            (abs(mpmath.mpf(float(one)) - other) for one, other in _pairs(found, expected)),
            default=0,
        )
        return float(worst / scale)


def _pairs(found, expected):
    return zip(found.ravel(), expected.ravel(), strict=True)


def _derivative(tree, declarations, points, wrt, order):
    if order == 0:
        return _natural(_value(tree, _scope(tree, declarations, points)))
    base = points[wrt]
    slopes = []
    for place in np.ndindex(base.shape):
        step = STEP * (abs(base[place]) or 1)
        ends = []
        for sign in (1, -1):
            moved = base.copy() if base.shape else np.array(base, dtype=object)
            moved[place] += sign * step
            ends.append(_derivative(tree, declarations, {**points, wrt: moved}, wrt, order - 1))
        slopes.append((ends[0] - ends[1]) / (2 * step))
    inner = np.shape(slopes[0])
    stacked = np.empty((len(slopes), *inner), dtype=object)
    for k, slope in enumerate(slopes):
        stacked[k] = slope
    # the axes of the variable come after those of the value, as in a Hessian
    return np.moveaxis(stacked.reshape(base.shape + inner), range(base.ndim), range(-base.ndim, 0))


def _scope(tree, declarations, points):
    """Arrays with rows and columns, and the sizes of all dimensions."""
    scope = {"": {}}
    for name, array in points.items():
        declared = declarations[name]
        for axis, size in zip(declared.axes, array.shape, strict=True):
            if axis.is_name():
                scope[""][str(axis)] = size
        is_index = declared.kind == "index"
        scope[name] = array if is_index else _rows_and_columns(array)
    return scope


def _rows_and_columns(array):
    return array.reshape(-1, 1) if array.ndim == 1 else array


def _natural(value):
    value = np.asarray(value, dtype=object)
    return value.reshape([size for size in value.shape if size != 1])


def _value(tree, scope):
    return np.asarray(_worth(tree, scope), dtype=object)


def _worth(tree, scope):
    match tree:
        case Literal(value):
            return np.array(mpmath.mpf(value.numerator) / value.denominator, dtype=object)
        case Name(name):
            return _named(name, scope)
        case Negation(operand):
            return -_value(operand, scope)
        case Transpose(operand):
            return _value(operand, scope).T
        case Binary(operator, left, right):
            return _squeezed(tree, OPERATORS[operator](_value(left, scope), _value(right, scope)))
        case Call("ones", sizes):
            shape = tuple(int(_value(size, scope)) for size in sizes)
            return _rows_and_columns(numbers(np.ones(shape)))
        case Call("eye", (size,)):
            return numbers(np.eye(int(_value(size, scope))))
        case Call("vector" | "matrix", arguments):
            shape = tuple(axis.size(scope[""]) for axis in tree.shape)
            return np.full(shape, _value(arguments[0], scope)[()], dtype=object)
        case Call(function, arguments):
            values = [_value(argument, scope) for argument in arguments]
            return _squeezed(tree, FUNCTIONS[function](*values))
        case Selection():
            return _selected(tree, scope)
        case Binder("sum", indices, body):
            return _summed(tree, indices, body, scope)
    raise NotImplementedError(tree)


def _squeezed(tree, value):
    value = np.asarray(value, dtype=object)
    return value.reshape(()) if tree.shape == SCALAR else value


def _named(name, scope):
    if name in scope:
        return np.asarray(scope[name], dtype=object)
    if name == "pi":
        return np.array(+mpmath.pi, dtype=object)
    return np.array(mpmath.mpf(scope[""][name]), dtype=object)


def _selected(tree, scope):
    base = _value(tree.base, scope)
    if base.ndim == 2 and base.shape[1] == 1 and tree.base.shape[1] == tree.shape[1]:
        base = base[:, 0]
    places = [_value(index, scope) for index in tree.indices]
    places = tuple(place.astype(int) if place.ndim else int(place) for place in places)
    chosen = np.asarray(base[places], dtype=object)
    return _squeezed(tree, _rows_and_columns(chosen))


def _summed(tree, indices, body, scope):
    sizes = [_extent(body, name, scope) for name in indices]
    total = 0
    for places in product(*map(range, sizes)):
        inner = {name: np.array(place) for name, place in zip(indices, places, strict=True)}
        total = total + _value(body, {**scope, **inner})
    return np.asarray(total, dtype=object)


def _extent(body, name, scope):
    for part in walk(body):
        if isinstance(part, Selection) and Name(name) in part.indices:
            axis = part.indices.index(Name(name))
            base = _value(part.base, {**scope, name: np.array(0)})
            return base.shape[axis]
    raise NotImplementedError(name)


def _times(left, right):
    return left @ right if left.ndim and right.ndim else left * right


def _power(base, exponent):
    if base.ndim:
        return np.linalg.matrix_power(base, int(exponent))
    return np.array(mpmath.power(base[()], exponent[()]), dtype=object)


OPERATORS = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": _times,
    ".*": lambda left, right: left * right,
    "/": lambda left, right: left / right,
    "./": lambda left, right: left / right,
    "^": _power,
    ".^": lambda left, right: np.frompyfunc(mpmath.power, 2, 1)(left, right),
}


def _entrywise(function):
    return np.frompyfunc(function, 1, 1)


def _matrix(array):
    return mpmath.matrix([list(row) for row in np.atleast_2d(array)])


def _array(matrix):
    return np.array(matrix.tolist(), dtype=object).reshape(matrix.rows, matrix.cols)


def _sigmoid(u):
    return 1 / (1 + mpmath.exp(-u))


def _exp(array):
    return _entrywise(mpmath.exp)(array)


def _log(array):
    return _entrywise(mpmath.log)(array)


def _norm(array):
    return mpmath.sqrt(sum(entry * entry for entry in array.ravel()))


def _by_rows(function):
    return lambda array: np.concatenate([np.atleast_2d(function(row)) for row in array])


FUNCTIONS = {
    "exp": _exp,
    "log": _log,
    "sqrt": _entrywise(mpmath.sqrt),
    "abs": _entrywise(abs),
    "sign": _entrywise(mpmath.sign),
    "tanh": _entrywise(mpmath.tanh),
    "sinh": _entrywise(mpmath.sinh),
    "cosh": _entrywise(mpmath.cosh),
    "sin": _entrywise(mpmath.sin),
    "cos": _entrywise(mpmath.cos),
    "relu": _entrywise(lambda u: max(u, mpmath.mpf(0))),
    "sigmoid": _entrywise(_sigmoid),
    "softplus": _entrywise(lambda u: mpmath.log(1 + mpmath.exp(u))),
    "softmax": lambda z: _exp(z) / _exp(z).sum(),
    "logsumexp": lambda z: mpmath.log(_exp(z).sum()),
    "rowsoftmax": lambda Z: _exp(Z) / _exp(Z).sum(axis=1, keepdims=True),
    "rowlogsumexp": lambda Z: _log(_exp(Z).sum(axis=1, keepdims=True)),
    "sum": lambda array: array.sum(),
    "mean": lambda array: array.sum() / array.size,
    "tr": np.trace,
    "diag": lambda array: np.diag(array[:, 0]) if array.shape[1] == 1 else np.diag(array)[:, None],
    "norm1": lambda array: sum(abs(entry) for entry in array.ravel()),
    "norm2": _norm,
    "det": lambda array: mpmath.det(_matrix(array)),
    "logdet": lambda array: mpmath.log(abs(mpmath.det(_matrix(array)))),
    "inv": lambda array: _array(_matrix(array) ** -1),
}
