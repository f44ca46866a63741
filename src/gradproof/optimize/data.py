"""Data from files: .npy (mapped into memory where large), .npz and .csv."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradproof.core.errors import DataError

Array = NDArray[Any]
MAPPED = 1 << 28  # bytes of a .npy file from which on it is read while it is used


def loaded(place: str) -> Array:
    """The array in a file; FILE.npz:NAME and FILE.csv:COLUMN,COLUMN name what of it.

    Raises DataError for a file that is missing, of no known kind, or not of numbers.
    """
    path, part = _divided(place)
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(READERS)
        raise DataError(f"{path} is of no known kind", hint=f"Data are read from {known} files.")
    if not path.exists():
        raise DataError(f"there is no file {path}", hint=_nearby(path))
    try:
        return reader(path, part)
    except (OSError, ValueError, KeyError) as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DataError(f"{path} cannot be read: {first}") from None


def _divided(place: str) -> tuple[Path, str]:
    """The file and, after the last colon, what of it; a colon in a path is part of the path."""
    file, colon, part = place.rpartition(":")
    if colon and Path(file).suffix.lower() in READERS:
        return Path(file), part
    return Path(place), ""


def _nearby(path: Path) -> str:
    folder = path.parent if path.parent.is_dir() else Path()
    found = sorted(own.name for own in folder.iterdir() if own.suffix.lower() in READERS)
    return f"{folder} holds {', '.join(found[:6])}." if found else ""


def _npy(path: Path, part: str) -> Array:
    mode = "r" if path.stat().st_size > MAPPED else None
    found: Array = np.load(path, mmap_mode=mode, allow_pickle=False)  # type: ignore[arg-type]
    return found


def _npz(path: Path, part: str) -> Array:
    with np.load(path, allow_pickle=False) as held:
        names = held.files
        if not part and len(names) == 1:
            part = names[0]
        if part not in names:
            raise DataError(
                f"{path} holds {', '.join(names)}", hint=f"Name one, as in {path}:{names[0]}."
            )
        found: Array = held[part]
        return found


def _csv(path: Path, part: str) -> Array:
    """Numbers separated by commas; a first line of names is left out."""
    with path.open(encoding="utf-8-sig") as file:
        names = [name.strip().strip('"') for name in file.readline().split(",")]
    has_names = not all(map(_is_number, names))
    chosen = _columns(path, names, part) if part else None
    found = np.loadtxt(
        path,
        delimiter=",",
        skiprows=int(has_names),
        usecols=chosen,
        ndmin=2,
        encoding="utf-8-sig",
        quotechar='"',
    )
    return found[:, 0] if found.shape[1] == 1 else found


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _columns(path: Path, names: list[str], part: str) -> list[int]:
    wanted = [own.strip() for own in part.split(",")]
    for own in wanted:
        if own not in names:
            raise DataError(
                f"{path} has no column {own}", hint=f"Its columns are {', '.join(names)}."
            )
    return [names.index(own) for own in wanted]


READERS: Mapping[str, Callable[[Path, str], Array]] = MappingProxyType(
    {".npy": _npy, ".npz": _npz, ".csv": _csv}
)
