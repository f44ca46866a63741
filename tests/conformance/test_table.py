"""The page that shows what gradproof answers to published derivatives is what it answers."""

from pathlib import Path

from tests.conformance.table import main

PAGE = Path(__file__).parents[2] / "docs" / "conformance.md"


def test_the_page_is_up_to_date(capsys):
    """To write it anew: make docs-table."""
    main()
    assert capsys.readouterr().out == PAGE.read_text("utf-8")
