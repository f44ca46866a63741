"""What a target is asked to write: the outputs of one function, as trees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gradproof.core.declaration import Declaration
from gradproof.notation.tree import Tree
from gradproof.program.lower import plan
from gradproof.program.plan import Builder, Plan
from gradproof.program.source import parameters


@dataclass(frozen=True, slots=True)
class Task:
    """A function to be written: its name, its outputs, and what is known of its variables.

    outputs: inferred trees by name, in the order in which the function returns them.
    formulas: texts for the docstring, by output.
    sizes: of the dimensions, where they are known; the cheapest order may depend on them.
    """

    name: str
    outputs: Mapping[str, Tree]
    declarations: Mapping[str, Declaration]
    formulas: Mapping[str, str]
    sizes: Mapping[str, int] | None = None

    def parameters(self) -> dict[str, Declaration]:
        """The arguments of the function, in order."""
        return parameters(self.outputs, self.declarations)

    def plan(self) -> Plan:
        """The steps that work out the outputs."""
        return plan(self.outputs, Builder(self.declarations), self.sizes)
