"""Julia: the text of each operation, with broadcasting by dots and indices from one.

An argument that is an index counts from zero, as everywhere; the program adds one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import MappingProxyType

from gradproof.program.backends.array_library import argument, number, scaled, size
from gradproof.program.backends.julia_files import SYNTAX, functions
from gradproof.program.backends.spelling import (
    POWER,
    PRODUCT,
    SUM,
    Backend,
    Names,
    Operands,
    Spelled,
    Spelling,
)
from gradproof.program.plan import Step

OWN_NAMES = {"arcsin": "asin", "arccos": "acos", "arctan": "atan"}
ENTRYWISE = (
    "exp", "log", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "sqrt",
    "abs", "sign", "log1p", "expm1", "relu", "sigmoid", "softplus", "logcosh", "log1mexp",
    "sech_squared",
)  # fmt: skip

LINEAR_ALGEBRA = (
    "I", "Diagonal", "Symmetric", "cholesky", "det", "diag", "diagm", "dot", "eigen", "eigmax",
    "eigvals", "eigvecs", "logabsdet", "logdet", "lu", "norm", "opnorm", "pinv", "svd", "svdvals",
    "tr",
)  # fmt: skip

TEMPLATES = MappingProxyType(
    {
        "pi": "pi",
        "eye": "Matrix{{eltype({like})}}(I, {n}, {n})",
        "arange": "(0:({n} - 1))",
        "copy": "copy({0.text})",
        "trace": "tr({0.text})",
        "diagonal": "diag({0.text})",
        "diagonal_matrix": "diagm({0.text})",
        "kron": "kron({0.text}, {1.text})",
        "prod": "prod({0.text})",
        "norm": "norm({0.text})",
        "specnorm": "opnorm({0.text})",
        "nucnorm": "sum(svdvals({0.text}))",
        "vec": "vec({0.text})",
        "inverse": "inv({0.text})",
        "det": "det({0.text})",
        "pinv": "pinv({0.text})",
        "logdet": "logabsdet({0.text})[1]",
        "matrix_power": "({0.atom}^({p[0]}))",
        "expm": "exp({0.text})",
        "sinm": "sin({0.text})",
        "cosm": "cos({0.text})",
        "sqrtm": "sqrt(Symmetric({0.text}))",
        "eigvals": "eigvals(Symmetric({0.atom} + {0.atom}') / 2)",
        "eigmax": "eigmax(Symmetric({0.atom} + {0.atom}') / 2)",
        "eigvecs": "eigvecs(Symmetric({0.atom} + {0.atom}'))",
        "eigvecmax": "eigvecs(Symmetric({0.atom} + {0.atom}'))[:, end]",
        "frechet_expm": "frechet(exp, {0.text}, {1.text})",
        "frechet_sinm": "frechet(sin, {0.text}, {1.text})",
        "frechet_cosm": "frechet(cos, {0.text}, {1.text})",
        "one_hot": "one_hot({0.text}, {last})",
        "take_along": "take_along({0.text}, {1.text}, {p[0]})",
        "cholesky": "cholesky(Symmetric({0.text}))",
        "cholesky_inverse": "inv({0.text})",
        "cholesky_logdet": "logdet({0.text})",
        "lu": "lu({0.text})",
        "lu_inverse": "inv({0.text})",
        "lu_det": "det({0.text})",
        "lu_logdet": "logabsdet({0.text})[1]",
    }
)


def _beside(step: Step, operand: Spelled) -> Spelled:
    """An operand whose last axes go with the last of the result: Julia counts from the first."""
    missing = len(step.axes) - operand.rank
    if not operand.rank or missing <= 0:
        return operand
    if operand.rank == 1 and missing == 1:
        return Spelled(f"{operand.atom}'")
    ones = "1, " * missing
    return Spelled(f"reshape({operand.text}, {ones}size({operand.text})...)")


def _joined(symbol: str, level: int) -> Spelling:
    """a symbol b, with a dot where the result is an array."""

    def spelling(step: Step, operands: Operands, names: Names) -> Spelled:
        left, right = (_beside(step, operand) for operand in operands)
        dot = "." if step.axes else ""
        first = left.within(POWER if left.leading else level)
        return Spelled(f"{first} {dot}{symbol} {right.within(level + 1)}", level)

    return spelling


def _added(step: Step, operands: Operands, names: Names) -> Spelled:
    dot, text = "." if step.axes else "", ""
    for sign, operand in zip(step.parameters, operands, strict=True):
        term = _beside(step, operand)
        if not text:
            text = term.within(SUM) if sign == 1 else f"-{term.within(POWER)}"
        else:
            text += f" {dot}{'+' if sign == 1 else '-'} {term.within(PRODUCT)}"
    return Spelled(text, SUM)


def _negative(step: Step, operands: Operands, names: Names) -> Spelled:
    return Spelled(f"-{operands[0].within(POWER)}", SUM)


def _power(step: Step, operands: Operands, names: Names) -> Spelled:
    base, exponent = (_beside(step, operand) for operand in operands)
    dot = " ." if step.axes else ""
    end = " " if step.axes else ""
    return Spelled(f"{base.atom}{dot}^{end}{exponent.atom}", POWER)


def _entrywise(name: str) -> Spelling:
    def spelling(step: Step, operands: Operands, names: Names) -> Spelled:
        return Spelled(f"{OWN_NAMES.get(name, name)}{'.' if step.axes else ''}({operands[0].text})")

    return spelling


def _matmul(step: Step, operands: Operands, names: Names) -> Spelled:
    """A * B; of vectors dot(a, b), of a vector and a matrix A' * v."""
    left, right = operands
    if left.rank == right.rank == 1:
        return Spelled(f"dot({left.text}, {right.text})")
    if left.rank == 1:
        left, right = Spelled(_transposed(right)), left
    text = f"{left.within(POWER)} * {right.within(POWER)}"
    return Spelled(text, PRODUCT, len(text))


