"""The tensor language: five closed kinds of node, hash-consed, so that equal means identical.

Axes are ordered and positional; the letters of a contraction are numbers given in a
canonical order, never names, so that no renaming of bound indices can hide an equality.
Nodes are made only by the constructors of this folder (`symbol`, `number`, `add`,
`contract`, `apply`), which return the normal form; they are never changed afterwards
(`memo` holds what verbs have already worked out about a node).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple, TypeVar
from weakref import ref

from gradproof.core.dimension import Dimension
from gradproof.core.rational import Rational

Axes = tuple[Dimension, ...]


class Node:
    """What all kinds share: axes, and a key that orders nodes the same way in every run."""

    __slots__ = ("__weakref__", "axes", "key", "memo")
    axes: Axes
    key: int
    memo: dict[str, Any]


class Symbol(Node):
    """A named tensor of which certain facts are known; a dimension used as a number is one too."""

    __slots__ = ("facts", "name")
    name: str
    facts: frozenset[str]


class Number(Node):
    """An exact rational scalar."""

    __slots__ = ("value",)
    value: Rational


class Sum(Node):
    """Σ cᵢ·termᵢ: like terms are merged by being the same key; no term has a coefficient."""

    __slots__ = ("terms",)
    terms: tuple[tuple[Rational, Node], ...]


class Factor(NamedTuple):
    """node[letters]^exponent, elementwise."""

    node: Node
    letters: tuple[int, ...]
    exponent: Rational


class Contraction(Node):
    """coefficient · Σ over bound letters of Π factors, with the axes `output`.

    A letter that occurs twice in `output` is a diagonal (a Kronecker delta), an output
    letter that no factor has is a broadcast: so identity matrices and vectors of ones
    are contractions without factors.
    """

    __slots__ = ("coefficient", "dimensions", "factors", "output")
    coefficient: Rational
    factors: tuple[Factor, ...]
    output: tuple[int, ...]
    dimensions: tuple[Dimension, ...]


class Apply(Node):
    """op(arguments): a function of the vocabulary, with its parameters."""

    __slots__ = ("arguments", "op", "parameters")
    op: Operation
    arguments: tuple[Node, ...]
    parameters: tuple[Hashable, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Operation:
    """The card of a function: all that would be true of it if there were no computer.

    axes          the result's axes from the arguments and parameters
    elementwise   f acts on each entry; then `slope` is f' as an expression
    differential  df from the arguments and their differentials (None: that one is constant)
    adjoint       for f linear in argument k: the tensor L* g with ⟨g, L h⟩ = ⟨L* g, h⟩
    constant      locally constant where it is defined: its differential is zero
    transposition f(X') is "equivariant" f(X)', "invariant" f(X), or "" neither
    condition     where it is defined, with `{0}` for the argument
    source        where the formula is written down
    """

    name: str
    axes: Callable[[tuple[Node, ...], tuple[Hashable, ...]], Axes]
    elementwise: bool = False
    slope: Callable[[Node], Node] | None = None
    differential: Callable[[tuple[Node, ...], tuple[Node | None, ...]], Node] | None = None
    adjoint: Callable[[Apply, int, Node], Node] | None = None
    constant: bool = False
    transposition: str = ""
    condition: str = ""
    source: str = ""
    key: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", name_key(self.name))

    def __repr__(self) -> str:
        return self.name


class _Interned:
    """The nodes that live, by identity; entries of dead ones are swept out now and then.

    An entry keeps the nodes below it alive until the next sweep.  This takes less time than a
    weak dictionary, which runs code at each death, and at most twice the memory.
    """

    __slots__ = ("capacity", "entries")

    def __init__(self) -> None:
        self.entries: dict[Hashable, ref[Node]] = {}
        self.capacity = SMALLEST_TABLE

    def sweep(self) -> int:
        """Drop the entries of dead nodes; return how many nodes live."""
        while self._sweep_once():
            pass
        self.capacity = max(SMALLEST_TABLE, 2 * len(self.entries))
        return len(self.entries)

    def _sweep_once(self) -> bool:
        """Drop what is dead now; whether anything was, for what it kept alive may die of it."""
        dead = [place for place in self.entries.items() if place[1]() is None]
        for identity, reference in dead:
            if self.entries.get(identity) is reference:
                del self.entries[identity]
        return bool(dead)


SMALLEST_TABLE = 8_192
_table = _Interned()
NodeType = TypeVar("NodeType", bound=Node)


@lru_cache(maxsize=4096)
def name_key(name: str) -> int:
    """A number for a name that is the same in every process."""
    return int.from_bytes(blake2b(name.encode(), digest_size=7).digest(), "big")


def interned(identity: Hashable) -> Node | None:
    """The living node of this identity, if there is one."""
    found = _table.entries.get(identity)
    return None if found is None else found()


def intern(identity: Hashable, node: NodeType, axes: Axes, key: int) -> NodeType:
    """`node`, completed and remembered as *the* node of this identity."""
    node.axes, node.key, node.memo = axes, key, {}
    _table.entries[identity] = ref(node)
    if len(_table.entries) > _table.capacity:
        _table.sweep()
    return node


def living() -> list[Node]:
    """The nodes that there are, once the dead are swept out."""
    _table.sweep()
    nodes = [reference() for reference in _table.entries.values()]
    return [node for node in nodes if node is not None]


Result = TypeVar("Result")


def memoised(function: Callable[[Node], Result]) -> Callable[[Node], Result]:
    """`function`, worked out once per node."""
    name = f"{function.__module__}.{function.__qualname__}"

    def remembered(node: Node) -> Result:
        memo = node.memo
        if name in memo:
            result: Result = memo[name]
            return result
        memo[name] = result = function(node)
        return result

    remembered.__doc__, remembered.__name__ = function.__doc__, function.__name__
    return remembered


def symbol(name: str, axes: Axes = (), facts: frozenset[str] = frozenset()) -> Symbol:
    """The variable `name`."""
    identity = (Symbol, name, axes, facts)
    found = interned(identity)
    if found is None:
        node = Symbol()
        node.name, node.facts = name, facts
        key = hash((1, name_key(name), len(axes), *(name_key(str(axis)) for axis in axes)))
        return intern(identity, node, axes, key)
    assert isinstance(found, Symbol)
    return found


def number(value: Rational) -> Number:
    """The exact number `value`."""
    identity = (Number, value)
    found = interned(identity)
    if found is None:
        node = Number()
        node.value = value
        return intern(identity, node, (), hash((2, hash(value))))
    assert isinstance(found, Number)
    return found


DIMENSION_FACTS = frozenset({"dimension", "positive"})


def dimension_symbol(name: str) -> Symbol:
    """The size `name`, used as a number."""
    return symbol(name, (), DIMENSION_FACTS)
