"""Skip-gram with negative sampling and a bilinear form: four gradients, twice.

For a word u, a word v of its context, and rows Vⱼ of words drawn at random,

    J = −log σ(v'Wu) − Σⱼ log σ(−Vⱼ'Wu).

Stacking v on top of V to T = [v; V], with δ = (1, 0, …, 0), makes it one sum of softplus.
"""

import numpy as np

import gradproof as gp

SHAPES = {"u": "vector(q)", "v": "vector(m)", "W": "matrix(m,q)", "V": "matrix(n,m)"}
STACKED = {"T": "matrix(k,m)", "delta": "vector(k)", "W": "matrix(m,q)", "u": "vector(q)"}


def sigma(z):
    """The logistic function σ."""
    return 1 / (1 + np.exp(-z))


# The loss as it is written, and its four gradients.
J = gp.parse("-log(sigmoid(v'*W*u)) - sum(j, log(sigmoid(-V[j]'*W*u)))", declare=SHAPES)
print("J =", J)
formulas = {}
for name in "uvVW":
    derivation = gp.derive(J, wrt=name)
    formulas[name] = derivation.result
    verdict = derivation.verify(rng=0)
    print(f"∂J/∂{name} = {derivation.result}   ({verdict.kind})")
    assert verdict.kind in {"proved", "agrees"}

# What one finds by hand.  All sizes differ, so that a forgotten transpose would show.
rng = np.random.default_rng(0)
m, n, q = 4, 6, 3
u, v, W, V = (rng.normal(size=shape) for shape in (q, m, (m, q), (n, m)))
pull = sigma(-v @ W @ u)  # how strongly v draws u towards itself
push = sigma(V @ W @ u)  # how strongly each Vⱼ pushes u away
by_hand = {
    "u": -pull * W.T @ v + sum(push[j] * W.T @ V[j] for j in range(n)),
    "v": -pull * W @ u,
    "V": np.outer(push, W @ u),
    "W": -pull * np.outer(v, u) + sum(push[j] * np.outer(V[j], u) for j in range(n)),
}
values = {name: gp.evaluate(formulas[name], u=u, v=v, W=W, V=V) for name in by_hand}
for name, expected in by_hand.items():
    np.testing.assert_allclose(values[name], expected, rtol=1e-10)
print("\nAll four agree with the formulas found by hand.")

# The stacked form, in which the first row is the true word and all others are noise.
stacked = gp.parse("sum(softplus(T*W*u)) - delta'*T*W*u", declare=STACKED)
print("\nJ =", stacked)
T, delta = np.vstack([v, V]), np.eye(n + 1)[0]
arrays = {"T": T, "W": W, "u": u, "delta": delta}
np.testing.assert_allclose(
    gp.evaluate(stacked, **arrays), gp.evaluate(J, u=u, v=v, W=W, V=V), rtol=1e-12
)

error = sigma(T @ W @ u) - delta
by_hand = {"u": W.T @ T.T @ error, "W": np.outer(T.T @ error, u), "T": np.outer(error, W @ u)}
unstacked = {"u": values["u"], "W": values["W"], "T": np.vstack([values["v"], values["V"]])}
for name, expected in by_hand.items():
    formula = gp.gradient(stacked, name)
    print(f"∂J/∂{name} = {formula}")
    value = gp.evaluate(formula, **arrays)
    np.testing.assert_allclose(value, expected, rtol=1e-10)
    np.testing.assert_allclose(value, unstacked[name], rtol=1e-10)
print("\nStacked or not, the gradients are the same.")
