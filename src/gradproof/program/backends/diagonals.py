"""Generalised diagonals: places of an array at which some of its axes agree.

They are written as an einsum that picks them out: "abab->ab" are the entries [i, j, i, j]
of an array with four axes.
"""

from __future__ import annotations


def picked(agreeing: object, own: object) -> str:
    """The einsum of the places, in the order of the axes of the values that belong there.

    agreeing: a number for each axis of the array; axes with the same number agree.
    own: the numbers of the axes of the values; those they lack come first, to be broadcast.

    >>> picked((0, 1, 0, 1), (0, 1)), picked((2, 2), ())
    ('abab->ab', 'aa->a')
    """
    assert isinstance(agreeing, tuple)
    assert isinstance(own, tuple)
    numbers = list(dict.fromkeys(agreeing))
    letters = {number: chr(ord("a") + place) for place, number in enumerate(numbers)}
    order = [*(number for number in numbers if number not in own), *own]
    array, values = ("".join(letters[number] for number in part) for part in (agreeing, order))
    return f"{array}->{values}"
