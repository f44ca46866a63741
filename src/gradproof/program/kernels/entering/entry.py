"""The way into a compiled program, for arguments of the shapes that it was made for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core.compiler_lock import global_compiler_lock
from numba.np.arrayobj import make_array, populate_array
from numpy.typing import NDArray

from gradproof.program.kernels.entering import objects
from gradproof.program.kernels.entering.arena import BUSY, USED, WORDS
from gradproof.program.kernels.entering.machine import REAL, WORD, Machine, Value

NUMBER = count(1)
REAL_BITS = 64


@dataclass(frozen=True, slots=True)
class Argument:
    """What is known of an argument.

    value: as the program takes it; what is bound is this.
    count: of an index, how many places it has.
    """

    value: Any
    is_free: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """An array that a call fills.

    cleared: whether it has to be full of zeros.
    source: none for a new array at every call; a function that gives one; or, where results may
    be overwritten, the array itself.
    """

    shape: tuple[int, ...]
    kind: np.dtype[Any]
    cleared: bool
    source: Any = None


@dataclass(frozen=True, slots=True)
class Entrance:
    """A compiled program, with all that a call of it needs.

    made: what numba made of the function.
    order: for each output, its place among the results; None for a number.
    releasing: whether other threads run meanwhile.
    """

    made: Any
    arguments: Sequence[Argument]
    results: Sequence[Result]
    order: Sequence[int | None]
    arena: NDArray[np.int64]
    releasing: bool

    def kind(self) -> tuple[Any, ...]:
        """What the machine code of the way in depends on; the lengths of axes are not in it."""
        return (
            tuple((own.is_free, own.count is None) for own in self.arguments),
            tuple((type(own.source), own.kind, own.cleared) for own in self.results),
            self.made.signature,
            self.releasing,
        )


class Facts(np.ndarray):
    """The facts of an entrance, with what must live as long."""

    held: tuple[Any, ...] = ()


def entry(entrance: Entrance, known: dict[Any, Any]) -> Callable[..., Any]:
    """The function of the free arguments that gives the outputs as a tuple.

    It gives None, and has done nothing, where an argument is not of the type and shape that the
    entrance was made for, where an index is out of range, where another call is under way, and
    where the program failed.  known: machine code that was made before, by its kind.
    """
    facts = _facts(entrance)
    kind = entrance.kind()
    if kind not in known:
        known[kind] = _written(entrance, facts)
    library, address = known[kind]
    own = np.zeros(len(facts), np.int64).view(Facts)
    for place, value in enumerate(facts.values()):
        own.view(np.float64 if isinstance(value, float) else np.int64)[place] = value
    own.held = (entrance, library)
    return objects.python_function(address, own)


def _facts(entrance: Entrance) -> dict[str, int | float]:
    """The numbers that the way in looks up, by name."""
    facts: dict[str, int | float] = {"arena": entrance.arena.ctypes.data}
    for place, argument in enumerate(entrance.arguments):
        value = argument.value
        if isinstance(value, np.ndarray):
            facts |= {f"{place}.{axis}": length for axis, length in enumerate(value.shape)}
            facts[f"{place} lies"] = value.ctypes.data
        else:
            facts[f"{place} is"] = value if isinstance(value, int) else float(value)
        facts[f"{place} below"] = argument.count or 0
    for place, result in enumerate(entrance.results):
        facts |= {f"result {place}.{axis}": length for axis, length in enumerate(result.shape)}
        facts[f"result {place} from"] = id(result.source)
    return facts


def _written(entrance: Entrance, facts: Mapping[str, Any]) -> tuple[Any, int]:
    """The machine code, and the address of its function."""
    with global_compiler_lock:
        return _compiled(entrance, facts)


def _compiled(entrance: Entrance, facts: Mapping[str, Any]) -> tuple[Any, int]:
    context = entrance.made.target_context
    name = f"gradproof_entry_{next(NUMBER)}"
    library = context.codegen().create_library(name)
    module = library.create_ir_module(name)
    machine = Machine(module, name, facts)
    machine.require(machine.same(machine.count, WORD(sum(a.is_free for a in entrance.arguments))))
    kinds = entrance.made.signature.args
    given = _arguments(context, machine, entrance.arguments, kinds)
    arena = machine.fact("arena")
    machine.require(machine.same(machine.word(arena, 8 * BUSY), WORD(0)))
    results = [_result(machine, place, own) for place, own in enumerate(entrance.results)]
    for place, (array, result) in enumerate(zip(results, entrance.results, strict=True)):
        data, own = machine.word(array, objects.DATA), f"result {place}"
        given.append(_array(context, machine, kinds[len(given)], data, own, result.shape))
    given.append(_arena(context, machine, kinds[-1]))
    numbers = _run(context, machine, entrance, given, results)
    machine.builder.ret(_outputs(machine, entrance.order, results, numbers))
    _leave_to_others(machine)
    library.add_ir_module(module)
    library.finalize()
    return library, library.get_pointer_to_function(name)


def _arguments(
    context: Any, machine: Machine, arguments: Sequence[Argument], kinds: Sequence[Any]
) -> list[Value]:
    """The values that the program takes, of the arguments of the call and what is bound."""
    values, places = [], count()
    for place, (argument, kind) in enumerate(zip(arguments, kinds, strict=False)):
        thing = machine.argument(next(places)) if argument.is_free else None
        if isinstance(kind, types.Array):
            values.append(_array_argument(context, machine, place, argument, kind, thing))
        elif isinstance(kind, types.Integer):
            values.append(_whole_argument(machine, place, thing))
        else:
            own = machine.fact(f"{place} is", REAL) if thing is None else machine.number(thing)
            wide = kind.bitwidth == REAL_BITS
            values.append(own if wide else machine.builder.fptrunc(own, ir.FloatType()))
    return values


def _whole_argument(machine: Machine, place: int, thing: Value) -> Value:
    if thing is None:
        return machine.fact(f"{place} is")
    return machine.whole_number(thing, machine.fact(f"{place} below"))


def _array_argument(
    context: Any, machine: Machine, place: int, argument: Argument, kind: Any, thing: Value
) -> Value:
    shape = argument.value.shape
    lengths = [machine.fact(f"{place}.{axis}") for axis in range(len(shape))]
    if thing is None:
        data = machine.fact(f"{place} lies")
    else:
        data = machine.array(thing, argument.value, lengths)
    if argument.count is not None and thing is not None:
        total = WORD(1)
        for length in lengths:
            total = machine.builder.mul(total, length)
        entries = ir.IntType(kind.dtype.bitwidth)
        machine.require_entries_below(data, entries, total, machine.fact(f"{place} below"))
    return _array(context, machine, kind, data, str(place), shape)


def _array(
    context: Any, machine: Machine, kind: Any, data: Value, name: str, shape: Sequence[int]
) -> Value:
    """An array of numba's on memory that the caller keeps."""
    item = context.get_abi_sizeof(context.get_data_type(kind.dtype))
    lengths = [machine.fact(f"{name}.{axis}") for axis in range(len(shape))]
    strides = [WORD(item)]
    for length in reversed(lengths[1:]):
        strides.insert(0, machine.builder.mul(strides[0], length))
    array = make_array(kind)(context, machine.builder)
    pointer = machine.pointer(data, 0, context.get_data_type(kind.dtype))
    populate_array(array, pointer, lengths, strides, WORD(item), None)
    return array._getvalue()


