"""Every case of the conformance suite is read, and has the shape that the suite states."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gradproof.core.declaration import Declaration, closure
from gradproof.core.dimension import ONE, dimension, times
from gradproof.notation.infer import infer, read
from gradproof.notation.parser import parse_text
from gradproof.notation.tree import Name, Tree, children, rebuild, walk

CASES = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "conformance" / "public.jsonl")
    .read_text("utf-8")
    .splitlines()
]
IDS = [case["id"] for case in CASES]


def variables_of(case) -> dict[str, Declaration]:
    return {
        name: Declaration(
            name,
            variable["kind"],
            tuple(map(dimension, variable["shape"])),
            closure([variable["constraint"]] if variable["constraint"] else []),
        )
        for name, variable in case["variables"].items()
    }


def size(text: str):
    return dimension(text) if "*" not in text else times(*map(dimension, text.split("*")))


def pair(axes) -> tuple:
    return (*map(size, axes), ONE, ONE)[:2]


def flat(axes):
    total = ONE
    for axis in axes:
        total = times(total, size(axis))
    return total


def closed_form_shape(case) -> tuple:
    """The shape of the closed form as a matrix: vec layout flattens output and input axes."""
    axes = case["output_shape"]
    if case["closed_form_layout"] != "vec":
        return pair(axes)
    inputs = len(case["variables"][case["wrt"]]["shape"])
    rows = axes[: len(axes) - inputs]
    return flat(rows), flat(axes[len(axes) - inputs :])


def substituted(tree: Tree, values: dict[str, Tree]) -> Tree:
    if isinstance(tree, Name):
        return values.get(tree.name, tree)
    return rebuild(tree, tuple(substituted(part, values) for part in children(tree)))


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_expression_of_a_case_has_its_shape(case):
    found = read(case["text"], variables_of(case))
    assert found.tree.shape == pair(case["expr_shape"])
    assert found.declarations == variables_of(case)


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_closed_form_of_a_case_has_its_shape(case):
    text = case["closed_form_text"]
    if text is None:
        assert case["closed_form_latex"]
        return
    values: dict[str, Tree] = {}
    for definition in case.get("closed_form_where", ()):
        name, _, body = definition["text"].partition("=")
        values[name.strip()] = substituted(parse_text(body), values)
    found = infer(substituted(parse_text(text), values), variables_of(case))
    assert found.tree.shape == closed_form_shape(case)


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_case_without_declarations_is_read_with_shapes_that_fit(case):
    bare = read(case["text"])
    again = read(case["text"], bare.declarations)
    assert again.tree == bare.tree
    assert again.tree.shape == bare.tree.shape
    assert dict(again.declarations) == dict(bare.declarations)


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_every_node_of_a_case_has_a_shape(case):
    assert all(part.shape is not None for part in walk(read(case["text"]).tree))
