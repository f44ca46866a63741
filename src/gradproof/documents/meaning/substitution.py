"""The author's functions in a tree: f(u) becomes the body of f with u for its parameter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import count

from gradproof.core.errors import ReadError
from gradproof.notation.symbols import names_in
from gradproof.notation.tree import Binary, Binder, Call, Literal, Name, Tree, fold, rebuild, walk

MOST_NODES = 20_000


@dataclass(frozen=True, slots=True)
class Function:
    """f(parameters) = body."""

    parameters: tuple[str, ...]
    body: Tree


def applied(tree: Tree, functions: Mapping[str, Function]) -> Tree:
    """The tree with the author's functions written out; f of its own parameters is the name f.

    >>> from gradproof.notation.parser import parse_text
    >>> f = Function(("w",), parse_text("w'*w"))
    >>> applied(Call("f", (Name("w"),)), {"f": f}), applied(Call("f", (Name("v"),)), {"f": f}) == (
    ...     parse_text("v'*v"))
    (Name(name='f', span=None, shape=None), True)
    """

    def combine(node: Tree, parts: tuple[Tree, ...]) -> Tree:
        if isinstance(node, Call) and node.function in functions:
            return _called(node, parts, functions[node.function])
        return rebuild(node, parts) if parts else node

    return fold(tree, combine)


def _called(node: Call, arguments: tuple[Tree, ...], function: Function) -> Tree:
    if tuple(Name(name) for name in function.parameters) == arguments:
        return Name(node.function, node.span)
    if len(arguments) != len(function.parameters):
        raise ReadError(
            f"{node.function} takes {len(function.parameters)} arguments, "
            f"and {len(arguments)} stand here",
            span=node.span,
            hint=f"It was defined as a function of {', '.join(function.parameters)}.",
        )
    return substitute(function.body, dict(zip(function.parameters, arguments, strict=True)))


def substitute(tree: Tree, values: Mapping[str, Tree]) -> Tree:
    """The tree with trees in the place of names; bound indices give way to free ones.

    >>> from gradproof.notation.parser import parse_text
    >>> from gradproof.notation.write_text import text
    >>> text(substitute(parse_text("sum(i, x[i]*a)"), {"a": parse_text("y[i]")}))
    'sum(i1, x[i1]*y[i])'
    """
    free = frozenset().union(*(names_in(value) for value in values.values()))
    fresh = without_capture(tree, free)

    def combine(node: Tree, parts: tuple[Tree, ...]) -> Tree:
        if isinstance(node, Name):
            return values.get(node.name, node)
        return rebuild(node, parts) if parts else node

    found = fold(fresh, combine)
    for number, _ in enumerate(walk(found)):
        if number > MOST_NODES:
            raise ReadError(
                "this is too long once the definitions are written out",
                span=tree.span,
                hint="Give parts of it names of their own.",
            )
    return found


def without_zeros(tree: Tree) -> Tree:
    """The tree in which x + 0 and x − 0 are x: a 0 in a sum has the shape of what stands beside it.

    >>> from gradproof.notation.parser import parse_text
    >>> without_zeros(parse_text("A*x - 0")) == parse_text("A*x")
    True
    """

    def combine(node: Tree, parts: tuple[Tree, ...]) -> Tree:
        if isinstance(node, Binary) and node.operator in ("+", "-"):
            if _is_zero(parts[1]):
                return parts[0]
            if node.operator == "+" and _is_zero(parts[0]):
                return parts[1]
        return rebuild(node, parts) if parts else node

    return fold(tree, combine)


def _is_zero(tree: Tree) -> bool:
    return isinstance(tree, Literal) and tree.value == 0


def without_capture(tree: Tree, free: frozenset[str]) -> Tree:
    """The tree with other letters for the bound indices that are free elsewhere.

    >>> from gradproof.notation.parser import parse_text
    >>> from gradproof.notation.write_text import text
    >>> text(without_capture(parse_text("x[i] / sum(i, x[i])"), frozenset({"i"})))
    'x[i]/sum(i1, x[i1])'
    """
    clashing = {
        index
        for part in walk(tree)
        if isinstance(part, Binder)
        for index in part.indices
        if index in free
    }
    if not clashing:
        return tree
    taken = names_in(tree) | free
    letters = {index: _unused(index, taken) for index in sorted(clashing)}

    def combine(node: Tree, parts: tuple[Tree, ...]) -> Tree:
        whole = rebuild(node, parts) if parts else node
        if isinstance(whole, Binder) and letters.keys() & {*whole.indices}:
            indices = tuple(letters.get(index, index) for index in whole.indices)
            return replace(whole, indices=indices, body=_renamed(whole.body, whole.indices))
        return whole

    def _renamed(body: Tree, indices: tuple[str, ...]) -> Tree:
        def rename(node: Tree, parts: tuple[Tree, ...]) -> Tree:
            if isinstance(node, Name) and node.name in indices:
                return replace(node, name=letters.get(node.name, node.name))
            return rebuild(node, parts) if parts else node

        return fold(body, rename)

    return fold(tree, combine)


def free_names(tree: Tree) -> frozenset[str]:
    """The names in a tree without the indices that are bound where they stand.

    >>> from gradproof.notation.parser import parse_text
    >>> sorted(free_names(parse_text("x[i] / sum(j, x[j])")))
    ['i', 'x']
    """

    def combine(node: Tree, parts: tuple[frozenset[str], ...]) -> frozenset[str]:
        names = frozenset[str]().union(*parts)
        match node:
            case Name(name):
                return frozenset({name})
            case Binder(_, indices, _):
                return names - {*indices}
            case _:
                return names

    return fold(tree, combine)


def _unused(index: str, taken: Iterable[str]) -> str:
    return next(name for number in count(1) if (name := f"{index}{number}") not in taken)


def in_order(definitions: Mapping[str, Tree]) -> dict[str, Tree]:
    """The definitions, each after those that it uses; a definition in a circle is left out."""
    ordered: dict[str, Tree] = {}
    waiting = {name: names_in(tree) & definitions.keys() for name, tree in definitions.items()}
    while waiting:
        ready = [name for name, needed in waiting.items() if needed <= ordered.keys()]
        if not ready:
            break
        for name in ready:
            ordered[name] = definitions[name]
            del waiting[name]
    return ordered
