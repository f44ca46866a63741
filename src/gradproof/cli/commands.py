"""The command line: `gradproof VERB …`.

Results go to standard output, diagnostics to standard error.  Exit codes: 0 fine, 1 a finding
(refuted), 2 input that cannot be read, 3 undecided, 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import NoReturn

import click

from gradproof import __version__
from gradproof.cli.check import check
from gradproof.cli.code import code
from gradproof.cli.derive import derive
from gradproof.cli.equal import equal
from gradproof.cli.minimize import minimize
from gradproof.cli.solve import solve
from gradproof.core.errors import GradproofError
from gradproof.notation.vocabulary import nearest

VERBS = (derive, check, code, equal, minimize, solve)


@click.group(
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    commands={verb.name: verb for verb in VERBS if verb.name},
)
@click.version_option(__version__, prog_name="gradproof")
@click.pass_context
def cli(context: click.Context) -> None:
    """Closed formulas for matrix derivatives, derived step by step, proved by numbers."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def main() -> NoReturn:
    """Run the command line; every error of the user's is one screen and exit code 2."""
    sys.exit(_guarded(_run))


def _run() -> int:
    """The command itself; click's own `main` would take a closed pipe for a failure."""
    try:
        with cli.make_context("gradproof", _arguments()) as context:
            cli.invoke(context)
    except click.exceptions.Exit as left:
        return left.exit_code
    return 0


def _arguments() -> list[str]:
    """The command line, with expressions that start with a minus told apart from options.

    A space before `-x'*y` keeps it from being read as the options -x, -', …; the reader skips it.
    """
    return [
        f" {word}" if len(word) > 2 and word[0] == "-" and word[1] != "-" else word
        for word in sys.argv[1:]
    ]


def _guarded(run: Callable[[], int]) -> int:
    try:
        return run()
    except GradproofError as error:
        click.echo(f"error: {error}", err=True)
        return 2
    except click.ClickException as error:
        click.echo(f"error: {error.format_message()}\n{_advice(error)}", err=True)
        return 2
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        click.echo(f"error: {error.filename or 'standard output'}: {error.strerror}", err=True)
        return 2


def _advice(error: click.ClickException) -> str:
    """What to type instead: the nearest verb, or where the usage is explained."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is not None and context.command is not cli:
        return f"{context.command_path} --help shows its arguments and options."
    verb = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    near = nearest(verb, tuple(cli.commands))
    if near and near != verb and near not in error.format_message():
        return f"Did you mean {near}?"
    return f"The verbs are {', '.join(cli.commands)}; gradproof --help explains them."
