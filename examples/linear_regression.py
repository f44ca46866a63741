"""The table of standard derivatives, and linear regression: solved at once, and by descent."""

import numpy as np

import gradproof as gp

# The table, with the variable by which each is derived.
TABLE = (
    ("⟨A, X⟩", "tr(A'*X)", "X", {"A": "matrix(m,n)", "X": "matrix(m,n)"}),
    ("⟨Ax, x⟩", "x'*A*x", "x", {"A": "matrix(n,n)", "x": "vector(n)"}),
    ("⟨Ax, x⟩, A = A'", "x'*A*x", "x", {"A": "symmetric(n)", "x": "vector(n)"}),
    ("det X", "det(X)", "X", {"X": "matrix(n,n)"}),
    ("⟨A, X⁻¹⟩", "tr(A'*inv(X))", "X", {"A": "matrix(n,n)", "X": "matrix(n,n)"}),
)
for title, text, variable, shapes in TABLE:
    derivation = gp.derive(gp.parse(text, declare=shapes), wrt=variable)
    verdict = derivation.verify(rng=0)
    print(f"{title:16s} {derivation.result!s:28s} {verdict.kind}")
    assert verdict.kind in {"proved", "agrees"}

# d(X⁻¹) = −X⁻¹ dX X⁻¹ as a Jacobian has four axes, the two of X⁻¹ and then the two of X.
rng = np.random.default_rng(0)
X, dX = rng.normal(size=(4, 4)), rng.normal(size=(4, 4))
inverse = gp.parse("inv(X)", declare={"X": "matrix(n,n)"})
jacobian = gp.evaluate(gp.derive(inverse, wrt="X").result, X=X)
by_hand = -np.linalg.inv(X) @ dX @ np.linalg.inv(X)
np.testing.assert_allclose(np.einsum("ijkl,kl->ij", jacobian, dX), by_hand, rtol=1e-8)

# Linear regression.
shapes = {"X": "matrix(N,d)", "w": "vector(d)", "y": "vector(N)"}
loss = gp.parse("norm2(X*w - y)^2/N", declare=shapes)
gradient = gp.gradient(loss, "w")
print(f"\nL = {loss}\n∂L/∂w = {gradient}")

N, d = 50, 3
X = rng.normal(size=(N, d))
y = X @ (2.0, -1.0, 0.5) + 0.1 * rng.normal(size=N)
w = rng.normal(size=d)
np.testing.assert_allclose(gp.evaluate(gradient, X=X, w=w, y=y), 2 / N * X.T @ (X @ w - y))

# Where the gradient is zero, X'X w = X'y: the normal equations.
best = np.linalg.solve(X.T @ X, X.T @ y)
np.testing.assert_allclose(gp.evaluate(gradient, X=X, w=best, y=y), 0, atol=1e-12)
print("normal equations: w =", np.round(best, 4))

# When a column repeats, X'X is singular; the minimisers are many, the pseudoinverse
# picks the shortest, and there the gradient is zero as well.
repeated = np.column_stack([X, X[:, 0]])
assert np.linalg.matrix_rank(repeated.T @ repeated) == d < repeated.shape[1]
shortest = np.linalg.pinv(repeated) @ y
np.testing.assert_allclose(gp.evaluate(gradient, X=repeated, w=shortest, y=y), 0, atol=1e-12)
print("a repeated column shares its weight:", np.round(shortest, 4))

program = gp.compile(loss, wrt="w", outputs=("value", "gradient"))


def descend(rate, stop, most=5000):
    """Steps of −rate · gradient from 0 until `stop(step, change of value, gradient)` holds."""
    w = np.zeros(d)
    now, count, done = program(X=X, w=w, y=y), 0, False
    while not done and count < most:
        before, step = now, -rate * now.gradient
        w, count = w + step, count + 1
        now = program(X=X, w=w, y=y)
        done = stop(step, now.value - before.value, now.gradient)
    return w, count


# Three reasons to stop.
RULES = {
    "w hardly moves": lambda step, change, gradient: np.linalg.norm(step) < 1e-8,
    "L hardly falls": lambda step, change, gradient: abs(change) < 1e-14,
    "the gradient is small": lambda step, change, gradient: np.linalg.norm(gradient) < 1e-8,
}
print("\nstops when               steps   distance to the solution")
for reason, stop in RULES.items():
    w, count = descend(0.1, stop)
    print(f"{reason:22s}  {count:6d}   {np.linalg.norm(w - best):.1e}")
    assert np.linalg.norm(w - best) < 1e-5

# The learning rate: descent converges below 2/λ, λ the largest curvature 2/N · ‖X‖².
curvature = 2 / N * np.linalg.norm(X, 2) ** 2
distances = {}
print("\nrate · λ   distance after 40 steps")
for factor in (0.01, 0.1, 1.0, 1.9, 2.1):
    w, _ = descend(factor / curvature, stop=lambda step, change, gradient: False, most=40)
    distances[factor] = np.linalg.norm(w - best)
    print(f"{factor:8.2f}   {distances[factor]:.1e}")
assert distances[1.0] < distances[0.1] < distances[0.01] < np.linalg.norm(best) < distances[2.1]
