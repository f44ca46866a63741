"""JAX: the text of each operation, and the functions that JAX lacks.

Programs are pure functions of arrays: they run under `jax.jit`, `jax.vmap` and on sharded
arrays.
"""

from __future__ import annotations

from types import MappingProxyType

from gradproof.program.backends.array_library import (
    ELEMENTWISE,
    SCALARS,
    added_on_diagonal,
    array_spellings,
    on_diagonal,
    one_row_each,
    scaled,
    zeros,
)
from gradproof.program.backends.brought import functions_in
from gradproof.program.backends.spelling import PRODUCT, Backend, Names, Operands, Spelled
from gradproof.program.plan import Step

DTYPE = ", dtype={like}.dtype"
NEW = "jnp.zeros({shape}, dtype={like}.dtype)"
ZEROS = zeros("jnp", NEW)

CALLS = MappingProxyType(
    {
        **{name: f"jnp.{name}" for name in (*ELEMENTWISE, "log1p", "expm1")},
        **{name: f"jnp.{name}" for name in ("outer", "trace", "kron", "prod")},
        **{
            name: f"jax.nn.{name}"
            for name in ("relu", "sigmoid", "softplus", "softmax", "log_softmax")
        },
        "diagonal": "jnp.diag",
        "diagonal_matrix": "jnp.diag",
        "inverse": "jnp.linalg.inv",
        "solve": "jnp.linalg.solve",
        "det": "jnp.linalg.det",
        "pinv": "jnp.linalg.pinv",
        "expm": "expm",
    }
)

TEMPLATES = MappingProxyType(
    {
        "pi": "jnp.pi",
        "eye": "jnp.eye({n}{dtype})",
        "arange": "jnp.arange({n}{dtype})",
        "logsumexp": "jax.nn.logsumexp({0.text}, axis=-1)",
        "logdet": "jnp.linalg.slogdet({0.text})[1]",
        "matrix_power": "jnp.linalg.matrix_power({0.text}, {p[0]})",
        "specnorm": "jnp.linalg.norm({0.text}, 2, axis=(-2, -1))",
        "nucnorm": 'jnp.linalg.norm({0.text}, "nuc", axis=(-2, -1))',
        "one_hot": "jax.nn.one_hot({0.text}, {last}{dtype})",
        "cholesky": "jnp.linalg.cholesky({0.text})",
        "cholesky_solve": "cho_solve(({0.text}, True), {1.text})",
        "cholesky_inverse": "cho_solve(({0.text}, True), jnp.eye({n}{dtype}))",
        "cholesky_logdet": "2 * jnp.log(jnp.diag({0.text})).sum()",
        "lu": "lu_factor({0.text})",
        "weighted_grams": 'jnp.einsum("na,nb,n...->...ab", {0.text}, {0.text}, {1.text})',
        "lu_solve": "lu_solve({0.text}, {1.text})",
        "lu_solve_transposed": "lu_solve({0.text}, {1.text}, trans=1)",
        "lu_inverse": "lu_solve({0.text}, jnp.eye({n}{dtype}))",
        "lu_logdet": "jnp.log(jnp.abs(jnp.diag({0.atom}[0]))).sum()",
    }
)

BATCHED = frozenset(
    {
        "softmax", "log_softmax", "logsumexp", "inverse", "det", "logdet", "pinv", "matrix_power",
        "eigvals", "eigmax", "eigvecs", "eigvecmax", "specnorm", "nucnorm", "norms",
    }
)  # fmt: skip


def _norms(step: Step, operands: Operands, names: Names) -> Spelled:
    return Spelled(f"norms({operands[0].text}, {len(step.axes)})")


def _copy(step: Step, operands: Operands, names: Names) -> Spelled:
    """The array itself, which nobody can overwrite."""
    return operands[0]


def _vec(step: Step, operands: Operands, names: Names) -> Spelled:
    """The columns stacked; of a transpose, the rows."""
    base = operands[0].atom
    if base.endswith(".T"):
        return Spelled(f"{base.removesuffix('.T')}.ravel()")
    return Spelled(f'{base}.ravel(order="F")')


def _scatter_add(step: Step, operands: Operands, names: Names) -> Spelled:
    """zeros.at[c].add(values)."""
    values, index = operands
    zero = ZEROS(Step("zeros", (), (), step.axes), (), names)
    return Spelled(f"{zero.atom}.at[{index.text}].add({values.text})")


def _add_at(step: Step, operands: Operands, names: Names) -> Spelled:
    """base.at[n, c[n]].add(s * value)."""
    base, index, value = operands
    added = scaled(step.parameters[0], value).text
    if len(step.axes) == 1:
        return Spelled(f"{base.atom}.at[{index.text}].add({added})")
    if len(step.axes) == 2:
        rows = f"jnp.arange({names.size(step.axes[0]).text})"
        return Spelled(f"{base.atom}.at[{rows}, {index.text}].add({added})")
    return Spelled(f"add_at({base.text}, {index.text}, {added})")


def _on_simple_diagonal(step: Step, operands: Operands, names: Names) -> Spelled:
    base, values = operands
    places = f"jnp.diag_indices({names.size(step.axes[0]).text})"
    return Spelled(f"{base.atom}.at[{places}].add({values.text})")


def _vectorised(function: str, operands: Operands, signature: str, count: int) -> str:
    texts = ", ".join(operand.text for operand in operands)
    return f'jnp.vectorize({function}, signature="{signature}")({texts})'


JAX = Backend(
    name="jax",
    title="JAX",
    imports=MappingProxyType(
        {
            "math": "import math",
            "jax": "import jax",
            "jnp": "import jax.numpy as jnp",
            **{
                name: f"from jax.scipy.linalg import {name}"
                for name in ("cho_solve", "expm", "lu_factor", "lu_solve")
            },
        }
    ),
    vectorised=_vectorised,
    calls=CALLS,
    templates=TEMPLATES,
    spellings=MappingProxyType(
        {
            **array_spellings(
                "jnp", axis="axis", permute="transpose", axes="axes", dtype=DTYPE, new=NEW
            ),
            "norms": _norms,
            "copy": _copy,
            "vec": _vec,
            "take_along": one_row_each("jnp"),
            "scatter_add": _scatter_add,
            "add_at": _add_at,
            "block_diagonal": on_diagonal(ZEROS),
            "add_diagonal": added_on_diagonal("{0.text}", _on_simple_diagonal),
        }
    ),
    functions=functions_in("jax_functions"),
    batched=BATCHED,
    dtype=DTYPE,
    scalars=SCALARS,
    to_plain="{0.text}",
    constant="jnp.asarray({0.text}{dtype})",
    precedences=MappingProxyType({"cholesky_logdet": PRODUCT}),
)
