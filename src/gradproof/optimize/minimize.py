"""Minimise a loss: the formula's own gradient, a method, a rule that says when to stop."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from gradproof.core.errors import DataError, UnsupportedError
from gradproof.expression.arguments import named
from gradproof.expression.write import Declarations, Loss
from gradproof.optimize.at_once import minimum_at_once
from gradproof.optimize.checkpoint import fingerprint, restored, save
from gradproof.optimize.descent import End, Track, Watch, descend
from gradproof.optimize.methods.adam import Adam
from gradproof.optimize.methods.closed_form import ClosedForm
from gradproof.optimize.methods.gradient_descent import GradientDescent
from gradproof.optimize.methods.rates import Backtracking
from gradproof.optimize.methods.scipys import LBFGS, TrustRegion
from gradproof.optimize.methods.state import State
from gradproof.optimize.methods.stochastic import MiniBatch, StochasticGradientDescent
from gradproof.optimize.objective import Objective
from gradproof.optimize.problem import (
    Problem,
    is_large,
    layout_of,
    named_start,
    objective_of,
    problem_of,
    start_of,
)
from gradproof.optimize.result import Minimum
from gradproof.optimize.rows import RowForm
from gradproof.optimize.stopping import GradientBelow, MaxSteps, Progress, Rule
from gradproof.program.request import expression_of

Callback = Callable[[Progress], Any]
DEFAULT_STOP = GradientBelow(1e-6, relative=True) | MaxSteps(1000)


@dataclass(frozen=True, slots=True)
class Course:
    """How a descent goes: where it starts and stops, who looks on, where it is kept."""

    start: Any
    stop: Rule
    rng: Generator
    watch: tuple[Callback, ...]
    held_out: Mapping[str, ArrayLike] | None
    folder: Path | None


def minimize(
    loss: Loss,
    over: str | tuple[str, ...],
    data: Mapping[str, ArrayLike] | None = None,
    *,
    start: ArrayLike | Mapping[str, ArrayLike] | None = None,
    method: Any = None,
    stop: Rule = DEFAULT_STOP,
    rng: int | Generator = 0,
    callback: Callback | None = None,
    progress: Callback | None = None,
    held_out: Mapping[str, ArrayLike] | None = None,
    checkpoint: str | Path | None = None,
    backend: str = "auto",
    declare: Declarations = None,
) -> Minimum:
    """A point where Q is least, as a descent from the start finds it.

    loss        text or expression, a scalar; over: the variable to minimise over, or several
    data        arrays or memory maps of the others; held_out: such data, for `Patience`
    start       the point to begin at; zeros by default, or small random entries
    method      such as GradientDescent(0.1); LBFGS(), or without SciPy a line search
    stop        rules, as StepBelow(1e-8) | MaxSteps(1000), looked at after each step or epoch
    callback    called with the progress after each step, as is `progress`
    checkpoint  a folder: the descent is saved there, and goes on from there

    Raises DataError for data that are missing, wrong or not finite, and what `derive` raises.

    >>> result = minimize("norm2(x - a)^2", over="x", data={"a": [1.0, 2.0]})
    >>> result.x.round(6), result.success
    (array([1., 2.]), True)
    """
    problem = problem_of(expression_of(loss, declare), over, checked_data(data or {}), backend)
    watch = tuple(own for own in (callback, progress) if own is not None)
    folder = None if checkpoint is None else Path(checkpoint)
    course = Course(start, stop, np.random.default_rng(rng), watch, held_out, folder)
    return _descended(problem, method or default_method(), course)


def _descended(problem: Problem, method: Any, course: Course) -> Minimum:
    known = problem.expression.variables
    named([name for name in known if name not in problem.over], problem.data)
    if isinstance(method, ClosedForm):
        return minimum_at_once(problem, course.rng)
    given = named_start(problem, course.start)
    layout = layout_of(problem, given)
    objective = objective_of(problem, layout, _form(problem, method))
    x = start_of(problem, given, layout, objective.valued, course.rng)
    track = Track(course.stop, _shown(course.watch), _held_out(problem, objective, course))
    state = None
    if course.folder is not None:
        _check_keeps_state(method)
        mark = _mark(problem, method, x)
        state = restored(course.folder, mark, course.rng, track)
        track.watch = _saving(course, mark, track)
    return _minimum(problem, objective, descend(objective, method, x, course.rng, track, state))


def default_method() -> Any:
    """L-BFGS where SciPy is installed, or else gradient descent with a line search."""
    return LBFGS() if find_spec("scipy") else GradientDescent(Backtracking())


def checked_data(data: Mapping[str, ArrayLike]) -> dict[str, Any]:
    """The data as arrays.  Raises DataError for entries that are not finite."""
    found: dict[str, Any] = {}
    for name, own in data.items():
        array = own if isinstance(own, np.ndarray) else np.asarray(own)
        found[name] = array if array.shape else array.item()
        if not isinstance(array, np.memmap) and array.dtype.kind == "f":
            _check_finite(name, array)
    return found


def _check_finite(name: str, array: NDArray[Any]) -> None:
    if np.isfinite(array).all():
        return
    place = tuple(map(int, np.argwhere(~np.isfinite(array))[0]))
    where = f"[{', '.join(map(str, place))}]" if place else ""
    raise DataError(
        f"{name}{where} is {array[place]}",
        hint="Leave out or fill what is missing before the descent.",
    )


def _form(problem: Problem, method: Any) -> RowForm | None:
    """The row form, where the method or the size of the data asks for it."""
    if goes_by_rows(method) or is_large(problem.data):
        return problem.form(np.random.default_rng(0))  # the proof draws nothing of the descent's
    return None


def goes_by_rows(method: Any) -> bool:
    """Whether a method looks at some of the rows at a time."""
    match method:
        case StochasticGradientDescent() | MiniBatch() | Adam(batch=int()):
            return True
        case _:
            return False


def _check_keeps_state(method: Any) -> None:
    """Raises UnsupportedError for methods whose state is SciPy's own."""
    if isinstance(method, LBFGS | TrustRegion):
        raise UnsupportedError(
            f"a descent by {type(method).__name__} cannot be saved: its state is SciPy's own",
            hint="Name another method, such as GradientDescent, Adam or Newton.",
        )


