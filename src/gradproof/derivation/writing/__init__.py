"""A derivation for its readers: plain text, terminal, LaTeX, Markdown, MathML and JSON."""
