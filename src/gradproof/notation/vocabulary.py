"""The functions of the text language: name, signature, arity and meaning, one row each.

A signature gives shapes as pairs (rows, columns), arguments before `->`: `m n, p q -> m*p n*q`
is the Kronecker product; of a product of sizes the first varies slowest.  Equal letters are equal
sizes, `1` is one, and a letter that occurs only on the right is found from the context, as in
`vector(1)`.  Some words stand for rules that letters cannot say: `sizes` (the *values* of the
arguments give the shape), `diagonal` (a vector becomes a matrix, a square matrix a vector),
`derivative` (the shapes of both arguments make the result's), `beside` and `below` (the sizes of
the arguments add up) and `binder` (the first arguments name indices).

To teach the reader a function, add a row here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Chapter = Literal[
    "elementwise",
    "reduction",
    "matrix",
    "vector",
    "rows",
    "spectral",
    "constant",
    "calculus",
    "blocks",
]

UNBOUNDED = 1_000


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the text language; `least` to `most` arguments."""

    name: str
    chapter: Chapter
    signature: str
    meaning: str
    least: int = 1
    most: int = 1


_ELEMENTWISE = {
    "exp": "e to the power of each entry",
    "log": "natural logarithm of each entry",
    "sin": "sine of each entry",
    "cos": "cosine of each entry",
    "tan": "tangent of each entry",
    "arcsin": "inverse sine of each entry",
    "arccos": "inverse cosine of each entry",
    "arctan": "inverse tangent of each entry",
    "sinh": "hyperbolic sine of each entry",
    "cosh": "hyperbolic cosine of each entry",
    "tanh": "hyperbolic tangent of each entry",
    "sqrt": "square root of each entry",
    "abs": "absolute value of each entry",
    "sign": "sign of each entry",
    "relu": "max(x, 0) of each entry",
    "sigmoid": "1/(1 + exp(-x)) of each entry",
    "softplus": "log(1 + exp(x)) of each entry",
}

_ROWS: tuple[tuple[Chapter, str, str, str], ...] = (
    ("reduction", "prod", "m n -> 1 1", "product of all entries"),
    ("reduction", "mean", "m n -> 1 1", "sum of all entries divided by their number"),
    ("reduction", "norm1", "m n -> 1 1", "sum of the absolute values of all entries"),
    ("reduction", "norm2", "m n -> 1 1", "Euclidean norm; of a matrix the Frobenius norm"),
    ("reduction", "tr", "n n -> 1 1", "trace"),
    ("reduction", "det", "n n -> 1 1", "determinant"),
    ("reduction", "logdet", "n n -> 1 1", "logarithm of |determinant|"),
    ("reduction", "specnorm", "m n -> 1 1", "largest singular value"),
    ("reduction", "nucnorm", "m n -> 1 1", "sum of the singular values"),
    ("reduction", "inner", "m n, m n -> 1 1", "sum of the products of equal entries"),
    ("matrix", "inv", "n n -> n n", "inverse"),
    ("matrix", "pinv", "m n -> n m", "Moore–Penrose pseudoinverse"),
    ("matrix", "adj", "n n -> n n", "adjugate, det(X)*inv(X)"),
    ("matrix", "expm", "n n -> n n", "matrix exponential"),
    ("matrix", "sinm", "n n -> n n", "matrix sine"),
    ("matrix", "cosm", "n n -> n n", "matrix cosine"),
    ("matrix", "sqrtm", "n n -> n n", "square root of a positive definite matrix"),
    ("matrix", "kron", "m n, p q -> m*p n*q", "Kronecker product"),
    ("matrix", "vec", "m n -> n*m 1", "the columns stacked into one vector"),
    ("matrix", "polar", "m n -> m n", "orthogonal factor of the polar decomposition"),
    ("matrix", "diagsums", "n n -> n 1", "sums over the diagonals at equal distance"),
    ("matrix", "frechet_expm", "n n, n n -> n n", "derivative of expm at X in direction E"),
    ("matrix", "frechet_sinm", "n n, n n -> n n", "derivative of sinm at X in direction E"),
    ("matrix", "frechet_cosm", "n n, n n -> n n", "derivative of cosm at X in direction E"),
    ("matrix", "frechet_sqrtm", "n n, n n -> n n", "derivative of sqrtm at X in direction E"),
    ("matrix", "diag", "diagonal", "matrix with this diagonal, or the diagonal of a matrix"),
    ("vector", "toeplitz", "n 1 -> n n", "symmetric Toeplitz matrix with this first column"),
    ("vector", "outer", "m 1, n 1 -> m n", "outer product a*b'"),
    ("vector", "softmax", "n 1 -> n 1", "exp(x)/sum(exp(x))"),
    ("vector", "logsumexp", "n 1 -> 1 1", "log(sum(exp(x)))"),
    ("rows", "rowsoftmax", "m n -> m n", "softmax of each row"),
    ("rows", "rowlogsumexp", "m n -> m 1", "logsumexp of each row, as a column"),
    ("spectral", "eigvals", "n n -> n 1", "eigenvalues of a symmetric matrix, ascending"),
    ("spectral", "eigmax", "n n -> 1 1", "largest eigenvalue of a symmetric matrix"),
    ("spectral", "eigvecmax", "n n -> n 1", "unit eigenvector of the largest eigenvalue"),
    ("spectral", "eigvecs", "n n -> n n", "unit eigenvectors as columns, ascending"),
    ("constant", "vector", "1 1 -> n 1", "vector with equal entries, its size from the context"),
    ("constant", "matrix", "1 1 -> m n", "matrix with equal entries, its size from the context"),
)

