"""What the statements of a document mean: declarations, definitions, equations and claims."""
