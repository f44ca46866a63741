"""Every theorem of the table: true at 50 digits, kept by the planner, exact where it is needed."""

from __future__ import annotations

import ast
from itertools import product
from types import SimpleNamespace

import mpmath
import numpy as np
import pytest

from gradproof.core.declaration import Declaration
from gradproof.core.dimension import dimension
from gradproof.program.backends import numpy_functions
from gradproof.program.forms import form, written
from gradproof.program.plan import Builder
from gradproof.program.stability import stabilised
from gradproof.program.theorems import THEOREMS
from tests.program.precise import numbers

each_theorem = pytest.mark.parametrize("theorem", THEOREMS, ids=[t.name for t in THEOREMS])

N = dimension("n")
AXES = {"A": (N, N), "x": (N,), "y": (N,), "z": (N,), "a": (N,)}
FACTS = {"a": frozenset({"positive"})}
EXTREME = (-1e3, -700.0, -37.0, -1.0, -1e-9, -1e-17, 1e-17, 1e-9, 0.3, 1.0, 37.0, 700.0, 1e3)
SIZES = (1e-200, 1e-17, 1.0, 1e17, 1e200)  # of vectors


def names(theorem):
    """The names of numbers and arrays in a theorem, in order."""
    found = {
        part.id for part in ast.walk(ast.parse(theorem.unstable)) if isinstance(part, ast.Name)
    }
    called = {
        part.func.id for part in ast.walk(ast.parse(theorem.unstable)) if isinstance(part, ast.Call)
    }
    return sorted(found - called)


# --------------------------------------------------------------------------- at 50 digits
def each(function):
    return np.frompyfunc(function, 1, 1)


def norm(x):
    return mpmath.sqrt(sum(x * x))


def log_abs_det(A):
    return mpmath.log(abs(mpmath.det(mpmath.matrix(A.tolist()))))


exp, log = each(mpmath.exp), each(mpmath.log)
EXACT = {
    **{
        name: each(getattr(mpmath, name))
        for name in ("exp", "log", "sqrt", "tanh", "cosh", "sinh", "cos", "sin", "expm1")
    },
    "abs": each(abs),
    "sigmoid": each(lambda u: 1 / (1 + mpmath.exp(-u))),
    "softplus": each(lambda u: mpmath.log(1 + mpmath.exp(u))),
    "log1p": each(lambda u: mpmath.log(1 + u)),
    "log1mexp": each(lambda u: mpmath.log(1 - mpmath.exp(u))),
    "logcosh": each(lambda u: mpmath.log(mpmath.cosh(u))),
    "sech_squared": each(lambda u: mpmath.sech(u) ** 2),
    "sum": sum,
    "matmul": lambda x, y: sum(x * y),
    "norm": norm,
    "softmax": lambda z: exp(z) / sum(exp(z)),
    "log_softmax": lambda z: log(exp(z) / sum(exp(z))),
    "logsumexp": lambda z: mpmath.log(sum(exp(z))),
    "det": lambda A: mpmath.det(mpmath.matrix(A.tolist())),
    "logdet": log_abs_det,
}


def by_digits(text, point):
    """The value of a formula at the precision in force."""
    value = eval(text, dict(EXACT), point)  # the table's own text
    return np.atleast_1d(np.asarray(value, dtype=object))


def drawn(name, rng):
    if name == "n":
        return int(rng.integers(2, 6))
    shape = (3,) * len(AXES.get(name, ()))
    values = rng.standard_normal(shape) * 10 ** rng.uniform(-3, 1)
    return numbers(np.abs(values) if name == "a" else values)[()]


@each_theorem
def test_both_sides_are_equal_at_fifty_digits(theorem):
    rng = np.random.default_rng(5)
    tried = 0
    with mpmath.workdps(60):
        while tried < 20:
            point = {name: drawn(name, rng) for name in names(theorem)}
            if not eval(theorem.where, dict(EXACT), point):  # the table's own text
                continue
            tried += 1
            unstable, stable = (
                by_digits(side, point) for side in (theorem.unstable, theorem.stable)
            )
            gap = np.abs(unstable - stable)
            size = np.abs(unstable)
            assert all(
                one <= mpmath.mpf(10) ** -50 * (1 + other)
                for one, other in zip(gap, size, strict=True)
            )


# ------------------------------------------------------------------------------ the planner
@each_theorem
def test_the_planner_puts_the_stable_form(theorem):
    declarations = {
        name: Declaration(name, "matrix", AXES.get(name, ()), FACTS.get(name, frozenset()), None)
        for name in names(theorem)
    }
    builder = Builder(declarations)
    bound = {
        name: builder.add("argument", (), (name,), declaration.axes)
        for name, declaration in declarations.items()
    }
    sides = [written(builder, form(side), bound) for side in (theorem.unstable, theorem.stable)]
    assert sides[0] != sides[1]
    _, (unstable, stable) = stabilised(builder, sides)
    assert unstable == stable


BESIDE_OTHERS = [
    theorem for theorem in THEOREMS if form(theorem.unstable).head in ("add", "divide")
]


@pytest.mark.parametrize("theorem", BESIDE_OTHERS, ids=[t.name for t in BESIDE_OTHERS])
def test_it_is_found_among_other_terms_and_factors(theorem):
    names_of = [*names(theorem), "other"]
    declarations = {
        name: Declaration(name, "matrix", AXES.get(name, ()), FACTS.get(name, frozenset()), None)
        for name in names_of
    }
    builder = Builder(declarations)
    bound = {
        name: builder.add("argument", (), (name,), declaration.axes)
        for name, declaration in declarations.items()
    }
    beside = "other - ({})" if form(theorem.unstable).head == "add" else "other*({})"
    found = written(builder, form(beside.format(theorem.unstable)), bound)
    result, (better,) = stabilised(builder, [found])
    reached, pending = set(), [better]
    while pending:
        step = result.steps[pending.pop()]
        reached.add(step.operation)
        pending.extend(step.operands)
    before = {part.head for part in _parts(form(theorem.unstable))}
    after = {part.head for part in _parts(form(theorem.stable))}
    assert after - before - {"negative"} <= reached


