"""The LaTeX of the conformance cases beside their text, under names made from their symbols."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from gradproof.core.declaration import Declaration
from gradproof.notation.evaluate import evaluate
from gradproof.notation.infer import Inferred, infer
from gradproof.notation.latex.declaring import identifier, symbols_of
from gradproof.notation.latex.known import Symbols
from gradproof.notation.latex.reader import parse_latex
from gradproof.notation.latex.resolve import understand
from gradproof.notation.parser import parse_text
from tests.conformance.cases import Case, _declared

FOLDER = Path(__file__).parents[1] / "conformance"


@dataclass(frozen=True)
class Pair:
    """One formula in both notations, with the definitions that each of them relies on."""

    name: str
    case: Case
    latex: str
    text: str | None
    where_latex: tuple[str, ...] = ()
    where_text: tuple[str, ...] = ()

    def values(self) -> tuple[np.ndarray, np.ndarray | None]:
        """What the LaTeX is worth, and what the text is worth, at one point."""
        known, given, sizes, symbols, renamed = self._point()
        latex_values = {renamed[name]: value for name, value in given.items()}
        for definition in self.where_latex:
            name, _, right = definition.partition("=")
            symbols = _defined(identifier(name.strip()), right, symbols, latex_values, sizes)
        for definition in self.where_text:
            name, _, right = definition.partition("=")
            inferred = infer(parse_text(right.strip()), known, right)
            given[name.strip()] = evaluate(inferred.tree, given, sizes)
            known[name.strip()] = shaped(name.strip(), inferred)
        inferred = meant(self.latex, symbols)
        ours = evaluate(inferred.tree, latex_values, sizes)
        if self.text is None:
            return ours, None
        return ours, evaluate(infer(parse_text(self.text), known).tree, given, sizes)

    def _point(self) -> tuple[dict[str, Declaration], dict[str, Any], Any, Symbols, dict[str, str]]:
        data = self.case.data
        given, sizes = self.case.sample(seed=3)
        renamed = {name: identifier(v["latex"]) for name, v in data["variables"].items()}
        stated = {v["latex"]: _declared(v) for v in data["variables"].values()}
        for letter, matrix in (data.get("latex_rows") or {}).items():
            stated[letter] = f"rows({matrix})"
        symbols = symbols_of(stated, matrix_functions=bool(data.get("matrix_functions")))
        return self.case.declarations(), given, sizes, symbols, renamed


def meant(source: str, symbols: Symbols) -> Inferred:
    """A formula, read and understood."""
    tree = parse_latex(source, symbols)
    return understand(tree, symbols.declarations, source, matrix_functions=symbols.matrix_functions)


def shaped(name: str, inferred: Inferred) -> Declaration:
    """The declaration of a name as what an expression is."""
    shape = inferred.tree.shape
    assert shape is not None
    axes = tuple(axis for axis in shape if str(axis) != "1")
    return Declaration(name, ("scalar", "vector", "matrix")[len(axes)], axes)


def _defined(
    name: str, right: str, symbols: Symbols, values: dict[str, Any], sizes: Any
) -> Symbols:
    inferred = meant(right, symbols)
    values[name] = evaluate(inferred.tree, values, sizes)
    return replace(symbols, declarations={**symbols.declarations, name: shaped(name, inferred)})


def _lines(file: str) -> Iterator[dict[str, Any]]:
    for line in (FOLDER / file).read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def published() -> Iterator[Pair]:
    """The expressions, and the closed forms that are no entry formulas."""
    for data in _lines("public.jsonl"):
        case = Case(data)
        where = tuple(data.get("where_latex") or ())
        yield Pair(data["id"], case, data["latex"], data["text"], where)
        definitions = data.get("closed_form_where") or []
        if data.get("closed_form_text") and not data.get("closed_form_indices"):
            yield Pair(
                data["id"] + " closed form",
                case,
                data["closed_form_latex"],
                data["closed_form_text"],
                tuple(d["latex"] for d in definitions),
                tuple(d["text"] for d in definitions),
            )


def claimed() -> Iterator[Pair]:
    """The steps of the wrong and the right chains, and what should stand there."""
    for file in ("wrong_public.jsonl", "ok_public.jsonl"):
        for data in _lines(file):
            directed = dict(data["variables"])
            if data["op"] == "differential":
                for name in data.get("directions") or {"W": "dW"}:
                    known = {**directed[name], "latex": f"d{name}", "constraint": None}
                    directed[f"d{name}"] = known
            case = Case({**data, "variables": directed})
            definitions = data.get("where") or []
            pairs = [(step["latex"], step["text"]) for step in data["steps"]]
            pairs.append((data.get("right_latex"), data.get("right_text")))
            for number, (latex, text) in enumerate(pairs):
                if latex is not None and text is not None:
                    yield Pair(
                        f"{data['id']} {number}",
                        case,
                        latex,
                        text,
                        tuple(d["latex"] for d in definitions),
                        tuple(d["text"] for d in definitions),
                    )
