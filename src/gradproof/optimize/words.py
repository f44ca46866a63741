"""Methods and rules from words, as the command line has them: `adam:0.01,batch=32`.

>>> method_from("gd:0.1")
GradientDescent(rate=0.1)
>>> print(rule_from("gradient<1e-6,steps=100"))
the norm of the gradient is below 1e-06, or the limit of 100 steps is reached
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from gradproof.core.errors import ReadError
from gradproof.notation.vocabulary import nearest
from gradproof.optimize.methods.adam import Adam
from gradproof.optimize.methods.closed_form import ClosedForm
from gradproof.optimize.methods.gradient_descent import GradientDescent
from gradproof.optimize.methods.momentum import Momentum
from gradproof.optimize.methods.newton import Newton
from gradproof.optimize.methods.rates import Backtracking, Decaying
from gradproof.optimize.methods.scipys import LBFGS, TrustRegion
from gradproof.optimize.methods.stochastic import MiniBatch, StochasticGradientDescent
from gradproof.optimize.stopping import (
    GradientBelow,
    LossChangeBelow,
    MaxSteps,
    MaxTime,
    Patience,
    Rule,
    StepBelow,
)

METHODS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "gd": GradientDescent,
        "momentum": Momentum,
        "nesterov": lambda rate=0.01, **more: Momentum(rate, nesterov=True, **more),
        "adam": Adam,
        "sgd": StochasticGradientDescent,
        "minibatch": MiniBatch,
        "newton": Newton,
        "lbfgs": LBFGS,
        "trust": TrustRegion,
        "closed": ClosedForm,
    }
)
RULES: Mapping[str, Callable[[float], Rule]] = MappingProxyType(
    {
        "step": StepBelow,
        "change": LossChangeBelow,
        "gradient": GradientBelow,
        "steps": lambda count: MaxSteps(int(count)),
        "seconds": MaxTime,
        "patience": lambda count: Patience(int(count)),
    }
)
RELATIVE: Mapping[str, Callable[..., Rule]] = MappingProxyType(
    {"step": StepBelow, "change": LossChangeBelow, "gradient": GradientBelow}
)
RULE_FORM = "Write rules as in step<1e-8,change<1e-10,gradient<1e-6,steps=1000,seconds=60."


def method_from(text: str) -> Any:
    """The method that words name: its name, its rate, and what else it takes.

    Raises ReadError for what is no method.
    """
    name, _, rest = text.partition(":")
    make = METHODS.get(name.strip().lower())
    if make is None:
        near = nearest(name, tuple(METHODS))
        hint = f"Did you mean {near}?" if near else f"The methods are {', '.join(METHODS)}."
        raise ReadError(f"{name!r} is no method", hint=hint)
    given: dict[str, Any] = {}
    for part in filter(None, map(str.strip, rest.split(","))):
        key, equals, value = part.partition("=")
        given[key.strip() if equals else "rate"] = _setting(value if equals else key)
    if "decay" in given:
        given["rate"] = Decaying(given.get("rate", 0.1), given.pop("decay"))
    try:
        return make(**given)
    except TypeError:
        raise ReadError(
            f"{text!r} names what {name} does not take",
            hint=f"Write it as in {name}:0.1 or adam:0.01,batch=32.",
        ) from None


def _setting(text: str) -> Any:
    text = text.strip()
    if text == "backtracking":
        return Backtracking()
    try:
        number = float(text)
    except ValueError:
        raise ReadError(f"{text!r} is no number", hint="Write a rate as in gd:0.1.") from None
    return int(number) if number.is_integer() and "." not in text and "e" not in text else number


def rule_from(text: str) -> Rule:
    """The rules that words name, the first of which ends a descent; `rel` makes one relative.

    Raises ReadError for what is no rule.
    """
    rules = [_rule(part.strip()) for part in text.split(",") if part.strip()]
    if not rules:
        raise ReadError("there is no rule", hint=RULE_FORM)
    combined = rules[0]
    for rule in rules[1:]:
        combined = combined | rule
    return combined


def _rule(part: str) -> Rule:
    sign = "<" if "<" in part else "="
    name, found, value = (own.strip() for own in part.partition(sign))
    relative = value.endswith("rel")
    number = value.removesuffix("rel").strip()
    try:
        size = float(number)
    except ValueError:
        raise ReadError(f"{part!r} is no rule", hint=RULE_FORM) from None
    if name not in RULES or not found or (relative and name not in RELATIVE):
        raise ReadError(f"{part!r} is no rule", hint=RULE_FORM)
    return RELATIVE[name](size, relative=True) if relative else RULES[name](size)
