"""What a claim uses and nobody defined: functions f(…), the differential of such, remainders o(h).

`f(x + h)` is read as a product where f is a variable.  Where that product makes the claim false and
f stands nowhere else, it was meant as a function, and nothing can be said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gradproof.core.errors import Span, UnsupportedError
from gradproof.documents.meaning.notebook import Notebook
from gradproof.notation.symbols import names_in
from gradproof.notation.tree import Binary, Call, Name, Transpose, Tree, walk

_REMAINDER = re.compile(
    r"(?<![A-Za-z\\_{])(?:\\mathcal\s*\{?\s*)?[oO]\s*\}?\s*(?:\\left|\\big)?\s*\("
)
_OPENING = re.compile(r"\s*(?:\\left|\\bigl?|\\Bigl?)?\s*\(")


def refuse_remainder(latex: str, notebook: Notebook) -> None:
    """Raises UnsupportedError for o(h) and O(h²), unless o or O is a name of the document."""
    found = _REMAINDER.search(latex)
    if found is None or {"o", "O"} & (notebook.definitions.keys() | notebook.declarations.keys()):
        return
    raise UnsupportedError(
        "a remainder o(…) is not read",
        span=Span(*found.span()),
        hint="Write the linear part alone, with = for the differential.",
    )


def undefined_differentials(trees: Sequence[Tree], notebook: Notebook) -> set[str]:
    """The f whose df a member consists of, where nobody said what f is."""
    bare = [_bare_differential(tree) for tree in trees]
    if all(bare):
        return set()
    known = notebook.definitions.keys() | {name for t in trees for name in _with_gradient(t)}
    known |= notebook.fields.keys()
    return {name for name in bare if name and name not in known}


def _with_gradient(tree: Tree) -> set[str]:
    """The functions of which a derivative is written."""
    return {
        part.arguments[0].name
        for part in walk(tree)
        if isinstance(part, Call)
        and part.function == "derivative"
        and isinstance(part.arguments[0], Name)
    }


def _bare_differential(tree: Tree) -> str:
    match tree:
        case Call("differential", (Name(name),)):
            return name
        case _:
            return ""


def applied_names(latex: str, tree: Tree, notebook: Notebook) -> set[str]:
    """The unknown names before a bracket: f in f(x + h), if f stands nowhere else in the tree."""
    found: dict[str, bool] = {}
    for part in walk(tree):
        if isinstance(part, Name):
            applied = part.span is not None and _OPENING.match(latex, part.span.stop) is not None
            found[part.name] = found.get(part.name, True) and applied
    called = {name for name, applied in found.items() if applied}
    return {name for name in called if name in _factors(tree) and not _is_known(name, notebook)}


def _factors(tree: Tree) -> set[str]:
    """The names that multiply something from the left."""
    names = set()
    for part in walk(tree):
        if isinstance(part, Binary) and part.operator == "*":
            left = part.left.right if isinstance(part.left, Binary) else part.left
            left = left.operand if isinstance(left, Transpose) else left
            if isinstance(left, Name):
                names.add(left.name)
    return names


def new_names(tree: Tree, before: Sequence[Tree], notebook: Notebook) -> set[str]:
    """The names that neither the document nor the claim has spoken of before."""
    spoken = {name for other in before for name in names_in(other)}
    return {n for n in names_in(tree) - spoken if not _is_known(n, notebook)}


def _is_known(name: str, notebook: Notebook) -> bool:
    return name in notebook.symbols.dimensions or any(
        name in known
        for known in (notebook.declarations, notebook.definitions, notebook.spoken, notebook.unread)
    )
