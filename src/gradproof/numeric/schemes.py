"""Difference quotients, as data: which points they visit, and with which weights.

Every scheme is Re Σ wₖ f(x + oₖh) / h with offsets o and weights w.  By Taylor's theorem that is

    f(x) Σw/h + f′(x) Σwo + f″(x) Σwo² h/2 + f‴(x) Σwo³ h²/6 + …

so it has the derivative as its limit where Σw = 0 and Σwo = 1, and the first further moment that
is not 0 tells its order.  Where Σw ≠ 0 nothing is subtracted, and it grows like f(x)/h.

forward, central, five-point    Fornberg, Math. Comp. 51 (1988), tables 1 and 3
complex                         Squire & Trapp, SIAM Review 40 (1998)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from gradproof.core.errors import UnknownNameError, UnsupportedError

HIGHEST_ORDER = 12
MOMENT_TOLERANCE = 1e-9
COMPLEX_STEP = 1e-30


@dataclass(frozen=True, slots=True)
class DifferenceScheme:
    """The quotient Re Σ wₖ f(x + oₖh) / h.

    formula  how it is written
    offsets  oₖ, in steps; complex ones leave the real line
    weights  wₖ, as many
    source   where it is taken from

    >>> DifferenceScheme("(f(x+h) − f(x)) / h", offsets=(0, 1), weights=(-1, 1)).order
    1
    """

    formula: str
    offsets: tuple[complex, ...]
    weights: tuple[complex, ...]
    source: str = ""

    @property
    def order(self) -> int:
        """The power of h that the error falls with; 0 where the limit is no derivative."""
        if flaw(self):
            return 0
        moments = (moment(self, power) for power in range(2, HIGHEST_ORDER))
        return next(
            (order for order, size in enumerate(moments, 1) if abs(size) > MOMENT_TOLERANCE),
            HIGHEST_ORDER,
        )

    @property
    def leaves_the_line(self) -> bool:
        """Whether f is asked for its value at complex points."""
        return any(complex(offset).imag for offset in self.offsets)


SCHEMES: Mapping[str, DifferenceScheme] = MappingProxyType(
    {
        "forward": DifferenceScheme(
            "(f(x+h) − f(x)) / h",
            offsets=(0, 1),
            weights=(-1, 1),
            source="Fornberg, table 3",
        ),
        "central": DifferenceScheme(
            "(f(x+h) − f(x−h)) / 2h",
            offsets=(-1, 1),
            weights=(-1 / 2, 1 / 2),
            source="Fornberg, table 1",
        ),
        "five-point": DifferenceScheme(
            "(f(x−2h) − 8f(x−h) + 8f(x+h) − f(x+2h)) / 12h",
            offsets=(-2, -1, 1, 2),
            weights=(1 / 12, -8 / 12, 8 / 12, -1 / 12),
            source="Fornberg, table 1",
        ),
        "complex": DifferenceScheme(
            "Im f(x+ih) / h",
            offsets=(1j,),
            weights=(-1j,),
            source="Squire & Trapp",
        ),
    }
)


def moment(scheme: DifferenceScheme, power: int) -> float:
    """Re Σ wₖ oₖᵖ: what multiplies hᵖ⁻¹ times the p-th derivative over p!."""
    pairs = zip(scheme.weights, scheme.offsets, strict=True)
    return float(sum((complex(weight) * complex(offset) ** power).real for weight, offset in pairs))


def flaw(scheme: DifferenceScheme) -> str:
    """Why the quotient is no derivative, in words; empty where it is one."""
    constant, linear = moment(scheme, 0), moment(scheme, 1)
    if abs(constant) > MOMENT_TOLERANCE:
        return (
            f"{scheme.formula} is no derivative: its weights add up to {constant:g}, not to 0, so "
            f"that f(x) is not subtracted. As h → 0 it grows like {_times(constant)}f(x)/h; it has "
            "no limit unless f(x) = 0."
        )
    if abs(linear - 1) > MOMENT_TOLERANCE:
        return f"{scheme.formula} is no derivative: as h → 0 it tends to {_times(linear)}f′(x)."
    return ""


def _times(factor: float) -> str:
    return "" if factor == 1 else f"{factor:g}·"


def scheme_named(scheme: str | DifferenceScheme) -> DifferenceScheme:
    """The scheme of that name, or the scheme itself, once it is known to be a derivative.

    Raises UnknownNameError for other names and UnsupportedError for a quotient that has the
    derivative not as its limit.
    """
    if isinstance(scheme, str):
        if scheme not in SCHEMES:
            known = ", ".join(SCHEMES)
            raise UnknownNameError(f"no difference scheme {scheme!r}", hint=f"There are {known}.")
        return SCHEMES[scheme]
    reason = flaw(scheme)
    if reason:
        raise UnsupportedError(
            reason, hint="Subtract: (f(x+h) − f(x))/h or, better, (f(x+h) − f(x−h))/2h."
        )
    return scheme


def relative_step(scheme: DifferenceScheme, epsilon: float) -> float:
    """The step, relative to max(1, |xᵢ|), at which truncation and rounding are about equal.

    The error is about hᵖ + ε/h, least near h = ε^(1/(p+1)).  A scheme that subtracts nothing has
    no rounding error to mind, and may take a step so small that hᵖ is none either.
    """
    if len(scheme.offsets) == 1:
        return COMPLEX_STEP
    return float(epsilon ** (1 / (scheme.order + 1)))


def epsilon_of(dtype: np.dtype[np.floating]) -> float:
    """The distance from 1 to the next number of that kind."""
    return float(np.finfo(dtype).eps)
