"""Definitions on first use, and what looks like one: updates, values, equations.

`r = Xw − y` defines r where r has no definition yet: a free variable is no claim to be judged.
`L(w) = …` defines a function, `l_i = y_i − t_i` a vector by its components.  An equation that gives
x by x itself, as an update does, is noted and neither defines nor claims anything.
"""

from __future__ import annotations

import re

from gradproof.core.errors import GradproofError
from gradproof.documents.finding import Finding
from gradproof.documents.meaning.heads import Head, head_of
from gradproof.documents.meaning.notebook import Notebook
from gradproof.documents.meaning.substitution import Function
from gradproof.documents.meaning.trouble import Pages
from gradproof.documents.meaning.undefined import applied_names
from gradproof.documents.meaning.unknown_functions import any_function
from gradproof.documents.reading.statements import Member
from gradproof.notation.latex.known import HABITUAL_INDICES
from gradproof.notation.symbols import names_in
from gradproof.notation.tree import Binary, Binder, Call, Literal, Name, Tree, walk
from gradproof.notation.vocabulary import KNOWN

_NEXT = re.compile(r"(.+?)_(?:new|next|neu|nov|t_plus_1|k_plus_1|i_plus_1|n_plus_1|s_plus_1)\Z")
_ENTRIES = re.compile(
    r"(?:\\left\s*)?[(\[]\s*\{?\s*(?P<name>\\?[A-Za-z]+)\s*_\s*"
    r"\{\s*[A-Za-z]\s*,?\s*[A-Za-z]\s*\}\s*\}?\s*"
    r"(?:\\right\s*)?[)\]](?:_\{?[^{}]*\}?)?(?:\^\{?[^{}]*\}?)?"
)
_COUNTERS = HABITUAL_INDICES | {"m", "n", "t"}


def new_head(member: Member, notebook: Notebook, *, again: bool) -> Head | None:
    """The head of a definition that a member is; None where it is an expression or is defined.

    With `again`, as := says, a name may be defined anew.
    """
    if not member:
        return None
    head = head_of(member.latex, notebook.symbols)
    if head is None or (notebook.knows(head.name) and not (again or _is_other(head, notebook))):
        return None
    if not again and _component_of(head.name, notebook):
        return None
    if head.index and head.name in notebook.declarations:
        return None
    equation = notebook.equation
    return None if equation is not None and equation.unknown == head.name else head


def _is_other(head: Head, notebook: Notebook) -> bool:
    """Whether f(x) is defined where there was an f(U, V): another function of the same name."""
    known = notebook.functions.get(head.name)
    return (
        known is not None
        and head.arguments is not None
        and (len(known.parameters) != len(head.arguments))
    )


def names_entries(left: Member, right: Member, notebook: Notebook) -> bool:
    """Whether A = (a_ij) is said, which names the entries of A and claims nothing."""
    head = head_of(left.latex, notebook.symbols) if left else None
    found = _ENTRIES.fullmatch(right.latex.strip())
    if head is None or head.arguments is not None or head.index or found is None:
        return False
    entry = found["name"].lstrip("\\")
    if entry != head.name and not notebook.knows(entry) and entry not in notebook.declarations:
        notebook.define(entry, Name(head.name))
    return True


def _component_of(name: str, notebook: Notebook) -> bool:
    """Whether r_1 is the first component of an r that is declared."""
    stem, _, number = name.rpartition("_")
    return number.isdigit() and stem in notebook.declarations


def is_update(head: Head, following: Member) -> bool:
    """Whether the right side is the old value of the left one, changed: w_new = w_old − ….

    >>> from gradproof.core.errors import Span
    >>> is_update(Head("w_new"), Member(Span(0, 9), "w_{old} - x"))
    True
    """
    stem = _NEXT.match(head.name)
    written = re.sub(r"\\(?:mathbf|boldsymbol|vec|bm)(?![A-Za-z])|[{}\s]", "", following.latex)
    if stem is not None:
        return re.match(rf"\\?{re.escape(stem[1])}(?![A-Za-z])", written) is not None
    name = head.name.replace("_", "_?")
    return re.match(rf"\\?{name}(?![A-Za-z_])\s*(?:\+|-|\\leftarrow)", written) is not None


def define(
    head: Head, written: Member, notebook: Notebook, pages: Pages, left: Member
) -> Finding | None:
    """Takes up a definition; the finding, where its right side is not understood."""
    try:
        body = _body(head, written, notebook)
    except GradproofError as error:
        notebook.unread[head.name] = pages.places.of(left.span.start).line
        return pages.failed(written.span.start, error, lhs=left.latex, rhs=written.latex)
    if body is None:
        return None
    notebook.functions.pop(head.name, None)
    notebook.define(head.name, body)
    if head.arguments is not None:
        notebook.functions[head.name] = Function(head.arguments, body)
    notebook.latex[head.name] = written.latex
    return None


def _body(head: Head, written: Member, notebook: Notebook) -> Tree | None:
    """What a head stands for; None for a counter or a size, whose value is noted."""
    bound = {head.index} if head.index else set()
    tree = notebook.read(written.latex)
    if isinstance(tree, Literal) and _is_number_of(head, tree, notebook):
        return None
    if head.name in names_in(tree):
        from gradproof.core.errors import UnsupportedError

        raise UnsupportedError(
            f"{head.name} stands on both sides", span=tree.span, hint="An equation is not judged."
        )
    if bound:
        return Binder("array", (head.index,), tree)
    return _of_any_function(written.latex, tree, notebook) or tree


def _of_any_function(latex: str, tree: Tree, notebook: Notebook) -> Tree | None:
    """M = g(u) with a g that nobody defined: any smooth function of u."""
    match tree:
        case Binary("*", Name(name), argument) if name in applied_names(latex, tree, notebook):
            return any_function(name, argument)
        case Call(name, arguments) if name not in KNOWN:
            return any_function(name, *arguments)
        case _:
            return None


def _is_number_of(head: Head, tree: Literal, notebook: Notebook) -> bool:
    """Whether i = 1 or n = 4 speaks of an index or a size."""
    if head.arguments is not None:
        return False
    if head.name in notebook.symbols.dimensions and tree.value.denominator == 1:
        notebook.sizes[head.name] = int(tree.value)
        return True
    return head.name in _COUNTERS and head.name not in notebook.declarations


def is_constant(left: Tree, right: Tree) -> str:
    """The name A of a statement dA = 0; empty for any other."""
    match left, right:
        case Call("differential", (Name(name),)), Literal(value) if value == 0:
            return name
        case _:
            return ""


def gradient_variable(tree: Tree) -> str:
    """The variable by which a tree differentiates, where it is a derivative by one."""
    for part in walk(tree):
        match part:
            case Call("derivative", (_, Name(name))):
                return name
            case _:
                pass
    return ""
