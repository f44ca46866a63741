"""`gradproof check FILE…`: a verdict for each = of written derivations, or on one claim."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import click

from gradproof import __version__
from gradproof.cli.options import (
    EXIT_BY_VERDICT,
    declare_option,
    json_option,
    print_json,
    seed_option,
    standard_input,
)
from gradproof.core.errors import ReadError
from gradproof.expression.write import declarations_from

if TYPE_CHECKING:  # documents are imported when one is to be read
    from gradproof.documents.check import Format
    from gradproof.documents.reports.report import Report

SUFFIXES: MappingProxyType[str, Format] = MappingProxyType(
    {".md": "markdown", ".markdown": "markdown", ".tex": "latex", ".ltx": "latex"}
)
FORMATS = ("text", "github", "sarif")
STANDARD_INPUT = "-"


@click.command()
@click.argument("files", nargs=-1, metavar="FILE…")
@click.option("--claim", metavar="EXPR", help="A derivative to be judged, in place of files.")
@click.option("--of", "function", metavar="EXPR", help="What the claim is the derivative of.")
@click.option("--wrt", metavar="NAME", help="The variable of the claim.")
@click.option("--order", default=1, show_default=True, help="2 where a Hessian is claimed.")
@click.option(
    "--notation",
    type=click.Choice(["markdown", "latex"]),
    help="What the files are; by their names where not given.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="How the findings are reported.",
)
@click.option("--strict", is_flag=True, help="Fail where anything was not understood.")
@click.option("--verbose", is_flag=True, help="List what holds, too.")
@declare_option
@seed_option
@json_option
def check(
    files: tuple[str, ...],
    claim: str | None,
    function: str | None,
    wrt: str | None,
    order: int,
    notation: Format | None,
    form: str,
    strict: bool,
    verbose: bool,
    declarations: tuple[str, ...],
    seed: int,
    as_json: bool,
) -> None:
    """Check written derivations: every = of each FILE.  `-` reads standard input.

    Exit code 1 where something is false, 3 where nothing could be judged.
    """
    declare = declarations_from(declarations)
    if claim is not None or function is not None:
        if claim is None or function is None or wrt is None or files:
            raise click.UsageError("A claim takes --claim, --of and --wrt, and no file is named.")
        sys.exit(_claimed(claim, function, wrt, order, declare, seed, as_json))
    if not files:
        raise click.UsageError("Name a file, or give --claim, --of and --wrt.")
    from gradproof.documents.check import check as check_document

    reports: dict[str, Report] = {}
    for file in _each_file(files):
        kind = notation or SUFFIXES.get(Path(file).suffix.lower(), "markdown")
        reports[file] = check_document(_read(file), kind, declare, seed)
        if form != "sarif" and not as_json:
            _print_report(reports[file], file, form, verbose)
    if as_json:
        from gradproof.documents.reports.report import files_data

        print_json(files_data(reports))
    elif form == "sarif":
        from gradproof.documents.reports.sarif import report_sarif

        print_json(report_sarif(reports, __version__))
    codes = {report.exit_code(strict=strict) for report in reports.values()}
    sys.exit(next((code for code in (1, 3) if code in codes), 0))


def _claimed(
    claim: str,
    function: str,
    wrt: str,
    order: int,
    declare: dict[str, str],
    seed: int,
    as_json: bool,
) -> int:
    from gradproof.documents.claim import check_claim
    from gradproof.documents.reports.text import finding_lines

    finding = check_claim(
        claim.strip(), function.strip(), wrt, order=order, declare=declare, rng=seed
    )
    if as_json:
        print_json({"schema": 1, **finding.to_dict()})
    else:
        lines = finding_lines(finding)
        click.echo("\n".join([lines[0].split(": ", 1)[1], *lines[1:]]))
    return EXIT_BY_VERDICT[finding.verdict.kind]


def _each_file(files: Iterable[str]) -> list[str]:
    """The files named, and those inside folders that are named."""
    found: list[str] = []
    for file in files:
        folder = Path(file)
        if file != STANDARD_INPUT and folder.is_dir():
            inside = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
            if not inside:
                raise ReadError(
                    f"{file} holds no Markdown or LaTeX file",
                    hint=f"Files that end in {', '.join(SUFFIXES)} are read from a folder.",
                )
            found += [str(path) for path in inside]
        else:
            found.append(file)
    return found


def _read(file: str) -> str:
    if file == STANDARD_INPUT:
        return standard_input()
    try:
        return Path(file).read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReadError(
            f"{file} is not text in UTF-8: byte {error.start:,} cannot be read",
            hint="Save it as UTF-8.",
        ) from None


def _print_report(report: Report, file: str, form: str, verbose: bool) -> None:
    from gradproof.documents.reports.github import report_github
    from gradproof.documents.reports.text import report_text

    shown: Any = (
        report_github(report, file)
        if form == "github"
        else report_text(report, file, verbose=verbose)
    )
    if shown:
        click.echo(shown)
