"""PyTorch: the text of each operation, and the functions that PyTorch lacks.

Programs take and give tensors, on the device and with the type of number of the arguments,
and change none in place, so that they run under `torch.func.vmap`.
"""

from __future__ import annotations

from types import MappingProxyType

from gradproof.program.backends.array_library import (
    ELEMENTWISE,
    SCALARS,
    added_at,
    added_on_diagonal,
    array_spellings,
    on_diagonal,
    one_row_each,
    scattered,
    zeros,
)
from gradproof.program.backends.brought import functions_in
from gradproof.program.backends.spelling import (
    PRODUCT,
    Backend,
    Names,
    Operands,
    Spelled,
    Spelling,
    added,
    multiplied,
)
from gradproof.program.plan import Step

DTYPE = ", dtype={like}.dtype, device={like}.device"
NEW = "{like}.new_zeros({shape})"
ZEROS = zeros("torch", NEW)

CALLS = MappingProxyType(
    {
        **{name: f"torch.{name}" for name in (*ELEMENTWISE, "log1p", "expm1")},
        **{name: f"torch.{name}" for name in ("outer", "trace", "kron", "prod")},
        "relu": "torch.relu",
        "sigmoid": "torch.sigmoid",
        "diagonal": "torch.diag",
        "diagonal_matrix": "torch.diag",
        "inverse": "torch.linalg.inv",
        "solve": "torch.linalg.solve",
        "det": "torch.linalg.det",
        "pinv": "torch.linalg.pinv",
        "expm": "torch.linalg.matrix_exp",
        "cholesky": "torch.linalg.cholesky",
        "cholesky_inverse": "torch.cholesky_inverse",
        "lu": "torch.linalg.lu_factor",
    }
)

TEMPLATES = MappingProxyType(
    {
        "pi": "torch.pi",
        "eye": "torch.eye({n}{dtype})",
        "arange": "torch.arange({n}{dtype})",
        "copy": "{0.atom}.clone()",
        "softmax": "torch.softmax({0.text}, dim=-1)",
        "log_softmax": "torch.log_softmax({0.text}, dim=-1)",
        "logsumexp": "torch.logsumexp({0.text}, dim=-1)",
        "logdet": "torch.linalg.slogdet({0.text})[1]",
        "matrix_power": "torch.linalg.matrix_power({0.text}, {p[0]})",
        "specnorm": "torch.linalg.matrix_norm({0.text}, 2)",
        "nucnorm": 'torch.linalg.matrix_norm({0.text}, "nuc")',
        "weighted_grams": 'torch.einsum("na,nb,n...->...ab", {0.text}, {0.text}, {1.text})',
        "cholesky_logdet": "2 * torch.log(torch.diag({0.text})).sum()",
        "lu_inverse": "torch.linalg.lu_solve(*{0.atom}, torch.eye({n}{dtype}))",
        "lu_logdet": "torch.log(torch.abs(torch.diag({0.atom}[0]))).sum()",
    }
)

BATCHED = frozenset(
    {
        "softmax", "log_softmax", "logsumexp", "inverse", "det", "logdet", "pinv", "matrix_power",
        "eigvals", "eigmax", "eigvecs", "eigvecmax", "specnorm", "nucnorm", "norms", "expm",
    }
)  # fmt: skip


def _norms(step: Step, operands: Operands, names: Names) -> Spelled:
    return Spelled(f"norms({operands[0].text}, {len(step.axes)})")


def _vec(step: Step, operands: Operands, names: Names) -> Spelled:
    """The columns stacked; of a transpose, the rows."""
    base = operands[0].atom
    if base.endswith(".T"):
        return Spelled(f"{base.removesuffix('.T')}.reshape(-1)")
    return Spelled(f"{base}.T.reshape(-1)")


def _one_hot(step: Step, operands: Operands, names: Names) -> Spelled:
    classes = names.size(step.axes[-1]).text
    text = f"torch.nn.functional.one_hot({operands[0].text}, {classes})"
    return Spelled(f"{text}.to({names.like}.dtype)" if names.like else text)


def _cholesky_solve(step: Step, operands: Operands, names: Names) -> Spelled:
    """The solution of LL'X = B; PyTorch wants a matrix B."""
    lower, right = operands
    if len(step.axes) == 1:
        return Spelled(f"torch.cholesky_solve({right.atom}[:, None], {lower.text})[:, 0]")
    return Spelled(f"torch.cholesky_solve({right.text}, {lower.text})")


def _lu_solve(options: str) -> Spelling:
    """The solution of AX = B or A'X = B; PyTorch wants a matrix B."""

    def spelling(step: Step, operands: Operands, names: Names) -> Spelled:
        factors, right = operands
        start = f"torch.linalg.lu_solve(*{factors.atom}, "
        if len(step.axes) == 1:
            return Spelled(f"{start}{right.atom}[:, None]{options})[:, 0]")
        return Spelled(f"{start}{right.text}{options})")

    return spelling


def _on_simple_diagonal(step: Step, operands: Operands, names: Names) -> Spelled:
    """A + diag(v); the multiple of an identity for a number."""
    base, values = operands
    if step.parameters[1] != ():
        return added(
            step._replace(parameters=(1, 1)), (base, Spelled(f"torch.diag({values.text})"))
        )
    kind = DTYPE.format(like=names.like)
    identity = Spelled(f"torch.eye({names.size(step.axes[0]).text}{kind})")
    if values.text != "1":
        identity = multiplied(step, (values, identity))
    return added(step._replace(parameters=(1, 1)), (base, identity))


def _vectorised(function: str, operands: Operands, signature: str, count: int) -> str:
    for _ in range(count):
        function = f"torch.vmap({function})"
    return f"{function}({', '.join(operand.text for operand in operands)})"


TORCH = Backend(
    name="torch",
    title="PyTorch",
    imports=MappingProxyType({"math": "import math", "torch": "import torch"}),
    vectorised=_vectorised,
    calls=CALLS,
    templates=TEMPLATES,
    spellings=MappingProxyType(
        {
            **array_spellings(
                "torch", axis="dim", permute="permute", axes="dims", dtype=DTYPE, new=NEW
            ),
            "norms": _norms,
            "vec": _vec,
            "one_hot": _one_hot,
            "take_along": one_row_each("torch", "torch.arange({size}, device={index}.device)"),
            "scatter_add": scattered(ZEROS),
            "add_at": added_at("{0.text}"),
            "block_diagonal": on_diagonal(ZEROS),
            "add_diagonal": added_on_diagonal("{0.text}", _on_simple_diagonal),
            "cholesky_solve": _cholesky_solve,
            "lu_solve": _lu_solve(""),
            "lu_solve_transposed": _lu_solve(", adjoint=True"),
        }
    ),
    functions=functions_in("torch_functions"),
    batched=BATCHED,
    dtype=DTYPE,
    scalars=SCALARS,
    of_plain="torch.tensor({0.text}, dtype=torch.float64)",
    constant="torch.tensor({0.text}{dtype})",
    precedences=MappingProxyType({"cholesky_logdet": PRODUCT}),
)
