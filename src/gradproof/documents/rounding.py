"""Numbers with decimals stand for what rounds to them: 0.0763 = 0.07627… to the digits written."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from gradproof.checking.verdict import Verdict
from gradproof.documents.judge import Judgement
from gradproof.notation.symbols import names_in
from gradproof.notation.tree import Tree

_DECIMALS = re.compile(r"\d\.(\d+)")
_SLACK = 1.001


def rounded(judgement: Judgement, tree: Tree | None, latex: str) -> Judgement:
    """The judgement, where a side is given in decimals and the other rounds to it.

    tree, latex  the side that may be numbers alone
    """
    digits = [len(found[1]) for found in _DECIMALS.finditer(latex)]
    values = judgement.verdict.counterexample
    if judgement.verdict.kind != "refuted" or not digits or values is None:
        return judgement
    if tree is None or names_in(tree) or not {"left", "right"} <= values.keys():
        return judgement
    left, right = np.asarray(values["left"]), np.asarray(values["right"])
    if left.shape != right.shape:
        return judgement
    error = float(np.abs(left - right).max(initial=0.0))
    if error > _SLACK * 0.5 * 10.0 ** -max(digits):
        return judgement
    verdict = Verdict("agrees", 1, error, message="to the digits that are written")
    return replace(judgement, verdict=verdict, diagnosis="")
