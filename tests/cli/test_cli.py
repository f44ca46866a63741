"""The verbs: what they print, their JSON and their exit codes."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

import gradproof as gp
from gradproof.cli.commands import cli
from tests.cli.command import Answer, runner

LOSS = "norm2(X*w - y)^2/N"
SIZES = "X: matrix(N,d)"

# Expressions with what to ask of them: a matrix formula, a linear map, components, facts, indices,
# conditions, higher and mixed derivatives.
REQUESTS = [
    (LOSS, "--wrt", "w", "-d", SIZES),
    (LOSS, "--wrt", "w", "--order", "2", "-d", SIZES),
    ("x'*A*y", "--wrt", "x,y"),
    ("tanh(W*x)", "--wrt", "W"),
    ("inv(X)", "--wrt", "X"),
    ("array(i, j, k, X[i,j]*y[k]*y[j])", "--wrt", "y"),
    ("-logdet(S) - tr(inv(S)*A)", "--wrt", "S", "-d", "S: posdef(n)"),
    ("-log(sigmoid(U[c]'*v))", "--wrt", "U", "-d", "c: index(V); U: matrix(V,d)"),
    ("norm2(x)", "-d", "x: vector(n)"),
    ("norm2(x)^4", "--order", "3"),
    ("2*t^3", "-d", "t: scalar"),
]

# Each holds a letter of a short option, -d, -h or -o, behind the minus.
LED_BY_A_MINUS = [
    "-x'*y",
    "-x",
    "-logdet(X)",
    "-tanh(x)'*h",
    "-x'*diag(y)*d",
    "-sum(log(sigmoid(X*x)))",
    "-1/2*norm2(x)^2",
    "-(x - y)'*(x - y)",
    "--x'*y",
    "-o'*x",
]


@pytest.fixture
def run(monkeypatch, capsys):
    return runner(monkeypatch, capsys)


def declarations(request: tuple[str, ...]) -> dict[str, str]:
    stated = request[request.index("-d") + 1].split(";") if "-d" in request else []
    return {name.strip(): kind for name, _, kind in (text.partition(":") for text in stated)}


def data_of(answer: Answer) -> dict:
    """The JSON object that is all of standard output."""
    assert answer.err == ""
    assert answer.out.endswith("}\n")
    assert answer.out.count("\n") == 1
    data = json.loads(answer.out)
    assert data["schema"] == 1
    return data


def test_a_derivation_on_one_screen(run):
    answer = run("derive", LOSS, "--wrt", "w", "--declare", SIZES)
    assert answer.code == 0
    assert answer.err == ""
    lines = answer.out.splitlines()
    assert lines[0] == "f = ‖Xw − y‖²/N"
    assert {"    X: matrix N×d", "    w: vector d", "    y: vector N"} <= set(lines)
    assert "∇f = 2/N Xᵀ(Xw − y)" in lines
    assert "    text: 2/N*X'*(X*w - y)" in lines
    assert lines[-2].startswith("agrees at 5 random points, largest relative error ")
    assert lines[-1] == "every step holds at random points"
    assert "df    = 2/N ⟨Xw − y, d(Xw − y)⟩   differential of a squared norm" in lines


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda request: request[0])
def test_quiet_prints_the_formula_alone(run, request_):
    answer = run("derive", *request_, "--quiet")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == f"{data_of(run('derive', *request_, '--json'))['result']['text']}\n"


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda request: request[0])
def test_derive_as_json(run, request_):
    data = data_of(run("derive", *request_, "--json"))
    assert set(data) == {
        *("schema", "expression", "wrt", "order", "variables", "result", "conditions", "notes"),
        *("style", "steps", "verification", "code"),
    }
    assert set(data["expression"]) == {"text", "latex"}
    assert set(data["wrt"].split(",")) <= set(data["variables"])
    assert {"text", "latex", "unicode", "shape", "form"} <= set(data["result"])
    assert data["result"]["form"] in {"matrix", "linear map", "index"}
    assert ("direction" in data["result"]) == (data["result"]["form"] == "linear map")
    assert data["verification"]["kind"] == "agrees"
    assert data["verification"]["points"] == 5
    assert 0 <= data["verification"]["max_relative_error"] < 1e-3
    assert all(isinstance(line, str) for line in data["conditions"] + data["notes"])
    assert data["steps"]
    assert all(step["rule"] and step["latex"] for step in data["steps"])
    assert all(step["verification"] in ("proved", "agrees") for step in data["steps"])
    assert data["steps"][-1]["after"]["text"] == data["result"]["text"]


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda request: request[0])
def test_json_tells_the_kind_and_shape_of_every_variable(run, request_):
    data = data_of(run("derive", *request_, "--json"))
    assert set(gp.parse(request_[0], declare=declarations(request_)).variables) == set(
        data["variables"]
    )
    for known in data["variables"].values():
        axes = {"scalar": 0, "vector": 1, "matrix": 2, "index": 0}[known["kind"]]
        assert len(known["shape"]) == axes
        assert known["facts"] == sorted(known["facts"])
        assert ("bound" in known) == (known["kind"] == "index")


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda request: request[0])
def test_the_printed_formula_can_be_read_back(run, request_):
    data = data_of(run("derive", *request_, "--json"))
    known = {name: _declaration(variable) for name, variable in data["variables"].items()}
    moved = data["result"].get("direction")
    if moved:
        known[moved] = known[data["wrt"].split(",")[-1]].split(" ")[0]
    again = gp.parse(data["result"]["text"], declare=known)
    assert again.text == data["result"]["text"]


def _declaration(variable: dict) -> str:
    if variable["kind"] == "index":
        return f"index({variable['bound']})"
    sizes = f"({','.join(variable['shape'])})" if variable["shape"] else ""
    return " ".join([variable["kind"] + sizes, *variable["facts"]])


def test_the_code_in_the_json_is_what_code_prints(run):
    request = (LOSS, "--wrt", "w", "-d", SIZES)
    code = data_of(run("derive", *request, "--json"))["code"]["numpy"]
    assert code == run("code", *request).out
    assert code == data_of(run("code", *request, "--json"))["source"]


def test_derive_with_code(run):
    answer = run("derive", LOSS, "--wrt", "w", "-d", SIZES, "--code")
    formula, _, program = answer.out.partition('\n\n"""')
    assert f"{formula}\n" == run("derive", LOSS, "--wrt", "w", "-d", SIZES).out
    assert f'"""{program}' == run("code", LOSS, "--wrt", "w", "-d", SIZES).out


def test_kronecker_adds_a_line_to_a_linear_map(run):
    plain = run("derive", "A*X*B", "--wrt", "X").out.splitlines()
    more = run("derive", "A*X*B", "--wrt", "X", "--kronecker").out.splitlines()
    added = [line for line in more if line not in plain]
    assert added == ["    ∂vec f/∂vec X′ = Bᵀ ⊗ A"]


def test_code_runs_and_is_right(run):
    answer = run("code", LOSS, "--wrt", "w", "-d", SIZES, "--outputs", "value,gradient,hessian")
    assert (answer.code, answer.err) == (0, "")
    scope: dict = {}
    exec(answer.out, scope)
    rng = np.random.default_rng(0)
    X, w, y = rng.normal(size=(5, 3)), rng.normal(size=3), rng.normal(size=5)
    value, gradient, hessian = scope["loss"](X, w, y)
    assert value == pytest.approx(np.sum((X @ w - y) ** 2) / 5)
    np.testing.assert_allclose(gradient, 2 / 5 * X.T @ (X @ w - y))
    np.testing.assert_allclose(hessian, 2 / 5 * X.T @ X)


def test_code_by_two_variables_under_a_name_in_a_file(run, tmp_path):
    path = tmp_path / "step.py"
    request = ("code", LOSS, "--wrt", "w, y", "-d", SIZES, "--name", "step")
    answer = run(*request, "--output", str(path))
    assert answer == Answer(0, "", "")
    source = path.read_text("utf-8")
    assert source == run(*request).out
    scope: dict = {}
    exec(source, scope)
    value, by_w, by_y = scope["step"](np.eye(3, 2), np.ones(2), np.zeros(3))
    assert (value, by_w.shape, by_y.shape) == (pytest.approx(2 / 3), (2,), (3,))


@pytest.mark.parametrize(
    ("left", "right", "kind", "code"),
    [
        ("tr(A*B)", "tr(B*A)", "proved", 0),
        ("norm2(kron(x, y))", "norm2(x)*norm2(y)", None, 0),
        ("A*B", "B*A", "refuted", 1),
        ("norm2(x)", "norm1(x)", "refuted", 1),
        ("x*y'", "x", "refuted", 1),
        ("log(-norm2(x)^2)", "1 + log(-norm2(x)^2)", "not understood", 3),
    ],
)
def test_equal(run, left, right, kind, code):
    answer = run("equal", left, right)
    assert (answer.code, answer.err) == (code, "")
    assert answer.out.startswith(kind or ("proved", "agrees"))
    data = data_of(run("equal", left, right, "--json"))
    assert (data["left"], data["right"]) == (left, right)
    assert answer.out.startswith(data["verification"]["kind"])


