"""The derivative of an expression, verified before it is shown, with all that is known of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, get_args

from numpy.random import Generator, default_rng

from gradproof.checking.verdict import Verdict
from gradproof.checking.verify import POINTS, Claim, verify
from gradproof.core.declaration import OPEN_FACTS, Declaration
from gradproof.core.errors import UnknownNameError, UnsupportedError
from gradproof.derivation.closed_form import (
    ClosedForm,
    Form,
    by_components,
    closed_form,
    is_projected,
)
from gradproof.derivation.conditions import conditions_of
from gradproof.derivation.step import Step
from gradproof.expression.expression import Expression
from gradproof.expression.write import Declarations, Loss, Names, parse
from gradproof.notation.infer import Inferred, infer
from gradproof.notation.lexer import LONGEST
from gradproof.notation.parser import parse_text
from gradproof.notation.tree import Tree
from gradproof.notation.write_text import text

if TYPE_CHECKING:  # steps are worked out when they are asked for
    from gradproof.derivation.styles import Proven

HIGHEST_ORDER = 4
Style = Literal["differential", "backprop", "components"]
WrittenAs = Literal["text", "latex", "markdown", "mathml"]


@dataclass(frozen=True)
class Derivation:
    """A derivative: of what, by what, the formula, its conditions and its proof by numbers.

    >>> import gradproof as gp
    >>> for step in gp.derive("norm2(X*w - y)^2", "w").steps:
    ...     print(step.rule)
    differential of a squared norm
    differential of a linear expression
    move X across the inner product
    read off the gradient
    """

    expression: Expression
    wrt: tuple[str, ...]
    result: Expression
    form: Form
    conditions: tuple[str, ...]
    notes: tuple[str, ...]
    verification: Verdict
    claim: Claim
    style: Style = "differential"

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

    @property
    def steps(self) -> tuple[Step, ...]:
        """The derivation, as short as in a lecture."""
        return self._short.worked.steps

    @property
    def single_steps(self) -> tuple[Step, ...]:
        """The derivation with every rule in a step of its own."""
        return self._long.worked.steps

    @property
    def definitions(self) -> Mapping[str, Tree]:
        """What the names stand for that the steps introduce."""
        return self._short.worked.definitions

    @cached_property
    def _short(self) -> Proven:
        return self._proven(False)

    @cached_property
    def _long(self) -> Proven:
        return self._proven(True)

    def _proven(self, single: bool) -> Proven:
        from gradproof.derivation.goal import Goal
        from gradproof.derivation.styles import proven

        goal = Goal(self.expression.inferred, self.wrt, self.result.inferred.tree, self.form)
        return proven(self.style, goal, single=single)

    def prove_steps(self, rng: int | Generator = 0, *, single: bool = False) -> tuple[Verdict, ...]:
        """The verdict of random points on each of the steps, or of the single steps."""
        from gradproof.derivation.proof_of_steps import proofs_of_steps
        from gradproof.derivation.styles import SEED

        shown = self._long if single else self._short
        if isinstance(rng, int) and rng == SEED:  # proved before they were shown
            return shown.verdicts
        found = shown.worked
        return proofs_of_steps(
            self.expression.inferred, self.wrt, found.steps, found.definitions, default_rng(rng)
        )

    def written(self, form: WrittenAs = "text", *, verbose: bool = False) -> str:
        """The derivation as text, latex, markdown or mathml; verbose with every rule as a step.

        >>> import gradproof as gp
        >>> print(gp.derive("norm2(w)^2", "w").written())
        f     = ‖w‖²
        df    = 2⟨w, dw⟩   differential of a squared norm
        ∂f/∂w = 2w         read off the gradient
        """
        from gradproof.derivation.writing.forms import written

        return written(self.single_steps if verbose else self.steps, self.expression, form)

    def to_dict(self) -> dict[str, Any]:
        """The derivation as JSON data: expression, result, conditions, steps and verdict."""
        from gradproof.derivation.writing.data import derivation_data

        return derivation_data(self)

    def verify(self, rng: int | Generator = 0, points: int = POINTS) -> Verdict:
        """The formula as printed against the expression as written, at fresh random points."""
        return verify(self.claim, default_rng(rng), points)

    def __str__(self) -> str:
        return str(self.result)

    def _repr_latex_(self) -> str:
        return self.result._repr_latex_()


def derive(
    loss: Loss,
    wrt: Names | None = None,
    order: int = 1,
    style: Style = "differential",
    *,
    declare: Declarations = None,
    rng: int | Generator = 0,
) -> Derivation:
    """The derivative of `loss` by `wrt`, with the axes of the loss, then those of `wrt`.

    loss     text or expression
    wrt      a variable, or two for a mixed second derivative; may be left out if there is one
    order    1 for the gradient or Jacobian, 2 for the Hessian, up to 4
    style    of the steps: "differential", "backprop" or "components"
    declare  what is known of variables in a text
    rng      where the random points of the verification come from

    Raises UnknownNameError for a variable that does not occur, UnsupportedError where a
    function has no derivative here, ReadError and ShapeError for a text that cannot be read.

    >>> import gradproof as gp
    >>> d = gp.derive("norm2(X*w - y)^2", wrt="w")
    >>> d.text, d.verification.kind
    ("2*X'*(X*w - y)", 'agrees')
    """
    if style not in get_args(Style):
        raise UnsupportedError(
            f"there is no style {style!r}", hint=f"The styles are {', '.join(get_args(Style))}."
        )
    expression = parse(loss, declare=declare) if isinstance(loss, str) else loss
    return replace(derived(expression, wrt, order, rng=rng), style=style)


def derived(
    expression: Expression,
    wrt: Names | None = None,
    order: int = 1,
    *,
    rng: int | Generator = 0,
    points: int = POINTS,
) -> Derivation:
    """The closed form, or the components where the closed form is refuted and they are not.

    points  at how many random points it is verified; the rest as for `derive`
    """
    names = differentiated(expression.inferred, wrt, order)
    form = closed_form(expression.inferred, names)
    derivation = _verified(expression, names, form, rng, points)
    if derivation.verification.kind == "refuted" and derivation.form != "index":
        form = by_components(expression.inferred, names)
        entries = _verified(expression, names, form, rng, points)
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


def _verified(
    expression: Expression,
    names: tuple[str, ...],
    form: ClosedForm,
    rng: int | Generator,
    points: int,
) -> Derivation:
    """The formula, read back from its printed text, with its verdict."""
    known = dict(expression.variables)
    if form.direction is not None:
        known[form.direction.name] = form.direction
    printed = infer(parse_text(_printed(form)), known)
    result = Expression(form.tree, known, None, form.direction, relies_on_facts=True)
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
        verify(claim, default_rng(rng), points),
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
