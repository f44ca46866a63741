"""Random admissible points and numerical derivatives: the ground that proofs by numbers stand on."""
