"""Chains of relations: each member by itself, statements told apart, declarations taken out."""

from __future__ import annotations

import pytest

from gradproof.core.errors import GradproofError
from gradproof.notation.latex.known import Symbols
from gradproof.notation.latex.relations import declared_in, head_of, read_relations
from gradproof.notation.write_text import text


def shown(chain):
    members = [text(m.tree) if m.tree is not None else "?" for m in chain.members]
    signs = [sign.text for sign in chain.signs]
    return "".join(m + s for m, s in zip(members, [*signs, ""], strict=True))


STATEMENTS = [
    ("a = b = c", ["a=b=c"]),
    (r"a &= b \\ &= c", ["a=b=c"]),
    (r"a = \\ = b", ["a=b"]),
    (
        r"dA &= 0 \\ d(X + Y) &= dX + dY",
        ["differential(A)=0", "differential(X + Y)=differential(X) + differential(Y)"],
    ),
    (r"a &= b \\ &\quad + c", ["a=b + c"]),
    (r"a = b, \quad c = e", ["a=b", "c=e"]),
    (r"a = b \quad \text{where} \quad c = e.", ["a=b", "c=e"]),
    (r"L(x, y) = x, b = y", ["L(x, y)=x", "b=y"]),
    (r"a \triangleq b \approx c \Rightarrow e", ["a:=b≈c⇒e"]),
    (r"a \overset{(1)}{=} b \stackrel{def}{=} c", ["a=b=c"]),
    (r"a = \foo = c", ["a=?=c"]),
    (r"= b", ["?=b"]),
    (r"a = ", ["a"]),
    (r"\sum_{i=1}^{n} x_i = a", ["sum(i, x[i])=a"]),
    (r"2(a + b = ((c)", ["?=?"]),
]


@pytest.mark.parametrize(("source", "expected"), STATEMENTS, ids=[s for s, _ in STATEMENTS])
def test_statements(source, expected):
    symbols = Symbols(functions={"L": ("x", "y")})
    assert [shown(chain) for chain in read_relations(source, symbols=symbols)] == expected


def test_places_are_in_the_whole_source():
    source = r"Let $x^\top y + \foo = b$ hold."
    (chain,) = read_relations(source, 5, 24)
    assert [source[m.span.start : m.span.stop] for m in chain.members] == [r"x^\top y + \foo", "b"]
    error = chain.members[0].error
    assert error is not None
    assert error.span is not None
    assert source[error.span.start : error.span.stop] == r"\foo"


DECLARED = [
    (r"x \in \mathbb{R}^n", "x: vector n"),
    (r"X, Y \in \mathbb{R}^{m \times n}", "X: matrix m×n; Y: matrix m×n"),
    (r"\alpha \in \mathbb{R}", "alpha: scalar"),
    (r"\tilde{V} \in \mathbb{R}^{(n+1)\times M}", "V_tilde: matrix (n + 1)×M"),
    (r"\mathbf{v}_c, \mathbf{v}_{\bar{c}_j}, u_w \in \mathbb{R}^M", "v_c: vector M; u_w: vector M"),
    (r"x \in S", ""),
    (r"x = y", ""),
]


@pytest.mark.parametrize(("source", "expected"), DECLARED, ids=[s for s, _ in DECLARED])
def test_declarations(source, expected):
    (chain,) = read_relations(source)
    assert "; ".join(map(str, declared_in(chain))) == expected


def test_a_space_of_strange_size_is_refused():
    (chain,) = read_relations(r"x \in \mathbb{R}^{n/2}")
    with pytest.raises(GradproofError, match="sizes"):
        declared_in(chain)


@pytest.mark.parametrize(
    ("source", "head"),
    [
        ("L(w) = a", ("L", ("w",))),
        (r"J_{w,c,\dots}(U, V, W) = a", ("J", ("U", "V", "W"))),
        ("cos(X, Y) = a", ("cos", ("X", "Y"))),
        ("a b = c", None),
        ("f(x + y) = c", None),
    ],
)
def test_heads_of_definitions(source, head):
    (chain,) = read_relations(source)
    assert head_of(chain.members[0]) == head