_IRREGULAR = (
    Function(
        "sum", "reduction", "m n -> 1 1", "sum of all entries, or over an index", 1, UNBOUNDED
    ),
    Function("differential", "calculus", "m n -> m n", "change of F to first order as x moves"),
    Function("derivative", "calculus", "derivative", "derivative of F by x", 2, 2),
    Function("hcat", "blocks", "beside", "matrices side by side, in one row", 1, UNBOUNDED),
    Function("vcat", "blocks", "below", "matrices one below the other", 1, UNBOUNDED),
    Function("array", "constant", "binder", "the array with these entries", 2, UNBOUNDED),
    Function("eye", "constant", "sizes", "identity matrix", 0, 1),
    Function("ones", "constant", "sizes", "vector or matrix of ones", 1, 2),
    Function("zeros", "constant", "sizes", "vector or matrix of zeros", 1, 2),
    Function("comm", "constant", "sizes", "commutation matrix, comm(m,n)*vec(A) = vec(A')", 2, 2),
)


def _functions() -> Iterator[Function]:
    for name, meaning in _ELEMENTWISE.items():
        yield Function(name, "elementwise", "m n -> m n", meaning)
    for chapter, name, signature, meaning in _ROWS:
        arity = 1 + signature.partition("->")[0].count(",")
        yield Function(name, chapter, signature, meaning, arity, arity)
    yield from _IRREGULAR


FUNCTIONS = MappingProxyType({function.name: function for function in _functions()})

# Notations of mathematics that mean one function or another, by the shape of the argument; the
# LaTeX reader makes them, and decides them when shapes are known.  No text spells their names.
AMBIGUOUS = MappingProxyType(
    {
        function.name: function
        for function in (
            Function("abs or det", "elementwise", "bars", "|x|, or the determinant"),
            Function("norm of index 2", "reduction", "m n -> 1 1", "Euclidean or spectral norm"),
            Function("softmax of rows", "vector", "m n -> m n", "softmax, row by row"),
            Function("logsumexp of rows", "vector", "by rows", "logsumexp, row by row"),
            Function("tuple", "blocks", "numbers", "row of numbers", 1, UNBOUNDED),
            Function("dot product", "matrix", "product", "a*b, or a'*b of two columns", 2, 2),
            Function(
                "exponential", "elementwise", "m n -> m n", "e to the power of a number or matrix"
            ),
        )
    }
)
KNOWN: Mapping[str, Function] = MappingProxyType({**FUNCTIONS, **AMBIGUOUS})

BINDERS = frozenset({"sum", "array"})

ALIASES = MappingProxyType(
    {
        "asin": "arcsin",
        "acos": "arccos",
        "atan": "arctan",
        "trace": "tr",
        "sigma": "sigmoid",
    }
)

MISNOMERS = MappingProxyType(
    {
        "norm": "Write norm2(x) for the Euclidean or Frobenius norm, norm1(x) for the sum of |x|.",
        "ln": "log is the natural logarithm: write log(x).",
        "log2": "Write log(x)/log(2).",
        "log10": "Write log(x)/log(10).",
        "transpose": "Write X' for the transpose.",
        "dot": "Write a'*b, or inner(a, b).",
        "matmul": "Write A*B.",
        "multiply": "Write x.*y for the elementwise product.",
        "hadamard": "Write x.*y for the elementwise product.",
        "max": "Write relu(x) for max(x, 0), logsumexp(x) for a smooth maximum.",
        "min": "Write -relu(-x) for min(x, 0), -logsumexp(-x) for a smooth minimum.",
        "maximum": "Write relu(x) for max(x, 0).",
        "pow": "Write x^2, elementwise x.^2.",
        "power": "Write x^2, elementwise x.^2.",
        "square": "Write x^2, elementwise x.^2.",
        "inverse": "Write inv(X).",
        "determinant": "Write det(X).",
        "identity": "Write eye(n), or eye where the size follows from the context.",
        "logistic": "Write sigmoid(x).",
        "expit": "Write sigmoid(x).",
        "eig": "Write eigvals(X) for the eigenvalues, eigmax(X) for the largest.",
        "lse": "Write logsumexp(x).",
        "frobenius": "Write norm2(X).",
        "var": "Write the variance out, as norm2(x - mean(x)*ones(n))^2/n.",
        "cross": "There is no cross product; outer(a, b) is a*b'.",
        "index": "Declare an index, as in `c: index(V)`, and select with U[c].",
    }
)


def nearest(word: str, known: Iterator[str] | frozenset[str] | tuple[str, ...]) -> str:
    """The known word nearest to `word`, or the empty text when none is near.

    >>> nearest("sigmiod", tuple(FUNCTIONS))
    'sigmoid'
    """
    from difflib import get_close_matches  # not needed to read what is written well

    close = get_close_matches(word[:40], tuple(known), n=1)
    return close[0] if close else ""
