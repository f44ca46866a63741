"""Products and calls on whole arrays, or on the rows of a block: one statement each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from gradproof.core.dimension import ONE
from gradproof.program.kernels.by_numpy import by_numpy
from gradproof.program.kernels.letters import Computation, Letters
from gradproof.program.kernels.reading import Writer, array, counter, extent, read_text, seen

INDENT = "    "


def whole(writer: Writer, computation: Computation) -> list[str]:
    """The statements of a product of matrices, a scatter, or a call."""
    if computation.form == "product":
        return [_block_product(writer, computation)]
    if computation.form == "scatter":
        return _scatter(writer, computation)
    steps = writer.kernel.plan.steps
    operands = steps[computation.place].operands
    odd = "batch" in computation.parameters or any(ONE in steps[k].axes for k in operands)
    call = by_numpy if odd else CALLS.get(computation.operation, by_numpy)
    return call(writer, computation)


def _block_product(writer: Writer, computation: Computation) -> str:
    """C = A B with either transposed, added to what is there where rows go on being summed."""
    (inner,) = computation.over
    letters = writer.stores[computation.place].letters
    name = array(writer, computation.place, letters[0])
    result, layout = _at_loops(writer, name, letters)
    beta = "1.0" if inner == writer.row else "0.0"
    result, layout = _as_matrix(writer, result, layout, _free(computation, layout))
    operands = [
        _as_matrix(writer, *_at_loops(writer, *seen(writer, read)), (inner,))
        for read in computation.operands
    ]
    operands.sort(key=lambda operand: layout[0] not in operand[1])
    (left, left_letters), (right, right_letters) = operands
    if len(layout) == 1:
        function = "matvec" if left_letters[-1] == inner else "matvec_transposed"
        return f"{function}({left}, {right}, {result}, {beta})"
    if left == right and left_letters[0] == right_letters[0] == inner:
        return f"gram({left}, {result}, 1.0, {beta})"
    turned = ("t" if left_letters[0] == inner else "n") + (
        "n" if right_letters[0] == inner else "t"
    )
    function = "matmul" if turned == "nn" else f"matmul_{turned}"
    return f"{function}({left}, {right}, {result}, 1.0, {beta})"


def _at_loops(writer: Writer, name: str, letters: Letters) -> tuple[str, Letters]:
    """The part of an array at the loops that are open, whose letters come first."""
    count = sum(letter in writer.opened for letter in letters)
    if not count:
        return name, letters
    at = ", ".join(counter(writer, letter) for letter in letters[:count])
    return f"{name}[{at}]", letters[count:]


def _free(computation: Computation, layout: Letters) -> Letters:
    """The letters at the front of the result that are those of one operand."""
    for operand in computation.operands:
        if layout[0] in operand.at:
            return tuple(letter for letter in layout if letter in operand.at)
    return layout[:1]


def _as_matrix(writer: Writer, name: str, letters: Letters, apart: Letters) -> tuple[str, Letters]:
    """An array with two axes: the letters to be kept apart, and all others as one."""
    if len(letters) <= 2:
        return name, letters
    first = letters[: len(apart)] == apart
    cut = len(apart) if first else len(letters) - len(apart)
    extents = [extent(writer, letter) for letter in letters]
    rows, columns = (" * ".join(part) for part in (extents[:cut], extents[cut:]))
    return f"{name}.reshape({rows}, {columns})", (letters[0], letters[-1])


def _scatter(writer: Writer, computation: Computation) -> list[str]:
    """out[index[n], …] += values[n, …] after zeros."""
    values, places = computation.operands
    name = writer.names[computation.place]
    letters = [*computation.over, *computation.letters[1:]]
    lines = [f"{name}[:] = 0.0"]
    for depth, letter in enumerate(letters):
        head = f"for {counter(writer, letter)} in range({extent(writer, letter)}):"
        lines.append(f"{INDENT * depth}{head}")
    row = read_text(writer, places).text
    rest = "".join(f", {counter(writer, letter)}" for letter in computation.letters[1:])
    value = read_text(writer, values).text
    return [*lines, f"{INDENT * len(letters)}{name}[{row}{rest}] += {value}"]


Call = Callable[[Writer, Computation], list[str]]


def _operands(writer: Writer, computation: Computation) -> list[str]:
    return [
        seen(writer, read)[0] if read.at else read_text(writer, read).text
        for read in computation.operands
    ]


def _into(function: str) -> Call:
    """function(operands, result)."""

    def call(writer: Writer, computation: Computation) -> list[str]:
        operands = _operands(writer, computation)
        return [f"{function}({', '.join([*operands, writer.names[computation.place]])})"]

    return call


def _scalar(function: str) -> Call:
    """result = function(operands)."""

    def call(writer: Writer, computation: Computation) -> list[str]:
        operands = ", ".join(_operands(writer, computation))
        return [f"{writer.names[computation.place]} = {function}({operands})"]

    return call


def _guarded_norm(writer: Writer, computation: Computation) -> list[str]:
    squares, entries = computation.operands
    name = writer.names[computation.place]
    return [f"{name} = guarded_norm({read_text(writer, squares).text}, {seen(writer, entries)[0]})"]


def _solution(one: str, many: str) -> Call:
    """function(factor, b, result), of a vector or of a matrix."""

    def call(writer: Writer, computation: Computation) -> list[str]:
        function = one if len(computation.letters) == 1 else many
        return _into(function)(writer, computation)

    return call


CALLS: Mapping[str, Call] = MappingProxyType(
    {
        "inverse": _into("inverse"),
        "solve": _into("solve"),
        "logdet": _scalar("logdet"),
        "det": _scalar("det"),
        "cholesky": _into("cholesky_factor"),
        "cholesky_solve": _solution("cholesky_solve", "cholesky_solve_many"),
        "cholesky_inverse": _into("cholesky_inverse"),
        "cholesky_logdet": _scalar("cholesky_logdet"),
        "lu": _into("regular_factor"),
        "lu_solve": _into("factor_solve"),
        "lu_solve_transposed": _into("factor_solve_transposed"),
        "lu_inverse": _into("factor_inverse"),
        "lu_det": _scalar("factor_det"),
        "lu_logdet": _scalar("factor_logdet"),
        "guarded_norm": _guarded_norm,
    }
)
