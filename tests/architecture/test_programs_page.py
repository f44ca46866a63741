"""The page on programs: its code runs, what it shows is printed, its tables are complete."""

from __future__ import annotations

import contextlib
import io
import re

from gradproof.program.compiling import OUTPUTS
from gradproof.program.targets import TARGETS, backends
from tests.architecture.layers import ROOT

PAGE = (ROOT / "docs" / "programs.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(.*?)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_the_code_runs_and_prints_what_is_shown():
    scope, printed = {}, ""
    for language, text in BLOCKS:
        if language == "python":
            said = io.StringIO()
            with contextlib.redirect_stdout(said):
                exec(text, scope)
            printed = said.getvalue()
        elif not language:
            shown = re.escape(text).replace("…", ".*")
            assert re.fullmatch(shown, printed, re.DOTALL), printed


def test_every_backend_and_output_is_listed():
    words = set(re.findall(r"`(\w+)`", PAGE))
    assert {*backends(), *OUTPUTS} <= words
    for target in TARGETS.values():
        assert target.extra is None or f"`gradproof[{target.extra}]`" in PAGE
