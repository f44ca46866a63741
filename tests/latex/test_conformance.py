"""Every formula of the conformance cases means in LaTeX what it means as text."""

import numpy as np
import pytest

from gradproof.core.errors import ShapeError
from gradproof.notation.latex.reader import parse_latex
from gradproof.notation.tree import walk
from tests.latex.cases import claimed, published

PUBLISHED = list(published())
CLAIMED = list(claimed())


def same(pair):
    try:
        ours, theirs = pair.values()
    except ShapeError:
        return pair.name.startswith("W")  # the claim itself has parts that do not fit
    assert ours.shape == theirs.shape
    scale = max(np.abs(ours).max(), np.abs(theirs).max(), 1e-3)
    return np.abs(ours - theirs).max() <= 1e-8 * scale


@pytest.mark.parametrize("pair", PUBLISHED, ids=[pair.name for pair in PUBLISHED])
def test_published_formulas(pair):
    assert same(pair)


@pytest.mark.parametrize("pair", CLAIMED, ids=[pair.name for pair in CLAIMED])
def test_claimed_formulas(pair):
    assert same(pair)


@pytest.mark.parametrize("pair", PUBLISHED, ids=[pair.name for pair in PUBLISHED])
def test_every_part_has_its_place(pair):
    tree = parse_latex(pair.latex)
    for part in walk(tree):
        assert part.span is not None
        assert 0 <= part.span.start <= part.span.stop <= len(pair.latex)
