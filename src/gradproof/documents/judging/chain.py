"""A chain of equalities as it is handed in, and what is found out about each of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeVar

from gradproof.checking.points import Sample
from gradproof.checking.verdict import Verdict
from gradproof.core.declaration import Declaration
from gradproof.notation.tree import Tree

Value = TypeVar("Value")


def _nothing() -> Mapping[str, Value]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Chain:
    """members[0] = members[1] = …, with all that is known of the names in it.

    members       as written; None for one that could not be read
    declarations  of variables; what is not declared is inferred from the whole chain
    definitions   names that stand for trees, a later one for earlier ones too
    moving        the variables that move in a differential; None: those x whose dx occurs, and
                  where there are none all of them
    constant      the variables that never move
    sizes         dimensions that are numbers
    smaller       pairs of dimensions (n, m) with n < m
    at            moves a point to where the equations in force hold
    source        the text that the spans of the members point into
    """

    members: tuple[Tree | None, ...]
    declarations: Mapping[str, Declaration] = field(default_factory=_nothing)
    definitions: Mapping[str, Tree] = field(default_factory=_nothing)
    moving: frozenset[str] | None = None
    constant: frozenset[str] = frozenset()
    sizes: Mapping[str, int] = field(default_factory=_nothing)
    smaller: tuple[tuple[str, str], ...] = ()
    at: Callable[[Sample], Sample] | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is known of one `=` of a chain.

    diagnosis  what the slip is, in a line; empty where none is known
    against    the number of the member that the right side was compared with
    right      what the right side should be, where that is known
    """

    verdict: Verdict
    diagnosis: str = ""
    against: int = 0
    right: Tree | None = None
