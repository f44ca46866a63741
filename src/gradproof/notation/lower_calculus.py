"""`differential(F)` and `derivative(F, x)` as tensors: F is lowered, then differentiated.

What is not differentiated here (by a variable that has equations, by a row of a matrix, by an
expression) raises; such derivatives still have values, by numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from gradproof.calculus.derivative import derivative
from gradproof.calculus.differential import differential
from gradproof.core.canonical import ones
from gradproof.core.contract import contract, permute
from gradproof.core.declaration import OPEN_FACTS, Declaration
from gradproof.core.errors import UnsupportedError
from gradproof.core.node import Node, Symbol, symbol
from gradproof.core.sum import add
from gradproof.notation.operand import Operand
from gradproof.notation.tree import Call, Name, Selection, Shape, Transpose, Tree, is_row, is_scalar
from gradproof.notation.varied import direction_name
from gradproof.ops.structure import merge

Declarations = Mapping[str, Declaration]


def lowered_differential(tree: Call, part: Operand, known: Declarations) -> Operand:
    """Σ ∂F/∂x · dx over the variables that have a direction."""
    moved = [
        (1, differential(part.node, _symbol(declared), _direction(known[direction_name(name)])))
        for name, declared in known.items()
        if direction_name(name) in known and declared.kind != "index"
    ]
    axes = part.node.axes
    return Operand(add(moved, axes) if moved else ones(axes, 0), part.indices, _shape(tree))


def lowered_derivative(tree: Call, part: Operand, known: Declarations) -> Operand:
    """∂F/∂x, with the axes of F, then those of x, arranged as written."""
    function, by = tree.arguments
    written = by.operand if isinstance(by, Transpose) else by
    match written:
        case Name(name) if name in known:
            node = derivative(part.node, _symbol(known[name]))
        case Call("vec", (Name(name),)) if name in known and not part.indices:
            node = _by_vec(part, _symbol(known[name]))
        case Selection(Name(name), indices) if name in known:
            return _component(tree, part, name, indices, known)
        case _:
            raise UnsupportedError("the derivative by an expression has a value by numbers only")
    if (is_row(function) and not is_scalar(by)) or _is_by_transpose(function, by, known):
        node = _turned(node)
    return Operand(node, part.indices, _shape(tree))


def _is_by_transpose(function: Tree, by: Tree, known: Declarations) -> bool:
    """Whether a scalar is differentiated by X′, for a matrix X."""
    match by:
        case Transpose(Name(name)) if is_scalar(function):
            return len(known[name].axes) == 2
        case _:
            return False


def _symbol(declared: Declaration) -> Symbol:
    if declared.kind == "index" or declared.facts - OPEN_FACTS:
        raise UnsupportedError(f"the derivative by {declared.name} has a value by numbers only")
    node = symbol(declared.name, declared.axes, declared.facts)
    assert isinstance(node, Symbol)
    return node


def _direction(declared: Declaration) -> Node:
    return symbol(declared.name, declared.axes, declared.facts)


def _by_vec(part: Operand, variable: Symbol) -> Node:
    whole = derivative(part.node, variable)
    count = len(part.node.axes)
    if len(variable.axes) < 2:
        return whole
    groups = (1,) * count + (2,)
    return merge(permute(whole, (*range(count), count + 1, count)), groups)


def _turned(node: Node) -> Node:
    last = len(node.axes) - 1
    return permute(node, (*range(last - 1), last, last - 1))


def _component(
    tree: Call, part: Operand, name: str, indices: tuple[Tree, ...], known: Declarations
) -> Operand:
    """∂f/∂xᵢ of a scalar f, where i is bound by a sum."""
    declared = known[name]
    names = [index.name for index in indices if isinstance(index, Name)]
    whole_index = len(names) == len(declared.axes) and not set(names) & {*part.indices, *known}
    if not part.is_scalar or not whole_index:
        raise UnsupportedError("this component has a value by numbers only")
    whole = derivative(part.node, _symbol(declared))
    letters = tuple(range(len(whole.axes)))
    return Operand(
        contract(1, [(whole, letters, 1)], letters), (*part.indices, *names), _shape(tree)
    )


def _shape(tree: Tree) -> Shape:
    assert tree.shape is not None, "only inferred trees are lowered"
    return tree.shape


CALCULUS: MappingProxyType[str, Callable[[Call, Operand, Declarations], Operand]] = (
    MappingProxyType({"differential": lowered_differential, "derivative": lowered_derivative})
)