def _parts(whole):
    yield whole
    for part in whole.parts:
        yield from _parts(part)


# ----------------------------------------------------------------------------- floating point
FLOATING = {
    **{
        name: getattr(np, name)
        for name in ("exp", "log", "sqrt", "tanh", "cosh", "sinh", "cos", "sin", "expm1", "log1p")
    },
    **{
        name: getattr(numpy_functions, name)
        for name in ("sigmoid", "softmax", "log_softmax", "logsumexp", "logcosh", "log1mexp")
    },
    "sech_squared": numpy_functions.sech_squared,
    "norm": numpy_functions.norm,
    "softplus": lambda u: np.logaddexp(0, u),
    "abs": abs,
    "sum": np.sum,
    "matmul": np.matmul,
    "logdet": lambda A: np.linalg.slogdet(A)[1],
}

BOUND = 1e-12
SUMS = {"softplus of a sum"}  # exact relative to the largest argument: the value may cross 0


@each_theorem
def test_the_stable_form_is_exact_at_extremes(theorem):
    points = list(extremes(names(theorem)))
    tried = 0
    for point in points:
        with mpmath.workdps(1200):
            exact = {name: numbers(value)[()] for name, value in point.items()}
            if not eval(theorem.where, dict(EXACT), exact):  # the table's own text
                continue
            try:
                truth = by_digits(theorem.unstable, exact)
            except (ZeroDivisionError, ValueError):
                continue  # the unstable form has no value here
            if not representable(truth):
                continue
            tried += 1
            found = np.atleast_1d(
                eval(theorem.stable, dict(FLOATING), point)
            )  # the table's own text
            sizes = [mpmath.mpf(2) ** -1022, *abs(truth)]
            if theorem.name in SUMS:
                sizes += map(abs, point.values())
            error = max(abs(numbers(found) - truth)) / max(sizes)
        assert error <= BOUND, (point, found)
    assert tried >= 3


def representable(truth):
    """Whether every entry is 0 or a real number that has all digits in double precision."""
    return all(
        isinstance(entry, mpmath.mpf) and (entry == 0 or 1e-300 < abs(entry) < 1e300)
        for entry in truth
    )


def extremes(letters):
    """Points of extreme numbers, and of vectors extreme in size or spread."""
    vectors = [letter for letter in letters if letter in ("x", "y", "z", "a")]
    if letters == ["A"]:
        base = np.array([[2.0, 1.0, 0.0], [0.5, -3.0, 1.0], [0.25, 1.0, 1.5]])
        yield from (
            {"A": scale * base * sign} for scale in (1e-100, 1.0, 1e100) for sign in (1, -1)
        )
    elif "z" in letters:
        for spread, shift in product((1e-9, 1.0, 30.0, 100.0), (-1e3, 0.0, 1e3)):
            z = spread * np.array([1.0, -0.4, 0.3]) + shift
            yield {name: z if name == "z" else np.array([0.5, 2.0, 1.0]) for name in letters}
    elif vectors:
        x, y = np.array([0.6, -1.1, 0.35]), np.array([1.0, -2.0, 0.4])
        for one, other in product(SIZES, SIZES):
            yield {name: {"x": one * x, "y": other * y}[name] for name in letters}
    else:
        for values in product(EXTREME, repeat=len(letters) - ("n" in letters)):
            numbers_of = iter(values)
            yield {
                letter: 40.0 if letter == "n" else np.float64(next(numbers_of))
                for letter in letters
            }


@each_theorem
def test_single_precision_stays_and_is_exact_for_it(theorem):
    for point in extremes(names(theorem)):
        if max(np.max(np.abs(value)) for value in point.values()) > 80 or "A" in point:
            continue  # beyond the range of single precision
        small = {name: np.float32(value) for name, value in point.items() if name != "n"}
        small |= {"n": 3} if "n" in point else {}
        with np.errstate(all="ignore"):
            holds = eval(theorem.where, {**FLOATING, "det": np.linalg.det}, small)
            found = np.asarray(eval(theorem.stable, dict(FLOATING), small))  # the table's own text
        if not holds:
            continue
        with mpmath.workdps(400):
            exact = {name: numbers(value)[()] for name, value in small.items()}
            try:
                truth = by_digits(theorem.unstable, {**exact, "n": 3})
            except (ZeroDivisionError, ValueError):
                continue  # the unstable form has no value here
            if not all(entry == 0 or 1e-30 < abs(entry) < 1e30 for entry in truth):
                continue
            scale = max([*abs(truth), *(abs(mpmath.mpf(1)) for _ in SUMS & {theorem.name})])
            error = max(abs(numbers(np.atleast_1d(found)) - truth)) / (scale or 1)
        assert found.dtype == np.float32
        assert error < 2e-5, point


def test_the_table_is_complete_for_its_readers():
    for theorem in THEOREMS:
        assert theorem.name
        assert theorem.why
    assert len({theorem.name for theorem in THEOREMS}) == len(THEOREMS)


def test_names_of_theorems_stand_for_themselves():
    assert names(SimpleNamespace(unstable="log(1 + exp(u))")) == ["u"]
