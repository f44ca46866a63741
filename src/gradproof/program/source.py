"""The source of a whole program: header, functions it brings along, the function, its docstring."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from textwrap import wrap

from gradproof.core.declaration import Declaration
from gradproof.core.dimension import shape_text
from gradproof.notation.tree import Binder, Name, Tree, children, is_scalar
from gradproof.program.backends.spelling import Backend
from gradproof.program.backends.syntax import INDENT, LONGEST_LINE
from gradproof.program.emit import function_body
from gradproof.program.lower import plan, shape_of
from gradproof.program.naming import distinct, identifier
from gradproof.program.plan import Builder
from gradproof.program.sizes import alike, size_statements, unique_dimensions

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
    sizes: Mapping[str, int] | None = None,
) -> str:
    """A function that works out the outputs together, as self-contained source text.

    backend: the language.  name: of the function.  outputs: inferred trees by name.  formulas:
    what the docstring says of each output.  sizes: of dimensions, for the cheapest order.  The
    arguments are `parameters(outputs, declarations)`, in order.
    """
    syntax = backend.syntax
    own_names = backend.taken() | syntax.reserved
    arguments = parameters(outputs, declarations)
    variables = distinct(arguments, own_names)
    named_outputs = distinct(outputs, {*own_names, *variables.values()})
    taken = {*own_names, *variables.values(), *named_outputs.values()}
    dimensions = unique_dimensions(declarations, taken)
    plans = plan(
        {named_outputs[output]: tree for output, tree in outputs.items()},
        Builder(declarations),
        sizes,
    )
    statements, used, functions = function_body(
        plans, backend, variables, dimensions, alike(arguments, variables)
    )
    said = documentation(outputs, arguments, variables, formulas)
    read = size_statements(syntax, used, arguments, variables, dimensions)
    results = list(named_outputs.values())
    function = syntax.function(
        identifier(name), list(variables.values()), said, [*read, *statements], results
    )
    title = f"{names_of(outputs)}, in {backend.title}; written by gradproof."
    return file_text(backend, title, functions, function, statements)


def file_text(
    backend: Backend, title: str, functions: set[str], function: str, statements: Sequence[str]
) -> str:
    """The text of a file: its title, imports, the functions it brings along, the function.

    functions: the names of those it brings along.  statements: those of the function.
    """
    brought = [own for known, own in backend.functions.items() if known in functions]
    words = set(re.findall(r"(?<![\w.])\w+", "\n".join(statements)))
    mentioned = words.union(*(own.names for own in brought))
    lines = [line for name, line in backend.imports.items() if name in mentioned]
    top = "\n\n".join(filter(None, [backend.syntax.title(title), backend.syntax.imports(lines)]))
    return "\n\n\n".join([top, *(own.text for own in brought), function]) + "\n"


def names_of(outputs: Mapping[str, Tree]) -> str:
    """The outputs as they are named in a sentence."""
    names = [output.replace("_", " ") for output in outputs]
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{listed[0].upper()}{listed[1:]}"


def documentation(
    outputs: Mapping[str, Tree],
    arguments: Mapping[str, Declaration],
    variables: Mapping[str, str],
    formulas: Mapping[str, str],
) -> list[str]:
    """What is said of a function: its outputs with their formulas, its arguments."""
    lines = [f"{names_of(outputs)}.", ""]
    for output, tree in outputs.items():
        formula = f" = {formulas[output]}" if output in formulas else ""
        lines += _wrapped(f"{output} ({_shape(tree)}){formula}")
    if arguments:
        lines.append("")
    for name, declaration in arguments.items():
        lines += _wrapped(f"{variables[name]}: {_described(declaration)}")
    return lines


def _wrapped(text: str) -> list[str]:
    return wrap(text, WIDEST_TEXT, subsequent_indent=INDENT, break_on_hyphens=False)


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
