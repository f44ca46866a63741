"""Expressions in components: ‖u‖² = Σᵢ uᵢ², x′Ax = Σᵢⱼ xᵢ Aᵢⱼ xⱼ, tr(AB) = Σᵢⱼ Aᵢⱼ Bⱼᵢ."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from types import MappingProxyType

from gradproof.derivation.backprop.entrywise import is_constant_like, is_entrywise
from gradproof.derivation.by_components.indices import BOUND, Letters, axes_of, index, selected
from gradproof.notation.build import (
    call,
    chain_of,
    divided,
    literal,
    shape_of,
    sign_and_rest,
    size_tree,
    times,
)
from gradproof.notation.tree import (
    SCALAR,
    Binary,
    Binder,
    Call,
    Literal,
    Name,
    Negation,
    Operator,
    Selection,
    Transpose,
    Tree,
    is_scalar,
    rebuild,
)

HALF = Fraction(1, 2)
LONGEST_CHAIN = 3
# What an entrywise operator is between the entries themselves.
ENTRY: MappingProxyType[str, Operator] = MappingProxyType({".*": "*", "./": "/", ".^": "^"})
Indices = tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes in components what depends on the variable; the rest stays as it is."""

    depends: Callable[[Tree], bool]
    letters: Letters

    def scalar(self, tree: Tree) -> Tree:
        """A number by the entries it is made of."""
        if not self.depends(tree):
            return tree
        match tree:
            case Negation(operand):
                return rebuild(tree, (self.scalar(operand),))
            case Binary("^", Call("norm2", (u,)), Literal(value)) if value == 2:
                return self._over(u, lambda at: _squared(self.entry(u, at)))
            case Binary("*") if not is_scalar(tree.left):
                return self._chain(tree)
            case Binary(_, left, right):
                return rebuild(tree, (self.scalar(left), self.scalar(right)))
            case Call():
                return self._call(tree)
            case Binder("sum"):
                return rebuild(tree, (self.scalar(tree.body),))
            case Selection(base, indices) if not isinstance(base, Name):
                return self.entry(base, indices) if _is_whole(base, indices) else tree
            case _:
                return tree

    def _call(self, tree: Call) -> Tree:
        match tree.function, tree.arguments:
            case "norm2", (u,):
                squares = self._over(u, lambda at: _squared(self.entry(u, at)))
                return call("sqrt", (squares,), SCALAR)
            case "norm1", (u,):
                return self._over(u, lambda at: call("abs", (self.entry(u, at),), SCALAR))
            case "sum", (u,):
                return self._over(u, lambda at: self.entry(u, at))
            case "mean", (u,):
                whole = self._over(u, lambda at: self.entry(u, at))
                sizes = [size_tree(axis) for axis in axes_of(shape_of(u))]
                return divided(whole, times(sizes)) if sizes else whole
            case "inner", (u, v):
                return self._over(u, lambda at: times([self.entry(u, at), self.entry(v, at)]))
            case "tr", (u,):
                return self._trace(u)
            case "logsumexp", (u,):
                powers = self._over(u, lambda at: call("exp", (self.entry(u, at),), SCALAR))
                return call("log", (powers,), SCALAR)
            case _ if is_entrywise(tree):
                return rebuild(tree, (self.scalar(tree.arguments[0]),))
            case _:
                return tree

    def _over(self, tree: Tree, body: Callable[[Indices], Tree]) -> Tree:
        """Σ over all entries of a tree."""
        axes = axes_of(shape_of(tree))
        return self._sum([self._fresh() for _ in axes], body) if axes else body(())

    def _sum(self, names: list[str], body: Callable[[Indices], Tree]) -> Tree:
        sign, inside = sign_and_rest(body(tuple([index(name) for name in names])))
        whole = Binder("sum", tuple(names), inside, shape=SCALAR)
        return whole if sign > 0 else Negation(whole, shape=SCALAR)

    def _fresh(self) -> str:
        return self.letters.fresh(BOUND)

    def _chain(self, tree: Tree) -> Tree:
        """x′Ay: by all indices where it is short, else as u′v."""
        factors = chain_of(tree)
        match factors:
            case [Transpose(Call("vec", (one,))), Call("vec", (other,))]:
                pair = Call("inner", (one, other), shape=SCALAR)
                return self._call(pair)
        if len(factors) > LONGEST_CHAIN or not all(map(_is_leaf, factors)):
            factors = [factors[0], times(factors[1:])]
        names = [self._fresh() for _ in factors[1:]]

        def body(at: Indices) -> Tree:
            ends = [(), *[(i,) for i in at], ()]
            pairs = pairwise(ends)
            return times(
                [
                    self.entry(factor, (*one, *other))
                    for factor, (one, other) in zip(factors, pairs, strict=True)
                ]
            )

        return self._sum(names, body)

    def _trace(self, tree: Tree) -> Tree:
        factors = chain_of(tree) if not is_scalar(tree) else [tree]
        if len(factors) == 1:
            name = self._fresh()
            return self._sum([name], lambda at: self.entry(tree, (at[0], at[0])))
        first, rest = factors[0], times(factors[1:])
        if is_scalar(first) or is_scalar(rest):
            return Call("tr", (tree,), shape=SCALAR)
        axes = axes_of(shape_of(first))
        if len(axes) < 2:
            return self._over(
                first, lambda at: times([self.entry(first, at), self.entry(rest, at)])
            )
        return self._over(
            first, lambda at: times([self.entry(first, at), self.entry(rest, at[::-1])])
        )

    def entry(self, tree: Tree, at: Indices) -> Tree:
        """The entry of an array: entrywise operations act on entries, products stay whole."""
        if is_scalar(tree):
            return self.scalar(tree)
        if not self.depends(tree):
            return selected(tree, at)
        match tree:
            case Negation(operand):
                return Negation(self.entry(operand, at), shape=SCALAR)
            case Transpose(operand):
                return self.entry(operand, at[::-1])
            case Call(_, (operand,)) if is_entrywise(tree):
                return call(tree.function, (self.entry(operand, at),), SCALAR)
            case Binary("+" | "-") if _falls_apart(tree):
                parts = [self._addend(part, at) for part in (tree.left, tree.right)]
                return Binary(tree.operator, parts[0], parts[1], shape=SCALAR)
            case Binary(".*" | "./" | ".^", left, right):
                operator = ENTRY[tree.operator]
                parts = [self.entry(part, at) for part in (left, right)]
                return Binary(operator, parts[0], parts[1], shape=SCALAR)
            case Binary("*" | "/", left, right) if is_scalar(left) or is_scalar(right):
                parts = [self.entry(part, at) for part in (left, right)]
                if parts[1] == literal(1):
                    return parts[0]
                return Binary(tree.operator, parts[0], parts[1], shape=SCALAR)
            case _:
                return selected(tree, at)

    def _addend(self, tree: Tree, at: Indices) -> Tree:
        if isinstance(tree, Call) and tree.function in ("vector", "matrix"):
            return tree.arguments[0]
        return self.entry(tree, at)


