"""How LaTeX is read, formula by formula: the same as a text of our own language."""

from __future__ import annotations

import pytest

import gradproof as gp
from gradproof.notation.declare import declare
from gradproof.notation.evaluate import NonFinite, evaluate
from gradproof.notation.latex.known import Symbols
from gradproof.notation.latex.reader import parse_latex
from gradproof.notation.latex.resolve import understand
from gradproof.notation.parser import parse_text
from gradproof.notation.write_latex import latex
from gradproof.notation.write_mathml import mathml
from gradproof.notation.write_text import text

SAME = [
    # fractions, roots, products
    (r"\frac12 x", "1/2*x"),
    (r"\tfrac{a}{b} x", "a/b*x"),
    (r"1/\sqrt{n}", "1/sqrt(n)"),
    (r"Kq/\sqrt{n}", "K*q/sqrt(n)"),
    (r"a/2b", "a/2*b"),
    (r"\sqrt[3]{a}", "a^(1/3)"),
    (r"2Xw", "2*X*w"),
    (r"p p^\top", "p*p'"),
    (r"a \times b \cdot c", "a*b*c"),
    (r"a \odot b c", "a.*(b*c)"),
    (r"a b \oslash c", "a*b./c"),
    (r"X \otimes Y + Z", "kron(X, Y) + Z"),
    (r"-x y", "-x*y"),
    # superscripts
    (r"X^T", "X'"),
    (r"X^\top X^{\intercal} X^{\mathsf{T}} X'", "X'*X'*X'*X'"),
    (r"X^{-T}", "inv(X)'"),
    (r"X^{-\top}", "inv(X)'"),
    (r"{X^{-1}}^T", "inv(X)'"),
    (r"X^{+}", "pinv(X)"),
    (r"X^\dagger", "pinv(X)"),
    (r"x^{\odot 2}", "x.^2"),
    (r"x^{\circ 2}", "x.^2"),
    (r"A^{1/2}", "sqrtm(A)"),
    (r"A^{-1/2}", "inv(sqrtm(A))"),
    (r"X_1^2", "X_1^2"),
    (r"X^2_1", "X_1^2"),
    # norms, bars, brackets
    (r"\|x\|_2^2", "norm2(x)^2"),
    (r"\lVert X \rVert_F", "norm2(X)"),
    (r"\left\| X \right\|_2", "specnorm(X)"),
    (r"\Vert X \Vert_*", "nucnorm(X)"),
    (r"\|x\|_1", "norm1(x)"),
    (r"|a| |b|", "abs(a)*abs(b)"),
    (r"||a| - b|", "abs(abs(a) - b)"),
    (r"|A|", "det(A)"),
    (r"\log |\det W|", "logdet(W)"),
    (r"\log\det(W)", "logdet(W)"),
    (r"\ln|A|", "logdet(A)"),
    (r"\langle a, b \rangle", "inner(a, b)"),
    (r"\langle a; b \rangle_F", "inner(a, b)"),
    (r"\langle a | b \rangle", "inner(a, b)"),
    (r"\left[ x + y \right] z", "(x + y)*z"),
    (r"\{x + y\} z", "(x + y)*z"),
    (r"({\exp(x))^{2}}", "(exp(x))^2"),
    # functions
    (r"\operatorname{tr} A X + b", "tr(A*X) + b"),
    (r"\mathrm{Tr}(A) \text{tr}(B)", "tr(A)*tr(B)"),
    (r"\tr X \tr Y", "tr(X)*tr(Y)"),
    (r"\operatorname{tr} A \operatorname{diag}(x)", "tr(A*diag(x))"),
    (r"\sin x \cos y", "sin(x)*cos(y)"),
    (r"\log \sigma(a)", "log(sigmoid(a))"),
    (r"\log|a| b", "log(abs(a))*b"),
    (r"\sin^2 a", "sin(a)^2"),
    (r"2log a", "2*log(a)"),
    (r"tr(A) + exp(a)", "tr(A) + exp(a)"),
    (r"\max(0, x)", "relu(x)"),
    (r"\max(a, b)", "b + relu(a - b)"),
    (r"\operatorname{ReLU}(W x)", "relu(W*x)"),
    (r"\operatorname{softmax}(W x)", "softmax(W*x)"),
    (r"\operatorname{softmax}(X Y)", "rowsoftmax(X*Y)"),
    (r"\operatorname{LSE}(W x)", "logsumexp(W*x)"),
    (r"e^{-a}", "exp(-a)"),
    (r"e^{A} B", "expm(A)*B"),
    (r"\sigma'(a)", "sigmoid(a).*sigmoid(-a)"),
    (r"\sigma^2 \sigma(a)", "sigma^2*sigma*(a)"),
    # constants
    (r"X - I", "X - eye"),
    (r"\mathbf{1}_n^\top x", "ones(n)'*x"),
    (r"\mathbf 1^\top x", "vector(1)'*x"),
    (r"\mathbb{1}_{n}", "ones(n)"),
    (r"I_{mn}", "eye(m*n)"),
    (r"K_{mn}", "comm(m, n)"),
    (r"\delta_{ij} A_{ij}", "eye[i, j]*A[i, j]"),
    (r"2 \pi a", "2*pi*a"),
    # names
    (r"\bar x + \tilde{V}_{w} + \hat{\beta}", "x_bar + V_tilde_w + beta_hat"),
    (r"W_{\text{in}} h_0 w_{11} w_{new}", "W_in*h_0*w_11*w_new"),
    (r"\mathbf{X}\boldsymbol{\beta}", "X*beta"),
    (r"\mathcal{L} + x^{(1)} + w^*", "L + x_sup_1 + w_star"),
    # components and sums
    (r"x_i y_j", "x[i]*y[j]"),
    (r"X_{ij} + X_{i,j}", "X[i, j] + X[i, j]"),
    (r"\sum_{i=1}^{n} x_i y_i", "sum(i, x[i]*y[i])"),
    (r"\sum_i x_i + a", "sum(i, x[i]) + a"),
    (r"\sum_{i,j} X_{ij}^2", "sum(i, j, X[i, j]^2)"),
    (r"\sum_{t=1}^{T} x_t^2", "sum(t, x[t]^2)"),
    (r"\sum_{i=1}^{n} a", "n*a"),
    (r"\sum_{i=0}^{n-1} x_i", "sum(i, x[i])"),
    (r"(Wv)_j", "(W*v)[j]"),
    (r"V_{k,:} x", "V[k]'*x"),
    (r"\sum_j u^\top v_{\bar c_j}", "sum(j, u'*v_c_bar[j])"),
    (r"\sum_{i=1}^{n} \lambda_i(A)", "sum(i, eigvals(A)[i])"),
    (r"\lambda_{\max}(A)", "eigmax(A)"),
    (r"\prod_i x_i", "prod(x)"),
    # calculus
    (r"\frac{\partial a x^\top x}{\partial x}", "derivative(a*x'*x, x)"),
    (r"\frac{\partial}{\partial w} x^\top w + a", "derivative(x'*w, w) + a"),
    (r"\frac{\partial}{\partial w} - x^\top w", "derivative(-x'*w, w)"),
    (r"\frac{d}{d a} \exp(a)", "derivative(exp(a), a)"),
    (r"\frac{\partial^2 f}{\partial x \partial x^\top}", "derivative(derivative(f, x), x')"),
    (r"\nabla_w \frac12 \|w\|^2", "derivative(1/2*norm2(w)^2, w)"),
    (r"\nabla_w (w^\top w) a", "derivative(w'*w, w)*a"),
    (r"d(XY)Z", "differential(X*Y)*Z"),
    (r"dX Y", "differential(X)*Y"),
    (r"\mathrm{d}X^\top", "differential(X')"),
    (r"d\langle X, Y\rangle", "differential(inner(X, Y))"),
    (r"\sqrt{d} d x", "sqrt(d)*d*x"),
    (r"k(X + Y) + h(X + Y) + h", "k*(X + Y) + h*(X + Y) + h"),
    # numbered entries, lists, dots between columns
    (r"w'_{11} w_{11}'", "w_prime_11*w_11'"),
    (r"w^\prime_{1} x'_i", "w_prime_1*x_prime[i]"),
    (r"(a, 2b)^T", "hcat(a, 2*b)'"),
    (r"X \cdot x + 2 \cdot y \cdot a", "X*x + 2*y*a"),
    (r"w \cdot x + b", "inner(w, x) + b"),
    (r"(x + y)^\top \cdot (x - y)", "(x + y)'*(x - y)"),
    (r"e^{A + tW}", "expm(A + t*W)"),
    (r"\partial(X^{+}) + X \partial Y", "differential(pinv(X)) + X*differential(Y)"),
    (r"\partial f / \partial x + \partial_x f", "derivative(f, x) + derivative(f, x)"),
    # primes and stars that belong to names
    (r"\exp(-\|x - x'\|^2)", "exp(-norm2(x - x_prime)^2)"),
    (r"v_{w_o}'^\top v + x'y", "v_w_o_prime'*v + x'*y"),
    (r"X_{*} + \bar f_* + Y_{i,*}^\top", "X_star + f_bar_star + Y[i]''"),
    (r"Q W_i^Q", "Q*W_sup_Q[i]"),
    # labels of layers and steps in time
    (r"W^{l+1} a^l + \delta^l_j", "W_sup_l_plus_1*a_sup_l + delta_sup_l[j]"),
    (r"W^{[1]} x", "W_sup_1*x"),
    (r"H_k P_{k|k-1} + x_j", "H_k*P_kk_minus_1 + x[j]"),
    # entries in brackets
    (r"(a_{ij} + b_{ij})_{ij}", "array(i, j, a[i, j] + b[i, j])"),
    (r"\left( \frac{\partial s}{\partial x_i} \right)_{i=1}^n", "array(i, derivative(s, x[i]))"),
    # dots
    (r"b + a_1 + a_2 + \cdots + a_n + c", "b + sum(i, a[i]) + c"),
    (r"x_1 y_1 + \dots + x_m y_m - a", "sum(i, x[i]*y[i]) - a"),
    (
        r"\frac{\partial g}{\partial x_1} dx_1 + \dots + \frac{\partial g}{\partial x_n} dx_n",
        "sum(i, derivative(g, x[i])*differential(x[i]))",
    ),
    # powers after d, superscripts in parentheses, what shows nothing
    (
        r"d\|x\|^2 + d\langle x, y \rangle^2",
        "differential(norm2(x)^2) + differential(inner(x, y)^2)",
    ),
    (r"x^{(t)\top} w^\ast", "x_sup_t'*w_star"),
    (r"\sum_{t=1}^n (x^{(t)\top} w - y^{(t)})^2", "sum(t, (x[t]'*w - y[t])^2)"),
    (r"\sum_{t=1}^n x^{(t)}_j", "sum(t, x[t, j])"),
    (r"\mathopen{}\bigl( x + \smash[b]{y} \bigr)\mathclose{} z", "(x + y)*z"),
    (
        r"\left[\begin{array}{c|c} a & b \\ \hline c & x \end{array}\right]",
        "vcat(hcat(a, b), hcat(c, x))",
    ),
    # matrices
    (r"\begin{bmatrix} A & B \\ C & X \end{bmatrix} y", "vcat(hcat(A, B), hcat(C, X))*y"),
    (r"\begin{pmatrix} a \\ \frac{1}{b} \\ \end{pmatrix}^\top", "vcat(a, 1/b)'"),
    # layout
    (r"\begin{aligned} x &+ y \\ &+ z \end{aligned}", "x + y + z"),
    (r"\underbrace{x + y}_{r} \, z \label{a}", "x + y*z"),
    (r"\boxed{x} \qquad \tag{1}", "x"),
    (r"\newcommand{\norm}[1]{\|#1\|} \norm{x}^2", "norm2(x)^2"),
    (r"\DeclareMathOperator{\trace}{tr} \trace(A)", "tr(A)"),
    (r"\def\R#1{#1^\top} \R{x} y", "x'*y"),
]


