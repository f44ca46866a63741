"""f, g and h that nobody defined stand for any smooth functions of what they are applied to."""

from __future__ import annotations

import pytest

import gradproof as gp

CLAIMS = [
    (r"df = f'(x) \cdot dx", ["proved"]),
    (r"d(f(x)^2) = 2 f(x) df", ["proved"]),
    (r"\nabla (f(x) g(x)) = f(x) \nabla g(x) + g(x) \nabla f(x)", ["proved"]),
    (r"\nabla (f(x) g(x)) = f(x) \nabla g(x) - g(x) \nabla f(x)", ["not understood"]),
    (r"\nabla_x \log p(x) = \frac{\nabla_x p(x)}{p(x)}", ["proved"]),
    (r"dg = \langle \nabla g, dx \rangle", ["proved"]),
    (r"df = f(x + h) - f(x)", ["refuted"]),
    (r"f(x + h) - f(x) = f'(x) \cdot h + o(h)", ["not understood"]),
]


@pytest.mark.parametrize(("claim", "kinds"), CLAIMS, ids=[claim for claim, _ in CLAIMS])
def test_claims(claim, kinds):
    found = gp.check(f"$$ {claim} $$").findings
    assert [finding.verdict.kind for finding in found] == kinds
