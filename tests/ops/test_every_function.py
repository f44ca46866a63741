"""Every function of the text language, differentiated by every argument and verified by numbers."""

from __future__ import annotations

from re import findall

import pytest

import gradproof as gp
from gradproof.notation.signatures import signature
from gradproof.notation.vocabulary import FUNCTIONS

# Losses for what a signature does not tell; X, Y … stand for the arguments.
WRITTEN = {
    "sum": "sum(X)^3",
    "derivative": "norm2(derivative(sum(x.^3), x))^2",
    "differential": "sum(differential(x.^3).*dx)",
    "diag": "sum(diag(x).^2) + sum(diag(Y).^3)",
    "array": "sum(array(i, j, x[i]^2*y[j]).^2)",
    "vector": "sum((x + vector(s)).^3)",
    "matrix": "sum((X + matrix(s)).^3)",
    "eye": "sum((Y + eye).^3)",
    "ones": "sum((x + ones(n)).^3)",
    "zeros": "sum((x + zeros(n)).^3)",
    "comm": "norm2(comm(m,n)*vec(X))^2",
    "kron": "norm2(kron(X, W))^4",
    "vec": "norm2(vec(X))^3",
    "hcat": "norm2(hcat(y, X))^2",
    "vcat": "norm2(vcat(x', X))^2",
}
DECLARED = {
    "X": "matrix(m,n)",
    "W": "matrix(p,q)",
    "Y": "matrix(p,p)",
    "x": "vector(n)",
    "y": "vector(m)",
    "s": "scalar",
}
FACTS = {
    "log": "positive ",
    "sqrt": "positive ",
    "sqrtm": "posdef ",
    "frechet_sqrtm": "posdef ",
    "arcsin": "open01 ",
    "arccos": "open01 ",
}
# By these arguments there is no derivative here, and it must be said.
REFUSED = {
    ("polar", "X"),
    ("eigvecs", "X"),
    *[(name, variable) for name in ("hcat", "vcat") for variable in "Xxy"],
    *[(f"frechet_{name}", "X") for name in ("expm", "sinm", "cosm", "sqrtm")],
}


def loss(function: str) -> tuple[str, dict[str, str]]:
    """A scalar that depends on all entries of the function's value, and what to declare."""
    entry = FUNCTIONS[function]
    if function in WRITTEN:
        text = WRITTEN[function]
        return text, {name: DECLARED[name] for name in findall(r"\b[XWYxys]\b", text)}
    shapes = signature(entry.signature)
    names = [letter for letter, _ in zip("XYZ", shapes.arguments, strict=False)]
    known = {
        name: FACTS.get(function, "") * (name == "X") + _kind(shape)
        for name, shape in zip(names, shapes.arguments, strict=True)
    }
    call = f"{function}({', '.join(names)})"
    return (f"{call}^2" if shapes.result == ("1", "1") else f"sum({call}.^3)"), known


def _kind(shape: tuple[str, str]) -> str:
    rows, columns = shape
    return f"vector({rows})" if columns == "1" else f"matrix({rows},{columns})"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_is_differentiated_by_every_argument(function):
    text, known = loss(function)
    expression = gp.parse(text, declare=known)
    assert expression.variables
    for name in expression.variables:
        if (function, name) in REFUSED:
            with pytest.raises(gp.UnsupportedError) as refusal:
                gp.derive(expression, name)
            assert refusal.value.hint
        else:
            verdict = gp.derive(expression, name).verification
            assert verdict.kind == "agrees", f"{text} by {name}: {verdict}"


def test_no_refusal_is_of_a_function_that_does_not_exist():
    assert {function for function, _ in REFUSED} <= set(FUNCTIONS)
    assert {*WRITTEN, *FACTS} <= set(FUNCTIONS)
