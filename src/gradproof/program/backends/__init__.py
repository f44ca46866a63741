"""One file for each target language: which source text each operation of a plan becomes.

To add a target, add a file with a `Backend`: its header, its spellings, and the functions
it has to bring along.
"""
