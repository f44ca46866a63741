"""Differentiation of tensors."""
