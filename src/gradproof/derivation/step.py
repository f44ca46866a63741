"""One step of a derivation: an equality, and the rule that gives it."""

from __future__ import annotations

from dataclasses import dataclass

from gradproof.notation.tree import Tree


@dataclass(frozen=True, slots=True)
class Step:
    """before = after, by the rule.

    A step whose `before` is the `after` of the step above continues that line; one whose `before`
    is a name that is new defines the name.
    """

    rule: str
    before: Tree
    after: Tree
