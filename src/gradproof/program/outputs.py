"""What each output of a program is: the trees of f, its derivatives and their products.

A formula that numbers refute is never written.  Products with a direction are derived in the
direction, and never from the Hessian or the Jacobian; each variable w moves in `dw`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from numpy.random import default_rng

from gradproof.algebra.simplify import simplify
from gradproof.checking.along import verify_along
from gradproof.core.declaration import Declaration, Kind
from gradproof.core.errors import UnsupportedError
from gradproof.core.node import Node
from gradproof.core.sum import add
from gradproof.derivation.closed_form import differentiate, direction_of
from gradproof.derivation.derive import Derivation, derived
from gradproof.derivation.structured import factors_of
from gradproof.expression.expression import Expression, natural_shape
from gradproof.notation.infer import Inferred
from gradproof.notation.lower import lower
from gradproof.notation.raising.components import components_tree
from gradproof.notation.raising.context import Context, context_of
from gradproof.notation.raising.graph import NoMatrixForm
from gradproof.notation.raising.matrix import matrix_tree
from gradproof.notation.tree import (
    SCALAR,
    Binary,
    Call,
    Name,
    Transpose,
    Tree,
    is_row,
    is_scalar,
)
from gradproof.program.call_text import Part

POINTS = MappingProxyType({1: 2, 2: 1})  # where a derivative of this order is verified first
COTANGENT = "cotangent"

Trees = Tree | Mapping[Part, Tree]


@dataclass(frozen=True, slots=True)
class Request:
    """The expression, the variables to differentiate by, and whether they were given as several.

    `known` is what is known of the arguments of the program; outputs add directions to it.
    """

    expression: Expression
    names: tuple[str, ...]
    several: bool
    known: dict[str, Declaration]

    def by_name(self, tree_of: Callable[[str], Tree]) -> Trees:
        """A tree, or one for each of several names."""
        if self.several:
            return {name: tree_of(name) for name in self.names}
        return tree_of(self.names[0])

    def directions(self) -> dict[str, Declaration]:
        """The direction of each variable, an argument of the program."""
        found = {}
        for name in self.names:
            direction = direction_of(self.expression.inferred, self.known[name])
            self.known[direction.name] = replace(direction, facts=frozenset())
            found[name] = direction
        return found


def _value(request: Request) -> Tree:
    """The expression as written, or in the words of the theorems that apply to it.

    log(1 + exp(u)) overflows where softplus(u) does not.
    """
    inferred = request.expression.inferred
    node = lower(inferred.tree, inferred.declarations)
    simplified = simplify(node)
    if simplified is node:
        return inferred.tree
    try:
        return matrix_tree(simplified, context_of(inferred.tree, {}, simplify))
    except NoMatrixForm:
        return inferred.tree


def _first(request: Request) -> Trees:
    """∇f, or the Jacobian."""
    return request.by_name(lambda name: _derivative(request.expression, name))


def _derivative(expression: Expression, name: str) -> Tree:
    return _trusted(derived(expression, name, points=POINTS[1]))


def _second(request: Request) -> Trees:
    """∇²f; by several names the blocks by pairs of names, of which each stands once."""
    if not request.several:
        return _trusted(derived(request.expression, request.names[0], 2, points=POINTS[2]))
    return {
        (one, other): _trusted(derived(request.expression, (one, other), points=POINTS[2]))
        for place, one in enumerate(request.names)
        for other in request.names[place:]
    }


def _along(request: Request) -> Tree:
    """df along the directions of all names together."""
    inferred, directions = request.expression.inferred, request.directions()
    return _in_directions(request.expression, (), inferred, directions)


def _second_along(request: Request) -> Trees:
    """d∇f along the directions of all names together."""
    directions = request.directions()

    def product(name: str) -> Tree:
        inferred = request.expression.inferred
        gradient = replace(inferred, tree=_derivative(request.expression, name))
        return _in_directions(request.expression, (name,), gradient, directions)

    return request.by_name(product)


def _in_directions(
    expression: Expression,
    first: tuple[str, ...],
    function: Inferred,
    directions: Mapping[str, Declaration],
) -> Tree:
    """The differential of the derivative by `first`, proved against `function`, which is that."""
    inferred = expression.inferred
    parts: list[Node] = []
    for name, direction in directions.items():
        free = replace(direction, facts=frozenset())
        _, node, context = differentiate(inferred, (*first, name), free)
        parts.append(node)
    total = simplify(add([(1, part) for part in parts], parts[0].axes))
    names = {direction.name for direction in directions.values()}
    tree = _written(total, context, inferred, names)
    verdict = verify_along(function, tree, directions, default_rng(0), POINTS[1])
    _refuse_refuted(verdict.kind, verdict.message)
    return tree


def _written(node: Node, context: Context, inferred: Inferred, names: set[str]) -> Tree:
    """In matrices, or else by components."""
    try:
        return matrix_tree(node, context)
    except NoMatrixForm:
        taken = frozenset({*inferred.declarations, *inferred.dimensions, *names})
        return components_tree(node, context, taken)


def _pulled_back(request: Request) -> Trees:
    """The product of a cotangent, of the shape of f, with the Jacobian: the gradient of ⟨c, f⟩."""
    inferred = request.expression.inferred
    tree, axes = inferred.tree, request.expression.shape
    if len(axes) > 2:
        raise UnsupportedError("a vjp is of a scalar, a vector or a matrix")
    kind: Kind = ("scalar", "vector", "matrix")[len(natural_shape(axes))]
    name = COTANGENT
    while name in inferred.declarations or name in inferred.dimensions:
        name += "_"
    cotangent = Declaration(name, kind, axes)
    request.known[name] = cotangent
    paired = _paired(Name(name), tree)
    known = {**request.expression.variables, name: cotangent}
    return request.by_name(lambda by: _derivative(Expression(paired, known), by))


def _paired(cotangent: Tree, tree: Tree) -> Tree:
    if is_scalar(tree):
        return Binary("*", cotangent, tree, shape=SCALAR)
    upright = Transpose(tree) if is_row(tree) else tree
    return Call("inner", (cotangent, upright))


def _factors(request: Request) -> Trees:
    """The Hessian of a matrix variable by the matrices that it is made of."""
    if request.several:
        raise UnsupportedError(
            "the factors of a Hessian are by one variable",
            hint='Write wrt="U"; the blocks of several are the output "hessian".',
        )
    name, inferred = request.names[0], request.expression.inferred
    directions = Request(request.expression, (name,), False, dict(request.known)).directions()
    product = _second_along(Request(request.expression, (name,), False, dict(request.known)))
    assert not isinstance(product, Mapping)
    factors = factors_of(product, inferred.declarations[name], directions[name].name)
    return dict(factors.items())


def _trusted(derivation: Derivation) -> Tree:
    """The formula's tree, by components for a linear map; never one that numbers refute."""
    _refuse_refuted(derivation.verification.kind, derivation.verification.message)
    if derivation.form != "linear map":
        return derivation.result.inferred.tree
    inferred = derivation.expression.inferred
    _, node, context = differentiate(inferred, derivation.wrt)
    return components_tree(node, context, frozenset(inferred.declarations) | inferred.dimensions)


def _refuse_refuted(kind: str, message: str) -> None:
    if kind == "refuted":
        raise UnsupportedError(
            f"the derivative could not be verified: {message}",
            hint="Please report this expression; no code is written for an unproved formula.",
        )


def flattened(outputs: Mapping[str, Trees]) -> dict[str, Tree]:
    """The trees by names of their own: gradient_w, hessian_u_v."""
    flat: dict[str, Tree] = {}
    for name, tree in outputs.items():
        if not isinstance(tree, Mapping):
            flat[name] = tree
            continue
        for part, value in tree.items():
            own = f"{name}_{part if isinstance(part, str) else '_'.join(part)}"
            while own in flat:
                own += "_"
            flat[own] = value
    return flat


OUTPUTS: Mapping[str, Callable[[Request], Trees]] = MappingProxyType(
    {
        "value": _value,
        "gradient": _first,
        "jacobian": _first,
        "hessian": _second,
        "jvp": _along,
        "vjp": _pulled_back,
        "hvp": _second_along,
        "hessian_factors": _factors,
    }
)
