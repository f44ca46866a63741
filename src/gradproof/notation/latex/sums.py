r"""Sums over indices: \sum_{i=1}^{n}, \sum_i, \sum_{i,j}, and products of components."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gradproof.core.dimension import Dimension
from gradproof.core.errors import GradproofError, ReadError, Span, UnsupportedError
from gradproof.notation.extents import extent
from gradproof.notation.latex import mistakes
from gradproof.notation.latex.reading import TIGHT, Reading
from gradproof.notation.latex.scopes import free_indices
from gradproof.notation.lexer import Token
from gradproof.notation.misreadings import place
from gradproof.notation.stack import GOVERNED, Operand, Pending
from gradproof.notation.tree import Binary, Binder, Call, Name, Selection, Tree

Inside = Callable[[Reading, list[Token]], Tree]


@dataclass(frozen=True, slots=True)
class Range:
    """An index, and the size in which it counts where that is written."""

    index: str
    size: Tree | None


def read_sum(reading: Reading, token: Token, inside: Inside) -> bool:
    """Reads the sign with its range; the body is due, to the next + or −."""
    subscript, superscript = reading.script("_"), reading.script("^")
    ranges = _ranges(reading, token, subscript, superscript, inside)
    reading.bound.extend(item.index for item in ranges)
    closed = any(item.index in reading.free for item in ranges) and reading.peek().kind == "("
    make = _summed(reading, ranges) if token.kind == "sum" else _multiplied(reading, token, ranges)
    binding = TIGHT if closed else GOVERNED
    reading.stack.pending.append(Pending(token, binding, make=make, prefix=True))
    return True


def _ranges(
    reading: Reading,
    token: Token,
    subscript: list[Token] | None,
    superscript: list[Token] | None,
    inside: Inside,
) -> list[Range]:
    if not subscript:
        return []
    equals = next((k for k, part in enumerate(subscript) if part.text == "="), None)
    indices, start = subscript[:equals], subscript[equals + 1 :] if equals is not None else []
    for part in indices:
        if part.kind not in ("name", ","):
            raise UnsupportedError(
                "the range of this sum is not read",
                span=place(part),
                hint=r"Write \sum_{i=1}^{n}, \sum_i or \sum_{i,j}; name a mask for a condition.",
            )
    size = None
    if superscript:
        size = _size(reading, token, start, superscript, inside)
    found = [Range(part.text, size) for part in indices if part.kind == "name"]
    if len({item.index for item in found}) < len(found):
        raise ReadError(
            "an index is bound twice", span=place(token), hint="Give each index its own name."
        )
    return found


def _size(
    reading: Reading, token: Token, start: list[Token], stop: list[Token], inside: Inside
) -> Tree:
    """How many values the index takes: from 1 to n, or from 0 to n − 1."""
    first = start[0].text if len(start) == 1 else ("1" if not start else "")
    if first == "0" and [part.text for part in stop[-2:]] == ["-", "1"] and len(stop) > 2:
        stop = stop[:-2]
    elif first != "1":
        raise UnsupportedError(
            "a sum runs from 1 to a size, or from 0 to a size less one",
            span=place(token),
            hint=r"Write \sum_{i=1}^{n}.",
        )
    return inside(reading, stop)


def _dimension(size: Tree | None) -> Dimension | None:
    if size is None:
        return None
    try:
        return extent(size)
    except GradproofError:
        raise ReadError(
            "a sum runs to a size",
            span=size.span,
            hint=r"Write the name of a size, a whole number, or a sum or product, as n+1.",
        ) from None


def _summed(reading: Reading, ranges: list[Range]) -> Callable[[Operand, Span], Tree]:
    def finish(body: Operand, span: Span) -> Tree:
        del reading.bound[len(reading.bound) - len(ranges) :]
        if not ranges:
            return Call("sum", (body.tree,), span)
        used = free_indices(body.tree)
        tree = body.tree
        counting = [item for item in ranges if item.index in used]
        if counting:
            indices = tuple(item.index for item in counting)
            sizes = tuple(_dimension(item.size) for item in counting)
            tree = Binder("sum", indices, tree, span, ranges=sizes)
        for item in ranges:
            if item.index not in used:
                if item.size is None:
                    raise mistakes.not_sized(span)
                tree = Binary("*", item.size, tree, span)
        return tree

    return finish


def _multiplied(
    reading: Reading, token: Token, ranges: list[Range]
) -> Callable[[Operand, Span], Tree]:
    """The product of all components, where the body is one component."""

    def finish(body: Operand, span: Span) -> Tree:
        del reading.bound[len(reading.bound) - len(ranges) :]
        match body.tree:
            case Selection(base, (Name(index),)) if [r.index for r in ranges] == [index]:
                return Call("prod", (base,), span)
            case _ if not ranges:
                return Call("prod", (body.tree,), span)
            case _:
                raise UnsupportedError(
                    "a product over an index is read of components alone",
                    span=place(token),
                    hint=r"Write \exp(\sum_i \log(\dots)) where the factors are positive.",
                )

    return finish
