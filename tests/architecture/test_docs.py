"""The reference of the language names every function and every fact that there is."""

from __future__ import annotations

import re

import pytest

from gradproof.core.declaration import FACTS
from gradproof.notation.vocabulary import ALIASES, FUNCTIONS
from tests.architecture.layers import ROOT

CODE = re.compile(r"`[^`]+`")
WORDS = {
    word
    for code in CODE.findall((ROOT / "docs" / "language.md").read_text("utf-8"))
    for word in re.findall(r"\w+", code)
}
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("name", [*FUNCTIONS, *ALIASES, *FACTS])
def test_the_language_reference_has(name):
    assert name in WORDS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page):
    targets = LINK.findall(page.read_text("utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []
