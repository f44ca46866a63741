"""Single entries of a gradient beside the slopes along them: all of few, the worst of many.

Among many entries the worst are found by halving: the slope along a block of entries tells the sum
of their errors, and the block that is most wrong is halved next.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np

from gradproof.numeric.comparison import SAFETY, Array, Question, Trial, length
from gradproof.numeric.slopes import Along, quick, settled

FEW = 1000  # entries, up to which each is looked at
HALVINGS = 50
MOST = 8


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a gradient: its index, what is given, and what differences say.

    certain  whether the two differ by more than they may
    place    where it is in the order of C
    """

    index: tuple[int, ...]
    given: float
    numeric: float
    certain: bool
    place: int

    @property
    def error(self) -> float:
        """|given − numeric|."""
        return abs(self.given - self.numeric)

    @property
    def relative_error(self) -> float:
        """The error, relative to the larger of the two."""
        return self.error / max(abs(self.given), abs(self.numeric), np.finfo(float).tiny)


def along_entry(question: Question, place: int) -> Along:
    """t ↦ f(x + t·s·eᵢ), with the scale s of that entry."""

    def along(t: float) -> float:
        moved = question.point.copy()
        moved.reshape(-1)[place] += t * question.scale.reshape(-1)[place]
        return question.value(moved)

    return along


def wrong_entries(question: Question, trial: Trial) -> tuple[Entry, ...]:
    """The entries that are wrong, the worst first; of very many entries, some of the worst."""
    many = question.given.size > FEW
    places = found_by_halving(question, trial) if many else list(range(question.given.size))
    entries = [entry_at(question, place) for place in places]
    certain = [entry for entry in entries if entry.certain]
    return tuple(sorted(certain or entries[:MOST], key=lambda entry: -entry.error))


def entry_at(question: Question, place: int) -> Entry:
    """The entry of that place in the order of C, with the slope along it."""
    slope = settled(along_entry(question, place), question.rounding)
    unit = float(question.scale.reshape(-1)[place])
    given = float(question.given.reshape(-1)[place])
    numeric, error = slope.value / unit, slope.error / unit
    floor = question.floor * max(question.largest, slope.bend) / unit
    close = question.tolerance * max(abs(given), abs(numeric)) + floor + SAFETY * error
    index = tuple(int(axis) for axis in np.unravel_index(place, question.given.shape))
    return Entry(index, given, numeric, abs(given - numeric) > close, place)


def found_by_halving(question: Question, trial: Trial) -> list[int]:
    """The places of some of the entries that make the slope along a direction wrong.

    The next block is the one with the most squared error for each of its entries.
    """
    blocks = [(0.0, 0, question.given.size, trial.residual)]
    found: list[int] = []
    for _ in range(HALVINGS):
        if not blocks or len(found) == MOST:
            break
        _, start, stop, residual = heappop(blocks)
        if stop - start == 1:
            found.append(start)
            continue
        middle = (start + stop) // 2
        left = block_residual(question, trial, start, middle)
        # Slopes add up, so that the other half needs no values of f.
        for first, last, part in ((start, middle, left), (middle, stop, residual - left)):
            if abs(part) > block_noise(question, trial, first, last):
                heappush(blocks, (-(part**2) / (last - first), first, last, part))
    return found


def block_residual(question: Question, trial: Trial, start: int, stop: int) -> float:
    """The slope of f less the claimed one, along the part of a direction within a block."""
    part = trial.direction.reshape(-1)[start:stop]

    def along(t: float) -> float:
        moved = question.point.copy()
        moved.reshape(-1)[start:stop] += (t * part).astype(moved.dtype)
        return question.value(moved)

    claimed = float(np.sum(shares(question, trial, start, stop)))
    return quick(along, question.step) - claimed


def block_noise(question: Question, trial: Trial, start: int, stop: int) -> float:
    """The residual of a block that need not come from a wrong entry."""
    size = length(shares(question, trial, start, stop))
    return question.tolerance * size + SAFETY * trial.slope.error


def shares(question: Question, trial: Trial, start: int, stop: int) -> Array:
    """What the entries of a block add to the claimed slope."""
    given, direction = question.given.reshape(-1), trial.direction.reshape(-1)
    return np.asarray(given[start:stop] * direction[start:stop])
