"""Texts become trees, and declarations what they say: precedence, spellings, numbers, places."""

from __future__ import annotations

from fractions import Fraction

import pytest

from gradproof.core.declaration import Declaration, closure
from gradproof.core.dimension import dimension
from gradproof.notation.declare import declare, parse_declaration
from gradproof.notation.lexer import GREEK
from gradproof.notation.parser import parse_text
from gradproof.notation.tree import (
    Binary,
    Binder,
    Call,
    Literal,
    Name,
    Negation,
    Selection,
    Transpose,
    Tree,
    walk,
)
from gradproof.notation.vocabulary import FUNCTIONS, MISNOMERS


def bracketed(tree: Tree) -> str:
    """The tree with every operation in brackets."""
    match tree:
        case Literal(value):
            return str(value)
        case Name(name):
            return name
        case Negation(operand):
            return f"(-{bracketed(operand)})"
        case Transpose(operand):
            return f"({bracketed(operand)}')"
        case Binary(operator, left, right):
            return f"({bracketed(left)} {operator} {bracketed(right)})"
        case Call(function, arguments):
            return f"{function}({', '.join(map(bracketed, arguments))})"
        case Selection(base, indices):
            return f"({bracketed(base)}[{', '.join(map(bracketed, indices))}])"
        case Binder(function, indices, body):
            return f"{function}({', '.join(indices)}: {bracketed(body)})"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + b*c", "(a + (b * c))"),
        ("a - b - c", "((a - b) - c)"),
        ("a/b*c", "((a / b) * c)"),
        ("a.*b*c./d", "(((a .* b) * c) ./ d)"),
        ("-x^2", "(-(x ^ 2))"),
        ("-a*b", "((-a) * b)"),
        ("a*-b", "(a * (-b))"),
        ("a - -b", "(a - (-b))"),
        ("+a + +b", "(a + b)"),
        ("2^-3^2", "(2 ^ (-(3 ^ 2)))"),
        ("a^b^c", "(a ^ (b ^ c))"),
        ("x.^2'.^y".replace("'", ""), "(x .^ (2 .^ y))"),
        ("2^-3*x", "((2 ^ (-3)) * x)"),
        ("A*B'", "(A * (B'))"),
        ("A'^2", "((A') ^ 2)"),
        ("(A*B)'", "((A * B)')"),
        ("x''", "((x')')"),
        ("V[j]'*W*u", "((((V[j])') * W) * u)"),
        ("(U*W)[i, j]^2", "(((U * W)[i, j]) ^ 2)"),
        ("-V[j]'*u", "((-((V[j])')) * u)"),
        ("exp(x)' * y", "((exp(x)') * y)"),
        ("kron(A, B)", "kron(A, B)"),
        ("eye + eye() + eye(n)", "((eye() + eye()) + eye(n))"),
        ("sum(x)", "sum(x)"),
        ("sum(j, x[j])", "sum(j: (x[j]))"),
        ("sum(i, j, A[i,j]*x[i])", "sum(i, j: ((A[i, j]) * (x[i])))"),
        ("array(i, j, x[i])", "array(i, j: (x[i]))"),
        (
            "trace(A) + asin(x) + acos(x) + atan(x)",
            "(((tr(A) + arcsin(x)) + arccos(x)) + arctan(x))",
        ),
        ("((x))", "x"),
        ("  x\n\t+ y ", "(x + y)"),
    ],
)
def test_precedence(text, expected):
    assert bracketed(parse_text(text)) == expected


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("λ*σ(x)", "lambda*sigmoid(x)"),
        ("σ^2 + Σ", "sigma^2 + Sigma"),
        ("μ_1 + α", "mu_1 + alpha"),
        ("x₁ + 𝐱", "x1 + x"),
        ("A·B − C", "A*B - C"),
        ("a⊙b ⊘ c", "a.*b ./ c"),
        ("Xᵀ*w", "X'*w"),
        ("X^⊤*w + X⊤*w", "X'*w + X'*w"),
        ("X.T @ w", "X'*w"),
        ("A.'*w’*v′", "A'*w'*v'"),
        ("x² + y³", "x^2 + y^3"),
        ("X²ᵀ", "(X^2)'"),
        ("-x²", "-(x^2)"),
        ("X⁻¹*y", "X^(-1)*y"),
        ("x¹⁰", "x^10"),
        ("x**2 × y ÷ 2", "x^2 * y / 2"),
        ("2.*x + 1./y + 3.^z", "2 .* x + 1 ./ y + 3 .^ z"),
        ("π*r", "pi*r"),
    ],
)
def test_unicode_and_other_spellings(text, same):
    assert parse_text(text) == parse_text(same)


