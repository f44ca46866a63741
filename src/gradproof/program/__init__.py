"""Programs: a plan of array operations from trees, in a cheap and stable order, as source text.

`lower.py` makes the plan, `backends/` spells it, `source.py` writes it, `compiled.py` runs it.
"""
