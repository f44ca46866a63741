"""A fixture for pytest: `assert_gradient`, for functions on arrays and for written formulas.

pytest imports this module wherever gradproof is installed, so it brings nothing along:
what it needs is imported when the fixture is used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol, overload

import pytest

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

TOLERANCE = 1e-6


class AssertGradient(Protocol):
    """Asserts that a gradient is right, by numbers or as a formula."""

    @overload
    def __call__(
        self,
        function: Callable[..., Any],
        gradient: Callable[..., Any] | ArrayLike,
        at: ArrayLike,
        /,
        *,
        tolerance: float = ...,
        rng: int = ...,
    ) -> None: ...

    @overload
    def __call__(
        self,
        function: str,
        /,
        *,
        of: str,
        wrt: str,
        order: int = ...,
        declare: Mapping[str, str] | None = ...,
        rng: int = ...,
    ) -> None: ...


@pytest.fixture(scope="session")
def assert_gradient() -> AssertGradient:
    """Asserts a gradient: of a callable at a point, or of an expression as a formula.

    assert_gradient(f, grad, x)                       numbers: grad(x) against differences of f
    assert_gradient("2*X'*(X*w - y)", of="norm2(X*w - y)^2", wrt="w")      a formula, for all sizes
    """

    def check(function: Any, gradient: Any = None, at: Any = None, /, **settings: Any) -> None:
        __tracebackhide__ = True
        problem = (
            _claimed(function, **settings)
            if isinstance(function, str)
            else _measured(function, gradient, at, **settings)
        )
        if problem:
            pytest.fail(problem, pytrace=False)

    return check


def _claimed(
    claim: str,
    *,
    of: str,
    wrt: str,
    order: int = 1,
    declare: Mapping[str, str] | None = None,
    rng: int = 0,
) -> str:
    """What is wrong with a written derivative; empty where it holds."""
    from gradproof.documents.claim import check_claim

    finding = check_claim(claim, of, wrt, order=order, declare=declare, rng=rng)
    if finding.verdict:
        return ""
    said = [f"the derivative of {of} by {wrt} is not {claim}", str(finding.verdict)]
    return "\n".join([*said, finding.diagnosis] if finding.diagnosis else said)


def _measured(
    function: Callable[..., Any],
    gradient: Any,
    at: Any,
    *,
    tolerance: float = TOLERANCE,
    rng: int = 0,
) -> str:
    """How a gradient differs from the differences of a function; empty where it does not.

    Along random directions at first, which is cheap; entry by entry where these tell a difference.
    """
    import numpy as np

    from gradproof.numeric.differences import numerical_gradient

    point = np.asarray(at, dtype=float)
    given = np.asarray(gradient(point) if callable(gradient) else gradient, dtype=float)
    if given.shape != point.shape:
        return f"the gradient has the shape {given.shape}, the point {point.shape}"
    directions = np.random.default_rng(rng).standard_normal((3, *point.shape))
    scale = max(1e-3, float(np.abs(given).max(initial=0.0)) * np.sqrt(max(point.size, 1)))
    errors = [
        abs(_along(function, point, direction) - float(np.sum(given * direction))) / scale
        for direction in directions
    ]
    if max(errors) <= tolerance:
        return ""
    numbers = np.asarray(numerical_gradient(function, point))
    worst = np.unravel_index(int(np.argmax(np.abs(numbers - given))), point.shape)
    where = ", ".join(str(int(place)) for place in worst)
    return (
        f"the gradient is wrong by {max(errors):.1e} of its size; worst at [{where}]: "
        f"{float(given[worst]):.6g} is given, differences say {float(numbers[worst]):.6g}"
    )


def _along(function: Callable[..., Any], point: Any, direction: Any) -> float:
    """d/dt f(x + t·direction) at t = 0."""
    import numpy as np

    from gradproof.numeric.differences import central_with_error

    slope, _ = central_with_error(lambda t: np.asarray(function(point + np.real(t) * direction)))
    return float(np.real(slope))