def test_every_greek_letter_has_a_name_of_its_own():
    assert len(set(GREEK.values())) == len(GREEK) - 1  # both forms of the small sigma
    assert all(name.isascii() for name in GREEK.values())


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1", Fraction(1, 10)),
        (".5", Fraction(1, 2)),
        ("2.", Fraction(2)),
        ("1e-3", Fraction(1, 1000)),
        ("2.5E2", Fraction(250)),
        ("007", Fraction(7)),
    ],
)
def test_numbers_are_exact(text, value):
    assert parse_text(text) == Literal(value)


def test_spans_cover_what_was_written():
    source = "norm2(X*w - (y + z))^2 / N"
    written = {
        type(part).__name__ + source[part.span.start : part.span.stop]
        for part in walk(parse_text(source))
    }
    assert written == {
        "Binary" + source,
        "Binarynorm2(X*w - (y + z))^2",
        "Callnorm2(X*w - (y + z))",
        "BinaryX*w - (y + z)",
        "BinaryX*w",
        "Binaryy + z",
        *("Name" + name for name in "XwyzN"),
        "Literal2",
    }


def test_nothing_is_a_function_and_an_advice_at_once():
    assert not FUNCTIONS.keys() & MISNOMERS.keys()


@pytest.mark.parametrize(
    ("text", "kind", "axes", "fact"),
    [
        ("t: scalar", "scalar", (), None),
        ("t: real", "scalar", (), None),
        ("w: vector(d)", "vector", ("d",), None),
        ("w: column(d)", "vector", ("d",), None),
        ("X: matrix(N,d)", "matrix", ("N", "d"), None),
        ("X: Matrix( N , 3 )", "matrix", ("N", "3"), None),
        ("x: vector(m*n)", "vector", ("m*n",), None),
        ("x: vector(n+1)", "vector", ("n + 1",), None),
        ("A: symmetric(n)", "matrix", ("n", "n"), "symmetric"),
        ("A: sym(n,n)", "matrix", ("n", "n"), "symmetric"),
        ("A: spd(n)", "matrix", ("n", "n"), "posdef"),
        ("A: pd(n)", "matrix", ("n", "n"), "nonsingular"),
        ("A: diag(n)", "matrix", ("n", "n"), "diagonal"),
        ("A: symmetric matrix(n,n)", "matrix", ("n", "n"), "symmetric"),
        ("A: matrix(n,n), posdef", "matrix", ("n", "n"), "posdef"),
        ("A: matrix(n,n) symmetric nonsingular", "matrix", ("n", "n"), "nonsingular"),
        ("A: matrix symmetric(n)", "matrix", ("n", "n"), "symmetric"),
        ("p: probability(k)", "vector", ("k",), "simplex"),
        ("y: onehot(k)", "vector", ("k",), "binary"),
        ("P: simplex_rows(n)", "matrix", ("n", "n"), "simplex_rows"),
        ("Y: onehot_rows(m,n)", "matrix", ("m", "n"), "simplex_rows"),
        ("a: positive", "scalar", (), "positive"),
        ("a: positive()", "scalar", (), "positive"),
        ("a: open01(n)", "vector", ("n",), "positive"),
        ("a: count(m,n)", "matrix", ("m", "n"), "count"),
        ("a: vector(n) positive", "vector", ("n",), "positive"),
        ("a: positive vector(n)", "vector", ("n",), "positive"),
        ("R: riskset(n)", "matrix", ("n", "n"), "binary"),
        ("D: squared_distances(n)", "matrix", ("n", "n"), "symmetric"),
        ("J: joint_probability(n)", "matrix", ("n", "n"), "symmetric"),
        ("λ: positive real", "scalar", (), "positive"),
    ],
)
def test_declaration(text, kind, axes, fact):
    found = parse_declaration(text)
    assert (found.kind, tuple(map(str, found.axes))) == (kind, axes)
    assert fact is None or fact in found.facts
    assert found.facts == closure(found.facts)


def test_declaration_of_an_index():
    assert parse_declaration("c: index(V)") == Declaration("c", "index", bound=dimension("V"))
    many = Declaration("c", "index", (dimension("n"),), bound=dimension("V"))
    assert declare("c", "index(n, V)") == many


def test_a_greek_name_is_declared_by_its_spelling():
    assert declare("λ", "scalar").name == "lambda"
