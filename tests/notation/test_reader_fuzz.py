"""Whatever is typed is read with shapes that fit, or explained; no other exception gets out."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from gradproof.core.errors import GradproofError
from gradproof.notation.declare import parse_declaration
from gradproof.notation.infer import read
from gradproof.notation.tree import walk
from gradproof.notation.vocabulary import FUNCTIONS


def failure(attempt: Callable[[], object]) -> GradproofError | None:
    try:
        attempt()
    except GradproofError as error:
        return error
    return None


def reads_or_explains(text: str) -> None:
    error = failure(lambda: read(text))
    if error is not None:
        assert str(error).startswith(error.message)
        return
    found = read(text)
    assert all(part.shape is not None for part in walk(found.tree))
    assert all(part.span is not None for part in walk(found.tree))
    again = read(text, found.declarations)
    assert again.tree.shape == found.tree.shape


@given(st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_or_explained(text):
    reads_or_explains(text)


TOKENS = [
    *"xXyYwAabct",
    *("n", "m", "i", "j", "N", "pi", "λ", "2", "0.5", "1"),
    *("+", "-", "*", "*", "/", "^", "'", "'", ".*", "./", ".^", "(", ")", "(", ")"),
    *("[", "]", "[i]", "[i, j]", ",", "²", "ᵀ", " ", "eye", "ones(n)", "vector(1)"),
    *(f"{name}(" for name in FUNCTIONS),
    *("sum(i, ", "array(i, j, ", "kron(A, ", "inner(x, "),
]


@given(st.lists(st.sampled_from(TOKENS), max_size=14).map("".join))
@settings(max_examples=500, deadline=None)
def test_any_row_of_tokens_is_read_or_explained(text):
    reads_or_explains(text)


NAMES = st.sampled_from([*"xyzwabctXYWAB", "i", "n", "eye", "2", "pi"])
UNARY = ["exp", "sum", "norm2", "inv", "det", "diag", "vec", "softmax", "rowsoftmax", "log", "tr"]


def compound(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = st.sampled_from(["+", "-", "*", "/", ".*", "./", "^", ".^"])
    return st.one_of(
        st.builds("({} {} {})".format, parts, operators, parts),
        st.builds("{}({})".format, st.sampled_from(UNARY), parts),
        st.builds("{}({}, {})".format, st.sampled_from(["kron", "inner", "outer"]), parts, parts),
        st.builds("({})'".format, parts),
        st.builds("-{}".format, parts),
        st.builds("({})[i]".format, parts),
        st.builds("sum(k, ({})[k])".format, parts),
    )


@given(st.recursive(NAMES, compound, max_leaves=12))
@settings(max_examples=500, deadline=None)
def test_any_formula_is_read_or_explained(text):
    reads_or_explains(text)


@given(
    st.lists(
        st.sampled_from(
            [
                "x",
                ":",
                " ",
                "vector",
                "matrix",
                "symmetric",
                "index",
                "(n)",
                "(n,m)",
                "(",
                ")",
                ",",
                "positive",
                "n",
                "2",
                "*",
                "simplex",
            ]
        ),
        max_size=10,
    ).map("".join)
)
@settings(max_examples=300, deadline=None)
def test_any_declaration_is_read_or_explained(text):
    error = failure(lambda: parse_declaration(text))
    assert error is None or str(error).startswith(error.message)
