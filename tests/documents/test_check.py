"""What a document is taken to say: definitions, declarations, chains, conditions, equations."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradproof.core.errors import ReadError, UnsupportedError
from gradproof.documents.check import check

REGRESSION = r"<!-- gradproof: X: matrix(N,d); w: vector(d); y: vector(N) -->"


def kinds(text: str, **settings) -> list[str]:
    return [found.verdict.kind for found in check(text, **settings).findings]


def holds(text: str, **settings) -> bool:
    report = check(text, **settings)
    return bool(report.findings) and all(found.verdict for found in report.findings)


def reasons(text: str) -> list[str]:
    return [found.verdict.message for found in check(text).undecided]


@pytest.mark.parametrize(
    "text",
    [
        # definitions on first use, in displays and in the text
        r"$$r = Xw - y$$ $$\frac{\partial}{\partial w} \|r\|^2 = 2X^\top r$$",
        r"Let $r = Xw - y$. Then $$\frac{\partial}{\partial w} \|r\|^2 = 2X^\top r$$",
        r"$$L(w) = \|Xw - y\|^2$$ $$\nabla L(w) = 2X^\top(Xw - y)$$",
        r"$$L(w) := \|Xw - y\|^2$$ $$\frac{\partial L}{\partial w} = 2X^\top(Xw - y)$$",
        r"$$L(\omega) = \|X\omega - y\|^2$$ $$\nabla L(w) = 2X^\top(Xw - y)$$",
        r"$$\cos(x, y) = \frac{x^\top y}{\|x\| \|y\|}$$ $$\cos(2x, y) = \cos(x, y)$$",
        r"$$a = b = x^\top y$$ $$\frac{\partial a}{\partial x} = y$$",
        r"$$l_i = y_i - t_i$$ $$\sum_{i=1}^n l_i^2 = \|y - t\|^2$$",
        r"$$\delta = \frac{\partial}{\partial z} \tfrac12\|z - t\|^2$$ $$\delta = z - t$$",
        # what explains stands behind
        r"$$\frac{\partial}{\partial w} \|r\|^2 = 2X^\top r, \quad \text{where } r = Xw - y$$",
        "$$\\frac{\\partial}{\\partial w} \\|r\\|^2 = 2X^\\top r$$\n\nwhere $r = Xw - y$.",
        # chains over rows, displays and unfinished signs
        r"\begin{align} \|x\|^2 &= x^\top x \\ &= \sum_{i} x_i^2 \end{align}",
        r"$$\|x\|^2 = $$ $$ = x^\top x$$ and $$= \sum_i x_i^2$$",
        # differentials
        r"$$dA = 0$$ $$d(AX) = A\,dX$$",
        r"$$f(x) = x^\top A x$$ $$df = x^\top (A + A^\top) dx$$",
        r"$$d(Xw - y) = d(Xw) - 0 = X\,dw$$",
        # conditions
        r"$$d\langle Ax, x\rangle = 2\langle Ax, dx\rangle \quad (\text{если } A = A^T)$$",
        r"$$\frac{\partial}{\partial x} x^\top A x = 2Ax \quad \text{if } A = A^\top$$",
        # facts that are stated of variables
        r"Let $A = A^\top$. Then $$\nabla_x (x^\top A x) = 2Ax$$",
        r"Let $\Sigma \succ 0$. Then $$\nabla_x (x^\top \Sigma^{-1} x) = 2 \Sigma^{-1} x$$",
        r"For $\lambda > 0$ $$\sqrt{\lambda^2} = \lambda$$",
        r"Let $0 < \lambda, \mu$. Then $$\log(\lambda \mu) = \log\lambda + \log\mu$$",
        r"$$\sqrt{\lambda^2} = \lambda \quad \text{if } \lambda > 0$$",
        (
            r"With $L = -\sum_k y_k \log \frac{e^{z_k}}{\sum_j e^{z_j}}$ and $\sum_k y_k = 1$"
            r" $$\frac{\partial L}{\partial z_l} = \frac{e^{z_l}}{\sum_j e^{z_j}} - y_l$$"
        ),
        r"Let $\|u\| = 1$. Then $$(I - 2uu^\top)^2 u = u$$",
        r"Let $b \in \{0,1\}$. $$b^2 = b$$",
        r"With $t_i \in \{0,1\}$: $$\sum_i t_i^2 = \sum_i t_i$$",
        r"Let $B \in \mathbb{R}^{n\times n}$, $B = B^\top$. $$\nabla_x (x^\top B x) = 2Bx$$",
        # lists of vectors, entries of matrices, functions of the same name
        (
            r"For $a_1,\dots,a_m \in \mathbb{R}^n$ and $f(x) = \log\sum_{i=1}^m e^{a_i^\top x}$"
            r" $$\nabla f(x) ="
            r" \frac{\sum_{i=1}^m e^{a_i^\top x} a_i}{\sum_{i=1}^m e^{a_i^\top x}}$$"
        ),
        r"$\sum_i \sum_j c_{ij} x_i x_j = x^\top C x$ with $C = (c_{ij})$.",
        r"Let $C = (c_{ij})$: $\sum_i \sum_j c_{ij} x_i x_j = x^\top C x$.",
        r"$f(x) = g(Ax)$ where $g(u) = \|u\|^2$. Then $\nabla f(x) = 2 A^\top A x$.",
        r"$f(U, V) = \|UV\|_F^2$, $f(x) = x^\top x$, so $\nabla f(x) = 2x$.",
        r"$\newcommand{\bx}{\mathbf{x}}$ Let $\bx \in \mathbb{R}^d$. $$\|\bx\|^2 = \bx^\top \bx$$",
        # an equation, and its rearrangements
        REGRESSION + r"$$\nabla_w \|Xw - y\|^2 = 2X^\top(Xw - y) = 0$$ $$X^\top X w = X^\top y$$"
        r"$$w = (X^\top X)^{-1} X^\top y$$",
        (
            r"$$J(w) = \frac{1}{2n} \|y - Xw\|_2^2 + \frac{\lambda}{2} w^\top w$$ with"
            r" $X \in \mathbb{R}^{n \times p}$. Setting $\nabla J(w) = 0$ gives"
            r" $(X^\top X + n \lambda I) w = X^\top y$."
        ),
        # where a gradient vanishes that was claimed before
        (
            r"$$L(U, V) = \tfrac12 \|R - U V^\top\|_F^2 + \tfrac{\lambda}{2} \|U\|_F^2$$"
            r"$$\frac{\partial L}{\partial U} = (U V^\top - R) V + \lambda U$$"
            r" Setting this to zero, $U (V^\top V + \lambda I) = R V$,"
            r" hence $U = R V (V^\top V + \lambda I)^{-1}$."
        ),
        # functions that are not defined
        r"$$Y = XW$$ $$\frac{\partial L}{\partial W} = X^T \frac{\partial L}{\partial Y}$$",
        (
            r"$$Y = XW$$ $$\delta = \frac{\partial L}{\partial Y}$$"
            r"$$\frac{\partial L}{\partial X} = \delta W^T$$"
        ),
        # commands of the author
        r"$$\newcommand{\T}{^\top} \|x\|^2 = x\T x$$",
        # an index that is bound in one place and free in another
        (
            r"$$s_k = \frac{e^{z_k}}{\sum_j e^{z_j}}$$"
            r"$$\frac{\partial s_k}{\partial z_l} = s_k(\delta_{kl} - s_l)$$"
        ),
        r"$$\frac{\partial}{\partial z_k} \log \sum_k e^{z_k} = \frac{e^{z_k}}{\sum_k e^{z_k}}$$",
        # what is no equality
        r"$$x \approx y,\quad a \le b \Rightarrow \|x\|^2 = x^\top x \propto 1$$",
        r"$$\|x\|^2 = \sum_i x_i^2, \qquad i = 1, \dots, n$$",
    ],
)
def test_what_is_true_holds(text):
    assert holds(text), [str(found) for found in check(text).findings]


@pytest.mark.parametrize(
    "marked",
    [
        r"$$r = Xw - y$$ $$\frac{\partial}{\partial w} \|r\|^2 ≟ X^\top r$$",
        "$$L(w) = \\|Xw - y\\|^2$$\n$$\\nabla L(w) ≟ 2X(Xw - y)$$",
        "\\begin{align}\n\\|x\\|^2 &= x^\\top x \\\\\n &≟ 2 \\sum_i x_i^2\n\\end{align}",
        # numbers with two values have both of them
        (
            r"$x \in \mathbb{R}^d$, $y \in \{-1, 1\}$ $$\nabla_w^2 \log(1 + e^{-y w^\top x})"
            r" ≟ \frac{e^{y w^\top x}}{(1 + e^{y w^\top x})^2} y x x^\top$$"
        ),
        r"$$Y = XW$$ $$\frac{\partial L}{\partial W} ≟ \frac{\partial L}{\partial Y} X^T$$",
        r"$$p = x$$ $$p ≟ 2x$$",
        r"$$\frac{\partial}{\partial x} x^\top A x ≟ 2Ax \text{ and } A = A^\top$$",
        "日本語の文章です。$x^\\top x ≟ 2\\|x\\|^2$\n",
        "Текст:\r\n\t$$\\|x\\|^2 ≟ 2x^T x$$",
        "\ufeff$$\\|x\\|^2 ≟ 2x^T x$$",
        "> $$\\|x\\|^2\n> ≟ 2x^T x$$",
    ],
)
def test_what_is_false_is_refuted_at_its_place(marked):
    before, _ = marked.split("≟")
    first, *_ = check(marked.replace("≟", "=")).refuted
    assert first.line == before.count("\n") + 1
    assert first.column == len(before.lstrip("\ufeff").rpartition("\n")[2]) + 1


@pytest.mark.parametrize(
    "false",
    [
        r"2X^\top X w - 2X^\top y = X^\top X w - X^\top y",
        r"2X^\top X w - X^\top y = X^\top X w - X^\top y",
        r"2X^\top X w = X^\top y",
    ],
)
def test_what_is_false_where_a_gradient_vanishes_too_is_refuted(false):
    before = r"$$\nabla_w \|Xw - y\|^2 = 2X^\top X w - 2X^\top y$$"
    assert kinds(f"{before} $${false}$$") == ["proved", "refuted"]


def test_what_is_stated_of_a_variable_holds_in_the_counterexample():
    (found,) = check(r"Let $\lambda > 0$. $$\lambda x = x \lambda^2$$").refuted
    assert found.verdict.counterexample["lambda"] > 0


def test_what_is_stated_of_a_defined_name_is_a_claim():
    assert kinds(r"$$A = X^\top X$$ $$A = A^\top$$ $$B = X X$$ $$B = B^\top$$") == [
        "proved",
        "refuted",
    ]


def test_after_a_slip_what_follows_from_it_is_not_accused():
    text = r"$$\frac{\partial}{\partial x} x^\top A x = 2Ax = Ax + Ax$$"
    assert kinds(text) == ["refuted", "proved"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (r"$$f(x+h) - f(x) = A h + o(h)$$", "remainder"),
        (r"$$df = A h$$", "f is not defined"),
        (r"$$f(x) = g(Ax)$$ $$\nabla f(x) = 2 A^\top A x$$", "g is not defined"),
        (r"Let $U^\top U = I$. $$U^\top U x = x$$", "fits no variable"),
        (r"$$p = \cases{a \\ b}$$ $$p = 2$$", "p stands for"),
        (r"$$\frac{\partial L}{\partial W} = X^T \frac{\partial L}{\partial Y}$$", "depend"),
        (r"$$\frac{\partial L}{\partial y} = y - t$$", "not defined"),
        (r"$$\|x\|^2 = x^\top x + \dots + 1$$", "dots"),
        (r"$$= x$$", "missing"),
        (r"$x \in \mathcal{X}$", "set"),
        (r"$$x = A x + b$$", "both sides"),
        (r"$$\langle a, X b \rangle = \langle c, d \rangle$$", "spoken of"),
        ("<!-- gradproof: A: matix(n) -->", "matix"),
        ("$$a = b\n\n", "closed"),
        (
            r"$$\frac{\partial}{\partial x} x^\top A x = 2Ax \quad \text{if } \det A > 0$$",
            "condition",
        ),
    ],
)
def test_what_is_not_understood_is_said_and_not_guessed(text, reason):
    assert check(text).ok
    assert any(reason in said for said in reasons(text)), reasons(text)


@pytest.mark.parametrize(
    "text",
    [
        r"$$x = x - \eta \frac{\partial f}{\partial x}$$",
        r"$$w_{new} = w_{old} - \eta g$$ $$w_{new} = w_{old} - 2\eta g$$",
        r"$$x_{k+1} = x_k - \eta g$$",
        r"Let $x \in \mathbb{R}^n$, $X, Y \in \mathbb{R}^{(n+1)\times M}$ and $\lambda \in [0,1]$.",
        r"for $i \in \{1, \dots, n\}$ and $n \in \mathbb{N}$",
        r"<!-- gradproof: off --> $$1 = 2$$ <!-- gradproof: on -->",
        "```\n$$1 = 2$$\n```",
        r"It costs $5 = 2 + 3$ dollars or \$5.",
        "",
    ],
)
def test_what_claims_nothing_has_no_refutation(text):
    assert [kind for kind in kinds(text) if kind not in ("proved", "agrees")] == []


def test_declarations_of_all_kinds_are_known():
    text = "\n".join(
        [
            "---",
            "gradproof:",
            "  A: symmetric(n)",
            "---",
            r"Let $x \in \mathbb{R}^n$.",
            r"<!-- gradproof: \Sigma: posdef(n) -->",
            r"$$\frac{\partial}{\partial x} x^\top A x = 2Ax$$",
            r"$$x^\top \Sigma^\top b = x^\top \Sigma b$$",
            r"$$x^\top B^\top b = x^\top B b$$",
        ]
    )
    assert kinds(text, declare={"B": "diagonal(n)"}) == ["proved"] * 3


def test_the_rows_of_a_matrix():
    text = r"<!-- gradproof: X: matrix(n,d); w: vector(d); x: rows(X) -->"
    assert holds(text + r"$$\sum_{i=1}^n (x_i^\top w)^2 = \|Xw\|^2$$")


def test_a_latex_file():
    text = "\n".join(
        [
            "% gradproof: A: symmetric(n)",
            r"\newcommand{\norm}[1]{\|#1\|}",
            r"\begin{document}",
            r"\begin{equation} \label{a} f(x) = x^\top A x \end{equation} % x = 2",
            r"\begin{align}",
            r"  \nabla f(x) &= 2Ax \\",
            r"  \norm{x}^2 &= 2 x^\top x",
            r"\end{align}",
            r"\verb|$1 = 2$|",
            r"\end{document}",
        ]
    )
    report = check(text, "latex")
    assert [(f.line, f.verdict.kind) for f in report.findings] == [(6, "proved"), (7, "refuted")]


def test_definitions_are_told():
    report = check(r"$$L(w) = \|w\|^2, \quad r = Xw$$")
    assert dict(report.definitions) == {"L": r"\|w\|^2", "r": "Xw"}


def test_the_callers_own_mistakes_are_raised():
    with pytest.raises(UnsupportedError, match="word"):
        check("", "word")
    with pytest.raises(ReadError):
        check("", declare={"A": "matix"})


def test_the_same_document_gives_the_same_report():
    text = r"$$\|x\|^2 = 2 x^\top x$$"
    assert check(text, rng=3).to_dict() == check(text, rng=3).to_dict()


WORDS = r"""
= := \in \\ & ( ) { } ^ _ ' d x X w L(w) 0 2 \nabla \sum_{i=1}^n \mathbb{R}^n _i + - , \dots
\frac{\partial L}{\partial \text{where} \text{if} \begin{pmatrix} \end{pmatrix} \left( \right)
$$ $ \newcommand{\x}{ --> vector(n)
"""
MATHEMATICS = st.sampled_from([*WORDS.split(), "\n", "\n\n", " ", "<!-- gradproof: x: "])


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(st.lists(MATHEMATICS, max_size=24).map("".join), st.text(max_size=40)),
    st.sampled_from(["markdown", "latex"]),
)
def test_no_text_makes_an_exception(text, form):
    for document in (text, f"$${text}$$"):
        lines = document.splitlines() or [""]
        for found in check(document, form).findings:
            assert found.line >= 1
            assert found.column >= 1
            assert found.line > len(lines) or found.source in document
