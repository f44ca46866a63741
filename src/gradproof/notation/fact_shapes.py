"""The shapes that facts imply and exclude: symmetric(n) is n×n, a simplex is a vector."""

from __future__ import annotations

from dataclasses import dataclass

from gradproof.core.declaration import FACTS
from gradproof.core.dimension import Dimension, shape_text
from gradproof.core.errors import ReadError, ShapeError, Span

_OF_SQUARES = frozenset(
    {
        "symmetric",
        "posdef",
        "nonsingular",
        "diagonal",
        "orthogonal",
        "riskset",
        "joint_probability",
        "squared_distances",
    }
)
_OF_VECTORS = frozenset({"simplex", "onehot", "unit"})
_OF_ROWS = frozenset({"simplex_rows", "onehot_rows"})


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a declaration, with its sizes when it carries some."""

    name: str
    sizes: tuple[Dimension, ...] | None
    span: Span


def stated_axes(word: Word) -> tuple[Dimension, ...]:
    """The axes of a fact that carries its sizes: symmetric(n) is n×n."""
    sizes = word.sizes or ()
    square = word.name in _OF_SQUARES or word.name in _OF_ROWS
    if square and len(sizes) == 1:
        return (*sizes, *sizes)
    if len(sizes) > 2 or (square and not sizes) or (word.name in _OF_VECTORS and not sizes):
        form = "n" if word.name in _OF_SQUARES | _OF_VECTORS else "m, n"
        raise ReadError(
            f"{word.name} has {len(sizes) or 'no'} sizes here",
            span=word.span,
            hint=f"Write {word.name}({form}).",
        )
    return sizes


def implied_axes(facts: list[Word]) -> tuple[Dimension, ...]:
    """No sizes at all: a scalar, for those facts that a scalar may have."""
    for fact in facts:
        if fact.name in _OF_SQUARES | _OF_VECTORS | _OF_ROWS:
            raise ReadError(
                f"{fact.name} needs its sizes", span=fact.span, hint=f"Write {fact.name}(n)."
            )
    return ()


def check_fact(name: str, fact: Word, axes: tuple[Dimension, ...]) -> None:
    """Raises ShapeError for a fact that no array of this shape can have."""
    rank_words = (
        "a scalar",
        f"a vector of size {shape_text(axes)}",
        f"a matrix {shape_text(axes)}",
        f"a tensor {shape_text(axes)}",
    )
    shape = rank_words[min(len(axes), 3)]
    if fact.name in _OF_SQUARES and (len(axes) != 2 or axes[0] != axes[1]):
        message = f"{fact.name} needs a square matrix, and {name} is {shape}"
        hint = f"Write {fact.name}(n)."
    elif fact.name in _OF_ROWS and len(axes) != 2:
        message = f"{fact.name} needs a matrix, and {name} is {shape}"
        hint = f"Write {fact.name}(m, n), or {fact.name.removesuffix('_rows')}(n) for a vector."
    elif fact.name in _OF_VECTORS and len(axes) != 1:
        message = f"{fact.name} needs a vector, and {name} is {shape}"
        rows = f"{fact.name}_rows"
        hint = f"Write {rows}(m, n)." if rows in FACTS else f"Write {fact.name}(n)."
    else:
        return
    raise ShapeError(message, span=fact.span, hint=hint)
