"""The derivative of an expression: lowered, differentiated, simplified, raised, and verified.

gradient(f, X), jacobian and hessian are this with other words; `derive` returns all that is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from numpy.random import Generator, default_rng

from gradproof.algebra.expand import without_tensor_brackets
from gradproof.algebra.simplify import simplify
from gradproof.calculus.derivative import derivative
from gradproof.calculus.differential import differential
from gradproof.checking.verdict import Verdict
from gradproof.checking.verify import Claim, verify
from gradproof.core.contract import permute
from gradproof.core.declaration import Declaration
from gradproof.core.errors import UnknownNameError, UnsupportedError
from gradproof.core.node import Node, Symbol, number, symbol
from gradproof.core.sum import add
from gradproof.core.traverse import substitute
from gradproof.derivation.conditions import conditions_of
from gradproof.expression.expression import Expression
from gradproof.expression.write import Declarations, Loss, Names, parse
from gradproof.notation.infer import Inferred, infer
from gradproof.notation.lexer import LONGEST
from gradproof.notation.lower import lower_parts, variable
from gradproof.notation.parser import parse_text
from gradproof.notation.raising.components import components_tree
from gradproof.notation.raising.context import Context, context_of
from gradproof.notation.raising.graph import NoMatrixForm
from gradproof.notation.raising.matrix import matrix_tree
from gradproof.notation.tree import Tree
from gradproof.notation.write_text import text

Form = Literal["matrix", "linear map", "index"]

# Facts that hold in a neighbourhood of a point, and so while a variable varies.
OPEN_FACTS = frozenset({"positive", "open01", "nonsingular"})
HIGHEST_ORDER = 4


@dataclass(frozen=True, slots=True)
class Derivation:
    """A derivative: of what, by what, the formula, its conditions and its proof by numbers."""

    expression: Expression
    wrt: tuple[str, ...]
    result: Expression
    form: Form
    conditions: tuple[str, ...]
    notes: tuple[str, ...]
    verification: Verdict
    claim: Claim

    @property
    def order(self) -> int:
        """How often the expression was differentiated."""
        return len(self.wrt)

    @property
    def text(self) -> str:
        """The formula in the input syntax."""
        return self.result.text

    @property
    def latex(self) -> str:
        """The formula in LaTeX."""
        return self.result.latex

    def verify(self, rng: int | Generator = 0, points: int = 5) -> Verdict:
        """The formula as printed against the expression as written, at fresh random points."""
        return verify(self.claim, default_rng(rng), points)

    def __str__(self) -> str:
        return str(self.result)

    def _repr_latex_(self) -> str:
        return self.result._repr_latex_()


@dataclass(frozen=True, slots=True)
class ClosedForm:
    """A derivative as a formula, before it is verified."""

    loss: Node
    node: Node
    tree: Tree
    form: Form
    direction: Declaration | None
    context: Context


def derive(
    loss: Loss,
    wrt: Names | None = None,
    order: int = 1,
    style: str = "differential",
    *,
    declare: Declarations = None,
    rng: int | Generator = 0,
) -> Derivation:
    """The derivative of `loss` by `wrt`, with the axes of the loss, then those of `wrt`.

    loss     text or expression
    wrt      a variable, or two for a mixed second derivative; may be left out if there is one
    order    1 for the gradient or Jacobian, 2 for the Hessian, up to 4
    style    of the steps to come: "differential" is the only one yet
    declare  what is known of variables in a text
    rng      where the random points of the verification come from

    Raises UnknownNameError for a variable that does not occur, UnsupportedError where a
    function has no derivative here, ReadError and ShapeError for a text that cannot be read.

    >>> import gradproof as gp
    >>> d = gp.derive("norm2(X*w - y)^2", wrt="w")
    >>> d.text, d.verification.kind
    ("2*X'*(X*w - y)", 'agrees')
    """
    if style != "differential":
        raise UnsupportedError(
            f"there is no style {style!r} yet", hint='The one style is "differential".'
        )
    expression = parse(loss, declare=declare) if isinstance(loss, str) else loss
    names = differentiated(expression.inferred, wrt, order)
    derivation = _verified(expression, names, closed_form(expression.inferred, names), rng)
    if derivation.verification.kind == "refuted" and derivation.form != "index":
        entries = _verified(expression, names, by_components(expression.inferred, names), rng)
        return derivation if entries.verification.kind == "refuted" else entries
    return derivation


def differentiated(expression: Inferred, wrt: Names | None, order: int) -> tuple[str, ...]:
    """The variables to differentiate by, one for each order."""
    variables = [name for name, known in expression.declarations.items() if known.kind != "index"]
    if wrt is None:
        if len(variables) != 1:
            raise UnknownNameError(
                "by which variable?"
                if variables
                else "the expression has no variable to differentiate by",
                hint=f"Name one of {', '.join(variables)}."
                if variables
                else "It is a constant, whose derivative is zero.",
            )
        wrt = variables[0]
    if isinstance(wrt, str) and not 1 <= order <= HIGHEST_ORDER:
        raise _too_high()
    names = (wrt,) * order if isinstance(wrt, str) else tuple(wrt)
    for name in names:
        if name not in variables:
            raise UnknownNameError(
                f"{name} is not a variable of the expression",
                hint=f"Its variables are {', '.join(variables)}."
                if variables
                else "It is a constant, whose derivative is zero.",
            )
    if len(names) > HIGHEST_ORDER:
        raise _too_high()
    return names


def _too_high() -> UnsupportedError:
    return UnsupportedError(
        f"derivatives of order 1 to {HIGHEST_ORDER} are supported",
        hint="1 is the gradient or Jacobian, 2 the Hessian; derive the result again for more.",
    )


def closed_form(expression: Inferred, names: tuple[str, ...]) -> ClosedForm:
    """The derivative in matrices, or else as a linear map, or else by components.

    Raises UnsupportedError where it is none of these.
    """
    refusal: UnsupportedError | None = None
    try:
        loss, node, context = differentiate(expression, names)
        for view in (node, simplify(without_tensor_brackets(node))):
            try:
                tree = matrix_tree(view, context)
            except NoMatrixForm:
                continue
            return ClosedForm(loss, view, tree, "matrix", None, context)
    except UnsupportedError as error:
        refusal = error
    mapped = _linear_map(expression, names)
    if mapped is not None:
        return mapped
    if refusal is not None:
        raise refusal
    return by_components(expression, names)


def by_components(expression: Inferred, names: tuple[str, ...]) -> ClosedForm:
    """The derivative entry by entry.  Raises UnsupportedError where an entry cannot be written."""
    loss, node, context = differentiate(expression, names)
    taken = frozenset(expression.declarations) | expression.dimensions
    tree = components_tree(node, context, taken)
    return ClosedForm(loss, node, tree, "index", None, context)


def differentiate(
    expression: Inferred, names: tuple[str, ...], direction: Declaration | None = None
) -> tuple[Node, Node, Context]:
    """The simplified loss, its derivative, and the memory of how things were written.

    With a `direction`, the last derivative is the differential in that direction.
    """
    known = expression.declarations
    freed = {name: _freed(known[name]) for name in names}
    parts = lower_parts(expression.tree, {**known, **freed})
    loss = simplify(parts[id(expression.tree)].node)
    result = loss
    for count, name in enumerate(names, 1):
        by = variable(freed[name])
        assert isinstance(by, Symbol)
        if direction is not None and count == len(names):
            result = simplify(
                differential(result, by, symbol(direction.name, direction.axes, direction.facts))
            )
        elif result.axes and not by.axes:
            result = simplify(differential(result, by, number(1)))
        else:
            result = simplify(derivative(result, by))
    varied = names if direction is None else names[:-1]
    restored = {
        variable(freed[name]): variable(known[name]) for name in names if freed[name] != known[name]
    }
    if restored:
        parts = lower_parts(expression.tree, known)
        result = simplify(substitute(result, restored))
        result = simplify(_projected(result, parts[id(expression.tree)].node, varied, known))
    return loss, result, context_of(expression.tree, parts, simplify)


def _freed(declaration: Declaration) -> Declaration:
    """The variable as it varies: in every direction, without its equations."""
    return replace(declaration, facts=declaration.facts & OPEN_FACTS)


def _projected(
    node: Node, loss: Node, names: tuple[str, ...], known: Mapping[str, Declaration]
) -> Node:
    """(G + G′)/2 in the axes of each symmetric variable."""
    place = len(loss.axes)
    for name in names:
        width = len(known[name].axes)
        if is_projected(known[name]):
            order = list(range(len(node.axes)))
            order[place], order[place + 1] = order[place + 1], order[place]
            turned = permute(node, tuple(order))
            node = add([(Fraction(1, 2), node), (Fraction(1, 2), turned)], node.axes)
        place += width
    return node


def is_projected(declaration: Declaration) -> bool:
    """Whether the derivative by this variable is projected on symmetric matrices."""
    return "symmetric" in declaration.facts and "diagonal" not in declaration.facts


def _linear_map(expression: Inferred, names: tuple[str, ...]) -> ClosedForm | None:
    """The derivative applied to a direction dX of its last variable, where that is a formula."""
    known = expression.declarations[names[-1]]
    if not known.axes:
        return None
    direction = _direction(expression, known)
    try:
        loss, node, context = differentiate(expression, names, direction)
        tree = matrix_tree(node, context)
    except (NoMatrixForm, UnsupportedError):
        return None
    return ClosedForm(loss, node, tree, "linear map", direction, context)


def _direction(expression: Inferred, declaration: Declaration) -> Declaration:
    """dX: of the kind of X, and symmetric where X varies symmetrically."""
    name = f"d{declaration.name}"
    while name in expression.declarations or name in expression.dimensions:
        name += "_"
    facts = frozenset({"symmetric"}) if is_projected(declaration) else frozenset()
    return Declaration(name, declaration.kind, declaration.axes, facts)


def _verified(
    expression: Expression, names: tuple[str, ...], form: ClosedForm, rng: int | Generator
) -> Derivation:
    """The formula, read back from its printed text, with its verdict."""
    known = dict(expression.variables)
    if form.direction is not None:
        known[form.direction.name] = form.direction
    printed = infer(parse_text(_printed(form)), known)
    result = Expression(form.tree, known, None, form.direction)
    symmetric = frozenset(name for name in names if is_projected(known[name]))
    direction = form.direction.name if form.direction else None
    claim = Claim(expression.inferred, names, printed.tree, direction, symmetric)
    return Derivation(
        expression,
        names,
        result,
        form.form,
        conditions_of((form.loss, form.node), form.context),
        _notes(expression, known, names),
        verify(claim, default_rng(rng)),
        claim,
    )


def _printed(form: ClosedForm) -> str:
    written = text(form.tree)
    if len(written) > LONGEST:
        raise UnsupportedError(
            f"the derivative takes {len(written):,} characters, more than can be read back",
            hint="Name parts of the expression, and differentiate by them in turn.",
        )
    return written


def _notes(
    expression: Expression, known: Mapping[str, Declaration], names: tuple[str, ...]
) -> tuple[str, ...]:
    """What could be misread: idle declarations, and how a structured variable was varied."""
    idle = expression.declarations.keys() - known.keys()
    notes = [f"{name} is declared and does not occur" for name in sorted(idle)]
    for name in dict.fromkeys(names):
        closed = known[name].facts - OPEN_FACTS
        if is_projected(known[name]):
            notes.append(f"{name} is symmetric: the gradient G is projected, (G + G')/2")
        elif closed:
            facts = ", ".join(sorted(closed))
            notes.append(f"{name} is {facts}: it was varied freely, its facts used afterwards")
    return tuple(notes)


def differential_of(
    loss: Loss, wrt: Names | None = None, *, declare: Declarations = None
) -> Expression:
    """df when the variable x moves by dx.

    >>> import gradproof as gp
    >>> print(gp.differential("inv(X)", "X"))
    −X⁻¹·dX·X⁻¹
    """
    expression = parse(loss, declare=declare) if isinstance(loss, str) else loss
    names = differentiated(expression.inferred, wrt, 1)
    direction = _direction(expression.inferred, expression.variables[names[0]])
    _, node, context = differentiate(expression.inferred, names, direction)
    known = {**expression.variables, direction.name: direction}
    try:
        return Expression(matrix_tree(node, context), known)
    except NoMatrixForm:
        taken = frozenset(known) | expression.inferred.dimensions
        return Expression(components_tree(node, context, taken), known)


def gradient(loss: Loss, wrt: Names | None = None, *, declare: Declarations = None) -> Expression:
    """∇f, of the shape of the variable, for a scalar f.

    Raises UnsupportedError for anything that is not a scalar.

    >>> import gradproof as gp
    >>> print(gp.gradient("x'*A*x", "x"))
    (A + Aᵀ)x
    """
    derivation = derive(loss, wrt, declare=declare)
    if derivation.expression.shape != ():
        raise UnsupportedError(
            "the gradient is that of a scalar", hint="jacobian(f, x) is for vectors and matrices."
        )
    return derivation.result


def jacobian(f: Loss, wrt: Names | None = None, *, declare: Declarations = None) -> Expression:
    """∂f/∂x, with the axes of f, then those of x.

    >>> import gradproof as gp
    >>> print(gp.jacobian("tanh(W*x)", "x").text)
    diag(ones(m) - tanh(W*x).^2)*W
    """
    return derive(f, wrt, declare=declare).result


def hessian(loss: Loss, wrt: Names | None = None, *, declare: Declarations = None) -> Expression:
    """∂²f/∂x², or ∂²f/∂x∂y for two variables.

    >>> import gradproof as gp
    >>> print(gp.hessian("norm2(X*w - y)^2", "w"))
    2XᵀX
    """
    return derive(loss, wrt, order=2, declare=declare).result


def simplify_expression(expression: Loss, *, declare: Declarations = None) -> Expression:
    """The same value, in normal form: like terms merged, theorems and facts applied.

    >>> import gradproof as gp
    >>> print(gp.simplify("tr(A*inv(A)*B) + log(exp(t))"))
    tr(B) + t
    """
    known = parse(expression, declare=declare) if isinstance(expression, str) else expression
    inferred = known.inferred
    parts = lower_parts(inferred.tree, inferred.declarations)
    node = simplify(parts[id(inferred.tree)].node)
    context = context_of(inferred.tree, {}, simplify)
    try:
        tree = matrix_tree(node, context)
    except NoMatrixForm:
        taken = frozenset(inferred.declarations) | inferred.dimensions
        tree = components_tree(node, context, taken)
    return Expression(tree, inferred.declarations)
