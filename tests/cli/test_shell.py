"""How the command line gets along with a shell: pipes, terminals, interrupts."""

from __future__ import annotations

import os
import signal
import sys

import pytest

import gradproof as gp
from tests.cli.command import Answer, finished, process, runner

REQUEST = ("norm2(X*w - y)^2", "--wrt", "w")
BOLD = "\033[1m"


@pytest.fixture
def run(monkeypatch, capsys):
    return runner(monkeypatch, capsys)


@pytest.mark.parametrize(("no_color", "bold"), [(None, 1), ("1", 0), ("", 0)])
def test_colour_is_for_terminals_that_want_it(run, monkeypatch, no_color, bold):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.delenv("NO_COLOR", raising=False)
    if no_color is not None:
        monkeypatch.setenv("NO_COLOR", no_color)
    assert run("derive", *REQUEST).out.count(BOLD) == bold


def test_there_is_no_colour_in_a_file(run, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\033" not in run("derive", *REQUEST).out


def test_an_interrupt_has_its_own_code(run, monkeypatch):
    def interrupted(*_arguments: object, **_options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("gradproof.derivation.derive.derive", interrupted)
    answer = run("derive", "x'*y", "--wrt", "x")
    assert (answer.code, answer.out, answer.err.strip()) == (130, "", "interrupted")


def test_control_c_while_it_reads():
    with process("derive", "-", "--wrt", "x") as started:
        # More than a pipe holds, so that this returns only once the other end is reading.
        started.stdin.write("x" * 200_000)
        started.stdin.flush()
        os.kill(started.pid, signal.SIGINT)
        assert started.wait(timeout=60) == 130
        assert started.stdout.read() == ""
        assert started.stderr.read().strip() == "interrupted"
        started.stdin.close()


def test_as_a_module():
    answer = finished(process("--version"))
    assert answer == Answer(0, f"gradproof, version {gp.__version__}\n", "")


def test_as_a_module_with_input_and_colour_unwanted():
    answer = finished(process("derive", "-", "--wrt", "x", NO_COLOR="1"), stdin="-x'*y\n")
    assert (answer.code, answer.err) == (0, "")
    assert "∇f = −y\n" in answer.out


@pytest.mark.parametrize("verb", ["derive", "code"])
def test_a_reader_that_has_had_enough(verb):
    with process(verb, *REQUEST) as started:
        started.stdout.close()
        assert started.wait(timeout=60) == 0
        assert started.stderr.read() == ""
