"""Every theorem by numbers: the rules, both sides of which are expressions, and the procedures.

A new procedure needs an example in EXAMPLES, a text on which it fires; without one the tests fail.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import numpy as np
import pytest

from gradproof.algebra import contractions, functions, rules
from gradproof.algebra.rule import Rule, instantiate
from gradproof.algebra.simplify import simplify, vanishes
from gradproof.core.dimension import dimension
from gradproof.core.node import Apply, Contraction, Node, Symbol, symbol
from gradproof.core.sum import add
from gradproof.core.traverse import children, ordered, rebuild, symbols
from gradproof.notation.conditioning import Singular
from gradproof.notation.declare import declare as read_declaration
from gradproof.notation.infer import infer
from gradproof.notation.lower import lower
from gradproof.notation.parser import parse_text
from gradproof.ops import OPERATIONS
from tests.support.claims import close, points
from tests.support.random_expressions import declared, expression
from tests.support.tensors import lengths, worth

RULES = [
    (table, rule)
    for table, value in sorted(vars(rules).items())
    if isinstance(value, tuple)
    for rule in value
    if isinstance(rule, Rule)
]
every_rule = pytest.mark.parametrize(
    "rule", [rule for _, rule in RULES], ids=[f"{table}-{rule.name}" for table, rule in RULES]
)
# Values for the wildcard, by the condition of the rule.
ADMISSIBLE = {
    "": lambda rng, shape: rng.uniform(-1.4, 1.4, shape),
    "x > 0": lambda rng, shape: rng.uniform(0.2, 3, shape),
    "x ≠ 0": lambda rng, shape: rng.choice([-1.0, 1.0], shape) * rng.uniform(0.2, 3, shape),
}
AXES = (dimension("m"), dimension("n"), dimension("p"))
SIZES = {"m": 3, "n": 4, "p": 2}


def test_there_are_rules_of_every_table():
    assert {table for table, _ in RULES} >= {"FUNCTION_RULES", "PRODUCT_RULES", "SUM_RULES"}


def wildcards(rule: Rule) -> list[Symbol]:
    return sorted(symbols(rule.left) | symbols(rule.right), key=lambda wild: wild.name)


@every_rule
def test_both_sides_of_a_rule_are_equal(rule):
    rng = np.random.default_rng(3)
    for _ in range(50):
        values = {wild.name: ADMISSIBLE[rule.condition](rng, ()) for wild in wildcards(rule)}
        assert close(worth(rule.left, values, {}), worth(rule.right, values, {}), 1e-12)


@every_rule
@pytest.mark.parametrize("rank", range(4))
@pytest.mark.parametrize("names", ["xy", "yx", "UV", "VW", "XY", "YZ", "ZU"])
def test_a_rule_holds_for_tensors_and_is_applied(rule, rank, names):
    """Whatever the tensors are called: the orientation in which f(X′) is kept depends on names."""
    axes = AXES[:rank]
    wild = wildcards(rule)
    binding: dict[Symbol, Node] = {
        one: symbol(name, axes) for one, name in zip(wild, names, strict=False)
    }
    assert len(binding) == len(wild)
    left = instantiate(rule.left, binding, axes)
    simplified = simplify(left)
    assert simplified is not left
    assert vanishes(add([(1, left), (-1, instantiate(rule.right, binding, axes))], axes))
    rng = np.random.default_rng(4)
    values = {name: ADMISSIBLE[rule.condition](rng, lengths(axes, SIZES)) for name in names}
    assert close(worth(left, values, SIZES), worth(simplified, values, SIZES), 1e-12)


@every_rule
def test_a_rule_makes_the_expression_smaller(rule):
    def functions_in(node: Node) -> int:
        return sum(isinstance(part, Apply) for part in ordered(node))

    def operations_in(node: Node) -> int:
        return sum(
            len(getattr(part, "terms", getattr(part, "factors", ()))) for part in ordered(node)
        )

    left, right = rule.left, rule.right
    assert (functions_in(right), operations_in(right)) <= (functions_in(left), operations_in(left))


# ---------------------------------------------------------------------------- the procedures
DECLARED = {
    "a": "scalar",
    "s": "positive scalar",
    "t": "scalar",
    "x": "vector(n)",
    "y": "vector(m)",
    "v": "positive vector(n)",
    "p": "simplex(n)",
    "u": "unit vector(n)",
    "o": "onehot(n)",
    "b": "binary vector(n)",
    "l": "pm1 vector(n)",
    "c": "index(n)",
    "w": "index(k,n)",
    "X": "matrix(n,n)",
    "Y": "matrix(n,n)",
    "A": "matrix(m,n)",
    "B": "matrix(n,m)",
    "R": "positive matrix(m,n)",
    "T": "simplex_rows matrix(m,n)",
    "H": "onehot_rows matrix(m,n)",
    "S": "symmetric(n)",
    "P": "posdef(n)",
    "Q": "orthogonal(n)",
}
# Texts on which a procedure fires; with {f}, for every function that has this procedure.
EXAMPLES: dict[str, tuple[str, ...]] = {
    "sums_to_one": ("sum(p)", "T*ones(n)", "sum(softmax(x))*a", "rowsoftmax(A)*ones(n)", "sum(o)",
                    "y'*H*ones(n)"),
    "idempotent": ("b.^2", "x.*b.^3", "l.^2", "l.^3", "l.^(-1)"),
    "unit_length": ("u'*u", "A*(u'*u)*x", "norm2(u)^2"),
    "orthogonal": ("Q'*Q", "A*Q*Q'*x", "norm2(Q*x)^2", "norm2(Q)^2", "eigvecs(S)'*eigvecs(S)"),
    "cancelled_inverse": ("inv(X)*X", "X*inv(X)", "A*inv(P)*P*x", "tr(inv(X)*X*Y)", "inv(X)'*X'",
                          "inv(X + Y)*(X + Y)", "inv(A*B)*A*B*y"),
    "pseudoinverse_identities": ("pinv(A)*A*pinv(A)*y", "A*pinv(A)*A*x"),
    "power_of_same_base": ("s^a/s", "v.^s./v", "norm2(x)^s/norm2(x)"),
    "exponent_of_exp": ("exp(x).^2", "1./exp(x)", "sqrt(exp(A))"),
    "root_of_product": ("sqrt(v.*x)", "sqrt(x.^2)", "(v.*x.^2).^(3/2)", "sqrt(s*a)"),
    "softmax_quotient": ("exp(x)/sum(exp(x))", "exp(x)/sum(exp(x))^2"),
    "spectral_sum": (
        "eigvecs(S)*diag(eigvals(S))*eigvecs(S)'",
        "eigvecs(S)*diag(eigvals(S).^2)*eigvecs(S)'",
        "eigvecs(P)*diag(1./eigvals(P))*eigvecs(P)'",
        "eigvecs(P)*diag(sqrt(eigvals(P)))*eigvecs(P)'",
        "eigvecs(S)*diag(exp(eigvals(S)))*eigvecs(S)'",
    ),
    "trace_of_eigenvalues": ("sum(eigvals(S))", "sum(eigvals(S).^2)", "sum(1./eigvals(P))"),
    "inverse_of_multiple": ("inv(2*X)", "inv(-X)", "inv(2*X + 4*Y)"),
    "inverse_of_inverse": ("inv(inv(X))",),
    "inverse_of_orthogonal": ("inv(Q)",),
    "inverse_of_product": ("inv(X*Y)", "inv(s*X)", "inv(s*eye(n))", "inv(diag(v))", "inv(X*Y'*P)"),
    "inverse_of_identity": ("inv(eye(n))",),
    "pseudoinverse_of_multiple": ("pinv(2*A)", "pinv(s*A)", "pinv(s*eye(n))"),
    "reciprocal_determinant": ("det(inv(X))", "det(eye(n))"),
    "log_determinant": ("logdet(inv(X))", "logdet(2*X)", "logdet(-X)", "logdet(s*X)", "logdet(Q)",
                        "logdet(a*X)", "logdet(eye(n))", "logdet(diag(x))", "logdet(s*eye(n))"),
    "constant_power": ("v.^log(exp(2))",),
    "linear_multiple": ("toeplitz(2*x)", "toeplitz(-x)", "diagsums(3*X)", "toeplitz(2*x + 4*v)"),
    "frechet_of_commuting": (
        "frechet_expm(X, eye(n))", "frechet_expm(X, X)", "frechet_expm(X, 2*X)",
        "frechet_expm(X, a*Y)", "frechet_sinm(X, X)", "frechet_cosm(X, s*eye(n))",
        "frechet_sqrtm(P, eye(n))", "frechet_sqrtm(P, P)", "frechet_expm(a*X, X)",
    ),
    "log_of_determinant": ("log(det(P))", "log(abs(det(X)))"),
    "log_of_product": ("log(v.*p)", "log(s*v)", "log(R.^2)", "log(1./v)", "log(s*det(P))",
                       "log(v*s^2)", "log(v*p')"),
    "log_sum_exp": ("log(sum(exp(x)))", "log(2*sum(exp(x)))", "log(exp(A)*ones(n))",
                    "log(sum(exp(x))/3)"),
    "log_softmax": ("log(softmax(x))", "log(rowsoftmax(A))"),
    "log_of_selected_softmax": ("log(softmax(x)[c])", "log(softmax(x)[w])"),
    "exp_of_log_softmax": ("exp(x - logsumexp(x)*ones(n))",
                           "exp(A - rowlogsumexp(A)*ones(n)')"),
    "modulus_of_positive": ("abs(v)", "sign(v)", "abs(3*x)", "abs(-x)", "sign(2*x)", "sign(-3*x)",
                            "abs(exp(x))", "abs(p)", "sign(s)"),
    "parity": ("{f}(-x/2)", "{f}(-A/2)"),
    "value_at_constant": ("{f}(x - x)", "{f}(ones(n))", "{f}(a - a)"),
    "of_broadcast": ("{f}(s/2*ones(n))", "{f}(s/2*ones(m,n))"),
}  # fmt: skip

Procedure = Callable[..., Node | None]


def owners() -> dict[str, tuple[Procedure, list[str]]]:
    """Every procedure by name, with the functions whose tables it is in."""
    found: dict[str, tuple[Procedure, list[str]]] = {
        procedure.__name__: (procedure, []) for procedure in contractions.PROCEDURES
    }
    for op, procedures in functions.PROCEDURES.items():
        for procedure in procedures:
            found.setdefault(procedure.__name__, (procedure, []))[1].append(op.name)
    return found


PROCEDURES = owners()
every_procedure = pytest.mark.parametrize("name", PROCEDURES)


def test_no_example_is_of_a_procedure_that_does_not_exist():
    assert set(EXAMPLES) == set(PROCEDURES)


def node_of(text: str, known: dict[str, str]) -> Node:
    """The tensor of a text, before anything is simplified."""
    declarations = {name: read_declaration(name, words) for name, words in known.items()}
    inferred = infer(parse_text(text), declarations, text)
    return lower(inferred.tree, inferred.declarations)


def fires(procedure: Procedure, operations: list[str], root: Node) -> list[tuple[Node, Node]]:
    """The parts of a node, themselves of simple parts, on which a procedure fires."""
    simple = [rebuild(part, tuple(map(simplify, children(part)))) for part in ordered(root)]
    fitting = [
        part
        for part in simple
        if (isinstance(part, Apply) and part.op.name in operations)
        or (isinstance(part, Contraction) and part.factors and not operations)
    ]
    made = [(part, procedure(part)) for part in fitting]
    return [(part, result) for part, result in made if result is not None]


def agreements(one: Node, other: Node) -> int:
    """At how many points both nodes were found to have the same value."""
    assert one.axes == other.axes
    compared = 0
    for point in points(DECLARED, seed=2):
        try:
            before = worth(one, point.values, point.sizes)
            after = worth(other, point.values, point.sizes)
        except Singular:
            continue
        if np.isfinite(before).all() and np.abs(before).max(initial=0) < 1e6:
            assert close(before, after, 1e-8)
            compared += 1
    return compared


def texts_of(name: str, example: str) -> list[str]:
    """The example for every function that has the procedure."""
    if "{" not in example:
        return [example]
    return [example.format(f=function) for function in PROCEDURES[name][1]]


@every_procedure
def test_a_procedure_fires_and_keeps_the_value(name):
    procedure, operations = PROCEDURES[name]
    for example in EXAMPLES[name]:
        compared = [
            agreements(before, after)
            for text in texts_of(name, example)
            for before, after in fires(procedure, operations, node_of(text, DECLARED))
        ]
        assert sum(compared), f"{name} does nothing on {example}"


@every_procedure
def test_simplify_changes_an_example_and_keeps_its_value(name):
    for example in EXAMPLES[name]:
        for text in texts_of(name, example):
            root = node_of(text, DECLARED)
            simplified = simplify(root)
            assert simplified is not root or "{" in example, text
            agreements(root, simplified)


@pytest.mark.parametrize("op", [op for op in functions.PROCEDURES if op.elementwise], ids=str)
def test_odd_and_even_functions_are_known_as_such(op):
    """f(−u) = −f(u) and f(−u) = f(u) are used exactly where they hold."""
    turned = node_of(f"{op.name}(-x)", {"x": "scalar"})
    plain = node_of(f"{op.name}(x)", {"x": "scalar"})
    here, there = (worth(node, {"x": np.array(0.37)}, {}) for node in (plain, turned))
    simplified = simplify(turned)
    if close(there, -here, 1e-12):
        assert simplified is node_of(f"-{op.name}(x)", {"x": "scalar"})
    elif close(there, here, 1e-12):
        assert simplified is plain
    else:
        assert simplified is turned


# -------------------------------------------------------------------------------- normal form
def forget(node: Node) -> None:
    """Drop what simplify remembers, so that asking again is asking."""
    for part in ordered(node):
        part.memo.clear()


def assert_idempotent(root: Node) -> None:
    once = simplify(root)
    forget(once)
    assert simplify(once) is once


@every_procedure
def test_a_simplified_example_is_simple(name):
    for example in EXAMPLES[name]:
        for text in texts_of(name, example):
            assert_idempotent(node_of(text, DECLARED))


@pytest.mark.parametrize("seed", range(300))
def test_what_is_simplified_is_simple(seed):
    chance = Random(seed)
    text = str(expression(chance.choice, 3))
    assert_idempotent(node_of(text, declared(text)))


def test_every_op_with_procedures_is_of_the_vocabulary():
    assert {op.name for op in functions.PROCEDURES} <= set(OPERATIONS)
