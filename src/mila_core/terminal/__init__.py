"""The commands of `python -m mila_core`: the walk through the pilot, and the same on files."""

from mila_core.terminal._commands import main

__all__ = ["main"]
