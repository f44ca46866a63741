"""Derivations by differentials: d is pushed inwards, and what stands around dX is read off."""
