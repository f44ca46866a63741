"""Programs of loops: every case of the suite, whatever is walked as rows, in one thread or more."""

from __future__ import annotations

import numpy as np
import pytest

from gradproof.notation.evaluate import evaluate
from gradproof.notation.infer import read
from gradproof.program.task import Task
from tests.program.interpreted import run
from tests.program.points import CASES, case_declarations, case_point
from tests.program.test_conformance import assert_close, closed_form

each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])


def task_of(case, sizes=None):
    declarations = case_declarations(case)
    texts = {"value": case["text"]}
    if case["closed_form_text"]:
        texts["gradient"] = closed_form(case)
    outputs = {name: read(text, declarations).tree for name, text in texts.items()}
    return Task("loss", outputs, declarations, texts, sizes)


def assert_runs(case, told, monkeypatch, threshold):
    """The loops give the values of the trees; threshold: work above which threads are used."""
    monkeypatch.setattr("gradproof.program.kernels.source.WORTH_THREADS", threshold)
    sizes, arrays = case_point(case)
    task = task_of(case, sizes if told else None)
    found = run(task, [arrays[name] for name in task.parameters()])
    for value, tree in zip(found, task.outputs.values(), strict=True):
        expected = evaluate(tree, arrays, sizes)
        assert np.shape(value) == expected.shape
        assert_close(value, expected)


@each_case
def test_loops_give_the_values(case, monkeypatch):
    assert_runs(case, told=False, monkeypatch=monkeypatch, threshold=np.inf)


@each_case
def test_stages_in_threads_give_the_values(case, monkeypatch):
    assert_runs(case, told=True, monkeypatch=monkeypatch, threshold=-1)


@each_case
def test_products_that_are_turned_give_the_values(case, monkeypatch):
    monkeypatch.setattr("gradproof.program.kernels.layouts.TALL", 0)
    monkeypatch.setattr("gradproof.program.kernels.layouts.WORTH_TURNING", 0)
    assert_runs(case, told=True, monkeypatch=monkeypatch, threshold=-1)
