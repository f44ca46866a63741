"""What random expressions are made of: a row for each way to make a term of others.

A row says the shape and the trait of what it makes, its text, and the shapes and traits of its
parts.  A small letter of a shape is any size, a capital one is not 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Production(NamedTuple):
    """Shapes are two letters; `trait` is what the value has, given that the parts have theirs."""

    shape: str
    trait: str
    form: str
    parts: tuple[str, ...]


# Every trait with those that it implies.
IMPLIED: Mapping[str, frozenset[str]] = {
    "": frozenset(),
    "positive": frozenset({"positive"}),
    "posdef": frozenset({"posdef", "symmetric", "invertible"}),
    "symmetric": frozenset({"symmetric"}),
    "invertible": frozenset({"invertible"}),
}

# ----------------------------------------------------------------------------- the productions
_ENTRYWISE = ("sin", "cos", "arctan", "sinh", "tanh", "abs", "sign", "relu")
_ENTRYWISE_POSITIVE = ("exp", "cosh", "sigmoid", "softplus")

PRODUCTIONS: tuple[Production, ...] = (
    # sums and products of any shape
    *[Production("ab", "", form, ("ab", "ab")) for form in ("({} + {})", "({} - {})", "({}.*{})")],
    *[
        Production("ab", "", "({}*{})", parts)
        for parts in (("ac", "cb"), ("11", "ab"), ("ab", "11"))
    ],
    Production("ab", "", "({}*{})", ("aN", "Nb")),
    Production("ab", "", "(-{})", ("ab",)),
    Production("ab", "", "({}/{})", ("ab", "11 positive")),
    Production("ab", "", "({}./{})", ("ab", "ab positive")),
    Production("ab", "", "({})'", ("ba",)),
    Production("ab", "positive", "({} + {})", ("ab positive", "ab positive")),
    Production("ab", "positive", "({}.*{})", ("ab positive", "ab positive")),
    Production("ab", "positive", "({}*{})", ("aN positive", "Nb positive")),
    Production("ab", "positive", "({}*{})", ("11 positive", "ab positive")),
    Production("ab", "positive", "({}./{})", ("ab positive", "ab positive")),
    Production("ab", "positive", "({})'", ("ba positive",)),
    # functions and powers of every entry
    *[Production("ab", "", f"{name}({{}})", ("ab",)) for name in _ENTRYWISE],
    *[Production("ab", "positive", f"{name}({{}})", ("ab",)) for name in _ENTRYWISE_POSITIVE],
    Production("ab", "", "arcsin(sin({})/2)", ("ab",)),
    Production("ab", "", "arccos(sin({})/2)", ("ab",)),
    Production("ab", "", "tan(arctan({})/2)", ("ab",)),
    Production("ab", "", "log({})", ("ab positive",)),
    Production("ab", "positive", "sqrt({})", ("ab positive",)),
    Production("ab", "", "(({}).^2)", ("ab",)),
    Production("ab", "", "(({}).^3)", ("ab",)),
    Production("ab", "positive", "(({}).^(-1))", ("ab positive",)),
    Production("ab", "positive", "(({}).^(3/2))", ("ab positive",)),
    Production("ab", "positive", "(({}).^({}))", ("ab positive", "11")),
    Production("11", "", "(({})^2)", ("11",)),
    Production("11", "positive", "(({})^(-1/2))", ("11 positive",)),
    Production("11", "positive", "(({})^({}))", ("11 positive", "11")),
    # to a scalar
    *[
        Production("11", "", f"{name}({{}})", ("ab",))
        for name in ("sum", "mean", "prod", "norm1", "norm2")
    ],
    Production("11", "", "(norm2({})^2)", ("ab",)),
    Production("11", "positive", "sum({})", ("ab positive",)),
    Production("11", "positive", "mean({})", ("ab positive",)),
    Production("11", "positive", "(1 + norm2({})^2)", ("ab",)),
    Production("11", "positive", "(norm1({})^2 + N)", ("N1",)),
    Production("11", "", "(sum({})/N)", ("NM",)),
    Production("11", "", "({}'*{})", ("N1", "N1")),
    Production("11", "", "inner({}, {})", ("ab", "ab")),
    Production("11", "", "tr({})", ("NN",)),
    Production("11", "", "tr({}*{})", ("NM", "MN")),
    Production("11", "", "det({})", ("NN",)),
    Production("11", "", "logdet({})", ("NN invertible",)),
    Production("11", "positive", "det({})", ("NN posdef",)),
    Production("11", "positive", "tr({})", ("NN posdef",)),
    Production("11", "", "logsumexp({})", ("N1",)),
    Production("11", "", "eigmax({})", ("NN",)),
    Production("11", "", "specnorm({})", ("NM",)),
    Production("11", "", "nucnorm({})", ("NM",)),
    # to vectors
    Production("N1", "positive", "softmax({})", ("N1",)),
    Production("N1", "", "rowlogsumexp({})", ("NM",)),
    Production("N1", "", "diag({})", ("NN",)),
    Production("N1", "", "eigvals({})", ("NN",)),
    Production("N1", "", "(eigvecmax({}).^2)", ("NN",)),
    Production("N1", "", "diagsums({})", ("NN",)),
    # to matrices
    Production("NM", "positive", "rowsoftmax({})", ("NM",)),
    Production("NM", "", "outer({}, {})", ("N1", "M1")),
    Production("NM", "", "pinv({})", ("MN",)),
    Production("NN", "", "diag({})", ("N1",)),
    Production("NN", "", "adj({})", ("NN invertible",)),
    Production("NN", "", "(({})^2)", ("NN",)),
    Production("NN", "", "(({})^3)", ("NN",)),
    Production("NN", "invertible", "inv({})", ("NN invertible",)),
    Production("NN", "invertible", "(({})^-1)", ("NN invertible",)),
    Production("NN", "invertible", "({} + eye)", ("NN",)),
    Production("NN", "invertible", "({}*{})", ("NN invertible", "NN invertible")),
    Production("NN", "invertible", "({})'", ("NN invertible",)),
    *[Production("NN", "invertible", f"{name}({{}})", ("NN",)) for name in ("expm", "cosm")],
    Production("NN", "", "sinm({})", ("NN",)),
    Production("NN", "symmetric", "({0} + ({0})')", ("NN",)),
    Production("NN", "symmetric", "({0}*({0})')", ("NM",)),
    Production("NN", "symmetric", "toeplitz({})", ("N1",)),
    Production("NN", "symmetric", "({} - {})", ("NN symmetric", "NN symmetric")),
    Production("NN", "posdef", "({} + {})", ("NN posdef", "NN posdef")),
    Production("NN", "posdef", "(({0})'*{0} + eye(N))", ("MN",)),
    Production("NN", "posdef", "inv({})", ("NN posdef",)),
    Production("NN", "posdef", "sqrtm({})", ("NN posdef",)),
    Production("NN", "posdef", "({}*{})", ("11 positive", "NN posdef")),
    Production("NN", "posdef", "diag({})", ("N1 positive",)),
    # through fused axes
    Production("11", "", "(norm2(kron({}, {}))^2)", ("NM", "PQ")),
    Production("11", "", "sum(kron({}, {}))", ("NM", "P1")),
    Production("11", "", "(vec({})'*vec({}))", ("NM", "NM")),
    Production("11", "", "(vec({})'*kron({}, {})*vec({}))", ("QM", "MN", "QP", "PN")),
    Production("11", "", "(vec({})'*comm(M,N)*vec({}))", ("NM", "MN")),
)
