"""Calls of BLAS and LAPACK, with the arrays of programs."""

# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# The text of these functions goes into programs as it stands.

from __future__ import annotations

from gradproof.program.kernels.runtime.stand_ins import (
    F_INT_nbtype,
    add_symbol,
    cgutils,
    get_cython_function_address,
    ir,
    types,
)


def fortran(library, name):
    """Makes a routine of SciPy's known by name, so that compiled programs can be kept on disk."""
    for kind in "sd":
        address = get_cython_function_address(f"scipy.linalg.cython_{library}", kind + name)
        add_symbol(f"fortran_{kind}{name}", address)
    return name


def call_fortran(context, builder, routine, kind, arguments):
    """Calls a routine with letters, whole numbers, floats and pointers, all by address."""
    byte = ir.IntType(8)
    whole = context.get_value_type(F_INT_nbtype)
    addresses = []
    for argument in arguments:
        if isinstance(argument, str):
            value = byte(ord(argument))
        elif isinstance(argument, int):
            value = whole(argument)
        elif isinstance(argument.type, ir.IntType):
            value = builder.trunc(argument, whole) if argument.type != whole else argument
        else:
            value = argument
        if not isinstance(value.type, ir.PointerType):
            value = cgutils.alloca_once_value(builder, value)
        addresses.append(builder.bitcast(value, byte.as_pointer()))
    signature = ir.FunctionType(ir.VoidType(), [byte.as_pointer()] * len(addresses))
    name = f"fortran_{'s' if kind == types.float32 else 'd'}{routine}"
    builder.call(cgutils.get_or_insert_function(builder.module, signature, name), addresses)


def leading(builder, columns):
    """The leading dimension of a matrix with so many columns, which BLAS wants positive."""
    one = columns.type(1)
    return builder.select(builder.icmp_signed("<", columns, one), one, columns)
