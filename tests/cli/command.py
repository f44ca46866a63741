"""Running `gradproof …`: in this process, which is quick, or in one of its own."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from gradproof import cli


@dataclass(frozen=True)
class Answer:
    """What a command said."""

    code: int
    out: str
    err: str


Run = Callable[..., Answer]


def runner(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """A function that runs the command line on its arguments, in this process."""

    def run(*arguments: str, stdin: str = "") -> Answer:
        monkeypatch.setattr(sys, "argv", ["gradproof", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        with pytest.raises(SystemExit) as left:
            cli.main()
        said = capsys.readouterr()
        return Answer(int(left.value.code or 0), said.out, said.err)

    return run


def process(*arguments: str, **settings: str) -> subprocess.Popen[str]:
    """`python -m gradproof` with these arguments and environment variables, as started."""
    return subprocess.Popen(
        [sys.executable, "-X", "utf8", "-W", "error", "-m", "gradproof", *arguments],
        env=os.environ | settings,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        # A shell may start jobs deaf to Ctrl-C, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def finished(started: subprocess.Popen[str], stdin: str = "") -> Answer:
    """What the process says when it has ended."""
    out, err = started.communicate(stdin, timeout=60)
    return Answer(started.returncode, out, err)
