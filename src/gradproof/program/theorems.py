"""Identities between a formula that overflows or cancels and one that does not: the table.

A theorem says that two formulas are equal, where, and what the second spares.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gradproof.program import exponential_rules as exponentials
from gradproof.program import structure_rules as rules
from gradproof.program import vector_rules as vectors
from gradproof.program.plan import Builder

Rule = Callable[[Builder, int], int | None]


@dataclass(frozen=True, slots=True)
class Theorem:
    """unstable = stable wherever `where` holds, or the unstable form has a value at all.

    A name stands for a number or an array of numbers.  why: what goes wrong in the unstable
    form.  rule: finds the unstable form where it is not one of numbers, entry by entry.
    """

    name: str
    unstable: str
    stable: str
    why: str
    where: str = "True"
    rule: Rule | None = None


THEOREMS = (
    Theorem("log of a sigmoid", "log(sigmoid(u))", "-softplus(-u)", "σ(u) is 0 from u = −745"),
    Theorem(
        "log of one minus a sigmoid", "log(1 - sigmoid(u))", "-softplus(u)", "σ(u) is 1 from u = 37"
    ),
    Theorem("complement of a sigmoid", "1 - sigmoid(u)", "sigmoid(-u)", "cancels for large u"),
    Theorem(
        "slope of a sigmoid",
        "sigmoid(u) - sigmoid(u)**2",
        "sigmoid(u)*sigmoid(-u)",
        "cancels for large u",
    ),
    Theorem(
        "difference of opposite sigmoids",
        "sigmoid(u) - sigmoid(-u)",
        "tanh(u/2)",
        "cancels near 0",
    ),
    Theorem(
        "square of the share of two exponentials",
        "exp(2*u)/(exp(u) + exp(v))**2",
        "sigmoid(u - v)**2",
        "both may overflow, or both be 0",
    ),
    Theorem(
        "sigmoid of a ratio",
        "exp(u)/(1 + exp(u))",
        "sigmoid(u)",
        "exp(u) overflows from u = 710",
    ),
    Theorem(
        "share of two exponentials",
        "exp(u)/(exp(u) + exp(v))",
        "sigmoid(u - v)",
        "both may overflow, or both be 0",
    ),
    Theorem("sigmoid", "1/(1 + exp(u))", "sigmoid(-u)", "exp(u) overflows from u = 710"),
    Theorem("softplus", "log(1 + exp(u))", "softplus(u)", "exp(u) overflows from u = 710"),
    Theorem(
        "softplus of a sum",
        "log(exp(u) + exp(v))",
        "u + softplus(v - u)",
        "both may overflow, or both be 0",
    ),
    Theorem(
        "log of a complementary exponential",
        "log(1 - exp(u))",
        "log1mexp(u)",
        "cancels near 0, and exp(u) is lost beside 1",
        "u < 0",
    ),
    Theorem(
        "log of an exponential less one",
        "log(exp(u) - 1)",
        "u + log1mexp(-u)",
        "cancels near 0 and overflows from u = 710",
        "u > 0",
    ),
    Theorem(
        "exponential over itself less one",
        "exp(u)/(exp(u) - 1)",
        "-1/expm1(-u)",
        "cancels near 0 and overflows from u = 710",
        "u != 0 and u > -700",
    ),
    Theorem(
        "complement of an exponential over itself less one",
        "1 - exp(u)/(exp(u) - 1)",
        "-1/expm1(u)",
        "cancels for large u",
        "0 < abs(u) < 700",
    ),
    Theorem("exponential less one", "exp(u) - 1", "expm1(u)", "cancels near 0"),
    Theorem("log of an exponential", "log(exp(u))", "u", "exp(u) overflows from u = 710"),
    Theorem("log of a cosh", "log(cosh(u))", "logcosh(u)", "cosh(u) overflows from |u| = 711"),
    Theorem("cosh less one", "cosh(u) - 1", "2*sinh(u/2)**2", "cancels near 0"),
    Theorem("versine", "1 - cos(u)", "2*sin(u/2)**2", "cancels near 0"),
    Theorem("slope of tanh", "1 - tanh(u)**2", "sech_squared(u)", "tanh(u) is ±1 from |u| = 19"),
    Theorem(
        "tanh written out",
        "(exp(u) - exp(-u))/(exp(u) + exp(-u))",
        "tanh(u)",
        "cancels near 0 and overflows from |u| = 710",
    ),
    Theorem(
        "root near 1",
        "sqrt(1 + u) - 1",
        "u/(sqrt(1 + u) + 1)",
        "cancels near 0",
        "u > -1",
    ),
    Theorem("root of a square", "sqrt(u**2)", "abs(u)", "u² overflows from 1e154"),
    Theorem(
        "complementary share",
        "1 - u/(u + v)",
        "v/(u + v)",
        "cancels where u is by far the larger",
        "u + v != 0",
    ),
    Theorem("log of a root", "log(sqrt(u))", "log(u)/2", "saves the root", "u > 0"),
    Theorem(
        "log of a power",
        "log(u**n)",
        "n*log(u)",
        "the power overflows",
        "u > 0",
        rules.log_of_power,
    ),
    Theorem(
        "log of a determinant",
        "log(det(A))",
        "logdet(A)",
        "the determinant overflows",
        "det(A) > 0",
        rules.log_of_determinant,
    ),
    Theorem(
        "log of a determinant's size",
        "log(abs(det(A)))",
        "logdet(A)",
        "the determinant overflows",
        rule=rules.log_of_size_of_determinant,
    ),
    Theorem(
        "log softmax",
        "log(softmax(z))",
        "log_softmax(z)",
        "small shares are 0, and 0 has no log",
        rule=rules.log_of_softmax,
    ),
    Theorem(
        "average by exponentials",
        "matmul(a, exp(z))/sum(exp(z))",
        "matmul(a, softmax(z))",
        "exp(z) overflows, or all of it is 0",
    ),
    Theorem(
        "share beside 1",
        "exp(z)/(1 + sum(exp(z)))",
        "softmax(z)*sigmoid(logsumexp(z))",
        "exp(z) overflows",
    ),
    Theorem("share of 1", "1/(1 + sum(exp(z)))", "sigmoid(-logsumexp(z))", "exp(z) overflows"),
    Theorem(
        "log-sum-exp with 1",
        "log(1 + sum(exp(z)))",
        "softplus(logsumexp(z))",
        "exp(z) overflows",
    ),
    Theorem(
        "log-sum-exp",
        "log(sum(exp(z)))",
        "logsumexp(z)",
        "exp(z) overflows, or all of it is 0",
        rule=exponentials.log_of_sum,
    ),
    Theorem(
        "log-sum-exp with weights",
        "log(matmul(a, exp(z)))",
        "logsumexp(z + log(a))",
        "exp(z) overflows, or all of it is 0",
        "min(a) > 0",
        exponentials.log_of_sum,
    ),
    Theorem(
        "softmax with weights",
        "a*exp(z)/matmul(a, exp(z))",
        "softmax(z + log(a))",
        "exp(z) overflows, or all of it is 0",
        "min(a) > 0",
        exponentials.share_of_exponentials,
    ),
    Theorem(
        "exponential by a weighted sum",
        "exp(z)/matmul(a, exp(z))",
        "softmax(z + log(a))/a",
        "exp(z) overflows, or all of it is 0",
        "min(a) > 0",
        exponentials.share_of_exponentials,
    ),
    Theorem(
        "softmax in a product",
        "u*exp(z)/sum(exp(z))",
        "u*softmax(z)",
        "exp(z) overflows, or all of it is 0",
        rule=exponentials.share_within_a_product,
    ),
    Theorem(
        "softmax",
        "exp(z)/sum(exp(z))",
        "softmax(z)",
        "exp(z) overflows, or all of it is 0",
        rule=exponentials.share_of_exponentials,
    ),
    Theorem(
        "root of a sum of squares",
        "sqrt(sum(x**2))",
        "norm(x)",
        "the squares overflow from 1e154 and vanish below 1e-162",
        rule=vectors.root_of_squares,
    ),
    Theorem(
        "log of a sum of squares",
        "log(sum(x**2))",
        "2*log(norm(x))",
        "the squares overflow from 1e154 and vanish below 1e-162",
        rule=vectors.log_of_squares,
    ),
    Theorem(
        "vector by its sum of squares",
        "x/sum(x**2)",
        "x/norm(x)/norm(x)",
        "the squares overflow from 1e154 and vanish below 1e-162",
        rule=vectors.by_squares,
    ),
    Theorem(
        "cosine near 1",
        "1 - matmul(x, y)/(norm(x)*norm(y))",
        "matmul(x/norm(x) - y/norm(y), x/norm(x) - y/norm(y))/2",
        "cancels for small angles",
        rule=vectors.versine,
    ),
    Theorem(
        "log near 1", "log(1 + u)", "log1p(u)", "1 + u loses the digits of a small u", "u > -1"
    ),
    Theorem(
        "log below 1", "log(1 - u)", "log1p(-u)", "1 − u loses the digits of a small u", "u < 1"
    ),
)
