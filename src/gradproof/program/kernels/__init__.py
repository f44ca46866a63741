"""Programs of loops: what a plan computes, at every point of its letters, in fused passes.

primitive.py   functions of rows taken apart into maps, sums and maxima
lettered.py    each step as a value at every point of its letters (letters.py, lettering.py)
values.py      which values are stored, and which are worked out where they are read
layouts.py     tall products laid out as BLAS has them best
passes.py      the row structure: what is done in one pass over blocks of rows
nests.py       computations that share loops
storage.py     where each value lives
writer.py      the statements (reading.py, spelling.py, wholes.py)
dialect.py     what differs between languages: numba_dialect.py, and c/ for C
serial.py      a program as one function; threaded.py: as one for each stage
source.py      the text; load.py: its functions
entering/      how compiled functions are called, and the memory that they are given
runtime/       the functions that the text brings along
"""
