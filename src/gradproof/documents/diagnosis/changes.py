"""Slips of one operation: a power, an argument, a function, a ratio, a constant."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from gradproof.core.dimension import ONE
from gradproof.documents.diagnosis.case import Candidate, Case
from gradproof.documents.diagnosis.places import places, put
from gradproof.notation.build import eye_tree, literal, ones_tree
from gradproof.notation.tree import (
    SCALAR,
    Binary,
    Call,
    Literal,
    Negation,
    Operator,
    Tree,
    is_column,
    is_scalar,
    walk,
    weight_of,
)
from gradproof.notation.write_unicode import unicode

SIBLINGS = (
    ("sin", "cos"),
    ("sinh", "cosh"),
    ("exp", "log"),
    ("tanh", "sigmoid"),
    ("sigmoid", "softplus"),
    ("relu", "sign"),
    ("abs", "sign"),
    ("det", "logdet"),
    ("tr", "sum"),
    ("softmax", "sigmoid"),
    ("norm1", "norm2"),
    ("inv", "pinv"),
    ("det", "tr"),
    ("sqrt", "abs"),
    ("logsumexp", "sum"),
)


# Functions whose argument is often wrong by a factor of two.
INNER = frozenset({"sigmoid", "tanh", "exp", "log", "sin", "cos", "sinh", "cosh"})


def functions(case: Case) -> Iterator[Candidate]:
    """Another function of the same argument, or the same of −u."""
    for path, node in places(case.wrong):
        if not isinstance(node, Call) or len(node.arguments) != 1:
            continue
        (argument,) = node.arguments
        if node.function == "inv":
            said = f"{unicode(node)} should not be inverted"
            yield Candidate(put(case.wrong, path, argument), said)
            continue
        opposite = argument.operand if isinstance(argument, Negation) else None
        opposite = opposite or Negation(argument, shape=argument.shape)
        turned = Call(node.function, (opposite,), shape=node.shape)
        said = f"wrong argument: {unicode(node)} should be {unicode(turned)}"
        if node.function == "sigmoid":
            said += f" = 1 − {unicode(node)}"
        yield Candidate(put(case.wrong, path, turned), said)
        if node.function in INNER:
            for factor in (2, Fraction(1, 2)):
                scaled = Binary("*", literal(factor), argument, shape=argument.shape)
                tree = Call(node.function, (scaled,), shape=node.shape)
                said = f"wrong argument: {unicode(node)} should be {unicode(tree)}"
                yield Candidate(put(case.wrong, path, tree), said)
        for pair in SIBLINGS:
            if node.function in pair:
                other = pair[1 - pair.index(node.function)]
                tree = Call(other, (argument,), shape=node.shape)
                said = f"wrong function: {unicode(node)} should be {unicode(tree)}"
                yield Candidate(put(case.wrong, path, tree), said)


def slopes(case: Case) -> Iterator[Candidate]:
    """f′(u) where f(u) is written, for the functions whose derivative is in terms of f(u)."""
    for path, node in places(case.wrong):
        match node:
            case Call("tanh"):
                tree = _one_minus(_squared(node))
                said = f"tanh′ = 1 − tanh²: {unicode(node)} should be {unicode(tree)}"
                yield Candidate(put(case.wrong, path, tree), said)
            case Call("sigmoid"):
                tree = _times(node, _one_minus(node))
                said = f"σ′ = σ(1 − σ): {unicode(node)} should be {unicode(tree)}"
                yield Candidate(put(case.wrong, path, tree), said)


def powers(case: Case) -> Iterator[Candidate]:
    """A part squared that is not, and the other way round; an inverse that is missing."""
    for path, node in sorted(places(case.wrong), key=lambda place: weight_of(place[1])):
        if isinstance(node, Literal) or node.shape is None or len(node.shape) > 2:
            continue
        for tree in _powers(node):
            said = f"{unicode(node)} should be {unicode(tree)}"
            if isinstance(tree, Call) and tree.function == "inv":
                said = f"inverse missing: {said}"
            yield Candidate(put(case.wrong, path, tree), said)


def _powers(node: Tree) -> Iterator[Tree]:
    match node:
        case Binary("^" | ".^" as operator, base, Literal(value)):
            if value != 1:
                yield base
            for other in (value + 1, value - 1):
                if other not in (0, 1):
                    yield Binary(operator, base, literal(other), shape=node.shape)
            return
        case Binary(".*", left, right) if left == right:
            yield left
            return
        case Call("norm2"):
            yield Binary("^", node, literal(2), shape=node.shape)
            yield Binary("^", node, literal(3), shape=node.shape)
            return
    if is_scalar(node):
        yield Binary("^", node, literal(2), shape=node.shape)
        yield Call("sqrt", (node,), shape=node.shape)
        return
    yield _squared(node)
    fixed = isinstance(node, Call) and node.function in ("inv", "eye", "ones", "zeros")
    if node.shape is not None and node.shape[0] == node.shape[1] and not fixed:
        yield Call("inv", (node,), shape=node.shape)
        if weight_of(node) > 1:
            yield Binary("^", node, literal(-2), shape=node.shape)


def _squared(node: Tree) -> Tree:
    operator: Operator = "^" if is_scalar(node) else ".^"
    return Binary(operator, node, literal(2), shape=node.shape)


def _one_minus(node: Tree) -> Tree:
    one = literal(1) if is_scalar(node) else ones_tree(node.shape or SCALAR)
    return Binary("-", one, node, shape=node.shape)


def _times(left: Tree, right: Tree) -> Tree:
    operator: Operator = "*" if is_scalar(left) else ".*"
    return Binary(operator, left, right, shape=left.shape)


def ratios(case: Case) -> Iterator[Candidate]:
    """b/a where a/b is right, and a product where a ratio is."""
    for path, node in places(case.wrong):
        if not isinstance(node, Binary):
            continue
        match node:
            case Binary("/" | "./" as operator, left, right) if left.shape == right.shape:
                turned = Binary(operator, right, left, shape=node.shape)
                said = f"the ratio is inverted: {unicode(node)} should be {unicode(turned)}"
                yield Candidate(put(case.wrong, path, turned), said)
        swaps: dict[str, Operator] = {"/": "*", "./": ".*", ".*": "./", "*": ".*"}
        other = swaps.get(node.operator)
        if other is not None:
            shape = node.shape if other != ".*" or node.left.shape == node.right.shape else None
            tree = Binary(other, node.left, node.right, shape=shape)
            said = f"{unicode(node)} should be {unicode(tree)}"
            yield Candidate(put(case.wrong, path, tree), said)
        if node.operator == ".*" and node.shape != SCALAR:
            tree = Binary("*", node.left, node.right)
            said = f"{unicode(node)} should be the matrix product {unicode(tree)}"
            yield Candidate(put(case.wrong, path, tree), said)
        if node.operator == "*" and is_scalar(node.right):
            tree = Binary("/", node.left, node.right, shape=node.shape)
            yield Candidate(
                put(case.wrong, path, tree), f"{unicode(node)} should be {unicode(tree)}"
            )


def constants(case: Case) -> Iterator[Candidate]:
    """𝟏 where another vector is written, the identity where another matrix is."""
    for path, node in places(case.wrong):
        if node.shape is None or len(node.shape) > 2 or isinstance(node, Literal):
            continue
        if is_column(node) and not isinstance(node, Call):
            ones = ones_tree(node.shape)
            said = f"{unicode(node)} should be {unicode(ones)}"
            yield Candidate(put(case.wrong, path, ones), said)
        elif node.shape[0] == node.shape[1] and node.shape[0] != ONE and weight_of(node) > 1:
            eye = eye_tree(node.shape[0])
            said = f"{unicode(node)} should be the identity"
            yield Candidate(put(case.wrong, path, eye), said)


def parts_of_sums(case: Case) -> Iterator[Candidate]:
    """x where the sum x + z of the expression is right: the other term was lost."""
    sums = [
        part
        for tree in (case.about, *case.members.definitions.values())
        for part in walk(tree)
        if isinstance(part, Binary) and part.operator in "+-" and weight_of(part) < 16
    ]
    for path, node in places(case.wrong):
        for whole in dict.fromkeys(sums):
            if node in (whole.left, whole.right) and node.shape == whole.shape:
                lost = whole.right if node == whole.left else whole.left
                said = f"the contribution of {unicode(lost)} is lost"
                yield Candidate(put(case.wrong, path, whole), said)
