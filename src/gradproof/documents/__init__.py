"""Written derivations: documents read for their mathematics, and each equality judged."""
