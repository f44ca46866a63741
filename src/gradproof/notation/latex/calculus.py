r"""Derivatives: \frac{\partial f}{\partial x}, \nabla_w f, d(…), dX."""

from __future__ import annotations

from collections.abc import Callable

from gradproof.core.errors import ReadError, Span, UnsupportedError
from gradproof.notation.latex.reading import STARTING, TIGHT, Reading
from gradproof.notation.latex.sums import Inside
from gradproof.notation.lexer import Token
from gradproof.notation.misreadings import place
from gradproof.notation.stack import GOVERNED, Operand, Pending, open_bracket, push
from gradproof.notation.tree import Binary, Call, Literal, Name, Transpose, Tree, walk

HIGHEST = 2
_NEAR = 40
_CLOSING = frozenset({")", "]", "rvert", "rVert", "Vert", "vert", "rangle", "end of text"})
_DIFFERENTIABLE = STARTING - {"number", "partial"} | {"vert", "Vert"}


# ------------------------------------------------------------------------- differentials
def is_differential(reading: Reading, token: Token) -> bool:
    """Whether a letter d is the differential of what follows: it is no name, size or factor."""
    if token.text != "d":
        return False
    symbols, following = reading.symbols, reading.peek()
    adjacent = following.kind == "name" and following.start == token.stop
    if adjacent and f"d{following.text}" in symbols.declarations:
        return True
    if "d" in symbols.dimensions and "d" not in symbols.declarations:
        return _varies(reading)
    if symbols.knows("d"):
        return False
    return following.kind in _DIFFERENTIABLE and not _is_size(reading)


def _varies(reading: Reading) -> bool:
    """Whether d, which is a size elsewhere, stands before something that varies: dw, d(Xw)."""
    following = reading.peek()
    if following.kind == "name":
        return following.text not in reading.symbols.dimensions
    if following.kind not in _DIFFERENTIABLE - {"frac"}:
        return False
    start, stop = reading.stack.position, len(reading.tokens)
    inside = reading.tokens[start + 1 : min(stop, start + _NEAR)]
    until = next((k for k, t in enumerate(inside) if t.kind in _CLOSING), len(inside))
    return any(
        token.kind == "name" and token.text not in reading.symbols.dimensions
        for token in inside[:until]
    )


def _is_size(reading: Reading) -> bool:
    """Whether d stands somewhere in the formula where only a number can: alone in √d, 1_d."""
    if reading.d_is_size is None:
        tokens = reading.tokens
        reading.d_is_size = any(
            token.text == "d"
            and token.kind == "name"
            and tokens[position - 1].kind != "frac"
            and tokens[position + 1].kind not in _DIFFERENTIABLE
            for position, token in enumerate(tokens[:-1])
        )
    return reading.d_is_size


def read_differential(reading: Reading, token: Token) -> bool:
    """d of the next factor."""
    declared = reading.peek()
    named = declared.kind == "name" and reading.peek(1).kind != "_"
    if named and reading.symbols.knows(f"d{declared.text}"):
        reading.stack.position += 1
        span = Span(token.start, declared.stop)
        push(reading.stack, Name(f"d{declared.text}", span), 1, span)
        return False
    reading.stack.pending.append(Pending(token, TIGHT, make=_differential, prefix=True))
    return True


def _differential(operand: Operand, span: Span) -> Tree:
    return Call("differential", (operand.tree,), span)


# ---------------------------------------------------------------------------- fractions
def read_fraction(reading: Reading, token: Token) -> bool:
    r"""\frac{a}{b}, or the derivative that it spells."""
    stack = reading.stack
    first = stack.position
    over = reading.ends[first - 1]
    if _differentiates(reading, first, over):
        return _read_derivative(reading, token, first, over)
    open_bracket(stack, token, make=_divided)
    return True


def _divided(reading: Reading, opened: Pending, parts: list[Operand], span: Span) -> bool:
    above, below = parts
    height = max(above.height, below.height) + 1
    push(reading.stack, Binary("/", above.tree, below.tree, span), height, span)
    return False


def _differentiates(reading: Reading, first: int, over: int) -> bool:
    """Whether numerator and denominator begin with ∂, or both with d."""
    tokens = reading.tokens
    above, below = tokens[first], tokens[over + 1]
    if "partial" in (above.kind, below.kind):
        if above.kind != below.kind:
            missing = tokens[over] if above.kind == "partial" else tokens[first - 1]
            raise ReadError(
                "a derivative has ∂ above and below",
                span=Span(above.start, below.stop)
                if missing.start == missing.stop
                else place(missing),
                hint=r"Write \frac{\partial f}{\partial x}.",
            )
        return True
    upright = "differential" in (above.kind, below.kind)
    if upright or not reading.symbols.knows("d"):
        signs = [token.kind == "differential" or token.text == "d" for token in (above, below)]
        return all(signs) and tokens[over + 2].kind != "end"
    return False


def _read_derivative(reading: Reading, token: Token, first: int, over: int) -> bool:
    """The signs ∂ or d are passed over; what is differentiated, and by what, is read."""
    stack, tokens = reading.stack, reading.tokens
    sign = tokens[first]
    end = reading.ends[over]
    for position in range(over + 1, end):
        if tokens[position].text == sign.text and tokens[position].kind == sign.kind:
            tokens[position] = tokens[position]._replace(kind="by")
    stack.position += 1
    order = 1
    if tokens[stack.position].kind == "^":
        order = _order(reading.script("^") or [], sign)
    if stack.position == over:
        stack.position += 1
        open_bracket(stack, token, make=_operator(order))
    else:
        open_bracket(stack, token, make=_derivative(order))
    return True


