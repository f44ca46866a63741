"""The verdict on every = of a chain of equalities."""
