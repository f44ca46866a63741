"""The text of the functions through which a program is called, written for its arguments.

To check three arrays in a loop takes longer than to multiply small ones.  A call function is
therefore written out like a program: it looks up the types and shapes of its arguments, and
what it does not find there goes the slow way, which checks, converts and remembers.

>>> from gradproof.core.dimension import dimension
>>> w = Declaration("w", "vector", (dimension("d"),))
>>> print(call_text("loss", {"w": w, "t": Declaration("t", "scalar")}, [("value", ())]))
def _key(w, t):
    return _type(w), w.shape, w.dtype, _type(t)
<BLANKLINE>
<BLANKLINE>
def loss(*_positional, w=_missing, t=_missing, **_others):
    if _positional or _others:
        return _misnamed(_positional, _others, w, t)
    try:
        _run, _real = _known[_type(w), w.shape, w.dtype, _type(t)]
    except (_KeyError, _AttributeError, _TypeError):
        _run = None
    if _run is None:
        return _slow(w, t)
    return _new(_Result, (_run(w, _real(t)),))
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from gradproof.core.declaration import Declaration
from gradproof.program.naming import distinct, identifier

Part = str | tuple[str, str]  # a name, or the pair of names of a block of a Hessian
Parts = Sequence[tuple[str, tuple[Part, ...]]]  # the outputs, and the names of those of several


def call_text(
    name: str,
    parameters: Mapping[str, Declaration],
    outputs: Parts,
    bound: Collection[str] = (),
    *,
    by_name: bool = True,
    layout: bool = False,
    entered: bool = False,
) -> str:
    """A function of the arguments that are not bound, and `_key`, what it looks up.

    bound: the names of arguments that were given before, which are looked up with the rest.
    by_name: whether the arguments are given by name only, and wrong names are told.
    layout: whether the target depends on how the entries of an array lie in memory.
    entered: whether there is a quick way in, for the shapes of the call before.
    """
    names = distinct(parameters)
    free = {own: declared for own, declared in parameters.items() if own not in bound}
    listed = ", ".join(names[own] for own in free)
    key = ", ".join(_key_part(names[own], declared, layout) for own, declared in free.items())
    arguments = [
        f"_real({names[own]})" if own in free and _is_number(declared) else names[own]
        for own, declared in parameters.items()
    ]
    missing = [f"{names[own]}=_missing" for own in free]
    head = ", ".join(["*_positional", *missing, "**_others"]) if by_name else listed
    body = [
        *(_told_of_wrong_names(listed) if by_name else []),
        *(_entered(outputs, listed) if entered else []),
        *_looked_up(names, parameters, bound, key or "()"),
        f"    return _slow({listed})",
        *_returned(outputs, f"_run({', '.join(arguments)})"),
    ]
    look = [f"def _key({listed}):", f"    return {key or '()'}", "", ""]
    return "\n".join([*look, f"def {identifier(name)}({head}):", *_indented(body)])


def _told_of_wrong_names(listed: str) -> list[str]:
    given = ", ".join(filter(None, ["_positional", "_others", listed]))
    return ["if _positional or _others:", f"    return _misnamed({given})"]


def _entered(outputs: Parts, listed: str) -> list[str]:
    """Statements that return what the quick way in gives; None is for the long way."""
    returned = _returned(outputs, "_found", whole=True)
    return [
        f"_found = _enter({listed})",
        "if _found is not None:",
        *_indented(returned),
    ]


def _looked_up(
    names: Mapping[str, str],
    parameters: Mapping[str, Declaration],
    bound: Collection[str],
    key: str,
) -> list[str]:
    """Statements that find what to run, and the line that begins where there is nothing."""
    before = [names[own] for own in parameters if own in bound]
    indices = {
        names[own]: declared
        for own, declared in parameters.items()
        if declared.kind == "index" and own not in bound
    }
    found = ", ".join(["_run", "_real", *before, *(f"_{name}" for name in indices)])
    outside = [f"not {_inside(name, declared)}" for name, declared in indices.items()]
    return [
        "try:",
        f"    {found} = _known[{key}]",
        "except (_KeyError, _AttributeError, _TypeError):",
        "    _run = None",
        f"if {' or '.join(['_run is None', *outside])}:",
    ]


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def _is_number(declared: Declaration) -> bool:
    return not declared.axes and declared.kind != "index"


def _key_part(name: str, declared: Declaration, layout: bool) -> str:
    if not declared.axes:
        return f"_type({name})"
    return f"_type({name}), {name}.shape, {name}.dtype{f', {name}.flags.num' if layout else ''}"


def _inside(name: str, declared: Declaration) -> str:
    return f"_within({name}, _{name})" if declared.axes else f"0 <= {name} < _{name}"


def _returned(outputs: Parts, run: str, *, whole: bool = False) -> list[str]:
    """Statements that return the named tuple of what a run gives.

    whole: whether a single output comes in a tuple, as several do.
    """
    if not any(parts for _, parts in outputs):
        return [f"return _new(_Result, {run if whole or len(outputs) > 1 else f'({run},)'})"]
    count = sum(max(1, len(parts)) for _, parts in outputs)
    places = [f"_{place}" for place in range(count)]
    left = iter(places)
    fields = [
        f"{{{', '.join(f'{part!r}: {next(left)}' for part in parts)}}}" if parts else next(left)
        for _, parts in outputs
    ]
    return [f"{', '.join(places)} = {run}", f"return _new(_Result, ({', '.join(fields)},))"]
