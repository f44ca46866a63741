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


class AssertGradient(Protocol):
    """Asserts that a gradient is right, by numbers or as a formula."""

    @overload
    def __call__(
        self,
        function: Callable[..., Any],
        gradient: Callable[..., Any] | ArrayLike | None,
        at: Any,
        /,
        *,
        tolerance: float | None = ...,
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

    assert_gradient(f, grad, x)                       numbers, as by gradproof.check_gradient
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
    function: Any,
    gradient: Any,
    at: Any,
    *,
    tolerance: float | None = None,
    rng: int = 0,
) -> str:
    """How a gradient differs from the differences of a function; empty where it does not."""
    from gradproof.numeric.check_gradient import check_gradient

    report = check_gradient(function, gradient, at, tolerance=tolerance, rng=rng)
    return "" if report.ok else report.message
