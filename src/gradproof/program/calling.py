"""Call functions at work: what they look up, and the slow way for what they have not seen."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradproof.core.declaration import Declaration
from gradproof.core.errors import DataError
from gradproof.expression.arguments import NUMERIC, named
from gradproof.program.arrays import Arrays
from gradproof.program.call_text import Parts, call_text
from gradproof.program.naming import distinct, identifier
from gradproof.program.taking import Taken, converted, take
from gradproof.program.targets import Function
from gradproof.program.versions import Versions

MISSING = object()
MOST_REMEMBERED = 1000  # signatures; data whose sizes change at every call must not pile up
NUMBERS = (float, int, np.float64, np.float32)  # what a scalar may be without a second look
WHOLE_NUMBERS = (int, np.int64, np.int32)
WORDS: Mapping[Any, Any] = {np.dtype(f"i{size}"): np.dtype(f"u{size}") for size in (4, 8)}


def within(index: NDArray[Any], count: int) -> bool:
    """Whether all entries are from 0 to count - 1: negative ones are large when unsigned."""
    if not index.size:
        return True
    word = WORDS.get(index.dtype)
    if word is None:
        return bool(index.min() >= 0 and index.max() < count)
    largest: int = index.item(index.view(word).argmax())  # argmax takes half as long as max
    return 0 <= largest < count


def _within(arrays: Arrays) -> Callable[[Any, int], bool]:
    """The same for arrays of a target, true where their entries are not to be had."""
    if arrays.entries is np.asarray:
        return within

    def checked(index: Any, count: int) -> bool:
        entries = index if type(index) is np.ndarray else arrays.entries(index)
        return entries is None or within(entries, count)

    return checked


def result_type(outputs: Parts) -> Callable[..., Any]:
    """The named tuple of a program's outputs."""
    made: Any = namedtuple  # its fields are known only now
    kind: Callable[..., Any] = made("Result", [identifier(name) for name, _ in outputs])
    return kind


@dataclass(frozen=True, slots=True)
class Caller:
    """What a call function of a program works with.

    bound: arguments given before, as arrays of the target.
    by_name: whether the others are given by name only.
    known: what to run by the types and shapes of the other arguments.
    """

    versions: Versions
    outputs: Parts
    result: Callable[..., Any]
    parameters: Mapping[str, Declaration]
    bound: Mapping[str, Any] = field(default_factory=dict)
    by_name: bool = True
    known: dict[Any, tuple[Any, ...]] = field(default_factory=dict)

    def free(self) -> dict[str, Declaration]:
        """The arguments that are not bound."""
        return {name: own for name, own in self.parameters.items() if name not in self.bound}


def call_function(caller: Caller) -> Callable[..., Any]:
    """The function that checks its arguments and runs the version for their sizes."""
    task, arrays = caller.versions.task, caller.versions.target.arrays
    free = caller.free()
    namespace: dict[str, Any] = {
        "_known": caller.known,
        "_slow": lambda *values: _slow(caller, free, key, values, namespace),
        "_enter": _closed,
        "_misnamed": lambda *found: function(**_by_name(task.name, free, *found)),
        "_missing": MISSING,
        "_Result": caller.result,
        "_new": tuple.__new__,
        "_type": type,
        "_within": _within(arrays),
        "_KeyError": KeyError,
        "_AttributeError": AttributeError,
        "_TypeError": TypeError,
    }
    entered = caller.versions.target.enter is not None
    text = call_text(
        task.name,
        caller.parameters,
        caller.outputs,
        caller.bound,
        by_name=caller.by_name,
        layout=arrays.layout,
        entered=entered,
    )
    exec(compile(text, f"<call of {task.name}>", "exec"), namespace)  # our own text only
    key: Callable[..., Any] = namespace["_key"]
    function: Callable[..., Any] = namespace[identifier(task.name)]
    return function


def _by_name(
    name: str,
    free: Mapping[str, Declaration],
    positional: tuple[Any, ...],
    others: Mapping[str, Any],
    *values: Any,
) -> dict[str, Any]:
    """The arguments by the names that a call function has for them.

    Raises DataError for positional arguments, and for names of no argument.
    """
    if positional:
        listed = ", ".join(f"{own}=…" for own in free)
        raise DataError("the arguments are given by name", hint=f"Write {name}({listed}).")
    found = _given(free, values)
    return {distinct(free)[own]: value for own, value in named(free, {**found, **others}).items()}


