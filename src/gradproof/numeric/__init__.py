"""Random admissible points and numerical derivatives: what proofs by numbers stand on."""
