"""What a document says, in the order in which it is to be taken.

Chains that go on from one display to the next are joined; a definition that explains what stands
before it (… where p = softmax(z)) comes before what it explains; a condition (… if A = Aᵀ) stays
with its claim.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from gradproof.core.errors import Span
from gradproof.documents.reading.layout import Entry, Formula, Layout, Macros, Trouble, blanked
from gradproof.documents.reading.rows import EXPLAINING
from gradproof.documents.reading.statements import Statement, joined, statements
from gradproof.documents.reading.tex import DEFINING, end_of_macro

_LONGEST_SENTENCE = 300
_WORDS = "|".join(sorted(EXPLAINING, key=len, reverse=True))
_EXPLAINS = re.compile(rf"[\s,;:.、。]*(?:\(\d+\)|and\s)*\s*(?:{_WORDS})", re.IGNORECASE)
_BETWEEN = re.compile(rf"[\s,]*(?:{_WORDS})\s+", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.。!?](?=\s|\Z)|\n[ \t]*\r?\n")
_FORMULAS = re.compile(r"\$[^$]*\$|\\\(.*?\\\)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A statement of the document, with the conditions under which it is claimed."""

    statement: Statement
    displayed: bool
    conditions: tuple[Statement, ...] = ()


Item = Sentence | Entry | Macros | Trouble


@dataclass(slots=True)
class _Order:
    """The items so far, and the number of the last displayed claim among them."""

    items: list[Item] = field(default_factory=list)
    claim: int | None = None


def sequence(layout: Layout) -> list[Item]:
    r"""What the document says, item by item.

    >>> from gradproof.documents.reading.markdown import read_markdown
    >>> items = sequence(read_markdown(r"$$f = p$$ $$= q, \text{ where } p = q$$"))
    >>> [[member.latex for member in item.statement.members] for item in items]
    [['p', 'q'], ['f', 'p', 'q']]
    """
    order = _Order()
    after_display = 0
    inline: tuple[int, int] | None = None
    for part in layout.parts:
        if not isinstance(part, Formula):
            order.items.append(part)
            continue
        text, macros = _without_macros(layout.text, part.inside)
        order.items += macros
        if part.kind == "inline" and inline is not None and inline[1] < len(order.items):
            between = layout.text[inline[0] : part.outside.start]
            if _BETWEEN.fullmatch(between) and _inserted(order, inline[1], text, part):
                inline = None
                continue
        inline = (part.outside.stop, len(order.items)) if part.kind == "inline" else None
        explains = part.kind == "inline" and _explains(layout.text, after_display, part)
        for statement in statements(text, part.inside):
            if explains and statement.role == "claim":
                statement = replace(statement, role="where")
            _take(order, Sentence(statement, part.kind == "display"))
        if part.kind == "display":
            after_display = part.outside.stop
    return order.items


def _inserted(order: _Order, place: int, text: str, part: Formula) -> bool:
    """Whether `… where g(u) = …` stands now before the formula in the text that it explains."""
    found = statements(text, part.inside)
    if not all(statement.role == "claim" and statement.relations for statement in found):
        return False
    order.items[place:place] = [Sentence(statement, displayed=False) for statement in found]
    if order.claim is not None and order.claim >= place:
        order.claim += len(found)
    return True


def _without_macros(text: str, inside: Span) -> tuple[str, list[Macros]]:
    """A formula may define commands before it uses them; these are no part of what it states."""
    macros = []
    for found in DEFINING.finditer(text, inside.start, inside.stop):
        stop = end_of_macro(text, found.end())
        if stop is not None and stop <= inside.stop:
            macros.append(Macros(Span(found.start(), stop)))
    if not macros:
        return text, []
    kept = blanked(text[: inside.stop], [macro.span for macro in macros])
    return kept, macros


def _explains(text: str, after_display: int, part: Formula) -> bool:
    """Whether a formula in the text stands in the sentence `where …` after a display."""
    start = part.outside.start
    if not after_display or start - after_display > _LONGEST_SENTENCE:
        return False
    found = _EXPLAINS.match(text, after_display, start)
    if found is None:
        return False
    between = _FORMULAS.sub("", text[found.end() : start])
    return _SENTENCE_END.search(between) is None


def _take(order: _Order, sentence: Sentence) -> None:
    """Adds a sentence where it belongs."""
    items, statement = order.items, sentence.statement
    before = None if order.claim is None else items[order.claim]
    if order.claim is None or not isinstance(before, Sentence):
        _append(order, sentence)
    elif statement.role == "condition":
        items[order.claim] = replace(before, conditions=(*before.conditions, statement))
    elif statement.role == "where":
        items.insert(order.claim, sentence)
        order.claim += 1
    elif sentence.displayed and _continues(before.statement, statement):
        items[order.claim] = replace(before, statement=joined(before.statement, statement))
    else:
        _append(order, sentence)


def _append(order: _Order, sentence: Sentence) -> None:
    if sentence.displayed and sentence.statement.role == "claim":
        order.claim = len(order.items)
    order.items.append(sentence)


def _continues(before: Statement, statement: Statement) -> bool:
    return statement.begins_open or before.ends_open
