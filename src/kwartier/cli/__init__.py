"""The command line, a file a command group."""

from kwartier.cli.app import main

__all__ = ["main"]
