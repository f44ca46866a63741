"""Programs whose memory is given to them: their text with results as further arguments.

>>> text = '''
... @njit
... def loss(X, w):
...     "Value and gradient."
...     N, d = X.shape
...     t = np.empty(N, X.dtype)
...     gradient = np.empty(d, X.dtype)
...     value = worked_out(X, w, t, gradient)
...     return value, gradient
... '''
>>> given = with_memory_given(text, "loss")
>>> given.results, given.order
((1,), (None, 0))
>>> print(given.text)
<BLANKLINE>
from gradproof.program.kernels.entering.arena import empty_in
<BLANKLINE>
@njit
def loss(X, w, gradient, arena):
    N, d = X.shape
    t = empty_in(arena, N, X)
    value = worked_out(X, w, t, gradient)
    return value
<BLANKLINE>
def shapes(X, w):
    N, d = X.shape
    return ((d, X.dtype, False),)
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

IMPORT = "from gradproof.program.kernels.entering.arena import empty_in"
ARENA, SHAPES, MEMORY = "arena", "shapes", "memory"
EMPTY, ZEROS = "np.empty", "np.zeros"


@dataclass(frozen=True, slots=True)
class Given:
    """A program that is given its memory.

    text: the function takes its arguments, its results, and an arena for its temporaries; it
    returns the numbers alone.  `shapes` says the shape and type of each result, and whether it
    has to be full of zeros.
    results: which outputs are arrays that it is given.
    order: for each output, its place among those arrays; None for a number.
    """

    text: str
    results: tuple[int, ...]
    order: tuple[int | None, ...]


def with_memory_given(text: str, name: str) -> Given | None:
    """The program whose function `name` is given its memory.

    None where an output that is an array is not made by the function, in one piece.
    """
    before, main = _divided(text, name)
    assert isinstance(main.body[-1], ast.Return)
    outputs = _names(main.body[-1].value)
    made = {_target(line): line for line in main.body if _allocation(line) is not None}
    results = tuple(place for place, output in enumerate(outputs) if output in made)
    arrays = [outputs[place] for place in results]
    if len(set(outputs)) < len(outputs) or _aliased(main, outputs, arrays):
        return None
    asked = _shapes(main, [_allocation(made[array]) for array in arrays])
    function = _function(main, arrays, [name for name in outputs if name not in arrays])
    order = tuple(results.index(k) if k in results else None for k in range(len(outputs)))
    pieces = [_imported(before), ast.unparse(function), "", ast.unparse(asked)]
    return Given("\n".join(pieces) + "\n", results, order)


def with_pooled_memory(text: str, name: str) -> str:
    """The program whose function `name`, which runs in Python, asks `memory` for its arrays."""
    before, main = _divided(text, name)
    pooled = ast.unparse(_Pooled().visit(main))
    return f"{before}{pooled}\n"


def is_compiled(text: str, name: str) -> bool:
    """Whether numba compiles the function itself, not only those that it calls."""
    return bool(_divided(text, name)[1].decorator_list)


def _divided(text: str, name: str) -> tuple[str, ast.FunctionDef]:
    """The text before the function that is called, which is the last one, and that function."""
    main = ast.parse(text).body[-1]
    assert isinstance(main, ast.FunctionDef)
    assert main.name == name, "a program ends in the function of its name"
    first = min([main.lineno, *(own.lineno for own in main.decorator_list)])
    return "".join(text.splitlines(keepends=True)[: first - 1]), main


def _imported(before: str) -> str:
    """The text with one import more, which goes before its first function."""
    place = before.find("\n\n\n")
    head, rest = (before, "") if place < 0 else (before[:place], before[place:])
    return f"{head}\n{IMPORT}{rest}" if head.strip() else f"{head}{IMPORT}\n"


def _names(value: ast.expr | None) -> list[str]:
    listed = value.elts if isinstance(value, ast.Tuple) else [value]
    return [own.id if isinstance(own, ast.Name) else "" for own in listed]


def _target(line: ast.stmt) -> str:
    assert isinstance(line, ast.Assign)
    assert isinstance(line.targets[0], ast.Name)
    return line.targets[0].id


def _allocation(line: ast.stmt) -> ast.Call | None:
    """The call of np.empty or np.zeros that a line consists of."""
    if not isinstance(line, ast.Assign) or not isinstance(line.targets[0], ast.Name):
        return None
    call = line.value
    if not isinstance(call, ast.Call) or ast.unparse(call.func) not in (EMPTY, ZEROS):
        return None
    return call if len(call.args) == 2 else None  # with the type of the entries


def _aliased(main: ast.FunctionDef, outputs: Sequence[str], arrays: Sequence[str]) -> bool:
    """Whether an output that is not made here may be an array, such as an argument."""
    numbers = set(outputs) - set(arrays)
    return any(own.arg in numbers for own in main.args.args) or "" in numbers


def _function(
    main: ast.FunctionDef, arrays: Sequence[str], numbers: Sequence[str]
) -> ast.FunctionDef:
    """The function that makes no array in one piece itself."""
    body: list[ast.stmt] = []
    for line in main.body[:-1]:
        call = _allocation(line)
        if isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant):
            continue
        if call is None:
            body.append(line)
        elif _target(line) not in arrays:
            body.append(line if _is_cleared(call) else _in_arena(_target(line), call))
    body.append(_statement(f"return {', '.join(numbers)}"))
    arguments = [own.arg for own in main.args.args]
    head = ast.parse(f"def {main.name}({', '.join([*arguments, *arrays, ARENA])}): pass").body[0]
    assert isinstance(head, ast.FunctionDef)
    head.body, head.decorator_list = body, main.decorator_list
    return head


def _is_cleared(call: ast.Call) -> bool:
    return ast.unparse(call.func) == ZEROS


def _in_arena(name: str, call: ast.Call) -> ast.stmt:
    shape, kind = (ast.unparse(own) for own in call.args)
    return _statement(f"{name} = empty_in({ARENA}, {shape}, {kind.removesuffix('.dtype')})")


def _shapes(main: ast.FunctionDef, calls: Sequence[ast.Call | None]) -> ast.FunctionDef:
    """The function of the arguments that says what arrays the results are."""
    sizes = [ast.unparse(line) for line in main.body if _is_size(line)]
    listed = "".join(f"({_asked(call)}), " for call in calls if call is not None)
    head = f"def {SHAPES}({', '.join(own.arg for own in main.args.args)}):"
    lines = [*sizes, f"return ({listed.rstrip()})"]
    function = ast.parse("\n".join([head, *(f"    {line}" for line in lines)])).body[0]
    assert isinstance(function, ast.FunctionDef)
    return function


def _asked(call: ast.Call) -> str:
    """The shape, the type of the entries, and whether they are to be zeros."""
    return ", ".join([*(ast.unparse(own) for own in call.args), str(_is_cleared(call))])


def _is_size(line: ast.stmt) -> bool:
    """Whether a line names sizes: `N, d = X.shape`, `k = V.shape[0]`."""
    if not isinstance(line, ast.Assign):
        return False
    value = line.value.value if isinstance(line.value, ast.Subscript) else line.value
    return isinstance(value, ast.Attribute) and value.attr == "shape"


def _statement(text: str) -> ast.stmt:
    function = ast.parse(f"def f():\n    {text}").body[0]
    assert isinstance(function, ast.FunctionDef)
    return function.body[0]


class _Pooled(ast.NodeTransformer):
    """Arrays from the pool instead of new ones; functions inside, which threads run, as well."""

    def visit_Call(self, call: ast.Call) -> ast.AST:
        name = ast.unparse(call.func)
        if name in (EMPTY, ZEROS):
            pooled = name.replace("np.", f"{MEMORY}.")
            call.func = ast.parse(pooled, mode="eval").body
        return call
