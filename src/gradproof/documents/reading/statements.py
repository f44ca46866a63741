"""The statements of a formula: chains of members joined by signs of relation.

A row that begins with a sign of relation goes on with the statement before it, one that begins with
+ or − with the member before it.  Labels, tags, alignment marks, remarks after ∵ and the
punctuation at the end are set aside.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from gradproof.core.errors import Span
from gradproof.documents.reading.rows import (
    CONDITIONAL,
    EXPLAINING,
    GOES_ON,
    Cleaned,
    Piece,
    pieces,
)
from gradproof.documents.reading.scan import RELATIONS, Token

Role = Literal["claim", "where", "condition", "range"]

_DOTS = re.compile(r"(?:\\[lcd]?dots[cbmio]?(?![A-Za-z])|\.\.\.|…|⋯)")
_WORD = re.compile(r"[^\W\d_]+")
_IN_BRACKETS = re.compile(
    r"\(\s*\\(?:text|mbox|textrm)\s*\{(?P<words>[^{}]*)\}(?P<inside>.*)\)\Z", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Member:
    """One side of a relation: its place, and its LaTeX, character by character at that place."""

    span: Span
    latex: str

    def __bool__(self) -> bool:
        return bool(self.latex)


@dataclass(frozen=True, slots=True)
class Relation:
    """A sign between two members: `=`, `:=`, `in`, or `other`; and as it was written."""

    sign: str
    span: Span
    written: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """members[0] relations[0] members[1] …; an empty member at an end goes on elsewhere.

    `role` says what the words before it make of it: a definition that explains what came before
    (where), a condition of it, or the range of an index.
    """

    members: tuple[Member, ...]
    relations: tuple[Relation, ...] = ()
    role: Role = "claim"

    @property
    def span(self) -> Span:
        """The place of the whole statement."""
        return self.members[0].span.to(self.members[-1].span)

    @property
    def begins_open(self) -> bool:
        """Whether it begins with a sign of relation, and so goes on from what came before."""
        return bool(self.relations) and not self.members[0]

    @property
    def ends_open(self) -> bool:
        """Whether it ends with a sign of relation."""
        return bool(self.relations) and not self.members[-1]


def joined(first: Statement, second: Statement) -> Statement:
    """One chain from two halves: `a =` and `b`, or `a` and `= b`, or `a =` and `= b`."""
    relations = (*first.relations, *second.relations)
    if first.ends_open and second.begins_open:
        return replace(
            first,
            members=(*first.members[:-1], *second.members[1:]),
            relations=(*first.relations[:-1], *second.relations),
        )
    if first.ends_open:
        return replace(first, members=first.members[:-1] + second.members, relations=relations)
    return replace(first, members=first.members + second.members[1:], relations=relations)


def statements(text: str, formula: Span) -> list[Statement]:
    """The statements of a formula, those over several rows already joined.

    >>> source = "a &= b, c = d \\\\\\\\ &= e"
    >>> found = statements(source, Span(0, len(source)))
    >>> [[member.latex for member in statement.members] for statement in found]
    [['a', 'b'], ['c', 'd', 'e']]
    """
    clean, stretches = pieces(text, formula)
    found: list[Statement] = []
    for piece in stretches:
        bracketed = _bracketed(text, clean, piece)
        if bracketed is not None:
            found += bracketed
            continue
        statement = _statement(clean, piece)
        if statement is not None:
            _append(found, statement, piece.after, clean)
    return found


def _statement(clean: Cleaned, piece: Piece) -> Statement | None:
    signs = _without_doubles(clean, piece.relations)
    edges = [edge for token in signs for edge in (token.span.start, token.span.stop)]
    bounds = [piece.span.start, *edges, piece.span.stop]
    members = tuple(
        _member(clean, first, last) for first, last in zip(bounds[::2], bounds[1::2], strict=True)
    )
    if not any(members):
        return None
    relations = tuple(Relation(RELATIONS[token.text], token.span, token.text) for token in signs)
    return Statement(members, relations, role_of(piece.words))


def _without_doubles(clean: Cleaned, signs: tuple[Token, ...]) -> list[Token]:
    """`a = = b`, as at the end of a line and again on the next, is one =."""
    kept: list[Token] = []
    for sign in signs:
        if kept and not _member(clean, kept[-1].span.stop, sign.span.start):
            sign = sign._replace(span=kept.pop().span.to(sign.span))
        kept.append(sign)
    return kept


def _member(clean: Cleaned, start: int, stop: int) -> Member:
    span = clean.trimmed(start, stop)
    return Member(span, clean.between(span.start, span.stop))


def role_of(words: str) -> Role:
    """What the words before a statement make of it.

    >>> role_of(" where "), role_of("если"), role_of("and so")
    ('where', 'condition', 'claim')
    """
    found = _WORD.search(words)
    first = found[0].lower() if found else ""
    if first in EXPLAINING:
        return "where"
    return "condition" if first in CONDITIONAL else "claim"


def _bracketed(text: str, clean: Cleaned, piece: Piece) -> list[Statement] | None:
    """The statements of a remark in brackets that begins with words: (if A = A^T)."""
    span = clean.trimmed(piece.span.start, piece.span.stop)
    found = _IN_BRACKETS.match(clean.between(span.start, span.stop))
    if piece.relations or found is None:
        return None
    inside = Span(span.start + found.start("inside"), span.start + found.end("inside"))
    role = role_of(found["words"])
    return [replace(statement, role=role) for statement in statements(text, inside)]


def _append(found: list[Statement], statement: Statement, after: str, clean: Cleaned) -> None:
    """Adds a statement, joined with the one before it where it goes on with that."""
    last = found[-1] if found else None
    if last is None:
        found.append(statement)
    elif after == "row" and (last.ends_open or statement.begins_open):
        _join_with_claim(found, statement)
    elif after == "row" and GOES_ON.match(statement.members[0].latex):
        found[-1] = _longer(last, statement, clean)
    elif after == "," and not last.relations and _is_membership(statement):
        found[-1] = _with_names_before(last, statement, clean)
    else:
        if after == "," and not statement.relations and _DOTS.match(statement.members[0].latex):
            _mark_range(found)
        found.append(statement)


def _join_with_claim(found: list[Statement], statement: Statement) -> None:
    """Joins with the last statement that is no remark on another."""
    for position in range(len(found) - 1, -1, -1):
        if found[position].role == "claim":
            found[position] = joined(found[position], statement)
            return
    found.append(statement)


def _longer(last: Statement, statement: Statement, clean: Cleaned) -> Statement:
    """The last member with the row that goes on with it."""
    span = last.members[-1].span.to(statement.members[0].span)
    member = Member(span, clean.between(span.start, span.stop))
    members = (*last.members[:-1], member, *statement.members[1:])
    return replace(last, members=members, relations=last.relations + statement.relations)


def _is_membership(statement: Statement) -> bool:
    return bool(statement.relations) and statement.relations[0].sign == "in"


def _with_names_before(last: Statement, statement: Statement, clean: Cleaned) -> Statement:
    """x, y ∈ ℝⁿ as one statement."""
    span = last.members[0].span.to(statement.members[0].span)
    names = Member(span, clean.between(span.start, span.stop))
    return replace(statement, members=(names, *statement.members[1:]))


def _mark_range(found: list[Statement]) -> None:
    """i = 1, …, n is the range of an index, and no claim."""
    for position in range(len(found) - 1, -1, -1):
        if found[position].relations:
            found[position] = replace(found[position], role="range")
            return
