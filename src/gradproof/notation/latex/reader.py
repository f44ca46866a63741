r"""LaTeX to tree, on the same precedence machine as the text language.

From tightest to loosest: scripts and primes; differentials; signs; juxtaposition, `\cdot` and `/`,
left to right; functions without brackets, which take what is juxtaposed; `\odot \oslash \otimes`;
what `\sum`, `\nabla` and `\frac{\partial}{\partial x}` govern, to the next + or −; `+ -`.
"""

from __future__ import annotations

from gradproof.core.errors import GradproofError, Span, UnsupportedError
from gradproof.notation import misreadings
from gradproof.notation.latex import mistakes
from gradproof.notation.latex.brackets import grouped, matrix, rooted
from gradproof.notation.latex.calculus import (
    is_differential,
    read_differential,
    read_fraction,
    read_nabla,
)
from gradproof.notation.latex.constants import read_constant
from gradproof.notation.latex.dots import without_dots
from gradproof.notation.latex.functions import (
    absolute,
    inner,
    norm,
    read_function,
)
from gradproof.notation.latex.known import NOTHING, Symbols
from gradproof.notation.latex.layout import arrange
from gradproof.notation.latex.lexer import lex
from gradproof.notation.latex.macros import expand
from gradproof.notation.latex.names import joined, label, subscripted
from gradproof.notation.latex.one_line import read_partial
from gradproof.notation.latex.operators import read_operator
from gradproof.notation.latex.reading import (
    MOST_NESTED,
    Reading,
    pair,
    without_crossing,
)
from gradproof.notation.latex.scopes import free_indices
from gradproof.notation.latex.special import read_special
from gradproof.notation.latex.sums import read_sum
from gradproof.notation.latex.unknown import with_functions
from gradproof.notation.lexer import Token
from gradproof.notation.misreadings import place
from gradproof.notation.parser import number_of
from gradproof.notation.stack import (
    ANY,
    DEEPEST,
    Operand,
    Pending,
    Stack,
    negate,
    open_bracket,
    push,
    reduce,
)
from gradproof.notation.tree import Binary, Call, Literal, Name, Tree, children


def parse_latex(source: str, symbols: Symbols = NOTHING) -> Tree:
    r"""The tree of one expression written in LaTeX; shapes are left open.

    Notation that depends on kinds, such as |A|, becomes a call that `understand` decides.
    Raises GradproofError, with the place and advice, for what is not an expression.

    >>> from gradproof.notation.write_text import text
    >>> text(parse_latex(r"\frac{1}{N} (Xw - y)^\top (Xw - y)"))
    "1/N*(X*w - y)'*(X*w - y)"
    """
    try:
        tokens = arranged(source, 0, None, symbols)
        return parse_arranged(tokens, with_functions(tokens, symbols))
    except GradproofError as error:
        error.at(source)
        raise


def arranged(source: str, start: int, stop: int | None, symbols: Symbols) -> list[Token]:
    """The reader's tokens of a piece of source."""
    raw, _ = expand(lex(source, start, stop), symbols.macros)
    tokens = arrange(raw)
    if len(tokens) == 1:
        tokens = [Token("end of text", "", start, start if stop is None else stop)]
    return tokens


def parse_arranged(
    tokens: list[Token], symbols: Symbols, free: frozenset[str] = frozenset()
) -> Tree:
    """The tree of a list of arranged tokens that ends with `end of text`."""
    shown = without_crossing(without_dots(_without_edges(tokens)))
    if shown[0].kind == "end of text":
        raise mistakes.no_expression(shown[0])
    ends = pair(shown)
    tree = _read(Reading(Stack(list(shown)), symbols, ends, free))
    _refuse_depth(tree)
    reused = _summed(shown) - free
    if reused:
        left = free_indices(tree) & reused
        if left:
            tree = _read(Reading(Stack(shown), symbols, ends, free | left))
    return tree


def _summed(tokens: list[Token]) -> frozenset[str]:
    """The letters that stand under a sum sign with a parenthesis after it."""
    return frozenset(
        tokens[position + 2].text
        for position, token in enumerate(tokens[:-2])
        if token.kind == "sum" and tokens[position + 1].kind == "_"
    )


def _without_edges(tokens: list[Token]) -> list[Token]:
    """Without line ends, and without text and full stops at either end."""
    kept = [token for token in tokens if token.kind != "newline"]
    aside = ("text", "stop", ",", ";")
    first = 0
    while kept[first].kind == "text":
        first += 1
    last = len(kept) - 1
    while last > first and kept[last - 1].kind in aside:
        last -= 1
    return [*kept[first:last], kept[-1]]


def _inside(reading: Reading, script: list[Token]) -> Tree:
    """A formula inside a script: the variable of ∇, the end of a sum."""
    if reading.nested >= MOST_NESTED:
        raise misreadings.too_deep(place(script[0]), MOST_NESTED)
    last = script[-1].stop if script else 0
    tokens = [*script, Token("end of text", "", last, last)]
    if len(tokens) == 1:
        raise mistakes.no_expression(tokens[0])
    return _read(
        Reading(
            Stack(tokens),
            reading.symbols,
            pair(tokens),
            reading.free,
            list(reading.bound),
            operators=reading.operators,
            nested=reading.nested + 1,
        )
    )


