"""Medians, spreads, ratios and tables from the records of rounds."""

import pytest

from benchmarks.programs.report import microseconds, tables, times_as_fast
from benchmarks.programs.results import (
    Best,
    Place,
    best,
    collected,
    contenders,
    geometric_mean,
    own_calls,
    ratios,
)


def record(peer, median, *, size="S", label="", round_=0, **more):
    timing = {"median": median, "low": 0.9 * median, "high": 1.1 * median, "others": 0.0}
    place = {"problem": "P1", "kind": "gradient", "size": size}
    return {"peer": peer, "label": label, "round": round_, **place, **timing, **more}


def failed(peer, *, size="S", **what):
    place = {"problem": "P1", "kind": "gradient", "size": size}
    return {"peer": peer, "label": "", "round": 0, **place, **what}


SMALL, LARGE = Place("P1", "gradient", "S"), Place("P1", "gradient", "L")
RESULTS = collected(
    [
        record("jax", 8e-6),
        record("torch", 40e-6),
        record("torch", 20e-6, label="in another way"),
        record("autograd", 1e-6),
        record("hand-numba", 1e-6),
        record("ours-numba", 2e-6),
        record("ours-numba", 3e-6, round_=1),
        record("ours-numba", 4e-6, round_=2),
        record("jax", 8e-3, size="L"),
        record("torch", 6e-3, size="L"),
        record("ours-numba", 4e-3, size="L"),
        failed("ours-numpy", size="L", wrong=0.5),
        failed("ours-torch", error="it cannot"),
    ]
)


def test_the_median_of_the_rounds_counts():
    assert RESULTS[SMALL]["ours-numba"].seconds == pytest.approx(3e-6)


def test_the_spread_reaches_over_all_rounds():
    assert RESULTS[SMALL]["ours-numba"].spread == pytest.approx((4.4 - 1.8) / 6)


def test_the_better_way_to_write_a_loss_counts():
    assert best(RESULTS[SMALL], ["torch"]) == Best("torch in another way", 20e-6)


def test_a_ratio_is_against_the_best_of_jax_and_pytorch():
    found = ratios(RESULTS, "ours-numba", "libraries")
    assert found == {SMALL: pytest.approx(8 / 3), LARGE: pytest.approx(1.5)}


def test_a_ratio_is_against_the_best_hand_written_version_where_there_is_one():
    assert ratios(RESULTS, "ours-numba", "hand") == {SMALL: pytest.approx(1 / 3)}


@pytest.mark.parametrize("ours", ["ours-numpy", "ours-torch"])
def test_what_is_wrong_or_failed_has_no_ratio(ours):
    assert ratios(RESULTS, ours, "libraries") == {}


def test_geometric_means():
    assert geometric_mean([2.0, 8.0]) == pytest.approx(4.0)
    assert geometric_mean([]) is None


def test_our_calls_are_in_the_order_of_the_peers():
    assert own_calls(RESULTS) == ["ours-numpy", "ours-numba", "ours-torch"]


def test_only_libraries_near_the_best_are_measured_again():
    assert "jax" in contenders(RESULTS, 2.0)[SMALL]
    assert "torch" not in contenders(RESULTS, 2.0)[SMALL]
    assert {"ours-numba", "hand-numpy"} <= contenders(RESULTS, 2.0)[SMALL]


def test_the_report_says_what_is_wrong_slow_and_failed():
    text = "\n".join(map(str, tables(RESULTS)))
    assert "WRONG: deviates by 5.0e-01" in text
    assert "it cannot" in text
    short = next(str(table) for table in tables(RESULTS) if "of hand-written" in table.title)
    assert "P1 linear regression" in short
    assert "0.33" in short


def test_numbers_have_three_digits():
    assert [microseconds(x) for x in (5.32e-7, 1.234e-5, 4.56e-3)] == ["0.532", "12.3", "4,560"]
    assert [times_as_fast(x) for x in (0.5, 12.34, 123.4, None)] == ["0.50", "12.3", "123", "–"]
