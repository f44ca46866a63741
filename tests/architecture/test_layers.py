"""The structure of the package: its layers, the length of its parts, what an import costs."""

from __future__ import annotations

import pytest

from tests.architecture.layers import (
    ABOVE,
    LAYERS,
    PACKAGE,
    breaches,
    core_dependencies,
    foreign_imports,
    function_lengths,
    imported_modules,
    module_name,
    source_files,
)

LONGEST_FILE = 400
LONGEST_FUNCTION = 45
NAMES_THAT_SAY_NOTHING = {
    "common", "helper", "helpers", "manager", "managers", "misc", "util", "utils",
}  # fmt: skip
PLUGINS = {
    "pytest_plugin.py": {"pytest"},  # only pytest itself imports it
    "scipy_functions.py": {"scipy"},  # text that programs bring along; nothing imports it
    "jax_functions.py": {"jax"},
    "torch_functions.py": {"torch"},
    "arena.py": {"numba", "llvmlite"},  # imported when a program that numba compiles is loaded
    "entry.py": {"numba", "llvmlite"},
    "loaded.py": {"numba"},
    "machine.py": {"numba", "llvmlite"},
}

each_file = pytest.mark.parametrize(
    "path", source_files(), ids=lambda path: str(path.relative_to(PACKAGE))
)


def test_every_folder_has_its_place_in_the_order():
    folders = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert folders
    assert folders <= {*LAYERS, *ABOVE}


@each_file
def test_imports_point_downwards(path):
    is_package = path.name == "__init__.py"
    assert breaches(path.read_text("utf-8"), module_name(path), is_package) == []


@each_file
def test_a_plain_installation_is_enough(path):
    needed = core_dependencies() | PLUGINS.get(path.name, set())
    assert foreign_imports(path.read_text("utf-8"), module_name(path)) <= needed


@each_file
def test_no_file_is_long(path):
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST_FILE


@each_file
def test_no_function_is_long(path):
    lengths = function_lengths(path.read_text("utf-8"))
    assert [(name, lines) for name, lines in lengths if lines > LONGEST_FUNCTION] == []


@each_file
def test_modules_are_named_for_what_they_do(path):
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    assert NAMES_THAT_SAY_NOTHING.isdisjoint(part.strip("_") for part in parts)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("gradproof.core.node", "from gradproof.ops import axes"),
        ("gradproof.core.node", "from gradproof.ops.inverse import inv"),
        ("gradproof.core.node", "def f():\n    import gradproof.calculus.derivative"),
        ("gradproof.calculus.derivative", "from ..notation import tree"),
        ("gradproof.notation.lower", "import gradproof"),
        ("gradproof.program.plan", "from gradproof.cli import main"),
    ],
)
def test_an_import_that_points_upwards_is_seen(module, source):
    assert len(breaches(source, module)) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("gradproof.ops.inverse", "from gradproof.core.node import Node"),
        ("gradproof.ops.inverse", "from gradproof.ops import axes"),
        ("gradproof.ops.inverse", "from .axes import same"),
        ("gradproof.cli", "from gradproof import derive"),
        ("gradproof.core.node", "import numpy"),
    ],
)
def test_an_import_that_points_downwards_is_allowed(module, source):
    assert breaches(source, module) == []


def test_relative_imports_of_a_package_are_resolved_from_the_package():
    source = "from .node import Node\nfrom ..ops import axes"
    names = list(imported_modules(source, "gradproof.core", is_package=True))
    assert names == ["gradproof.core.node.Node", "gradproof.ops.axes"]


def test_a_dependency_that_is_not_declared_is_seen():
    assert foreign_imports("import scipy.linalg, os\nimport numpy as np", "m") == {"scipy", "numpy"}
    assert "scipy" not in core_dependencies()
    assert "opt_einsum" in core_dependencies()
