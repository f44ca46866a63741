r"""Vectors and matrices of ones and zeros: \mathbf{1}_n, \mathbf{0}, \mathbb{O}_{m \times n}."""

from __future__ import annotations

from fractions import Fraction

from gradproof.core.errors import Span
from gradproof.notation.latex.known import Symbols
from gradproof.notation.latex.reading import Reading
from gradproof.notation.latex.sums import Inside
from gradproof.notation.lexer import Token
from gradproof.notation.stack import push
from gradproof.notation.tree import Call, Literal, Tree

_PLAIN = Symbols(names=frozenset({"I", "K", "e", "d", "lambda", "sigma", "i", "j", "k", "l"}))


def read_constant(reading: Reading, token: Token, inside: Inside) -> bool:
    """Ones or zeros; without a subscript, a vector whose size follows from the context."""
    script = reading.script("_")
    stop = reading.tokens[reading.stack.position - 1].stop
    span = Span(token.start, stop)
    if script is None:
        value = Literal(Fraction(token.kind == "ones"), span)
        tree: Tree = Call("vector", (value,), span)
    else:
        tree = Call(token.kind, sizes(reading, script, inside), span)
    push(reading.stack, tree, 3, span)
    return False


def sizes_in(script: list[Token]) -> list[Tree]:
    """The sizes in a superscript of a space, outside of any formula."""
    from gradproof.notation.latex.reader import parse_arranged

    trees = []
    for part in divided(script):
        if len(part) > 2 and part[0].kind == "(" and part[-1].kind == ")":
            part = part[1:-1]
        last = part[-1].stop if part else 0
        trees.append(parse_arranged([*part, Token("end of text", "", last, last)], _PLAIN))
    return trees


def sizes(reading: Reading, script: list[Token], inside: Inside) -> tuple[Tree, ...]:
    r"""The sizes in a subscript: n, m \times n, or m,n."""
    return tuple(inside(reading, part) for part in divided(script))


def divided(script: list[Token]) -> list[list[Token]]:
    """The parts between the signs × and commas."""
    parts: list[list[Token]] = [[]]
    for token in script:
        if token.text == "times" or token.kind == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts
