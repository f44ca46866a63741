"""Five losses in one minute: the gradient as a formula, the proof by numbers, the code."""

import sys

import gradproof as gp

LOSSES = (
    (
        "linear regression",
        "norm2(X*w - y)^2/N",
        "w",
        {"X": "matrix(N,d)", "w": "vector(d)", "y": "vector(N)"},
    ),
    (
        "squared cosine",
        "(t - x'*y/(norm2(x)*norm2(y)))^2",
        "x",
        {"t": "scalar", "x": "vector(n)", "y": "vector(n)"},
    ),
    (
        "one layer, softmax, cross-entropy",
        "-t'*log(softmax(W'*x))",
        "W",
        {"t": "onehot(k)", "W": "matrix(n,k)", "x": "vector(n)"},
    ),
    (
        "CBOW",
        "-t'*log(softmax(W_out'*W_in'*(x1 + x2)/2))",
        "W_in",
        {
            "t": "onehot(V)",
            "W_in": "matrix(V,D)",
            "W_out": "matrix(D,V)",
            "x1": "onehot(V)",
            "x2": "onehot(V)",
        },
    ),
    (
        "skip-gram with negative sampling",
        "-log(sigmoid(v'*W*u)) - sum(j, log(sigmoid(-V[j]'*W*u)))",
        "u",
        {"u": "vector(q)", "v": "vector(m)", "W": "matrix(m,q)", "V": "matrix(n,m)"},
    ),
)


def show(title, text, variable, shapes):
    """Print one loss with its gradient, verdict and program; say whether the verdict is good."""
    loss = gp.parse(text, declare=shapes)
    derivation = gp.derive(loss, wrt=variable)
    verdict = derivation.verify(rng=0)
    print(f"── {title} " + "─" * (76 - len(title)))
    print(f"L = {loss}")
    print(f"∂L/∂{variable} = {derivation.result}")
    for condition in derivation.conditions:
        print(f"    where {condition}")
    error = verdict.max_relative_error
    print(f"{verdict.kind} at {verdict.points} random points, largest relative error {error:.0e}\n")
    print(gp.compile(loss, wrt=variable, outputs=("value", "gradient")).source)
    return verdict.kind in {"proved", "agrees"}


if __name__ == "__main__":
    verdicts = [show(*loss) for loss in LOSSES]
    print(f"{sum(verdicts)} of {len(verdicts)} gradients verified.")
    sys.exit(not all(verdicts))
