"""Names for intermediate results that fit what they are: z = Wx, h = tanh(z), p = softmax(z)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import count
from types import MappingProxyType

from gradproof.core.dimension import ONE
from gradproof.derivation.backprop.nodes import GraphNode
from gradproof.notation.build import shape_of
from gradproof.notation.tree import Shape

STEMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "matrix product": ("z", "a"),
        "affine layer": ("z", "a"),
        "difference": ("r", "e"),
        "softmax": ("p", "q"),
        "rowsoftmax": ("p", "q"),
        "sigmoid": ("h", "g"),
        "tanh": ("h", "g"),
        "relu": ("h", "g"),
        "entrywise": ("h", "g"),
        "norm": ("n", "rho"),
        "quotient": ("c", "q"),
        "quadratic form": ("q", "s"),
        "inv": ("m", "k"),
        "sum": ("h", "u"),
        "rows": ("h", "u"),
        "probability": ("p", "q"),
    }
)
# Letters that stand for something else in a formula.
SIGNS = frozenset({"T", "I", "pi", "e", "d"})
SCALARS = ("s", "u", "q", "c")
ARRAYS = ("u", "v", "h", "k")
OUTPUTS = (("L", "J", "E"), ("F", "Y", "G"), ("F", "Y", "G"))


def names_for(nodes: tuple[GraphNode, ...], taken: Iterable[str]) -> dict[str, str]:
    """A name for each node: a letter for what it is, numbered where there are several."""
    used = set(taken)
    rank = _rank(shape_of(nodes[-1].formula))
    names = {nodes[-1].name: _free(OUTPUTS[rank], used)}
    used.add(names[nodes[-1].name])
    stems = {node.name: _stem(node, used, nodes) for node in nodes[:-1]}
    often = Counter(stems.values())
    counters = {stem: count(1) for stem in often}
    for node, stem in stems.items():
        name = stem
        while name in used or often[stem] > 1:
            name = f"{stem}_{next(counters[stem])}"
            if name not in used:
                break
        used.add(name)
        names[node] = name
    return names


def bar_names(names: Iterable[str], taken: Iterable[str], letter: str = "") -> dict[str, str]:
    """The name of the adjoint of each: z̄ of z, or J_z with the letter J."""
    used, found = set(taken), {}
    for name in names:
        stem, _, index = name.partition("_")
        bar = f"{stem}_bar_{index}" if index else f"{stem}_bar"
        bar = f"{letter}_{name}" if letter else bar
        while bar in used:
            bar += "_"
        found[name] = bar
    return found


def _stem(node: GraphNode, used: set[str], nodes: tuple[GraphNode, ...]) -> str:
    rank = _rank(shape_of(node.formula))
    users = [user for user in nodes if node.name in user.inputs()]
    is_last = node.kind == "sigmoid" and users == [nodes[-1]] and _rank(users[0].formula.shape) == 0
    kind = "probability" if is_last else node.kind
    stems = STEMS.get(kind, SCALARS if rank == 0 else ARRAYS)
    return _free(tuple([s.upper() if rank == 2 else s for s in stems]), used)


def _free(stems: tuple[str, ...], used: set[str]) -> str:
    return next((stem for stem in stems if stem not in used), stems[0])


def _rank(shape: Shape | None) -> int:
    assert shape is not None
    return sum(axis != ONE for axis in shape)
