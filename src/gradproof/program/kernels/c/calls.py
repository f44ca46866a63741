"""Functions of whole arrays in C: calls of functions that the program brings along."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from gradproof.core.dimension import ONE, Dimension, plus, times
from gradproof.core.errors import UnsupportedError
from gradproof.program.kernels.letters import Computation
from gradproof.program.kernels.reading import Writer, size
from gradproof.program.kernels.wholes import operand_names
from gradproof.program.plan import Axes

Sizes = tuple[tuple[int, int], ...]


class Routine(NamedTuple):
    """A function of its operands, its result if that is an array, room for a factor, and sizes.

    sizes: of operands, by operand and axis; operand -1 is the result.  An axis that is not there
    has length one.
    """

    function: str
    sizes: Sizes
    room: bool = False


SQUARE: Sizes = ((0, 0),)
COLUMNS: Sizes = ((0, 0), (1, 1))
ROUTINES: Mapping[str, Routine] = MappingProxyType(
    {
        "inverse": Routine("inverse", SQUARE, room=True),
        "solve": Routine("solve", COLUMNS, room=True),
        "det": Routine("det", SQUARE, room=True),
        "logdet": Routine("logdet", SQUARE, room=True),
        "cholesky": Routine("cholesky_factor", SQUARE),
        "cholesky_solve": Routine("cholesky_solve", COLUMNS),
        "cholesky_inverse": Routine("cholesky_inverse", SQUARE),
        "cholesky_logdet": Routine("cholesky_logdet", SQUARE),
        "lu": Routine("regular_factor", SQUARE),
        "lu_solve": Routine("factor_solve", COLUMNS),
        "lu_solve_transposed": Routine("factor_solve_transposed", COLUMNS),
        "lu_inverse": Routine("factor_inverse", SQUARE),
        "lu_det": Routine("factor_det", SQUARE),
        "lu_logdet": Routine("factor_logdet", SQUARE),
        "kron": Routine("kron", ((0, 0), (0, 1), (1, 0), (1, 1))),
        "vec": Routine("vec", ((0, 0), (0, 1))),
        "toeplitz": Routine("toeplitz", SQUARE),
        "diagsums": Routine("diagsums", SQUARE),
        "prod": Routine("product", SQUARE),
    }
)

ITERATIONS = "It is an iteration that LAPACK does, and C programs call no library"
SERIES = "It is a series of products and solutions, for which there is no loop yet"
REASONS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("eigvals", "eigmax", "eigvecs", "eigvecmax"), ITERATIONS),
        **dict.fromkeys(("specnorm", "nucnorm", "pinv", "polar"), ITERATIONS),
        **dict.fromkeys(("sqrtm", "frechet_sqrtm"), ITERATIONS),
        **dict.fromkeys(("expm", "sinm", "cosm", "matrix_power"), SERIES),
        **dict.fromkeys(("frechet_expm", "frechet_sinm", "frechet_cosm"), SERIES),
    }
)


def call(writer: Writer, computation: Computation) -> list[str]:
    """The line that calls a function.  Raises UnsupportedError where there is none."""
    operation = computation.operation
    if operation in OWN:
        return [OWN[operation](writer, computation)]
    if operation not in ROUTINES:
        raise _refused(operation, REASONS.get(operation, "There is no loop for it"))
    if "batch" in computation.parameters:
        raise _refused(operation, "There it is worked out for each index of a sum")
    return [_routine(writer, computation, ROUTINES[operation])]


def _refused(operation: str, reason: str) -> UnsupportedError:
    return UnsupportedError(f"C programs cannot have {operation}", hint=f"{reason}.")


def _routine(writer: Writer, computation: Computation, routine: Routine) -> str:
    steps = writer.kernel.plan.steps
    axes = [steps[operand].axes for operand in steps[computation.place].operands]
    if any(not read.at or not set(read.at) - {None} for read in computation.operands):
        raise _refused(computation.operation, "Its matrix has a single entry")
    arguments = operand_names(writer, computation)
    if computation.letters:
        arguments.append(writer.names[computation.place])
    if routine.room:
        arguments.append(_room(writer, computation.place, axes[0][0]))
    arguments += [_size(writer, axes[operand], axis) for operand, axis in routine.sizes]
    text = f"{routine.function}({', '.join(arguments)})"
    return f"{text};" if computation.letters else _scalar(writer, computation, text)


def _size(writer: Writer, axes: Axes, axis: int) -> str:
    return size(writer, axes[axis]).text if axis < len(axes) else "1"


def _room(writer: Writer, place: int, order: Dimension) -> str:
    """An array for the factor of a matrix of this order."""
    name = f"{writer.names[place].lstrip('*')}_factor"
    while name in writer.taken:
        name += "_"
    writer.taken.add(name)
    writer.rooms[name] = times(plus(order, ONE), order)
    return name


def _scalar(writer: Writer, computation: Computation, text: str) -> str:
    kind = "" if computation.place in writer.given else writer.dialect.constant
    return f"{kind}{writer.names[computation.place]} = {text};"


def _comm(writer: Writer, computation: Computation) -> str:
    rows, columns = computation.parameters
    sizes = [
        size(writer, extent).text for extent in (rows, columns) if isinstance(extent, Dimension)
    ]
    return f"comm({', '.join([writer.names[computation.place], *sizes])});"


def _guarded_norm(writer: Writer, computation: Computation) -> str:
    count = size(writer, _entries(_operand_axes(writer, computation, 1))).text
    arguments = ", ".join([*operand_names(writer, computation), count])
    return _scalar(writer, computation, f"guarded_norm({arguments})")


def _norms(writer: Writer, computation: Computation) -> str:
    axes = _operand_axes(writer, computation, 0)
    kept = len(writer.kernel.plan.steps[computation.place].axes)
    sizes = [size(writer, _entries(part)).text for part in (axes[:kept], axes[kept:])]
    names = [*operand_names(writer, computation), writer.names[computation.place]]
    return f"norms({', '.join([*names, *sizes])});"


def _operand_axes(writer: Writer, computation: Computation, number: int) -> Axes:
    steps = writer.kernel.plan.steps
    return steps[steps[computation.place].operands[number]].axes


def _entries(axes: Axes) -> Dimension:
    count = ONE
    for axis in axes:
        count = times(count, axis)
    return count


OWN: Mapping[str, Callable[[Writer, Computation], str]] = MappingProxyType(
    {"comm": _comm, "guarded_norm": _guarded_norm, "norms": _norms}
)
