"""An expression: a tree of the matrix language with all that is known of its variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import isfinite
from numbers import Integral, Real
from typing import Any

from gradproof.core.declaration import Declaration
from gradproof.core.dimension import ONE, Dimension
from gradproof.core.errors import ShapeError
from gradproof.notation.build import literal
from gradproof.notation.infer import Inferred, infer
from gradproof.notation.tree import (
    Binary,
    Call,
    Negation,
    Operator,
    Selection,
    Shape,
    Transpose,
    Tree,
)
from gradproof.notation.write_latex import latex
from gradproof.notation.write_mathml import mathml
from gradproof.notation.write_text import text
from gradproof.notation.write_unicode import unicode


@dataclass(frozen=True, eq=False)
class Expression:
    """A formula with declared variables.  Operators build larger ones; nothing is ever changed.

    `+ -` same shapes; `@` the matrix product; `*` and `/` entry by entry, or by a scalar; `**`
    the power of a scalar or of each entry; `.T` the transpose; `U[w]` a selection.
    A linear map is a formula in a `direction`; it stands for the tensor that maps directions so.
    A result `relies_on_facts` when declared facts went into it: its data must then have them.

    >>> import gradproof as gp
    >>> X, w, y = gp.matrix("X", "N", "d"), gp.vector("w", "d"), gp.vector("y", "N")
    >>> (gp.norm2(X @ w - y) ** 2 / gp.dimension("N")).text
    'norm2(X*w - y)^2/N'
    """

    tree: Tree
    declarations: Mapping[str, Declaration]
    source: str | None = None
    # An array beside an expression is not taken apart, and an expression is no sequence.
    __array_ufunc__ = None
    __iter__ = None
    direction: Declaration | None = None
    relies_on_facts: bool = False

    @cached_property
    def inferred(self) -> Inferred:
        """The expression with the shape of every part.  Raises ShapeError where parts clash."""
        return infer(self.tree, self.declarations, self.source)

    @property
    def text(self) -> str:
        """The expression in the input syntax."""
        return text(self.inferred.tree)

    @property
    def latex(self) -> str:
        """The expression in LaTeX."""
        return latex(self.inferred.tree)

    @property
    def mathml(self) -> str:
        """The expression in presentation MathML."""
        return mathml(self.inferred.tree)

    @property
    def shape(self) -> tuple[Dimension, ...]:
        """The axes: none for a scalar, one for a vector, two for a matrix, more for a tensor."""
        found = self.inferred.tree.shape
        assert found is not None
        mapped = self.direction.axes if self.direction is not None else ()
        return natural_shape(found) + mapped

    @property
    def variables(self) -> Mapping[str, Declaration]:
        """What is known of each variable that occurs, declared or inferred."""
        return self.inferred.declarations

    @property
    def T(self) -> Expression:
        """The transpose."""
        return self._with(Transpose(self.tree))

    def __str__(self) -> str:
        return unicode(self.inferred.tree)

    def __repr__(self) -> str:
        return f"<Expression {text(self.tree)}>"

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex}$"

    def __neg__(self) -> Expression:
        return self._with(Negation(self.tree))

    def __add__(self, other: Any) -> Expression:
        return _sum("+", self, other)

    def __radd__(self, other: Any) -> Expression:
        return _sum("+", other, self)

    def __sub__(self, other: Any) -> Expression:
        return _sum("-", self, other)

    def __rsub__(self, other: Any) -> Expression:
        return _sum("-", other, self)

    def __matmul__(self, other: Any) -> Expression:
        return _binary("*", self, other)

    def __mul__(self, other: Any) -> Expression:
        return _binary(".*" if _both_arrays(self, other) else "*", self, other)

    def __rmul__(self, other: Any) -> Expression:
        return _binary("*", other, self)

    def __truediv__(self, other: Any) -> Expression:
        return _binary("./" if _both_arrays(self, other) else "/", self, other)

    def __rtruediv__(self, other: Any) -> Expression:
        return _binary("/" if self.shape == () else "./", other, self)

    def __rpow__(self, other: Any) -> Expression:
        return _binary("^" if self.shape == () else ".^", other, self)

    def __abs__(self) -> Expression:
        return self._with(Call("abs", (self.tree,)))

    def __pos__(self) -> Expression:
        return self

    def __pow__(self, other: Any) -> Expression:
        return _binary("^" if self.shape == () else ".^", self, other)

    def __getitem__(self, index: Expression | tuple[Expression, ...]) -> Expression:
        indices = index if isinstance(index, tuple) else (index,)
        if not all(isinstance(part, Expression) for part in indices):
            raise TypeError(
                'an index is declared, as i = index("i", "n"), and its value given later'
            )
        known = _merged(self, *indices)
        return Expression(Selection(self.tree, tuple(part.tree for part in indices)), known)

    def _with(self, tree: Tree) -> Expression:
        return Expression(tree, self.declarations)


def natural_shape(shape: Shape) -> tuple[Dimension, ...]:
    """The axes of a value: a column and a row have one."""
    return tuple(axis for axis in shape if axis != ONE) if len(shape) == 2 else shape


def lifted(value: object) -> Expression:
    """A number as an expression.  Raises TypeError for anything that is neither."""
    if isinstance(value, Expression):
        return value
    if isinstance(value, Integral):
        return Expression(literal(int(value)), {})
    if isinstance(value, Real) and isfinite(value):
        return Expression(literal(Fraction(repr(float(value)))), {})
    raise TypeError(f"{value!r} is neither an expression nor a number")


def _binary(operator: Operator, left: Any, right: Any) -> Expression:
    one, other = lifted(left), lifted(right)
    result = Expression(Binary(operator, one.tree, other.tree), _merged(one, other))
    return _checked(result)


def _sum(operator: Operator, left: Any, right: Any) -> Expression:
    """A sum; a number added to an array is added to each entry, as in NumPy."""
    one, other = lifted(left), lifted(right)
    if not isinstance(left, Expression):
        one = _filled(one, other.shape)
    if not isinstance(right, Expression):
        other = _filled(other, one.shape)
    return _binary(operator, one, other)


def _filled(number: Expression, shape: tuple[Dimension, ...]) -> Expression:
    """The number, or an array of it beside an array."""
    if not shape:
        return number
    return Expression(Call("matrix" if len(shape) == 2 else "vector", (number.tree,)), {})


def _both_arrays(left: Expression, right: Any) -> bool:
    return isinstance(right, Expression) and left.shape != () and right.shape != ()


def _checked(expression: Expression) -> Expression:
    """Shapes are checked at once, so that an error points to the operator that made it."""
    _ = expression.inferred
    return expression


def _merged(*parts: Expression) -> Mapping[str, Declaration]:
    known: dict[str, Declaration] = {}
    for part in parts:
        for name, declaration in part.declarations.items():
            if known.setdefault(name, declaration) != declaration:
                raise ShapeError(
                    f"{name} is declared twice: {known[name]} and {declaration}",
                    hint="Give the two variables different names.",
                )
    return known
