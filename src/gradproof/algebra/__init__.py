"""Theorems as data, and the rewriting that applies them.  To add one, see `rules`."""
