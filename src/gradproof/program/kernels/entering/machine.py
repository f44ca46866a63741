"""What the way into a program is written with: words, objects, calls of Python's functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import cgutils
from numpy.typing import NDArray

from gradproof.program.kernels.entering import objects

Value = Any  # of the machine: LLVM has no types that Python knows

WORD, HALF, REAL = ir.IntType(64), ir.IntType(32), ir.DoubleType()
SIGNATURE = ir.FunctionType(WORD, [WORD, WORD, WORD])  # self, the arguments, how many


class Machine:
    """A function of machine code: words are addresses, objects of Python's, or whole numbers.

    facts: the places, by name, of what is looked up in the array that is the function's self.
    """

    def __init__(self, module: Any, name: str, facts: Mapping[str, Any]) -> None:
        self.function = ir.Function(module, SIGNATURE, name)
        self.builder = ir.IRBuilder(self.function.append_basic_block("entry"))
        self.other = self.function.append_basic_block("other")
        self.places = {fact: place for place, fact in enumerate(facts)}
        own, self.arguments, self.count = self.function.args
        self.facts = self.word(own, objects.DATA)

    def word(self, address: Value, offset: int = 0, kind: Any = WORD) -> Value:
        """What lies at an address."""
        return self.builder.load(self.pointer(address, offset, kind))

    def pointer(self, address: Value, offset: int = 0, kind: Any = WORD) -> Value:
        """The address of something of a kind."""
        return self.builder.inttoptr(self.builder.add(address, WORD(offset)), kind.as_pointer())

    def fact(self, name: str, kind: Any = WORD) -> Value:
        """A fact by its name."""
        return self.word(self.facts, 8 * self.places[name], kind)

    def fact_address(self, name: str) -> Value:
        """Where a fact lies."""
        return self.builder.add(self.facts, WORD(8 * self.places[name]))

    def require(self, truth: Value) -> None:
        """Go on only if it is true; else it is a call for others."""
        following = self.function.append_basic_block()
        self.builder.cbranch(truth, following, self.other)
        self.builder.position_at_end(following)

    def same(self, left: Value, right: Value) -> Value:
        """Whether two words are the same."""
        return self.builder.icmp_unsigned("==", left, right)

    def call(self, address: int, arguments: Sequence[Value] = (), result: Any = WORD) -> Value:
        """A call of a function of Python's, by its address."""
        kind = ir.FunctionType(result, [argument.type for argument in arguments])
        pointer = self.builder.inttoptr(WORD(address), kind.as_pointer())
        return self.builder.call(pointer, list(arguments))

    def api(self, name: str, arguments: Sequence[Value] = (), result: Any = WORD) -> Value:
        """A call of a function of Python's C interface."""
        return self.call(objects.function(name), arguments, result)

    def is_of(self, thing: Value, kind: type) -> Value:
        """Whether an object is of a type, and of none derived from it."""
        return self.same(self.word(thing, objects.TYPE), WORD(id(kind)))

    def argument(self, place: int) -> Value:
        """An argument of the call."""
        return self.word(self.arguments, 8 * place)

    def array(self, thing: Value, like: NDArray[Any], lengths: Sequence[Value]) -> Value:
        """The address of the entries of an array; it is like another one, as far as asked."""
        self.require(self.is_of(thing, np.ndarray))
        self.require(self.same(self.word(thing, objects.NUMBERS), WORD(id(like.dtype))))
        self.require(self.same(self.word(thing, objects.AXES, HALF), HALF(like.ndim)))
        flags = self.builder.and_(self.word(thing, objects.FLAGS, HALF), HALF(objects.IN_ROWS))
        self.require(self.same(flags, HALF(objects.IN_ROWS)))
        own = self.word(thing, objects.LENGTHS)
        for axis, length in enumerate(lengths):
            self.require(self.same(self.word(own, 8 * axis), length))
        return self.word(thing, objects.DATA)

    def number(self, thing: Value) -> Value:
        """The value of a float of Python's."""
        self.require(self.is_of(thing, float))
        return self.word(thing, objects.HEAD, REAL)

    def whole_number(self, thing: Value, count: Value) -> Value:
        """The value of an int of Python's, from 0 to below count."""
        self.require(self.is_of(thing, int))
        value = self.api("PyLong_AsLongLong", [thing])
        with self.builder.if_then(self.same(value, WORD(-1))):
            self.api("PyErr_Clear", result=ir.VoidType())
        self.require(self.builder.icmp_unsigned("<", value, count))
        return value

    def require_entries_below(self, entries: Value, kind: Any, total: Value, count: Value) -> None:
        """Go on only if all whole numbers of an array count from 0 to below count."""
        largest = self.builder.alloca(WORD)
        self.builder.store(WORD(0), largest)
        with cgutils.for_range(self.builder, total) as loop:
            address = self.builder.add(entries, self.builder.mul(loop.index, WORD(kind.width // 8)))
            own = self.word(address, 0, kind)
            wide = own if kind.width == 64 else self.builder.sext(own, WORD)
            before = self.builder.load(largest)
            more = self.builder.icmp_unsigned(">", wide, before)
            self.builder.store(self.builder.select(more, wide, before), largest)
        self.require(self.builder.icmp_unsigned("<", self.builder.load(largest), count))
