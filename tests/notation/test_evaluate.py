"""Values agree with NumPy written by hand, and continue analytically to complex arguments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from gradproof.core.errors import DataError, UnsupportedError
from gradproof.notation.conditioning import NonFinite, NotAnalytic, Singular
from gradproof.notation.declare import declare
from gradproof.notation.evaluate import BINARY, evaluate
from gradproof.notation.functions import ELEMENTWISE, MATRIX
from gradproof.notation.infer import read
from gradproof.notation.tree import SCALAR, Binary, Name, Tree
from gradproof.notation.varied import VARIED
from gradproof.notation.vocabulary import FUNCTIONS

Array = NDArray[Any]

SIZES = {"m": 4, "n": 3, "p": 2, "q": 5}
DECLARED = {
    name: declare(name, kind)
    for kind, listed in {
        "scalar": "a b",
        "vector(n)": "x y",
        "vector(m)": "z",
        "vector(q)": "v",
        "matrix(n,n)": "A B",
        "symmetric(n)": "S",
        "posdef(n)": "P",
        "matrix(m,n)": "X Y",
        "matrix(n,p)": "W",
        "matrix(p,n)": "U",
        "index(n)": "i",
        "index(m)": "j",
    }.items()
    for name in listed.split()
} | {"w": declare("w", "index(q, m)")}


def drawn(seed: int = 0) -> dict[str, Array]:
    """A value for each declared name; `P` is positive definite, `S` symmetric."""
    rng = np.random.default_rng(seed)
    values = {}
    for name, declaration in DECLARED.items():
        shape = tuple(axis.size(SIZES) for axis in declaration.axes)
        values[name] = np.asarray(0.7 * rng.standard_normal(shape))
    values["A"] = values["A"] + 2 * np.eye(3)
    values["S"] = values["S"] + values["S"].T + np.diag([1.0, 3.0, 6.0])
    values["P"] = values["P"] @ values["P"].T + np.diag([1.0, 2.0, 3.0])
    values |= {"i": np.asarray(1), "j": np.asarray(2), "w": np.array([3, 0, 1, 3, 2])}
    return values


def value(source: str, values: Mapping[str, Any] | None = None, dtype: type = float) -> Array:
    return evaluate(read(source, DECLARED).tree, values or drawn(), SIZES, dtype)


def softmax(x: Array) -> Array:
    return np.asarray(np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True))


def power_series(x: Array, coefficient: Callable[[int], float]) -> Array:
    term: Array = np.eye(len(x))
    total: Array = np.zeros_like(x)
    for k in range(60):
        total = total + coefficient(k) * term
        term = term @ x / (k + 1)
    return total


def perturbed(function: Callable[[Array], Array], x: Array, e: Array) -> Array:
    h = 1e-4
    steps = [(8, h), (-8, -h), (-1, 2 * h), (1, -2 * h)]
    return np.asarray(sum(c * function(x + s * e) for c, s in steps) / (12 * h))


def exponential(x: Array) -> Array:
    return power_series(x, lambda k: 1)


def sine(x: Array) -> Array:
    return power_series(x, lambda k: (0, 1, 0, -1)[k % 4])


def cosine(x: Array) -> Array:
    return power_series(x, lambda k: (1, 0, -1, 0)[k % 4])


def root(x: Array) -> Array:
    values, vectors = np.linalg.eigh(x)
    return np.asarray(vectors @ np.diag(np.sqrt(values)) @ vectors.T)


BY_HAND: dict[str, Callable[[dict[str, Array]], Any]] = {
    "a + b": lambda v: v["a"] + v["b"],
    "x - y": lambda v: v["x"] - v["y"],
    "X*x": lambda v: v["X"] @ v["x"],
    "x'*y": lambda v: v["x"] @ v["y"],
    "x'*A": lambda v: v["x"] @ v["A"],
    "x*z'": lambda v: np.outer(v["x"], v["z"]),
    "X*A*x": lambda v: v["X"] @ v["A"] @ v["x"],
    "(x'*A*y)*X": lambda v: (v["x"] @ v["A"] @ v["y"]) * v["X"],
    "X'": lambda v: v["X"].T,
    "-X": lambda v: -v["X"],
    "X/a": lambda v: v["X"] / v["a"],
    "X.*Y": lambda v: v["X"] * v["Y"],
    "a.*X": lambda v: v["a"] * v["X"],
    "X./Y": lambda v: v["X"] / v["Y"],
    "1 ./x": lambda v: 1 / v["x"],
    "X.^3": lambda v: v["X"] ** 3,
    "exp(x).^y": lambda v: np.exp(v["x"]) ** v["y"],
    "a^3": lambda v: v["a"] ** 3,
    "a^(-2)": lambda v: v["a"] ** -2.0,
    "A^3": lambda v: v["A"] @ v["A"] @ v["A"],
    "A^0": lambda v: np.eye(3),
    "A^(-2)": lambda v: np.linalg.inv(v["A"] @ v["A"]),
    "0.25*x": lambda v: v["x"] / 4,
    "n*m/7": lambda v: 12 / 7,
    "pi*a": lambda v: np.pi * v["a"],
    "X[j]": lambda v: v["X"][2],
    "X[j, i]": lambda v: v["X"][2, 1],
    "x[i]": lambda v: v["x"][1],
    "X[w]": lambda v: v["X"][[3, 0, 1, 3, 2]],
    "z[w]": lambda v: v["z"][[3, 0, 1, 3, 2]],
    "X[w]*x + v": lambda v: v["X"][[3, 0, 1, 3, 2]] @ v["x"] + v["v"],
    "sum(k, x[k]*X[j,k])": lambda v: v["x"] @ v["X"][2],
    "sum(k, X[k])": lambda v: v["X"].sum(0),
    "sum(k, l, X[k,l]*z[k]*x[l])": lambda v: v["z"] @ v["X"] @ v["x"],
    "sum(k, z[k]*sum(l, X[k,l]^2))": lambda v: v["z"] @ (v["X"] ** 2).sum(1),
    "array(k, x[k]*a)": lambda v: v["x"] * v["a"],
    "array(k, l, x[k]*z[l])": lambda v: np.outer(v["x"], v["z"]),
    "array(k, l, r, x[k]*z[l]*W[k,r])": lambda v: np.einsum("k,l,kr->klr", v["x"], v["z"], v["W"]),
    "sum(X)": lambda v: v["X"].sum(),
    "mean(X)": lambda v: v["X"].mean(),
    "prod(X)": lambda v: v["X"].prod(),
    "norm1(X)": lambda v: abs(v["X"]).sum(),
    "norm2(X)": lambda v: np.linalg.norm(v["X"]),
    "norm2(x)": lambda v: np.linalg.norm(v["x"]),
    "norm2(a)": lambda v: abs(v["a"]),
    "inner(X,Y)": lambda v: (v["X"] * v["Y"]).sum(),
    "outer(x,z)": lambda v: np.outer(v["x"], v["z"]),
    "tr(A)": lambda v: np.trace(v["A"]),
    "det(A)": lambda v: np.linalg.det(v["A"]),
    "logdet(A)": lambda v: np.log(abs(np.linalg.det(v["A"]))),
    "derivative(sum(X.^2), X)": lambda v: 2 * v["X"],
    "derivative(X*x, x)": lambda v: v["X"],
    "differential(X*x)": lambda v: 0 * (v["X"] @ v["x"]),
    "hcat(X, z)": lambda v: np.hstack([v["X"], v["z"][:, None]]),
    "vcat(X, x')": lambda v: np.vstack([v["X"], v["x"]]),
    "vcat(hcat(a, 2*a), hcat(0, 1))": lambda v: np.array([[v["a"], 2 * v["a"]], [0, 1]]),
    "logdet(-A)": lambda v: np.log(abs(np.linalg.det(v["A"]))),
    "inv(A)": lambda v: np.linalg.inv(v["A"]),
    "inv(x'*x)": lambda v: 1 / (v["x"] @ v["x"]),
    "pinv(X)": lambda v: np.linalg.inv(v["X"].T @ v["X"]) @ v["X"].T,
    "pinv(U)": lambda v: v["U"].T @ np.linalg.inv(v["U"] @ v["U"].T),
    "pinv(x*y')": lambda v: np.outer(v["y"], v["x"]) / (v["x"] @ v["x"] * (v["y"] @ v["y"])),
    "adj(A)": lambda v: np.linalg.det(v["A"]) * np.linalg.inv(v["A"]),
    "adj(x*x')": lambda v: np.zeros((3, 3)),
    "expm(A)": lambda v: exponential(v["A"]),
    "sinm(A)": lambda v: sine(v["A"]),
    "cosm(A)": lambda v: cosine(v["A"]),
    "sqrtm(P)*sqrtm(P)": lambda v: v["P"],
    "frechet_expm(A,B)": lambda v: perturbed(exponential, v["A"], v["B"]),
    "frechet_sinm(A,B)": lambda v: perturbed(sine, v["A"], v["B"]),
    "frechet_cosm(A,B)": lambda v: perturbed(cosine, v["A"], v["B"]),
    "frechet_sqrtm(P,S)": lambda v: perturbed(root, v["P"], v["S"]),
    "polar(X)'*polar(X)": lambda v: np.eye(3),
    "polar(X)'*X": lambda v: root(v["X"].T @ v["X"]),
    "specnorm(X)": lambda v: np.linalg.norm(v["X"], 2),
    "nucnorm(X)": lambda v: np.linalg.norm(v["X"], "nuc"),
    "eigvals(S)": lambda v: np.linalg.eigvalsh(v["S"]),
    "eigvals(A)": lambda v: np.linalg.eigvalsh((v["A"] + v["A"].T) / 2),
    "eigmax(S)": lambda v: np.linalg.eigvalsh(v["S"])[-1],
    "S*eigvecmax(S)": lambda v: v["S"] @ np.linalg.eigh(v["S"])[1][:, 2],
    "eigvecs(S)*diag(eigvals(S))*eigvecs(S)'": lambda v: v["S"],
    "softmax(x)": lambda v: softmax(v["x"]),
    "logsumexp(x)": lambda v: np.log(np.exp(v["x"]).sum()),
    "rowsoftmax(X)": lambda v: softmax(v["X"]),
    "rowlogsumexp(X)": lambda v: np.log(np.exp(v["X"]).sum(1)),
    "diag(x)": lambda v: np.diag(v["x"]),
    "diag(A)": lambda v: np.diag(v["A"]),
    "vec(X)": lambda v: v["X"].T.ravel(),
    "kron(X,U)": lambda v: np.kron(v["X"], v["U"]),
    "kron(x,z)": lambda v: np.kron(v["x"], v["z"]),
    "kron(x',X)": lambda v: np.kron(v["x"][None], v["X"]),
    "comm(m,n)*vec(X)": lambda v: v["X"].ravel(),
    "toeplitz(x)": lambda v: v["x"][[[0, 1, 2], [1, 0, 1], [2, 1, 0]]],
    "diagsums(A)": lambda v: [
        np.trace(v["A"]),
        np.trace(v["A"], 1) + np.trace(v["A"], -1),
        v["A"][0, 2] + v["A"][2, 0],
    ],
    "eye(n)*A": lambda v: v["A"],
    "eye + A": lambda v: np.eye(3) + v["A"],
    "ones(m)'*X": lambda v: v["X"].sum(0),
    "ones(n,m)*X": lambda v: np.ones((3, 4)) @ v["X"],
    "zeros(m,n) + X": lambda v: v["X"],
    "X + matrix(a)": lambda v: v["X"] + v["a"],
    "x + vector(2)": lambda v: v["x"] + 2,
    "exp(X)": lambda v: np.exp(v["X"]),
    "log(exp(X))": lambda v: v["X"],
    "sin(X)": lambda v: np.sin(v["X"]),
    "cos(X)": lambda v: np.cos(v["X"]),
    "tan(X)": lambda v: np.tan(v["X"]),
    "arcsin(X/9)": lambda v: np.arcsin(v["X"] / 9),
    "arccos(X/9)": lambda v: np.arccos(v["X"] / 9),
    "arctan(X)": lambda v: np.arctan(v["X"]),
    "sinh(X)": lambda v: np.sinh(v["X"]),
    "cosh(X)": lambda v: np.cosh(v["X"]),
    "tanh(X)": lambda v: np.tanh(v["X"]),
    "sqrt(exp(X))": lambda v: np.exp(v["X"] / 2),
    "abs(X)": lambda v: np.abs(v["X"]),
    "sign(X)": lambda v: np.sign(v["X"]),
    "relu(X)": lambda v: np.maximum(v["X"], 0),
    "sigmoid(X)": lambda v: 1 / (1 + np.exp(-v["X"])),
    "softplus(X)": lambda v: np.log(1 + np.exp(v["X"])),
}

NO_CONTINUATION = {"frechet_sqrtm(P,S)"}


def called(source: str) -> set[str]:
    return {name for name in FUNCTIONS if f"{name}(" in source or source == name}


def test_every_function_is_tried() -> None:
    tried = {name for source in BY_HAND for name in called(source)}
    assert tried == set(FUNCTIONS)
    constants = {"eye", "ones", "zeros", "vector", "matrix", "comm", "array"}
    assert set(ELEMENTWISE) | set(MATRIX) | set(VARIED) | constants == set(FUNCTIONS)
    assert all(any(sign in source for source in BY_HAND) for sign in BINARY)


@pytest.mark.parametrize("source", BY_HAND)
def test_values_agree_with_numpy(source: str) -> None:
    for seed in range(3):
        values = drawn(seed)
        found, wanted = value(source, values), np.asarray(BY_HAND[source](values))
        assert found.shape == wanted.shape
        np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("source", sorted(set(BY_HAND) - NO_CONTINUATION))
def test_complex_step_agrees_with_differences(source: str) -> None:
    rng = np.random.default_rng(5)
    tree, values = read(source, DECLARED).tree, drawn()
    ways = {name: rng.standard_normal(array.shape) for name, array in values.items()}
    ways |= {name: np.zeros(values[name].shape) for name in "ijw"}
    ways |= {name: ways[name] + ways[name].T for name in "SP"}

    def moved(step: complex, dtype: type) -> Array:
        there = {
            name: array if name in "ijw" else array + step * ways[name]
            for name, array in values.items()
        }
        return evaluate(tree, there, SIZES, dtype)

    slope = moved(1e-20j, complex).imag / 1e-20
    h = 1e-4
    differences = 8 * (moved(h, float) - moved(-h, float))
    differences = (differences - moved(2 * h, float) + moved(-2 * h, float)) / (12 * h)
    np.testing.assert_allclose(slope, differences, rtol=2e-6, atol=2e-7)
    np.testing.assert_allclose(moved(0, complex), moved(0, float), rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize(
    ("source", "left", "right"),
    [("sigmoid(a)", 0, 1), ("softplus(a)", 0, 1000), ("tanh(a)", -1, 1), ("relu(a)", 0, 1000)],
)
def test_large_arguments_do_not_overflow(source: str, left: float, right: float) -> None:
    tree = read(source, DECLARED).tree
    for dtype in (float, complex):
        assert evaluate(tree, {"a": -1000.0}, {}, dtype) == left
        assert evaluate(tree, {"a": 1000.0}, {}, dtype) == right


def test_softmax_and_logsumexp_do_not_overflow() -> None:
    x = np.array([1000.0, -1000.0, 998.0])
    weights = np.array([1, 0, np.exp(-2)]) / (1 + np.exp(-2))
    for dtype in (float, complex):
        np.testing.assert_allclose(value("softmax(x)", {"x": x}, dtype), weights)
        top = 1000 + np.log1p(np.exp(-2))
        np.testing.assert_allclose(value("logsumexp(x)", {"x": x}, dtype), top)
        np.testing.assert_allclose(value("logsumexp(-x)", {"x": x}, dtype), 1000)


def test_the_complex_step_works_at_zero() -> None:
    for source, slope in (("sigmoid(a)", 0.25), ("softplus(a)", 0.5), ("a^2", 0.0)):
        step = evaluate(read(source, DECLARED).tree, {"a": 1e-20j}, {}, complex).imag / 1e-20
        assert step == pytest.approx(slope)


@pytest.mark.parametrize("source", ["inv(A)", "logdet(A)", "A^(-1)", "x'*inv(A)*y"])
@pytest.mark.parametrize("dtype", [float, complex])
def test_singular_matrices_are_refused(source: str, dtype: type) -> None:
    exact = {**drawn(), "A": np.ones((3, 3))}
    near = {**drawn(), "A": np.ones((3, 3)) + 1e-11 * np.eye(3)}
    for values in (exact, near):
        with pytest.raises(Singular, match="3×3"):
            value(source, values, dtype)


def test_a_singular_matrix_has_a_determinant_and_an_adjugate() -> None:
    values = {"A": np.diag([2.0, 3.0, 0.0])}
    assert value("det(A)", values) == 0
    np.testing.assert_allclose(value("adj(A)", values), np.diag([0.0, 0.0, 6.0]), atol=1e-15)


def test_a_rank_that_is_in_doubt_is_refused() -> None:
    doubtful = {"A": np.diag([1.0, 1.0, 1e-10])}
    with pytest.raises(Singular):
        value("pinv(A)", doubtful)
    with pytest.raises(Singular):
        value("polar(A)", doubtful)


@pytest.mark.parametrize(
    "source", ["log(a)", "1/b", "sqrt(a)", "exp(1000*x)", "sqrtm(-P)", "a^0.5"]
)
def test_what_is_not_finite_is_refused(source: str) -> None:
    values = {**drawn(), "a": np.asarray(-1.0), "b": np.asarray(0.0), "x": np.ones(3)}
    with pytest.raises(NonFinite):
        value(source, values)


@pytest.mark.parametrize("source", ["eigvals(S)", "eigvecs(S)", "eigmax(S)", "specnorm(S)"])
def test_equal_eigenvalues_have_no_derivative(source: str) -> None:
    step = 1e-20j * np.diag([1.0, 2.0, 3.0])
    assert np.isfinite(value(source, {"S": np.eye(3)})).all()
    with pytest.raises(NotAnalytic):
        value(source, {"S": np.eye(3) + step}, complex)


@pytest.mark.parametrize("source", ["eigvals(S)", "sqrtm(S)", "pinv(S)"])
def test_large_imaginary_parts_are_refused(source: str) -> None:
    with pytest.raises(NotAnalytic):
        value(source, {"S": np.diag([1.0, 2.0, 3.0]) * (1 + 0.1j)}, complex)


@pytest.mark.parametrize(
    ("source", "values", "message"),
    [
        ("x + y", {"x": np.ones(3)}, "y has no value"),
        ("x + y", {"x": np.ones(3), "y": np.ones(4)}, "y has the shape"),
        ("x + y", {"x": np.ones(3), "y": np.ones((3, 1))}, "y has the shape"),
        ("X[j]", {"X": np.ones((4, 3)), "j": 4}, "from 0 to 3"),
        ("X[j]", {"X": np.ones((4, 3)), "j": -1}, "from 0 to 3"),
        ("X[j]", {"X": np.ones((4, 3))}, "index j has no value"),
    ],
)
def test_bad_data_is_refused(source: str, values: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        value(source, values)


def test_a_matrix_power_is_whole() -> None:
    with pytest.raises(UnsupportedError, match="whole number"):
        value("A^a", {**drawn(), "a": np.asarray(0.5)})


def test_sizes_of_one_are_no_scalars() -> None:
    sizes = {"m": 1, "n": 1}
    values = {"X": np.array([[2.0]]), "x": np.array([3.0]), "z": np.array([5.0])}
    tree = read("X*x + z", DECLARED).tree
    assert evaluate(tree, values, sizes).tolist() == [11.0]
    assert evaluate(read("kron(x, z)", DECLARED).tree, values, sizes).shape == (1,)
    assert evaluate(read("z'*X*x", DECLARED).tree, values, sizes).shape == ()


def test_long_sums_need_no_recursion() -> None:
    term = Name("a", shape=SCALAR)
    tree: Tree = term
    for _ in range(3000):
        tree = Binary("+", tree, term, shape=SCALAR)
    assert evaluate(tree, {"a": 2.0}, {}) == 6002
