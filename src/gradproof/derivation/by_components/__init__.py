"""Derivations in index notation: ∂f/∂xₖ pushed inwards, and what comes of it read as matrices."""