def _arena(context: Any, machine: Machine, kind: Any) -> Value:
    """The arena, of which nothing is handed out yet."""
    address = machine.fact("arena")
    machine.builder.store(WORD(0), machine.pointer(address, 8 * USED))
    array = make_array(kind)(context, machine.builder)
    pointer = machine.pointer(address)
    populate_array(array, pointer, [WORD(WORDS)], [WORD(8)], WORD(8), None)
    return array._getvalue()


def _result(machine: Machine, place: int, result: Result) -> Value:
    """The array of a result, as an object that the caller will own."""
    source = machine.fact(f"result {place} from")
    if isinstance(result.source, np.ndarray):
        machine.api("Py_IncRef", [source], ir.VoidType())
        return source
    if result.source is not None:
        found = machine.api("PyObject_CallNoArgs", [source])
    else:
        machine.api("Py_IncRef", [WORD(id(result.kind))], ir.VoidType())
        lengths = machine.fact_address(f"result {place}.0")
        axes, rows = ir.IntType(32)(len(result.shape)), ir.IntType(32)(0)
        make = objects.new_array(objects.ZEROS if result.cleared else objects.EMPTY)
        found = machine.call(make, [axes, lengths, WORD(id(result.kind)), rows])
    with machine.builder.if_then(machine.same(found, WORD(0)), likely=False):
        machine.builder.ret(WORD(0))  # out of memory: the error is set
    return found


def _run(
    context: Any,
    machine: Machine,
    entrance: Entrance,
    given: Sequence[Value],
    results: Sequence[Value],
) -> list[Value]:
    """Call the program; the numbers that it returns."""
    made = entrance.made
    callee = context.declare_function(machine.builder.module, made.fndesc)
    busy = machine.pointer(machine.fact("arena"), 8 * BUSY)
    if entrance.releasing:
        machine.builder.store(WORD(1), busy)
        state = machine.api("PyEval_SaveThread")
    signature = made.signature
    status, found = context.call_conv.call_function(
        machine.builder, callee, signature.return_type, signature.args, given
    )
    if entrance.releasing:
        machine.api("PyEval_RestoreThread", [state], ir.VoidType())
        machine.builder.store(WORD(0), busy)
    with machine.builder.if_then(status.is_error, likely=False):
        for result in results:
            machine.api("Py_DecRef", [result], ir.VoidType())
        machine.builder.branch(machine.other)
    numbers = sum(place is None for place in entrance.order)
    if numbers == 1:
        return [found]
    return [machine.builder.extract_value(found, place) for place in range(numbers)]


def _outputs(
    machine: Machine,
    order: Sequence[int | None],
    results: Sequence[Value],
    numbers: Sequence[Value],
) -> Value:
    """The tuple of all outputs."""
    whole = machine.api("PyTuple_New", [WORD(len(order))])
    values = iter(numbers)
    for place, result in enumerate(order):
        if result is None:
            value = next(values)
            wide = value if value.type == REAL else machine.builder.fpext(value, REAL)
            own = machine.api("PyFloat_FromDouble", [wide])
        else:
            own = results[result]
        machine.api("PyTuple_SetItem", [whole, WORD(place), own], ir.IntType(32))
    return whole


def _leave_to_others(machine: Machine) -> None:
    """None, where the call is for others."""
    machine.builder.position_at_end(machine.other)
    machine.api("Py_IncRef", [WORD(id(None))], ir.VoidType())
    machine.builder.ret(WORD(id(None)))
