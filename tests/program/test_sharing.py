"""What several steps need is worked out once: products, factorisations, halves, arrays."""

from __future__ import annotations

import numpy as np
import pytest

from gradproof.core.declaration import Declaration
from gradproof.core.dimension import dimension
from gradproof.notation.evaluate import evaluate
from gradproof.notation.infer import read
from gradproof.program.backends.numpy import NUMPY
from gradproof.program.source import source
from tests.program.planned import operations, planned
from tests.program.points import SIZES, declared, drawn, program

REGRESSION = declared("X: matrix(N,d); w: vector(d); y: vector(N); v: vector(d)")
SQUARE = declared("A: matrix(n,n); b: vector(n); c: vector(n); B: matrix(n,m)")


def positive_definite():
    axes = (dimension("n"), dimension("n"))
    return {**SQUARE, "A": Declaration("A", "matrix", axes, frozenset({"posdef"}))}


def agree(texts, variables, arrays):
    """The program gives what the reference evaluation gives."""
    names = list(texts)
    first, *others = names
    found = program(texts[first], variables, **{name: texts[name] for name in others})
    result = found(**arrays)
    for place, name in enumerate(names):
        expected = evaluate(read(texts[name], variables).tree, arrays, SIZES)
        np.testing.assert_allclose(result[place], expected, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize(
    ("texts", "count"),
    [
        ({"a": "X*w", "b": "w'*X'"}, 1),
        ({"a": "X'*(X*w)", "b": "norm2(X*w)^2"}, 3),
        ({"a": "diag(A*B*B')", "b": "A*B"}, 1),
        ({"a": "A'*(A*B)*B'", "b": "B'*A'"}, 3),
    ],
)
def test_products_are_found_again(texts, count):
    """Whatever the names and the order of their axes, and also where they are then summed."""
    variables = {**REGRESSION, **SQUARE}
    made = operations(planned(texts, variables))
    assert made["matmul"] + made["gram"] == count
    used = {name: declared for name, declared in variables.items() if name in "XwAB"}
    agree(texts, used, drawn(used))


def test_the_gradient_by_a_bias_is_a_sum_over_the_gradient_by_its_layer():
    variables = declared("X: matrix(N,d); A: matrix(d,k); B: matrix(k,m); R: matrix(N,m)")
    layer = "X'*((ones(N,k) - tanh(X*A).^2).*(R*B'))"
    bias = "diag(B*R'*(ones(N,k) - tanh(X*A).^2))"
    made = operations(planned({"bias": bias, "layer": layer}, variables))
    assert made["matmul"] == 3
    agree({"bias": bias, "layer": layer}, variables, drawn(variables))


def test_a_product_with_a_hessian_uses_the_hessian():
    found = planned({"product": "X'*(X*v)", "hessian": "X'*X"}, REGRESSION)
    assert operations(found)["gram"] == 1
    assert operations(found)["matmul"] == 1


def test_differences_are_shared_up_to_sign_and_transposition():
    texts = {"a": "norm2(A - B*B')^2", "b": "(B*B' - A)*c", "d": "(A' - B*B')*b"}
    assert operations(planned(texts, SQUARE))["add"] == 1
    agree(texts, SQUARE, drawn(SQUARE))


FACTORISED = [
    # texts, of a positive definite matrix or any, the operations that must occur
    ({"a": "logdet(A)", "b": "inv(A)"}, {"cholesky", "cholesky_logdet", "cholesky_inverse"},
     {"lu", "lu_logdet", "lu_inverse"}),
    ({"a": "b'*inv(A)*b + logdet(A)"}, {"cholesky", "cholesky_solve"}, {"lu", "lu_solve"}),
    ({"a": "inv(A)*b", "b": "inv(A)*B"}, {"cholesky", "cholesky_solve"}, {"lu", "lu_solve"}),
    ({"a": "inv(A)*b", "b": "inv(A)'*c"}, {"cholesky"}, {"lu", "lu_solve", "lu_solve_transposed"}),
    ({"a": "det(A)", "b": "inv(A)"}, {"lu_det", "lu_inverse"}, {"lu_det", "lu_inverse"}),
    ({"a": "inv(A)", "b": "inv(A)*b"}, {"inverse", "matmul"}, {"inverse", "matmul"}),
    ({"a": "inv(A)", "b": "inv(A)'*c", "d": "inv(A')"}, {"inverse"}, {"inverse", "matmul"}),
    ({"a": "inv(A)*b"}, {"solve"}, {"solve"}),
    ({"a": "logdet(A')", "b": "inv(A')*B"}, {"cholesky"}, {"lu_logdet", "lu_solve_transposed"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "definite", "other"), FACTORISED, ids=[str(f[0]) for f in FACTORISED]
)
def test_one_factorisation(texts, definite, other):
    for variables, expected in ((positive_definite(), definite), (SQUARE, other)):
        used = {name: variables[name] for name in "AbcB" if name in " ".join(texts.values())}
        made = operations(planned(texts, used))
        assert expected <= set(made)
        assert made["cholesky"] + made["lu"] + made["inverse"] + made["solve"] == 1
        arrays = drawn(used)
        arrays["A"] = arrays["A"] @ arrays["A"].T + np.eye(2)
        if variables is SQUARE:
            arrays["A"] = arrays["A"] + np.triu(np.ones((2, 2)), 1)
        agree(texts, used, arrays)


def test_positive_definite_by_construction():
    """X'X + λI with λ > 0 needs no declaration."""
    variables = declared("X: matrix(N,d); y: vector(d); s: scalar; t: scalar")
    variables["s"] = Declaration("s", "scalar", (), frozenset({"positive"}))
    text = "y'*inv(X'*X + {0}*eye(d))*y + logdet(X'*X + {0}*eye(d))"
    assert "cholesky" in operations(planned({"a": text.format("s")}, variables))
    assert "lu" in operations(planned({"a": text.format("t")}, variables))
    assert "eye" not in operations(planned({"a": text.format("s")}, variables))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("X'*X", {"gram"}),
        ("X*X'", {"gram"}),
        ("X'*diag(exp(y))*X", {"gram", "sqrt"}),
        ("X'*diag(y)*X", {"weighted_gram"}),
        ("X*diag(v)*X'", {"weighted_gram"}),
        ("X'*diag(y.^2 .* sigmoid(y))*X", {"gram", "sqrt"}),
        ("X'*diag(sigmoid(y) - sigmoid(-y))*X", {"weighted_gram"}),
    ],
)
def test_symmetric_products_by_half_the_work(text, expected):
    made = operations(planned({"value": text}, REGRESSION))
    assert expected <= set(made)
    assert "matmul" not in made
    used = {name: REGRESSION[name] for name in "Xyv" if name in text}
    agree({"value": text}, used, drawn(used))


