"""Programs of loops from their text: kept as files, so that what was compiled is kept too."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from hashlib import sha256
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from gradproof.program.kernels.entering.given import (
    MEMORY,
    is_compiled,
    with_memory_given,
    with_pooled_memory,
)
from gradproof.program.kernels.entering.pool import Pool
from gradproof.program.naming import identifier
from gradproof.program.task import Task


def load(text: str, task: Task, *, reuse: bool = False) -> Callable[..., Any]:
    """The function of a source text; it is compiled when it is first called.

    The text is kept in `folder()`, and what numba makes of it beside it: the next process
    that needs the same program finds it compiled.

    reuse: whether results may lie where those of the call before lay.
    """
    name = identifier(task.name)
    if not is_compiled(text, name):
        return _pooled(text, name)
    given = with_memory_given(text, name)
    module = module_of(given.text if given else text)
    function: Callable[..., Any] = getattr(module, name)
    if given is None:
        return function
    kind: Callable[..., Callable[..., Any]]
    kind = import_module("gradproof.program.kernels.entering.loaded").Loaded
    return kind(function, module.shapes, given, "objmode(" not in text, reuse)


def _pooled(text: str, name: str) -> Callable[..., Any]:
    """The function that runs in Python, with a pool from which it has its arrays."""
    module = module_of(with_pooled_memory(text, name))
    pool = Pool()
    source: FunctionType = getattr(module, name)
    own = FunctionType(source.__code__, {**vars(module), MEMORY: pool}, name)

    def run(*arguments: Any) -> Any:
        pool.begin()
        return own(*arguments)

    return run


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
