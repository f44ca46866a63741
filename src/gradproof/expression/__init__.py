"""Expressions as Python sees them: written with operators, printed in every notation, evaluated."""
