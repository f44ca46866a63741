"""How dX comes to stand alone, in words: the identity that moves what stands around it."""

from __future__ import annotations

from gradproof.derivation.differentials.setting import Setting
from gradproof.notation.build import chain_of
from gradproof.notation.tree import (
    Binary,
    Binder,
    Call,
    Name,
    Negation,
    Tree,
    is_scalar,
    walk,
    weight_of,
)
from gradproof.notation.write_unicode import unicode

SHORT = 3


def move_said(moving: Tree, moved: Tree, setting: Setting) -> str:
    """The move that takes a sum linear in dX to ⟨G, dX⟩, J dx or f′ dt."""
    d = unicode(Name(setting.direction.name))
    match moving:
        case _ if isinstance(moved, Binder):
            return "written in components"
        case _ if not setting.direction.axes or not is_scalar(moving):
            return f"collect what multiplies {d}"
        case Binary("+" | "-"):
            return f"collect the terms into one inner product with {d}"
        case _ if any(isinstance(part, Binder) for part in walk(moving)):
            return "gather the sum into matrices"
        case _:
            return _of_one_term(moving, setting, d)


def stands_alone(moving: Tree, setting: Setting) -> bool:
    """Whether this is s·⟨A, dX⟩ or s dX already, from which the gradient can be read."""
    match moving:
        case Call("inner", (_, Name(name))) | Name(name):
            return name == setting.direction.name
        case Negation(operand):
            return stands_alone(operand, setting)
        case Binary("*", left, right) if not setting.is_moving(left) and is_scalar(left):
            return stands_alone(right, setting)
        case Binary("/", left, right) if not setting.is_moving(right):
            return stands_alone(left, setting)
        case _:
            return False


def _of_one_term(moving: Tree, setting: Setting, d: str) -> str:
    around = _around(moving, setting)
    if any(isinstance(part, Binary) and part.operator not in ("*", "/") for part in around):
        return f"collect what multiplies {d}"
    for part in around:
        match part:
            case Call("inner", (_, moved)):
                return _across(moved, setting, d)
            case Call("tr"):
                return f"tr(A {d}) = ⟨Aᵀ, {d}⟩"
    if len(setting.direction.axes) == 1:
        return f"aᵀ {d} = ⟨a, {d}⟩"
    return f"aᵀ {d} b = ⟨abᵀ, {d}⟩"


def _around(tree: Tree, setting: Setting) -> list[Tree]:
    """The subtrees that dX stands in."""
    return [part for part in walk(tree) if setting.is_moving(part)]


def _across(moved: Tree, setting: Setting, d: str) -> str:
    """What stands around dX in the second place of the inner product."""
    sides = [part for part in chain_of(moved) if not setting.is_moving(part)]
    if len(sides) == 1 and weight_of(sides[0]) <= SHORT:
        return f"move {unicode(sides[0])} across the inner product"
    if sides == chain_of(moved)[:-1]:
        return f"⟨A, B {d}⟩ = ⟨BᵀA, {d}⟩"
    return f"⟨A, B {d} C⟩ = ⟨BᵀACᵀ, {d}⟩"
