"""How compiled loops are entered: with memory given to them, and without detours on the way.

A small program computes for a microsecond.  To unwrap its arguments, to make its results and to
wrap them takes numba several; so the way in is written here, straight from Python's objects to
the machine's arrays (`entry.py`), and the memory of results and temporaries is handed in
(`given.py`, `arena.py`, `pool.py`).
"""
