"""A derivation in presentation MathML: a table of equations, for pages without foreign code."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape

from gradproof.derivation.writing.lines import Line
from gradproof.notation.tree import Tree
from gradproof.notation.write_mathml import NAMESPACE, elements

# Browsers align cells by their style; they do not know the attribute columnalign.
SIDES = ("right", "center", "left", "left")


def mathml(lines: Iterable[Line]) -> str:
    """The derivation as one MathML element, a row for each line."""
    rows = "".join(_row(line) for line in lines)
    table = f'<mtable displaystyle="true">{rows}</mtable>'
    return f'<math xmlns="{NAMESPACE}" display="block">{table}</math>'


def _row(line: Line) -> str:
    cells = (
        "" if line.left is None else _formula(line.left),
        f"<mo>{line.sign}</mo>",
        _formula(line.right),
        f"<mtext>{escape(line.rule)}</mtext>" if line.rule else "",
    )
    placed = zip(SIDES, cells, strict=True)
    written = [f'<mtd style="text-align:{side}">{cell}</mtd>' for side, cell in placed]
    return f"<mtr>{''.join(written)}</mtr>"


def _formula(tree: Tree) -> str:
    return f"<mrow>{elements(tree)}</mrow>"
