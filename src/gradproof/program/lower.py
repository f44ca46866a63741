"""From the trees of the matrix language to products of lettered arrays.

Transposes, traces, diagonals and products cost no step here; sums and functions of whole
arrays are worked out as they are met.  A scope gives the letters of the indices of
enclosing `sum(j, …)` and `array(i, j, …)`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from math import prod
from types import MappingProxyType

from gradproof.core.dimension import ONE, Dimension, dimension
from gradproof.core.errors import UnsupportedError
from gradproof.notation.tree import (
    Binary,
    Binder,
    Call,
    Literal,
    Name,
    Negation,
    Selection,
    Shape,
    Transpose,
    Tree,
    children,
    is_place,
    is_scalar,
    weight_of,
)
from gradproof.program.contract import array, opaque
from gradproof.program.factorisations import sharing_factorisations
from gradproof.program.functions import call
from gradproof.program.in_place import overwriting
from gradproof.program.plan import Builder, Plan, Step
from gradproof.program.powers import divided, elementwise_power, power
from gradproof.program.product import (
    SCALAR,
    Factor,
    Product,
    axis_letters,
    hadamard,
    matrix_product,
    renamed,
    sum_over,
    times,
    transpose,
    with_fresh_letters,
)
from gradproof.program.reductions import sum_of_squares
from gradproof.program.selection import index_extent, selected
from gradproof.program.stability import stabilised
from gradproof.program.total import add_products

Scope = Mapping[str, int]
NO_SCOPE: Scope = MappingProxyType({})
PI = "pi"
FILLED = frozenset({"vector", "matrix", "ones", "zeros", "eye"})
LARGEST_REMEMBERED = 200  # a larger tree is rarely met twice, and may be deep
MANY_FACTORS = 64  # products of more are worked out in parts, as trees of them get deep


def plan(
    outputs: Mapping[str, Tree], builder: Builder, sizes: Mapping[str, int] | None = None
) -> Plan:
    """The steps that work out every output; what they share is one step.

    sizes: how long named dimensions are, to choose the cheapest order of products by; without
    it, all names are equally long.  Functions of whole arrays are worked out before the
    products around them, and large outputs before small ones, which are often parts of them.
    """
    if sizes is not None:
        builder.sizes = sizes
    products = [lower(builder, tree) for tree in outputs.values()]
    sizable = sorted(range(len(products)), key=lambda k: _order(builder, products[k]))
    arrays = {k: array(builder, products[k]) for k in sizable}
    builder, places = stabilised(builder, [arrays[k] for k in range(len(products))])
    owned = tuple(
        [(name, _owned(builder, place)) for name, place in zip(outputs, places, strict=True)]
    )
    found = Plan(tuple(builder.steps), owned)
    return overwriting(sharing_factorisations(builder, found).ordered())


def _order(builder: Builder, product: Product) -> tuple[int, int]:
    """Large outputs first, and of equally large ones those of few factors."""
    return -prod([builder.length(letter) for letter in axis_letters(product)]), len(product.factors)


def _owned(builder: Builder, place: int) -> int:
    """The step, copied if it is an argument or a view into one, which a caller may overwrite."""
    step, source = builder.steps[place], builder.steps[place]
    while _is_view(builder, source):
        source = builder.steps[source.operands[0]]
    if step.axes and source.operation == "argument":
        return builder.add("copy", (place,), (), step.axes)
    return place


def _is_view(builder: Builder, step: Step) -> bool:
    """Whether the step shares its entries with its operand: not where an index array gathers."""
    if step.operation == "take":
        return not any(builder.steps[index].axes for index in step.operands[1:])
    return step.operation in ("rearrange", "diagonal")


def lower(builder: Builder, tree: Tree, scope: Scope = NO_SCOPE) -> Product:
    """The product of lettered arrays that an inferred tree is; of equal trees worked out once."""
    if scope or not isinstance(tree, Binary | Call) or weight_of(tree) > LARGEST_REMEMBERED:
        return _lowered(builder, tree, scope)
    key = tree, _filled_shapes(builder, tree)
    known = builder.lowered.get(key)
    if isinstance(known, Product):
        return with_fresh_letters(builder, known)
    builder.lowered[key] = found = _lowered(builder, tree, scope)
    return found


def _filled_shapes(builder: Builder, tree: Tree) -> tuple[Shape | None, ...]:
    """The shapes that equal trees need not share: of vector(1), which has that of its place."""
    known = builder.filled.get(id(tree))
    if known is None:
        own = isinstance(tree, Call) and tree.function in FILLED
        parts = [_filled_shapes(builder, part) for part in children(tree)]
        shapes = [shape for part in ([(tree.shape,)] if own else []) + parts for shape in part]
        known = builder.filled[id(tree)] = tree, tuple(shapes)  # with the tree its id lives on
    return known[1]


def _lowered(builder: Builder, tree: Tree, scope: Scope) -> Product:
    match tree:
        case Literal(value):
            return Product(SCALAR, (), value)
        case Name(name):
            return _named(builder, name, scope)
        case Negation(operand):
            return times(lower(builder, operand, scope), -1)
        case Transpose(operand):
            return transpose(lower(builder, operand, scope))
        case Binary():
            return _chain(builder, tree, scope)
        case Call(function, arguments):
            parts = tuple(lower(builder, part, scope) for part in _values(function, arguments))
            return call(builder, function, parts, arguments, shape_of(tree))
        case Selection():
            return _selection(builder, tree, scope)
        case Binder():
            return _binder(builder, tree, scope)


def shape_of(tree: Tree) -> Shape:
    """The shape of an inferred tree."""
    assert tree.shape is not None, "only inferred trees become programs"
    return tree.shape


def _values(function: str, arguments: tuple[Tree, ...]) -> tuple[Tree, ...]:
    """The arguments that are values; those of eye, ones, zeros and comm are sizes."""
    return () if function in ("eye", "ones", "zeros", "comm") else arguments


def _named(builder: Builder, name: str, scope: Scope) -> Product:
    if name in scope:
        extent = builder.extents[scope[name]]
        counter = builder.add("arange", (), (extent,), (extent,))
        return Product(SCALAR, (Factor(counter, (scope[name],)),))
    declaration = builder.declarations.get(name)
    if declaration is not None:
        return _variable(builder, name, declaration.axes)
    if name == PI:
        return Product(SCALAR, (Factor(builder.add("pi")),))
    return Product(SCALAR, (Factor(builder.add("size", (), (dimension(name),))),))


def _variable(builder: Builder, name: str, extents: tuple[Dimension, ...]) -> Product:
    """A variable; an axis of size one has a letter in the array but not in the language."""
    letters = builder.letters(extents)
    axes = tuple(None if builder.extents[letter] == ONE else letter for letter in letters)
    step = builder.add("argument", (), (name,), extents)
    summed = frozenset(letter for letter in letters if builder.extents[letter] == ONE)
    padded = (axes + SCALAR)[: max(2, len(axes))]
    return Product(padded, (Factor(step, letters),), summed=summed)


def _chain(builder: Builder, tree: Binary, scope: Scope) -> Product:
    """A tree of operators, down its left spine by a loop: a long sum is a deep tree."""
    pending: list[Binary] = [tree]
    while isinstance(pending[-1].left, Binary):
        pending.append(pending[-1].left)
    terms = [lower(builder, pending[-1].left, scope)]
    for node in reversed(pending):
        if node.operator in ("+", "-"):
            right = lower(builder, node.right, scope)
            terms.append(right if node.operator == "+" else times(right, -1))
            continue
        left = terms[0] if len(terms) == 1 else add_products(builder, terms)
        if len(left.factors) > MANY_FACTORS:
            left = opaque(builder, left)
        terms = [_combined(builder, node, left, scope)]
    return terms[0] if len(terms) == 1 else add_products(builder, terms)


def _combined(builder: Builder, node: Binary, left: Product, scope: Scope) -> Product:
    if node.operator == "^":
        exponent = literal(node.right)
        if exponent is not None and exponent % 2 == 0 and _is_norm(node.left):
            half = exponent / 2
            squared = _norm_squared(builder, node.left, scope)
            return (
                squared if half == 1 else power(builder, squared, half, Product(SCALAR, (), half))
            )
        return power(builder, left, exponent, lower(builder, node.right, scope))
    right = lower(builder, node.right, scope)
    if node.operator == ".^":
        return elementwise_power(builder, left, literal(node.right), right)
    return OPERATORS[node.operator](builder, left, right)


OPERATORS: Mapping[str, Callable[[Builder, Product, Product], Product]] = MappingProxyType(
    {
        "*": matrix_product,
        ".*": lambda builder, left, right: hadamard(left, right),
        "/": divided,
        "./": divided,
    }
)


def literal(tree: Tree) -> Fraction | None:
    """The number that a tree writes out, if it does: 2, −1, 1/2."""
    match tree:
        case Literal(value):
            return value
        case Negation(operand):
            opposite = literal(operand)
            return None if opposite is None else -opposite
        case Binary("/", Literal(above), Literal(below)) if below:
            return above / below
        case _:
            return None


def _is_norm(tree: Tree) -> bool:
    return isinstance(tree, Call) and tree.function == "norm2"


def _norm_squared(builder: Builder, tree: Tree, scope: Scope) -> Product:
    """‖x‖² = Σ x², without the root."""
    return sum_of_squares(builder, lower(builder, children(tree)[0], scope))


def _selection(builder: Builder, tree: Selection, scope: Scope) -> Product:
    if any(map(is_place, tree.indices)):
        raise UnsupportedError("an entry by number has a value by numbers only")
    indices = [
        scope[index.name]
        if isinstance(index, Name) and index.name in scope
        else lower(builder, index, scope)
        for index in tree.indices
    ]
    return selected(builder, lower(builder, tree.base, scope), indices)


def _binder(builder: Builder, tree: Binder, scope: Scope) -> Product:
    """Σ_j body, term by term, or the array of the values of body."""
    letters = tuple(
        builder.letter(_extent(builder, tree, place, name))
        for place, name in enumerate(tree.indices)
    )
    inner = {**scope, **dict(zip(tree.indices, letters, strict=True))}
    if tree.function == "sum":
        terms = [
            times(sum_over(builder, lower(builder, term, inner), letters), sign)
            for sign, term in _summands(tree.body)
        ]
        return terms[0] if len(terms) == 1 else add_products(builder, terms)
    body = lower(builder, tree.body, inner)
    own = tuple(letter for letter in body.axes if letter is not None)
    fresh = builder.letters(builder.axes(letters))
    body = renamed(body, dict(zip(letters, fresh, strict=True)))
    axes = tuple(None if builder.extents[letter] == ONE else letter for letter in fresh) + own
    return replace(body, axes=(axes + SCALAR)[: max(2, len(axes))])


def _extent(builder: Builder, tree: Binder, place: int, name: str) -> Dimension:
    """The size over which an index runs: that of an axis it selects from."""
    found = index_extent(tree.body, name, builder.declarations)
    return found if found is not None else shape_of(tree)[place]


def _summands(body: Tree) -> list[tuple[int, Tree]]:
    """The terms to be summed apart; a number stays with the others, as in 1 − cosine."""
    terms = _terms(body)
    numbers = any(isinstance(term, Literal) for _, term in terms)
    return [(1, body)] if numbers and is_scalar(body) else terms


def _terms(tree: Tree) -> list[tuple[int, Tree]]:
    """The signed terms of a sum as written, left to right."""
    pending: list[tuple[int, Tree]] = [(1, tree)]
    found: list[tuple[int, Tree]] = []
    while pending:
        sign, current = pending.pop()
        match current:
            case Binary("+" | "-" as operator, left, right):
                pending.append((sign if operator == "+" else -sign, right))
                pending.append((sign, left))
            case Negation(operand):
                pending.append((-sign, operand))
            case _:
                found.append((sign, current))
    return found
