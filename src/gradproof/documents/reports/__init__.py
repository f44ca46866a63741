"""What was found, for people, for GitHub and as SARIF."""
