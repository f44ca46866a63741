"""What was measured, and what follows from it: medians, spreads, ratios and their means."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import exp, log
from statistics import median
from typing import Any

from benchmarks.programs.peer import BEATEN, PEERS

DISTURBED = 0.15  # share of the machine that others used, above which a time is marked


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A cell of the tables: a problem, a kind of derivative, a size."""

    problem: str
    kind: str
    size: str


@dataclass(slots=True)
class Measured:
    """What came of one call in all rounds."""

    medians: list[float] = field(default_factory=list)
    lows: list[float] = field(default_factory=list)
    highs: list[float] = field(default_factory=list)
    others: list[float] = field(default_factory=list)
    first: float = 0.0
    wrong: float | None = None
    error: str = ""

    def add(self, record: Mapping[str, Any]) -> None:
        """Take in a record of one round."""
        self.first = max(self.first, record.get("first", 0.0))
        if "wrong" in record:
            self.wrong = record["wrong"]
        elif "error" in record:
            self.error = record["error"]
        elif "median" in record:
            self.medians.append(record["median"])
            self.lows.append(record["low"])
            self.highs.append(record["high"])
            self.others.append(record["others"])

    @property
    def seconds(self) -> float | None:
        """The median of the rounds' medians; None where there is no right result in time."""
        if self.wrong is not None or self.error or not self.medians:
            return None
        return median(self.medians)

    @property
    def spread(self) -> float:
        """Half the way from the lowest quartile of the rounds to the highest, over the median."""
        return (max(self.highs) - min(self.lows)) / (2 * median(self.medians))

    @property
    def disturbed(self) -> bool:
        """Whether others kept the machine busy in every round."""
        return min(self.others, default=0.0) > DISTURBED


# For each cell the calls, by the name of the peer and the label of the call.
Results = Mapping[Place, Mapping[str, Measured]]


def collected(records: Iterable[Mapping[str, Any]]) -> Results:
    """The records of all rounds by cell and call."""
    found: dict[Place, dict[str, Measured]] = defaultdict(lambda: defaultdict(Measured))
    for record in records:
        if "label" in record and not record.get("absent"):
            place = Place(record["problem"], record["kind"], record["size"])
            found[place][f"{record['peer']} {record['label']}".strip()].add(record)
    return found


@dataclass(frozen=True, slots=True)
class Best:
    """The quickest call among some, and its seconds."""

    name: str
    seconds: float


def peer_of(call: str) -> str:
    """The peer whose call it is."""
    return call.split()[0]


def best(calls: Mapping[str, Measured], peers: Iterable[str]) -> Best | None:
    """The quickest right call of these peers."""
    wanted = set(peers)
    found = [
        Best(name, measured.seconds)
        for name, measured in calls.items()
        if peer_of(name) in wanted and measured.seconds is not None
    ]
    return min(found, key=lambda one: one.seconds, default=None)


def group(name: str) -> list[str]:
    """The peers of a group."""
    return [peer.name for peer in PEERS.values() if peer.group == name]


def rivals(against: str) -> list[str]:
    """The peers that a ratio is against: "libraries" (JAX and PyTorch), one of them, or "hand"."""
    named = {
        "libraries": list(BEATEN),
        "JAX": [name for name in BEATEN if name.startswith("jax")],
        "PyTorch": [name for name in BEATEN if name.startswith("torch")],
    }
    return named[against] if against in named else group(against)


def ratios(results: Results, ours: str, against: str) -> dict[Place, float]:
    """How many times longer the best rival takes than a call of ours, cell by cell."""
    found = {}
    for place, calls in results.items():
        rival = best(calls, rivals(against))
        own = calls[ours].seconds if ours in calls else None
        if rival is not None and own is not None:
            found[place] = rival.seconds / own
    return found


def geometric_mean(values: Iterable[float]) -> float | None:
    """The geometric mean; None of nothing."""
    logarithms = [log(value) for value in values]
    return exp(sum(logarithms) / len(logarithms)) if logarithms else None


def own_calls(results: Results) -> list[str]:
    """Our calls, in the order of the table of peers."""
    names = {name for calls in results.values() for name in calls}
    order = {name: place for place, name in enumerate(PEERS)}
    ours = [name for name in names if PEERS[peer_of(name)].group == "ours"]
    return sorted(ours, key=lambda name: (order[peer_of(name)], name))


def contenders(results: Results, factor: float) -> dict[Place, set[str]]:
    """The peers worth another round: ours, the hand-written, and automatic ones near the best."""
    always = {peer.name for peer in PEERS.values() if peer.group in ("ours", "hand")}
    found = {}
    for place, calls in results.items():
        leader = best(calls, BEATEN)
        near = {
            peer_of(name)
            for name, measured in calls.items()
            if leader is not None
            and peer_of(name) in BEATEN
            and measured.seconds is not None
            and measured.seconds <= factor * leader.seconds
        }
        found[place] = always | near
    return found
