"""Data on the command line: NAME=FILE, or numbers as in NAME=3,4; and arrays written to files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

WRITTEN = (".npy", ".csv")


def named_arrays(given: tuple[str, ...], option: str) -> dict[str, Any]:
    """The arrays by name.  Raises DataError for files that cannot be read."""
    import numpy as np

    from gradproof.optimize.data import loaded

    found: dict[str, Any] = {}
    for own in given:
        name, equals, value = (part.strip() for part in own.partition("="))
        if not equals or not name or not value:
            raise click.UsageError(f"{option} {own!r} is not of the form NAME=FILE or NAME=3,4.")
        try:
            numbers = np.array([float(part) for part in value.split(",")])
        except ValueError:
            found[name] = loaded(value)
        else:
            found[name] = numbers if "," in value else numbers[0]
    return found


def check_writable(file: str) -> None:
    """Raises UsageError for a file of a kind that is not written, before anything is computed."""
    if Path(file).suffix.lower() not in WRITTEN:
        raise click.UsageError(f"--output {file!r} must end in {' or '.join(WRITTEN)}.")


def write_array(array: Any, file: str) -> None:
    """The array as .npy, or as .csv with a line for each row."""
    import numpy as np

    if Path(file).suffix.lower() == ".npy":
        np.save(file, array)
    else:
        np.savetxt(file, np.atleast_1d(array), delimiter=",", fmt="%.17g")