def _mark(problem: Problem, method: Any, x: Any) -> str:
    data = {name: (np.shape(own), _sum_of(own)) for name, own in problem.data.items()}
    return fingerprint(problem.expression.text, problem.over, data, method, x.tobytes())


def _sum_of(data: Any) -> int:
    """A checksum of the entries; of a memory map, which may be long, of its ends."""
    entries = np.asarray(data[[0, -1]] if isinstance(data, np.memmap) and len(data) else data)
    return crc32(np.ascontiguousarray(entries).tobytes())


def _shown(watch: tuple[Callback, ...]) -> Watch:
    def shown(progress: Progress, state: State) -> None:
        for own in watch:
            own(progress)

    return shown


def _saving(course: Course, mark: str, track: Track) -> Watch:
    folder, shown = course.folder, _shown(course.watch)
    assert folder is not None, "there is one to save to"

    def saving(progress: Progress, state: State) -> None:
        save(folder, mark, state, course.rng, track)
        shown(progress, state)

    return saving


def _held_out(
    problem: Problem, objective: Objective, course: Course
) -> Callable[[Any], float] | None:
    if course.held_out is None:
        return None
    program = problem.compiled(("value",)).bind(**checked_data(course.held_out))
    return lambda x: float(program(**objective.layout.parts(x)).value)


def _minimum(problem: Problem, objective: Objective, end: End) -> Minimum:
    state = end.state
    return Minimum(
        x=problem.shown(objective.layout, state.x),
        fun=state.fun,
        jac=problem.shown(objective.layout, state.gradient),
        nit=state.nit,
        nfev=state.evaluations,
        success=end.success,
        message=end.message,
        history=end.history,
        interrupted=end.interrupted,
    )