@pytest.mark.parametrize(("latex", "plain"), SAME, ids=[latex for latex, _ in SAME])
def test_means_the_same(latex, plain):
    known = {name: gp.matrix(name, "n", "n").variables[name] for name in "AW"}
    tree = understand(parse_latex(latex), known, latex).tree if _needs(latex) else None
    read = tree if tree is not None else parse_latex(latex)
    assert text(read) == text(parse_text(plain))


def _needs(latex):
    marks = ("|", "norm", "softmax", "LSE", "e^", "^{-", "1/2}", "cdot", "(a, 2b")
    return any(mark in latex for mark in marks)


def test_declarations_keyed_by_latex_and_families():
    source = r"\sum_{i=1}^{N} (y_i - x_i^\top w)^2 + w^\top \Sigma w"
    known = {r"\Sigma": "posdef(d)", "X": "matrix(N,d)", "x": "rows(X)"}
    assert gp.parse(source, notation="latex", declare=known).text == (
        "sum(i, (y[i] - X[i]'*w)^2) + w'*Sigma*w"
    )


def test_rows_of_a_declared_matrix_need_no_declaration():
    source = r"\sum_i x_i^\top w"
    assert gp.parse(source, notation="latex", declare={"X": "matrix(N,d)"}).text == (
        "sum(i, X[i]'*w)"
    )


