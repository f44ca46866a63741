"""∂/∂xₖ pushed inwards: what a rule of differentials says, read by its entries.

The rules are those of the differential; d(u) stands for ∂u/∂xₖ, so that dx is a δ.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from gradproof.core.dimension import Dimension
from gradproof.core.errors import UnsupportedError
from gradproof.derivation.backprop.nodes import replaced
from gradproof.derivation.by_components.entries import Writer
from gradproof.derivation.by_components.indices import (
    BOUND,
    Letters,
    axes_of,
    delta,
    index,
    selected,
)
from gradproof.derivation.by_components.terms import (
    Bound,
    Term,
    inverted,
    multiplied,
    summed,
    term_of,
    trees_in,
    under,
)
from gradproof.derivation.differentials.rules import rule_for
from gradproof.derivation.differentials.setting import Setting
from gradproof.notation.build import chain_of, shape_of, size_tree, times
from gradproof.notation.symbols import names_in
from gradproof.notation.tree import (
    Binary,
    Binder,
    Call,
    Name,
    Negation,
    Selection,
    Transpose,
    Tree,
    is_scalar,
    walk,
)

Indices = tuple[Tree, ...]
MOST_LINEAR = 30


@dataclass(slots=True)
class Pushing:
    """One step: what moves, the indices of xₖ, and the rules that were used."""

    setting: Setting
    by: Indices
    letters: Letters
    rules: dict[str, bool] = field(default_factory=dict)
    reaches: bool = False

    def pushed(self, term: Term) -> list[Term]:
        """The term with its ∂ moved one level inwards, and further through linear expressions."""
        if term.pending is None:
            return [term]
        outer = replace(term, pending=None)
        used = frozenset().union(*map(names_in, trees_in(term)))
        self.letters = Letters(self.letters.lasting | used | {name for name, _ in term.bound})
        inner = self._of(term.pending, MOST_LINEAR)
        return [under(outer, part, self.letters) for part in inner]

    def _of(self, tree: Tree, linear: int) -> list[Term]:
        """∂(tree)/∂xₖ by one rule."""
        if not self.setting.depends(tree):
            return []
        if self._is_entry(tree):
            return [self._delta(tree)]
        whole, at = (tree.base, tree.indices) if isinstance(tree, Selection) else (tree, ())
        rule = rule_for(whole, self.setting)
        self.rules[rule.name] = rule.linear
        terms = self.terms(self.named(rule.result), at)
        if not rule.linear or not linear:
            return [part for term in terms for part in self._finished(term)]
        found: list[Term] = []
        for term in terms:
            if term.pending is None:
                found.append(term)
                continue
            outer = replace(term, pending=None)
            inner = self._of(term.pending, linear - 1)
            found += [under(outer, part, self.letters) for part in inner]
        return found

    def _finished(self, term: Term) -> list[Term]:
        """∂xⱼ/∂xₖ is written as δ at once."""
        if term.pending is None or not self._is_entry(term.pending):
            return [term]
        return [multiplied(replace(term, pending=None), self._delta(term.pending))]

    # ------------------------------------------------------------------------------- the variable
    def _is_entry(self, tree: Tree) -> bool:
        match tree:
            case Name(name):
                return name == self.setting.variable and is_scalar(tree)
            case Selection(Name(name), indices):
                return name == self.setting.variable and len(indices) == len(self.by)
            case _:
                return False

    def _delta(self, tree: Tree) -> Term:
        if isinstance(tree, Name):
            return Term()
        assert isinstance(tree, Selection)
        return self._deltas(tree.indices, axes_of(shape_of(tree.base)))

    def _deltas(self, at: Indices, axes: tuple[Dimension, ...]) -> Term:
        self.reaches = True
        result = Term()
        for one, other, axis in zip(at, self.by, axes, strict=True):
            result = multiplied(result, term_of(delta(one, other, axis)))
        return result

    # ------------------------------------------------------------------- entries of linear trees
    def terms(self, tree: Tree, at: Indices) -> list[Term]:
        """The entry of a tree that is linear in differentials, as a sum of products."""
        match tree:
            case Call("differential", (u,)):
                return [Term(pending=u if is_scalar(u) else selected(u, at))]
            case Name(name) if name == self.setting.direction.name:
                return [self._deltas(at, axes_of(shape_of(tree)))] if at else [Term()]
            case Negation(operand):
                return [multiplied(Term(-1), term) for term in self.terms(operand, at)]
            case Transpose(operand):
                return self.terms(operand, at[::-1])
            case Binary("+" | "-", left, right):
                sign = Term(1 if tree.operator == "+" else -1)
                others = [multiplied(sign, term) for term in self._addend(right, at)]
                return [*self._addend(left, at), *others]
            case Binary():
                return self._product(tree, at)
            case Selection(base, indices) if all(map(is_scalar, indices)):
                return self.terms(base, (*indices, *at))
            case Binder("sum", indices):
                axes = _counted(tree)
                bound = tuple([(name, axes[name]) for name in indices])
                return [summed(term, bound) for term in self.terms(tree.body, at)]
            case Call():
                return self._call(tree, at)
            case _:
                raise UnsupportedError("this has no entries here")

    def _addend(self, tree: Tree, at: Indices) -> list[Term]:
        return self.terms(tree, at) if self.setting.is_moving(tree) else []

    def _product(self, tree: Binary, at: Indices) -> list[Term]:
        left, right = tree.left, tree.right
        moving = right if self.setting.is_moving(right) else left
        match tree.operator:
            case "/" | "./" if moving is left:
                below = inverted(term_of(self._entry(right, at)))
                return [multiplied(term, below) for term in self.terms(left, at)]
            case ".*":
                other = term_of(self._entry(left if moving is right else right, at))
                return [multiplied(other, term) for term in self.terms(moving, at)]
            case "*" if is_scalar(left) or is_scalar(right):
                ends = [() if is_scalar(part) else at for part in (left, right)]
                place = 1 if moving is right else 0
                other = term_of(self._entry((left, right)[1 - place], ends[1 - place]))
                return [multiplied(other, term) for term in self.terms(moving, ends[place])]
            case "*":
                return self._chain(chain_of(tree), at)
            case _:
                raise UnsupportedError("a power of a differential")

    def _entry(self, tree: Tree, at: Indices) -> Tree:
        """An entry of a constant: entrywise operations act on entries."""
        if is_scalar(tree):
            return tree
        return Writer(lambda part: not is_scalar(part), self.letters).entry(tree, at)

    def named(self, tree: Tree) -> Tree:
        """The tree with what has a name called by it."""
        names = {
            formula: Name(name, shape=formula.shape)
            for name, formula in self.setting.definitions.items()
        }
        return replaced(tree, names) if names else tree

    def _chain(self, factors: list[Tree], at: Indices) -> list[Term]:
        """(A dX B)ᵢⱼ = Σₐᵦ Aᵢₐ dXₐᵦ Bᵦⱼ; constant factors beside each other stay together."""
        place = next(k for k, factor in enumerate(factors) if self.setting.is_moving(factor))
        groups = [factors[:place], [factors[place]], factors[place + 1 :]]
        trees = [times(group) for group in groups if group]
        ends, bound = self._ends(trees, at)
        result = [Term(1, tuple(bound))]
        for tree, own in zip(trees, ends, strict=True):
            if tree is trees[0 if place == 0 else 1]:
                parts = self.terms(tree, own)
            else:
                parts = [term_of(self._entry(tree, own))]
            result = [multiplied(one, other) for one in result for other in parts]
        return result

    def _ends(
        self, trees: list[Tree], at: Indices
    ) -> tuple[list[Indices], list[tuple[str, Dimension]]]:
        """The indices of each factor, and those that are summed over."""
        rest = list(at)
        ends: list[Indices] = []
        bound: list[tuple[str, Dimension]] = []
        before: Indices = ()
        for k, tree in enumerate(trees):
            rows, columns = shape_of(tree)
            first = before
            if k == 0 and len(axes_of((rows,))) and rest:
                first = (rest.pop(0),)
            after: Indices = ()
            if k + 1 < len(trees) and axes_of((columns,)):
                name = self.letters.fresh(BOUND)
                bound.append((name, columns))
                after = (index(name),)
            elif k + 1 == len(trees) and axes_of((columns,)) and rest:
                after = (rest.pop(0),)
            ends.append((*first, *after))
            before = after
        return ends, bound

    def _over(self, tree: Tree) -> tuple[Indices, Bound]:
        axes = axes_of(shape_of(tree))
        names = [self.letters.fresh(BOUND) for _ in axes]
        return tuple(map(index, names)), tuple(zip(names, axes, strict=True))

    def _call(self, tree: Call, at: Indices) -> list[Term]:
        match tree.function, tree.arguments:
            case "sum" | "mean", (u,):
                inside, bound = self._over(u)
                found = [summed(term, bound) for term in self.terms(u, inside)]
                if tree.function == "mean":
                    sizes = term_of(times([size_tree(axis) for _, axis in bound]))
                    found = [multiplied(term, inverted(sizes)) for term in found]
                return found
            case "inner", (u, v):
                inside, bound = self._over(u)
                moving, other = (u, v) if self.setting.is_moving(u) else (v, u)
                factor = term_of(self._entry(other, inside))
                return [
                    summed(multiplied(factor, term), bound) for term in self.terms(moving, inside)
                ]
            case "tr", (u,):
                return self._trace(u)
            case "outer", (u, v):
                place = 0 if self.setting.is_moving(u) else 1
                beside = term_of(self._entry((u, v)[1 - place], (at[1 - place],)))
                return [
                    multiplied(beside, term) for term in self.terms((u, v)[place], (at[place],))
                ]
            case "diag", (u,):
                return self._diagonal(u, at)
            case "vector" | "matrix", (u,):
                return self.terms(u, ())
            case _:
                raise UnsupportedError(f"{tree.function} has no entries here")

    def _trace(self, tree: Tree) -> list[Term]:
        name = self.letters.fresh(BOUND)
        bound = ((name, shape_of(tree)[0]),)
        at = (index(name), index(name))
        return [summed(term, bound) for term in self.terms(tree, at)]

    def _diagonal(self, tree: Tree, at: Indices) -> list[Term]:
        if len(at) == 1:
            return self.terms(tree, (at[0], at[0]))
        if at[0] == at[1]:
            return self.terms(tree, at[:1])
        both = term_of(delta(at[0], at[1], shape_of(tree)[0]))
        return [multiplied(both, term) for term in self.terms(tree, at[:1])]


def _counted(tree: Binder) -> dict[str, Dimension]:
    """The dimensions in which the indices of a sum count."""
    found: dict[str, Dimension] = {}
    for part in walk(tree.body):
        if isinstance(part, Selection):
            for place, axis in zip(part.indices, axes_of(shape_of(part.base)), strict=False):
                if isinstance(place, Name) and place.name in tree.indices:
                    found.setdefault(place.name, axis)
    return found
