"""Gradient descent in two dimensions, and the gradient of a net with one layer.

First f(x₀, x₁) = x₀² + x₁², descended from (3, 4) with rate 0.1.  Then a net with two
inputs and three classes, softmax and cross-entropy: its gradient is a 2 × 3 matrix.
"""

import numpy as np

import gradproof as gp

# Descent on a bowl.
bowl = gp.parse("x'*x", declare={"x": "vector(n)"})
print("f     =", bowl)
print("∂f/∂x =", gp.gradient(bowl, "x"))

program = gp.compile(bowl, wrt="x", outputs=("value", "gradient"))
x = np.array([3.0, 4.0])
print("\nstep        x₀         x₁       f(x)")
for step in range(101):
    value, gradient = program(x=x)
    if step % 20 == 0:
        print(f"{step:4d}  {x[0]:9.2e}  {x[1]:9.2e}  {value:9.2e}")
    x = x - 0.1 * gradient
np.testing.assert_allclose(x, (0.0, 0.0), atol=1e-9)

# The net: class probabilities p = softmax(W'x), one-hot target t, loss −Σ tᵢ log pᵢ.
SHAPES = {"x": "vector(n)", "t": "onehot(k)", "W": "matrix(n,k)"}
loss = gp.parse("-t'*log(softmax(W'*x))", declare=SHAPES)
derivation = gp.derive(loss, wrt="W")
verdict = derivation.verify(rng=0)
print("\nL     =", loss)
print("∂L/∂W =", derivation.result, f"  ({verdict.kind})")
assert verdict.kind in {"proved", "agrees"}

# A published example gives x, t and the gradient, but not its random W.  The gradient is
# x(p − t)', so it does give p, and any W with W'x = log p will do.
x, t = np.array([0.6, 0.9]), np.array([0.0, 0.0, 1.0])
published = np.array([[0.07627371, 0.49923236, -0.57550607], [0.11441057, 0.74884853, -0.8632591]])
p = published[0] / x[0] + t
W = np.outer(x, np.log(p)) / (x @ x)

gradient = gp.evaluate(derivation.result, x=x, t=t, W=W)
print("\np     =", np.round(p, 8))
print("∂L/∂W =", np.array2string(gradient, precision=8, prefix="∂L/∂W = "))
np.testing.assert_allclose(gradient, published, atol=2e-8)

# Descending along it teaches the net its one example.
program = gp.compile(loss, wrt="W", outputs=("value", "gradient"))
first = program(x=x, t=t, W=W).value
for _ in range(100):
    W = W - 0.5 * program(x=x, t=t, W=W).gradient
last = program(x=x, t=t, W=W).value
print(f"\nloss before: {first:.4f}, after 100 steps: {last:.4f}")
assert last < 0.05 < first
