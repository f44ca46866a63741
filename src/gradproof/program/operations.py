"""All operations of plans: what each means, and samples on which every target is tested.

A sample names axes: `matmul` has "m n, n k -> m k".  After a colon stands what an operand is:
posdef, positive, index V (its entries count from 0 to V − 1), and so on; an operand may be a
plain number, a scalar array (), or a factorisation, cholesky(n n: posdef).  The parameters of
the step follow the text.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import NamedTuple


class Sample(NamedTuple):
    """Operands, the axes of the result, and the parameters of the step."""

    operands: tuple[str, ...]
    result: str
    parameters: tuple[Hashable, ...]


class Operation(NamedTuple):
    """What an operation means in a few words, and samples of it."""

    meaning: str
    samples: tuple[Sample, ...]


def _operation(meaning: str, *samples: str | tuple[Hashable, ...]) -> Operation:
    return Operation(
        meaning,
        tuple(
            _read(sample) if isinstance(sample, str) else _read(str(sample[0]), sample[1:])
            for sample in samples
        ),
    )


def _read(text: str, parameters: tuple[Hashable, ...] = ()) -> Sample:
    operands, _, result = text.partition("->")
    parts = tuple(part.strip() for part in operands.split(","))
    return Sample(parts if operands.strip() else (), result.strip(), parameters)


def _entrywise(meaning: str, fact: str = "") -> Operation:
    """A function of one number, on a scalar, a vector and a matrix."""
    kind = f": {fact}" if fact else ""
    return _operation(meaning, f"(){kind} ->", f"n{kind} -> n", f"m n{kind} -> m n")


HALF = Fraction(1, 2)
EACH = ("batch", 1)

LEAVES = {
    "number": _operation("a number", ("-> ", Fraction(1, 3)), ("-> ", Fraction(-2))),
    "argument": _operation("an argument, by its name"),
    "pi": _operation("π", "->"),
    "size": _operation("a dimension"),
    "eye": _operation("the identity matrix", "-> n n"),
    "ones": _operation("all ones", "-> n", "-> m n"),
    "zeros": _operation("all zeros", "->", "-> n", "-> m n"),
    "arange": _operation("0, 1, 2, …", "-> n"),
    "comm": _operation("the commutation matrix of two sizes"),
}

ARITHMETIC = {
    "negative": _operation("−a", "n -> n", "() ->"),
    "add": _operation(
        "Σ ±a, with a sign for each term; broadcast",
        ("m n, n, m n -> m n", 1, -1, -1),
        ("1, n -> n", 1, -1),
        ("n, n -> n", -1, 1),
    ),
    "multiply": _operation("a b, entry by entry; broadcast", "m n, n -> m n", "2, n -> n"),
    "divide": _operation("a / b, entry by entry", "m n, n: positive -> m n", "1, n -> n"),
    "power": _operation(
        "a to the power b, entry by entry",
        "n: positive, n -> n",
        "m n, 3 -> m n",
        "n: positive, -1/2 -> n",
        "2, n -> n",
    ),
}

ENTRYWISE = {
    **{name: _entrywise(name) for name in ("exp", "sin", "cos", "arctan", "sinh", "cosh", "tanh")},
    "log": _entrywise("the logarithm", "positive"),
    "sqrt": _entrywise("the root", "positive"),
    "tan": _entrywise("tan", "open01"),
    "arcsin": _entrywise("arcsin", "open01"),
    "arccos": _entrywise("arccos", "open01"),
    "abs": _entrywise("|u|"),
    "sign": _entrywise("−1, 0 or 1"),
    "relu": _entrywise("max(u, 0)"),
    "sigmoid": _entrywise("1 / (1 + exp(−u))"),
    "softplus": _entrywise("log(1 + exp(u))"),
    "logcosh": _entrywise("log(cosh(u))"),
    "log1p": _entrywise("log(1 + u)", "positive"),
    "expm1": _entrywise("exp(u) − 1"),
    "log1mexp": _entrywise("log(1 − exp(u))", "negative"),
    "sech_squared": _entrywise("1 − tanh(u)²"),
}

LAST_AXIS = {
    "softmax": _operation("exp(z) / Σ exp(z) along the last axis", "n -> n", "m n -> m n"),
    "log_softmax": _operation("its logarithm", "n -> n", "m n -> m n"),
    "logsumexp": _operation("log Σ exp(z) along the last axis", "n ->", "m n -> m"),
}

PRODUCTS = {
    "matmul": _operation(
        "the product of matrices or vectors",
        "m n, n k -> m k",
        "m n, n -> m",
        "m, m n -> n",
        "n, n ->",
    ),
    "outer": _operation("a b′", "m, n -> m n"),
    "einsum": _operation(
        "a contraction by letters",
        ("m n, n k -> m k n", "ab,bc->acb"),
        ("j n, j n -> j", "ab,ab->a"),
        ("j n n -> j", "abb->a"),
    ),
    "tensordot": _operation(
        "summed over axes of the first with axes of the second",
        ("m n k, k n j -> m j", (1, 2), (1, 0)),
        ("m n k, n -> m k", (1,), (0,)),
    ),
    "gram": _operation("X′X for axis 0, XX′ for axis 1", ("m n -> n n", 0), ("m n -> m m", 1)),
    "weighted_gram": _operation(
        "X′ diag(w) X for axis 0, X diag(w) X′ for axis 1",
        ("m n, m -> n n", 0),
        ("m n, n -> m m", 1),
    ),
    "weighted_grams": _operation(
        "X′ diag(w) X for each w along the first axis of the second",
        ("m n, m k -> k n n",),
        ("m n, m k j -> k j n n",),
    ),
    "kron": _operation(
        "A ⊗ B", "m n, j k -> m*j n*k", "n, k -> n*k", ("i m n, i j k -> i m*j n*k", *EACH)
    ),
}

REDUCTIONS = {
    "sum": _operation(
        "the sum over axes, or over all for a scalar",
        ("m n ->", 0, 1),
        ("m n -> n", 0),
        ("m n k -> n", 0, 2),
        ("n ->", 0),
    ),
    "trace": _operation("tr A", "n n ->"),
    "prod": _operation("the product of all entries", "n ->", ("j n -> j", *EACH)),
    "norm": _operation("the root of the sum of squares", "n ->", "m n ->"),
    "norms": _operation("the same for each index in front", "j n -> j", "j m n -> j"),
    "specnorm": _operation("the largest singular value", "m n ->", ("j m n -> j", *EACH)),
    "nucnorm": _operation("the sum of singular values", "m n ->", ("j m n -> j", *EACH)),
}

LAYOUT = {
    "rearrange": _operation(
        "axes in another order, and axes of length one (None)",
        ("m n -> n m", 1, 0),
        ("m -> m 1", 0, None),
        ("m n k -> k m n", 2, 0, 1),
        ("m n -> n 1 m", 1, None, 0),
        ("() -> 1 1", None, None),
    ),
    "copy": _operation("the same, in memory of its own", "m n -> m n"),
    "diagonal": _operation("the diagonal of a matrix", "n n -> n"),
    "diagonal_matrix": _operation("the matrix with a diagonal", "n -> n n"),
    "vec": _operation("the columns stacked", "m n -> m*n", ("j m n -> j m*n", *EACH)),
    "toeplitz": _operation("the symmetric Toeplitz matrix", "n -> n n", ("j n -> j n n", *EACH)),
    "diagsums": _operation("sums along diagonals", "n n -> n", ("j n n -> j n", *EACH)),
}

SELECTION = {
    "take": _operation(
        "the entries along an axis at places that arrays name",
        ("V n, N: index V -> N n", 0),
        ("n V, : index V -> n", 1),
        ("V n, : index V -> n", 0),
        ("m n, : index m, : index n ->", 0),
        ("n V, m k: index V -> n m k", 1),
    ),
    "take_along": _operation(
        "of each row the entries that an index of that row names; the first axes go together",
        ("N V, N: index V -> N", 1),
        ("N V k, N m: index V -> N m k", 1),
        ("N m V, N m: index V -> N m", 2),
    ),
    "one_hot": _operation(
        "1 where the last axis equals the index", "N: index V -> N V", ": index V -> V"
    ),
    "scatter_add": _operation(
        "for each v the sum of the values whose index is v",
        "N k, N: index V -> V k",
        "N, N: index V -> V",
        "1, N: index V -> V",
        "N m k, N m: index V -> V k",
        "k, : index V -> V k",
    ),
    "add_at": _operation(
        "the base, and a multiple of the values at [n, index[n]]",
        ("N V, N: index V, 1 -> N V", -1),
        ("N V, N: index V, N -> N V", HALF),
        ("V, : index V, 1 -> V", -1),
        ("N m V, N m: index V, N m -> N m V", 1),
    ),
    "block_diagonal": _operation(
        "zeros, and values where axes agree",
        ("m n -> m n m n", (0, 1, 0, 1), (0, 1)),
        ("n m -> m n m n", (0, 1, 0, 1), (1, 0)),
        ("m n k -> m n m k", (0, 1, 0, 2), (0, 1, 2)),
        ("n -> m n m n", (0, 1, 0, 1), (1,)),
    ),
    "add_diagonal": _operation(
        "the base, and a multiple of the values where axes agree",
        ("n n, n -> n n", (0, 0), (0,), 1),
        ("n n, 1 -> n n", (0, 0), (), -1),
        ("m n m n, m n -> m n m n", (0, 1, 0, 1), (0, 1), HALF),
    ),
}

MATRICES = {
    "inverse": _operation("A⁻¹", "n n: nonsingular -> n n", ("j n n: nonsingular -> j n n", *EACH)),
    "solve": _operation("A⁻¹B", "n n: nonsingular, n -> n", "n n: nonsingular, n k -> n k"),
    "det": _operation("the determinant", "n n ->", ("j n n -> j", *EACH)),
    "logdet": _operation("log|det A|", "n n: nonsingular ->", ("j n n: nonsingular -> j", *EACH)),
    "pinv": _operation("the pseudoinverse", "m n -> n m", ("j m n -> j n m", *EACH)),
    "matrix_power": _operation(
        "A to a whole power",
        ("n n -> n n", 5),
        ("n n: nonsingular -> n n", -5),
        ("j n n -> j n n", 5, *EACH),
    ),
    "expm": _operation("the matrix exponential", "n n -> n n", ("j n n -> j n n", *EACH)),
    "sinm": _operation("the matrix sine", "n n -> n n"),
    "cosm": _operation("the matrix cosine", "n n -> n n"),
    "sqrtm": _operation(
        "the root of a positive definite matrix",
        "n n: posdef -> n n",
        ("j n n: posdef -> j n n", *EACH),
    ),
    "polar": _operation("the orthogonal factor of A", "m n -> m n", ("j m n -> j m n", *EACH)),
    "frechet_expm": _operation(
        "the derivative of expm in a direction", "n n, n n -> n n", ("j n n, j n n -> j n n", *EACH)
    ),
    "frechet_sinm": _operation("the derivative of sinm in a direction", "n n, n n -> n n"),
    "frechet_cosm": _operation("the derivative of cosm in a direction", "n n, n n -> n n"),
    "frechet_sqrtm": _operation(
        "the derivative of sqrtm in a direction",
        "n n: posdef, n n -> n n",
        ("j n n: posdef, j n n -> j n n", *EACH),
    ),
    "eigvals": _operation(
        "the eigenvalues of the symmetric part, ascending", "n n -> n", ("j n n -> j n", *EACH)
    ),
    "eigmax": _operation("the largest of them", "n n ->", ("j n n -> j", *EACH)),
    "eigvecs": _operation(
        "unit eigenvectors as columns, up to sign", "n n -> n n", ("j n n -> j n n", *EACH)
    ),
    "eigvecmax": _operation("the last of them", "n n -> n", ("j n n -> j n", *EACH)),
}

FACTORISATIONS = {
    "cholesky": _operation("a factorisation of a positive definite matrix; only these read it:"),
    "cholesky_solve": _operation(
        "A⁻¹B", "cholesky(n n: posdef), n -> n", "cholesky(n n: posdef), n k -> n k"
    ),
    "cholesky_inverse": _operation("A⁻¹", "cholesky(n n: posdef) -> n n"),
    "cholesky_logdet": _operation("log det A", "cholesky(n n: posdef) ->"),
    "lu": _operation("a factorisation of any square matrix; only these read it:"),
    "lu_solve": _operation("A⁻¹B", "lu(n n), n -> n", "lu(n n), n k -> n k"),
    "lu_solve_transposed": _operation("A⁻′B", "lu(n n), n -> n", "lu(n n), n k -> n k"),
    "lu_inverse": _operation("A⁻¹", "lu(n n) -> n n"),
    "lu_det": _operation("det A", "lu(n n) ->", "lu(k k) ->"),
    "lu_logdet": _operation("log|det A|", "lu(n n) ->"),
}

OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {
        **LEAVES,
        **ARITHMETIC,
        **ENTRYWISE,
        **LAST_AXIS,
        **PRODUCTS,
        **REDUCTIONS,
        **LAYOUT,
        **SELECTION,
        **MATRICES,
        **FACTORISATIONS,
    }
)
