"""Methods of descent, a file for each."""
