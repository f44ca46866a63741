"""The errors of reading LaTeX: what is missing, left over or not read, and what to write."""

from __future__ import annotations

from gradproof.core.errors import GradproofError, ReadError, Span, UnsupportedError
from gradproof.notation import misreadings
from gradproof.notation.latex.commands import DETERMINANTS, REFUSED
from gradproof.notation.lexer import Token
from gradproof.notation.misreadings import place
from gradproof.notation.vocabulary import nearest

SHOWN = {
    "group": "{",
    "endgroup": "}",
    "lbrace": r"\{",
    "rbrace": r"\}",
    "vert": "|",
    "lvert": "|",
    "rvert": "|",
    "Vert": r"\|",
    "lVert": r"\|",
    "rVert": r"\|",
    "langle": r"\langle",
    "rangle": r"\rangle",
}
_COMMANDS = frozenset({"*", "/", ".*", "./", "⊗", "langle", "rangle", "nabla", "sum", "prod"})
CLOSERS = {"(": ")", "[": "]", "lbrace": r"\}", "group": "}", "langle": r"\rangle"}


def shown(token: Token) -> str:
    """A token as it was written."""
    if token.kind in _COMMANDS and token.text.isalpha():
        return f"\\{token.text}"
    return SHOWN.get(token.kind) or token.text or token.kind


def no_expression(token: Token) -> ReadError:
    """Nothing at all, or blanks only."""
    return ReadError(
        "there is no expression", span=place(token), hint=r"Write one, such as \|Xw - y\|^2."
    )


def evaluated(bar: Token) -> ReadError:
    """A bar of evaluation, f|_{x=0}."""
    return ReadError(
        "this | closes nothing",
        span=place(bar),
        hint="The value at a point is not read; write the point in.",
    )


def remainder(letter: Token) -> UnsupportedError:
    """o(h) and O(h²) are no values."""
    return UnsupportedError(
        f"a remainder {letter.text}(…) is not read",
        span=place(letter),
        hint="Write the linear part alone, with = for the differential.",
    )


def unbalanced(token: Token) -> ReadError:
    """A brace without its partner."""
    if token.text == "{":
        return ReadError("this { is never closed", span=place(token), hint="Add the missing }.")
    return ReadError(
        "this } closes nothing", span=place(token), hint="Remove it, or open it before."
    )


def one_sided(command: Token) -> ReadError:
    r"""\left without \right, or the other way round."""
    partner = {"left": "right", "right": "left"}[command.text]
    return ReadError(
        f"this \\{command.text} has no \\{partner}",
        span=place(command),
        hint=f"Write \\{partner} at the other bracket; \\{partner}. shows none.",
    )


def one_ended(command: Token) -> ReadError:
    r"""\begin without \end, or the other way round."""
    partner = {"begin": "end", "end": "begin"}[command.text]
    return ReadError(
        f"this \\{command.text} has no \\{partner}",
        span=place(command),
        hint=f"Write \\{partner} with the same name at the other side of the matrix.",
    )


def argument_missing(command: Token) -> ReadError:
    """A command at the end of its group, where an argument is due."""
    name = command.text if command.text in "^_" else f"\\{command.text}"
    return ReadError(
        f"{name} has no argument here",
        span=place(command),
        hint=r"\frac{a}{b} takes two, \sqrt{a}, ^{a} and _{a} take one.",
    )


def double_script(script: Token) -> ReadError:
    """x^a^b or x_a_b."""
    which = "superscript" if script.text == "^" else "subscript"
    return ReadError(
        f"a second {which}",
        span=place(script),
        hint=f"TeX allows one: write it in braces, as in {{x{script.text}a}}{script.text}b.",
    )


def long_script(script: Token, number: Token) -> ReadError:
    """x^12, which TeX sets as x to the 1 times 2."""
    return ReadError(
        f"{script.text}{number.text} reaches as far as the {number.text[0]} only",
        span=place(number),
        hint=f"Write {script.text}{{{number.text}}}.",
    )


