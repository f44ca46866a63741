"""`gradproof code EXPR`: a program for an expression and its derivatives."""

from __future__ import annotations

from keyword import iskeyword

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
@click.option(
    "--backend",
    default="numpy",
    show_default=True,
    metavar="NAME",
    help="numpy, numba, jax, torch, julia, c, or auto for the fastest that is installed.",
)
@click.option(
    "--outputs",
    default="value,gradient",
    show_default=True,
    metavar="NAMES",
    help="Any of value, gradient, jacobian, hessian, hvp, jvp, vjp, hessian_factors.",
)
@click.option("--sizes", metavar="SIZES", help="Write the version for sizes such as N=1000,d=100.")
@click.option(
    "--explain",
    metavar="SIZES",
    help="Print what the steps cost at sizes such as N=1000,d=100, not the program.",
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
    sizes: str | None,
    explain: str | None,
    name: str,
    output: str | None,
    notation: str,
    declarations: tuple[str, ...],
    as_json: bool,
) -> None:
    """Print a self-contained program for EXPRESSION and its derivatives."""
    from gradproof.program.compiling import program_of

    if not name.isidentifier() or iskeyword(name):
        raise click.UsageError(f"--name {name!r} is not a name of a Python function.")
    known = {} if sizes is None else _sizes("--sizes", sizes)
    explained = None if explain is None else _sizes("--explain", explain)
    function = read_expression(expression, declarations, notation)
    program = program_of(
        function,
        names_of(wrt, function, notation),
        outputs=tuple(part.strip() for part in outputs.split(",")),
        backend=backend,
        name=name,
    )
    program = program.sized(**known) if known else program
    explanation = None if explained is None else program.explain(**explained)
    if output is not None:
        program.write(output)
    elif as_json:
        told = {} if explanation is None else {"explanation": explanation.to_dict()}
        print_json({"schema": 1, "backend": program.backend, "source": program.source, **told})
    elif explanation is None:
        click.echo(program.source, nl=False)
    if explanation is not None and not as_json:
        click.echo(explanation)


def _sizes(option: str, text: str) -> dict[str, int]:
    """The sizes in N=1000,d=100."""
    found: dict[str, int] = {}
    for part in text.split(","):
        name, _, size = (piece.strip() for piece in part.partition("="))
        if not name or not size.isdecimal():
            raise click.UsageError(
                f"{option} {part.strip()!r} is no size; write it as in N=1000,d=100."
            )
        found[name] = int(size)
    return found
