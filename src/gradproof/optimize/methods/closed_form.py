"""The closed form as a method: no descent, one solution of linear equations."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClosedForm:
    """x = H⁻¹ b, where the gradient is H x − b.

    It needs no start and no rule to stop; `gp.solve` has the formula.
    """
