"""CBOW: predict a word from its neighbours, and see where the gradient goes.

Two context words pass through one matrix W_in, their mean through W_out, then softmax with
loss.  Since both pass through the same matrix, its gradient has the same row for both
words, and zeros for all others; a word that stands in the context twice counts twice.
"""

import numpy as np

import gradproof as gp

WORDS = ("you", "say", "goodbye", "and", "i", "hello", ".")
V, D = len(WORDS), 3
SHAPES = {"W_in": "matrix(V,D)", "W_out": "matrix(D,V)"}

# With one-hot vectors: x1 and x2 are the context, t is the word between them.
one_hot = gp.parse(
    "-t'*log(softmax(W_out'*W_in'*(x1 + x2)/2))",
    declare=SHAPES | {"x1": "onehot(V)", "x2": "onehot(V)", "t": "onehot(V)"},
)
# With numbers: W_in[a] is row a, so no one-hot vector is ever built.
by_index = gp.parse(
    "-log(softmax(W_out'*(W_in[a] + W_in[b])/2)[c])",
    declare=SHAPES | {"a": "index(V)", "b": "index(V)", "c": "index(V)"},
)
print("L =", one_hot)
gradients = {}
for matrix in ("W_in", "W_out"):
    derivation = gp.derive(one_hot, wrt=matrix)
    gradients[matrix] = derivation.result
    verdict = derivation.verify(rng=0)
    print(f"∂L/∂{matrix} = {derivation.result}   ({verdict.kind})")
    assert verdict.kind in {"proved", "agrees"}

# The sentence is "you say goodbye and i say hello .", the context of "say" is (you, goodbye).
rng = np.random.default_rng(0)
W_in, W_out = rng.normal(size=(V, D)), rng.normal(size=(D, V))
a, b, c = WORDS.index("you"), WORDS.index("goodbye"), WORDS.index("say")
x1, x2, t = np.eye(V)[[a, b, c]]
by_word = gp.compile(by_index, wrt=("W_in", "W_out"), outputs=("value", "gradient"))


def rows(matrix):
    """A gradient, a line for each word."""
    lines = (
        f"  {word:8s}{np.round(row, 4) + 0.0}" for word, row in zip(WORDS, matrix, strict=True)
    )
    return "\n".join(lines)


outcome = by_word(W_in=W_in, W_out=W_out, a=a, b=b, c=c)
for matrix, formula in gradients.items():
    value = gp.evaluate(formula, W_in=W_in, W_out=W_out, x1=x1, x2=x2, t=t)
    np.testing.assert_allclose(outcome.gradient[matrix], value, rtol=1e-10, atol=1e-14)

# By hand, as for layers of matrix products: backwards from the scores, p − t.
h = (W_in[a] + W_in[b]) / 2
scores = W_out.T @ h
p = np.exp(scores - scores.max())
p /= p.sum()
d_h = W_out @ (p - t)
np.testing.assert_allclose(outcome.gradient["W_out"], np.outer(h, p - t), rtol=1e-10)

d_in = outcome.gradient["W_in"]
print("\nThe context of “say” is you, goodbye:\n" + rows(d_in))
np.testing.assert_allclose(d_in[a], d_h / 2, rtol=1e-10)
np.testing.assert_array_equal(d_in[a], d_in[b])
assert not np.delete(d_in, [a, b], axis=0).any()

# The same word twice: both contributions fall on its one row.
d_in = by_word(W_in=W_in, W_out=W_out, a=a, b=a, c=c).gradient["W_in"]
h = W_in[a]
scores = W_out.T @ h
p = np.exp(scores - scores.max())
p /= p.sum()
print("\nThe context is you, you:\n" + rows(d_in))
np.testing.assert_allclose(d_in[a], 2 * (W_out @ (p - t) / 2), rtol=1e-10)
assert not np.delete(d_in, a, axis=0).any()
