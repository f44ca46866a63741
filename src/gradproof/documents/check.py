"""The proofreader of written derivations: every = of a document, judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal

from gradproof.core.errors import GradproofError, UnsupportedError
from gradproof.documents.finding import Finding
from gradproof.documents.meaning.claims import Claim, judge_claim
from gradproof.documents.meaning.conditions import Fact, facts_of
from gradproof.documents.meaning.defining import define, is_update, names_entries, new_head
from gradproof.documents.meaning.domains import component_fact, family, memberships
from gradproof.documents.meaning.notebook import Notebook
from gradproof.documents.meaning.trouble import Pages
from gradproof.documents.reading.layout import Entry, Macros, Places, Trouble
from gradproof.documents.reading.markdown import read_markdown
from gradproof.documents.reading.sequence import Item, Sentence, sequence
from gradproof.documents.reading.statements import Member, Relation
from gradproof.documents.reading.tex import read_tex
from gradproof.documents.reports.report import Report

Format = Literal["markdown", "latex"]
READERS = MappingProxyType({"markdown": read_markdown, "latex": read_tex})
MOST_STATEMENTS = 5_000


def check(
    document: str,
    format: Format = "markdown",  # noqa: A002  # the word of the documented call
    declare: Mapping[str, str] | None = None,
    rng: int = 0,
) -> Report:
    r"""What is true of the equalities that a document states, in its displays and in its text.

    document  the text of a Markdown or LaTeX file
    format    which of the two it is
    declare   what is known of the variables, keyed by their LaTeX or by their names
    rng       where the random points come from

    Raises UnsupportedError for another format, ReadError for a bad entry of `declare`; what the
    document itself has wrong is a finding.

    >>> report = check(r"$$\frac{\partial}{\partial w} \|Xw - y\|^2 = X^\top (Xw - y)$$")
    >>> [(found.line, found.column, found.verdict.kind) for found in report.findings]
    [(1, 44, 'refuted')]
    """
    reader = READERS.get(format)
    if reader is None:
        raise UnsupportedError(
            f"documents in {format} are not read", hint=f"Choose {' or '.join(READERS)}."
        )
    notebook = Notebook()
    for name, kind in (declare or {}).items():
        notebook.declare(name, kind)
    layout = reader(document)
    pages = Pages(Places(document))
    findings: list[Finding] = []
    stated = 0
    for item in sequence(layout):
        stated += isinstance(item, Sentence) and bool(item.statement.relations)
        if stated > MOST_STATEMENTS:
            findings.append(_too_long(item, pages))
            break
        findings += _taken(item, notebook, pages, layout.text, rng)
    findings.sort(key=lambda found: (found.line, found.column))
    return Report(tuple(findings), MappingProxyType(notebook.latex))


def _too_long(item: Item, pages: Pages) -> Finding:
    message = f"a document has at most {MOST_STATEMENTS:,} statements; the rest was not read"
    return pages.unread(_beginning(item), message)


def _beginning(item: Item) -> int:
    return item.statement.span.start if isinstance(item, Sentence) else item.span.start


def _taken(item: Item, notebook: Notebook, pages: Pages, text: str, rng: int) -> list[Finding]:
    """What an item of the document leads to; most declare or define, and lead to nothing."""
    match item:
        case Trouble(span, message, hint):
            return [pages.unread(span.start, f"{message}. {hint}" if hint else message)]
        case Macros(span):
            error = notebook.define_macros(text[span.start : span.stop])
            return [] if error is None else [pages.failed(span.start, error)]
        case Entry(name, kind, span):
            try:
                notebook.declare(name, kind)
            except GradproofError as error:
                return [pages.unread(span.start, f"{error.message}. {error.hint}")]
            return []
        case Sentence():
            return _stated(item, notebook, pages, rng)


def _stated(sentence: Sentence, notebook: Notebook, pages: Pages, rng: int) -> list[Finding]:
    """A statement in the stretches between the signs that are no equalities."""
    statement = sentence.statement
    if statement.role in ("range", "condition"):
        return []
    facts = facts_of(statement, notebook) if len(statement.relations) == 1 else None
    if facts and statement.relations[0].sign != "in" and not _are_claims(facts, notebook):
        notebook.facts += facts
        return []
    findings: list[Finding] = []
    first, signs = 0, statement.relations
    for number in range(len(signs) + 1):
        if number < len(signs) and signs[number].sign in ("=", ":="):
            continue
        members = statement.members[first : number + 1]
        before = signs[first - 1].sign if first else ""
        after = signs[number].sign if number < len(signs) else ""
        if before == "in":
            pass
        elif after == "in" and len(members) == 1:
            findings += _declared(members[0], statement.members[number + 1], notebook, pages)
        elif len(members) > 1:
            claim = Claim(members, signs[first:number], sentence.conditions)
            findings += _equated(claim, notebook, pages, rng)
        first = number + 1
    return findings


def _are_claims(facts: Sequence[Fact], notebook: Notebook) -> bool:
    """Whether something is said of a name that has a definition, from which it must follow."""
    return any(notebook.knows(name) for name, _ in facts)


def _declared(names: Member, domain: Member, notebook: Notebook, pages: Pages) -> list[Finding]:
    """x ∈ ℝⁿ."""
    try:
        rows = family(names.latex, domain.latex, notebook.symbols)
        if rows is not None:
            notebook.declare_family(rows)
            return []
        fact = component_fact(names.latex, domain.latex, notebook.symbols)
        notebook.facts += [] if fact is None else [fact]
        said = memberships(names.latex, domain.latex, notebook.symbols, notebook.declarations)
    except GradproofError as error:
        error.span = None
        return [pages.failed(names.span.start, error, lhs=names.latex, rhs=domain.latex)]
    notebook.declarations.update({declared.name: declared for declared in said})
    return []


def _equated(claim: Claim, notebook: Notebook, pages: Pages, rng: int) -> list[Finding]:
    """Definitions first, as long as the chain begins with a new name; the rest is a claim."""
    members, signs = claim.members, claim.signs
    if len(members) == 2 and names_entries(members[0], members[1], notebook):
        return []
    while len(members) > 1:
        head = new_head(members[0], notebook, again=signs[0].sign == ":=")
        if head is None or not members[1]:
            break
        if is_update(head, members[1]):
            return []
        if head.name in {gradient.unknown for gradient in notebook.gradients}:
            found = judge_claim(Claim(members, signs, claim.conditions), notebook, pages, rng)
            if all(finding.verdict for finding in found):
                return found
        trouble = define(head, members[1], notebook, pages, members[0])
        if trouble is not None:
            return [trouble, *_rest(claim, members[1:], signs[1:], notebook, pages, rng)]
        members, signs = members[1:], signs[1:]
    return _rest(claim, members, signs, notebook, pages, rng)


def _rest(
    claim: Claim,
    members: tuple[Member, ...],
    signs: tuple[Relation, ...],
    notebook: Notebook,
    pages: Pages,
    rng: int,
) -> list[Finding]:
    if len(members) < 2:
        return []
    return judge_claim(Claim(members, signs, claim.conditions), notebook, pages, rng)