def _transposed(operand: Spelled) -> str:
    return operand.text[:-1] if operand.text.endswith("'") else f"{operand.atom}'"


def _outer(step: Step, operands: Operands, names: Names) -> Spelled:
    return Spelled(f"{operands[0].within(POWER)} * {operands[1].atom}'", PRODUCT)


def _solved(transposed: str = "") -> Spelling:
    def spelling(step: Step, operands: Operands, names: Names) -> Spelled:
        system, right = operands
        return Spelled(f"{system.atom}{transposed} \\ {right.within(POWER)}", PRODUCT)

    return spelling


def _gram(step: Step, operands: Operands, names: Names) -> Spelled:
    base = operands[0].atom
    text = f"{base}' * {base}" if step.parameters[0] == 0 else f"{base} * {base}'"
    return Spelled(text, PRODUCT, len(text))


def _weighted_gram(step: Step, operands: Operands, names: Names) -> Spelled:
    base, weights = operands[0].atom, operands[1].atom
    if step.parameters[0] == 0:
        return Spelled(f"{base}' * ({weights} .* {base})", PRODUCT)
    return Spelled(f"({base} .* {weights}') * {base}'", PRODUCT)


def _sum(step: Step, operands: Operands, names: Names) -> Spelled:
    if not step.axes:
        return Spelled(f"sum({operands[0].text})")
    places = [int(str(place)) + 1 for place in step.parameters]
    dims = str(places[0]) if len(places) == 1 else f"({', '.join(map(str, places))})"
    return Spelled(f"dropdims(sum({operands[0].text}, dims = {dims}), dims = {dims})")


def _rearranged(step: Step, operands: Operands, names: Names) -> Spelled:
    """A', permutedims, and axes of length one by reshape."""
    order = [int(str(place)) for place in step.parameters if place is not None]
    text = operands[0].text
    if order == [1, 0]:
        text = _transposed(operands[0])
    elif order != sorted(order):
        text = f"permutedims({text}, ({', '.join(str(place + 1) for place in order)}))"
    if None in step.parameters:
        sizes = ", ".join(names.size(axis).text for axis in step.axes)
        text = f"reshape([{text}], {sizes})" if not order else f"reshape({text}, {sizes})"
    return Spelled(text)


def _filled(function: str) -> Spelling:
    def spelling(step: Step, operands: Operands, names: Names) -> Spelled:
        if not step.axes:
            return Spelled("0.0" if function == "zeros" else "1.0", plain=True)
        sizes = ", ".join(names.size(axis).text for axis in step.axes)
        return Spelled(f"{function}(eltype({names.like}), {sizes})")

    return spelling


def _taken(step: Step, operands: Operands, names: Names) -> Spelled:
    base, *indices = operands
    before = int(str(step.parameters[0]))
    after = base.rank - before - len(indices)
    places = [f"{index.text} {'.+' if index.rank else '+'} 1" for index in indices]
    return Spelled(f"{base.atom}[{', '.join([*[':'] * before, *places, *[':'] * after])}]")


def _einsum(step: Step, operands: Operands, names: Names) -> Spelled:
    """A comprehension over the letters of the result, of sums over the others."""
    inputs, _, output = str(step.parameters[0]).partition("->")
    return _comprehension(inputs.split(","), output, operands)


def _tensordot(step: Step, operands: Operands, names: Names) -> Spelled:
    first, second = step.parameters
    assert isinstance(first, tuple)
    assert isinstance(second, tuple)
    letters = iter("abcdefghijklmnopqrstuvw")
    left = [next(letters) for _ in range(operands[0].rank)]
    met = dict(zip(second, first, strict=True))
    right = [left[met[k]] if k in met else next(letters) for k in range(operands[1].rank)]
    kept = [own for k, own in enumerate(left) if k not in first]
    kept += [own for k, own in enumerate(right) if k not in second]
    return _comprehension(["".join(left), "".join(right)], "".join(kept), operands)


