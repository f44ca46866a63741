"""Names for what is long and comes again: p := softmax(Wx), so that lines stay short."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from gradproof.derivation.differentials.setting import Setting
from gradproof.derivation.step import Step
from gradproof.notation.build import shape_of
from gradproof.notation.tree import (
    Binary,
    Binder,
    Call,
    Name,
    Negation,
    Transpose,
    Tree,
    children,
    fold,
    is_column,
    is_row,
    is_scalar,
    rebuild,
    walk,
    weight_of,
)
from gradproof.notation.write_unicode import unicode

WIDEST = 64
APART = ("name ", "insert ")  # steps that are as long as what they name
LEAST_WEIGHT = 4
CANDIDATES = 3
RESERVED = frozenset({"d", "f", "e", "i", "j", "k", "N", "n", "T", "I", "pi"})

SCALARS = ("c", "s", "q", "a", "b", "g")
VECTORS = ("z", "v", "u", "s", "g", "b")
MATRICES = ("M", "R", "Z", "S", "K", "G")
BY_FUNCTION = {
    "softmax": ("p", "s", "q"),
    "rowsoftmax": ("P", "S"),
    "norm2": ("rho", "nu"),
    "tanh": ("h", "a"),
    "sigmoid": ("h", "a"),
    "relu": ("h", "a"),
    "inv": ("M", "K"),
}


def is_wide(steps: Iterable[Step]) -> bool:
    """Whether a line is too long to be read beside its rule."""
    return width(steps) > WIDEST


def width(steps: Iterable[Step]) -> int:
    """The length of the longest line."""
    return max(
        (len(unicode(step.after)) for step in steps if not step.rule.startswith(APART)), default=0
    )


def suggestions(function: Tree, steps: Iterable[Step], setting: Setting) -> Iterator[Tree]:
    """The moving subtrees of the function whose names would save most of the reading."""
    counted: Counter[Tree] = Counter()
    for step in steps:
        counted.update(walk(step.after))
    savings = {
        part: (weight_of(part) - 1) * counted[part]
        for part in _candidates(function, setting)
        if counted[part] > 1
    }
    yield from sorted(savings, key=lambda part: -savings[part])[:CANDIDATES]


def _candidates(function: Tree, setting: Setting) -> Iterator[Tree]:
    """Subtrees that move, are worth a name, and depend on no index of a sum."""
    bound = {name for part in walk(function) if isinstance(part, Binder) for name in part.indices}
    for part in walk(function):
        names = {inner.name for inner in walk(part) if isinstance(inner, Name)}
        if (
            part is not function
            and weight_of(part) >= LEAST_WEIGHT
            and not isinstance(part, Negation | Transpose)
            and not names & bound
            and len(shape_of(part)) == 2
            and not is_row(part)
            and setting.depends(part)
        ):
            yield part


def letter_for(tree: Tree, setting: Setting, taken: frozenset[str]) -> str | None:
    """A letter that is free: r for a residual, p for a softmax, c for a quotient."""
    known = taken | setting.declarations.keys() | {setting.direction.name} | RESERVED
    for letter in _letters(tree):
        if letter not in known and f"d{letter}" not in known:
            return letter
    return None


def _letters(tree: Tree) -> tuple[str, ...]:
    by_shape = SCALARS if is_scalar(tree) else VECTORS if is_column(tree) else MATRICES
    match tree:
        case Call(function) if function in BY_FUNCTION:
            return (*BY_FUNCTION[function], *by_shape)
        case Binary("-"):
            return ("R" if by_shape is MATRICES else "r", *by_shape)
        case _:
            return by_shape


def with_names(tree: Tree, setting: Setting) -> Tree:
    """The tree with defined parts called by their names."""
    for name, definition in setting.definitions.items():
        tree = _replaced(tree, definition, name)
    return tree


def _replaced(tree: Tree, part: Tree, name: str) -> Tree:
    def combine(node: Tree, below: tuple[Tree, ...]) -> Tree:
        made = rebuild(node, below) if children(node) else node
        return Name(name, shape=node.shape) if made == part else made

    return fold(tree, combine)