def test_declared_letters_lose_their_meaning():
    source = r"I e \sigma(x) d x"
    known = dict.fromkeys(("I", "e", r"\sigma", "d", "x"), "scalar")
    assert gp.parse(source, notation="latex", declare=known).text == "I*e*sigma*x*d*x"


def test_a_sum_over_a_free_index_ends_with_its_parenthesis():
    read = parse_latex(r"X_i \sum_{i=1}^{N} (X_i Y_i) X_i")
    assert text(read) == "X[i]*sum(i, X[i]*Y[i])*X[i]"


def test_functions_of_the_author():
    symbols = Symbols(functions={"L": ("w",), "J": ("U", "V")})
    for written, plain in (
        (r"\nabla L(w)", "derivative(L(w), w)"),
        (r"\nabla L", "derivative(L, w)"),
        (r"dL(w)", "differential(L(w))"),
        (
            r"\frac{\partial J_{w,\dots}(U,V)}{\partial v_{\bar c_j}}",
            "derivative(J(U, V), v_c_bar[j])",
        ),
    ):
        assert text(parse_latex(written, symbols)) == plain


def test_undefined_functions_are_named():
    symbols = Symbols(functions={"L": ("w",)})
    with pytest.raises(gp.GradproofError, match="L is not defined"):
        understand(parse_latex("L(w)", symbols), {}, "L(w)")


