"""From a plan to source text: one function, straight-line statements, a docstring.

A step that is used once is written where it is used, as long as the line stays short; one
that is used again gets a name.  Sizes are read from the shapes of the arguments.
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from textwrap import wrap

from gradproof.core.declaration import Declaration
from gradproof.core.dimension import Dimension
from gradproof.core.errors import UnsupportedError
from gradproof.program.backends.spelling import ATOM, PRODUCT, SUM, Backend, Spelled
from gradproof.program.naming import distinct, suggested
from gradproof.program.plan import Plan, Step

LONGEST_LINE = 88
INDENT = "    "
LEAVES = frozenset({"argument", "number", "size", "pi"})
SEEN_THROUGH = frozenset({"rearrange"})


@dataclass(slots=True)
class Writer:
    """What has been written so far of one function."""

    plan: Plan
    backend: Backend
    variables: Mapping[str, str]
    dimensions: Mapping[str, str]
    uses: Counter[int]
    final: Mapping[int, str]
    taken: set[str]
    statements: list[str] = field(default_factory=list)
    spelled: dict[int, Spelled] = field(default_factory=dict)
    used_sizes: set[str] = field(default_factory=set)
    functions: set[str] = field(default_factory=set)
    temporaries: int = 0


def function_body(
    plan: Plan, backend: Backend, variables: Mapping[str, str], dimensions: Mapping[str, str]
) -> tuple[list[str], set[str], set[str]]:
    """The statements of a plan, the dimensions they mention, and the functions they need.

    variables, dimensions: their names in the program.
    """
    names = [name for name, _ in plan.outputs]
    taken = {*variables.values(), *dimensions.values(), *backend.functions, *names, backend.prefix}
    final: dict[int, str] = {}
    for name, place in plan.outputs:
        if plan.steps[place].operation not in LEAVES:
            final.setdefault(place, name)
    writer = Writer(plan, backend, variables, dimensions, _uses(plan), final, taken)
    for place in plan.needed():
        _write(writer, place)
    for name, place in plan.outputs:
        if final.get(place) != name:
            writer.statements += _statement(name, writer.spelled[place].text)
    return writer.statements, writer.used_sizes, writer.functions


def _uses(plan: Plan) -> Counter[int]:
    """How often each step is written out; one that is seen through passes its uses on."""
    uses: Counter[int] = Counter(place for _, place in plan.outputs)
    for place in reversed(plan.needed()):
        step = plan.steps[place]
        count = uses[place] if step.operation in SEEN_THROUGH else 1
        for operand in step.operands:
            uses[operand] += count
    return uses


def _write(writer: Writer, place: int) -> None:
    step = writer.plan.steps[place]
    spelled = _spelled(writer, step)
    if _too_long(writer, place, spelled):
        for operand in sorted(set(step.operands), key=lambda k: -len(writer.spelled[k].text)):
            _name(writer, operand)
            spelled = _spelled(writer, step)
            if not _too_long(writer, place, spelled):
                break
    writer.spelled[place] = spelled
    if place in writer.final:
        _assign(writer, place, writer.final[place])
    elif writer.uses[place] > 1 and step.operation not in LEAVES | SEEN_THROUGH:
        _name(writer, place)


def _too_long(writer: Writer, place: int, spelled: Spelled) -> bool:
    name = writer.final.get(place, "t00")
    return len(f"{INDENT}{name} = {spelled.text}") > LONGEST_LINE


def _name(writer: Writer, place: int) -> None:
    """Give a step a name of its own, unless its text is as short as a name."""
    if writer.spelled[place].text.isidentifier() or not _worth_a_name(writer, place):
        return
    name = suggested(writer.plan, writer.plan.steps[place])
    if not name or name in writer.taken or not name.isidentifier():
        while (name := f"t{writer.temporaries}") in writer.taken:
            writer.temporaries += 1
    _assign(writer, place, name)


def _worth_a_name(writer: Writer, place: int) -> bool:
    operation = writer.plan.steps[place].operation
    return operation not in LEAVES or len(writer.spelled[place].text) > len("np.pi")


def _assign(writer: Writer, place: int, name: str) -> None:
    writer.statements += _statement(name, writer.spelled[place].text)
    writer.spelled[place] = Spelled(name)
    writer.taken.add(name)


def _statement(name: str, text: str) -> list[str]:
    """name = text, over several lines where one is too short."""
    if len(f"{INDENT}{name} = {text}") <= LONGEST_LINE:
        return [f"{name} = {text}"]
    lines = wrap(
        text, LONGEST_LINE - 2 * len(INDENT), break_long_words=False, break_on_hyphens=False
    )
    return [f"{name} = (", *(f"{INDENT}{line}" for line in lines), ")"]


def _spelled(writer: Writer, step: Step) -> Spelled:
    """The text of one step on the texts of its operands."""
    operands = tuple(writer.spelled[operand] for operand in step.operands)
    if step.operation == "argument":
        return Spelled(writer.variables[str(step.parameters[0])])
    if "batch" in step.parameters and step.operation not in writer.backend.batched:
        return _vectorised(writer, step, operands)
    if step.operation in writer.backend.functions:
        _need(writer, step.operation)
    spelling = writer.backend.spellings.get(step.operation)
    if spelling is not None:
        return spelling(step, operands, lambda extent: _size(writer, extent))
    return Spelled(f"{_callee(writer, step)}({', '.join(operand.text for operand in operands)})")


def _callee(writer: Writer, step: Step) -> str:
    if step.operation in writer.backend.calls:
        return writer.backend.calls[step.operation]
    if step.operation in writer.backend.functions:
        return step.operation
    raise UnsupportedError(f"{writer.backend.name} has no function for {step.operation}")


def _need(writer: Writer, function: str) -> None:
    writer.functions.update((function, *writer.backend.needs.get(function, ())))


def _vectorised(writer: Writer, step: Step, operands: tuple[Spelled, ...]) -> Spelled:
    """A function of whole arrays, applied for every value of the indices in front."""
    count = int(str(step.parameters[step.parameters.index("batch") + 1]))
    if step.operation in writer.backend.functions:
        _need(writer, step.operation)
    letters = iter("abcdefgh")
    own = [len(writer.plan.steps[operand].axes) - count for operand in step.operands]
    *inputs, output = (
        f"({','.join(next(letters) for _ in range(length))})"
        for length in (*own, len(step.axes) - count)
    )
    bare = Step(step.operation, step.operands, (), step.axes[count:])
    function = _unbatched(writer, bare, len(operands))
    texts = ", ".join(operand.text for operand in operands)
    signature = f"{','.join(inputs)}->{output}"
    vectorised = writer.backend.vectorised
    return Spelled(vectorised.format(function=function, signature=signature, operands=texts))


def _unbatched(writer: Writer, step: Step, count: int) -> str:
    """The function that a step applies, as an expression."""
    if step.operation not in writer.backend.spellings:
        return _callee(writer, step)
    names = [f"a{k}" for k in range(count)]
    spelling = writer.backend.spellings[step.operation]
    operands = tuple(Spelled(name) for name in names)
    body = spelling(step, operands, lambda extent: _size(writer, extent))
    return f"lambda {', '.join(names)}: {body.text}"


def _size(writer: Writer, extent: object) -> Spelled:
    """A size as an expression in the names of dimensions."""
    assert isinstance(extent, Dimension)
    terms = []
    for names, count in extent.terms:
        writer.used_sizes.update(names)
        if any(name not in writer.dimensions for name in names):
            raise _without_argument(name for name in names if name not in writer.dimensions)
        factors = [writer.dimensions[name] for name in names]
        if count != 1 or not factors:
            factors.insert(0, str(count))
        terms.append(" * ".join(factors))
    precedence = SUM if len(terms) > 1 else PRODUCT if " * " in terms[0] else ATOM
    return Spelled(" + ".join(terms), precedence)


def size_statements(
    used: set[str],
    declarations: Mapping[str, Declaration],
    variables: Mapping[str, str],
    dimensions: Mapping[str, str],
) -> list[str]:
    """N, d = X.shape and the like, for the dimensions that are used.

    Raises UnsupportedError when no argument has a dimension as an axis.
    """
    statements, open_sizes = [], set(used)
    by_gain = sorted(declarations.values(), key=lambda found: -len(open_sizes & _axis_names(found)))
    for declaration in by_gain:
        names = [str(axis) if axis.is_name() else "" for axis in declaration.axes]
        here = [name for name in dict.fromkeys(names) if name in open_sizes]
        open_sizes -= set(here)
        variable = variables[declaration.name]
        if len(here) == len(names) == 2:
            statements.append(f"{dimensions[here[0]]}, {dimensions[here[1]]} = {variable}.shape")
            continue
        statements += [
            f"{dimensions[name]} = {variable}.shape[{names.index(name)}]" for name in here
        ]
    if open_sizes:
        raise _without_argument(open_sizes)
    return statements


def _without_argument(names: Iterable[str]) -> UnsupportedError:
    return UnsupportedError(
        f"no argument has an axis of size {', '.join(sorted(names))}",
        hint="Declare a variable with that axis, or write the size as a scalar variable.",
    )


def _axis_names(declaration: Declaration) -> set[str]:
    return {str(axis) for axis in declaration.axes if axis.is_name()}


def function_text(backend: Backend, name: str) -> str:
    """The source of a function that a program brings along, without its types."""
    source = inspect.getsource(backend.functions[name]).rstrip()
    for annotation in (": Array", ": Function", ": int", " -> Array"):
        source = source.replace(annotation, "")
    return source


def unique_dimensions(declarations: Mapping[str, Declaration], taken: set[str]) -> dict[str, str]:
    """An identifier for each dimension that the declarations mention."""
    names = sorted(
        name
        for declaration in declarations.values()
        for axis in (*declaration.axes, *((declaration.bound,) if declaration.bound else ()))
        for name in axis.names()
    )
    return distinct(dict.fromkeys(names), taken)
