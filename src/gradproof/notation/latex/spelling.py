r"""Words, fonts and environments: \operatorname{tr}, \mathbf{1}, \mathbb{R}, \begin{aligned}."""

from __future__ import annotations

from gradproof.notation.latex import mistakes
from gradproof.notation.latex.arguments import Frame, Layout, emit, expect
from gradproof.notation.latex.commands import (
    ACCENTS,
    BOLD,
    CONNECTIVES,
    LAYOUTS,
    MATRICES,
    SPOKEN,
    WORDS,
)
from gradproof.notation.lexer import Token


def styled(layout: Layout, token: Token) -> None:
    """A font or an accent; a letter in blackboard bold is a set or a constant."""
    text = token.text
    if text == "mathbb":
        following = layout.raw[layout.position : layout.position + 3]
        letters = "".join(part.text for part in following)
        letter = letters[1:2] if letters[:1] == "{" else letters[:1]
        if letter.isalpha() and (letters[:1] != "{" or letters[2:3] == "}"):
            layout.position += 3 if letters[:1] == "{" else 1
            kind = "zeros" if letter == "O" else "ones" if letter == "I" else "blackboard"
            stop = layout.raw[layout.position - 1].stop
            emit(layout, Token(kind, letter, token.start, stop))
            return
    if text == "smash" and layout.raw[layout.position : layout.position + 1]:
        _pass_over_option(layout)
    role = "accent" if text in ACCENTS else "bold" if text in BOLD else "font"
    expect(layout, role, token)


def _pass_over_option(layout: Layout) -> None:
    r"""The letter in \smash[b]{x}."""
    following = "".join(part.text for part in layout.raw[layout.position : layout.position + 3])
    if following in ("[b]", "[t]"):
        layout.position += 3


def environment(layout: Layout, token: Token) -> None:
    """Layouts are passed through; a matrix by its entries becomes one token."""
    name, after = spelled(layout, token)
    layout.position = after
    if name in LAYOUTS:
        if name.startswith(("alignat", "alignedat")):
            expect(layout, "dropped", token)
        return
    if name in MATRICES:
        _matrix(layout, token, name)
        return
    if token.text == "end":
        return
    depth = 1
    while layout.position < len(layout.raw) and depth:
        following = layout.raw[layout.position]
        layout.position += 1
        if following.kind == "command" and following.text in ("begin", "end"):
            depth += 1 if following.text == "begin" else -1
    if not depth:
        _, layout.position = spelled(layout, token)
    stop = layout.raw[min(layout.position, len(layout.raw)) - 1].stop
    emit(layout, Token("environment", name, token.start, stop))


def _matrix(layout: Layout, token: Token, name: str) -> None:
    """Entries between `matrix` and `end`, with `cell` for & and `row` for a line end."""
    if token.text == "begin":
        layout.out.append(token._replace(kind="matrix"))
        layout.frames.append(Frame("matrix", token, len(layout.out)))
        if name == "array":
            expect(layout, "dropped", token)
        return
    if not layout.frames or layout.frames[-1].role != "matrix":
        raise mistakes.one_ended(token)
    layout.frames.pop()
    here = layout.raw[layout.position - 1].stop
    if layout.out[-1].kind == "row":
        layout.out.pop()
    emit(layout, Token("end", "", here, here))


def spelled(layout: Layout, command: Token) -> tuple[str, int]:
    """The text of an argument in braces, or of one token, and the position after it."""
    raw, position = layout.raw, layout.position
    if position >= len(raw):
        raise mistakes.argument_missing(command)
    if raw[position].text != "{":
        return raw[position].text, position + 1
    depth, stop = 1, raw[position].stop
    parts: list[str] = []
    for place in range(position + 1, len(raw)):
        token = raw[place]
        if token.kind == "symbol" and token.text in "{}":
            depth += 1 if token.text == "{" else -1
            if not depth:
                return "".join(parts), place + 1
            continue
        if parts and token.start > stop and token.kind != "symbol":
            parts.append(" ")
        parts.append(
            "\\" + token.text if token.kind == "command" and len(token.text) > 1 else token.text
        )
        stop = token.stop
    raise mistakes.unbalanced(raw[position])


def upright(layout: Layout, token: Token) -> None:
    """A word in upright letters: a function, the d of a differential, a name, or plain text."""
    position = layout.position
    following = [part.kind for part in layout.raw[position : position + 2]]
    if following == ["symbol", "command"] and token.text not in SPOKEN:
        expect(layout, "font", token)
        return
    word, after = spelled(layout, token)
    stop = layout.raw[after - 1].stop
    word = word.strip()
    if word.replace(" ", "").replace("\\", "").replace(",", "") in ("argmin", "argmax"):
        word = word[:3] + word[-3:]
        layout.position = after
        emit(layout, Token("command", word, token.start, stop))
        return
    here = Token("name", word, token.start, stop)
    if word in WORDS or word in ("eye", "vector", "matrix"):
        kind = "function"
    elif word == "d":
        kind = "differential"
    elif len(word) == 1 and word.isalpha():
        kind = "name"
    elif word.startswith("\\") or not word.replace("_", "").isalnum() or not word[:1].isalpha():
        if token.text in SPOKEN or not word:
            kind = "text"
        else:
            expect(layout, "font", token)
            return
    elif token.text in SPOKEN and word.lower() in CONNECTIVES:
        kind = "text"
    else:
        kind = "name"
    layout.position = max(position, after)
    if not word.isascii():
        kind = "text"
    emit(layout, here._replace(kind=kind))
