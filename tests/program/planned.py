"""Plans of short texts, and what is to be asked of them: operations, and sizes of steps."""

from __future__ import annotations

from collections import Counter
from math import prod

from gradproof.notation.infer import read
from gradproof.program.lower import plan
from gradproof.program.plan import Builder


def planned(texts, declarations, sizes=None):
    """The plan of outputs given as texts by name."""
    trees = {name: read(text, declarations).tree for name, text in texts.items()}
    return plan(trees, Builder(declarations), sizes)


def operations(found):
    """How often each operation occurs."""
    return Counter(step.operation for step in found.steps)


def entries(step, sizes):
    """The number of entries of a step."""
    return prod(axis.size(sizes) for axis in step.axes)


def largest_temporary(found, sizes):
    """The largest step that is worked out and is neither an argument nor a view nor an output."""
    outputs = {place for _, place in found.outputs}
    return max(
        (
            entries(step, sizes)
            for place, step in enumerate(found.steps)
            if place not in outputs and step.operation not in ("argument", "rearrange", "diagonal")
        ),
        default=0,
    )


def largest_end(found, sizes):
    """The largest argument or output."""
    ends = [step for step in found.steps if step.operation == "argument"]
    ends += [found.steps[place] for _, place in found.outputs]
    return max(entries(step, sizes) for step in ends)
