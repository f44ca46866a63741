"""Fused axes (of vec and Kronecker products) are pulled outwards, until contractions see through.

    f(merge E) = merge f(E),      Σ_k merge(E)[k] y[k] = Σ_ij E[i, j] split(y)[i, j]

so that ‖(A ⊗ X)(v ⊗ u)‖² = ‖A v‖² ‖X u‖² needs no rule of its own.
"""

from __future__ import annotations

from gradproof.core.apply import apply
from gradproof.core.contract import contract
from gradproof.core.dimension import Dimension
from gradproof.core.node import Apply, Contraction, Node, Sum
from gradproof.core.sum import add
from gradproof.ops.structure import merge, merge_op, split, split_op

Parts = tuple[Dimension, ...]


def pulled_out(node: Node) -> Node | None:
    """The node with merged axes moved to the outside, or None where there are none."""
    if isinstance(node, Apply) and node.op is split_op:
        return _split_inwards(node)
    if isinstance(node, Apply) and node.op.elementwise:
        inner = node.arguments[0]
        if isinstance(inner, Apply) and inner.op is merge_op:
            return merge(apply(node.op, inner.arguments), _counts(inner))
    if isinstance(node, Contraction):
        return _contraction(node)
    if isinstance(node, Sum):
        return _sum(node)
    return None


def _split_inwards(node: Apply) -> Node | None:
    """split(Σ u v) = Σ split(u) split(v): identities over fused axes come apart."""
    inner = node.arguments[0]
    parts = [piece for piece in node.parameters if isinstance(piece, tuple)]
    if isinstance(inner, Sum):
        terms = [(weight, split(term, tuple(parts))) for weight, term in inner.terms]
        return add(terms, node.axes)
    if isinstance(inner, Contraction):
        places: dict[int, Parts] = {
            letter: pieces
            for letter, pieces in zip(inner.output, parts, strict=True)
            if len(pieces) > 1
        }
        result, counts = _with_split_letters(inner, places)
        # A diagonal splits both of its axes; the one that was to stay whole is fused again.
        regrouped = [
            group
            for count, pieces in zip(counts, parts, strict=True)
            for group in ([count] if len(pieces) == 1 else [1] * count)
        ]
        return merge(result, tuple(regrouped))
    return None


def _counts(node: Apply) -> tuple[int, ...]:
    return tuple([count for count in node.parameters if isinstance(count, int)])


def _parts(node: Apply) -> list[Parts]:
    axes = list(node.arguments[0].axes)
    parts = []
    for count in _counts(node):
        parts.append(tuple(axes[:count]))
        del axes[:count]
    return parts


def _sum(node: Sum) -> Node | None:
    first = next((t for _, t in node.terms if isinstance(t, Apply) and t.op is merge_op), None)
    if first is None:
        return None
    parts = tuple(_parts(first))
    terms = [(weight, split(term, parts)) for weight, term in node.terms]
    return merge(add(terms, terms[0][1].axes), _counts(first))


def _contraction(node: Contraction) -> Node | None:
    found = next(
        (f for f in node.factors if isinstance(f.node, Apply) and f.node.op is merge_op), None
    )
    if found is None:
        return None
    assert isinstance(found.node, Apply)
    parts: dict[int, Parts] = {
        letter: pieces
        for letter, pieces in zip(found.letters, _parts(found.node), strict=True)
        if len(pieces) > 1
    }
    result, counts = _with_split_letters(node, parts)
    return merge(result, counts)


def _with_split_letters(node: Contraction, parts: dict[int, Parts]) -> tuple[Node, tuple[int, ...]]:
    """The contraction with the letters of `parts` replaced by several, and how many each became."""
    fresh = {
        letter: tuple(range(1000 * (letter + 1), 1000 * (letter + 1) + len(pieces)))
        for letter, pieces in parts.items()
    }
    sizes = {letter: node.dimensions[letter] for letter in node.output}
    for letter, pieces in parts.items():
        sizes.pop(letter, None)
        if letter in node.output:
            sizes.update(zip(fresh[letter], pieces, strict=True))
    factors = []
    for factor in node.factors:
        pieces_of = tuple(
            [parts.get(letter, (node.dimensions[letter],)) for letter in factor.letters]
        )
        letters = tuple([new for old in factor.letters for new in fresh.get(old, (old,))])
        factors.append((split(factor.node, pieces_of), letters, factor.exponent))
    output = tuple([new for old in node.output for new in fresh.get(old, (old,))])
    counts = tuple([len(fresh.get(old, (old,))) for old in node.output])
    return contract(node.coefficient, factors, output, sizes), counts
