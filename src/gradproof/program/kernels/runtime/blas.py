"""Calls of BLAS and LAPACK, written straight into the function that makes them.

To both, rows are columns: a matrix that lies row by row is, to them, its transpose.
"""

# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# The text of these functions goes into programs as it stands.

from __future__ import annotations

from contextlib import contextmanager
from functools import wraps

import numpy as np

from gradproof.program.kernels.runtime.lane import Lane
from gradproof.program.kernels.runtime.stand_ins import (
    F_INT_nbtype,
    add_symbol,
    cgutils,
    ensure_lapack,
    errors,
    get_cython_function_address,
    intrinsic,
    ir,
    make_array,
    types,
)


def fortran(library, name):
    """A routine of SciPy's, made known by name, so that compiled programs can be kept on disk."""
    ensure_lapack()
    for kind in "sd":
        address = get_cython_function_address(f"scipy.linalg.cython_{library}", kind + name)
        add_symbol(f"fortran_{kind}{name}", address)
    return name


class Block:
    """An array of a program: where it lies, how long its axes are."""

    def __init__(self, data, shape):
        self.data = data
        self.shape = shape


class Calls:
    """Writes calls: letters, whole numbers and floats go by address, a matrix with its stride."""

    def __init__(self, context, builder, kind):
        self.context = context
        self.builder = builder
        self.letter = "s" if kind == types.float32 else "d"
        self.number = context.get_value_type(kind)
        self.whole = context.get_value_type(F_INT_nbtype)
        self.info = cgutils.alloca_once_value(builder, self.whole(0))

    def __call__(self, routine, *arguments):
        addresses = [address for argument in arguments for address in self.addresses(argument)]
        byte = ir.IntType(8).as_pointer()
        signature = ir.FunctionType(ir.VoidType(), [byte] * len(addresses))
        name = f"fortran_{self.letter}{routine}"
        function = cgutils.get_or_insert_function(self.builder.module, signature, name)
        self.builder.call(function, [self.builder.bitcast(own, byte) for own in addresses])

    def addresses(self, argument):
        if isinstance(argument, Block):
            return [argument.data, *self.addresses(self.positive(argument.shape[1]))]
        if isinstance(argument, str):
            argument = ir.IntType(8)(ord(argument))
        elif isinstance(argument, int):
            argument = self.whole(argument)
        elif isinstance(argument, float):
            argument = self.number(argument)
        elif isinstance(argument.type, ir.IntType):
            argument = self.builder.trunc(argument, self.whole)
        elif isinstance(argument.type, ir.PointerType):
            return [argument]
        return [cgutils.alloca_once_value(self.builder, argument)]

    def positive(self, length):
        """A length as BLAS wants the stride of a matrix, which may have none of its own."""
        one = length.type(1)
        return self.builder.select(self.builder.icmp_signed(">", length, one), length, one)

    def bytes_of(self, *lengths):
        """The size of so many numbers."""
        size = lengths[0].type(4 if self.letter == "s" else 8)
        for length in lengths:
            size = self.builder.mul(size, length)
        return size

    def copy(self, source, target, *lengths):
        """So many numbers, one after the other; source and target may be one."""
        size = self.bytes_of(*lengths)
        cgutils.raw_memmove(self.builder, target.data, source.data, size, 1)

    @contextmanager
    def scratch(self, *lengths):
        """A block of one's own."""
        memory = self.context.nrt.allocate(self.builder, self.bytes_of(*lengths))
        yield Block(self.builder.bitcast(memory, self.number.as_pointer()), lengths)
        self.context.nrt.free(self.builder, memory)

    def succeeded(self):
        return self.builder.icmp_signed("==", self.builder.load(self.info), self.whole(0))

    def insist(self, truth, message):
        """An error of linear algebra unless it is true."""
        with self.builder.if_then(self.builder.not_(truth), likely=False):
            error = np.linalg.LinAlgError
            self.context.call_conv.return_user_exc(self.builder, error, (message,))

    def place(self, block, *indices):
        """The address of an entry."""
        offset = indices[0]
        for index, length in zip(indices[1:], block.shape[1:], strict=True):
            offset = self.builder.add(self.builder.mul(offset, length), index)
        return self.builder.gep(block.data, [offset])

    def entry(self, block, *indices):
        return Lane(self.builder, self.builder.load(self.place(block, *indices)))

    def folded(self, count, value, step):
        """What becomes of a value by a step for each whole number below count."""
        kept = cgutils.alloca_once_value(self.builder, value)
        with cgutils.for_range(self.builder, count) as loop:
            self.builder.store(step(self.builder.load(kept), loop.index), kept)
        return self.builder.load(kept)


def calling(result="void"):
    """A function of arrays from its body, which writes calls.

    result: the name of the type of the function's value; "number" for that of the entries.
    """

    def decorated(body):
        @wraps(body)
        def typed(context, *kinds):
            number = kinds[0].dtype
            if number not in {types.float32, types.float64} or any(
                kind.layout != "C" or kind.dtype != number
                for kind in kinds
                if isinstance(kind, types.Array)
            ):
                raise errors.TypingError(f"{body.__name__} takes rows of floats of one kind")
            own = [kind if isinstance(kind, types.Array) else number for kind in kinds]
            value = number if result == "number" else getattr(types, result)
            return value(*own), written

        def written(context, builder, signature, arguments):
            def block(kind, value):
                array = make_array(kind)(context, builder, value)
                return Block(array.data, cgutils.unpack_tuple(builder, array.shape))

            values = [
                block(kind, value) if isinstance(kind, types.Array) else value
                for kind, value in zip(signature.args, arguments, strict=True)
            ]
            found = body(Calls(context, builder, signature.args[0].dtype), *values)
            return context.get_dummy_value() if found is None else found

        return intrinsic(typed)

    return decorated
