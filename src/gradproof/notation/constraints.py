"""From the nodes of an expression to what their shapes must satisfy, children before parents.

Where the operands' shapes are known the result's is computed at once; where they are still open
the rule is kept as a constraint, and asked again when more is known.
"""

from __future__ import annotations

from gradproof.core.errors import ReadError, ShapeError
from gradproof.notation.clashes import bad_index, clash, written
from gradproof.notation.extents import extent
from gradproof.notation.misreadings import transposing_power
from gradproof.notation.numbers import beside_number
from gradproof.notation.problem import Constraint, Problem, Scope
from gradproof.notation.selecting import selected_shape
from gradproof.notation.signatures import (
    OPERATORS,
    RULES,
    Rule,
    constant_shape,
    match_arguments,
    multiplied,
    never_row,
    signature,
)
from gradproof.notation.tree import (
    Binary,
    Binder,
    Call,
    Literal,
    Name,
    Negation,
    Selection,
    Transpose,
    Tree,
    children,
)
from gradproof.notation.unify import SCALAR_PAIR, UNIT, Clash, Pair
from gradproof.notation.vocabulary import KNOWN


def constrain(problem: Problem) -> None:
    """Finds the shape of every node, or a constraint on it.

    Raises ShapeError where known shapes clash, ReadError where a name is used as what it is not.
    """
    finished: list[Pair] = []
    for node, scope in problem.order:
        if problem.wide:
            _refuse_wide_operands(problem, node)
        shape = _shape(problem, node, scope, finished)
        if len(shape) > 2:
            problem.wide[id(node)] = shape
        problem.shapes.append(shape)
        finished.append((shape[0], shape[1]))


def _shape(problem: Problem, node: Tree, scope: Scope, finished: list[Pair]) -> tuple[int, ...]:
    """The shape of a node, from those of its children, which are last in `finished`."""
    match node:
        case Name():
            known = None if node.name in scope else problem.names.get(node.name)
            return known or _name(problem, node, scope)
        case Literal():
            return SCALAR_PAIR
        case Binary():
            right, left = finished.pop(), finished.pop()
            if node.operator == "^":
                _refuse_power_of_t(problem, node)
            if id(node) in problem.unruled:
                return right if beside_number(node) is node.right else left
            return _apply(problem, OPERATORS[node.operator], node, (left, right))
        case Negation():
            return finished.pop()
        case Transpose():
            rows, columns = finished.pop()
            return columns, rows
        case Call():
            return _call(problem, node, finished)
        case Selection():
            return selected_shape(problem, node, scope, finished.pop())
        case Binder():
            return _bind(problem, node, scope, finished.pop())


def _refuse_wide_operands(problem: Problem, node: Tree) -> None:
    """What has three axes or more is selected from, and no operand."""
    if isinstance(node, Selection):
        return
    for part in children(node):
        axes = problem.wide.get(id(part))
        if axes is not None:
            shown = written(part, problem.source, "this")
            hint = f"Select from it, as in sum(i, f({shown}[i]))."
            if isinstance(part, Binder):
                hint = "Put the operation into the array's body."
            raise ShapeError(
                f"an array of {len(axes)} axes is no operand",
                source=problem.source,
                span=part.span,
                hint=hint,
            )


def _apply(problem: Problem, rule: Rule, node: Tree, operands: tuple[Pair, ...]) -> Pair:
    """What a rule answers, or an open shape that waits for the answer."""
    try:
        answer = rule(problem.sizes, *operands)
    except Clash:
        raise clash(problem.sizes, node, operands, problem.source) from None
    if answer is None:
        answer = problem.sizes.fresh(), problem.sizes.fresh()
        problem.pending.append(Constraint(rule, node, operands, answer))
    return answer


def _name(problem: Problem, node: Name, scope: Scope) -> tuple[int, ...]:
    """The shape of a name at its first appearance, or of a tensor."""
    name, sizes = node.name, problem.sizes
    if name in scope or name in problem.indices:
        raise bad_index(node, "an index, and no number", problem.source)
    declared = problem.declarations.get(name)
    if declared is not None:
        if declared.kind == "index":
            raise bad_index(node, "an index, and no number", problem.source)
        axes = tuple([sizes.number(axis) for axis in declared.axes])
        if len(axes) > 2:
            problem.tensors[name] = axes
            return axes
        pair = (*axes, UNIT, UNIT)[0], (*axes, UNIT, UNIT)[1]
    elif name in problem.known_extents:
        problem.extents.add(name)
        pair = SCALAR_PAIR
    elif name == "pi":
        pair = SCALAR_PAIR
    else:
        pair = sizes.fresh(), sizes.fresh()
        problem.open[name] = node
        problem.pending.append(Constraint(never_row, node, (pair,), pair))
    problem.names[name] = pair
    return pair


def _call(problem: Problem, node: Call, finished: list[Pair]) -> Pair:
    sizes, function = problem.sizes, KNOWN[node.function]
    if function.signature == "sizes":
        if not node.arguments:
            size = sizes.fresh(large=True)
            return size, size
        shape = constant_shape(node.function, [extent(size) for size in node.arguments])
        return sizes.number(shape[0]), sizes.number(shape[1])
    operands = tuple(finished[len(finished) - len(node.arguments) :])
    del finished[len(finished) - len(node.arguments) :]
    rule = RULES.get(function.signature)
    if rule is not None:
        return _apply(problem, rule, node, operands)
    wanted = signature(function.signature)
    try:
        letters = match_arguments(sizes, wanted, operands)
    except Clash:
        raise clash(sizes, node, operands, problem.source) from None
    rows, columns = (_result_size(problem, node, letters, part) for part in wanted.result)
    return rows, columns


def _result_size(problem: Problem, node: Tree, letters: dict[str, int], part: str) -> int:
    size = letters.get(part)
    if size is None:
        left, _, right = part.partition("*")
        if right:
            return _product_size(problem, node, (letters[left], letters[right]))
        size = letters[part] = problem.sizes.fresh(large=True)
    return size


def _product_size(problem: Problem, node: Tree, factors: Pair) -> int:
    open_result = problem.sizes.fresh(), UNIT
    try:
        answer = multiplied(problem.sizes, factors, open_result)
    except ReadError as error:
        error.span = node.span
        raise
    if answer is not None:
        return answer[0]
    problem.pending.append(Constraint(multiplied, node, (factors, open_result), open_result))
    return open_result[0]


def _bind(problem: Problem, node: Binder, scope: Scope, body: Pair) -> tuple[int, ...]:
    axes = tuple(scope[name] for name in node.indices)
    unused = next((n for n in node.indices if scope[n] not in problem.selected), None)
    if unused is not None:
        raise ReadError(
            f"the index {unused} selects nothing in the body",
            source=problem.source,
            span=node.span,
            hint=f"Use it, as in V[{unused}]; the sum of all entries is sum(x).",
        )
    if node.function == "sum":
        return body
    try:
        problem.sizes.equate_pairs(body, SCALAR_PAIR)
    except Clash:
        raise clash(problem.sizes, node, (body,), problem.source) from None
    return (*axes, UNIT) if len(axes) == 1 else axes


def _refuse_power_of_t(problem: Problem, power: Binary) -> None:
    exponent, negated = power.right, isinstance(power.right, Negation)
    if isinstance(exponent, Negation):
        exponent = exponent.operand
    if not isinstance(exponent, Name) or exponent.name != "T":
        return
    if "T" not in problem.declarations and "T" not in problem.known_extents:
        base = power.left.name if isinstance(power.left, Name) else "(…)"
        raise transposing_power(base, negated, problem.source, exponent.span)
