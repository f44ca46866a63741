"""False rules undone: what the wrong member is without the rule that was applied to it."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from gradproof.documents.diagnosis.case import Candidate, Case
from gradproof.documents.diagnosis.false_rules import FALSE_RULES, LOST_TRANSPOSE, Rewriting
from gradproof.documents.diagnosis.places import places, put
from gradproof.notation.tree import Binary, Call, Literal, Transpose, Tree


def _determinant_of_sum(tree: Tree) -> Tree | None:
    """1 + det M as det(I + M)."""
    match tree:
        case Binary("+", Literal(value), Call("det", (inside,))) if value == 1:
            return Call("det", (Binary("+", Call("eye", ()), inside),))
    return None


def _joined_calls(tree: Tree) -> Tree | None:
    """f(a) ± f(b) as f(a ± b)."""
    match tree:
        case Binary("+" | "-" as sign, Call(one, (left,)), Call(other, (right,))):
            if one == other and one in NOT_ADDITIVE:
                return Call(one, (Binary(sign, left, right),))
    return None


def _trace_of_square(tree: Tree) -> Tree | None:
    """tr(A)² as tr(A′A)."""
    match tree:
        case Binary("^", Call("tr", (inside,)), Literal(value)) if value == 2:
            return Call("tr", (Binary("*", Transpose(inside), inside),))
    return None


NOT_ADDITIVE = frozenset({"inv", "pinv", "det", "logdet", "log", "exp", "expm", "norm2", "sqrt"})
# What mends the wrong member where a false rule was applied to it, not to the true one.
MENDING: MappingProxyType[str, tuple[Rewriting, ...]] = MappingProxyType(
    {
        "the determinant is not additive": (_determinant_of_sum,),
        "the function is not additive": (_joined_calls,),
        "‖A‖² = tr(AᵀA), which is not tr(A)²": (_trace_of_square,),
    }
)


def rules_undone(case: Case) -> Iterator[Candidate]:
    """What the wrong member is with a false rule undone, or applied the other way round."""
    for table in (MENDING, FALSE_RULES):
        for sentence, rewritings in table.items():
            if sentence == LOST_TRANSPOSE:
                continue
            for path, node in places(case.wrong):
                rewritten = [rewrite(node) for rewrite in rewritings]
                for tree in [tree for tree in rewritten if tree is not None]:
                    yield Candidate(put(case.wrong, path, tree), sentence)
