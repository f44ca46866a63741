"""The speed of compiled programs beside automatic differentiation and code written by hand."""
