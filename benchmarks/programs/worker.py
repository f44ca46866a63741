"""One program under measurement and one problem, in a process of its own; results are lines.

usage: python -m benchmarks.programs.worker REQUEST, where REQUEST is JSON
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks.programs.clock import measured, wait_for_quiet
from benchmarks.programs.peer import PEERS, Call, Outputs
from benchmarks.programs.problem import Cell, data
from benchmarks.programs.problems import BY_KEY

TOLERANCES = {"float64": 1e-9, "float32": 2e-3}
REFERENCE = "reference"
MESSAGE = 300  # characters of an error that are kept


@dataclass(frozen=True, slots=True)
class Request:
    """What a process is asked to do.

    cells: kind and size of each.
    folder: where the right results lie, or are to be put by the reference.
    """

    peer: str
    problem: str
    cells: tuple[tuple[str, str], ...]
    dtype: str
    folder: str
    seconds: float
    tries: int

    def text(self) -> str:
        """The request as the process reads it."""
        return json.dumps(asdict(self))


def main(text: str) -> None:
    """Do what is asked and print one line of JSON for every call."""
    request = Request(**json.loads(text))
    answers = _references if request.peer == REFERENCE else _answers
    if request.tries > 1 and request.peer != REFERENCE:
        wait_for_quiet(3)
    for record in answers(request):
        print(json.dumps(record), flush=True)


def _cells(request: Request) -> list[Cell]:
    problem = BY_KEY[request.problem]
    return [Cell(problem, kind, size, request.dtype) for kind, size in request.cells]


def _references(request: Request) -> Iterator[dict[str, Any]]:
    """The right results of all cells, into the folder."""
    for cell in _cells(request):
        path = _path(request, cell)
        if not path.exists():
            outputs = import_module("benchmarks.programs.peer_jax").reference(cell, data(cell))
            path.parent.mkdir(parents=True, exist_ok=True)
            np.savez(path, *outputs)
        yield {"cell": cell.key, "reference": str(path)}


def _answers(request: Request) -> Iterator[dict[str, Any]]:
    peer = PEERS[request.peer]
    for cell in _cells(request):
        start = {"peer": peer.name, "problem": cell.problem.key, "kind": cell.kind}
        start |= {"size": cell.size, "dtype": cell.dtype}
        yield start | {"begins": True}
        try:
            module = import_module(f"benchmarks.programs.{peer.module}")
            calls = module.builders(cell, data(cell), peer.option)
        # Whatever goes wrong in a program under measurement is its result.
        except Exception as error:  # noqa: BLE001
            yield start | {"label": "", "error": _message(error)}
            continue
        if not calls:
            yield start | {"label": "", "absent": True}
        for label, build in calls.items():
            yield start | {"label": label} | _answer(request, cell, build)


def _answer(request: Request, cell: Cell, build: Callable[[], Call]) -> dict[str, Any]:
    """The times of a call that is right; else what is wrong with it."""
    begin = perf_counter()
    try:
        call = build()
        result = call.run()
        first = perf_counter() - begin
        deviation = _deviation(call.outputs(result), _reference(request, cell))
        if not deviation <= TOLERANCES[cell.dtype]:
            return {"wrong": deviation, "first": first}
        del result
        timing = measured(call.run, request.seconds, request.tries)
    except Exception as error:  # noqa: BLE001 - as above
        return {"error": _message(error)}
    return {"first": first, "deviation": deviation} | timing.record()


def _message(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:MESSAGE]


def _path(request: Request, cell: Cell) -> Path:
    return Path(request.folder) / f"{cell.key}.npz"


def _reference(request: Request, cell: Cell) -> Outputs:
    with np.load(_path(request, cell)) as archive:
        return [archive[name] for name in archive.files]


def _deviation(found: Outputs, right: Outputs) -> float:
    """The largest deviation of an entry, relative to the largest entry of its array."""
    if len(found) != len(right):
        return np.inf
    return max(deviation(*pair) for pair in zip(found, right, strict=True))


def deviation(found: Any, right: Any) -> float:
    """The largest deviation of an entry over the largest entry; infinite for other counts.

    A Hessian may come as a matrix or with an axis for every axis of the variable twice.
    """
    entries, exact = np.asarray(found, dtype=np.float64), np.asarray(right)
    if entries.size != exact.size:
        return np.inf
    largest = float(np.max(np.abs(exact))) or 1.0
    error = float(np.max(np.abs(entries.reshape(exact.shape) - exact))) / largest
    return error if np.isfinite(error) else np.inf


if __name__ == "__main__":
    main(sys.argv[1])