def _read(reading: Reading) -> Tree:
    stack = reading.stack
    wants_operand = True
    while wants_operand or stack.tokens[stack.position].kind != "end of text":
        wants_operand = _read_operand(reading) if wants_operand else read_operator(reading)
    reduce(stack, ANY)
    if stack.pending:
        raise mistakes.never_closed(next(item.token for item in stack.pending if not item.binding))
    return stack.operands[0].tree


# ----------------------------------------------------------------------------- operands
def _read_operand(reading: Reading) -> bool:
    """Reads on where an operand is due; answers whether one is still due after it."""
    stack = reading.stack
    token = stack.tokens[stack.position]
    stack.position += 1
    match token.kind:
        case "name":
            return _read_name(reading, token)
        case "number":
            push(stack, Literal(number_of(token), place(token)), 1, place(token))
            return False
        case "(" | "[" | "lbrace" | "group":
            open_bracket(stack, token, make=grouped)
        case "function" if reading.symbols.knows(token.text):
            return _read_name(reading, token)
        case "function":
            return read_function(reading, token)
        case "-":
            negate(stack, token)
        case "+":
            pass
        case "frac":
            return read_fraction(reading, token)
        case _:
            return _read_less_usual(reading, token)
    return True


def _read_less_usual(reading: Reading, token: Token) -> bool:
    stack = reading.stack
    match token.kind:
        case "matrix":
            open_bracket(stack, token, make=matrix(reading.tokens, reading.stack.position - 1))
        case "sqrt" | "root":
            open_bracket(stack, token, make=rooted)
        case "vert" | "lvert":
            open_bracket(stack, token, make=absolute)
        case "Vert" | "lVert":
            open_bracket(stack, token, make=norm)
        case "langle":
            open_bracket(stack, token, make=inner)
        case "sum" | "prod":
            return read_sum(reading, token, _inside)
        case "nabla":
            return read_nabla(reading, token, _inside)
        case "differential":
            return read_differential(reading, token)
        case "ones" | "zeros":
            return read_constant(reading, token, _inside)
        case "by":
            return True
        case "partial":
            return read_partial(reading, token, _inside)
        case _:
            previous = stack.tokens[stack.position - 2] if stack.position > 1 else None
            waiting = stack.pending[-1] if stack.pending else None
            asking = waiting.token if waiting is not None and waiting.binding else None
            raise mistakes.missing_operand(token, previous, asking)
    return True


def _read_name(reading: Reading, token: Token) -> bool:
    if is_differential(reading, token):
        return read_differential(reading, token)
    special = read_special(reading, token, _inside)
    if special is not None:
        return special
    stack = reading.stack
    known = reading.symbols.knows("o") or reading.symbols.knows(token.text)
    if token.text in ("o", "O") and reading.peek().kind == "(" and not known:
        raise mistakes.remainder(token)
    script = reading.script("_")
    function = _function_of_author(reading, token, script)
    if function is not None:
        primed = reading.peek().kind == "'"
        stack.position += primed
        return _call_of_author(reading, function, differentiated=primed)
    stop = token.stop if script is None else stack.tokens[stack.position - 1].stop
    tree = subscripted(reading, token, script, stop)
    push(stack, tree, 3, Span(token.start, stop))
    return False


def _function_of_author(reading: Reading, token: Token, script: list[Token] | None) -> Token | None:
    """The function that stands before a bracket: L, J with its subscript, or f with a prime."""
    after = reading.peek(1) if reading.peek().kind == "'" else reading.peek()
    if after.kind != "(":
        return None
    full = joined(token.text, label(script)) if script else token.text
    name = next((n for n in (full, token.text) if n in reading.symbols.functions), None)
    return None if name is None else token._replace(text=name)


def _call_of_author(reading: Reading, token: Token, differentiated: bool = False) -> bool:
    """L(w), where L is a function that the author defined, and L'(w)."""
    opening = reading.peek()
    reading.stack.position += 1

    def finish(reading: Reading, opened: Pending, parts: list[Operand], inside: Span) -> bool:
        span = Span(token.start, inside.stop)
        height = max((part.height for part in parts), default=0) + 1
        arguments = tuple(part.tree for part in parts)
        tree = Call(token.text, arguments, span)
        if differentiated:
            tree = _derivative(tree, span)
        push(reading.stack, tree, height + 1, span)
        return False

    open_bracket(reading.stack, opening, token, make=finish)
    return True


def _derivative(called: Call, span: Span) -> Call:
    if len(called.arguments) != 1 or not isinstance(called.arguments[0], Name):
        raise UnsupportedError(
            f"{called.function}' is read of one variable only",
            span=span,
            hint=r"Write \frac{\partial f}{\partial x}.",
        )
    return Call("derivative", (called, called.arguments[0]), span)


def _refuse_depth(tree: Tree) -> None:
    """The height of the tree, where a left operand does not count, is bounded like any tree's."""
    waiting = [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        if depth > DEEPEST:
            raise misreadings.too_deep(node.span or Span(0, 0), DEEPEST)
        if isinstance(node, Binary) and node.operator not in ("^", ".^"):
            waiting.append((node.left, depth))
            waiting.append((node.right, depth + 1))
        else:
            waiting.extend((part, depth + 1) for part in children(node))
