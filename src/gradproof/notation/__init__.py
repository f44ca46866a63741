"""The matrix language: reading, writing, inference, and the way to tensors and back."""
