r"""From TeX's tokens to the reader's: braces, fonts, accents and spacing are dealt with here."""

from __future__ import annotations

from gradproof.notation.latex import mistakes
from gradproof.notation.latex.arguments import (
    Frame,
    Layout,
    close_brace,
    complete,
    emit,
    expect,
)
from gradproof.notation.latex.commands import (
    ACCENTS,
    BOLD,
    FONTS,
    FRACTIONS,
    GREEK,
    LABELLED,
    RELATIONS,
    SIDES,
    SIGNS,
    SILENT,
    SILENT_WITH_ARGUMENT,
    STACKED,
    UPRIGHT,
    UPRIGHT_ONLY,
    WORDS,
)
from gradproof.notation.latex.spelling import environment, styled, upright
from gradproof.notation.lexer import Token

_PLAIN = frozenset("()[]+-/,;*")


def arrange(raw: list[Token]) -> list[Token]:
    """The reader's tokens, closed by one of kind `end of text`.

    Raises ReadError for braces that do not pair and commands without their arguments.
    """
    layout = Layout(raw)
    while layout.position < len(raw):
        token = raw[layout.position]
        layout.position += 1
        _take(layout, token)
    _finish(layout)
    last = raw[-1].stop if raw else 0
    layout.out.append(Token("end of text", "", last, last))
    return layout.out


def _finish(layout: Layout) -> None:
    for frame in reversed(layout.frames):
        if frame.role == "matrix":
            raise mistakes.one_ended(frame.command)
        if frame.braced:
            raise mistakes.unbalanced(frame.command._replace(text="{"))
        raise mistakes.argument_missing(frame.command)
    if layout.lefts:
        raise mistakes.one_sided(layout.lefts[-1])


def _take(layout: Layout, token: Token) -> None:
    match token.kind:
        case "symbol":
            _symbol(layout, token)
        case "command":
            _command(layout, token)
        case "letter":
            emit(layout, Token("name", token.text, token.start, token.stop))
        case "number":
            _number(layout, token)
        case "word":
            _word(layout, token)
        case _:
            emit(layout, token)


# --------------------------------------------------------------------------------- symbols
def _symbol(layout: Layout, token: Token) -> None:
    if token.text in _PLAIN:
        layout.side = ""
        emit(layout, token._replace(kind=token.text))
        return
    match token.text:
        case "{":
            _open_brace(layout, token)
        case "}":
            close_brace(layout, token)
        case "^" | "_":
            layout.out.append(token._replace(kind=token.text))
            expect(layout, token.text, token)
        case "'":
            _prime(layout, token)
        case "&" if _in_matrix(layout):
            layout.out.append(token._replace(kind="cell"))
        case "~" | "&" | "`":
            pass
        case "=" | "<" | ">":
            emit(layout, token._replace(kind="relation"))
        case ":":
            _colon(layout, token)
        case "|":
            emit(layout, token._replace(kind=f"{layout.side}vert"))
            layout.side = ""
        case ".":
            _full_stop(layout, token)
        case _:
            emit(layout, token._replace(kind="stray"))


def _open_brace(layout: Layout, token: Token) -> None:
    """A group, unless the brace opens the argument of an accent or font inside an argument."""
    layout.out.append(token._replace(kind="group"))
    layout.frames.append(Frame("group", token, len(layout.out)))


def _full_stop(layout: Layout, token: Token) -> None:
    r"""A full stop; after \left it shows no bracket."""
    if layout.side:
        layout.side = ""
    else:
        emit(layout, token._replace(kind="stop"))


def _prime(layout: Layout, token: Token) -> None:
    """A prime; a subscript after it is put before it."""
    raw = layout.raw
    layout.out.append(token._replace(kind="'"))
    if layout.position < len(raw) and raw[layout.position].text == "_":
        start = len(layout.out) - 1
        layout.due.append(Frame("^", token, start))
    else:
        complete(layout)


def _colon(layout: Layout, token: Token) -> None:
    raw, position = layout.raw, layout.position
    if position < len(raw) and raw[position].text == "=":
        layout.position += 1
        emit(layout, Token("relation", ":=", token.start, raw[position].stop))
    else:
        emit(layout, token._replace(kind="colon"))


