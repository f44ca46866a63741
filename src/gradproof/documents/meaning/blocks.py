"""Derivatives by a matrix that is put together of named blocks, as Ṽ = [v′; V].

An f that is written in the blocks is a function of the matrix all the same: its derivative by the
matrix is put together of the derivatives by the blocks, each in its place.
"""

from __future__ import annotations

from dataclasses import replace

from gradproof.documents.judging.judge import Chain
from gradproof.documents.meaning.equations import written_out
from gradproof.documents.meaning.shapes import shape_of
from gradproof.documents.meaning.substitution import substitute
from gradproof.notation.symbols import names_in
from gradproof.notation.tree import SCALAR, Call, Name, Transpose, Tree, fold, rebuild


def by_blocks(chain: Chain) -> Chain:
    """The chain with each ∂f/∂Z, where f speaks of the blocks of Z, written by the blocks."""
    stacked = {
        name
        for name, tree in chain.definitions.items()
        if isinstance(tree, Call) and _blocks(tree) is not None
    }
    if not stacked:
        return chain
    members = [None if tree is None else _rewritten(tree, stacked, chain) for tree in chain.members]
    return replace(chain, members=tuple(members))


def _rewritten(tree: Tree, stacked: set[str], chain: Chain) -> Tree:
    def combine(node: Tree, parts: tuple[Tree, ...]) -> Tree:
        match node:
            case Call("derivative", (_, Name(name))) if name in stacked:
                return _by_blocks(parts[0], name, chain) or rebuild(node, parts)
            case _:
                return rebuild(node, parts) if parts else node

    return fold(tree, combine)


def _by_blocks(function: Tree, name: str, chain: Chain) -> Tree | None:
    """∂f/∂Z from the blocks of Z; None where f does not speak of them, or is no scalar."""
    body = chain.definitions[name]
    others = {other: tree for other, tree in chain.definitions.items() if other != name}
    in_full = written_out(function, others)
    if not names_in(in_full) & names_in(body) - chain.definitions.keys():
        return None
    if shape_of(function, chain.definitions, chain.declarations) != SCALAR:
        return None
    return _put_together(substitute(in_full, {name: body}), body)


def _put_together(function: Tree, body: Tree) -> Tree:
    if isinstance(body, Call):
        parts = tuple(_put_together(function, part) for part in body.arguments)
        return replace(body, arguments=parts)
    return Call("derivative", (function, body))


def _blocks(tree: Tree) -> list[str] | None:
    """The names of which a matrix is put together, all different; None where it is not."""
    match tree:
        case Name(name) | Transpose(Name(name)):
            return [name]
        case Call("hcat" | "vcat", arguments):
            found = [_blocks(part) for part in arguments]
            names = [name for part in found if part is not None for name in part]
            complete = all(part is not None for part in found) and len(set(names)) == len(names)
            return names if complete else None
        case _:
            return None
