"""Names in an emitted program: Python identifiers for variables, dimensions and temporaries."""

from __future__ import annotations

import keyword
from collections.abc import Iterable
from unicodedata import normalize

from gradproof.program.plan import Plan, Step

RESERVED = frozenset({"np", "None", "True", "False"})

WELL_KNOWN = {
    "softmax": "p",
    "sigmoid": "s",
    "tanh": "h",
    "exp": "e",
    "solve": "u",
    "inverse": "M",
    "cholesky": "L",
    "lu": "factors",
    "eye": "identity",
}


def identifier(name: str) -> str:
    """A Python name for a variable: itself, or with an underscore if Python has taken it.

    >>> identifier("lambda"), identifier("w"), identifier("w*")
    ('lambda_', 'w', 'xw_2a')
    """
    name = normalize("NFKC", name)  # as Python itself does with identifiers
    if name.isidentifier():
        return f"{name}_" if keyword.iskeyword(name) or name in RESERVED else name
    return "x" + "".join(
        character if character.isascii() and character.isalnum() else f"_{ord(character):x}"
        for character in name
    )


def distinct(names: Iterable[str], taken: Iterable[str] = ()) -> dict[str, str]:
    """An identifier for each name, all different and none of them taken."""
    used, found = set(taken), {}
    for name in names:
        own = identifier(name)
        while own in used:
            own += "_"
        used.add(own)
        found[name] = own
    return found


def suggested(plan: Plan, step: Step) -> str:
    """What a person would call a step, or the empty text: r for a residual, p for softmax."""
    name = WELL_KNOWN.get(step.operation, "")
    if step.axes and _is_residual(plan, step):
        name = "r"
    if step.operation == "inverse" and plan.steps[step.operands[0]].operation == "argument":
        return f"{plan.steps[step.operands[0]].parameters[0]}_inv"
    return name.upper() if len(step.axes) == 2 and len(name) == 1 else name


def _is_residual(plan: Plan, step: Step) -> bool:
    """Whether the step is a difference in which data is taken from a prediction, or the reverse."""
    if step.operation != "add" or step.parameters.count(-1) != 1 or step.parameters[-1] != -1:
        return False
    parts = {plan.steps[operand].operation for operand in step.operands}
    return bool(parts & {"matmul", "argument"}) and not parts & {"number", "eye"}
