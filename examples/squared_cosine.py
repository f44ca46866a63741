"""The squared cosine loss (t − cos(x, y))²: its gradient, its proof, and a descent to a target.

How must x turn so that its cosine similarity with y becomes t?  The gradient answers, and
descending along it reaches any similarity in (−1, 1).
"""

import numpy as np

import gradproof as gp

COSINE = "x'*y/(norm2(x)*norm2(y))"
LOSS = f"(t - {COSINE})^2"
SHAPES = {"x": "vector(n)", "y": "vector(n)", "t": "scalar"}


def numerical_gradient(f, x, step=1e-6):
    """∂f/∂xᵢ ≈ (f(x + h eᵢ) − f(x − h eᵢ)) / 2h."""
    gradient = np.empty_like(x)
    for i in range(x.size):
        e = np.zeros_like(x)
        e[i] = step
        gradient[i] = (f(x + e) - f(x - e)) / (2 * step)
    return gradient


# The formula.
loss = gp.parse(LOSS, declare=SHAPES)
derivation = gp.derive(loss, wrt="x")
print("L     =", loss)
print("∂L/∂x =", derivation.result)
print("where", ", ".join(derivation.conditions))

# Its proof: at random points, by gradproof …
verdict = derivation.verify(rng=0)
print(f"\ngradproof: {verdict.kind}")
assert verdict.kind in {"proved", "agrees"}

# … and at one point, by hand: against the formula of the lecture and against differences.
rng = np.random.default_rng(0)
x, y, t = rng.normal(size=5), rng.normal(size=5), 0.5
gradient = gp.evaluate(derivation.result, x=x, y=y, t=t)

by_differences = numerical_gradient(lambda x: gp.evaluate(loss, x=x, y=y, t=t), x)
norm_x, norm_y = np.sqrt(x @ x), np.sqrt(y @ y)
by_hand = -2 * (t - x @ y / (norm_x * norm_y)) * (y / norm_x - x * (x @ y) / norm_x**3) / norm_y

print("gradproof          ", np.round(gradient, 8))
print("by hand            ", np.round(by_hand, 8))
print("central differences", np.round(by_differences, 8))
np.testing.assert_allclose(gradient, by_hand, rtol=1e-10)
np.testing.assert_allclose(gradient, by_differences, atol=1e-8)

# The descent.
cosine = gp.parse(COSINE, declare={"x": "vector(n)", "y": "vector(n)"})
program = gp.compile(loss, wrt="x", outputs=("value", "gradient"))
print("\n  target  steps  cosine")
for target in (-0.9, 0.0, 0.5, 0.99):
    point, steps = x.copy(), 0
    outcome = program(x=point, y=y, t=target)
    while outcome.value > 1e-18 and steps < 100_000:
        point = point - outcome.gradient
        outcome = program(x=point, y=y, t=target)
        steps += 1
    similarity = gp.evaluate(cosine, x=point, y=y)
    print(f"{target:8.2f}  {steps:5d}  {similarity:.9f}")
    assert abs(similarity - target) < 1e-8
