"""The tensor language: nodes, normal form, dimensions, facts, errors.  Knows no operation."""