def unreadable(token: Token) -> ReadError | UnsupportedError:
    """A token that no formula of ours contains, with advice where there is some."""
    span, text = place(token), token.text
    if token.kind == "environment":
        return _environment(token)
    if token.kind == "text":
        return ReadError(
            "there is text inside the formula",
            span=span,
            hint="Let the formula end before it.",
        )
    if token.kind == "dots":
        return UnsupportedError(
            "dots stand for what is not written", span=span, hint=r"Write a sum: \sum_{i=1}^{n}."
        )
    if token.kind == "blackboard":
        return UnsupportedError(
            f"\\mathbb{{{text}}} has no value here",
            span=span,
            hint="An expectation is not read; write the sum that it is."
            if text == "E"
            else r"Declare sizes with \in, as in x \in \mathbb{R}^n.",
        )
    if token.kind == "relation":
        return ReadError(
            f"{text} stands inside an expression",
            span=span,
            hint="Read one side of the relation at a time.",
        )
    if text in REFUSED:
        return UnsupportedError(f"\\{text} is not read", span=span, hint=REFUSED[text])
    return _unknown(token)


def _environment(token: Token) -> ReadError | UnsupportedError:
    if token.text in DETERMINANTS:
        return UnsupportedError(
            f"the environment {token.text} is not read",
            span=place(token),
            hint=r"Write a matrix in bmatrix, a determinant as \det(A).",
        )
    if token.text.startswith("cases"):
        return UnsupportedError(
            "a definition by cases is not read",
            span=place(token),
            hint=r"Write \max(0, x), |x| or \operatorname{sign}(x).",
        )
    return ReadError(
        f"the environment {token.text[:40]} is not known",
        span=place(token),
        hint="align, gather, split, multline, equation and eqnarray are.",
    )


def _unknown(token: Token) -> ReadError:
    from gradproof.notation.latex.commands import GREEK, RELATIONS, SIGNS, WORDS

    if token.kind != "command":
        return ReadError(
            f"{token.text[:20]} is not read here",
            span=place(token),
            hint="Write mathematics in LaTeX's commands, letters and digits.",
        )
    known = (*GREEK, *WORDS, *filter(str.isalpha, (*SIGNS, *RELATIONS)), "frac", "sqrt")
    near = nearest(token.text, known) if len(token.text) > 2 else ""
    hint = (
        f"Did you mean \\{near}?"
        if near
        else (rf"If it is a macro, define it: \newcommand{{\{token.text[:20]}}}{{…}}.")
    )
    return ReadError(f"\\{token.text[:40]} is not known", span=place(token), hint=hint)


def not_sized(span: Span | None) -> ReadError:
    """A sum whose range is needed and was not written."""
    return ReadError(
        "the terms of this sum do not depend on its index",
        span=span,
        hint=r"Write its range, as in \sum_{i=1}^{n}, or let the terms depend on it.",
    )


def _spoken(token: Token) -> str:
    """A token in a sentence."""
    spoken = {"sum": "this sum", "prod": "this product", "nabla": "∇", "frac": "this derivative"}
    return spoken.get(token.kind, "this")


_USUAL = frozenset(
    [*"+-*/^_',;)]", ".*", "./", "⊗", "over", "end", "end of text", "endgroup", "rbrace", "rangle"]
)
_USUAL |= {"vert", "Vert", "rvert", "rVert"}


def missing_operand(
    token: Token, previous: Token | None, waiting: Token | None = None
) -> GradproofError:
    """`token` stands where an operand is due; `waiting` is what asked for it."""
    if token.kind in ("cell", "row") or (previous is not None and previous.kind == "matrix"):
        return ReadError(
            "an entry of this matrix is missing",
            span=place(token if token.kind in ("cell", "row") or previous is None else previous),
            hint="Write 0 where there is nothing.",
        )
    if token.kind not in _USUAL:
        return unreadable(token)
    if waiting is not None and waiting.kind in ("sum", "prod", "nabla", "frac"):
        return ReadError(
            f"{_spoken(waiting)} has nothing to act on",
            span=place(waiting),
            hint="Complete it, or remove it.",
        )
    kind = "end" if token.kind in ("end of text", "end", "over", "endgroup") else token.kind
    named = token._replace(kind=CLOSERS.get(kind, kind), text=shown(token))
    if previous is not None:
        previous = previous._replace(text=shown(previous))
    return misreadings.missing_operand(named, previous)


def never_closed(opened: Token) -> ReadError:
    """A bracket without its partner."""
    partner = CLOSERS.get(opened.kind, shown(opened))
    return ReadError(
        f"this {shown(opened)} is never closed",
        span=place(opened),
        hint=f"Add the missing {partner}.",
    )
