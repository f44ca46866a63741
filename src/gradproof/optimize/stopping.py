"""When to stop: rules that compose with | (either) and & (both).

Each looks at what the last step did; the message of a result names the rule that fired.

>>> rule = StepBelow(1e-8) | MaxSteps(1000)
>>> print(rule)
the step is below 1e-08, or the limit of 1000 steps is reached
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from gradproof.core.errors import DataError


@dataclass(frozen=True, slots=True)
class Progress:
    """What a rule looks at after a step.

    nit: the number of steps, or of epochs where a method goes through the rows.
    step, change: ‖x − x₋₁‖ and |Q − Q₋₁|, infinite before the first step.
    size: ‖x‖.  fun, slope: Q and ‖∇Q‖; slope0: that of the start.
    held_out: the losses on data held out, so far.
    """

    nit: int
    seconds: float
    fun: float
    slope: float
    slope0: float
    size: float
    step: float
    change: float
    held_out: Sequence[float] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: what it says, and whether it fires.

    met: whether what it asks for is a minimum found; a limit of steps or time is not.
    parts: the rules it is made of, which are told one by one.
    """

    text: str
    test: Callable[[Progress], bool] = field(repr=False)
    met: bool = True
    parts: tuple[Rule, ...] = field(default=(), repr=False)

    def __or__(self, other: Rule) -> Rule:
        parts = (*(self.parts or (self,)), *(other.parts or (other,)))
        return _either(parts)

    def __and__(self, other: Rule) -> Rule:
        return Rule(
            f"{self.text} and {other.text}",
            lambda progress: self.test(progress) and other.test(progress),
            self.met and other.met,
        )

    def __str__(self) -> str:
        return self.text


def _either(parts: tuple[Rule, ...]) -> Rule:
    text = ", or ".join(part.text for part in parts)
    return Rule(text, lambda progress: any(part.test(progress) for part in parts), parts=parts)


def fired(rule: Rule, progress: Progress) -> Rule | None:
    """The first rule of those composed with | that fires, or none."""
    return next((part for part in rule.parts or (rule,) if part.test(progress)), None)


def StepBelow(tolerance: float, *, relative: bool = False) -> Rule:
    """‖x − x₋₁‖ < ε, or < ε max(1, ‖x‖): the point practically does not move any more."""
    _positive("StepBelow", tolerance)
    of = " of the size of the point" if relative else ""
    return Rule(
        f"the step is below {tolerance:g}{of}",
        lambda p: p.step < tolerance * (max(1.0, p.size) if relative else 1.0),
    )


def LossChangeBelow(tolerance: float, *, relative: bool = False) -> Rule:
    """|Q − Q₋₁| < ε, or < ε max(1, |Q|): the loss practically does not fall any more."""
    _positive("LossChangeBelow", tolerance)
    of = " of the loss" if relative else ""
    return Rule(
        f"the change of the loss is below {tolerance:g}{of}",
        lambda p: p.change < tolerance * (max(1.0, abs(p.fun)) if relative else 1.0),
    )


def GradientBelow(tolerance: float, *, relative: bool = False) -> Rule:
    """‖∇Q‖ < ε, or < ε ‖∇Q(x₀)‖: the point is near one where the gradient is zero."""
    _positive("GradientBelow", tolerance)
    of = " of that at the start" if relative else ""
    return Rule(
        f"the norm of the gradient is below {tolerance:g}{of}",
        lambda p: p.slope < tolerance * (p.slope0 if relative else 1.0),
    )


def MaxSteps(count: int) -> Rule:
    """So many steps; epochs, for methods that go through the rows."""
    if count < 0:
        raise DataError(f"MaxSteps({count}) is less than no step")
    return Rule(f"the limit of {count} steps is reached", lambda p: p.nit >= count, met=False)


def MaxTime(seconds: float) -> Rule:
    """So many seconds, looked at after each step."""
    _positive("MaxTime", seconds)
    return Rule(f"{seconds:g} s have passed", lambda p: p.seconds >= seconds, met=False)


def Patience(steps: int, *, least: float = 0.0) -> Rule:
    """For so many steps the loss on data held out has not become better, by at least `least`.

    (Prechelt, Early Stopping – But When?, 1998)
    """
    if steps < 1:
        raise DataError(f"Patience({steps}) waits for no step", hint="Wait for 1 or more.")

    def tired(progress: Progress) -> bool:
        losses = progress.held_out
        if len(losses) <= steps:
            return False
        return min(losses[-steps:]) > min(losses[:-steps]) - least

    return Rule(f"the loss on held-out data was not better for {steps} steps", tired)


def _positive(name: str, tolerance: float) -> None:
    if not tolerance > 0:
        raise DataError(
            f"{name}({tolerance!r}) never fires or always does", hint="Give a number above 0."
        )
