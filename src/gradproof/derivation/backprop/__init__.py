"""Derivations by backpropagation: the computation graph forwards, its adjoints backwards."""
