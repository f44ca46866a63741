"""What a program under measurement offers: calls that can be made again and again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.programs.problem import Array, Cell, Data

Outputs = Sequence[Array]


@dataclass(frozen=True, slots=True)
class Call:
    """One call, done when it returns, and the arrays that its result holds.

    The arrays are the value and the gradients in the order of the variables, or the Hessian, or
    its product with the direction.
    """

    run: Callable[[], Any]
    outputs: Callable[[Any], Outputs]


Builders = Mapping[str, Callable[[], Call]]
Build = Callable[[Cell, Data, str], Builders]


@dataclass(frozen=True, slots=True)
class Peer:
    """A program under measurement; it has a process of its own.

    group: "ours", "automatic" (the derivative is found by the library), "closed" (our formula
    spelled in that library) or "hand" (our formula written for speed).
    module: its `builders(cell, data, option)` prepare the calls that solve a cell, by label.
    packages: what must be installed.
    """

    name: str
    group: str
    module: str
    option: str = ""
    packages: tuple[str, ...] = ()


PEERS = {
    peer.name: peer
    for peer in (
        Peer("ours-numpy", "ours", "ours", "numpy"),
        Peer("ours-numba", "ours", "ours", "numba", ("numba", "scipy")),
        Peer("ours-jax", "ours", "ours", "jax", ("jax",)),
        Peer("ours-torch", "ours", "ours", "torch", ("torch",)),
        Peer("jax", "automatic", "peer_jax", "automatic", ("jax",)),
        Peer("torch", "automatic", "peer_torch", "eager", ("torch",)),
        Peer("torch-compile", "automatic", "peer_torch", "compiled", ("torch",)),
        Peer("autograd", "automatic", "peer_autograd", "", ("autograd",)),
        Peer("pytensor", "automatic", "peer_pytensor", "", ("pytensor",)),
        Peer("jax-closed", "closed", "peer_jax", "closed", ("jax",)),
        Peer("torch-closed", "closed", "peer_torch", "closed", ("torch",)),
        Peer("hand-numpy", "hand", "hand_numpy", "", ("scipy",)),
        Peer("hand-numba", "hand", "hand_numba", "", ("numba", "scipy", "threadpoolctl")),
    )
}

# The peers whose better one a ratio is taken against.
BEATEN = ("jax", "torch", "torch-compile")
