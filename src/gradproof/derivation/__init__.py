"""The derivative of an expression, with its conditions, its proof and its other forms."""
