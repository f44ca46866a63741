"""The threads that programs of loops bring along."""

from __future__ import annotations

from threading import Thread

import pytest

from tests.program.kernels.running import namespace


@pytest.fixture
def scope():
    """A program's own threads, three of them whatever the machine has."""
    found = namespace("", "in_threads", "blas_threads")
    found["THREADS"] = 3
    return found


def test_parts_are_done_once_each_and_in_order(scope):
    parts = scope["in_threads"](lambda part, start, stop: (part, list(range(start, stop))), 10)
    assert [part for part, _ in parts] == [0, 1, 2]
    assert [row for _, rows in parts for row in rows] == list(range(10))


def test_an_error_in_a_part_is_the_caller_s(scope):
    def fails(part, start, stop):
        if part == 2:
            raise ArithmeticError("of part 2")

    with pytest.raises(ArithmeticError, match="of part 2"):
        scope["in_threads"](fails, 10)
    assert len(scope["in_threads"](lambda part, start, stop: part, 10)) == 3


def test_threads_that_a_fork_left_behind_are_replaced(scope):
    gone = Thread(target=int)
    gone.start()
    gone.join()
    scope["WORKERS"].extend([gone, gone])
    assert scope["in_threads"](lambda part, start, stop: part, 10) == [0, 1, 2]


def test_threads_of_blas(scope):
    functions = scope["thread_functions"]()
    assert functions is not None
    count = functions[0]
    before = count()
    second = scope["blas_threads"](before + 1)
    with scope["blas_threads"](1):
        assert count() == 1
        second.__enter__()
        assert count() == 1
    assert count() == 1
    second.__exit__(None, None, None)
    assert count() == before
