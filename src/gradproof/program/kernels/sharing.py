"""Arrays used again: a map over an array that nobody reads afterwards is written into it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gradproof.program.kernels.letters import Computation
from gradproof.program.kernels.nests import Compute, Loop, Node, Whole
from gradproof.program.kernels.storage import Store
from gradproof.program.kernels.values import Kernel


def shared(
    kernel: Kernel, stores: Mapping[int, Store], trees: Sequence[Sequence[Node]]
) -> dict[int, int]:
    """For a value that is written over another one: whose array it takes."""
    order = [place for tree in trees for place in _computed(tree)]
    when = {place: time for time, place in enumerate(order)}
    last = {
        read.place: when[place]
        for place in order
        for read in kernel.reads(kernel.computations[place])
    }
    kept = {place for _, place in kernel.outputs}
    taken: dict[int, int] = {}
    for place in order:
        computation = kernel.computations[place]
        for source in _candidates(kernel, stores, computation):
            free = source not in kept and source not in taken.values()
            if free and last[source] == when[place]:
                taken[place] = source
                break
    return taken


def _computed(nodes: Sequence[Node]) -> Iterator[int]:
    """The places in the order in which the text works them out."""
    for node in nodes:
        if isinstance(node, Loop):
            yield from _computed(node.body)
        elif isinstance(node, Compute | Whole):
            yield node.place


def _candidates(
    kernel: Kernel, stores: Mapping[int, Store], computation: Computation
) -> Iterator[int]:
    """Arrays of the same axes that a map reads entry by entry, and in no other way."""
    own = stores[computation.place]
    if computation.form != "map" or not own.letters:
        return
    reads = list(kernel.reads(computation))
    for read in reads:
        store = stores.get(read.place)
        if store is None or (store.letters, store.block) != (own.letters, own.block):
            continue
        if store.stage != own.stage and own.block:
            continue
        source = kernel.computations[read.place]
        plain = all(other.at == computation.letters for other in reads if other.place == read.place)
        if plain and source.letters == computation.letters and source.operation != "lu":
            yield read.place
