r"""The arguments of commands: in braces, or the one token that follows, as in \frac12.

What takes arguments becomes a bracket: `\frac{a}{b}` is `frac a over b end`, `x^2` is `x ^ 2 end`,
and `x^a_b` is put in the order `x _ b end ^ a end`.  Nothing recurses: what is open is a stack.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from gradproof.notation.latex import mistakes
from gradproof.notation.latex.commands import ACCENTS
from gradproof.notation.lexer import Token

_NO_ARGUMENT = frozenset(
    {("symbol", "}"), ("symbol", "&"), ("symbol", "^"), ("symbol", "_")}
    | {("command", "\\"), ("command", "right")}
)


class Frame(NamedTuple):
    """An argument that is open: of what command, which of its arguments, where it began."""

    role: str
    command: Token
    start: int
    braced: bool = True


@dataclass(slots=True)
class Layout:
    """What has been arranged so far."""

    raw: list[Token]
    position: int = 0
    out: list[Token] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    due: list[Frame] = field(default_factory=list)
    lefts: list[Token] = field(default_factory=list)
    side: str = ""


def emit(layout: Layout, *tokens: Token) -> None:
    """Puts out a finished unit, which completes arguments without braces."""
    layout.out.extend(tokens)
    complete(layout)


def complete(layout: Layout) -> None:
    """Ends the arguments without braces that a finished unit completes."""
    depth = len(layout.frames)
    while layout.frames and not layout.frames[-1].braced:
        leave(layout, layout.frames.pop())
        if len(layout.frames) == depth:
            return
        depth = len(layout.frames)


def expect(layout: Layout, role: str, command: Token) -> None:
    """An argument of `command` begins here: a group in braces, or the next unit alone."""
    raw, position = layout.raw, layout.position
    if position >= len(raw) or raw[position][:2] in _NO_ARGUMENT:
        raise mistakes.argument_missing(command)
    braced = raw[position].kind == "symbol" and raw[position].text == "{"
    opening = raw[position] if braced else command
    if braced:
        layout.position += 1
    layout.frames.append(Frame(role, opening._replace(text=command.text), len(layout.out), braced))


def _order_scripts(layout: Layout, frame: Frame) -> None:
    """After `^…` a `_…` may follow, which is put before it; a third script is one too many."""
    raw, position = layout.raw, layout.position
    following = raw[position] if position < len(raw) else None
    if frame.role == "_" and layout.due and layout.due[-1].start < frame.start - 1:
        before = layout.due.pop()
        out = layout.out
        if _is_primed_name(out, before.start, frame.start - 1):
            named = out[before.start - 1]
            out[before.start - 1] = named._replace(text=f"{named.text}_prime")
            del out[before.start : frame.start - 1]
            return
        out[before.start :] = out[frame.start - 1 :] + out[before.start : frame.start - 1]
        if following is not None and following.kind == "symbol" and following.text in "^_":
            raise mistakes.double_script(following)
        return
    if following is None or following.kind != "symbol":
        return
    if following.text == frame.role:
        raise mistakes.double_script(following)
    if frame.role == "^" and following.text == "_":
        layout.due.append(frame._replace(start=frame.start - 1))


def _is_primed_name(out: list[Token], start: int, stop: int) -> bool:
    """Whether w'_1 stands here: a prime before a subscript belongs to the name."""
    script = [token.kind for token in out[start:stop]]
    return out[start - 1].kind == "name" and script in (["'"], ["^", "prime", "end"])


def _embolden(out: list[Token], start: int) -> None:
    r"""\mathbf{1} is the vector of ones, \mathbb{R} a set."""
    if len(out) != start + 1:
        return
    token = out[start]
    if token.kind == "number" and token.text in ("0", "1"):
        out[start] = token._replace(kind="ones" if token.text == "1" else "zeros")


def _accent(out: list[Token], frame: Frame) -> None:
    r"""\bar{c} is the name c_bar; an accent on more than a name is refused when it is read."""
    names = [token for token in out[frame.start :] if token.kind == "name"]
    accent = ACCENTS[frame.command.text]
    if names and out[frame.start] == names[0] and _is_one_name(out, frame.start):
        first = names[0]
        out[frame.start] = first._replace(text=f"{first.text}_{accent}")
        return
    unread = Token("command", frame.command.text, frame.command.start, frame.command.stop)
    out[frame.start :] = [unread._replace(kind="overlined")]


def _is_one_name(out: list[Token], start: int) -> bool:
    return len(out) == start + 1 or out[start + 1].kind in ("_", "'")


def leave(layout: Layout, frame: Frame) -> None:
    """An argument is complete."""
    out, command = layout.out, frame.command
    here = layout.raw[layout.position - 1].stop
    closing = Token("end", "", here, here)
    match frame.role:
        case "above" | "root":
            out.append(closing._replace(kind="over"))
            expect(layout, "below", command)
        case "below":
            out.append(closing)
        case "group" if frame.start == len(out):
            out.pop()
        case "group":
            out.append(closing._replace(kind="endgroup", text="}"))
        case "^" | "_":
            _leave_script(layout, frame, closing)
        case _:
            _leave_style(layout, frame)


def _leave_script(layout: Layout, frame: Frame, closing: Token) -> None:
    out = layout.out
    if frame.start == len(out) and frame.braced:
        del out[frame.start - 1 :]
    else:
        out.append(closing)
    _order_scripts(layout, frame)


def _leave_style(layout: Layout, frame: Frame) -> None:
    out, command = layout.out, frame.command
    match frame.role:
        case "bold":
            _embolden(out, frame.start)
        case "accent":
            _accent(out, frame)
        case "dropped":
            del out[frame.start :]
        case "label":
            if layout.position < len(layout.raw) and layout.raw[layout.position].text in "_^":
                layout.position += 1
                expect(layout, "dropped", command)
        case "over sign":
            del out[frame.start :]
            expect(layout, "font", command)
        case _:
            pass


def close_brace(layout: Layout, token: Token) -> None:
    """Ends the argument or the group that a brace opened."""
    if not layout.frames:
        raise mistakes.unbalanced(token)
    frame = layout.frames.pop()
    if frame.role == "matrix":
        raise mistakes.unbalanced(token)
    if not frame.braced:
        raise mistakes.argument_missing(frame.command)
    depth = len(layout.frames)
    leave(layout, frame)
    if len(layout.frames) == depth:
        complete(layout)
