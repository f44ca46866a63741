"""From the text of a file to statements, each with its exact place."""
