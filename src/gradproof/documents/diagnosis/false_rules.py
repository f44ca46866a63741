"""False rules that people apply: the wrong member is what one of them makes of the right one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import MappingProxyType

from gradproof.documents.diagnosis.case import Candidate, Case
from gradproof.documents.diagnosis.places import factors, places, product, put
from gradproof.notation.build import literal
from gradproof.notation.tree import (
    Binary,
    Call,
    Literal,
    Negation,
    Operator,
    Transpose,
    Tree,
    is_scalar,
)
from gradproof.notation.write_unicode import unicode

Rewriting = Callable[[Tree], Tree | None]


def _over_terms(function: str) -> Rewriting:
    """f(a ± b) as f(a) ± f(b)."""

    def rewrite(tree: Tree) -> Tree | None:
        match tree:
            case Call(name, (Binary("+" | "-" as sign, left, right),)) if name == function:
                return Binary(sign, Call(name, (left,)), Call(name, (right,)))
        return None

    return rewrite


def _over_factors(function: str) -> Rewriting:
    """f(AB) as f(A) f(B), factor by factor in the order written."""

    def rewrite(tree: Tree) -> Tree | None:
        match tree:
            case Call(name, (Binary("*" | ".*" as times, left, right),)) if name == function:
                sign = "*" if is_scalar(tree) else times
                return Binary(sign, Call(name, (left,)), Call(name, (right,)))
        return None

    return rewrite


def _scaled(function: str) -> Rewriting:
    """f(cA) as c f(A)."""

    def rewrite(tree: Tree) -> Tree | None:
        match tree:
            case Call(name, (Binary("*", left, right),)) if name == function and is_scalar(left):
                return Binary("*", left, Call(name, (right,)))
            case Call(name, (Binary("/", left, right),)) if name == function:
                return Binary("/", Call(name, (left,)), right)
            case Call(name, (Negation(operand),)) if name == function:
                return Negation(Call(name, (operand,)))
        return None

    return rewrite


def _unscaled_logdet(tree: Tree) -> Tree | None:
    match tree:
        case Call("logdet", (Binary("*", left, right),)) if is_scalar(left):
            return Binary("+", Call("log", (left,)), Call("logdet", (right,)))
    return None


def _transposed_factors(tree: Tree) -> Tree | None:
    match tree:
        case Transpose(Binary("*") as whole) if not is_scalar(whole):
            parts = factors(whole)
            return product([part if is_scalar(part) else Transpose(part) for part in parts])
    return None


def _half_transposed(tree: Tree) -> Tree | None:
    match tree:
        case Transpose(Binary("*", left, right)):
            return Binary("*", left, right) if is_scalar(left) else Binary("*", right, left)
    return None


def _dropped_transposes(tree: Tree) -> Tree | None:
    match tree:
        case Transpose(Binary("*") as whole) if not is_scalar(whole):
            parts = [p.operand if isinstance(p, Transpose) else p for p in factors(whole)]
            return product(parts[::-1])
    return None


def _lost_transpose(tree: Tree) -> Tree | None:
    match tree:
        case Transpose(operand) if not is_scalar(tree):
            return operand
    return None


def _trace_as_inner(tree: Tree) -> Tree | None:
    """tr(M D) as ⟨M, D⟩."""
    match tree:
        case Call("tr", (Binary("*") as inside,)):
            *front, last = factors(inside)
            return Call("sum", (Binary(".*", product(front), last),))
    return None


def _inner_as_trace(tree: Tree) -> Tree | None:
    """⟨M, D⟩ as tr(M D)."""
    match tree:
        case Call("sum", (Binary(".*", left, right),)):
            return Call("tr", (Binary("*", left, right),))
        case Call("inner", (left, right)):
            return Call("tr", (Binary("*", left, right),))
    return None


def _squared_sum(tree: Tree) -> Tree | None:
    """(a + b)² as a² + b²."""
    match tree:
        case Binary("^" | ".^" as power, inside, exponent):
            name = ""
            if isinstance(inside, Call) and inside.function in ("norm2", "sum", "tr"):
                name, (inside,) = inside.function, inside.arguments
            if isinstance(inside, Binary) and inside.operator in ("+", "-"):
                parts = [Call(name, (p,)) if name else p for p in (inside.left, inside.right)]
                one, other = (Binary(power, part, exponent) for part in parts)
                return Binary(inside.operator, one, other)
    return None


def _binomial(tree: Tree) -> Tree | None:
    """(A + B)² as A² + 2AB + B²."""
    match tree:
        case Binary("^", Binary("+" | "-" as sign, a, b), Literal(value)) if value == 2:
            two = Binary("*", Binary("*", literal(2), a), b)
            one = Binary(sign, Binary("^", a, literal(2)), two)
            return Binary("+", one, Binary("^", b, literal(2)))
    return None


def _power_of_product(tree: Tree) -> Tree | None:
    """(AB)² as A² B²."""
    match tree:
        case Binary("^", Binary("*", left, right), exponent):
            return Binary("*", Binary("^", left, exponent), Binary("^", right, exponent))
    return None


def _split_exponential(tree: Tree) -> Tree | None:
    match tree:
        case Call("expm" | "exp" as name, (Binary("+", left, right),)):
            times: Operator = "*" if name == "expm" or is_scalar(tree) else ".*"
            return Binary(times, Call(name, (left,)), Call(name, (right,)))
    return None


def _norm_of_product(tree: Tree) -> Tree | None:
    match tree:
        case Call("norm2" | "norm1" as name, (Binary("*", left, right),)):
            return Binary("*", Call(name, (left,)), Call(name, (right,)))
    return None


def _swapped_kron(tree: Tree) -> Tree | None:
    match tree:
        case Call("kron", (left, right)):
            return Call("kron", (right, left))
    return None


def _entrywise_for_matrix(tree: Tree) -> Tree | None:
    """p(pᵀz) as p ⊙ (pᵀz p), u vᵀ w as (u ⊙ v) w …: a product taken entry by entry."""
    match tree:
        case Binary("*", left, right) if left.shape == right.shape and not is_scalar(left):
            return Binary(".*", left, right)
    return None


def _inverse_by_entries(tree: Tree) -> Tree | None:
    match tree:
        case Call("inv", (inside,)):
            return Binary("./", literal(1), inside)
    return None


def _absorbed_diagonal(tree: Tree) -> Tree | None:
    """(A ⊙ B) c as A ⊙ (B c)."""
    match tree:
        case Binary("*", Binary(".*", left, middle), right):
            return Binary(".*", left, Binary("*", middle, right))
    return None


LOST_TRANSPOSE = "a transpose is lost"

FALSE_RULES: MappingProxyType[str, tuple[Rewriting, ...]] = MappingProxyType(
    {
        LOST_TRANSPOSE: (_lost_transpose,),
        "the transpose of a product reverses the order: (AB)ᵀ = BᵀAᵀ": (
            _transposed_factors,
            _dropped_transposes,
            _half_transposed,
        ),
        "the inverse of a product reverses the order: (AB)⁻¹ = B⁻¹A⁻¹": (_over_factors("inv"),),
        "the inverse is not additive: (A + B)⁻¹ is not A⁻¹ + B⁻¹": (
            _over_terms("inv"),
            _over_terms("pinv"),
        ),
        "the determinant is not additive": (_over_terms("det"), _over_terms("logdet")),
        "det(cA) = cⁿ det A for an n×n matrix": (_scaled("det"), _unscaled_logdet),
        "the inverse of cA is A⁻¹/c": (_scaled("inv"),),
        "the trace of a product is not the product of the traces": (_over_factors("tr"),),
        "the sum of products is not the product of the sums": (_over_factors("sum"),),
        "tr(M dX) = ⟨Mᵀ, dX⟩: the transpose is missing": (_trace_as_inner,),
        "⟨M, dX⟩ = tr(Mᵀ dX): the transpose is missing": (_inner_as_trace,),
        "log(a + b) is not log a + log b": (_over_terms("log"),),
        "log(ab) = log a + log b, not a product": (_over_factors("log"),),
        "the square of a sum has a mixed term": (_squared_sum,),
        "(A + B)² = A² + AB + BA + B²: matrices do not commute": (_binomial,),
        "(AB)ᵏ is not AᵏBᵏ: matrices do not commute": (_power_of_product,),
        "the exponential of a sum is the product only of matrices that commute": (
            _split_exponential,
        ),
        "the norm of a product is not the product of the norms": (_norm_of_product,),
        "the norm is not additive": (_over_terms("norm2"), _over_terms("norm1")),
        "exp is not additive": (_over_terms("exp"), _over_terms("expm")),
        "the square root is not additive": (_over_terms("sqrt"),),
        "σ is not additive, and σ(−u) = 1 − σ(u)": (_over_terms("sigmoid"), _scaled("sigmoid")),
        "the function is not linear": tuple(
            _over_terms(name) for name in ("tanh", "relu", "softmax", "abs", "sin", "cos")
        ),
        "the Kronecker product does not commute": (_swapped_kron,),
        "the matrix product is not the product entry by entry": (_entrywise_for_matrix,),
        "a product entry by entry cannot be regrouped with a matrix product": (_absorbed_diagonal,),
        "the inverse is not taken entry by entry": (_inverse_by_entries,),
        "the pseudoinverse of a product is not the product of the pseudoinverses": (
            _over_factors("pinv"),
        ),
    }
)


def false_rules(case: Case) -> Iterator[Candidate]:
    """What each false rule makes of the true member."""
    if isinstance(case.truth, Call) and case.truth.function in ("derivative", "differential"):
        return
    for sentence, rewritings in FALSE_RULES.items():
        for path, node in places(case.truth):
            rewritten = [rewrite(node) for rewrite in rewritings]
            for tree in [tree for tree in rewritten if tree is not None]:
                said = sentence
                if sentence == LOST_TRANSPOSE:
                    said += f": {unicode(node)} is not {unicode(tree)}"
                yield Candidate(put(case.truth, path, tree), said)