UNKNOWN = [
    (r"\nabla f(x)", "derivative(f(x), x)"),
    (r"f'(x) dx", "derivative(f(x), x)*differential(x)"),
    (r"f(x + h) - f(x) + g(a, b)", "f(x + h) - f(x) + g(a, b)"),
    (r"df - f(x + h)", "differential(f) - f(x + h)"),
    (r"\nabla q_1(w)", "derivative(q_1(w), w)"),
    (r"f(x + h) + f", "f*(x + h) + f"),
    (r"h_\theta(x^{(1)})", "h_theta(x_sup_1)"),
    (r"(dX) Y + X(dY)", "differential(X)*Y + X*differential(Y)"),
    (r"a(b + c)", "a*(b + c)"),
    (r"X'(Xw - y)", "X'*(X*w - y)"),
]


@pytest.mark.parametrize(("latex", "read"), UNKNOWN, ids=[latex for latex, _ in UNKNOWN])
def test_functions_that_nobody_defined(latex, read):
    assert text(parse_latex(latex)) == read


NUMBERED = [
    (r"x_1 + \bar x_1", "x[0] + x_bar_1"),
    (r"\sum_{k=1}^{3} x_k w'_{k2}", "sum(k, x[k]*w_prime[k, 1])"),
    (r"\sum_{k=1}^{3} w_{2,k}", "sum(k, w[1, k])"),
    (r"s_2^\top v", "X[1]'*v"),
    (r"x_0 + z_1", "x_0 + z_1"),
]


