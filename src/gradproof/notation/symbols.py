"""How names are spelled with Greek letters and indices, and when two spellings would clash."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from types import MappingProxyType
from typing import NamedTuple

from gradproof.notation.tree import Binder, Call, Name, Tree, walk

GREEK = MappingProxyType(
    {
        "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε",
        "varepsilon": "ϵ", "zeta": "ζ", "eta": "η", "theta": "θ", "iota": "ι", "kappa": "κ",
        "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ",
        "tau": "τ", "upsilon": "υ", "phi": "φ", "varphi": "ϕ", "chi": "χ", "psi": "ψ",
        "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ",
        "Pi": "Π", "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
    }
)  # fmt: skip
LATIN = MappingProxyType({letter: name for name, letter in GREEK.items()})

ACCENTS = MappingProxyType(
    {"bar": "\u0304", "tilde": "\u0303", "hat": "\u0302", "dot": "\u0307", "vec": "\u20d7"}
    | {"prime": "′"}
)
SUPERSCRIPTS = str.maketrans("0123456789-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻")
LOWERED = "0123456789aehijklmnoprstuvx"
SUBSCRIPTS = str.maketrans(LOWERED, "₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
SPLIT = re.compile(r"(?P<stem>[^\W\d_]+)(?:_(?P<subscript>\w+)|(?P<digits>\d+))?")


class Symbol(NamedTuple):
    """A name as a letter (or word), its accent and its index: x1 and x_1 are x, 1, v_bar is v̄."""

    stem: str
    subscript: str
    accent: str = ""

    @property
    def is_word(self) -> bool:
        """Whether the stem has several letters even in Greek."""
        return len(self.stem) > 1 and self.stem not in GREEK and not self.is_differential

    @property
    def is_differential(self) -> bool:
        """Whether it is dx, the direction in which x moves."""
        moved = self.stem[1:]
        return self.stem[0] == "d" and (len(moved) == 1 or moved in GREEK)

    @property
    def form(self) -> str:
        """What a neighbour in a product must know of it."""
        return "word" if self.is_word else "differential" if self.is_differential else "letter"


def split_name(name: str) -> Symbol:
    """The letter, the index and the accent of a name.

    >>> split_name("alpha_12"), split_name("x1").subscript, split_name("cov").is_word
    (Symbol(stem='alpha', subscript='12', accent=''), '1', True)
    """
    found = SPLIT.fullmatch(name)
    if found is None:
        return Symbol(name, "")
    index = found["subscript"] or found["digits"] or ""
    first, _, rest = index.partition("_")
    if first == "prime" and not rest:  # x' would be read as a transpose
        return Symbol(found["stem"], index)
    return Symbol(found["stem"], rest, first) if first in ACCENTS else Symbol(found["stem"], index)


def names_in(tree: Tree) -> frozenset[str]:
    """Every name in a tree, bound indices too."""
    found: set[str] = set()
    for part in walk(tree):
        if isinstance(part, Name):
            found.add(part.name)
        elif isinstance(part, Binder):
            found.update(part.indices)
    return frozenset(found)


def functions_in(tree: Tree) -> frozenset[str]:
    """The functions that a tree calls."""
    return frozenset(part.function for part in walk(tree) if isinstance(part, Call))


def spellings(
    names: Iterable[str], spell: Callable[[str], str], plain: Callable[[str], str]
) -> dict[str, str]:
    """Each name spelled; names that would look alike (x1 and x_1) stay plain."""
    spelled = {name: spell(name) for name in names}
    counts = Counter(spelled.values())
    return {
        name: written if counts[written] == 1 else plain(name) for name, written in spelled.items()
    }


def lowered(index: str) -> str | None:
    """An index in subscript letters, or None where Unicode lacks one of them."""
    if index and all(character in LOWERED for character in index):
        return index.translate(SUBSCRIPTS)
    return None
