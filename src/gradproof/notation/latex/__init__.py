"""The LaTeX reader: mathematics as papers write it, read to trees of the matrix language."""
