"""Names in C programs: those of the loss, spelled in ASCII and not taken by the language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from unicodedata import name as character_name

from gradproof.program.kernels.c.functions import FUNCTIONS

KEYWORDS = frozenset(
    {
        "auto", "break", "case", "char", "const", "continue", "default", "do", "double", "else",
        "enum", "extern", "float", "for", "goto", "if", "inline", "int", "long", "register",
        "restrict", "return", "short", "signed", "sizeof", "static", "struct", "switch",
        "typedef", "union", "unsigned", "void", "volatile", "while",
    }
)  # fmt: skip
LIBRARY = frozenset(
    {
        "exp", "expm1", "log", "log1p", "sin", "cos", "tan", "asin", "acos", "atan", "sinh",
        "cosh", "tanh", "sqrt", "fabs", "pow", "isnan", "calloc", "free", "ptrdiff_t", "size_t",
        "NULL", "NAN", "INFINITY", "main", "linux", "unix", "errno", "memory", "bool", "true",
        "false",
    }
)  # fmt: skip
RESERVED = KEYWORDS | LIBRARY | FUNCTIONS.keys()


def c_name(name: str) -> str:
    """A name in the letters of C.

    >>> c_name("w"), c_name("double"), c_name("σ"), c_name("größe")
    ('w', 'double_', 'sigma', 'gru00f6u00dfe')
    """
    own = "".join(map(_spelled, name))
    own = own if own[:1].isalpha() else f"x{own}"
    return f"{own}_" if own in RESERVED else own


def _spelled(character: str) -> str:
    if re.fullmatch(r"\w", character, re.ASCII):
        return character
    greek = re.fullmatch(r"GREEK (SMALL|CAPITAL) LETTER (\w+)", character_name(character, ""))
    if greek:
        return greek[2].lower() if greek[1] == "SMALL" else greek[2].capitalize()
    return f"u{ord(character):04x}"


def distinct_names(names: Iterable[str], taken: Iterable[str] = ()) -> Mapping[str, str]:
    """A name in C for each name, all different and none of them taken."""
    used, found = set(taken), {}
    for name in names:
        own = c_name(name)
        while own in used:
            own += "_"
        used.add(own)
        found[name] = own
    return found
