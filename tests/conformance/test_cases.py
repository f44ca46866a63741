"""Every published derivative: ours is verified, agrees with the oracle and with the publication."""

import numpy as np
import pytest

import gradproof as gp
from tests.conformance.cases import in_layout, load

CASES = load()


def close(one, other, tolerance):
    scale = max(np.abs(one).max(), np.abs(other).max(), 1e-3)
    return one.shape == other.shape and np.abs(one - other).max() <= tolerance * scale


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_derivative(case):
    derivation = case.derive()
    assert derivation.verification.kind == "agrees", str(derivation.verification)
    values, sizes = case.sample(seed=sum(map(ord, case.id)))
    ours = gp.evaluate(derivation.result, **values)
    assert close(ours, case.oracle(values), 1e-5), derivation.text
    published = case.closed_form(values, sizes)
    if published is not None:
        outer = len(case.expr_shape)
        if case.order == 2 and case.closed_form_layout == "vec":
            outer = len(case.variables[case.wrt]["shape"])
        laid_out = in_layout(ours, case.closed_form_layout, outer)
        assert close(laid_out.squeeze(), published.squeeze(), 1e-8), derivation.text


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_printed_text_reads_back(case):
    derivation = case.derive()
    result = derivation.result
    known = dict(case.declare)
    values, _ = case.sample(seed=1)
    if result.direction is not None:
        shape = ", ".join(map(str, result.direction.axes))
        known[result.direction.name] = f"{result.direction.kind}({shape})"
        rng = np.random.default_rng(2)
        direction = rng.standard_normal(np.shape(values[case.wrt]))
        values[result.direction.name] = direction
    again = gp.parse(result.text, declare=known)
    needed = {name: values[name] for name in values if name in again.declarations}
    assert close(gp.evaluate(again, **needed), gp.evaluate(result, **values), 1e-10)


def test_forms_are_matrices_where_a_closed_form_is_known():
    known = [case for case in CASES if case.closed_form_text is not None]
    forms = [case.derive().form for case in known]
    assert forms.count("index") <= 0.1 * len(forms)
