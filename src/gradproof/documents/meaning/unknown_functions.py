"""Scalar functions that a document differentiates and never defines: L in ∂L/∂W = Xᵀ ∂L/∂Y.

Such an L stands for any smooth function of what it depends on, so a random one takes its place:
L = s + s²/2 with s = Σ ⟨C, sin Y⟩, C random, over the quantities Y that it is differentiated by.
Where one of them is defined by others (Y = XW), L depends on those through it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from gradproof.core.errors import UnsupportedError
from gradproof.notation.build import literal
from gradproof.notation.symbols import names_in
from gradproof.notation.tree import (
    Binary,
    Call,
    Name,
    Selection,
    Transpose,
    Tree,
    fold,
    rebuild,
    walk,
)
from gradproof.notation.vocabulary import KNOWN

RANDOM = "_random_"


def random_functions(members: Sequence[Tree], definitions: Mapping[str, Tree]) -> dict[str, Tree]:
    """A definition for each scalar that the members differentiate and nobody defined.

    Raises UnsupportedError where it is not said how the quantities that it is differentiated by
    depend on each other.

    >>> from gradproof.notation.parser import parse_text
    >>> members = [parse_text("derivative(L, W)"), parse_text("X'*derivative(L, Y)")]
    >>> list(random_functions(members, {"Y": parse_text("X*W")}))
    ['L']
    """
    pairs = [pair for tree in members for pair in _differentiated(tree, definitions)]
    functions = dict.fromkeys(name for name, _ in pairs)
    variables = {by for _, by in pairs}
    found: dict[str, Tree] = {}
    for name in functions:
        if name in variables:
            raise _undefined(name, "it is differentiated, and differentiated by")
        by = list(dict.fromkeys(b for n, b in pairs if n == name))
        deepest = _deepest(by, definitions)
        if len(deepest) > 1 and not _alike(name, members, definitions):
            raise _undefined(name, f"how {' and '.join(deepest)} depend on each other is not said")
        found[name] = _smooth(name, {quantity: Name(quantity) for quantity in deepest})
    return found


def _differentiated(tree: Tree, definitions: Mapping[str, Tree]) -> Iterable[tuple[str, str]]:
    """The pairs (L, Y) of each ∂L/∂Y where L has no definition."""
    for part in walk(tree):
        match part:
            case Call("derivative", (Name(name), by)) if name not in definitions:
                variable = variable_of(by)
                if variable and variable != name:
                    yield name, variable
            case _:
                pass


def variable_of(by: Tree) -> str:
    """The variable that is meant by x, xᵀ, x_i or vec x; empty for an expression."""
    match by:
        case Name(name):
            return name
        case Transpose(operand) | Selection(operand) | Call("vec", (operand,)):
            return variable_of(operand)
        case _:
            return ""


def _deepest(by: list[str], definitions: Mapping[str, Tree]) -> list[str]:
    """Those that no other is defined by: of W and Y = XW it is Y."""
    below = {name: _reached(name, definitions) for name in by}
    return [name for name in by if not any(name in below[other] for other in by if other != name)]


def _reached(name: str, definitions: Mapping[str, Tree]) -> set[str]:
    """The names that a definition uses, directly or through others."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        tree = definitions.get(waiting.pop())
        if tree is not None:
            new = names_in(tree) - found
            found |= new
            waiting.extend(new)
    return found


def _alike(name: str, members: Sequence[Tree], definitions: Mapping[str, Tree]) -> bool:
    """Whether all members differentiate by the same quantities, so that nothing links them."""
    used = [
        {by for other, by in _differentiated(tree, definitions) if other == name}
        for tree in members
    ]
    return all(by == used[0] for by in used if by)


def any_function(name: str, *arguments: Tree) -> Tree:
    """g(u, v), where nobody said what g is: a random smooth function of u and v."""
    return _smooth(name, {f"of{number}": part for number, part in enumerate(arguments, 1)})


def with_any_functions(tree: Tree, parameters: Mapping[str, tuple[str, ...]]) -> Tree:
    """The tree in which f(u), and f itself in df, is a random smooth function of its arguments.

    >>> from gradproof.notation.write_text import text
    >>> print(text(with_any_functions(Call("f", (Name("x"),)), {})))
    sum(f_random_of1.*sin(x)) + sum(f_random_of1.*sin(x))^2/2
    """
    called = unknown_calls(tree) | parameters.keys()

    def combine(node: Tree, parts: tuple[Tree, ...]) -> Tree:
        match node:
            case Call(name) if name not in KNOWN:
                return any_function(name, *parts)
            case Call("differential", (Name(name),)) if name in called and parameters.get(name):
                return Call(node.function, (_of_parameters(name, parameters),), node.span)
            case Call("derivative", (Name(name), by)) if name in called and parameters.get(name):
                return Call(node.function, (_of_parameters(name, parameters), by), node.span)
            case _:
                return rebuild(node, parts) if parts else node

    return fold(tree, combine)


def random_names(trees: Sequence[Tree]) -> frozenset[str]:
    """The coefficients of the random functions, which do not move in a differential."""
    return frozenset(name for tree in trees for name in names_in(tree) if RANDOM in name)


def unknown_calls(tree: Tree) -> set[str]:
    """The functions that a tree calls and nobody defined."""
    return {
        part.function
        for part in walk(tree)
        if isinstance(part, Call) and part.function not in KNOWN
    }


def _of_parameters(name: str, parameters: Mapping[str, tuple[str, ...]]) -> Tree:
    return any_function(name, *map(Name, parameters[name]))


def _smooth(name: str, quantities: Mapping[str, Tree]) -> Tree:
    total: Tree | None = None
    for label, quantity in quantities.items():
        waved = Call("sin", (quantity,))
        term = Call("sum", (Binary(".*", Name(f"{name}{RANDOM}{label}"), waved),))
        total = term if total is None else Binary("+", total, term)
    assert total is not None, "a function is differentiated by something"
    square = Binary("/", Binary("^", total, literal(2)), literal(2))
    return Binary("+", total, square)


def _undefined(name: str, why: str) -> UnsupportedError:
    return UnsupportedError(
        f"{name} is not defined: {why}",
        hint=f"Define {name}, or what it depends on, before its use.",
    )
