"""Written trees read back equal, keep their parentheses, and look as people write them."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradproof.notation.infer import read
from gradproof.notation.parser import parse_text
from gradproof.notation.precedence import STRENGTH, Strength
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
    fold,
    rebuild,
    walk,
)
from gradproof.notation.write_latex import latex
from gradproof.notation.write_mathml import mathml
from gradproof.notation.write_text import short, text
from gradproof.notation.write_unicode import unicode

CASES = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "conformance" / "public.jsonl")
    .read_text()
    .splitlines()
]
SOURCES = sorted({c[field] for c in CASES for field in ("text", "closed_form_text") if c[field]})


def settled(tree: Tree) -> Tree:
    """`tree` with numbers worked out and minus signs at the first factor of a product."""
    return fold(tree, _settled_node)


def _settled_node(node: Tree, parts: tuple[Tree, ...]) -> Tree:
    match node, parts:
        case Negation(), (operand,):
            return _signed(operand)
        case Binary("/"), (Literal(above), Literal(below)) if below:
            return Literal(above / below)
        case _:
            return rebuild(node, parts)


def _signed(tree: Tree) -> Tree:
    match tree:
        case Literal(value):
            return Literal(-value)
        case Binary(operator, left, right) if STRENGTH[operator] is Strength.PRODUCT:
            return _settled_node(tree, (_signed(left), right))
        case _:
            return Negation(tree)


numbers = st.one_of(st.integers(-3, 12).map(Fraction), st.fractions(-2, 2, max_denominator=7)).map(
    Literal
)
names = st.sampled_from(["X", "w", "y", "A", "n", "alpha", "cov", "x1", "x_2", "T", "I"]).map(Name)


def grown(smaller: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    functions = st.sampled_from(["exp", "inv", "norm2", "tr", "sum", "logdet", "softmax"])
    return st.one_of(
        st.builds(Binary, st.sampled_from(list(STRENGTH)), smaller, smaller),
        st.builds(Negation, smaller),
        st.builds(Transpose, smaller),
        st.builds(lambda name, part: Call(name, (part,)), functions, smaller),
        st.builds(lambda one, other: Call("kron", (one, other)), smaller, smaller),
        st.builds(lambda base, index: Selection(base, (index,)), smaller, names),
        st.builds(lambda base, i, j: Selection(base, (i, j)), smaller, names, names),
        st.builds(lambda body: Binder("sum", ("i",), body), smaller),
        st.builds(lambda body: Binder("array", ("i", "j"), body), smaller),
    )


trees = st.recursive(st.one_of(numbers, names, st.just(Call("eye", ()))), grown, max_leaves=12)


@given(trees)
@settings(max_examples=1000)
def test_random_trees_read_back_equal(tree: Tree) -> None:
    assert settled(parse_text(text(tree))) == settled(tree)


@given(trees)
@settings(max_examples=300)
def test_every_notation_writes_every_tree(tree: Tree) -> None:
    assert balanced(unicode(tree), "()[]⟨⟩")
    assert balanced(re.sub(r"\\left\\l|\\right\\r", r"\\l", latex(tree)), "()[]{}")
    assert latex(tree).count(r"\left") == latex(tree).count(r"\right")
    ElementTree.fromstring(mathml(tree))


def balanced(written: str, brackets: str) -> bool:
    closing = dict(zip(brackets[1::2], brackets[::2], strict=True))
    opened: list[str] = []
    for character in written:
        if character in brackets[::2]:
            opened.append(character)
        elif character in closing and (not opened or opened.pop() != closing[character]):
            return False
    return not opened


@pytest.mark.parametrize("source", SOURCES)
def test_published_formulas_read_back_equal(source: str) -> None:
    tree = parse_text(source)
    assert settled(parse_text(text(tree))) == settled(tree)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_shapes_change_parentheses_but_not_the_tree(case: dict[str, str]) -> None:
    tree = read(case["text"]).tree
    assert settled(parse_text(text(tree))) == settled(tree)


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("a-(b-c)", "a - (b - c)"),
        ("(a-b)-c", "a - b - c"),
        ("a-(b+c)+d", "a - (b + c) + d"),
        ("a/(b*c)", "a/(b*c)"),
        ("a*(b/c)", "a*(b/c)"),
        ("(a*b)/c", "a*b/c"),
        ("(-a)^2", "(-a)^2"),
        ("-a^2", "-a^2"),
        ("-(a^2)", "-a^2"),
        ("(a^b)^c", "(a^b)^c"),
        ("a^(b^c)", "a^(b^c)"),
        ("a^b^c", "a^(b^c)"),
        ("(A*B)'", "(A*B)'"),
        ("A'*B'", "A'*B'"),
        ("A''", "A''"),
        ("(X^2)'", "(X^2)'"),
        ("X'^2", "X'^2"),
        ("(A')^2", "A'^2"),
        ("a.*(b*c)", "a.*(b*c)"),
        ("exp(x)'", "exp(x)'"),
        ("x^(1/2)", "x^(1/2)"),
        ("0.5*x", "1/2*x"),
        ("2*(1/3)", "2*(1/3)"),
        ("x^-2", "x^(-2)"),
        ("2 .*x", "2 .* x"),
        ("w.^2.*e", "w.^2 .* e"),
        ("1 ./x", "1 ./ x"),
        ("x1.*y", "x1.*y"),
        ("A + -B", "A + (-B)"),
        ("A - B", "A - B"),
        ("a*-b", "a*(-b)"),
        ("-X'*y", "-X'*y"),
        ("-(X'*y)", "-X'*y"),
        ("-(a+b)", "-(a + b)"),
        ("--a", "-(-a)"),
        ("a + -b*c", "a + (-b*c)"),
        ("2*X'*(X*w-y)", "2*X'*(X*w - y)"),
        ("X[i,j]*U[w]'", "X[i, j]*U[w]'"),
        ("(A*B)[i]", "(A*B)[i]"),
        ("W[c[ i ]]'", "W[c[i]]'"),
        ("(A*B)[i,c[i,j]]", "(A*B)[i, c[i, j]]"),
        ("W'[c[e[i]]]", "W'[c[e[i]]]"),
        ("sum(j, x[j]^2)", "sum(j, x[j]^2)"),
        ("array(i,j, x[i]*y[j])", "array(i, j, x[i]*y[j])"),
        ("eye + A", "eye() + A"),
    ],
)
def test_text(source: str, written: str) -> None:
    assert text(parse_text(source)) == written


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("(x'*A*x)*x", "(x'*A*x)*x"),
        ("(a.*b)*c'", "(a.*b)*c'"),
        ("(X*w).*y", "(X*w).*y"),
        ("2*x.*y", "2*x.*y"),
        ("x'*y/(x'*x)", "x'*y/(x'*x)"),
    ],
)
def test_parentheses_for_people_need_shapes(source: str, written: str) -> None:
    assert text(read(source).tree) == written


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("2*X'*(X*w-y)", "2Xᵀ(Xw − y)"),
        ("2/N*X'*(X*w-y)", "2/N Xᵀ(Xw − y)"),
        ("1/2*norm2(X*w - y)^2", "½‖Xw − y‖²"),
        ("norm2(X)", "‖X‖"),
        ("inv(X)*b", "X⁻¹b"),
        ("X^(-1)*b", "X⁻¹b"),
        ("inv(X)'*C*inv(X')", "X⁻ᵀCX⁻ᵀ"),
        ("inv(X'*X)'", "(XᵀX)⁻ᵀ"),
        ("pinv(X)", "X⁺"),
        ("(-X)'", "(−X)ᵀ"),
        ("inv(-X')", "(−Xᵀ)⁻¹"),
        ("(X*Y)'", "(XY)ᵀ"),
        ("(X^2)'", "(X²)ᵀ"),
        ("x.*y", "x ⊙ y"),
        ("x./y", "x ⊘ y"),
        ("tr(A).*x", "tr(A) x"),
        ("(x.*y)'*z", "(x ⊙ y)ᵀz"),
        ("x.*(A*y)", "x ⊙ (Ay)"),
        ("(x./y)./z", "(x ⊘ y) ⊘ z"),
        ("(A.*B)*x", "(A ⊙ B)x"),
        ("sigmoid(-y.*(X*w))", "σ(−y ⊙ (Xw))"),
        ("tr(A*X)*X", "tr(AX) X"),
        ("logdet(X)", "log det(X)"),
        ("abs(det(X))", "|det(X)|"),
        ("eye(n) - x*x'", "I − xxᵀ"),
        ("X - ones(n)*ones(n)'*X", "X − 𝟏𝟏ᵀX"),
        ("X - ones(n,n)*X", "X − 𝟏𝟏ᵀX"),
        ("lambda*alpha_1", "λα₁"),
        ("x^10", "x¹⁰"),
        ("x^(-2)", "x⁻²"),
        ("x^n*y'*y", "x^n·yᵀy"),
        ("x^(n+1)", "x^(n + 1)"),
        ("X.^2", "X^⊙2"),
        ("sqrt(2*pi)*x", "√(2π)·x"),
        ("sqrt(a)*x", "√a·x"),
        ("kron(A,B)*vec(X)", "(A ⊗ B) vec(X)"),
        ("inner(a*x,y)", "⟨ax, y⟩"),
        ("outer(x,y)*z", "xyᵀz"),
        ("sum(j, V[j]*x[j])", "Σⱼ Vⱼxⱼ"),
        ("2*sum(j, x[j])", "2 Σⱼ xⱼ"),
        ("sum(j, x[j])*2", "(Σⱼ xⱼ)·2"),
        ("sum(j, x[j] + y[j])", "Σⱼ (xⱼ + yⱼ)"),
        ("cov*x", "cov·x"),
        ("tr(cov)*x'*cov*x", "tr(cov) xᵀ·cov·x"),
        ("a*exp(b)", "a exp(b)"),
        ("t*r*(a+b)", "t·r(a + b)"),
        ("sigma*(a+b)", "σ·(a + b)"),
        ("a-(b-c)", "a − (b − c)"),
        ("a*(b/c)", "a(b/c)"),
        ("a/(b*c)", "a/(bc)"),
        ("a*2", "a·2"),
        ("X*(2*w)", "X(2w)"),
        ("2*(X*w)", "2Xw"),
        ("(x'*A*x)*x", "(xᵀAx)x"),
        ("x*(x'*y)", "x(xᵀy)"),
        ("-(X*w)", "−Xw"),
        ("I*eye(n) + X", "I·eye + X"),
        ("norm2(x)*norm2(y)", "‖x‖ ‖y‖"),
        ("norm1(X)", "‖vec(X)‖₁"),
        ("x1 + x_1", "x1 + x_1"),
        ("vector(1) - x", "𝟏 − x"),
        ("vector(2) - x", "2𝟏 − x"),
        ("array(i,j, x[i]*y[j])", "[xᵢyⱼ]ᵢⱼ"),
    ],
)
def test_unicode(source: str, shown: str) -> None:
    assert unicode(read(source).tree) == shown


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("2/N*X'*(X*w-y)", r"\frac{2}{N} X^\top (Xw - y)"),
        ("-1/2*x'*A*x", r"-\frac{1}{2} x^\top Ax"),
        ("inv(X)'", r"X^{-\top}"),
        ("inv(X)", "X^{-1}"),
        ("x.*y", r"x \odot y"),
        ("x./y", r"x \oslash y"),
        ("kron(A,B)", r"A \otimes B"),
        ("norm2(X*w-y)^2", r"\lVert Xw - y \rVert_2^2"),
        ("norm2(A*X*B)^2", r"\lVert AXB \rVert_F^2"),
        ("tr(X)", r"\operatorname{tr}(X)"),
        ("logdet(X)", r"\log\det(X)"),
        ("sigmoid(x)", r"\sigma(x)"),
        ("softmax(x/t)", r"\operatorname{softmax}\left( \frac{x}{t} \right)"),
        ("sum(j, x[j])", r"\sum_{j} x_{j}"),
        ("x_1 + x2*cov", r"x_{1} + x_{2} \, \mathrm{cov}"),
        ("W_in*alpha", r"W_{\mathrm{in}} \alpha"),
        ("alpha*x", r"\alpha x"),
        ("ones(n)'*x", r"\mathbf{1}_n^\top x"),
        ("eye(n)*x", "I_n x"),
        ("eye(m*n) + A", "I_{mn} + A"),
        ("ones(m,n)*x", r"\mathbf{1}_m \mathbf{1}_n^\top x"),
        ("x + vector(1)", r"x + \mathbf{1}"),
        ("x.^2", r"x^{\odot 2}"),
        ("a^(1/2)", "a^{1/2}"),
        ("sqrt(a)", r"\sqrt{a}"),
        ("(a/b)^2", r"\left( \frac{a}{b} \right)^2"),
        ("frechet_expm(A, B)", r"\operatorname{frechet\_expm}(A, B)"),
    ],
)
def test_latex(source: str, written: str) -> None:
    assert latex(read(source).tree) == written


def test_the_exponent_t_does_not_look_like_a_transpose() -> None:
    tree = parse_text("a^T")
    assert unicode(tree) == "a^(T)"
    assert latex(tree) == "a^{(T)}"


def test_tex_gets_one_subscript_at_a_time() -> None:
    assert latex(Selection(Name("x_1"), (Name("j"),))) == "{x_{1}}_{j}"


def test_mathml_has_the_same_structure() -> None:
    root = ElementTree.fromstring(mathml(read("inv(X)'*w/(1 + x1)").tree))
    tags = [element.tag.rpartition("}")[2] for element in root.iter()]
    assert tags.count("mfrac") == 1
    assert tags.count("msup") == 1
    assert tags.count("msub") == 1
    assert "".join(root.itertext()) == "X−⊤\u2062w1+x1"


def test_short_cuts_long_texts() -> None:
    long = parse_text("+".join(["X*w"] * 30))
    assert len(short(long)) <= 40
    assert short(long).endswith("…")
    assert short(parse_text("X*w")) == "X*w"


def test_long_sums_are_written_without_recursion() -> None:
    tree: Tree = Name("x")
    for _ in range(3000):
        tree = Binary("+", tree, Name("y"))
    assert text(tree).count("+") == 3000
    assert unicode(tree).count("+") == 3000
    assert latex(tree).count("+") == 3000
    assert sum(1 for _ in walk(parse_text(text(tree)))) == 6001