@pytest.mark.parametrize(
    ("text", "operation"),
    [
        ("A + 2*eye(n)", "add_diagonal"),
        ("diag(b) - b*b'", "add_diagonal"),
        ("A*B*B' - diag(c.*b)", "add_diagonal"),
        ("diag(b) + diag(c)", "diagonal_matrix"),
        ("array(i, j, q, r, eye(n)[i,q]*(B'*B)[j,r])", "block_diagonal"),
        ("array(i, j, q, r, eye(n)[i,q]*eye(m)[j,r])", "block_diagonal"),
        ("array(i, j, q, r, eye(n)[i,q]*(B'*B)[j,r] + B[i,j]*B[q,r])", "add_diagonal"),
        ("array(j, r, sum(q, b[q]*(A[q,j]*eye(n)[j,r] - A[q,j]*A[q,r])))", "add_diagonal"),
    ],
)
def test_diagonals_are_written_where_they_are(text, operation):
    made = operations(planned({"value": text}, SQUARE))
    assert operation in made
    assert not {"eye", "einsum"} & set(made)
    agree({"value": text}, SQUARE, drawn(SQUARE))


def test_an_array_of_ones_own_is_updated_in_place():
    found = planned({"a": "A*A + eye(n)"}, SQUARE)
    assert found.steps[-1].parameters[-1] == "own"
    shared = planned({"a": "A*A + eye(n)", "b": "A*A"}, SQUARE)
    assert not any("own" in step.parameters for step in shared.steps)
    argument = planned({"a": "A + eye(n)"}, SQUARE)
    assert not any("own" in step.parameters for step in argument.steps)


@pytest.mark.parametrize(
    ("sizes", "first"),
    [({"N": 1000, "d": 10}, ("d", "d")), ({"N": 10, "d": 1000}, ("N", "m"))],
)
def test_the_order_of_products_depends_on_the_sizes(sizes, first):
    variables = declared("X: matrix(N,d); Z: matrix(d,m)")
    found = planned({"value": "X'*(X*Z)"}, variables, {**sizes, "m": 500})
    made = [step for step in found.steps if step.operation in ("matmul", "gram")]
    assert tuple(str(axis) for axis in made[0].axes) == first


def test_many_weighted_products_one_after_the_other():
    """Where x_na x_nb w_njr over all n at once would be large; the numbers are the same."""
    variables = declared("X: matrix(N,d); P: matrix(N,k)")
    text = "array(i, j, q, r, sum(l, X[l,i]*X[l,q]*P[l,j]*P[l,r]))"
    tree = read(text, variables).tree
    large = {"N": 1000, "d": 100, "k": 10}
    assert "weighted_grams" in operations(planned({"a": text}, variables, large))
    assert "weighted_grams" not in operations(planned({"a": text}, variables, SIZES))
    namespace = {}
    exec(source(NUMPY, "f", {"a": tree}, variables, {}, large), namespace)  # our own text
    arrays = drawn(variables)
    np.testing.assert_allclose(namespace["f"](**arrays), evaluate(tree, arrays, SIZES))
