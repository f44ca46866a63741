"""Where the reader of LaTeX is, and what it has seen of the formula as a whole."""

from __future__ import annotations

from dataclasses import dataclass, field

from gradproof.notation.latex.known import Symbols
from gradproof.notation.lexer import Token
from gradproof.notation.misreadings import too_many_operators
from gradproof.notation.stack import OPERATORS, Pending, Stack

APPLIED = 19  # a function without brackets: to the next sign, over juxtaposed factors
TIGHT = 36  # a differential: the next factor alone

BRACKETS = frozenset({"frac", "sqrt", "root", "^", "_", "matrix"})
MOST_NESTED = 12
STARTING = frozenset(
    {"by", "name", "number", "function", "(", "[", "lbrace", "group", "frac", "sqrt", "root", "sum"}
    | {"prod", "partial", "nabla", "differential", "ones", "zeros", "matrix"}
    | {"lvert", "lVert", "langle"}
)


@dataclass(slots=True)
class Reading:
    """A formula while it is read.

    `ends` gives, for each bracket that the layout made, the position of its end, and for a
    fraction that of its `over`; `bound` are the indices of the sums around the place, `free` those
    that the formula has without a sum; `nested` counts formulas inside scripts.
    """

    stack: Stack
    symbols: Symbols
    ends: dict[int, int]
    free: frozenset[str] = frozenset()
    bound: list[str] = field(default_factory=list)
    bare: frozenset[str] | None = None
    steps: frozenset[str] | None = None
    primed: frozenset[str] | None = None
    d_is_size: bool | None = None
    sigma_is_variable: bool | None = None
    operators: int = 0
    nested: int = 0

    @property
    def tokens(self) -> list[Token]:
        """All tokens."""
        return self.stack.tokens

    def peek(self, ahead: int = 0) -> Token:
        """The token at the place, or after it."""
        tokens = self.stack.tokens
        return tokens[min(self.stack.position + ahead, len(tokens) - 1)]

    def is_index(self, name: str) -> bool:
        """Whether a letter counts here: in x_k beside x_{k-1} it numbers steps in time."""
        if name in self.bound or name in self.free:
            return True
        return self.symbols.is_index(name) and (
            name in self.symbols.declarations or name not in self._steps()
        )

    def _steps(self) -> frozenset[str]:
        """The letters from which a subscript counts on, as k in P_{k|k-1}."""
        if self.steps is None:
            self.steps = steps_in(self.tokens)
        return self.steps

    def primed_names(self) -> frozenset[str]:
        """The letters that stand beside themselves with a prime, as in k(x, x') and x - x'."""
        if self.primed is None:
            self.primed = primed_in(self.tokens)
        return self.primed

    def script(self, sign: str) -> list[Token] | None:
        """The tokens of the script that follows, which is then passed over."""
        position = self.stack.position
        if self.tokens[position].kind != sign:
            return None
        end = self.ends[position]
        self.stack.position = end + 1
        return self.tokens[position + 1 : end]


def infix(reading: Reading, item: Pending) -> None:
    """An operator between two operands waits for its right one."""
    reading.operators += 1
    if reading.operators > OPERATORS:
        raise too_many_operators(item.token, OPERATORS)
    reading.stack.pending.append(item)


def pair(tokens: list[Token]) -> dict[int, int]:
    """The end of each bracket that the layout made, and the `over` of each fraction."""
    ends: dict[int, int] = {}
    opened: list[int] = []
    for position, token in enumerate(tokens):
        if token.kind in BRACKETS:
            opened.append(position)
        elif token.kind == "over":
            ends[opened[-1]] = position
            opened[-1] = position
        elif token.kind == "end":
            ends[opened.pop()] = position
    return ends


def without_crossing(tokens: list[Token]) -> list[Token]:
    """The tokens without braces that cross a parenthesis: `( { x ) }` shows as (x)."""
    dropped: set[int] = set()
    opened: list[int] = []
    for position, token in enumerate(tokens):
        if token.kind in ("(", "[", "lbrace", "group", *BRACKETS):
            opened.append(position)
        elif token.kind in (")", "]", "rbrace", "end"):
            while opened and tokens[opened[-1]].kind == "group":
                dropped.add(opened.pop())
            if opened and (token.kind == "end") == (tokens[opened[-1]].kind in BRACKETS):
                opened.pop()
        elif token.kind == "endgroup":
            inner = len(opened) - 1
            while inner >= 0 and tokens[opened[inner]].kind not in ("group", *BRACKETS):
                inner -= 1
            if inner == len(opened) - 1 and inner >= 0 and tokens[opened[inner]].kind == "group":
                opened.pop()
            else:
                dropped.add(position)
                if inner >= 0 and tokens[opened[inner]].kind == "group":
                    dropped.add(opened.pop(inner))
    if not dropped:
        return tokens
    return [token for position, token in enumerate(tokens) if position not in dropped]


def steps_in(tokens: list[Token]) -> frozenset[str]:
    """The letters that stand in a subscript with + or − and a number behind them."""
    found: set[str] = set()
    opened: list[str] = []
    for position, token in enumerate(tokens[:-2]):
        if token.kind in BRACKETS:
            opened.append(token.kind)
        elif token.kind == "end" and opened:
            opened.pop()
        following = tokens[position + 1], tokens[position + 2]
        counts_on = following[0].kind in ("+", "-") and following[1].kind == "number"
        if token.kind == "name" and counts_on and opened and opened[-1] == "_":
            found.add(token.text)
    return frozenset(found)


def primed_in(tokens: list[Token]) -> frozenset[str]:
    """The letters x with x, x' or x - x' or x' - x somewhere in the formula."""
    found: set[str] = set()
    between = (",", ";", "+", "-")
    for position in range(len(tokens) - 3):
        first, second, third, fourth = tokens[position : position + 4]
        if first.kind != "name":
            continue
        before = second.kind in between and (third.text, fourth.kind) == (first.text, "'")
        after = second.kind == "'" and third.kind in between and fourth.text == first.text
        if before or after:
            found.add(first.text)
    return frozenset(found)
