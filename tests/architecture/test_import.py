"""What `import gradproof` brings along, and which names it offers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import gradproof

PUBLIC = Path(__file__).with_name("public.txt")
BOOKKEEPING = {"TYPE_CHECKING", "annotations"}
LATER = {"click", "rich", "opt_einsum", "scipy", "jax", "torch", "matplotlib"}

LOADED = "import gradproof, sys; print(*sys.modules)"


def fresh_python(code: str, cache: Path) -> str:
    """What a new interpreter prints, with byte code kept in `cache` whatever the settings here."""
    settings = {"PYTHONPYCACHEPREFIX": str(cache), "PYTHONDONTWRITEBYTECODE": ""}
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, env=os.environ | settings, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_what_is_needed_later_is_imported_later(tmp_path):
    loaded = {name.split(".")[0] for name in fresh_python(LOADED, tmp_path).split()}
    assert "gradproof" in loaded
    assert loaded & LATER == set()


def public_names() -> list[str]:
    """All names of the package but its modules; some are imported on first use."""
    return sorted(
        name
        for name in dir(gradproof)
        if not name.startswith("_")
        and name not in BOOKKEEPING
        and not isinstance(vars(gradproof).get(name), ModuleType)
    )


def test_every_public_name_can_be_had():
    assert all(getattr(gradproof, name) is not None for name in public_names())
    with pytest.raises(AttributeError, match="no attribute"):
        gradproof.grdient  # noqa: B018  # asking for it is what raises


def test_the_public_list_changes_only_on_purpose():
    """To change it: GRADPROOF_UPDATE_GOLDENS=1 pytest tests/architecture, and read the diff."""
    names = "".join(f"{name}\n" for name in public_names())
    if os.environ.get("GRADPROOF_UPDATE_GOLDENS") == "1":
        PUBLIC.write_text(names, "utf-8")
    assert PUBLIC.read_text("utf-8") == names
