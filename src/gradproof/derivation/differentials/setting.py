"""What moves in a derivation: the variable, its direction, and the names given to parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from gradproof.core.declaration import Declaration
from gradproof.core.dimension import ONE
from gradproof.notation.build import shape_of
from gradproof.notation.tree import Call, Name, Shape, Tree, fold, rebuild, walk


@dataclass(frozen=True, slots=True)
class Setting:
    """The variable x with its direction dx, what is known of all names, and the definitions.

    `declarations` hold the variable as it varies, in every direction, and the defined names too.
    """

    variable: str
    direction: Declaration
    declarations: Mapping[str, Declaration]
    definitions: Mapping[str, Tree] = field(default_factory=dict)

    def depends(self, tree: Tree) -> bool:
        """Whether the tree changes as the variable moves."""
        return any(
            isinstance(part, Name)
            and (
                part.name == self.variable
                or (part.name in self.definitions and self.depends(self.definitions[part.name]))
            )
            for part in walk(tree)
        )

    def defined(self, name: str, tree: Tree) -> Setting:
        """The setting in which `name` stands for `tree`."""
        known = {**self.declarations, name: declaration_for(name, shape_of(tree))}
        definitions = {**self.definitions, name: tree}
        return replace(self, declarations=known, definitions=definitions)

    def spelled_out(self, tree: Tree) -> Tree:
        """The tree with the defined names replaced by what they stand for."""
        if not self.definitions:
            return tree
        while any(isinstance(part, Name) and part.name in self.definitions for part in walk(tree)):
            tree = renamed(tree, self.definitions)
        return tree

    def differential(self, tree: Tree) -> Tree:
        """d(tree), where the variable itself moves by its direction."""
        if isinstance(tree, Name) and tree.name == self.variable:
            return Name(self.direction.name, shape=tree.shape)
        return Call("differential", (tree,), shape=tree.shape)

    def is_moving(self, tree: Tree) -> bool:
        """Whether a differential or the direction occurs in the tree."""
        return any(
            (isinstance(part, Call) and part.function == "differential")
            or (isinstance(part, Name) and part.name == self.direction.name)
            for part in walk(tree)
        )


def declaration_for(name: str, shape: Shape) -> Declaration:
    """A name of this shape."""
    axes = tuple([axis for axis in shape if axis != ONE])
    if len(axes) == 2:
        return Declaration(name, "matrix", axes)
    return Declaration(name, "vector", axes) if axes else Declaration(name, "scalar")


def renamed(tree: Tree, values: Mapping[str, Tree]) -> Tree:
    """The tree with names replaced."""

    def combine(node: Tree, parts: tuple[Tree, ...]) -> Tree:
        if isinstance(node, Name):
            return values.get(node.name, node)
        return rebuild(node, parts)

    return fold(tree, combine)


def shape_of_declared(known: Declaration) -> Shape:
    """The shape of a variable: a scalar, a column or a matrix."""
    axes = known.axes
    return axes if len(axes) == 2 else (*axes, *[ONE] * (2 - len(axes)))
