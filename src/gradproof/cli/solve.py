"""`gradproof solve EXPR`: the closed-form minimiser, as a formula, as code and for data."""

from __future__ import annotations

import sys
import warnings
from typing import TYPE_CHECKING, Any

import click

from gradproof.cli.data_files import check_writable, named_arrays, write_array
from gradproof.cli.options import (
    EXIT_BY_VERDICT,
    EXPRESSIONS,
    declare_option,
    json_option,
    names_of,
    notation_option,
    print_json,
    read_expression,
    seed_option,
)

if TYPE_CHECKING:
    from gradproof.optimize.solution import Solution


@click.command(context_settings=EXPRESSIONS)
@click.argument("expression")
@click.option("--wrt", metavar="NAME", help="The variable that is solved for.")
@click.option(
    "--data",
    multiple=True,
    metavar="NAME=FILE",
    help="Data from .npy, .npz or .csv, or numbers as 3,4; may be repeated.",
)
@click.option("--output", "-o", metavar="FILE", help="Write the solution to a .npy or .csv file.")
@click.option("--code", is_flag=True, help="Add a NumPy program that solves for data.")
@click.option("--quiet", "-q", is_flag=True, help="Print the formula, or the solution, alone.")
@notation_option
@declare_option
@seed_option
@json_option
def solve(
    expression: str,
    wrt: str | None,
    data: tuple[str, ...],
    output: str | None,
    code: bool,
    quiet: bool,
    notation: str,
    declarations: tuple[str, ...],
    seed: int,
    as_json: bool,
) -> None:
    """Solve for the minimiser of EXPRESSION, where its gradient is affine.

    With --data also for numbers.  `-` reads standard input.
    """
    from gradproof.optimize.closed_form import solve as solve_for

    if output is not None:
        if not data:
            raise click.UsageError("--output needs --data: there is nothing to write without it.")
        check_writable(output)
    function = read_expression(expression, declarations, notation)
    solution = solve_for(function, _name(names_of(wrt, function, notation)), rng=seed)
    value, told = _value(solution, data)
    if output is not None:
        write_array(value, output)
    for line in told:
        click.echo(f"warning: {line}", err=True)
    if as_json:
        print_json(_data(solution, value, told, code))
    else:
        click.echo(_text(solution, value, code=code, quiet=quiet), nl=False)
    found_otherwise = solution.kind in ("maximiser", "saddle point")
    sys.exit(1 if found_otherwise else EXIT_BY_VERDICT[solution.verification.kind])


def _name(names: str | tuple[str, ...] | None) -> str | None:
    if isinstance(names, tuple):
        raise click.UsageError("--wrt names several variables; equations are solved for one.")
    return names


def _value(solution: Solution, data: tuple[str, ...]) -> tuple[Any, list[str]]:
    """The solution for the data, if there are any, and what is to be warned of."""
    if not data:
        return None, []
    arrays = named_arrays(data, "--data")
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        value = solution(**arrays)
    return value, [str(own.message) for own in told]


def _text(solution: Solution, value: Any, *, code: bool, quiet: bool) -> str:
    from gradproof.optimize.writing import solution_text

    parts = []
    if not quiet:
        parts.append(solution_text(solution))
    elif value is None:
        parts.append(solution.text)
    if value is not None:
        parts.append(str(value) if quiet else f"{solution.wrt} = {value}")
    text = "\n\n".join(parts) + "\n"
    return f"{text}\n{solution.source}" if code else text


def _data(solution: Solution, value: Any, told: list[str], code: bool) -> dict[str, Any]:
    data = solution.to_dict()
    if value is not None:
        data["value"], data["warnings"] = value.tolist(), told
    if code:
        data["code"] = {"numpy": solution.source}
    return data
