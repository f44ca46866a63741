r"""Chains of relations: a = b = c over several lines, each member read by itself.

A member that cannot be read does not lose the others: it holds its error instead of a tree.
Statements end at `,` `;` and text between formulas, and where a line begins a new left side.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from gradproof.core.declaration import Declaration, Kind
from gradproof.core.dimension import Dimension
from gradproof.core.errors import GradproofError, ReadError, Span
from gradproof.notation.extents import extent
from gradproof.notation.latex.constants import sizes_in
from gradproof.notation.latex.known import NOTHING, Symbols
from gradproof.notation.latex.reader import arranged, parse_arranged
from gradproof.notation.latex.reading import BRACKETS
from gradproof.notation.latex.scopes import free_indices
from gradproof.notation.latex.unknown import with_functions
from gradproof.notation.lexer import Token
from gradproof.notation.tree import Name, Tree

_OPENING = frozenset({"(", "[", "lbrace", "langle"})
_CLOSING = frozenset({")", "]", "rbrace", "rangle"})
_GOING_ON = frozenset({"+", "-", "*", "/", ".*", "./", "⊗"})
_SEPARATING = frozenset({",", ";", "text", "stop"})
_REMARKS = frozenset({"because", "therefore"})


@dataclass(frozen=True, slots=True)
class Sign:
    """A relation sign: `=`, `:=`, `≈`, `∈`, `⇒`, … as a character, and where it stands."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Member:
    """One side of a relation: its tree, or the error that reading it raised.

    `tokens` are for whoever reads it as something else: a set, the head of a definition.
    """

    span: Span
    tree: Tree | None
    error: GradproofError | None
    tokens: tuple[Token, ...] = ()


@dataclass(frozen=True, slots=True)
class Chain:
    """Members with the signs between them; one member alone has no sign."""

    members: tuple[Member, ...]
    signs: tuple[Sign, ...]


def read_relations(
    source: str, start: int = 0, stop: int | None = None, symbols: Symbols = NOTHING
) -> tuple[Chain, ...]:
    r"""The statements in a piece of source, with places in the whole of it.

    >>> [len(chain.members) for chain in read_relations(r"a &= b \\ &= c, \quad d = e")]
    [3, 2]
    """
    try:
        tokens = arranged(source, start, stop, symbols)
    except GradproofError as error:
        error.at(source)
        whole = Span(start, len(source) if stop is None else stop)
        return (Chain((Member(whole, None, error),), ()),)
    chains = []
    symbols = with_functions(tokens, symbols)
    for statement in _statements(tokens[:-1]):
        pieces, signs = _split(statement)
        members: list[Member] = []
        free = symbols.free
        for piece in pieces:
            member = _member(source, piece, symbols, free)
            members.append(member)
            if member.tree is not None and not free:
                free = free_indices(member.tree)
        chains.append(Chain(tuple(members), tuple(signs)))
    return tuple(chains)


def _member(source: str, tokens: list[Token], symbols: Symbols, free: frozenset[str]) -> Member:
    span = Span(min(t.start for t in tokens), max(t.stop for t in tokens))
    last = Token("end of text", "", span.stop, span.stop)
    try:
        tree = parse_arranged([*tokens, last], symbols, free)
    except GradproofError as error:
        error.at(source)
        return Member(span, None, error, tuple(tokens))
    return Member(span, tree, None, tuple(tokens))


# --------------------------------------------------------------------------- statements
def _depths(tokens: list[Token]) -> list[int]:
    """How deep each token stands in braces and, where these pair, in parentheses."""
    levels = sum(t.kind in _OPENING for t in tokens) - sum(t.kind in _CLOSING for t in tokens)
    braces = parentheses = 0
    found = []
    for token in tokens:
        braces -= token.kind in ("end", "endgroup")
        if not levels and token.kind in _CLOSING:
            parentheses = max(0, parentheses - 1)
        found.append(braces + parentheses)
        braces += token.kind in BRACKETS or token.kind == "group"
        if not levels and token.kind in _OPENING:
            parentheses += 1
    return found


def _in_brackets(tokens: list[Token]) -> list[bool]:
    """Whether each token stands in brackets that opened after the last relation sign."""
    inside, found = 0, []
    for token in tokens:
        if token.kind in _OPENING:
            inside += 1
        elif token.kind in _CLOSING:
            inside = max(0, inside - 1)
        elif token.kind in ("relation", "newline"):
            inside = 0
        found.append(inside > 0)
    return found


def _statements(tokens: list[Token]) -> list[list[Token]]:
    """The tokens of each statement, without the signs that separate them."""
    statements: list[list[Token]] = [[]]
    bracketed = _in_brackets(tokens)
    remark = False
    for position, (token, depth) in enumerate(zip(tokens, _depths(tokens), strict=True)):
        begins = token.text in _REMARKS and depth <= 0
        remark = token.kind != "newline" and (remark or begins)
        if remark:
            continue
        in_list = token.kind in (",", ";") and bracketed[position]
        if depth <= 0 and not in_list and _separates(tokens, position, statements[-1]):
            statements.append([])
        elif token.kind != "newline":
            statements[-1].append(token)
    return [statement for statement in statements if any(t.kind != "text" for t in statement)]


