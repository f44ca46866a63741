"""`gradproof code EXPR`: a program for an expression and its derivatives."""

from __future__ import annotations

import click

from gradproof.cli.options import (
    EXPRESSIONS,
    declare_option,
    json_option,
    names_of,
    notation_option,
    print_json,
    read_expression,
)


@click.command(context_settings=EXPRESSIONS)
@click.argument("expression")
@click.option("--wrt", metavar="NAMES", help="The variable, or several, as w,b.")
@click.option("--backend", default="numpy", show_default=True, help="The target.")
@click.option(
    "--outputs", default="value,gradient", show_default=True, help="Also hessian and hvp."
)
@click.option("--name", default="loss", show_default=True, help="The name of the function.")
@click.option("--output", "-o", type=click.Path(dir_okay=False), help="Write to a file.")
@notation_option
@declare_option
@json_option
def code(
    expression: str,
    wrt: str | None,
    backend: str,
    outputs: str,
    name: str,
    output: str | None,
    notation: str,
    declarations: tuple[str, ...],
    as_json: bool,
) -> None:
    """Print a self-contained program for EXPRESSION and its derivatives."""
    from gradproof.program.compiling import compile_loss

    if not name.isidentifier():
        raise click.UsageError(f"--name {name!r} is not a name of a Python function.")
    function = read_expression(expression, declarations, notation)
    program = compile_loss(
        function,
        names_of(wrt, function, notation),
        outputs=tuple(part.strip() for part in outputs.split(",")),
        backend=backend,
        name=name,
    )
    if output is not None:
        program.write(output)
    elif as_json:
        print_json({"schema": 1, "backend": backend, "source": program.source})
    else:
        click.echo(program.source, nl=False)
