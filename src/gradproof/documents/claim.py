"""One claimed derivative, judged as an `=` of a document is."""

from __future__ import annotations

from collections.abc import Mapping

from numpy.random import Generator

from gradproof.core.declaration import Declaration
from gradproof.core.dimension import ONE
from gradproof.core.errors import UnknownNameError, UnsupportedError
from gradproof.documents.finding import Finding
from gradproof.documents.judging.chain import Chain
from gradproof.documents.judging.judge import judge
from gradproof.expression.write import Declarations, declared
from gradproof.notation.infer import infer
from gradproof.notation.parser import parse_text
from gradproof.notation.tree import SCALAR, Call, Name, Transpose, Tree
from gradproof.notation.write_text import text


def check_claim(
    claim: str,
    of: str,
    wrt: str,
    *,
    order: int = 1,
    declare: Declarations = None,
    rng: int | Generator = 0,
) -> Finding:
    """Whether `claim` is the derivative of `of` by `wrt`, and what the slip is if it is not.

    claim    the formula that was worked out by hand
    of       the expression that was differentiated
    wrt      the variable
    order    1 for the gradient or Jacobian, 2 for the Hessian
    declare  what is known of the variables

    The Jacobian of a matrix, and the Hessian by a matrix, are those of vec.
    Raises ReadError and ShapeError where `of` or `claim` cannot be read.

    >>> finding = check_claim("X'*(X*w - y)", "norm2(X*w - y)^2", "w")
    >>> finding.verdict.kind, finding.diagnosis
    ('refuted', 'the factor 2 is missing: it should be 2Xᵀ(Xw − y)')
    """
    known = declared(declare)
    written = parse_text(claim)
    left = _derivative(parse_text(of), wrt, order, known, of)
    (judgement,) = judge(Chain((left, written), known, source=claim), rng)
    return Finding(1, 1, text(left), claim, judgement.verdict, judgement.diagnosis, claim)


def _derivative(
    function: Tree, wrt: str, order: int, known: Mapping[str, Declaration], source: str
) -> Tree:
    """∂F/∂x as the shapes ask: by x, by x′ where a Jacobian arises, by vec X for matrices."""
    if order not in (1, 2):
        raise UnsupportedError("claims of order 1 and 2 are checked")
    inferred = infer(function, known, source)
    if wrt not in inferred.declarations:
        names = ", ".join(inferred.declarations)
        raise UnknownNameError(
            f"{wrt} is not a variable of the expression", hint=f"Its variables are {names}."
        )
    axes = len(inferred.declarations[wrt].axes)
    for _ in range(order):
        function = _once(function, Name(wrt), axes, known, order)
    return function


def _once(
    function: Tree, by: Name, axes: int, known: Mapping[str, Declaration], order: int
) -> Tree:
    shape = infer(function, known).tree.shape
    stacked: Tree = by if axes < 2 else Call("vec", (by,))
    if axes == 0 or shape == SCALAR:
        return Call("derivative", (function, by if order == 1 else stacked))
    if shape is not None and ONE not in shape:
        function = Call("vec", (function,))
    return Call("derivative", (function, Transpose(stacked)))
