"""`gradproof derive EXPR`: formula, derivation, conditions and verdict."""

from __future__ import annotations

import sys
from shutil import get_terminal_size
from typing import TYPE_CHECKING

import click

from gradproof.cli.options import (
    EXIT_BY_VERDICT,
    EXPRESSIONS,
    declare_option,
    is_coloured,
    json_option,
    names_of,
    notation_option,
    print_json,
    read_expression,
    seed_option,
)

if TYPE_CHECKING:  # a derivation is imported when one is asked for
    from gradproof.derivation.derive import Style, WrittenAs

FORMATS = ("text", "latex", "markdown", "mathml")


@click.command(context_settings=EXPRESSIONS)
@click.argument("expression")
@click.option("--wrt", metavar="NAMES", help="The variable; two, as x,y, for a mixed derivative.")
@click.option("--order", default=1, show_default=True, help="2 for the Hessian.")
@click.option(
    "--style",
    type=click.Choice(["differential", "backprop", "components"]),
    default="differential",
    show_default=True,
    help="How the derivation is written.",
)
@click.option("--verbose", is_flag=True, help="Show every rule of the derivation as a step.")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="Write the derivation alone, for a document.",
)
@notation_option
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
    style: Style,
    verbose: bool,
    form: WrittenAs,
    notation: str,
    declarations: tuple[str, ...],
    kronecker: bool,
    code: bool,
    quiet: bool,
    seed: int,
    as_json: bool,
) -> None:
    """Derive EXPRESSION: formula, derivation, conditions and verdict.  `-` reads standard input."""
    from gradproof.cli import report
    from gradproof.derivation.derive import derive as derive_expression

    function = read_expression(expression, declarations, notation)
    derivation = derive_expression(
        function, names_of(wrt, function, notation), order, style, rng=seed
    )
    if as_json:
        print_json(report.derivation_data(derivation))
    elif quiet:
        click.echo(derivation.result.text)
    elif form != "text":
        click.echo(derivation.written(form, verbose=verbose))
    else:
        width = get_terminal_size().columns if is_coloured() else None
        click.echo(
            report.derivation_text(derivation, verbose=verbose, kronecker=kronecker, width=width)
        )
        if code:
            click.echo("\n" + report.program_of(derivation).source, nl=False)
    sys.exit(EXIT_BY_VERDICT[derivation.verification.kind])
