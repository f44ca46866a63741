"""A linear map of a matrix by its factors: what a Hessian that is a Kronecker product is made of.

    A dX B       left = A, right = B′             H[i,j,k,l] = left[i,k] right[j,l]
    A dX′ B      crossed_left, crossed_right      H[i,j,k,l] = left[i,l] right[j,k]
    C ⊙ dX       diagonal = C                     H[i,j,i,j] = C[i,j]

A factor that is the identity is left out.  With the entries of X in rows, as in NumPy, the first
is the Kronecker product left ⊗ right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from gradproof.core.declaration import Declaration
from gradproof.core.errors import UnsupportedError
from gradproof.notation.build import (
    divided,
    negated,
    ones_tree,
    shape_of,
    times,
    turned_through,
)
from gradproof.notation.tree import (
    Binary,
    Name,
    Negation,
    Transpose,
    Tree,
    is_scalar,
    walk,
)


def factors_of(tree: Tree, variable: Declaration, direction: str) -> Mapping[str, Tree]:
    """The factors of a map that is linear in the matrix `direction`.

    Raises UnsupportedError for a variable that is no matrix, and for other maps.
    """
    if variable.kind != "matrix":
        raise UnsupportedError(
            f"{variable.name} is a {variable.kind}: its Hessian is no product of factors",
            hint='Ask for the output "hessian".',
        )
    found: dict[str, Tree] = {}
    for chain, scale in _terms(tree, _Scale()):
        if any(_depends(part, direction) for part in (*scale.above, *scale.below)):
            raise _unstructured()
        for name, factor in _of_product(chain, scale, direction).items():
            if name in found:
                raise _unstructured()
            found[name] = factor
    return found


def _terms(tree: Tree, scale: _Scale) -> Iterator[tuple[list[Tree], _Scale]]:
    """The chains of matrices that are added up, each with its numbers."""
    match tree:
        case Binary("+" | "-" as operator, left, right):
            yield from _terms(left, scale)
            yield from _terms(right, scale if operator == "+" else scale.negated())
        case Negation(operand):
            yield from _terms(operand, scale.negated())
        case Binary("/", left, right):
            yield from _terms(left, replace(scale, below=(*scale.below, right)))
        case Binary("*", left, right) if is_scalar(left):
            yield from _terms(right, replace(scale, above=(*scale.above, left)))
        case Binary("*", left, right) if is_scalar(right):
            yield from _terms(left, replace(scale, above=(*scale.above, right)))
        case _:
            chain, numbers = _split(tree)
            yield chain, replace(scale, above=(*scale.above, *numbers))


def _split(tree: Tree) -> tuple[list[Tree], list[Tree]]:
    """The matrices of a product, and the numbers before them: 2 and A, B of (2 A) B."""
    if is_scalar(tree):
        return [], [tree]
    if not isinstance(tree, Binary) or tree.operator != "*":
        return [tree], []
    (one, before), (other, behind) = _split(tree.left), _split(tree.right)
    return [*one, *other], [*before, *behind]


@dataclass(frozen=True, slots=True)
class _Scale:
    """The numbers of a term: a sign, factors and divisors."""

    sign: int = 1
    above: tuple[Tree, ...] = ()
    below: tuple[Tree, ...] = ()

    def negated(self) -> _Scale:
        """The opposite."""
        return replace(self, sign=-self.sign)

    def times(self, tree: Tree) -> Tree:
        """The multiple of a matrix by the numbers."""
        scaled = times([*self.above, tree])
        scaled = divided(scaled, times(self.below)) if self.below else scaled
        return scaled if self.sign > 0 else negated(scaled)


def _of_product(chain: list[Tree], scale: _Scale, direction: str) -> dict[str, Tree]:
    """The factors of one term; its numbers go to the last."""
    if len(chain) == 1:
        return {"diagonal": scale.times(_beside(chain[0], direction))}
    places = [place for place, part in enumerate(chain) if _depends(part, direction)]
    if len(places) != 1:
        raise _unstructured()
    (place,) = places
    match chain[place]:
        case Name():
            prefix = ""
        case Transpose(Name()):
            prefix = "crossed_"
        case _:
            raise _unstructured()
    before, after = chain[:place], chain[place + 1 :]
    found = {f"{prefix}left": times(before)} if before else {}
    if after:
        found[f"{prefix}right"] = turned_through(times(after))
    last = max(found)
    found[last] = scale.times(found[last])
    return found


def _beside(tree: Tree, direction: str) -> Tree:
    """C of C ⊙ dX; ones for dX alone."""
    match tree:
        case Name(name) if name == direction:
            return ones_tree(shape_of(tree))
        case Binary(".*", Name(name), fixed) | Binary(".*", fixed, Name(name)) if (
            name == direction and not _depends(fixed, direction)
        ):
            return fixed
        case _:
            raise _unstructured()


def _depends(tree: Tree, name: str) -> bool:
    return any(isinstance(part, Name) and part.name == name for part in walk(tree))


def _unstructured() -> UnsupportedError:
    return UnsupportedError(
        "this Hessian is no product of factors A dX B, A dX' B or C .* dX",
        hint='Ask for the output "hessian".',
    )
