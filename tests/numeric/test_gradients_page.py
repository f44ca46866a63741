"""The page on checking gradients: its code runs and prints what is shown."""

from __future__ import annotations

import contextlib
import io
import re

from gradproof.numeric.schemes import SCHEMES
from tests.architecture.layers import ROOT

PAGE = (ROOT / "docs" / "check-gradients.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(.*?)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_the_code_runs_and_prints_what_is_shown():
    scope, printed = {}, ""
    for language, text in BLOCKS:
        if language == "python":
            said = io.StringIO()
            with contextlib.redirect_stdout(said):
                exec(text, scope)
            printed = said.getvalue()
        else:
            shown = re.escape(text).replace("…", ".*")
            assert re.fullmatch(shown, printed, re.DOTALL), printed


def test_every_scheme_is_listed_with_its_formula_and_order():
    for name, scheme in SCHEMES.items():
        rows = [row for row in PAGE.splitlines() if row.startswith(f'| `"{name}"`')]
        assert len(rows) == 1
        assert f"| {scheme.formula} | {scheme.order} |" in rows[0]
