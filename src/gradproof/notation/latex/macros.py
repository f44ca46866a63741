r"""The author's own commands: \newcommand, \renewcommand, \def, \DeclareMathOperator.

A use is replaced by the tokens of its definition, each at the place of the use.  A definition that
uses itself, and one that multiplies, is stopped by a budget on tokens and on depth.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gradproof.core.errors import ReadError
from gradproof.notation.lexer import Token
from gradproof.notation.misreadings import place

DEEPEST = 50
MOST = 20_000
ARGUMENTS = 9
_DEFINING = frozenset({"newcommand", "renewcommand", "providecommand", "newcommand*"})
_DEFINING |= {"renewcommand*", "def", "DeclareMathOperator", "DeclareMathOperator*"}


@dataclass(frozen=True, slots=True)
class Macro:
    """A command of the author's: how many arguments it takes, and what it stands for."""

    arguments: int
    body: tuple[Token, ...]
    default: tuple[Token, ...] | None = None


def expand(
    tokens: list[Token], known: Mapping[str, Macro]
) -> tuple[list[Token], Mapping[str, Macro]]:
    """The tokens without macros, and the macros with those that `tokens` define.

    Raises ReadError for a definition that is not complete and for one that grows without end.
    """
    macros = dict(known)
    if not macros and not any(token.text in _DEFINING for token in tokens):
        return tokens, macros
    waiting = [(token, 0) for token in reversed(tokens)]
    expanded: list[Token] = []
    while waiting:
        token, depth = waiting.pop()
        if token.kind == "command" and token.text in _DEFINING:
            _define(token, waiting, macros)
        elif token.kind == "command" and token.text in macros:
            waiting.extend(_replaced(token, depth, waiting, macros[token.text]))
        else:
            expanded.append(token)
        if len(expanded) + len(waiting) > MOST:
            raise _endless(token)
    return expanded, macros


def _replaced(
    use: Token, depth: int, waiting: list[tuple[Token, int]], macro: Macro
) -> list[tuple[Token, int]]:
    """The body with its arguments in place, last token first."""
    if depth >= DEEPEST:
        raise _endless(use)
    given = list(_given(use, waiting, macro))
    body: list[tuple[Token, int]] = []
    skip = False
    for position, token in enumerate(macro.body):
        if skip:
            skip = False
        elif token.text == "#" and position + 1 < len(macro.body):
            number = macro.body[position + 1].text[:1]
            if not number.isdigit() or not 1 <= int(number) <= len(given):
                raise ReadError(
                    f"\\{use.text} has no argument #{number}",
                    span=place(use),
                    hint="Say in its definition how many arguments it takes.",
                )
            body.extend((part, depth + 1) for part in given[int(number) - 1])
            skip = True
        else:
            body.append((token._replace(start=use.start, stop=use.stop), depth + 1))
        if len(body) > MOST:
            raise _endless(use)
    body.reverse()
    return body


def _given(use: Token, waiting: list[tuple[Token, int]], macro: Macro) -> list[list[Token]]:
    given: list[list[Token]] = []
    if macro.default is not None:
        given.append(list(_optional(waiting)) or list(macro.default))
    while len(given) < macro.arguments:
        given.append(_argument(use, waiting))
    return given


def _argument(use: Token, waiting: list[tuple[Token, int]]) -> list[Token]:
    """One token, or what stands between braces."""
    if not waiting:
        raise ReadError(
            f"\\{use.text} takes an argument, and none follows",
            span=place(use),
            hint="Write it in braces.",
        )
    first, _ = waiting.pop()
    if first.text != "{" or first.kind != "symbol":
        return [first]
    depth = 1
    inside: list[Token] = []
    while waiting:
        token, _ = waiting.pop()
        if token.kind == "symbol":
            depth += {"{": 1, "}": -1}.get(token.text, 0)
        if not depth:
            return inside
        inside.append(token)
    raise ReadError("this { is never closed", span=place(first), hint="Add the missing }.")


def _optional(waiting: list[tuple[Token, int]]) -> list[Token]:
    inside: list[Token] = []
    if waiting and waiting[-1][0].text == "[":
        waiting.pop()
        while waiting and waiting[-1][0].text != "]":
            inside.append(waiting.pop()[0])
        if waiting:
            waiting.pop()
    return inside


def _define(command: Token, waiting: list[tuple[Token, int]], macros: dict[str, Macro]) -> None:
    named = _argument(command, waiting)
    if len(named) != 1 or named[0].kind != "command":
        raise ReadError(
            f"\\{command.text} defines a command, and none stands here",
            span=place(command),
            hint=r"Write it as in \newcommand{\R}{\mathbb{R}}.",
        )
    name = named[0].text
    if command.text.startswith("Declare"):
        body = _argument(command, waiting)
        operator = Token("command", "operatorname", command.start, command.stop)
        opening, closing = (operator._replace(kind="symbol", text=brace) for brace in "{}")
        macros[name] = Macro(0, (operator, opening, *body, closing))
        return
    count, default = _arity(command, waiting)
    macros[name] = Macro(count, tuple(_argument(command, waiting)), default)


def _arity(
    command: Token, waiting: list[tuple[Token, int]]
) -> tuple[int, tuple[Token, ...] | None]:
    """How many arguments are announced: [2], or #1#2 after \\def."""
    if command.text == "def":
        count = 0
        while waiting and waiting[-1][0].text == "#":
            waiting.pop()
            count += 1
            if waiting and waiting[-1][0].kind == "number":
                waiting.pop()
        return min(count, ARGUMENTS), None
    announced = "".join(token.text for token in _optional(waiting))
    count = int(announced) if announced.isdigit() and len(announced) == 1 else 0
    default = tuple(_optional(waiting)) if waiting and waiting[-1][0].text == "[" else None
    return count, default


def _endless(token: Token) -> ReadError:
    return ReadError(
        f"\\{token.text} expands without end" if token.kind == "command" else "too much to expand",
        span=place(token),
        hint="A definition must not use itself.",
    )
