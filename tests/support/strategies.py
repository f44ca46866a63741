"""Hypothesis strategies for random expressions."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.support.random_expressions import SCALAR, Shape, Term, expression


@st.composite
def expressions(draw: st.DrawFn, depth: int = 3, shape: Shape | None = None) -> Term:
    """Well-shaped expressions of the text language."""
    return expression(lambda options: draw(st.sampled_from(list(options))), depth, shape)


def scalars(depth: int = 3) -> st.SearchStrategy[Term]:
    """Expressions that are scalars."""
    return expressions(depth, SCALAR)
