"""Programs of loops from their text: kept as files, so that what was compiled is kept too."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from hashlib import sha256
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from gradproof.program.naming import identifier
from gradproof.program.task import Task


def load(text: str, task: Task) -> Callable[..., Any]:
    """The function of a source text; it is compiled when it is first called.

    The text is kept in `folder()`, and what numba makes of it beside it: the next process
    that needs the same program finds it compiled.
    """
    function: Callable[..., Any] = getattr(module_of(text), identifier(task.name))
    return function


def folder() -> Path:
    """Where programs are kept: GRADPROOF_CACHE, or gradproof in the user's cache folder."""
    own = os.environ.get("GRADPROOF_CACHE")
    if own:
        return Path(own)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", "~")).expanduser() / "gradproof" / "programs"
    base = Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser()
    return base / "gradproof" / "programs"


def module_of(text: str) -> ModuleType:
    """The module of a text, run once in a process."""
    name = f"gradproof_program_{sha256(text.encode()).hexdigest()[:16]}"
    if name in sys.modules:
        return sys.modules[name]
    path = _kept(text, name)
    spec = spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None, "the path is that of a Python file"
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return sys.modules.setdefault(name, module)


def _kept(text: str, name: str) -> Path:
    """The file with this text, written whole or not at all."""
    place = folder()
    place.mkdir(parents=True, exist_ok=True)
    path = place / f"{name}.py"
    if not path.exists():
        draft = place / f"{name}.{os.getpid()}.tmp"
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    return path
