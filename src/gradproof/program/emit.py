"""From a plan to source text: one function, straight-line statements, a docstring.

A step that is used once is written where it is used, as long as the line stays short; one
that is used again gets a name.  Sizes are read from the shapes of the arguments.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from textwrap import wrap

from gradproof.core.dimension import Dimension
from gradproof.core.errors import UnsupportedError
from gradproof.program.backends.spelling import (
    ATOM,
    PRODUCT,
    SUM,
    Backend,
    Names,
    Operands,
    Spelled,
    filled,
)
from gradproof.program.backends.syntax import INDENT, LONGEST_LINE
from gradproof.program.naming import suggested
from gradproof.program.plan import Plan, Step
from gradproof.program.sizes import Alike, no_argument_has

LEAVES = frozenset({"argument", "number", "size", "pi"})
SEEN_THROUGH = frozenset({"rearrange"})
ARITHMETIC = frozenset({"number", "size", "pi", "negative", "add", "multiply", "divide", "power"})
OF_POSITIVE_NUMBERS = frozenset({"sqrt", "log"})
LONGEST_NUMBER = len("torch.pi")


@dataclass(slots=True)
class Writer:
    """What has been written so far of one function."""

    plan: Plan
    backend: Backend
    variables: Mapping[str, str]
    dimensions: Mapping[str, str]
    alike: Alike
    uses: Counter[int]
    final: Mapping[int, str]
    taken: set[str]
    statements: list[str] = field(default_factory=list)
    spelled: dict[int, Spelled] = field(default_factory=dict)
    used_sizes: set[str] = field(default_factory=set)
    functions: set[str] = field(default_factory=set)
    temporaries: int = 0


def function_body(
    plan: Plan,
    backend: Backend,
    variables: Mapping[str, str],
    dimensions: Mapping[str, str],
    alike: Alike,
) -> tuple[list[str], set[str], set[str]]:
    """The statements of a plan, the dimensions they mention, and the functions they need.

    variables, dimensions: their names in the program.  alike: the arguments that new arrays are
    made like.
    """
    names = [name for name, _ in plan.outputs]
    taken = {*variables.values(), *dimensions.values(), *names, *backend.taken()}
    final: dict[int, str] = {}
    for name, place in plan.outputs:
        if plan.steps[place].operation not in LEAVES:
            final.setdefault(place, name)
    writer = Writer(plan, backend, variables, dimensions, alike, _uses(plan), final, taken)
    for place in plan.needed():
        _write(writer, place)
    for name, place in plan.outputs:
        if final.get(place) != name:
            writer.statements += _statement(name, _whole(writer, place))
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
    spelled = _spelled(writer, place)
    if _too_long(writer, place, spelled):
        for operand in sorted(set(step.operands), key=lambda k: -len(writer.spelled[k].text)):
            _name(writer, operand)
            spelled = _spelled(writer, place)
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
    return operation not in LEAVES or len(writer.spelled[place].text) > LONGEST_NUMBER


def _assign(writer: Writer, place: int, name: str) -> None:
    text = writer.spelled[place].text
    plain = writer.spelled[place].plain
    if place in writer.final:
        text = _whole(writer, place)
        plain &= text == writer.spelled[place].text
    writer.statements += _statement(name, text)
    rank = writer.spelled[place].rank
    writer.spelled[place] = Spelled(name, plain=plain, rank=rank)
    writer.taken.add(name)


def _whole(writer: Writer, place: int) -> str:
    """The text of an output, which is an array of the library even where it is a plain number."""
    spelled = writer.spelled[place]
    if not spelled.plain:
        return spelled.text
    like = writer.alike.first
    dtype = writer.backend.dtype.format(like=like) if like else ""
    return writer.backend.constant.format(spelled, dtype=dtype)


def _statement(name: str, text: str) -> list[str]:
    """name = text, over several lines where one is too short."""
    if len(f"{INDENT}{name} = {text}") <= LONGEST_LINE:
        return [f"{name} = {text}"]
    start, inside, end = _one_call(text) or ("(", text, ")")
    lines = wrap(
        inside, LONGEST_LINE - 2 * len(INDENT), break_long_words=False, break_on_hyphens=False
    )
    return [f"{name} = {start}", *(f"{INDENT}{line}" for line in lines), end]


def _one_call(text: str) -> tuple[str, str, str] | None:
    """f( and its arguments and ), where the text is one call."""
    start = re.match(r"[\w.]+\(", text)
    if not start or not text.endswith(")"):
        return None
    depth = 0
    for place in range(start.end() - 1, len(text) - 1):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if depth == 0:
            return None
    return start[0], text[start.end() : -1], ")"


def _spelled(writer: Writer, place: int) -> Spelled:
    """The text of one step on the texts of its operands."""
    return _bare(writer, place)._replace(rank=len(writer.plan.steps[place].axes))


def _bare(writer: Writer, place: int) -> Spelled:
    step, backend = writer.plan.steps[place], writer.backend
    operands = tuple(writer.spelled[operand] for operand in step.operands)
    if step.operation in backend.unsupported:
        raise UnsupportedError(
            f"{backend.title} programs cannot have {step.operation}",
            hint=f"{backend.unsupported[step.operation]}.",
        )
    if step.operation == "argument":
        return Spelled(writer.variables[str(step.parameters[0])])
    if "batch" in step.parameters and step.operation not in backend.batched:
        return _vectorised(writer, step, operands)
    plain = not step.axes and all(operand.plain for operand in operands)
    if step.operation in ARITHMETIC:
        return _one(writer, step, operands)._replace(plain=plain)
    if plain and operands:
        return _plain_function(writer, step, operands)
    return _one(writer, step, operands)


def _one(writer: Writer, step: Step, operands: Operands) -> Spelled:
    """The text of a step as its spelling, template or call."""
    backend = writer.backend
    alike = writer.alike
    names = Names(lambda extent: _size(writer, extent), alike.first, alike.with_axes)
    if step.operation in backend.spellings:
        spelled = backend.spellings[step.operation](step, operands, names)
    elif step.operation in backend.templates:
        spelled = filled(backend, step, operands, names)
    else:
        texts = ", ".join(operand.text for operand in operands)
        spelled = Spelled(f"{_callee(writer, step)}({texts})")
    for function in backend.functions:
        if function in spelled.text and re.search(rf"(?<![\w.]){function}\.?\(", spelled.text):
            _need(writer, function)
    return spelled


def _plain_function(writer: Writer, step: Step, operands: Operands) -> Spelled:
    """A function of numbers of the language, which is one too: math.sqrt(d)."""
    backend = writer.backend
    safe = step.operation not in OF_POSITIVE_NUMBERS or _is_positive(writer.plan, step.operands[0])
    if step.operation in backend.scalars and safe:
        return Spelled(backend.scalars[step.operation].format(*operands), plain=True)
    arrays = tuple(Spelled(backend.of_plain.format(operand)) for operand in operands)
    return Spelled(backend.to_plain.format(_one(writer, step, arrays)), plain=True)


def _is_positive(plan: Plan, place: int) -> bool:
    """Whether a number worked out from sizes is surely positive."""
    step = plan.steps[place]
    if step.operation == "number":
        return bool(step.parameters[0] > 0)  # type: ignore[operator]  # it is a Fraction
    if step.operation == "add" and -1 in step.parameters:
        return False
    known = step.operation in {"size", "pi", "add", "multiply", "divide", "power", "sqrt"}
    return known and all(_is_positive(plan, operand) for operand in step.operands)


def _callee(writer: Writer, step: Step) -> str:
    if step.operation in writer.backend.calls:
        return writer.backend.calls[step.operation]
    if step.operation in writer.backend.functions:
        return step.operation
    raise UnsupportedError(f"{writer.backend.title} has no function for {step.operation}")


def _need(writer: Writer, function: str) -> None:
    writer.functions.update((function, *writer.backend.functions[function].needs))


def _vectorised(writer: Writer, step: Step, operands: Operands) -> Spelled:
    """A function of whole arrays, applied for every value of the indices in front."""
    mark = step.parameters.index("batch")
    count = int(str(step.parameters[mark + 1]))
    letters = iter("abcdefgh")
    own = [len(writer.plan.steps[operand].axes) - count for operand in step.operands]
    *inputs, output = (
        f"({','.join(next(letters) for _ in range(length))})"
        for length in (*own, len(step.axes) - count)
    )
    bare = Step(step.operation, step.operands, step.parameters[:mark], step.axes[count:])
    function = _unbatched(writer, bare, len(operands))
    signature = f"{','.join(inputs)}->{output}"
    return Spelled(writer.backend.vectorised(function, operands, signature, count))


def _unbatched(writer: Writer, step: Step, count: int) -> str:
    """The function that a step applies, as an expression."""
    names = [f"a{k}" for k in range(count)]
    body = _one(writer, step, tuple(Spelled(name) for name in names)).text
    listed = ", ".join(names)
    callee = body.removesuffix(f"({listed})")
    return callee if callee.replace(".", "").isidentifier() else f"lambda {listed}: {body}"


def _size(writer: Writer, extent: object) -> Spelled:
    """A size as an expression in the names of dimensions."""
    assert isinstance(extent, Dimension)
    terms = []
    for names, count in extent.terms:
        writer.used_sizes.update(names)
        if any(name not in writer.dimensions for name in names):
            raise no_argument_has(name for name in names if name not in writer.dimensions)
        factors = [writer.dimensions[name] for name in names]
        if count != 1 or not factors:
            factors.insert(0, str(count))
        terms.append(" * ".join(factors))
    precedence = SUM if len(terms) > 1 else PRODUCT if " * " in terms[0] else ATOM
    return Spelled(" + ".join(terms), precedence)
