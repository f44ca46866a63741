"""docs/conformance.md, written anew: `make docs-table`."""

from __future__ import annotations

from collections import Counter

from tests.conformance.cases import Case, load

HEAD = """# Conformance

Published derivatives (the Matrix Cookbook, Magnus & Neudecker, matrixcalculus.org, machine
learning), each derived and verified by the test suite: against the numerical derivative of the
case's own NumPy source, and against the published formula. `make docs-table` writes this page.
"""


def cell(text: str) -> str:
    """Text that is safe inside a table."""
    return f"`{text}`".replace("|", "\\|")


def row(case: Case) -> tuple[str, str, str]:
    """The table's line, the form and the verdict."""
    derivation = case.derive()
    verdict = derivation.verification.kind
    by = case.wrt if case.order == 1 else f"{case.wrt}, twice"
    parts = (case.id, cell(case.text), by, cell(derivation.text), derivation.form, verdict)
    return f"| {' | '.join(parts)} |", derivation.form, verdict


def main() -> None:
    """Print the page."""
    rows = [row(case) for case in load()]
    forms, verdicts = Counter(form for _, form, _ in rows), Counter(kind for *_, kind in rows)
    print(HEAD)
    print(f"{len(rows)} cases. Verdicts: {listed(verdicts)}. Forms: {listed(forms)}.\n")
    print("A linear map is shown in the direction dX of the variable X.\n")
    print("| case | expression | by | our formula | form | verdict |")
    print("|---|---|---|---|---|---|")
    for line, _, _ in rows:
        print(line)


def listed(count: Counter[str]) -> str:
    """`3 matrix, 2 index`."""
    return ", ".join(f"{number} {name}" for name, number in count.most_common())


if __name__ == "__main__":
    main()