def _order(script: list[Token], sign: Token) -> int:
    text = "".join(part.text for part in script)
    if not text.isdigit() or not 1 <= int(text) <= HIGHEST:
        raise UnsupportedError(
            "derivatives of the first and the second order are read",
            span=place(sign),
            hint=r"Write \frac{\partial^2 f}{\partial x \partial x^\top}.",
        )
    return int(text)


def _derivative(order: int) -> Callable[..., bool]:
    def finish(reading: Reading, opened: Pending, parts: list[Operand], span: Span) -> bool:
        function, *by = parts
        tree = _repeated(function.tree, _variables(by, order, span), span)
        height = max(part.height for part in parts) + order
        push(reading.stack, tree, height, span)
        return False

    return finish


def _operator(order: int) -> Callable[..., bool]:
    """∂/∂x before its function: it governs to the next + or −."""

    def finish(reading: Reading, opened: Pending, parts: list[Operand], span: Span) -> bool:
        by = _variables(parts, order, span)

        def make(function: Operand, whole: Span) -> Tree:
            return _repeated(function.tree, by, whole)

        sign = Token("frac", r"\frac", span.start, span.stop)
        reading.stack.pending.append(Pending(sign, GOVERNED, make=make, prefix=True))
        return True

    return finish


def _variables(by: list[Operand], order: int, span: Span) -> list[Tree]:
    """The variables, one for each order: ∂x∂x′, or ∂x²."""
    found = [operand.tree for operand in by]
    if len(found) == 1 and order == 2:
        match found[0]:
            case Binary("^", variable, Literal(value)) if value == 2:
                return [variable, variable]
            case _:
                pass
    if len(found) != order:
        raise ReadError(
            f"this derivative has order {order} above and {len(found)} below",
            span=span,
            hint=r"Write \frac{\partial^2 f}{\partial x \partial x^\top}.",
        )
    return found


def _repeated(function: Tree, by: list[Tree], span: Span) -> Tree:
    for variable in by:
        function = Call("derivative", (function, variable), span)
    return function


# ------------------------------------------------------------------------------- nabla
def read_nabla(reading: Reading, token: Token, inside: Inside) -> bool:
    r"""\nabla_w f, \nabla f(w), \nabla^2 f: of a name the name alone, else to the next + or −."""
    subscript, superscript = reading.script("_"), reading.script("^")
    by = inside(reading, subscript) if subscript else None
    mark = "".join(part.text for part in superscript or [])
    transposed = mark in ("T", "top", "intercal")
    order = 1 if transposed or not superscript else _order(superscript, token)

    def make(function: Operand, span: Span) -> Tree:
        variable = by or _sole_variable(reading, function.tree, token)
        variables = [variable, Transpose(variable, variable.span)][:order]
        tree = _repeated(function.tree, variables, span)
        return Transpose(tree, span) if transposed else tree

    binding = TIGHT if _is_tight(reading, by) else GOVERNED
    reading.stack.pending.append(Pending(token, binding, make=make, prefix=True))
    return True


OPENING = frozenset({"(", "[", "lbrace"})
CLOSING = frozenset({")", "]", "rbrace"})


def _is_raised(reading: Reading) -> bool:
    """Whether the bracket that follows carries a superscript, as in ∇ (x − a)ᵀA(x − a)."""
    depth = 0
    for position in range(reading.stack.position, len(reading.tokens)):
        kind = reading.tokens[position].kind
        depth += (kind in OPENING) - (kind in CLOSING)
        if depth == 0:
            following = reading.tokens[min(position + 1, len(reading.tokens) - 1)]
            return following.kind in ("^", "'")
    return False


def _is_tight(reading: Reading, by: Tree | None) -> bool:
    following = reading.peek()
    if following.kind in OPENING:
        return not _is_raised(reading)
    if following.kind != "name":
        return False
    symbols, name = reading.symbols, following.text
    return by is None or name in symbols.functions or name in symbols.names


def _sole_variable(reading: Reading, function: Tree, nabla: Token) -> Tree:
    """The variable of ∇f where none is written: the only one that f has."""
    parameters: tuple[str, ...] = ()
    match function:
        case Call(name, (Name() as only,)) if name in reading.symbols.functions:
            return only
        case Name() if reading.symbols.gradient_by:
            return Name(reading.symbols.gradient_by, place(nabla))
        case Name(name) | Call(name):
            parameters = reading.symbols.functions.get(name, ())
        case _:
            pass
    applied = _arguments(reading, function)
    if len(parameters) == 1 or len(applied) == 1:
        return Name(parameters[0] if parameters else applied.pop(), place(nabla))
    raise ReadError(
        "∇ by which variable?",
        span=place(nabla),
        hint=r"Write it as a subscript: \nabla_w.",
    )


def _arguments(reading: Reading, function: Tree) -> set[str]:
    """The names that the author's functions in a tree are applied to: x in f(x) g(x)."""
    functions = reading.symbols.functions
    calls = [p for p in walk(function) if isinstance(p, Call) and p.function in functions]
    found = {part for called in calls for part in called.arguments}
    return {part.name if isinstance(part, Name) else "" for part in found} - {""}
