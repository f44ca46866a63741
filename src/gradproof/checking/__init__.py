"""Proof by numbers: verdicts, random admissible points, derivatives verified, equality decided."""