def _number(layout: Layout, token: Token) -> None:
    r"""A number; where an argument without braces is due, its first digit: \frac12."""
    alone = bool(layout.frames) and not layout.frames[-1].braced
    if alone and len(token.text) > 1 and token.text[0] != ".":
        frame = layout.frames[-1]
        if frame.role in ("^", "_"):
            raise mistakes.long_script(frame.command, token)
        rest = Token("number", token.text[1:], token.start + 1, token.stop)
        layout.position -= 1
        layout.raw[layout.position] = rest
        token = Token("number", token.text[0], token.start, token.start + 1)
    emit(layout, token)


def _word(layout: Layout, token: Token) -> None:
    emit(layout, Token("function", token.text, token.start, token.stop))


# -------------------------------------------------------------------------------- commands
def _command(layout: Layout, token: Token) -> None:
    text = token.text
    if text in GREEK:
        emit(layout, token._replace(kind="name"))
    elif text in SIGNS:
        kind = SIGNS[text]
        if kind in ("vert", "Vert") and layout.side:
            kind, layout.side = layout.side + kind, ""
        layout.side = ""
        emit(layout, token._replace(kind=kind))
    elif text in FRACTIONS or text == "sqrt":
        _open_fraction(layout, token)
    elif text in RELATIONS:
        emit(layout, token._replace(kind="relation", text=RELATIONS[text]))
    elif text in SIDES:
        _sided(layout, token)
    elif text == "\\":
        _line_end(layout, token)
    elif text in UPRIGHT:
        upright(layout, token)
    elif text in BOLD or text in FONTS or text in ACCENTS:
        styled(layout, token)
    elif text in WORDS and text not in UPRIGHT_ONLY:
        emit(layout, token._replace(kind="function"))
    elif text not in SILENT:
        _unusual(layout, token)


def _unusual(layout: Layout, token: Token) -> None:
    text = token.text
    if text in ("begin", "end"):
        environment(layout, token)
    elif text in SILENT_WITH_ARGUMENT:
        expect(layout, "dropped", token)
    elif text == "textcolor":
        expect(layout, "over sign", token)
    elif text in LABELLED:
        expect(layout, "label", token)
    elif text in STACKED:
        expect(layout, "over sign", token)
    else:
        emit(layout, token)


def _open_fraction(layout: Layout, token: Token) -> None:
    raw, position = layout.raw, layout.position
    if token.text != "sqrt":
        layout.out.append(token._replace(kind="frac"))
        expect(layout, "above", token)
    elif position < len(raw) and raw[position].text == "[":
        closing = next((k for k in range(position, len(raw)) if raw[k].text == "]"), None)
        if closing is None:
            raise mistakes.argument_missing(token)
        raw[position] = raw[position]._replace(kind="symbol", text="{")
        raw[closing] = raw[closing]._replace(kind="symbol", text="}")
        layout.out.append(token._replace(kind="root"))
        expect(layout, "root", token)
    else:
        layout.out.append(token._replace(kind="sqrt"))
        expect(layout, "below", token)


def _sided(layout: Layout, token: Token) -> None:
    if token.text == "left":
        layout.lefts.append(token)
    elif token.text == "right":
        if not layout.lefts:
            raise mistakes.one_sided(token)
        layout.lefts.pop()
    layout.side = SIDES[token.text]
    if layout.position < len(layout.raw) and layout.raw[layout.position].text in ("<", ">"):
        angle = layout.raw[layout.position]
        name = "langle" if angle.text == "<" else "rangle"
        layout.raw[layout.position] = angle._replace(kind="command", text=name)


def _line_end(layout: Layout, token: Token) -> None:
    raw, position = layout.raw, layout.position
    if position < len(raw) and raw[position].text == "[" and raw[position].start == token.stop:
        closing = next((k for k in range(position, len(raw)) if raw[k].text == "]"), position)
        layout.position = closing + 1
    layout.out.append(token._replace(kind="row" if _in_matrix(layout) else "newline"))


def _in_matrix(layout: Layout) -> bool:
    return bool(layout.frames) and layout.frames[-1].role == "matrix"
