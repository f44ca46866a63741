"""What stands on the left of a definition: r, L(w), \\cos(X, Y), J_{w,c}(U, V, W), l_i."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from gradproof.core.errors import GradproofError
from gradproof.notation.latex.commands import WORDS
from gradproof.notation.latex.known import Symbols
from gradproof.notation.latex.reader import parse_latex
from gradproof.notation.tree import Literal, Name, Selection, Tree
from gradproof.notation.vocabulary import KNOWN

_SPACING = re.compile(r"\\(?:left|right|,|!|;|:|big|Big)(?![A-Za-z])|\s+")
_CALLED = re.compile(r"(?P<name>.+?)\((?P<arguments>[^()]+)\)\Z", re.DOTALL)
_WORD = re.compile(
    r"(?:\\(?:operatorname\*?|mathrm|text|mathit|textrm)\s*\{\s*)?\\?(?P<word>[A-Za-z]{2,})\s*\}?\Z"
)
_CALCULUS = re.compile(r"\\(?:nabla|partial|frac|sum|int)(?![A-Za-z])")


@dataclass(frozen=True, slots=True)
class Head:
    """The name that is defined, its parameters where it is a function, its index where it has one.

    `arguments` is None for a name that is no function.
    """

    name: str
    arguments: tuple[str, ...] | None = None
    index: str = ""


def head_of(latex: str, symbols: Symbols) -> Head | None:
    """The head that a member is, if it is one.

    >>> from gradproof.notation.latex.known import NOTHING
    >>> head_of("L(w)", NOTHING), head_of("2x", NOTHING)
    (Head(name='L', arguments=('w',), index=''), None)
    """
    if _CALCULUS.search(latex):
        return None
    plain = replace(symbols, functions={})
    tree = _tree(latex, plain)
    match tree:
        case Name(name):
            return Head(name)
        case Selection(Name(name), (Name(index),)):
            return Head(name, None, index)
        case Selection(Name(name), (Literal(value),)):  # r_1 := …, where there is a vector r
            return Head(f"{name}_{value + 1}")
        case _:
            return _function(_SPACING.sub(" ", latex).strip(), plain)


def _function(latex: str, symbols: Symbols) -> Head | None:
    called = _CALLED.match(latex)
    if called is None:
        return None
    arguments = [_tree(part, symbols) for part in called["arguments"].split(",")]
    names = tuple(tree.name for tree in arguments if isinstance(tree, Name))
    if len(names) < len(arguments) or len(set(names)) < len(names):
        return None
    name = _name(called["name"].strip(), symbols)
    if name is None or name == "d" or (name in KNOWN and len(names) == 1):
        return None
    return Head(name, names)


def _name(latex: str, symbols: Symbols) -> str | None:
    word = _WORD.match(latex)
    if word is not None and (latex.startswith("\\") or word["word"] in WORDS):
        return word["word"]
    tree = _tree(latex, symbols)
    return tree.name if isinstance(tree, Name) else None


def _tree(latex: str, symbols: Symbols) -> Tree | None:
    try:
        return parse_latex(latex, symbols)
    except GradproofError:
        return None
