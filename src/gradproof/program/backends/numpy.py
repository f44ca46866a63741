"""NumPy: the text of each operation, and the functions that NumPy lacks.

Factorisations are SciPy's.  Where SciPy is not installed, a program factorises anew for
every solution, with NumPy.
"""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
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
)
from gradproof.program.plan import Step

DTYPE = ", dtype={like}.dtype"
NEW = "np.zeros({shape}, dtype={like}.dtype)"
ZEROS = zeros("np", NEW)

CALLS = MappingProxyType(
    {
        **{name: f"np.{name}" for name in (*ELEMENTWISE, "log1p", "expm1")},
        **{name: f"np.{name}" for name in ("outer", "trace", "kron", "prod")},
        "diagonal": "np.diag",
        "diagonal_matrix": "np.diag",
        "inverse": "np.linalg.inv",
        "solve": "np.linalg.solve",
        "det": "np.linalg.det",
        "pinv": "np.linalg.pinv",
    }
)

TEMPLATES = MappingProxyType(
    {
        "pi": "np.pi",
        "eye": "np.eye({n}{dtype})",
        "arange": "np.arange({n}{dtype})",
        "copy": "{0.atom}.copy()",
        "softplus": "np.logaddexp(0, {0.text})",
        "logdet": "np.linalg.slogdet({0.text})[1]",
        "matrix_power": "np.linalg.matrix_power({0.text}, {p[0]})",
        "one_hot": "np.eye({last}{dtype})[{0.text}]",
        "cholesky": "cholesky({0.text}, lower=True)",
        "cholesky_solve": "cho_solve(({0.text}, True), {1.text})",
        "cholesky_logdet": "2 * np.log(np.diag({0.text})).sum()",
        "lu": "lu_factor({0.text})",
        "lu_solve": "lu_solve({0.text}, {1.text})",
        "lu_solve_transposed": "lu_solve({0.text}, {1.text}, trans=1)",
        "lu_logdet": "np.log(np.abs(np.diag({0.atom}[0]))).sum()",
    }
)

PRECEDENCES = MappingProxyType({"cholesky_logdet": PRODUCT})

BATCHED = frozenset(
    {
        "softmax", "log_softmax", "logsumexp", "inverse", "det", "logdet", "pinv", "matrix_power",
        "eigvals", "eigmax", "eigvecs", "eigvecmax", "specnorm", "nucnorm", "norms",
    }
)  # fmt: skip


def _norms(step: Step, operands: Operands, names: Names) -> Spelled:
    return Spelled(f"norms({operands[0].text}, {len(step.axes)})")


def _specnorm(step: Step, operands: Operands, names: Names) -> Spelled:
    return Spelled(f"np.linalg.norm({operands[0].text}, 2{_last_axes(step)})")


def _nucnorm(step: Step, operands: Operands, names: Names) -> Spelled:
    return Spelled(f'np.linalg.norm({operands[0].text}, "nuc"{_last_axes(step)})')


def _last_axes(step: Step) -> str:
    return ", axis=(-2, -1)" if "batch" in step.parameters else ""


def _vec(step: Step, operands: Operands, names: Names) -> Spelled:
    """The columns stacked; of a transpose, the rows."""
    base = operands[0].atom
    if base.endswith(".T"):
        return Spelled(f"{base.removesuffix('.T')}.ravel()")
    return Spelled(f'{base}.ravel(order="F")')


def _vectorised(function: str, operands: Operands, signature: str, count: int) -> str:
    texts = ", ".join(operand.text for operand in operands)
    return f'np.vectorize({function}, signature="{signature}")({texts})'


def _on_simple_diagonal(step: Step, operands: Operands, names: Names) -> Spelled:
    base, values = operands
    return Spelled(f"add_to_diagonal({base.text}, {values.text})")


def _itself(step: Step, operands: Operands, names: Names) -> Spelled:
    """The matrix, where a factorisation is not to be had."""
    return operands[0]


WITH_SCIPY = Backend(
    name="numpy",
    title="NumPy",
    imports=MappingProxyType(
        {
            "math": "import math",
            "np": "import numpy as np",
            **{
                name: f"from scipy.linalg import {name}"
                for name in ("cho_solve", "cholesky", "get_lapack_funcs", "lu_factor", "lu_solve")
            },
        }
    ),
    vectorised=_vectorised,
    calls=CALLS,
    templates=TEMPLATES,
    spellings=MappingProxyType(
        {
            **array_spellings(
                "np", axis="axis", permute="transpose", axes="axes", dtype=DTYPE, new=NEW
            ),
            "norms": _norms,
            "specnorm": _specnorm,
            "nucnorm": _nucnorm,
            "vec": _vec,
            "take_along": one_row_each("np"),
            "scatter_add": scattered(ZEROS),
            "add_at": added_at("{0.atom}.copy()"),
            "block_diagonal": on_diagonal(ZEROS),
            "add_diagonal": added_on_diagonal("{0.atom}.copy()", _on_simple_diagonal),
        }
    ),
    functions={**functions_in("numpy_functions"), **functions_in("scipy_functions")},
    batched=BATCHED,
    dtype=DTYPE,
    scalars=SCALARS,
    precedences=PRECEDENCES,
)

WITHOUT_SCIPY = replace(
    WITH_SCIPY,
    imports=MappingProxyType({"math": "import math", "np": "import numpy as np"}),
    templates=MappingProxyType(
        {
            **{name: text for name, text in TEMPLATES.items() if name not in ("cholesky", "lu")},
            "cholesky_solve": "np.linalg.solve({0.text}, {1.text})",
            "cholesky_inverse": "np.linalg.inv({0.text})",
            "cholesky_logdet": "np.linalg.slogdet({0.text})[1]",
            "lu_solve": "np.linalg.solve({0.text}, {1.text})",
            "lu_solve_transposed": "np.linalg.solve({0.atom}.T, {1.text})",
            "lu_inverse": "np.linalg.inv({0.text})",
            "lu_logdet": "np.linalg.slogdet({0.text})[1]",
            "lu_det": "np.linalg.det({0.text})",
        }
    ),
    spellings=MappingProxyType(
        {**WITH_SCIPY.spellings, "cholesky": _itself, "lu": _itself},
    ),
    functions=functions_in("numpy_functions"),
    precedences=MappingProxyType({}),
)

NUMPY = WITH_SCIPY if find_spec("scipy") else WITHOUT_SCIPY
