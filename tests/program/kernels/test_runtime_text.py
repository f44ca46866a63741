"""The text that programs of loops bring along."""

from __future__ import annotations

import ast
import builtins
from symtable import SymbolTable, symtable

import pytest

from gradproof.program.kernels.runtime import (
    HEADER,
    HEADER_NAMES,
    RUNTIME,
    runtime_text,
    texts,
)


def unbound(table: SymbolTable) -> set[str]:
    """The names that a text reads and does not bind."""
    own = {
        symbol.get_name()
        for symbol in table.get_symbols()
        if symbol.is_referenced()
        and (symbol.is_global() or table.get_type() == "module")
        and not symbol.is_assigned()
    }
    inner = set().union(*map(unbound, table.get_children()))
    return (own | inner) - {
        symbol.get_name()
        for symbol in table.get_symbols()
        if table.get_type() == "module" and symbol.is_assigned()
    }


@pytest.mark.parametrize("name", RUNTIME)
def test_every_function_brings_what_it_needs(name):
    read = unbound(symtable(runtime_text([name]), name, "exec"))
    assert read <= HEADER_NAMES | set(dir(builtins))


def test_a_parameter_is_not_a_need():
    assert "work" in RUNTIME
    assert "work" not in RUNTIME["weighted_gram"].needs


def test_names_are_bound_once():
    names = [name for name, _ in texts._definitions()]
    assert len(names) == len(set(names))
    assert not RUNTIME.keys() & HEADER_NAMES
    assert names_imported(HEADER) == HEADER_NAMES


def names_imported(text: str) -> set[str]:
    return {
        (alias.asname or alias.name)
        for statement in ast.parse(text).body
        if isinstance(statement, ast.Import | ast.ImportFrom)
        for alias in statement.names
    }


def test_what_is_needed_comes_first():
    text = runtime_text(["softmax_row", "exp"])
    for first, second in (("class Lane", "def exp("), ("def exp(", "def softmax_row(")):
        assert 0 <= text.index(first) < text.index(second)
    assert text.count("def exp(") == 1


def test_comments_come_along_and_those_for_linters_do_not():
    text = runtime_text(["exp"])
    assert "# log 2 in two parts" in text
    assert "fmt:" not in text


def test_unknown_names():
    with pytest.raises(KeyError):
        runtime_text(["unknown"])
