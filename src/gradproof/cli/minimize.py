"""`gradproof minimize EXPR`: descend to a minimum of a loss with its data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gradproof.cli.data_files import check_writable, named_arrays, write_array
from gradproof.cli.options import (
    EXPRESSIONS,
    declare_option,
    json_option,
    names_of,
    notation_option,
    print_json,
    read_expression,
)

if TYPE_CHECKING:
    from gradproof.optimize.result import Minimum

PICTURES = (".png", ".svg", ".pdf")


@click.command(context_settings=EXPRESSIONS)
@click.argument("expression")
@click.option("--over", required=True, metavar="NAMES", help="The variable, or several, as w,b.")
@click.option(
    "--data",
    multiple=True,
    metavar="NAME=FILE",
    help="Data from .npy, .npz or .csv, or numbers as 3,4; may be repeated.",
)
@click.option("--start", multiple=True, metavar="NAME=VALUES", help="As x=3,4, or x=FILE.")
@click.option(
    "--method",
    default=None,
    metavar="METHOD",
    help="gd, momentum, nesterov, adam, sgd, minibatch, newton, lbfgs or trust; with its rate as "
    "in gd:0.1, and more as in minibatch:0.1,size=64,decay=0.01.",
)
@click.option(
    "--stop",
    default="gradient<1e-6 rel,steps=1000",
    show_default=True,
    metavar="RULES",
    help="Any of step<, change<, gradient< (also relative, as 1e-6 rel), steps=, seconds=.",
)
@click.option("--rates", metavar="NUMBERS", help="Compare learning rates, as 0.01,0.1,1.")
@click.option("--plot", metavar="FILE", help="A picture of the loss by step (.png, .svg, .pdf).")
@click.option("--contour", metavar="FILE", help="A contour with the path, for two numbers.")
@click.option("--checkpoint", metavar="DIR", help="Save after each step, and go on from there.")
@click.option("--output", "-o", metavar="FILE", help="Write the point: .npy, .csv or .npz.")
@click.option("--backend", default="auto", show_default=True, metavar="NAME")
@click.option("--seed", default=0, show_default=True, help="Seed of all random choices.")
@click.option("--quiet", "-q", is_flag=True, help="No progress on standard error.")
@notation_option
@declare_option
@json_option
@click.pass_context
def minimize(context: click.Context, /, expression: str, **options: Any) -> None:
    """Descend to a minimum of EXPRESSION, with the gradient of its closed formula."""
    asked = Asked(**options)
    function = read_expression(expression, asked.declarations, asked.notation)
    names = names_of(asked.over, function, asked.notation) or asked.over
    for picture in filter(None, (asked.plot, asked.contour)):
        _check_picture(picture)
    if asked.output is not None:
        _check_output(asked.output, names)
    run = _runner(function, names, asked)
    if asked.rates is not None:
        _compare(run, asked.rates, asked.method or "gd", asked.plot)
        return
    result = run(asked.method, checkpoint=asked.checkpoint)
    if asked.output is not None:
        _write(result.x, asked.output)
    if asked.as_json:
        print_json({"schema": 1, **result.to_dict()})
    else:
        click.echo(result)
    _draw(result, function, names, asked)
    context.exit(130 if result.interrupted else 0 if result.success else 1)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the options say."""

    over: str
    data: tuple[str, ...]
    start: tuple[str, ...]
    method: str | None
    stop: str
    rates: str | None
    plot: str | None
    contour: str | None
    checkpoint: str | None
    output: str | None
    backend: str
    seed: int
    quiet: bool
    notation: str
    declarations: tuple[str, ...]
    as_json: bool


def _runner(function: Any, names: Any, asked: Asked) -> Callable[..., Minimum]:
    """The descent by a method's words, with the data and the rules that were asked for."""
    from gradproof.cli.progress import shown_progress
    from gradproof.optimize.minimize import minimize as descend
    from gradproof.optimize.words import method_from, rule_from

    data, start = named_arrays(asked.data, "--data"), named_arrays(asked.start, "--start")

    def run(words: str | None, **more: Any) -> Minimum:
        method, stop = method_from(words) if words else None, rule_from(asked.stop)
        settings: dict[str, Any] = {"rng": asked.seed, "backend": asked.backend, **more}
        with shown_progress(asked.quiet) as shown:
            return descend(
                function,
                names,
                data,
                start=start or None,
                method=method,
                stop=stop,
                progress=shown,
                **settings,
            )

    return run


def _check_picture(file: str) -> None:
    if Path(file).suffix.lower() not in PICTURES:
        raise click.UsageError(f"{file!r} is no picture; its name ends in {', '.join(PICTURES)}.")


def _write(x: Any, file: str) -> None:
    """The point as .npy or .csv; several variables together as .npz."""
    import numpy as np

    if isinstance(x, dict):
        np.savez(file, **x)
    else:
        write_array(x, file)


def _check_output(file: str, names: Any) -> None:
    """Raises UsageError for a file of a kind that is not written, before anything is computed."""
    if isinstance(names, str):
        check_writable(file)
    elif Path(file).suffix.lower() != ".npz":
        raise click.UsageError(f"--output {file!r} must end in .npz, which holds several arrays.")


def _draw(result: Minimum, function: Any, names: Any, asked: Asked) -> None:
    """The pictures that were asked for."""
    from gradproof.optimize.contour import plot_contour

    if asked.plot is not None:
        _save(result.plot(), asked.plot)
    if asked.contour is not None:
        data = named_arrays(asked.data, "--data")
        _save(plot_contour(function, names, data, result), asked.contour)


def _save(ax: Any, file: str) -> None:
    ax.figure.savefig(file, dpi=150)


def _compare(run: Callable[..., Minimum], rates: str, method: str, plot: str | None) -> None:
    """Descents at several rates: a line each, and a picture."""
    found = {}
    for rate in rates.split(","):
        own = f"{method.partition(':')[0]}:{rate.strip()}"
        found[f"rate {rate.strip()}"] = result = run(own)
        click.echo(f"{own:<16} loss {result.fun:<14.6g} {result.message}")
    if plot is not None:
        from gradproof.optimize.plot import plot_rates

        _save(plot_rates({name: own.history for name, own in found.items()}), plot)
