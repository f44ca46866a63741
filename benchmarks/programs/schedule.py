"""Processes one after another, rounds interleaved; what they say is saved line by line.

A run that was interrupted goes on where it was: a process that is done is not started again.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from shutil import rmtree, which
from time import monotonic
from typing import Any

from benchmarks.programs.machine import description
from benchmarks.programs.peer import PEERS
from benchmarks.programs.problem import cells
from benchmarks.programs.problems import BY_KEY
from benchmarks.programs.results import Place, collected, contenders
from benchmarks.programs.threads import ENVIRONMENT
from benchmarks.programs.worker import REFERENCE, Request

# Peers that compile for seconds are measured once, after the rounds of the others.
SLOW = ("torch-compile", "pytensor")
NEAR = 2.0  # automatic peers slower than this multiple of the best are measured once
LONGEST = 150.0  # seconds of one process

Record = dict[str, Any]
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Settings:
    """What is measured, how long, and where it is saved.

    pythons: another interpreter for a peer whose packages exclude those of the others.
    """

    problems: tuple[str, ...]
    kinds: tuple[str, ...]
    sizes: tuple[str, ...]
    peers: tuple[str, ...]
    dtype: str
    rounds: int
    seconds: float
    tries: int
    minutes: float
    folder: Path
    pythons: dict[str, str]

    @property
    def records(self) -> Path:
        """The file of the records."""
        return self.folder / f"programs-{self.dtype}.jsonl"

    @property
    def references(self) -> Path:
        """Where the right results lie while the run lasts."""
        return self.folder / f"references-{self.dtype}"


def installed(settings: Settings) -> tuple[str, ...]:
    """The peers that can be measured here."""
    return tuple(name for name in settings.peers if not missing(name, settings))


def missing(name: str, settings: Settings) -> str:
    """Why a peer cannot be measured here; empty if it can."""
    if name == "torch-compile" and not (which("g++") or which("clang++")):
        return "no C++ compiler"
    if name in settings.pythons:
        return ""
    packages = [package for package in PEERS[name].packages if find_spec(package) is None]
    return f"{packages[0]} is not installed" if packages else ""


def saved(settings: Settings) -> list[Record]:
    """The records of earlier runs; a line that was cut off is left out."""
    if not settings.records.exists():
        return []
    found = []
    for line in settings.records.read_text().splitlines():
        try:
            found.append(json.loads(line))
        except json.JSONDecodeError:
            continue
    return found


def run(settings: Settings, say: Say) -> bool:
    """Measure what is not yet measured; whether everything is."""
    settings.folder.mkdir(parents=True, exist_ok=True)
    deadline = monotonic() + 60 * settings.minutes
    peers = installed(settings)
    _save(settings, {"machine": description(settings.pythons), "seconds": settings.seconds})
    quick = tuple(peer for peer in peers if peer not in SLOW)
    slow = tuple(peer for peer in peers if peer in SLOW)
    passes = [*((round_, quick) for round_ in range(settings.rounds)), (0, slow)]
    for round_, turn in passes:
        for problem in settings.problems:
            for request in requests(settings, round_, problem, turn):
                if monotonic() > deadline:
                    return False
                for record in _answered(request, settings, deadline):
                    _save(settings, record | {"round": round_})
            if turn:
                say(f"round {round_ + 1}, {problem}: {deadline - monotonic():.0f} s left")
    rmtree(settings.references, ignore_errors=True)
    return True


def _save(settings: Settings, record: Record) -> None:
    with settings.records.open("a") as file:
        file.write(json.dumps(record) + "\n")


def requests(
    settings: Settings, round_: int, problem: str, peers: tuple[str, ...]
) -> Iterator[Request]:
    """For each peer the cells of the problem that this round still lacks; the reference first."""
    records = saved(settings)
    done = {
        (record["peer"], record["kind"], record["size"])
        for record in records
        if record.get("round") == round_ and record.get("problem") == problem
    }
    worth = contenders(collected(records), NEAR)
    wanted = cells(BY_KEY[problem], settings.kinds, settings.sizes, settings.dtype)
    pending = {
        peer: [
            (cell.kind, cell.size)
            for cell in wanted
            if (peer, cell.kind, cell.size) not in done
            and _again(peer, Place(problem, cell.kind, cell.size), round_, worth)
        ]
        for peer in peers
    }
    pending = {peer: found for peer, found in pending.items() if found}
    if pending:
        yield _request(settings, REFERENCE, problem, [(c.kind, c.size) for c in wanted])
    for peer, found in pending.items():
        yield _request(settings, peer, problem, found)


def _again(peer: str, place: Place, round_: int, worth: dict[Place, set[str]]) -> bool:
    return round_ == 0 or peer in worth.get(place, ())


def _request(settings: Settings, peer: str, problem: str, found: list[tuple[str, str]]) -> Request:
    return Request(
        peer,
        problem,
        tuple(found),
        settings.dtype,
        str(settings.references),
        settings.seconds,
        settings.tries,
    )


def _answered(request: Request, settings: Settings, deadline: float) -> Iterator[Record]:
    """The records of a process; where it dies it is started again for the cells that are left."""
    left = list(request.cells)
    while left and monotonic() < deadline:
        limit = min(LONGEST, deadline - monotonic())
        records, ending = _process(request, left, settings, limit)
        yield from (record for record in records if "label" in record)
        if not ending or (request.peer == REFERENCE):
            return
        begun = [(record["kind"], record["size"]) for record in records if "begins" in record]
        last = begun[-1] if begun else left[0]
        if ending == "time" and monotonic() >= deadline:
            return
        yield _ended(request, last, f"the process took over {limit:.0f} s", ending)
        left = left[left.index(last) + 1 :]


def _ended(request: Request, cell: tuple[str, str], slow: str, ending: str) -> Record:
    kind, size = cell
    start = {"peer": request.peer, "problem": request.problem, "kind": kind, "size": size}
    return start | {
        "dtype": request.dtype,
        "label": "",
        "error": slow if ending == "time" else ending,
    }


def _process(
    request: Request, left: list[tuple[str, str]], settings: Settings, limit: float
) -> tuple[list[Record], str]:
    """What a process says, and how it ended: nothing, "time", or its last words."""
    asked = Request(
        request.peer,
        request.problem,
        tuple(left),
        request.dtype,
        request.folder,
        request.seconds,
        request.tries,
    )
    python = settings.pythons.get(request.peer, sys.executable)
    command = [python, "-m", "benchmarks.programs.worker", asked.text()]
    try:
        done = subprocess.run(
            command, env=os.environ | ENVIRONMENT, capture_output=True, text=True, timeout=limit
        )
    except subprocess.TimeoutExpired as late:
        text = late.stdout or b""
        return _lines(text.decode() if isinstance(text, bytes) else text), "time"
    ending = ""
    if done.returncode:
        words = done.stderr.strip().splitlines()[-1:] or ["no word"]
        ending = f"the process ended with {done.returncode}: {words[0][:200]}"
    return _lines(done.stdout), ending


def _lines(text: str) -> list[Record]:
    found = []
    for line in text.splitlines():
        try:
            record = json.loads(line)
        except json.JSONDecodeError:
            continue
        if isinstance(record, dict):
            found.append(record)
    return found
