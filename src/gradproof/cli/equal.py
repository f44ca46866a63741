"""`gradproof equal A B`: the verdict for one equality."""

from __future__ import annotations

import sys

import click

from gradproof.cli.options import (
    EXIT_BY_VERDICT,
    EXPRESSIONS,
    declare_option,
    declared,
    json_option,
    notation_option,
    print_json,
    seed_option,
)
from gradproof.expression.write import parse


@click.command(context_settings=EXPRESSIONS)
@click.argument("left")
@click.argument("right")
@notation_option
@declare_option
@seed_option
@json_option
def equal(
    left: str, right: str, notation: str, declarations: tuple[str, ...], seed: int, as_json: bool
) -> None:
    """Say whether LEFT = RIGHT."""
    from gradproof.checking.equality import equal as equal_expressions
    from gradproof.cli import report

    declare = declared(declarations, notation)
    left, right = left.strip(), right.strip()
    if notation == "latex":
        sides = [parse(side, declare=declare, notation=notation) for side in (left, right)]
        verdict = equal_expressions(*sides, rng=seed)
    else:
        verdict = equal_expressions(left, right, declare=declare, rng=seed)
    if as_json:
        data = {"schema": 1, "left": left, "right": right, "verification": verdict.to_dict()}
        print_json(data)
    else:
        click.echo(report.verdict_text(verdict))
    sys.exit(EXIT_BY_VERDICT[verdict.kind])
