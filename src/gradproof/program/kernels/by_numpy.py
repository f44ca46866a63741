"""Functions of whole arrays that no loop is written for: NumPy's, called from the program."""

from __future__ import annotations

from gradproof.program.backends.numpy import NUMPY
from gradproof.program.emit import function_body
from gradproof.program.kernels.letters import Computation, Read
from gradproof.program.kernels.reading import Writer, read_text, seen, size
from gradproof.program.plan import Axes, Plan, Step
from gradproof.program.sizes import Alike

INDENT = "    "


def by_numpy(writer: Writer, computation: Computation) -> list[str]:
    """The statements of NumPy in a block that the interpreter runs, and what comes of them."""
    step = writer.kernel.plan.steps[computation.place]
    name = writer.names[computation.place]
    found = f"{name}_found"
    before, variables, steps = [], {}, []
    for number, (read, operand) in enumerate(zip(computation.operands, step.operands, strict=True)):
        own = f"{name}_{number}"
        axes = writer.kernel.plan.steps[operand].axes
        before.append(f"{own} = {_operand(writer, read, axes)}")
        variables[own] = own
        steps.append(Step("argument", (), (own,), axes))
    call = step._replace(operands=tuple(range(len(steps))))
    alone = Plan((*steps, call), ((found, len(steps)),))
    statements, _, functions = function_body(
        alone, NUMPY, variables, writer.sizes, Alike(writer.like, {})
    )
    writer.brought |= functions
    return [*before, *_block(writer, computation, found, statements)]


def _operand(writer: Writer, read: Read, axes: Axes) -> str:
    """An operand with all its axes, those of length one too."""
    if not axes:
        return read_text(writer, read).text
    letters = [entry for entry in read.at if entry is not None]
    if not letters:
        return f"np.full({(1,) * len(axes)}, {read_text(writer, read).text})"
    name = seen(writer, read)[0]
    if len(letters) == len(axes):
        return name
    return f"{name}.reshape({', '.join(size(writer, axis).text for axis in axes)})"


def _block(
    writer: Writer, computation: Computation, found: str, statements: list[str]
) -> list[str]:
    name = writer.names[computation.place]
    if not computation.letters:
        kind, plain = "float64", f"float({found})"
    else:
        rank = len(computation.letters)
        kind = f"float64[{', '.join([*[':'] * (rank - 1), '::1'])}]"
        extents = writer.kernel.alphabet.extents
        shape = ", ".join(size(writer, extents[letter]).text for letter in computation.letters)
        plain = f"np.ascontiguousarray({found}, np.float64).reshape({shape})"
    lines = [
        f'with objmode({found}="{kind}"):',
        *(f"{INDENT}{statement}" for statement in [*statements, f"{found} = {plain}"]),
    ]
    return [*lines, f"{name}{'[:]' if computation.letters else ''} = {found}"]
