"""A run that was interrupted goes on where it was."""

import json

from benchmarks.programs.problems import BY_KEY
from benchmarks.programs.schedule import Settings, requests, saved


def settings(folder):
    return Settings(
        problems=("P4",),
        kinds=("gradient",),
        sizes=("S", "M"),
        peers=("jax", "ours-numpy"),
        dtype="float64",
        rounds=2,
        seconds=0.01,
        tries=1,
        minutes=1.0,
        folder=folder,
        pythons={},
    )


def asked(folder, round_):
    found = requests(settings(folder), round_, "P4", ("jax", "ours-numpy"))
    return [(request.peer, request.cells) for request in found]


def write(folder, *records):
    lines = "".join(json.dumps(record) + "\n" for record in records)
    settings(folder).records.write_text(lines + '{"cut off": ')


def record(peer, size, median):
    start = {"peer": peer, "problem": "P4", "kind": "gradient", "size": size, "label": ""}
    timing = {"median": median, "low": median, "high": median, "others": 0.0}
    return start | timing | {"round": 0}


def test_all_cells_are_asked_for_the_reference_first(tmp_path):
    both = (("gradient", "S"), ("gradient", "M"))
    assert asked(tmp_path, 0) == [("reference", both), ("jax", both), ("ours-numpy", both)]


def test_what_is_measured_is_not_asked_for_again(tmp_path):
    write(
        tmp_path, record("jax", "S", 1e-6), record("jax", "M", 1e-6), record("ours-numpy", "S", 1)
    )
    assert asked(tmp_path, 0)[1:] == [("ours-numpy", (("gradient", "M"),))]


def test_a_line_that_was_cut_off_is_forgotten(tmp_path):
    write(tmp_path, record("jax", "S", 1e-6))
    assert len(saved(settings(tmp_path))) == 1


def test_every_problem_has_the_smallest_size_of_each_kind():
    assert all("S" in sizes for problem in BY_KEY.values() for sizes in problem.sizes.values())