def _comprehension(inputs: Sequence[str], output: str, operands: Operands) -> Spelled:
    arrays = [f"x{place}" for place in range(1, len(inputs) + 1)]
    ranges: dict[str, str] = {}
    for array, letters in zip(arrays, inputs, strict=True):
        for place, letter in enumerate(letters, 1):
            ranges.setdefault(letter, f"{letter} in axes({array}, {place})")
    term = " * ".join(f"{a}[{', '.join(own)}]" for a, own in zip(arrays, inputs, strict=True))
    summed = [ranges[letter] for letter in ranges if letter not in output]
    body = f"sum({term} for {', '.join(summed)})" if summed else term
    if output:
        body = f"[{body} for {', '.join(ranges[letter] for letter in output)}]"
    texts = ", ".join(operand.text for operand in operands)
    return Spelled(f"(({', '.join(arrays)}) -> {body})({texts})")


def _scattered(step: Step, operands: Operands, names: Names) -> Spelled:
    zeros = _filled("zeros")(step, (), names).text
    return Spelled(f"scatter_add!({zeros}, {operands[1].text}, {operands[0].text})")


def _added_at(step: Step, operands: Operands, names: Names) -> Spelled:
    base, index, value = operands
    factor, *own = step.parameters
    start = base.text if own else f"copy({base.text})"
    return Spelled(f"add_at!({start}, {index.text}, {_scaled(factor, value)})")


def _scaled(factor: object, value: Spelled) -> str:
    return scaled(factor, value, ".*" if value.rank else "*").text


def _on_diagonal(step: Step, operands: Operands, names: Names) -> Spelled:
    zeros = _filled("zeros")(step, (), names).text
    agreeing, own = step.parameters[:2]
    return Spelled(f"add_diagonal!({zeros}, {operands[0].text}, {agreeing}, {own})")


def _added_on_diagonal(step: Step, operands: Operands, names: Names) -> Spelled:
    agreeing, own, factor, *free = step.parameters
    values = _scaled(factor, operands[1])
    if agreeing == (0, 0):
        multiple = "I" if values == "1" else f"{values} * I"
        identity = f"Diagonal({values})" if own != () else multiple
        return Spelled(f"{operands[0].within(SUM)} + {identity}", SUM)
    start = operands[0].text if free else f"copy({operands[0].text})"
    return Spelled(f"add_diagonal!({start}, {values}, {agreeing}, {own})")


def _comm(step: Step, operands: Operands, names: Names) -> Spelled:
    return Spelled(f"comm({', '.join(names.size(extent).text for extent in step.parameters)})")


def _norms(step: Step, operands: Operands, names: Names) -> Spelled:
    kept = tuple(range(1, len(step.axes) + 1))
    dims = f"({', '.join(map(str, kept))},)"
    return Spelled(f"norm.(eachslice({operands[0].text}, dims = {dims}))")


def _vectorised(function: str, operands: Operands, signature: str, count: int) -> str:
    """map over slices, whose axes come last in `stack` and belong in front."""
    bare = re.sub(r"lambda ([\w, ]*): ", r"(\1) -> ", function)
    dims = f"({', '.join(str(place) for place in range(1, count + 1))},)"
    slices = ", ".join(f"eachslice({operand.text}, dims = {dims})" for operand in operands)
    rank = len(re.findall(r"[a-z]", signature.partition("->")[2]))
    if not rank:
        return f"map({bare}, {slices})"
    order = ", ".join(map(str, (*range(rank + 1, rank + count + 1), *range(1, rank + 1))))
    return f"permutedims(stack(map({bare}, {slices})), ({order}))"


JULIA = Backend(
    name="julia",
    title="Julia",
    imports=MappingProxyType(dict.fromkeys(LINEAR_ALGEBRA, "using LinearAlgebra")),
    vectorised=_vectorised,
    calls=MappingProxyType({}),
    templates=TEMPLATES,
    spellings=MappingProxyType(
        {
            "number": number,
            "argument": argument,
            "size": size,
            "comm": _comm,
            "zeros": _filled("zeros"),
            "ones": _filled("ones"),
            "negative": _negative,
            "add": _added,
            "multiply": _joined("*", PRODUCT),
            "divide": _joined("/", PRODUCT),
            "power": _power,
            **{name: _entrywise(name) for name in ENTRYWISE},
            "matmul": _matmul,
            "outer": _outer,
            "solve": _solved(),
            "cholesky_solve": _solved(),
            "lu_solve": _solved(),
            "lu_solve_transposed": _solved("'"),
            "gram": _gram,
            "weighted_gram": _weighted_gram,
            "sum": _sum,
            "norms": _norms,
            "rearrange": _rearranged,
            "take": _taken,
            "einsum": _einsum,
            "tensordot": _tensordot,
            "scatter_add": _scattered,
            "add_at": _added_at,
            "block_diagonal": _on_diagonal,
            "add_diagonal": _added_on_diagonal,
        }
    ),
    functions=functions(),
    batched=frozenset({"softmax", "log_softmax", "logsumexp", "norms"}),
    dtype="",
    scalars=MappingProxyType({}),
    to_plain="{0.text}",
    syntax=SYNTAX,
)
