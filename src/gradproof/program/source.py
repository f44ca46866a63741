"""The source of a whole program: header, functions it brings along, the function, its docstring."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import wrap

from gradproof.core.declaration import Declaration
from gradproof.core.dimension import shape_text
from gradproof.notation.tree import Binder, Name, Tree, children, is_scalar
from gradproof.program.backends.spelling import Backend
from gradproof.program.emit import (
    INDENT,
    LONGEST_LINE,
    function_body,
    function_text,
    size_statements,
    unique_dimensions,
)
from gradproof.program.lower import plan, shape_of
from gradproof.program.naming import distinct, identifier
from gradproof.program.plan import Builder

WIDEST_TEXT = LONGEST_LINE - len(INDENT)


def parameters(
    outputs: Mapping[str, Tree], declarations: Mapping[str, Declaration]
) -> dict[str, Declaration]:
    """The variables that a program takes: all declared ones but unused indices."""
    used = set().union(*(free_names(tree) for tree in outputs.values()))
    return {
        name: declaration
        for name, declaration in declarations.items()
        if declaration.kind != "index" or name in used
    }


def free_names(tree: Tree) -> frozenset[str]:
    """The names of a tree that no enclosing sum(j, …) or array(i, …) binds."""
    found: set[str] = set()
    pending: list[tuple[Tree, frozenset[str]]] = [(tree, frozenset())]
    while pending:
        current, bound = pending.pop()
        if isinstance(current, Name) and current.name not in bound:
            found.add(current.name)
        if isinstance(current, Binder):
            bound |= set(current.indices)
        pending.extend((part, bound) for part in children(current))
    return frozenset(found)


def source(
    backend: Backend,
    name: str,
    outputs: Mapping[str, Tree],
    declarations: Mapping[str, Declaration],
    formulas: Mapping[str, str],
) -> str:
    """A function that works out the outputs together, as self-contained source text.

    backend: the language.  name: of the function.  outputs: inferred trees by name.  formulas:
    what the docstring says of each output.  The arguments are `parameters(outputs, declarations)`,
    in order.
    """
    taken_functions = {*backend.functions, backend.prefix}
    arguments = parameters(outputs, declarations)
    variables = distinct(arguments, taken_functions)
    named_outputs = distinct(outputs, {*taken_functions, *variables.values()})
    taken = {*taken_functions, *variables.values(), *named_outputs.values()}
    dimensions = unique_dimensions(declarations, taken)
    plans = plan(
        {named_outputs[output]: tree for output, tree in outputs.items()}, Builder(declarations)
    )
    statements, sizes, functions = function_body(plans, backend, variables, dimensions)
    body = [
        *_docstring(outputs, arguments, variables, formulas),
        *size_statements(sizes, arguments, variables, dimensions),
        *statements,
        f"return {', '.join(named_outputs.values())}",
    ]
    lines = [f"{INDENT}{line}" if line else "" for line in body]
    function = "\n".join([*_header(identifier(name), list(variables.values())), *lines])
    brought = [function_text(backend, own) for own in backend.functions if own in functions]
    title = f'"""{_plain(_names(outputs))}, in {backend.title}; written by gradproof."""'
    needs_header = f"{backend.prefix}." in "".join([*brought, *statements])
    top = f"{title}\n\n{backend.header}" if needs_header else title
    return "\n\n\n".join([top, *brought, function]) + "\n"


def _header(name: str, arguments: list[str]) -> list[str]:
    line = f"def {name}({', '.join(arguments)}):"
    if len(line) <= LONGEST_LINE:
        return [line]
    listed = wrap(", ".join(arguments), LONGEST_LINE - 2 * len(INDENT), break_long_words=False)
    return [f"def {name}(", *(f"{2 * INDENT}{part}" for part in listed), "):"]


def _names(outputs: Mapping[str, Tree]) -> str:
    names = [output.replace("_", " ") for output in outputs]
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{listed[0].upper()}{listed[1:]}"


def _docstring(
    outputs: Mapping[str, Tree],
    arguments: Mapping[str, Declaration],
    variables: Mapping[str, str],
    formulas: Mapping[str, str],
) -> list[str]:
    lines = [f'"""{_plain(_names(outputs))}.', ""]
    for output, tree in outputs.items():
        formula = f" = {formulas[output]}" if output in formulas else ""
        lines += _wrapped(f"{output} ({_shape(tree)}){formula}")
    if arguments:
        lines.append("")
    for name, declaration in arguments.items():
        lines += _wrapped(f"{variables[name]}: {_described(declaration)}")
    return [*lines, '"""']


def _wrapped(text: str) -> list[str]:
    return wrap(_plain(text), WIDEST_TEXT, subsequent_indent=INDENT, break_on_hyphens=False)


def _shape(tree: Tree) -> str:
    if is_scalar(tree):
        return "scalar"
    return shape_text(axis for axis in shape_of(tree) if str(axis) != "1")


def _described(declaration: Declaration) -> str:
    shape = "" if declaration.kind == "scalar" else f" {shape_text(declaration.axes)}"
    if declaration.kind == "index":
        shape = f" {shape_text(declaration.axes)}" if declaration.axes else ""
        bound = f", whole numbers from 0 to {declaration.bound} - 1" if declaration.bound else ""
        return f"index{shape}{bound}"
    facts = "".join(f", {fact}" for fact in sorted(declaration.facts))
    return f"{declaration.kind}{shape}{facts}"


def _plain(text: str) -> str:
    """Text that can stand in a docstring whatever it contains."""
    line = " ".join(text.split())
    return line.replace("\\", "\\\\").replace('"', '\\"')
