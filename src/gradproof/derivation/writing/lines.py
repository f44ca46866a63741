"""The lines of a derivation: what stands left and right of each sign, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gradproof.derivation.step import Step
from gradproof.notation.symbols import names_in
from gradproof.notation.tree import Call, Name, Tree, fold, rebuild, weight_of

LETTERS = ("f", "F", "g", "G", "L", "Q", "J", "function")
SHORT = 2


@dataclass(frozen=True, slots=True)
class Line:
    """left = right, by the rule; without a left side it continues the line above."""

    left: Tree | None
    sign: str
    right: Tree
    rule: str


def lines(steps: Iterable[Step], function: Tree) -> tuple[Line, ...]:
    """The steps as lines, the function named by a letter wherever it is differentiated whole.

    steps     the steps of a derivation
    function  the expression that is differentiated
    """
    steps = tuple(steps)
    letter = _free_letter(
        (function, *(tree for step in steps for tree in (step.before, step.after)))
    )
    if weight_of(function) < SHORT:
        return tuple(_lines(steps))
    named = [_named_step(step, function, letter) for step in steps]
    is_spoken_of = any(letter.name in names_in(tree) for s in named for tree in (s.before, s.after))
    first = [Line(letter, "=", function, "")] if is_spoken_of else []
    return (*first, *_lines(named))


def _lines(steps: Iterable[Step]) -> Iterator[Line]:
    above: Tree | None = None
    for step in steps:
        continues = step.before == above
        sign = ":=" if isinstance(step.before, Name) and not continues else "="
        yield Line(None if continues else step.before, sign, step.after, step.rule)
        above = step.after


def _free_letter(trees: Iterable[Tree]) -> Name:
    taken = frozenset().union(*map(names_in, trees))
    return Name(next(letter for letter in LETTERS if letter not in taken))


def _named_step(step: Step, function: Tree, letter: Tree) -> Step:
    before, after = (_named(tree, function, letter) for tree in (step.before, step.after))
    return Step(step.rule, before, after)


def _named(tree: Tree, function: Tree, letter: Tree) -> Tree:
    """The function under a d or a ∂ as its letter."""

    def combine(node: Tree, parts: tuple[Tree, ...]) -> Tree:
        if isinstance(node, Call) and node.function in ("differential", "derivative"):
            inner = node.arguments[0]
            parts = (letter if inner == function else parts[0], *parts[1:])
        return rebuild(node, parts) if parts else node

    return fold(tree, combine)