def _falls_apart(tree: Tree) -> bool:
    """Whether a sum is written by entries: 1 + exp(zᵢ), xᵢ − yᵢ; but (Xw − y)ᵢ."""
    if isinstance(tree, Binary) and tree.operator in ("+", "-"):
        return _falls_apart(tree.left) and _falls_apart(tree.right)
    if is_entrywise(tree) or is_constant_like(tree) or isinstance(tree, Name | Selection):
        return True
    if isinstance(tree, Negation | Transpose):
        return _falls_apart(tree.operand)
    scaled = isinstance(tree, Binary) and tree.operator in ("*", "/")
    if scaled and isinstance(tree, Binary):
        parts = (tree.left, tree.right)
        return any(map(is_scalar, parts)) and all(is_scalar(p) or _falls_apart(p) for p in parts)
    return False


def _squared(tree: Tree) -> Tree:
    return Binary("^", tree, literal(2), shape=SCALAR)


def _is_leaf(tree: Tree) -> bool:
    match tree:
        case Transpose(operand):
            return isinstance(operand, Name | Selection)
        case _:
            return isinstance(tree, Name | Selection)


def _is_whole(base: Tree, indices: Indices) -> bool:
    """Whether the indices select a single entry."""
    return len(indices) == len(axes_of(shape_of(base))) and all(map(is_scalar, indices))
