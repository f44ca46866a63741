"""Numbers with decimals stand for what is within a unit of the last place: 0.0763 = 0.07627…."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from gradproof.checking.verdict import Verdict
from gradproof.documents.judging.judge import Judgement
from gradproof.notation.symbols import names_in
from gradproof.notation.tree import Tree

_NUMBER = re.compile(r"(?P<whole>\d+)(?:\.(?P<decimals>\d+))?")
_SLACK = 1.001
ROUNDING = 1e-12
FEWEST = 3


def rounded(judgement: Judgement, tree: Tree | None, latex: str) -> Judgement:
    """The judgement, where a side is given in decimals and the other rounds to it.

    tree, latex  the side that may be numbers alone
    """
    units = _units(latex)
    values = judgement.verdict.counterexample
    if judgement.verdict.kind != "refuted" or not units or values is None:
        return judgement
    if tree is None or names_in(tree) or not {"left", "right"} <= values.keys():
        return judgement
    left, right = np.asarray(values["left"]), np.asarray(values["right"])
    if left.shape != right.shape:
        return judgement
    allowed = (
        np.full(left.size, min(unit for unit in units if unit))
        if len(units) != left.size
        else np.array(units)
    )
    errors = np.abs(left - right).ravel()
    if (errors > _SLACK * allowed + ROUNDING).any():
        return judgement
    error = float(errors.max(initial=0.0))
    verdict = Verdict("agrees", 1, error, message="to the digits that are written")
    return replace(judgement, verdict=verdict, diagnosis="")


def _units(latex: str) -> list[float]:
    """A unit of the last place of each number; 0 of those that are exact, as 2 and 0.5 are."""
    found = [(number["whole"], number["decimals"] or "") for number in _NUMBER.finditer(latex)]
    units = [
        10.0 ** -len(decimals) if decimals and len(whole + decimals) >= FEWEST else 0.0
        for whole, decimals in found
    ]
    return units if any(units) else []
