"""What a node of a graph does, in the words of a lecture.

These words name rules; what a rule says is worked out by differentiation, never looked up.
"""

from __future__ import annotations

from collections.abc import Set
from types import MappingProxyType

from gradproof.core.dimension import ONE
from gradproof.notation.build import chain_of, shape_of, transposed
from gradproof.notation.symbols import names_in
from gradproof.notation.tree import (
    Binary,
    Binder,
    Call,
    Name,
    Negation,
    Selection,
    Transpose,
    Tree,
    is_scalar,
)
from gradproof.notation.vocabulary import FUNCTIONS

FORWARD = MappingProxyType(
    {
        "inverse": "matrix inverse",
        "logdet": "log-determinant",
        "det": "determinant",
        "tr": "trace",
        "sigmoid": "logistic function",
        "logsumexp": "log-sum-exp",
        "rowlogsumexp": "log-sum-exp of each row",
        "rowsoftmax": "softmax of each row",
        "inv": "matrix inverse",
        "norm1": "sum of absolute values",
        "index sum": "sum over an index",
        "rows": "sum of selected rows",
        "diag": "diagonal",
        "vec": "columns stacked",
        "entrywise": "entrywise function",
    }
)

BACKWARD = MappingProxyType(
    {
        "matrix product": "adjoint of the matrix product C = AB: Ā = C̄Bᵀ, B̄ = AᵀC̄",
        "affine layer": "adjoint of the affine layer Y = AB + C: Ā = ȲBᵀ, B̄ = AᵀȲ, C̄ = Ȳ",
        "inner product": "adjoint of the inner product s = aᵀb: ā = s̄b, b̄ = s̄a",
        "quadratic form": "adjoint of the quadratic form s = xᵀAx: x̄ = s̄(A + Aᵀ)x",
        "sum": "adjoint of a sum: each term receives it",
        "rows": "adjoint of selected rows: each of them receives it",
        "difference": "adjoint of a difference: the second term receives its negative",
        "norm": "adjoint of the norm n = ‖u‖: ū = n̄u/n",
        "squared norm": "adjoint of the squared norm s = ‖u‖²: ū = 2s̄u",
        "quotient": "adjoint of the quotient c = a/b: ā = c̄/b, b̄ = −c̄c/b",
        "tr": "adjoint of the trace",
        "logdet": "adjoint of log det: Ā = s̄A⁻ᵀ",
        "det": "adjoint of the determinant: Ā = s̄ det(A)A⁻ᵀ",
        "inv": "adjoint of the inverse B = A⁻¹: Ā = −BᵀB̄Bᵀ",
        "sigmoid": "adjoint of h = σ(z): z̄ = h̄ ⊙ h ⊙ (1 − h)",
        "tanh": "adjoint of h = tanh(z): z̄ = h̄ ⊙ (1 − h²)",
        "softmax": "adjoint of p = softmax(z): z̄ = p ⊙ (p̄ − (pᵀp̄)1)",
        "logsumexp": "adjoint of log-sum-exp: its gradient is the softmax",
        "softmax loss": "adjoint of softmax with cross-entropy: p − y",
        "sigmoid loss": "adjoint of the logistic function with cross-entropy: p − y",
        "entrywise": "adjoint of an entrywise function h = g(z): z̄ = h̄ ⊙ g′(z)",
        "index sum": "adjoint of a sum over an index",
    }
)
ADD_UP = "adjoints of equal inputs add up"


def forward_words(kind: str) -> str:
    """The rule by which a node is worked out."""
    return f"forward: {FORWARD.get(kind, kind)}"


def backward_words(kind: str, *, is_loss: bool = False) -> str:
    """The rule by which a node hands on its adjoint."""
    if is_loss and kind not in BACKWARD:
        return "adjoint of the loss"
    return BACKWARD.get(kind, f"adjoint of the {FORWARD.get(kind, kind)}")


def kind_of(formula: Tree, moving: Set[str]) -> str:
    """The kind of a node, a sign and constant factors taken off."""
    match formula:
        case Negation(operand) | Transpose(operand):
            return kind_of(operand, moving)
        case Binary("*", left, right):
            return _kind_of_product(left, right, formula, moving)
        case Binary("/", left, right):
            return "quotient" if names_in(right) & moving else kind_of(left, moving)
        case Binary("+" | "-"):
            return _kind_of_sum(formula)
        case Binary("^", base, _):
            return _kind_of_power(base)
        case Binary():
            both = all(names_in(part) & moving for part in (formula.left, formula.right))
            return "entrywise product" if formula.operator == ".*" and both else "entrywise"
        case Call():
            return _kind_of_function(formula)
        case Binder():
            return "index sum"
        case Selection():
            return "selection"
        case _:
            return "copy"


def _kind_of_function(tree: Call) -> str:
    function, arguments = tree.function, tree.arguments
    if function == "inner":
        return "squared norm" if arguments[0] == arguments[1] else "inner product"
    if FUNCTIONS[function].chapter == "elementwise" and not isinstance(arguments[0], Name):
        return "entrywise"
    return {"sum": "sum of entries", "norm2": "norm"}.get(function, function)


def _kind_of_product(left: Tree, right: Tree, whole: Tree, moving: Set[str]) -> str:
    if is_scalar(left) or is_scalar(right):
        parts = [part for part in (left, right) if names_in(part) & moving]
        return kind_of(parts[0], moving) if len(parts) == 1 else "product"
    factors = chain_of(whole)
    if not is_scalar(whole):
        return "matrix product"
    if transposed(factors[-1]) == factors[0]:
        return "squared norm" if len(factors) == 2 else "quadratic form"
    return "inner product" if len(factors) == 2 else "bilinear form"


def _kind_of_power(base: Tree) -> str:
    if isinstance(base, Call) and base.function == "norm2":
        return "squared norm"
    return "power" if is_scalar(base) else "matrix power"


def _kind_of_sum(tree: Binary) -> str:
    if is_scalar(tree):
        return "sum of terms"
    terms = (tree.left, tree.right)
    products = sum(isinstance(term, Binary) and term.operator == "*" for term in terms)
    if tree.operator == "-":
        return "difference"
    if all(isinstance(term, Selection) for term in terms):
        return "rows"
    return "affine layer" if products and _has_bias(tree) else "sum"


def _has_bias(tree: Tree) -> bool:
    if isinstance(tree, Binary) and tree.operator == "+":
        return _has_bias(tree.left) or _has_bias(tree.right)
    return not isinstance(tree, Binary) or tree.operator != "*" or shape_of(tree.left)[1] == ONE
