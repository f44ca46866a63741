r"""What each LaTeX command is, as tables: to teach the reader a command, add a row here.

Commands become the tokens that the reader knows, in these groups: names, functions, signs,
relations, brackets, fonts and accents.  Whatever is in no table is an unknown command.
"""

from __future__ import annotations

from types import MappingProxyType

from gradproof.notation.vocabulary import ALIASES, FUNCTIONS

GREEK = frozenset({
    "alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta",
    "vartheta", "iota", "kappa", "varkappa", "lambda", "mu", "nu", "xi", "omicron", "pi",
    "varpi", "rho", "varrho", "sigma", "varsigma", "tau", "upsilon", "phi", "varphi", "chi",
    "psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon",
    "Phi", "Psi", "Omega", "ell", "hbar", "imath", "jmath",
})  # fmt: skip

# What a word means as a function, written as a command, upright, or letter by letter.
WORDS = MappingProxyType(
    {name: name for name in FUNCTIONS if name not in ("array", "eye", "vector", "matrix")}
    | dict(ALIASES)
    | {
        "ln": "log",
        "Tr": "tr",
        "Trace": "tr",
        "Det": "det",
        "Diag": "diag",
        "Vec": "vec",
        "ReLU": "relu",
        "Relu": "relu",
        "sgn": "sign",
        "logistic": "sigmoid",
        "Softmax": "softmax",
        "LSE": "logsumexp",
        "lse": "logsumexp",
        "logSumExp": "logsumexp",
        "adjugate": "adj",
        "Toeplitz": "toeplitz",
        "toeplitz": "toeplitz",
        "max": "max",
        "min": "min",
        "rowsum": "rowsum",
        "dvec": "diag",
    }
)  # fmt: skip
UPRIGHT_ONLY = frozenset({"sigma", "eye", "vector", "matrix", "array"})

SIGNS = MappingProxyType(
    {
        "cdot": "*",
        "times": "*",
        "ast": "star",
        "bullet": "bullet",
        "odot": ".*",
        "circ": ".*",
        "oslash": "./",
        "div": "/",
        "otimes": "⊗",
        "top": "top",
        "intercal": "top",
        "dagger": "dagger",
        "star": "star",
        "prime": "prime",
        "infty": "infty",
        "mid": "vert",
        "vert": "vert",
        "lvert": "lvert",
        "rvert": "rvert",
        "|": "Vert",
        "Vert": "Vert",
        "lVert": "lVert",
        "rVert": "rVert",
        "langle": "langle",
        "rangle": "rangle",
        "lbrace": "lbrace",
        "rbrace": "rbrace",
        "{": "lbrace",
        "}": "rbrace",
        "lbrack": "[",
        "rbrack": "]",
        "lparen": "(",
        "rparen": ")",
        "sum": "sum",
        "prod": "prod",
        "partial": "partial",
        "nabla": "nabla",
        "colon": "colon",
        **dict.fromkeys(("dots", "ldots", "cdots", "vdots", "ddots", "dotsc", "dotsb"), "dots"),
        **dict.fromkeys(("because", "therefore"), "text"),
    }
)

RELATIONS = MappingProxyType(
    {
        "=": "=",
        "<": "<",
        ">": ">",
        "equiv": "=",
        "triangleq": ":=",
        "coloneqq": ":=",
        "coloneq": ":=",
        "doteq": ":=",
        "approx": "≈",
        "simeq": "≈",
        "sim": "∼",
        "propto": "∝",
        "neq": "≠",
        "ne": "≠",
        "lt": "<",
        "gt": ">",
        **dict.fromkeys(("le", "leq", "leqslant"), "≤"),
        **dict.fromkeys(("ge", "geq", "geqslant"), "≥"),
        **dict.fromkeys(("ll",), "≪"),
        **dict.fromkeys(("gg",), "≫"),
        **dict.fromkeys(("succ", "succeq", "prec", "preceq"), "≻"),
        "in": "∈",
        "ni": "∋",
        "notin": "∉",
        "subset": "⊂",
        "subseteq": "⊂",
        **dict.fromkeys(("implies", "Rightarrow", "Longrightarrow", "Downarrow"), "⇒"),
        **dict.fromkeys(("iff", "Leftrightarrow", "Longleftrightarrow"), "⇔"),
        **dict.fromkeys(("to", "rightarrow", "longrightarrow", "mapsto", "gets"), "→"),
        **dict.fromkeys(("leftarrow", "downarrow"), "→"),
    }
)

UNICODE = MappingProxyType(
    {
        **dict.fromkeys("−–‐", ("symbol", "-")),
        **dict.fromkeys("·⋅×∗", ("command", "cdot")),
        "⊙": ("command", "odot"),
        "∘": ("command", "circ"),
        "⊘": ("command", "oslash"),
        "⊗": ("command", "otimes"),
        "÷": ("symbol", "/"),
        "∂": ("command", "partial"),
        "∇": ("command", "nabla"),
        "∑": ("command", "sum"),
        "Σ": ("command", "Sigma"),
        "‖": ("command", "|"),
        "⟨": ("command", "langle"),
        "⟩": ("command", "rangle"),
        **dict.fromkeys("′’", ("symbol", "'")),
        "⊤": ("command", "top"),
        "≈": ("command", "approx"),
        "≡": ("command", "equiv"),
        "≤": ("command", "le"),
        "≥": ("command", "ge"),
        "≠": ("command", "ne"),
        "∈": ("command", "in"),
        "⇒": ("command", "implies"),
        "→": ("command", "to"),
        "√": ("command", "sqrt"),
        "…": ("command", "dots"),
        "ℓ": ("command", "ell"),
        "∞": ("command", "infty"),
        "∵": ("command", "because"),
        "∴": ("command", "therefore"),
    }
)

