"""The sizes of a program: their names, and the statements that read them from the arguments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from gradproof.core.declaration import Declaration
from gradproof.core.dimension import Dimension
from gradproof.core.errors import UnsupportedError
from gradproof.program.backends.syntax import Syntax
from gradproof.program.naming import distinct


class Alike(NamedTuple):
    """The arguments that new arrays are made like.

    first: the one whose type of number they take, or the empty text.  shapes: one by its axes.
    """

    first: str
    shapes: Mapping[tuple[Dimension, ...], str]

    def with_axes(self, axes: tuple[Dimension, ...]) -> str:
        """An argument with these axes, or the empty text."""
        return self.shapes.get(axes, "")


def alike(declarations: Mapping[str, Declaration], variables: Mapping[str, str]) -> Alike:
    """The arguments that are numbers; one with axes comes first."""
    numbers = [known for known in declarations.values() if known.kind != "index"]
    first = sorted(numbers, key=lambda known: not known.axes)[:1]
    shapes = {known.axes: variables[known.name] for known in reversed(numbers)}
    return Alike(variables[first[0].name] if first else "", shapes)


def size_statements(
    syntax: Syntax,
    used: set[str],
    declarations: Mapping[str, Declaration],
    variables: Mapping[str, str],
    dimensions: Mapping[str, str],
) -> list[str]:
    """N, d = X.shape and the like, for the dimensions that are used.

    Raises UnsupportedError when no argument has a dimension as an axis.
    """
    statements, open_sizes = [], set(used)
    by_gain = sorted(declarations.values(), key=lambda found: -len(open_sizes & _axis_names(found)))
    for declaration in by_gain:
        names = [str(axis) if axis.is_name() else "" for axis in declaration.axes]
        here = [name for name in dict.fromkeys(names) if name in open_sizes]
        open_sizes -= set(here)
        variable = variables[declaration.name]
        if len(here) == len(names) == 2:
            both = ", ".join(dimensions[name] for name in here)
            statements.append(f"{both} = {syntax.sizes.format(array=variable)}")
            continue
        for name in here:
            place = syntax.first_axis + names.index(name)
            size = syntax.size.format(array=variable, axis=place)
            statements.append(f"{dimensions[name]} = {size}")
    if open_sizes:
        raise no_argument_has(open_sizes)
    return statements


def no_argument_has(names: Iterable[str]) -> UnsupportedError:
    """The error for sizes that cannot be read from any argument."""
    return UnsupportedError(
        f"no argument has an axis of size {', '.join(sorted(names))}",
        hint="Declare a variable with that axis, or write the size as a scalar variable.",
    )


def _axis_names(declaration: Declaration) -> set[str]:
    return {str(axis) for axis in declaration.axes if axis.is_name()}


def unique_dimensions(declarations: Mapping[str, Declaration], taken: set[str]) -> dict[str, str]:
    """An identifier for each dimension that the declarations mention."""
    names = sorted(
        name
        for declaration in declarations.values()
        for axis in (*declaration.axes, *((declaration.bound,) if declaration.bound else ()))
        for name in axis.names()
    )
    return distinct(dict.fromkeys(names), taken)
