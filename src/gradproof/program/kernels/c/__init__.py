"""Programs of loops in C99, from the same loops as those for numba.

dialect.py     its grammar
calls.py       functions of whole arrays, and why some have none
names.py       names that C has not taken
source.py      the text of a file
functions.py   the functions that a file brings along: numbers.py, products.py, matrices.py
"""
