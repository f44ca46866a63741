"""The machine and the versions that a result belongs to."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.programs.threads import THREADS

PACKAGES = ("numpy", "numba", "scipy", "jax", "torch", "autograd", "pytensor")


def description(pythons: Mapping[str, str]) -> dict[str, str]:
    """What is known of the machine, as words by heading."""
    found = {
        "processor": _processor(),
        "cores": f"{os.cpu_count()}, {THREADS} threads for every program",
        "system": platform.platform(),
        "Python": platform.python_version(),
        "BLAS of NumPy": _blas(),
    }
    found |= {package: _version(package) for package in PACKAGES}
    return found | {name: _elsewhere(name, python) for name, python in pythons.items()}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _elsewhere(package: str, python: str) -> str:
    """The version of a package under another interpreter, and of numba there."""
    code = (
        "from importlib.metadata import version\n"
        f"print(version({package!r}), 'with numba', version('numba'))"
    )
    done = subprocess.run([python, "-c", code], capture_output=True, text=True)
    return done.stdout.strip() or "unknown"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _blas() -> str:
    code = (
        "import numpy\n"
        "found = numpy.show_config(mode='dicts')['Build Dependencies']['blas']\n"
        "print(found['name'], found['version'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    return done.stdout.strip() or "unknown"
