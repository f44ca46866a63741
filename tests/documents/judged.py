"""Chains of equalities for the tests: of the conformance cases, and from lines of text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from gradproof.documents.judging.chain import Chain
from gradproof.notation.declare import declare, parse_declaration
from gradproof.notation.parser import parse_text

CASES = Path(__file__).parents[1] / "conformance"


def cases(name: str) -> list[dict[str, Any]]:
    """The cases of a file of the conformance suite."""
    return [json.loads(line) for line in (CASES / name).read_text(encoding="utf-8").splitlines()]


def chain_of(case: dict[str, Any]) -> Chain:
    """A chain of claims, from the texts of its steps."""
    texts = [step["text"] or first_text(case) for step in case["steps"]]
    definitions = [step["text"].split(" = ", 1) for step in case.get("where") or []]
    return Chain(
        tuple(map(parse_text, texts)),
        {name: declare(name, _declared(known)) for name, known in case["variables"].items()},
        {name.strip(): parse_text(tree) for name, tree in definitions},
        sizes=case.get("fixed_dims") or {},
        smaller=_smaller(case),
    )


def declarations_of(case: dict[str, Any]) -> dict[str, str]:
    """What is declared of the variables of a case, as texts."""
    return {name: _declared(known) for name, known in case["variables"].items()}


def first_text(case: dict[str, Any]) -> str:
    """What a chain begins with: the derivative that its operation asks for."""
    f, x, vec = case["expr_text"], case["wrt"], case["layout"] == "vec"
    by = f"vec({x})" if vec else x
    match case["op"]:
        case "gradient":
            return f"derivative({f}, {x})"
        case "jacobian":
            function = f"vec({f})" if vec else f
            return f"derivative({function}, {by}')"
        case "hessian":
            return f"derivative(derivative({f}, {by}), {by}')"
        case _:
            return f"differential({f})"


def derivative_chain(case: dict[str, Any], claim: str) -> Chain:
    """derivative = claim, for a published derivative."""
    vec, scalar = case["closed_form_layout"] == "vec", not case["expr_shape"]
    kind = case["variables"][case["wrt"]]["kind"]
    op = "hessian" if case["order"] == 2 else "gradient"
    if op == "gradient" and not scalar and (vec or kind == "vector"):
        op = "jacobian"
    known = {**case, "expr_text": case["text"], "layout": "vec" if vec else "", "op": op}
    steps = [{"text": None}, {"text": claim}]
    return chain_of({**known, "steps": steps, "where": case.get("closed_form_where")})


def written(line: str) -> Chain:
    """A chain such as `a = b = c`, then its declarations after a bar."""
    claims, _, declarations = line.partition("|")
    known = [parse_declaration(part) for part in declarations.split(";") if part.strip()]
    members = tuple(parse_text(part.strip()) for part in claims.split(" = "))
    return Chain(members, {declared.name: declared for declared in known})


def _declared(known: dict[str, Any]) -> str:
    shape = ", ".join(known["shape"])
    kind = f"{known['kind']}({shape})" if shape else known["kind"]
    return f"{kind} {known['constraint'] or ''}".strip()


def _smaller(case: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    rules = [rule.split("<") for rule in case.get("dim_constraints") or []]
    return tuple((less.strip(), more.strip()) for less, more in rules)
