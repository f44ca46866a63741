"""What is known of signs: the licence to split logarithms and roots, and to drop conditions."""

from __future__ import annotations

from gradproof.core.node import Apply, Contraction, Node, Number, Sum, Symbol, memoised

POSITIVE_FACTS = frozenset({"positive", "open01", "simplex", "simplex_rows"})
NONNEGATIVE_FACTS = POSITIVE_FACTS | {"binary", "count", "joint_probability", "squared_distances"}
POSITIVE_OPS = frozenset({"exp", "cosh", "sigmoid", "softplus", "softmax"})
ZERO_FACTS = frozenset({"binary", "count", "diagonal", "joint_probability", "squared_distances"})
VANISHING_OPS = frozenset({"relu", "selector"})
NONNEGATIVE_OPS = frozenset({"abs", "relu"})


@memoised
def is_positive(node: Node) -> bool:
    """Whether every entry is positive.  A simplex counts: its interior is meant under a log."""
    match node:
        case Symbol():
            return bool(node.facts & POSITIVE_FACTS) and "binary" not in node.facts
        case Number():
            return node.value > 0
        case Sum():
            return is_nonnegative(node) and any(is_positive(term) for _, term in node.terms)
        case Apply():
            return node.op.name in POSITIVE_OPS
        case Contraction():
            factors = all(is_positive(factor.node) for factor in node.factors)
            return factors and node.coefficient > 0 and _has_no_zeros(node)
        case _:
            return False


@memoised
def is_nonnegative(node: Node) -> bool:
    """Whether every entry is at least zero."""
    match node:
        case Sum():
            return all(weight > 0 and is_nonnegative(term) for weight, term in node.terms)
        case Apply() if node.op.name in NONNEGATIVE_OPS:
            return True
        case Symbol() if node.facts & NONNEGATIVE_FACTS:
            return True
        case Contraction():
            squares = all(
                is_nonnegative(factor.node)
                or (isinstance(factor.exponent, int) and factor.exponent % 2 == 0)
                for factor in node.factors
            )
            return squares and node.coefficient >= 0
        case _:
            return is_positive(node)


def _has_no_zeros(node: Contraction) -> bool:
    """A repeated output letter is a diagonal matrix, whose other entries are zero."""
    return len(set(node.output)) == len(node.output)


def may_vanish(node: Node) -> bool:
    """Whether entries are zero on more than a set of measure zero: then x ≠ 0 cannot be assumed.

    So it is off the diagonal of a diagonal matrix, for entries 0 or 1, and for relu.
    """
    match node:
        case Symbol():
            return bool(node.facts & ZERO_FACTS)
        case Apply():
            vanishing = node.op.name in VANISHING_OPS
            return vanishing or (node.op.elementwise and may_vanish(node.arguments[0]))
        case Contraction():
            return not _has_no_zeros(node) or any(
                may_vanish(factor.node) for factor in node.factors
            )
        case _:
            return False


def is_positive_definite(node: Node) -> bool:
    """Whether x′Ax > 0 for x ≠ 0 is known, so that A is invertible."""
    match node:
        case Symbol():
            return "posdef" in node.facts
        case Apply():
            return node.op.name in ("inv", "sqrtm", "expm") and is_positive_definite(
                node.arguments[0]
            )
        case Sum():
            return all(
                weight > 0 and (is_positive_definite(term) or _is_gram(term))
                for weight, term in node.terms
            ) and any(is_positive_definite(term) for _, term in node.terms)
        case Contraction():
            matrices = [factor.node for factor in node.factors if factor.letters]
            scalars = all(is_positive(f.node) for f in node.factors if not f.letters)
            is_identity = not matrices and node.output == (0, 0)
            alone = len(matrices) == 1 and len(node.dimensions) == 2
            definite = is_identity or (alone and is_positive_definite(matrices[0]))
            return node.coefficient > 0 and scalars and definite
        case _:
            return False


def _is_gram(node: Node) -> bool:
    """Whether the node is c X′X or c x x′ with c ≥ 0."""
    if not isinstance(node, Contraction) or len(node.axes) != 2 or node.coefficient < 0:
        return False
    scalars = all(is_nonnegative(f.node) for f in node.factors if not f.letters)
    halves = [factor for factor in node.factors if factor.letters]
    if len(halves) != 2 or halves[0].node is not halves[1].node or not scalars:
        return False
    one, other = set(halves[0].letters), set(halves[1].letters)
    distinct = len(set(node.output)) == 2
    return distinct and not (one & other & set(node.output)) and one != other
