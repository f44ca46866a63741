"""Loops for numba: Python's grammar, and the functions that such programs bring along."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from gradproof.core.dimension import ONE
from gradproof.program.backends.spelling import Spelled
from gradproof.program.kernels.by_numpy import by_numpy
from gradproof.program.kernels.dialect import Dialect, MatrixProduct
from gradproof.program.kernels.letters import Computation, Letter
from gradproof.program.kernels.reading import Writer, array, counter, read_text, seen
from gradproof.program.kernels.spelling import FUNCTIONS
from gradproof.program.kernels.wholes import operand_names

Call = Callable[[Writer, Computation], list[str]]


def _entry(name: str, indices: Sequence[str], sizes: Sequence[Spelled]) -> str:
    return f"{name}[{', '.join(indices)}]"


def _fill(writer: Writer, place: int, letters: Sequence[Letter], value: str) -> list[str]:
    indices = [counter(writer, x) if x in writer.opened else ":" for x in letters]
    if set(indices) == {":"}:
        indices = [":"]
    return [f"{array(writer, place, letters[0])}[{', '.join(indices)}] = {value}"]


def _part(name: str, at: Sequence[str], sizes: Sequence[Spelled]) -> str:
    return f"{name}[{', '.join(at)}]"


def _product(product: MatrixProduct) -> str:
    alpha = () if product.function.startswith("matvec") else ("1.0",)
    arguments = [*product.operands, product.result, *alpha, product.beta]
    return f"{product.function}({', '.join(arguments)})"


def _call(writer: Writer, computation: Computation) -> list[str]:
    """A function that the program brings along, or else NumPy's."""
    steps = writer.kernel.plan.steps
    operands = steps[computation.place].operands
    odd = "batch" in computation.parameters or any(ONE in steps[k].axes for k in operands)
    call = by_numpy if odd else CALLS.get(computation.operation, by_numpy)
    return call(writer, computation)


def _into(function: str) -> Call:
    """function(operands, result)."""

    def call(writer: Writer, computation: Computation) -> list[str]:
        operands = operand_names(writer, computation)
        return [f"{function}({', '.join([*operands, writer.names[computation.place]])})"]

    return call


def _scalar(function: str) -> Call:
    """result = function(operands)."""

    def call(writer: Writer, computation: Computation) -> list[str]:
        operands = ", ".join(operand_names(writer, computation))
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

NUMBA = Dialect(
    loop="for {0} in range({1}):".format,
    end=(),
    statement=str,
    constant="",
    variable="",
    entry=_entry,
    fill=_fill,
    part=_part,
    matrix="{}.reshape({}, {})".format,
    choice="({1} if {0} else 0.0)".format,
    both=" and ",
    real=lambda size: size,
    pi="np.pi",
    lowest="-np.inf",
    functions=MappingProxyType({**{name: name for name in FUNCTIONS}, "abs": "absolute"}),
    product=_product,
    call=_call,
)
