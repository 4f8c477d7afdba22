"""The command line: one file a verb."""

from framing.cli.app import main

__all__ = ["main"]
