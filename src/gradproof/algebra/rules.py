"""The theorems about functions of one number, as tables of equations.

To add one, add a `Rule` to the table of its left side: FUNCTION_RULES where that is f(…),
PRODUCT_RULES where it is a product of factors, SUM_RULES where it is a sum.  A rule must
make the expression smaller (fewer functions and operations), which is why rewriting ends.  The
tests evaluate both sides of every rule.
"""

from __future__ import annotations

from gradproof.algebra.rule import Rule, wild
from gradproof.core.apply import apply, hadamard, shifted
from gradproof.core.node import Node, Operation, number
from gradproof.core.rational import Rational
from gradproof.core.sum import add
from gradproof.ops.elementwise import (
    abs_,
    cos,
    cosh,
    exp,
    log,
    negative,
    relu,
    sigmoid,
    sign,
    sin,
    sinh,
    softplus,
    tan,
    tanh,
)

x = wild("x")
y = wild("y")


def _f(op: Operation, argument: Node) -> Node:
    return apply(op, (argument,))


def _power(node: Node, exponent: Rational) -> Node:
    return hadamard(1, (node, exponent))


def _times(*factors: Node) -> Node:
    return hadamard(1, *[(factor, 1) for factor in factors])


ONE_PLUS_EXP = shifted(1, (1, _f(exp, x)))
ONE_PLUS_SIGN = shifted(1, (1, _f(sign, x)))

FUNCTION_RULES = (
    Rule("log of exp", _f(log, _f(exp, x)), x),
    Rule("exp of log", _f(exp, _f(log, x)), x, "x > 0"),
    Rule("log of sigmoid", _f(log, _f(sigmoid, x)), negative(_f(softplus, negative(x)))),
    Rule("softplus", _f(log, ONE_PLUS_EXP), _f(softplus, x)),
    Rule(
        "log of two exps",
        _f(log, add([(1, _f(exp, x)), (1, _f(exp, y))], ())),
        add([(1, x), (1, _f(softplus, add([(1, y), (-1, x)], ())))], ()),
    ),
    Rule("sign of exp", _f(sign, _f(exp, x)), number(1)),
    Rule("abs of exp", _f(abs_, _f(exp, x)), _f(exp, x)),
    Rule("abs of abs", _f(abs_, _f(abs_, x)), _f(abs_, x)),
    Rule("sign of sign", _f(sign, _f(sign, x)), _f(sign, x)),
    Rule("relu of relu", _f(relu, _f(relu, x)), _f(relu, x)),
)

PRODUCT_RULES = (
    Rule("logistic function", _times(_f(exp, x), _power(ONE_PLUS_EXP, -1)), _f(sigmoid, x)),
    Rule("logistic function", _times(_f(exp, x), _f(sigmoid, negative(x))), _f(sigmoid, x)),
    Rule("tanh", _times(_f(sinh, x), _power(_f(cosh, x), -1)), _f(tanh, x)),
    Rule("tan", _times(_f(sin, x), _power(_f(cos, x), -1)), _f(tan, x)),
    Rule("modulus", _times(_f(sign, x), _f(abs_, x)), x),
    Rule("modulus", _times(x, _f(sign, x)), _f(abs_, x)),
    Rule("square of a sign", _power(_f(sign, x), 2), number(1), "x ≠ 0"),
    Rule("square of a modulus", _power(_f(abs_, x), 2), _power(x, 2)),
    Rule("relu", _times(_f(relu, x), ONE_PLUS_SIGN), hadamard(2, (_f(relu, x), 1))),
    Rule("step", _power(ONE_PLUS_SIGN, 2), hadamard(2, (ONE_PLUS_SIGN, 1)), "x ≠ 0"),
)

# Tried after the products above, for it takes their second factor away.
RECIPROCAL_RULES = (Rule("logistic function", _power(ONE_PLUS_EXP, -1), _f(sigmoid, negative(x))),)

SUM_RULES = (
    Rule("complement", shifted(1, (-1, _f(sigmoid, x))), _f(sigmoid, negative(x))),
    Rule(
        "softplus difference",
        add([(1, _f(softplus, x)), (-1, _f(softplus, negative(x)))], ()),
        x,
    ),
    Rule(
        "Pythagoras", add([(1, _power(_f(sin, x), 2)), (1, _power(_f(cos, x), 2))], ()), number(1)
    ),
    Rule(
        "hyperbolic Pythagoras",
        add([(1, _power(_f(cosh, x), 2)), (-1, _power(_f(sinh, x), 2))], ()),
        number(1),
    ),
)

ODD = frozenset({"sin", "tan", "arcsin", "arctan", "sinh", "tanh", "sign"})
EVEN = frozenset({"cos", "cosh", "abs"})
