"""The command line: `gradproof VERB …`.

Results go to standard output, diagnostics to standard error.  Exit codes: 0 fine, 1 a finding
(refuted), 2 input that cannot be read, 3 undecided, 130 interrupted.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any, NoReturn

import click

from gradproof import __version__
from gradproof.core.errors import GradproofError, ReadError, UnknownNameError
from gradproof.expression.expression import Expression
from gradproof.expression.write import declarations_from, parse
from gradproof.notation.vocabulary import nearest

EXIT_BY_VERDICT = {"proved": 0, "agrees": 0, "refuted": 1, "not understood": 3}
BYTE_ORDER_MARK = "\ufeff"
LONGEST_INPUT = 1_000_000

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
declare_option = click.option(
    "--declare",
    "-d",
    "declarations",
    multiple=True,
    metavar="'X: matrix(N,d)'",
    help="Say what a variable is; may be repeated, or hold several with ';'.",
)
seed_option = click.option(
    "--seed", default=0, show_default=True, help="Seed of the random points."
)


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="gradproof")
@click.pass_context
def cli(context: click.Context) -> None:
    """Closed formulas for matrix derivatives, proved by numbers, with their code."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@cli.command(context_settings={"ignore_unknown_options": True})
@click.argument("expression")
@click.option("--wrt", metavar="NAMES", help="The variable; two, as x,y, for a mixed derivative.")
@click.option("--order", default=1, show_default=True, help="2 for the Hessian.")
@declare_option
@click.option("--kronecker", is_flag=True, help="Write a linear map by Kronecker products too.")
@click.option("--code", is_flag=True, help="Add a NumPy program for value and derivative.")
@click.option("--quiet", is_flag=True, help="Print the formula alone.")
@seed_option
@json_option
def derive(
    expression: str,
    wrt: str | None,
    order: int,
    declarations: tuple[str, ...],
    kronecker: bool,
    code: bool,
    quiet: bool,
    seed: int,
    as_json: bool,
) -> None:
    """Derive EXPRESSION: formula, conditions and verdict.  `-` reads standard input."""
    from gradproof import report
    from gradproof.derivation.derive import derive as derive_expression

    function = _read(expression, declarations)
    derivation = derive_expression(function, _names(wrt, function), order, rng=seed)
    if as_json:
        _print_json(report.derivation_data(derivation))
    elif quiet:
        click.echo(derivation.result.text)
    else:
        click.echo(report.derivation_text(derivation, kronecker, _is_coloured()))
        if code:
            click.echo("\n" + report.program_of(derivation).source, nl=False)
    sys.exit(EXIT_BY_VERDICT[derivation.verification.kind])


@cli.command(context_settings={"ignore_unknown_options": True})
@click.argument("expression")
@click.option("--wrt", metavar="NAMES", help="The variable, or several, as w,b.")
@click.option("--backend", default="numpy", show_default=True, help="The target.")
@click.option(
    "--outputs", default="value,gradient", show_default=True, help="Also hessian and hvp."
)
@click.option("--name", default="loss", show_default=True, help="The name of the function.")
@click.option("--output", "-o", type=click.Path(dir_okay=False), help="Write to a file.")
@declare_option
@json_option
def code(
    expression: str,
    wrt: str | None,
    backend: str,
    outputs: str,
    name: str,
    output: str | None,
    declarations: tuple[str, ...],
    as_json: bool,
) -> None:
    """Print a self-contained program for EXPRESSION and its derivatives."""
    from gradproof.program.compiling import compile_loss

    if not name.isidentifier():
        raise click.UsageError(f"--name {name!r} is not a name of a Python function.")
    function = _read(expression, declarations)
    program = compile_loss(
        function,
        _names(wrt, function),
        outputs=tuple(part.strip() for part in outputs.split(",")),
        backend=backend,
        name=name,
    )
    if output is not None:
        program.write(output)
    elif as_json:
        _print_json({"schema": 1, "backend": backend, "source": program.source})
    else:
        click.echo(program.source, nl=False)


@cli.command(context_settings={"ignore_unknown_options": True})
@click.argument("left")
@click.argument("right")
@declare_option
@seed_option
@json_option
def equal(left: str, right: str, declarations: tuple[str, ...], seed: int, as_json: bool) -> None:
    """Say whether LEFT = RIGHT."""
    from gradproof import report
    from gradproof.checking.equality import equal as equal_expressions

    declare = declarations_from(declarations)
    left, right = left.strip(), right.strip()
    verdict = equal_expressions(left, right, declare=declare, rng=seed)
    if as_json:
        data = {"schema": 1, "left": left, "right": right, "verification": verdict.to_dict()}
        _print_json(data)
    else:
        click.echo(report.verdict_text(verdict))
    sys.exit(EXIT_BY_VERDICT[verdict.kind])


def _read(expression: str, declarations: tuple[str, ...]) -> Expression:
    """The expression itself, or standard input for `-`."""
    text = expression.strip() if expression != "-" else _standard_input()
    return parse(text, declare=declarations_from(declarations))


def _standard_input() -> str:
    if sys.stdin is None:
        raise ReadError("standard input is closed", hint="Give the expression as an argument.")
    try:
        return sys.stdin.read(LONGEST_INPUT).removeprefix(BYTE_ORDER_MARK).strip()
    except UnicodeDecodeError:
        raise ReadError(
            "standard input is not text in the encoding of this terminal",
            hint="Write the expression in UTF-8, or in plain ASCII.",
        ) from None


def _names(wrt: str | None, function: Expression) -> str | tuple[str, ...] | None:
    """One name, or a tuple of several."""
    if wrt is None:
        return None
    names = tuple(name.strip() for name in wrt.split(","))
    if not all(names):
        known = function.variables.items()
        variables = [name for name, declared in known if declared.kind != "index"]
        raise UnknownNameError(
            "--wrt lacks a name beside a comma" if any(names) else "--wrt names no variable",
            hint=f"The variables are {', '.join(variables) or 'none'}.",
        )
    return names[0] if len(names) == 1 else names


def _is_coloured() -> bool:
    return sys.stdout is not None and sys.stdout.isatty() and "NO_COLOR" not in os.environ


def _print_json(data: Any) -> None:
    click.echo(json.dumps(data, ensure_ascii=False))


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