def _given(free: Mapping[str, Declaration], values: tuple[Any, ...]) -> dict[str, Any]:
    pairs = zip(free, values, strict=True)
    return {name: value for name, value in pairs if value is not MISSING}


def _slow(
    caller: Caller,
    free: Mapping[str, Declaration],
    key: Callable[..., Any],
    values: tuple[Any, ...],
    namespace: dict[str, Any],
) -> Any:
    """Check, convert and run; and remember what was done, where the next call can do the same."""
    given = named(free, _given(free, values))
    arrays = caller.versions.target.arrays
    taken = take(arrays, caller.parameters, {**caller.bound, **given})
    run = caller.versions.fitting(taken.sizes)
    empty = [name for name, size in taken.sizes.items() if size == 0]
    if empty:
        run = _careful(run, empty)
    found = run(*taken.values.values())
    if all(_is_known_by_type(free[name], given[name], taken, arrays) for name in free):
        if len(caller.known) >= MOST_REMEMBERED:
            caller.known.clear()
        again = [taken.values[name] for name in caller.parameters if name in caller.bound]
        counts = [taken.counts.get(name) for name in free if free[name].kind == "index"]
        converting = _converting(run, caller, given, taken)
        entering = _entering(caller, converting, taken, namespace)
        caller.known[key(*values)] = (entering, taken.real, *again, *counts)
    return _packed(caller.result, caller.outputs, found)


def _closed(*values: Any) -> None:
    """The way in of a program that has none, or none yet."""


def _entering(caller: Caller, run: Function, taken: Taken, namespace: dict[str, Any]) -> Function:
    """The function, after which the next call of the same shapes goes the quick way in."""
    enter = caller.versions.target.enter
    names = list(caller.parameters)
    entry = enter and enter(
        run,
        [taken.values[name] for name in names],
        [name not in caller.bound for name in names],
        [taken.counts.get(name) for name in names],
    )
    if entry is None:
        return run
    namespace["_enter"] = entry

    def entering(*arguments: Any) -> Any:
        namespace["_enter"] = entry
        return run(*arguments)

    return entering


def _is_known_by_type(declared: Declaration, given: Any, taken: Taken, arrays: Arrays) -> bool:
    """Whether every argument of this type and shape is taken as this one is."""
    if declared.kind == "index" and declared.name not in taken.counts:
        return False  # its range is not known, and has to be looked at every time
    if declared.axes:
        is_array = type(given) is np.ndarray and given.dtype.kind in NUMERIC
        return is_array or taken.values[declared.name] is given
    return type(given) in (WHOLE_NUMBERS if declared.kind == "index" else NUMBERS)


def _converting(run: Function, caller: Caller, given: Mapping[str, Any], taken: Taken) -> Function:
    """The function with the conversions that these arguments need."""
    arrays, parameters = caller.versions.target.arrays, caller.parameters
    pending = [
        (place, parameters[name])
        for place, name in enumerate(parameters)
        if name in given and parameters[name].axes and taken.values[name] is not given[name]
    ]
    if not pending:
        return run

    def converting(*arguments: Any) -> Any:
        own = list(arguments)
        for place, declared in pending:
            own[place] = converted(arrays, declared, own[place], taken.common)
        return run(*own)

    return converting


def _careful(run: Function, empty: list[str]) -> Function:
    """A function of arrays without entries, of which not every formula has a value."""

    def careful(*arguments: Any) -> Any:
        try:
            return run(*arguments)
        except (ValueError, IndexError, ArithmeticError) as error:
            sizes = " and ".join(empty)
            raise DataError(f"the formula has no value where {sizes} is 0 ({error})") from None

    return careful


def _packed(result: Callable[..., Any], outputs: Parts, found: Any) -> Any:
    """What a function gave as a named tuple, in which several parts are a dictionary."""
    count = sum(max(1, len(parts)) for _, parts in outputs)
    values = iter(found if count > 1 else (found,))
    return result(
        *({part: next(values) for part in parts} if parts else next(values) for _, parts in outputs)
    )