def _separates(tokens: list[Token], position: int, before: list[Token]) -> bool:
    token = tokens[position]
    if token.kind == ",":
        related = any(earlier.kind == "relation" for earlier in before)
        return related or not _is_list(tokens, position)
    if token.kind in _SEPARATING:
        return True
    if token.kind != "newline" or not before:
        return False
    following = next((t for t in tokens[position + 1 :] if t.kind != "newline"), None)
    if following is None or before[-1].kind in ("relation", *_GOING_ON):
        return False
    return following.kind != "relation" and following.kind not in _GOING_ON


def _is_list(tokens: list[Token], comma: int) -> bool:
    r"""Whether a comma separates names that are declared together: x, y \in \mathbb{R}^n."""
    for token in tokens[comma + 1 :]:
        if token.kind == "relation":
            return token.text in ("∈", "≻")
        if token.kind not in ("name", "_", "end", ",", "number", "function"):
            return False
    return False


def _split(tokens: list[Token]) -> tuple[list[list[Token]], list[Sign]]:
    """The members between relation signs; of two signs over a line end one is left."""
    pieces: list[list[Token]] = [[]]
    signs: list[Sign] = []
    for token, depth in zip(tokens, _depths(tokens), strict=True):
        if token.kind == "relation" and depth <= 0:
            sign = Sign(token.text, Span(token.start, token.stop))
            if pieces[-1]:
                signs.append(sign)
                pieces.append([])
            elif not signs:
                signs.append(sign)
                pieces = [[Token("end of text", "", token.start, token.start)], []]
        else:
            pieces[-1].append(token)
    if not pieces[-1]:
        pieces.pop()
        if len(pieces) == len(signs):
            signs.pop()
    return pieces, signs


# ------------------------------------------------------------------------- declarations
def declared_in(chain: Chain) -> tuple[Declaration, ...]:
    r"""The variables that x \in \mathbb{R}^n declares; none where a chain is no declaration.

    A family such as v_j is left out: of how many vectors it is, its use tells.
    Raises ReadError for a set that is not a space of vectors or matrices.

    >>> chain, = read_relations(r"X, Y \in \mathbb{R}^{m \times n}")
    >>> print(*declared_in(chain), sep="; ")
    X: matrix m×n; Y: matrix m×n
    """
    if len(chain.members) < 2 or chain.signs[-1].text != "∈":
        return ()
    names, last = chain.members[-2], chain.members[-1]
    axes = _space(last)
    if axes is None:
        return ()
    kinds: tuple[Kind, ...] = ("scalar", "vector", "matrix")
    return tuple(Declaration(name, kinds[len(axes)], axes) for name in _names(names.tokens))


def _names(tokens: tuple[Token, ...]) -> list[str]:
    """The names in a list with commas."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token.kind == "_") - (token.kind == "end")
        if token.kind == "," and not depth:
            parts.append([])
        else:
            parts[-1].append(token)
    plain = replace(NOTHING, names=frozenset({"I", "K", "e", "d", "delta", "lambda", "sigma"}))
    found = []
    for part in filter(None, parts):
        last = Token("end of text", "", part[-1].stop, part[-1].stop)
        try:
            tree = parse_arranged([*part, last], plain)
        except GradproofError:
            continue
        if isinstance(tree, Name):
            found.append(tree.name)
    return found


def _space(member: Member) -> tuple[Dimension, ...] | None:
    r"""The axes of \mathbb{R}^{m \times n}."""
    tokens = member.tokens
    if not tokens or (tokens[0].kind, tokens[0].text) != ("blackboard", "R"):
        return None
    if len(tokens) == 1:
        return ()
    if tokens[1].kind != "^" or tokens[-1].kind != "end":
        return None
    try:
        axes = tuple(extent(tree) for tree in sizes_in(list(tokens[2:-1])))
    except GradproofError as error:
        raise ReadError(
            "the sizes of this space are not read",
            span=error.span or member.span,
            hint=r"Write \mathbb{R}^n or \mathbb{R}^{m \times n}.",
        ) from None
    return axes if len(axes) <= 2 else None


def head_of(member: Member) -> tuple[str, tuple[str, ...]] | None:
    r"""The name and the parameters of a function's head, as of L(w) or J_{w,c}(U, V, W)."""
    tokens = list(member.tokens)
    if not tokens or tokens[0].kind not in ("name", "function"):
        return None
    position = 1
    if len(tokens) > 1 and tokens[1].kind == "_":
        depth = 0
        for position in range(1, len(tokens)):
            depth += (tokens[position].kind == "_") - (tokens[position].kind == "end")
            if not depth:
                position += 1
                break
    if position >= len(tokens) or tokens[position].kind != "(" or tokens[-1].kind != ")":
        return None
    inside = tokens[position + 1 : -1]
    if any(t.kind not in ("name", "number", "_", "end", ",", ";") for t in inside):
        return None
    parameters = tuple(_names(tuple(t._replace(kind=",") if t.kind == ";" else t for t in inside)))
    return (tokens[0].text, parameters) if parameters else None
