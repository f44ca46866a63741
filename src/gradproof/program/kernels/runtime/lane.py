"""Arithmetic that writes LLVM code: what the elementary functions are written in.

Numba spends milliseconds on each operation of a Python function, and its flags reach what it
inlines.  An elementary function is therefore run once, on lanes, while the loop that calls it
is compiled: each operation adds one instruction to the loop, which LLVM then vectorises.
"""

# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# The text of these functions goes into programs as it stands.

from __future__ import annotations

from gradproof.program.kernels.runtime.stand_ins import cgutils, intrinsic, ir, types


class Lane:
    """A float of a loop: arithmetic on it writes the loop's code.

    Products may be contracted with sums, but sums are never reordered, whatever the loop allows:
    the instructions carry their own flags.  width: the bits of the float, 64 or 32.
    """

    def __init__(self, builder, value):
        self.builder = builder
        self.value = value
        self.type = value.type
        self.width = 64 if value.type == ir.DoubleType() else 32

    def like(self, other):
        """A number as a lane beside this one."""
        return other if isinstance(other, Lane) else Lane(self.builder, self.type(other))

    def apply(self, instruction, left, right):
        write = getattr(self.builder, instruction)
        value = write(self.like(left).value, self.like(right).value, flags=("contract",))
        return Lane(self.builder, value)

    def compare(self, relation, other):
        """A truth value, for `where`; false where either is nan."""
        other = self.like(other).value
        return self.builder.fcmp_ordered(relation, self.value, other, flags=("contract",))

    def __add__(self, other):
        return self.apply("fadd", self, other)

    def __radd__(self, other):
        return self.apply("fadd", other, self)

    def __sub__(self, other):
        return self.apply("fsub", self, other)

    def __rsub__(self, other):
        return self.apply("fsub", other, self)

    def __mul__(self, other):
        return self.apply("fmul", self, other)

    def __rmul__(self, other):
        return self.apply("fmul", other, self)

    def __truediv__(self, other):
        return self.apply("fdiv", self, other)

    def __rtruediv__(self, other):
        return self.apply("fdiv", other, self)

    def __neg__(self):
        return Lane(self.builder, self.builder.fneg(self.value))

    def __lt__(self, other):
        return self.compare("<", other)

    def __gt__(self, other):
        return self.compare(">", other)


def where(truth, left, right):
    """left where it is true, right elsewhere; one of them is a lane."""
    lane = left if isinstance(left, Lane) else right
    value = lane.builder.select(truth, lane.like(left).value, lane.like(right).value)
    return Lane(lane.builder, value)


def called(function, lanes):
    """A call of a function of LLVM or C."""
    return Lane(lanes[0].builder, lanes[0].builder.call(function, [lane.value for lane in lanes]))


def of_llvm(name, *lanes):
    """LLVM's own function of this name: an instruction."""
    kind = lanes[0].type
    signature = ir.FunctionType(kind, [kind] * len(lanes))
    return called(lanes[0].builder.module.declare_intrinsic(name, [kind], signature), lanes)


def of_libm(name, *lanes):
    """C's own function of this name: accurate, but a call for each number of a loop."""
    kind = lanes[0].type
    signature = ir.FunctionType(kind, [kind] * len(lanes))
    name = name if lanes[0].width == 64 else f"{name}f"
    return called(cgutils.get_or_insert_function(lanes[0].builder.module, signature, name), lanes)


def size_of(x):
    """|x|."""
    return of_llvm("llvm.fabs", x)


def polynomial(x, coefficients):
    """The polynomial with these coefficients, the highest first.

    LLVM halves the vectors of AVX-512 unless told otherwise: where there is this much arithmetic,
    the whole ones are nearly twice as fast.
    """
    set.add(x.builder.function.attributes, '"prefer-vector-width"="512"')
    value = x.like(coefficients[0])
    for coefficient in coefficients[1:]:
        value = value * x + coefficient
    return value


def elementary(body):
    """A function of floats from its body, which is written for lanes."""

    def written(context, builder, signature, arguments):
        return body(*(Lane(builder, argument) for argument in arguments)).value

    def of_one(context, x):
        kind = types.float32 if x == types.float32 else types.float64
        return kind(kind), written

    def of_two(context, x, y):
        kind = types.float32 if x == y == types.float32 else types.float64
        return kind(kind, kind), written

    typed = of_one if body.__code__.co_argcount == 1 else of_two
    typed.__name__ = body.__name__
    return intrinsic(typed)