# Dropped: spacing, sizes, numbering.
SILENT = frozenset({
    *",;:! >/",
    "quad", "qquad", "enspace", "thinspace", "medspace", "thickspace", "negthinspace",
    "displaystyle", "textstyle", "scriptstyle", "limits", "nolimits", "nonumber", "notag",
    "allowbreak", "hfill", "hline", "noindent", "centering", "rm", "bf", "it", "sf", "cal",
    "boldmath", "strut", "mathstrut", "null", "relax", "noalign", "par", "newline",
    "mathop", "mathrel", "mathbin", "mathord", "mathopen", "mathclose", "mathpunct", "mathinner",
})  # fmt: skip
SILENT_WITH_ARGUMENT = frozenset({
    "label", "tag", "tag*", "phantom", "hphantom", "vphantom", "hspace", "hspace*",
    "vspace", "vspace*", "color", "mspace", "ref", "eqref", "cite", "footnote", "intertext",
    "shortintertext",
})  # fmt: skip
SIDES = MappingProxyType(
    {
        **dict.fromkeys(("left", "bigl", "Bigl", "biggl", "Biggl"), "l"),
        **dict.fromkeys(("right", "bigr", "Bigr", "biggr", "Biggr"), "r"),
        **dict.fromkeys(("big", "Big", "bigg", "Bigg", "middle", "bigm", "Bigm"), ""),
    }
)
BOLD = frozenset({"mathbf", "boldsymbol", "bm", "pmb", "mathbb", "mathbbm", "mathds", "bold"})
FONTS = BOLD | {"mathcal", "mathscr", "mathfrak", "vec", "underline", "boxed", "mathstrut", "smash"}
FONTS |= {"ensuremath", "cancel", "mathnormal", "hbox", "overrightarrow"}
UPRIGHT = frozenset({
    "mathrm", "operatorname", "operatorname*", "text", "textrm", "textit", "textbf",
    "textnormal", "mathit", "mathsf", "mathtt", "textsf", "texttt", "mbox", "emph",
})  # fmt: skip
SPOKEN = frozenset({"text", "textrm", "textit", "textbf", "textnormal", "mbox", "emph", "textsf"})
ACCENTS = MappingProxyType(
    {
        "bar": "bar",
        "overline": "bar",
        "tilde": "tilde",
        "widetilde": "tilde",
        "hat": "hat",
        "widehat": "hat",
        "dot": "dot",
        "ddot": "ddot",
        "check": "check",
        "breve": "breve",
        "acute": "acute",
        "grave": "grave",
        "mathring": "ring",
    }
)
LABELLED = frozenset({"underbrace", "overbrace"})
STACKED = frozenset({"overset", "stackrel", "underset"})
FRACTIONS = frozenset({"frac", "dfrac", "tfrac", "cfrac"})
MATRICES = frozenset(f"{kind}matrix{star}" for kind in ("", *"pbB", "small") for star in ("", "*"))
MATRICES |= {"array"}
DETERMINANTS = frozenset({"vmatrix", "vmatrix*", "Vmatrix", "Vmatrix*"})
LAYOUTS = frozenset(
    f"{kind}{star}"
    for kind in ("align", "aligned", "alignat", "alignedat", "eqnarray", "equation", "gather")
    for star in ("", "*")
) | {"gathered", "split", "multline", "multline*", "displaymath", "math", "flalign", "flalign*"}
CONNECTIVES = frozenset({
    "where", "if", "and", "for", "or", "with", "so", "then", "since", "because", "when",
    "otherwise", "else", "thus", "hence", "as", "by", "is", "let", "we", "have", "that",
    "such", "from",
})  # fmt: skip
_WHICH_PRODUCT = r"Write \cdot for a product, \odot for one entry by entry."
REFUSED = MappingProxyType(
    {
        "int": "An integral is not read; write the value it has.",
        "iint": "An integral is not read; write the value it has.",
        "oint": "An integral is not read; write the value it has.",
        "lim": "A limit is not read; write the value it has.",
        "inf": "An infimum is not read; write the value it has.",
        "sup": "A supremum is not read; write the value it has.",
        "arg": "The place of a maximum is not read.",
        "argmax": "The place of a maximum is not read.",
        "argmin": "The place of a minimum is not read.",
        "ast": _WHICH_PRODUCT,
        "star": _WHICH_PRODUCT,
        "pm": "Write the two cases apart.",
        "mp": "Write the two cases apart.",
        "oplus": "A direct sum is not read.",
        "wedge": "A wedge product is not read.",
        "bigcup": "Sets are not read.",
        "bigotimes": "A product over an index is not read.",
        "bigodot": "A product over an index is not read.",
        "binom": "A binomial coefficient is not read.",
        "lfloor": "Rounding has no derivative.",
        "lceil": "Rounding has no derivative.",
        "forall": "Quantifiers are not read.",
        "exists": "Quantifiers are not read.",
        "square": "This sign is not read.",
        "Pr": "Probabilities are not read.",
        "gcd": "This function is not read.",
        "dim": "This function is not read.",
        "ker": "This function is not read.",
    }
)
