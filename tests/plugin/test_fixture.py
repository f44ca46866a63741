"""The fixture `assert_gradient`, in a pytest of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib

import pytest

from tests.architecture.layers import ROOT

TESTS = """
import numpy as np
import pytest

A = np.arange(6.0).reshape(2, 3)

def f(x):
    return float(np.sum((A @ x) ** 2))

def test_numbers(assert_gradient):
    assert_gradient(f, lambda x: 2 * A.T @ A @ x, np.ones(3))
    assert_gradient(f, 2 * A.T @ A @ np.ones(3), np.ones(3), rng=1)

def test_wrong_numbers(assert_gradient):
    with pytest.raises(pytest.fail.Exception, match="wrong by .* is given"):
        assert_gradient(f, lambda x: A.T @ A @ x, np.ones(3))

def test_wrong_shape(assert_gradient):
    with pytest.raises(pytest.fail.Exception, match="shape"):
        assert_gradient(f, lambda x: A, np.ones(3))

def test_formula(assert_gradient):
    assert_gradient("2*X'*(X*w - y)", of="norm2(X*w - y)^2", wrt="w")
    assert_gradient("2*A*x", of="x'*A*x", wrt="x", declare={"A": "symmetric(n)"})
    assert_gradient("A + A'", of="x'*A*x", wrt="x", order=2)

def test_wrong_formula(assert_gradient):
    with pytest.raises(pytest.fail.Exception, match="the factor 2"):
        assert_gradient("X'*(X*w - y)", of="norm2(X*w - y)^2", wrt="w")
"""


def test_the_fixture_tells_right_from_wrong(tmp_path):
    (tmp_path / "test_mine.py").write_text(TESTS, "utf-8")
    # The plugin is named, so that it is this one whatever is installed.
    alone = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    settings = ["-p", "gradproof.pytest_plugin", "-p", "no:cacheprovider", "-q"]
    command = [sys.executable, "-m", "pytest", *settings, "--rootdir", str(tmp_path), str(tmp_path)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=tmp_path, env=alone
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "5 passed" in done.stdout


def test_pytest_finds_the_plugin_by_its_entry_point():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["entry-points"]["pytest11"] == {"gradproof": "gradproof.pytest_plugin"}


def test_the_plugin_needs_nothing_but_pytest_until_it_is_used():
    code = "import sys, gradproof.pytest_plugin; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"rich", "click", "gradproof.documents.judging.judge"} & set(done.stdout.split())


@pytest.mark.parametrize("key", ["id", "name", "entry", "language", "files"])
def test_the_hook_for_other_repositories_says_all_that_pre_commit_asks(key):
    hook = (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")
    assert f"{key}: " in hook
