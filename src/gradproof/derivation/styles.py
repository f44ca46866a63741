"""The steps of a style with their proofs; where one is false, the coarse way takes their place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import MappingProxyType

from numpy.random import default_rng

from gradproof.checking.verdict import Verdict
from gradproof.derivation.backprop.steps import backpropagated
from gradproof.derivation.by_components.steps import in_components
from gradproof.derivation.coarse import in_one_step
from gradproof.derivation.differentials.ending import coarse
from gradproof.derivation.differentials.steps import worked
from gradproof.derivation.goal import Goal, Worked
from gradproof.derivation.proof_of_steps import proofs_of_steps
from gradproof.derivation.step import Step

SEED = 0


@dataclass(frozen=True, slots=True)
class Style:
    """How a derivation is written, and how where its steps cannot be shown."""

    steps: Callable[..., Worked]
    coarse: Callable[[Goal], Iterable[Step]]


STYLES: MappingProxyType[str, Style] = MappingProxyType(
    {
        "differential": Style(worked, coarse),
        "backprop": Style(backpropagated, in_one_step),
        "components": Style(in_components, in_one_step),
    }
)


@dataclass(frozen=True, slots=True)
class Proven:
    """Steps that numbers do not refute, and the verdict on each."""

    worked: Worked
    verdicts: tuple[Verdict, ...]


def proven(style: str, goal: Goal, *, single: bool) -> Proven:
    """The steps in a style; the derivative in one step where one of them is refuted."""
    chosen = STYLES[style]
    found = _proved(goal, chosen.steps(goal, single=single))
    if any(verdict.kind == "refuted" for verdict in found.verdicts):
        return _proved(goal, Worked(tuple(chosen.coarse(goal)), is_coarse=True))
    return found


def _proved(goal: Goal, found: Worked) -> Proven:
    rng = default_rng(SEED)
    verdicts = proofs_of_steps(goal.expression, goal.wrt, found.steps, found.definitions, rng)
    return Proven(found, verdicts)
