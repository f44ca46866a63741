"""The command line: `gradproof VERB …`, a file for each verb."""

from gradproof.cli.commands import main as main
