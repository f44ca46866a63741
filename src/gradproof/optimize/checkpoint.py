"""Descents that go on later, exactly: their state, random numbers and history on disk."""

from __future__ import annotations

import json
import os
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from gradproof.core.errors import DataError
from gradproof.optimize.descent import Track
from gradproof.optimize.methods.state import State

Array = NDArray[Any]
NAME = "descent.npz"
LISTS = ("fun", "slope", "step", "seconds", "losses")


def fingerprint(*parts: object) -> str:
    """What a checkpoint belongs to: the loss, the data's shapes, the method."""
    return sha256("\n".join(map(str, parts)).encode()).hexdigest()[:16]


def save(folder: Path, problem: str, state: State, rng: Generator, track: Track) -> None:
    """Write the checkpoint, whole or not at all."""
    numbers = {key: own for key, own in state.memory.items() if not isinstance(own, np.ndarray)}
    told = {
        "problem": problem,
        "fun": state.fun,
        "nit": state.nit,
        "evaluations": state.evaluations,
        "rate": state.rate,
        "numbers": numbers,
        "rng": rng.bit_generator.state,
    }
    held = {
        "told": np.array(json.dumps(told)),
        "x": state.x,
        "gradient": state.gradient,
        "path": np.array(track.path),
        "last": state.x if track.last is None else track.last,
    }
    held |= {f"history {name}": np.array(getattr(track, name)) for name in LISTS}
    held |= {
        f"memory {key}": own for key, own in state.memory.items() if isinstance(own, np.ndarray)
    }
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f"{NAME}.{os.getpid()}.tmp"
    with draft.open("wb") as file:
        np.savez(file, **held)  # type: ignore[arg-type]  # names are free, but for allow_pickle
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder / NAME)


def restored(folder: Path, problem: str, rng: Generator, track: Track) -> State | None:
    """The state of a checkpoint, with the random numbers and the history; None without one.

    Raises DataError for a checkpoint of another problem, or a file that is none.
    """
    path = folder / NAME
    if not path.exists():
        return None
    try:
        with np.load(path, allow_pickle=False) as found:
            held = {key: found[key] for key in found.files}
        told = json.loads(str(held["told"]))
    except (OSError, ValueError, KeyError) as error:
        raise DataError(
            f"{path} is no checkpoint ({error})", hint="Remove it, or name another folder."
        ) from None
    if told["problem"] != problem:
        raise DataError(
            f"the checkpoint in {folder} is of another loss, method, start, or of other data",
            hint="Name another folder, or remove it to begin anew.",
        )
    rng.bit_generator.state = told["rng"]
    for name in LISTS:
        getattr(track, name).extend(held[f"history {name}"].tolist())
    track.path.extend(held["path"])
    track.last = held["last"]
    track.began -= track.seconds[-1] if track.seconds else 0.0
    memory = dict(told["numbers"])
    prefix = "memory "
    memory |= {k.removeprefix(prefix): own for k, own in held.items() if k.startswith(prefix)}
    return State(
        held["x"],
        told["fun"],
        held["gradient"],
        told["nit"],
        told["evaluations"],
        told["rate"],
        memory,
    )
