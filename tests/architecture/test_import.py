"""What `import gradproof` brings along, how long it takes, and which names it offers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import gradproof

PUBLIC = Path(__file__).with_name("public.txt")
LATER = {"click", "rich", "opt_einsum", "scipy", "jax", "torch", "matplotlib"}
SECONDS_BEYOND_NUMPY = 0.2

LOADED = "import gradproof, sys; print(*sys.modules)"
TIMED = """
import numpy
from time import perf_counter
start = perf_counter()
import gradproof
print(perf_counter() - start)
"""


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


def test_the_import_is_quick(tmp_path):
    fastest = min(float(fresh_python(TIMED, tmp_path)) for _ in range(5))
    assert fastest < SECONDS_BEYOND_NUMPY


def test_the_public_list_changes_only_on_purpose():
    """To change it: GRADPROOF_UPDATE_GOLDENS=1 pytest tests/architecture, and read the diff."""
    names = "".join(f"{name}\n" for name in sorted(gradproof.__all__))
    if os.environ.get("GRADPROOF_UPDATE_GOLDENS") == "1":
        PUBLIC.write_text(names, "utf-8")
    assert PUBLIC.read_text("utf-8") == names


def test_every_public_name_exists():
    assert [name for name in gradproof.__all__ if not hasattr(gradproof, name)] == []