def test_a_refutation_shows_where(run):
    counterexample = data_of(run("equal", "norm2(x)", "norm1(x)", "--json"))["verification"][
        "counterexample"
    ]
    x = np.array(counterexample["x"])
    assert counterexample["left"] == pytest.approx(np.sqrt(x @ x))
    assert counterexample["right"] == pytest.approx(np.abs(x).sum())


def test_a_derivative_that_exists_nowhere_is_undecided(run):
    answer = run("derive", "log(-norm2(x)^2)")
    assert answer.code == 3
    assert "not understood" in answer.out
    assert answer.err == ""


@pytest.mark.parametrize("text", LED_BY_A_MINUS)
def test_a_leading_minus_is_no_option(run, text):
    wrt = "X" if "X)" in text and "x" not in text else "x"
    derived = run("derive", text, "--wrt", wrt, "--quiet")
    assert derived == Answer(0, f"{gp.derive(text, wrt).text}\n", "")
    assert run("derive", "--quiet", "--wrt", wrt, "--", text) == derived
    assert run("derive", "-", "--wrt", wrt, "--quiet", stdin=text) == derived
    assert run("code", text, "--wrt", wrt).out == gp.compile(text, wrt).source
    assert run("equal", text, f"0 + ({text})").code == 0


def test_a_leading_minus_writes_no_file(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "def loss" in run("code", "-log(t)", "--wrt", "t").out
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("stdin", [LOSS, f"  {LOSS}\n", LOSS.replace(" - ", "\n  - ")])
def test_a_dash_is_standard_input(run, stdin):
    request = ("--wrt", "w", "-d", SIZES)
    for verb in ("derive", "code"):
        assert run(verb, "-", *request, stdin=stdin) == run(verb, LOSS, *request)


def test_declarations_may_share_an_option(run):
    request = ("derive", LOSS, "--wrt", "w")
    apart = run(*request, "-d", SIZES, "--declare", "w: positive(d)")
    assert run(*request, "-d", f"{SIZES}; w: positive(d);") == apart
    assert "    w: vector d, positive" in apart.out


def test_a_seed_gives_the_same_points_again(run):
    def error(seed: str) -> float:
        request = (LOSS, "--wrt", "w", "-d", SIZES, "--seed", seed)
        return data_of(run("derive", *request, "--json"))["verification"]["max_relative_error"]

    assert error("1") == error("1")
    assert len({error(str(seed)) for seed in range(5)}) > 1


@pytest.mark.parametrize("verb", sorted(cli.commands))
def test_help_names_every_option(run, verb):
    answer = run(verb, "--help")
    assert (answer.code, answer.err) == (0, "")
    for parameter in cli.commands[verb].params:
        assert parameter.opts[-1].lower() in answer.out.lower()
    assert run(verb, "-h") == answer


def test_without_arguments_there_is_help(run):
    answer = run()
    assert answer == run("--help")
    assert all(verb in answer.out for verb in ("derive", "code", "equal"))


def test_the_version_is_that_of_the_package(run):
    assert re.fullmatch(r"gradproof, version \d+\.\d+\.\d+\n", run("--version").out)


def test_the_help_of_code_names_every_backend_and_output(run):
    from gradproof.program.compiling import OUTPUTS
    from gradproof.program.targets import backends

    words = set(re.findall(r"\w+", run("code", "--help").out))
    assert {*backends(), *OUTPUTS} <= words


def test_code_for_another_backend(run):
    answer = run("code", LOSS, "--wrt", "w", "-d", SIZES, "--backend", "jax")
    assert "import jax.numpy as jnp" in answer.out or "in JAX" in answer.out
    assert (
        data_of(run("code", LOSS, "--wrt", "w", "--backend", "jax", "--json"))["backend"] == "jax"
    )


def test_code_explains_what_it_costs(run):
    request = ("code", LOSS, "--wrt", "w", "-d", SIZES, "--explain", "N=1000, d=100")
    answer = run(*request)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("loss for numpy at N = 1000, d = 100\n")
    data = data_of(run(*request, "--json"))
    assert data["explanation"]["sizes"] == {"N": 1000, "d": 100}
    assert data["explanation"]["operations"] == sum(
        line["operations"] for line in data["explanation"]["lines"]
    )
