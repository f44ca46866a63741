"""Functions of whole arrays, each one step."""

from __future__ import annotations

from gradproof.core.dimension import ONE
from gradproof.notation.tree import Shape
from gradproof.program.contract import array
from gradproof.program.plan import Builder
from gradproof.program.product import Factor, Product, free_letters


def shape_letters(builder: Builder, shape: Shape) -> tuple[int | None, ...]:
    """A letter for each axis, none for one of size one."""
    return tuple(None if extent == ONE else builder.letter(extent) for extent in shape)


def whole(
    builder: Builder,
    operation: str,
    parts: tuple[Product, ...],
    axes: tuple[int | None, ...],
    parameters: tuple[int, ...] = (),
) -> Product:
    """operation(parts) as one step: each part in full, the indices of enclosing sums first.

    axes: letters for the axes of the result, of which only the sizes are used.
    """
    free = tuple(sorted({letter for part in parts for letter in free_letters(part)}))
    steps = tuple(array(builder, part, free) for part in parts)
    own = tuple(
        None if letter is None else builder.letter(builder.extents[letter]) for letter in axes
    )
    letters = free + tuple(letter for letter in own if letter is not None)
    batch = ("batch", len(free)) if free else ()
    step = builder.add(operation, steps, (*parameters, *batch), builder.axes(letters))
    return Product(own, (Factor(step, letters),))
