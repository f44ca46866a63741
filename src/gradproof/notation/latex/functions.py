r"""Functions: with brackets, without them (\log \sigma(x), \operatorname{tr} X), with a power."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from types import MappingProxyType

from gradproof.core.errors import ReadError, Span, UnsupportedError
from gradproof.notation.calls import call
from gradproof.notation.latex.commands import WORDS
from gradproof.notation.latex.reading import APPLIED, Reading
from gradproof.notation.lexer import Token
from gradproof.notation.misreadings import bare_function, place
from gradproof.notation.stack import Operand, Pending, open_bracket, push
from gradproof.notation.tree import Binary, Call, Literal, Tree
from gradproof.notation.vocabulary import AMBIGUOUS

BARS = "abs or det"

MATRIX_VALUED = frozenset({"diag", "vec", "softmax", "kron", "inv", "pinv", "toeplitz", "expm"})
SCALAR_VALUED = frozenset({"tr", "det", "logdet", "sum"})
_SUBSCRIPTS = MappingProxyType(
    {
        "log": r"log is the natural logarithm; write \log(x)/\log(2) for another.",
        "max": "A maximum over a variable is not read; write the function alone.",
        "min": "A minimum over a variable is not read; write the function alone.",
    }
)
_BRACKETS = ("(", "[", "lbrace", "group")
_DELIMITED = frozenset({"vert", "lvert", "Vert", "lVert", "langle", "frac"})
_CHOSEN = MappingProxyType({"softmax": "softmax of rows", "logsumexp": "logsumexp of rows"})


def read_function(reading: Reading, token: Token, name: str | None = None) -> bool:
    """Reads a function's name and its power; its argument is due afterwards."""
    meant = token._replace(text=name or WORDS.get(token.text, token.text))
    stack = reading.stack
    if reading.peek().kind == "_":
        raise UnsupportedError(
            f"a subscript on {token.text} is not read",
            span=place(token),
            hint=_SUBSCRIPTS.get(token.text, "Write the subscript as an argument."),
        )
    exponent = None
    if reading.peek().kind == "^":
        exponent = _power_of(reading, meant)
    if reading.peek().kind in _BRACKETS:
        opening = reading.peek()
        stack.position += 1
        open_bracket(stack, opening, meant, make=_called(exponent))
        return True
    if reading.peek().kind == "'":
        raise UnsupportedError(
            f"the derivative {token.text}' is not read",
            span=place(token),
            hint=r"Write it out, or as \frac{\partial}{\partial x}.",
        )
    if meant.text == "eye":
        push(stack, Call("eye", (), place(token)), 1, place(token))
        return False
    if reading.peek().kind in (")", "]", "end", "over", "endgroup", "end of text", ","):
        raise bare_function(token)
    make = _applied(meant, exponent)
    stack.pending.append(Pending(token, APPLIED, stack.position, meant, make, prefix=True))
    return True


def ends_before(reading: Reading, token: Token) -> int:
    """How far a juxtaposition finishes what waits: functions too, where their argument is over."""
    pending = reading.stack.pending
    for item in reversed(pending):
        if item.binding < APPLIED:
            break
        if item.binding == APPLIED and item.name is not None:
            alone = pending[-1] is item
            if alone and _closes(reading, item):
                return APPLIED
            if token.kind in ("function", "sum", "prod"):
                continues = item.name.text in SCALAR_VALUED and (
                    WORDS.get(token.text) in MATRIX_VALUED
                )
                return APPLIED + continues
            break
    return APPLIED + 1


def _closes(reading: Reading, item: Pending) -> bool:
    """Whether the argument stands in visible delimiters: log|x| y is (log|x|) y."""
    first = reading.tokens[item.below]
    argument = reading.stack.operands[-1]
    return first.kind in _DELIMITED and not _is_number(argument.tree)


def _is_number(tree: Tree) -> bool:
    match tree:
        case Literal() | Binary("/", Literal(), Literal()):
            return True
        case _:
            return False


def _power_of(reading: Reading, function: Token) -> Fraction:
    """The exponent of \\sin^2 x; only whole numbers from 2 are not ambiguous."""
    script = reading.script("^") or []
    if len(script) == 1 and script[0].kind == "number" and script[0].text.isdigit():
        return Fraction(script[0].text)
    raise UnsupportedError(
        f"this superscript on {function.text} is not read",
        span=place(function),
        hint="Write the power behind the brackets, the inverse function by its name.",
    )


def _called(exponent: Fraction | None) -> Callable[..., bool]:
    def finish(reading: Reading, opened: Pending, parts: list[Operand], inside: Span) -> bool:
        assert opened.name is not None
        span = Span(opened.name.start, inside.stop)
        tree = apply(reading, opened.name, tuple(part.tree for part in parts), span)
        height = max((part.height for part in parts), default=0) + 1
        push(reading.stack, _raised(tree, exponent, span), height, span)
        return False

    return finish


