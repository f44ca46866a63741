"""The names of the rules, in the words of a lecture."""

from __future__ import annotations

from types import MappingProxyType

SUM = "sum rule"
CONSTANTS = "constants have no differential"
FACTOR = "constant factors stay in front"
NEGATIVE = "sign taken out"
TRANSPOSE = "d commutes with the transpose"
PRODUCT = "product rule"
QUOTIENT = "quotient rule"
RECIPROCAL = "differential of a reciprocal"
POWER = "power rule"
UNDER_SUM = "d goes under the sum"
SELECTED = "d goes inside the selection"
LINEAR = "differential of a linear expression"
VARIABLE = "the variable moves by its differential"
TIDY = "tidy up"
WHOLE = "differential, term by term"

FUNCTIONS = MappingProxyType(
    {
        "norm2": "differential of the norm",
        "norm1": "differential of the sum of absolute values",
        "inv": "differential of the inverse",
        "pinv": "differential of the pseudoinverse",
        "adj": "differential of the adjugate",
        "det": "differential of the determinant (Jacobi's formula)",
        "logdet": "differential of log det",
        "exp": "differential of the exponential",
        "log": "differential of the logarithm",
        "sqrt": "differential of the square root",
        "sigmoid": "differential of the logistic function, σ′ = σ(1 − σ)",
        "tanh": "differential of tanh, tanh′ = 1 − tanh²",
        "relu": "differential of relu",
        "abs": "differential of the absolute value",
        "softmax": "differential of the softmax",
        "rowsoftmax": "differential of the softmax of each row",
        "logsumexp": "differential of logsumexp, whose gradient is the softmax",
        "rowlogsumexp": "differential of logsumexp of each row",
        "expm": "differential of the matrix exponential",
        "sqrtm": "differential of the matrix square root",
        "prod": "differential of a product of entries",
        "specnorm": "differential of the largest singular value",
        "nucnorm": "differential of the nuclear norm",
        "eigmax": "differential of the largest eigenvalue",
        "eigvals": "differential of the eigenvalues",
        "^": "differential of a power",
        ".^": "differential of a power",
    }
)

LINEAR_FUNCTIONS = MappingProxyType(
    {
        "tr": "d commutes with the trace",
        "sum": "d commutes with the sum",
        "mean": "d commutes with the mean",
        "diag": "d commutes with diag",
        "vec": "d commutes with vec",
        "vector": "d of equal entries",
        "matrix": "d of equal entries",
        "toeplitz": "d commutes with toeplitz",
        "diagsums": "d commutes with sums over diagonals",
    }
)

BILINEAR = frozenset({"inner", "outer", "kron"})


def of_function(name: str) -> str:
    """The rule that differentiates a function."""
    return FUNCTIONS.get(name, f"differential of {name}")


def projected(direction: str) -> str:
    """The projection on symmetric matrices."""
    return f"{direction} is symmetric, so only the symmetric part counts"
