"""Random well-shaped expressions of the text language, as trees that can be written and cut.

What can be made of what says `productions`; here is what it is made of, and how.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from re import findall, sub
from typing import Any

from tests.support.productions import IMPLIED, PRODUCTIONS, Production

DIMENSIONS = ("m", "n", "p", "q")
Shape = tuple[str, str]
SCALAR: Shape = ("1", "1")
Choose = Callable[[Sequence[Any]], Any]


@dataclass(frozen=True, slots=True)
class Term:
    """A text with places for its parts, its shape, and what is known of its values."""

    form: str
    parts: tuple[Term, ...]
    shape: Shape
    trait: str = ""

    def __str__(self) -> str:
        return self.form.format(*self.parts)

    def depth(self) -> int:
        return 1 + max((part.depth() for part in self.parts), default=-1)


# ------------------------------------------------------------------------------- the variables
# For each kind of shape: first letters, declarations and traits; the name ends in the sizes.
# There are several of a kind because the order of terms and factors depends on names.
_SCALARS = (("a", "scalar", ""), ("b", "scalar", ""), ("s", "positive scalar", "positive"))
_VECTORS = (
    *[(letter, "vector({0})", "") for letter in ("x", "y", "z")],
    ("r", "positive vector({0})", "positive"),
    ("h", "simplex({0})", "positive"),
    ("u", "unit vector({0})", ""),
    ("o", "binary vector({0})", ""),
    ("l", "pm1 vector({0})", ""),
)
_MATRICES = (
    *[(letter, "matrix({0},{1})", "") for letter in ("A", "B", "C")],
    ("R", "positive matrix({0},{1})", "positive"),
    ("H", "simplex_rows matrix({0},{1})", "positive"),
)
_SQUARES = (
    *[(letter, "matrix({0},{0})", "invertible") for letter in ("X", "Y", "Z", "U", "V")],
    ("S", "symmetric({0})", "symmetric"),
    ("T", "symmetric({0})", "symmetric"),
    ("P", "posdef({0})", "posdef"),
    ("Q", "orthogonal({0})", "invertible"),
    ("D", "diagonal({0})", "posdef"),
    ("R", "positive matrix({0},{0})", "positive"),
)
INDICES: Mapping[str, str] = {
    **{f"c{size}": f"index({size})" for size in DIMENSIONS},
    **{f"w{size}": f"index(k,{size})" for size in DIMENSIONS},
}


def declarations() -> dict[str, str]:
    """The declarations of all variables that may occur."""
    found = dict(INDICES)
    found.update({letter: words for letter, words, _ in _SCALARS})
    for rows in DIMENSIONS:
        found.update({letter + rows: words.format(rows) for letter, words, _ in _VECTORS})
        found.update({letter + rows + rows: words.format(rows) for letter, words, _ in _SQUARES})
        for columns in DIMENSIONS:
            if rows != columns:
                found.update(
                    {
                        letter + rows + columns: words.format(rows, columns)
                        for letter, words, _ in _MATRICES
                    }
                )
    return found


DECLARATIONS = declarations()


def declared(text: str) -> dict[str, str]:
    """The declarations of the variables of a text."""
    return {name: DECLARATIONS[name] for name in findall(r"\w+", text) if name in DECLARATIONS}


def has(trait: str, wanted: str) -> bool:
    """Whether what has the trait can stand where `wanted` is asked for."""
    return not wanted or wanted in IMPLIED[trait]


# ---------------------------------------------------------------------------------- generation
def expression(choose: Choose, depth: int, shape: Shape | None = None) -> Term:
    """A random expression of at most this depth; `choose` picks one of a sequence."""
    if shape is None:
        shape = choose((SCALAR, SCALAR, SCALAR, ("m", "1"), ("m", "n"), ("n", "n")))
    return term(choose, depth, shape, "", ())


def term(choose: Choose, depth: int, shape: Shape, wanted: str, bound: tuple[str, ...]) -> Term:
    """A random term of a shape with a trait; `bound` are the sizes of the indices i, j in scope."""
    if depth == 0:
        return choose(list(_leaves(shape, wanted, bound)))
    if shape == SCALAR and wanted != "positive" and len(bound) < 2 and choose(range(8)) == 0:
        return _binder(choose, depth, wanted, bound)
    fitting = [
        row for row in PRODUCTIONS if has(row.trait, wanted) and _sizes(row, shape) is not None
    ]
    row = choose(fitting)
    sizes = _sizes(row, shape)
    assert sizes is not None
    for letter in _letters(row):
        if letter not in sizes:
            sizes[letter] = choose(DIMENSIONS if letter.isupper() else (*DIMENSIONS, "1"))
    parts = []
    for part in row.parts:
        letters, _, trait = part.partition(" ")
        own = (sizes[letters[0]], sizes[letters[1]])
        inside = bound if _pointwise(row) else ()
        parts.append(term(choose, choose(range(depth)), own, trait, inside))
    form = sub(r"[A-Z]", lambda letter: sizes[letter[0]], row.form)
    return Term(form, tuple(parts), shape, row.trait)


_WHOLE = (
    "inv(", "pinv", "det", "expm", "sinm", "cosm", "sqrtm", "prod", "norm(", "toeplitz", "diagsums",
    "eig", "adj", "kron", "vec(", ".^({})", ")^({})", ")^2", ")^3", "^-1",
)  # fmt: skip


def _pointwise(row: Production) -> bool:
    """Whether the parts may depend on an index that is summed over."""
    return not any(word in row.form for word in _WHOLE)


def _binder(choose: Choose, depth: int, wanted: str, bound: tuple[str, ...]) -> Term:
    size = choose(DIMENSIONS)
    index = "ij"[len(bound)]
    body = term(choose, choose(range(depth)), SCALAR, wanted, (*bound, size))
    counted = Term(f"x{size}[{index}]", (), SCALAR)
    whole = Term("{}*{}", (counted, body), SCALAR)
    return Term(f"sum({index}, {{}})", (whole,), SCALAR)


def _sizes(row: Production, shape: Shape) -> dict[str, str] | None:
    """The sizes of the letters with which a production makes this shape."""
    sizes = {"1": "1"}
    for letter, size in zip(row.shape, shape, strict=True):
        if letter.isupper() and size == "1":
            return None
        if sizes.setdefault(letter, size) != size:
            return None
    return sizes


def _letters(row: Production) -> list[str]:
    return [letter for part in row.parts for letter in part.partition(" ")[0]]


def _leaves(shape: Shape, wanted: str, bound: tuple[str, ...]) -> Iterator[Term]:
    rows, columns = shape
    if rows == "1" and columns != "1":
        for leaf in _leaves((columns, "1"), wanted, bound):
            yield Term(f"{leaf}'", (), shape, leaf.trait)
        return
    if shape == SCALAR:
        named = [(letter, trait) for letter, _, trait in _SCALARS]
        named += [("2", "positive"), ("(1/3)", "positive"), ("pi", "positive")]
        named += [(f"x{size}[c{size}]", "") for size in DIMENSIONS[:2]]
    elif columns == "1":
        named = [(letter + rows, trait) for letter, _, trait in _VECTORS]
        named += [(f"ones({rows})", "positive"), (f"A{_other(rows)}{rows}[c{_other(rows)}]", "")]
    elif rows == columns:
        named = [(letter + rows + rows, trait) for letter, _, trait in _SQUARES]
        named += [(f"eye({rows})", "posdef")]
    else:
        named = [(letter + rows + columns, trait) for letter, _, trait in _MATRICES]
    named += list(_indexed(shape, bound))
    for name, trait in named:
        if has(trait, wanted):
            yield Term(name, (), shape, trait)


def _indexed(shape: Shape, bound: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """What an index in scope selects; repeated, so that it is selected often enough."""
    rows, columns = shape
    for index, size in zip("ij", bound, strict=False):
        if shape == SCALAR:
            yield from [(f"x{size}[{index}]", ""), (f"r{size}[{index}]", "positive")]
        elif columns == "1" and rows != size:
            yield from [(f"A{size}{rows}[{index}]", ""), (f"R{size}{rows}[{index}]", "positive")]
        elif columns == "1":
            yield f"X{size}{rows}[{index}]", ""
    if shape == SCALAR and len(bound) == 2:
        first, second = bound
        letter = "X" if first == second else "A"
        yield f"{letter}{first}{second}[i,j]", ""


def _other(size: str) -> str:
    return "n" if size == "m" else "m"


# ------------------------------------------------------------------------------------- cutting
def smaller(whole: Term) -> Iterator[Term]:
    """The terms that are `whole` with one part replaced by something simpler."""
    for part in whole.parts:
        yield from (inner for inner in subterms(part) if inner.shape == whole.shape)
    for place, part in enumerate(whole.parts):
        for simpler in _replacements(part):
            parts = (*whole.parts[:place], simpler, *whole.parts[place + 1 :])
            yield Term(whole.form, parts, whole.shape, whole.trait)


def _replacements(part: Term) -> Iterator[Term]:
    if part.parts:
        for inner in subterms(part):
            if inner is not part and inner.shape == part.shape and has(inner.trait, part.trait):
                yield inner
        yield from list(_leaves(part.shape, part.trait, ()))[:4]
    yield from smaller(part)


def subterms(whole: Term) -> Iterator[Term]:
    """The term and all its parts."""
    yield whole
    for part in whole.parts:
        yield from subterms(part)