def _applied(function: Token, exponent: Fraction | None) -> Callable[[Operand, Span], Tree]:
    def finish(argument: Operand, span: Span) -> Tree:
        if function.text == "log" and _is_determinant(argument.tree):
            assert isinstance(argument.tree, Call)
            return _raised(Call("logdet", argument.tree.arguments, span), exponent, span)
        tree = _function(function, (argument.tree,), span)
        return _raised(tree, exponent, span)

    return finish


def _is_determinant(tree: Tree) -> bool:
    return isinstance(tree, Call) and tree.function == "det"


def _raised(tree: Tree, exponent: Fraction | None, span: Span) -> Tree:
    return tree if exponent is None else Binary("^", tree, Literal(exponent, span), span)


def apply(reading: Reading, function: Token, arguments: tuple[Tree, ...], span: Span) -> Tree:
    """A function with its arguments in brackets; the author's own functions come first."""
    parameters = reading.symbols.functions.get(function.text)
    if parameters is not None and len(parameters) == len(arguments):
        return Call(function.text, arguments, span)
    return _function(function, arguments, span)


def _function(function: Token, arguments: tuple[Tree, ...], span: Span) -> Tree:
    name = function.text
    if name in ("max", "min"):
        return _extreme(name, arguments, span)
    if name == "rowsum" and len(arguments) == 1:
        ones = Call("vector", (Literal(Fraction(1), span),), span)
        return Binary("*", arguments[0], ones, span)
    if name in _CHOSEN and len(arguments) == 1:
        return Call(_CHOSEN[name], arguments, span)
    if name == "log" and len(arguments) == 1:
        match arguments[0]:
            case Call(function="abs or det", arguments=(Call("det", inner),)):
                return Call("logdet", inner, span)
            case _:
                pass
    tree = call(function, arguments, span)
    assert isinstance(tree, Call) or name == "sum"
    return tree


def _extreme(name: str, arguments: tuple[Tree, ...], span: Span) -> Tree:
    r"""\max(0, x) is relu(x), \max(a, b) is b + relu(a − b), \min(a, b) is a − relu(a − b)."""
    if len(arguments) != 2:
        raise UnsupportedError(
            f"\\{name} is read of two numbers only",
            span=span,
            hint=r"Write \max(0, x), or \operatorname{LSE}(x) for a smooth maximum.",
        )
    one, other = arguments
    if name == "max" and _is_zero(one):
        return Call("relu", (other,), span)
    if name == "max" and _is_zero(other):
        return Call("relu", (one,), span)
    excess = Call("relu", (Binary("-", one, other, span),), span)
    return Binary("+", other, excess, span) if name == "max" else Binary("-", one, excess, span)


def _is_zero(tree: Tree) -> bool:
    return isinstance(tree, Literal) and tree.value == 0


def absolute(reading: Reading, opened: Pending, parts: list[Operand], span: Span) -> bool:
    """|x|: the determinant of a matrix, absolute values else; found when shapes are known."""
    push(reading.stack, Call(BARS, (parts[0].tree,), span), parts[0].height + 1, span)
    return False


def inner(reading: Reading, opened: Pending, parts: list[Operand], span: Span) -> bool:
    """⟨a, b⟩."""
    if len(parts) != 2:
        raise ReadError(
            "an inner product has two sides",
            span=span,
            hint=r"Write \langle a, b \rangle.",
        )
    subscript = reading.script("_")
    if subscript is not None and [token.text for token in subscript] not in (["F"], ["2"]):
        raise UnsupportedError(
            "only the inner products of vectors and of matrices (F) are read",
            span=span,
            hint="Write it out, as x^T A y.",
        )
    height = max(parts[0].height, parts[1].height) + 1
    push(reading.stack, Call("inner", (parts[0].tree, parts[1].tree), span), height, span)
    return False


_NORMS = MappingProxyType(
    {"": "norm2", "2": "norm of index 2", "F": "norm2", "Fro": "norm2", "fro": "norm2"}
    | {"1": "norm1", "*": "nucnorm", "star": "nucnorm", "op": "specnorm"}
)


def norm(reading: Reading, opened: Pending, parts: list[Operand], span: Span) -> bool:
    """‖x‖ with its index."""
    subscript = reading.script("_")
    kind = "".join(token.text or token.kind for token in subscript or [])
    if subscript and subscript[0].kind in ("*", "star"):
        kind = "*"
    if kind not in _NORMS:
        raise UnsupportedError(
            f"the norm of index {kind} is not read",
            span=span,
            hint="The norms are 1, 2, F, * (sum of singular values) and op (the largest).",
        )
    assert _NORMS[kind] in ("norm1", "norm2", "nucnorm", "specnorm") or _NORMS[kind] in AMBIGUOUS
    push(reading.stack, Call(_NORMS[kind], (parts[0].tree,), span), parts[0].height + 1, span)
    return False
