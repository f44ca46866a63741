"""What is to be derived, and what a style of derivation makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gradproof.derivation.closed_form import Form
from gradproof.derivation.step import Step
from gradproof.notation.infer import Inferred
from gradproof.notation.tree import Tree


@dataclass(frozen=True, slots=True)
class Goal:
    """What is to be derived: the expression, by which variables, and what came out."""

    expression: Inferred
    wrt: tuple[str, ...]
    result: Tree
    form: Form


@dataclass(frozen=True, slots=True)
class Worked:
    """The steps, and what the names stand for that they introduce."""

    steps: tuple[Step, ...]
    definitions: Mapping[str, Tree] = field(default_factory=dict)
    is_coarse: bool = False
