"""The page on minimising: its code runs, every method and rule is listed."""

from __future__ import annotations

import re

from gradproof.optimize.words import METHODS
from tests.architecture.layers import ROOT

PAGE = (ROOT / "docs" / "descend.md").read_text("utf-8")


def test_the_code_runs():
    blocks = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert blocks
    scope: dict[str, object] = {}
    for text in blocks:
        exec(text, scope)


def test_every_method_and_rule_is_listed():
    for name in METHODS:
        assert re.search(rf"`{name}\b", PAGE), name
    for rule in (
        "StepBelow",
        "LossChangeBelow",
        "GradientBelow",
        "MaxSteps",
        "MaxTime",
        "Patience",
    ):
        assert f"`{rule}`" in PAGE