@pytest.mark.parametrize(("latex", "read"), NUMBERED, ids=[latex for latex, _ in NUMBERED])
def test_components_by_number(latex, read):
    known = Symbols({"x": declare("x", "vector(3)")}, rows={"s": "X"})
    assert text(parse_latex(latex, known)) == read


def test_components_by_number_have_values():
    source = r"\frac{\partial x^\top x}{\partial x_2} + x_3"
    known = {"x": declare("x", "vector(n)")}
    tree = understand(parse_latex(source, Symbols(known)), known).tree
    assert evaluate(tree, {"x": [1.0, 2.0, 3.0]}, {"n": 3}) == pytest.approx(7.0)
    with pytest.raises(NonFinite):
        evaluate(tree, {"x": [1.0, 2.0]}, {"n": 2})
    assert latex(tree).endswith("x_{3}")


SIZED = [
    (r"\frac{1}{d} d\omega", "1/d*differential(omega)"),
    (r"d(X\omega - y)", "differential(X*omega - y)"),
    (r"d\|X\omega\|^2 + d \cdot a", "differential(norm2(X*omega)^2) + d*a"),
    (r"d(d + 1)/2 + N d", "d*(d + 1)/2 + N*d"),
]


@pytest.mark.parametrize(("written", "read"), SIZED, ids=[latex for latex, _ in SIZED])
def test_d_beside_a_size_of_this_name(written, read):
    known = {"X": declare("X", "matrix(N,d)")}
    symbols = Symbols(known, dimensions=frozenset({"N", "d"}))
    assert text(understand(parse_latex(written, symbols), known).tree) == read


@pytest.mark.parametrize("written", ["w'_{11}", "w_{11}'", r"\bar{c}_{1}", r"\delta'_{2}"])
def test_names_are_written_as_they_were_read(written):
    tree = parse_latex(written)
    assert parse_latex(latex(tree)) == tree
    assert "prime" not in latex(tree)
    assert "prime" not in mathml(tree)


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"p \odot (1 - p)", "p.*(vector(1) - p)"),
        (r"X^\top \operatorname{diag}(p \odot (1-p)) X", "X'*diag(p.*(vector(1) - p))*X"),
        (r"(1 - H \odot H) \odot H", "(matrix(1) - H.*H).*H"),
    ],
)
def test_one_beside_a_vector_is_a_vector_of_ones(latex, text):
    known = {"p": "vector(n)", "X": "matrix(n,d)", "H": "matrix(m,n)"}
    assert gp.parse(latex, notation="latex", declare=known).text == text


@pytest.mark.parametrize("latex", ["1 + A", "2 - p"])
def test_no_other_number_is_added_to_an_array(latex):
    with pytest.raises(gp.ShapeError):
        gp.parse(latex, notation="latex", declare={"A": "matrix(n,n)", "p": "vector(n)"})


def test_a_family_whose_parts_are_transposed_is_a_matrix():
    loss = gp.parse(r"\sum_{i=1}^N (y_i - x_i^\top w)^2", notation="latex")
    assert loss.variables["x"].kind == "matrix"
    assert loss.variables["w"].kind == "vector"
