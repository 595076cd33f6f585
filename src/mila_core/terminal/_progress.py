"""A bar on a terminal that says how far a long work is; nothing is written anywhere else."""

import os
from contextlib import suppress
from typing import Self, TextIO

_USUAL_WIDTH = 80
_BAR = 20


class ProgressBar:
    """A line that is written again and again, and is gone at the end.

    Args:
        stream: where it is shown, if that is a terminal.
    """

    def __init__(self, stream: TextIO | None) -> None:
        """Show nothing yet."""
        self._stream = stream if stream is not None and stream.isatty() else None
        self._shown = ""

    def __call__(self, what: str, share: float) -> None:
        """Show how far the work is.

        Args:
            what: what is done.
            share: how much of it is done, from 0 to 1.
        """
        done = int(min(max(share, 0.0), 1.0) * 100)
        filled = done * _BAR // 100
        self._write(f"[{'#' * filled}{'.' * (_BAR - filled)}] {done:3d} % {what}")

    def __enter__(self) -> Self:
        """Return the bar."""
        return self

    def __exit__(self, *_: object) -> None:
        """Clear the line, also after an error."""
        self._write("")

    def _write(self, line: str) -> None:
        if self._stream is None:
            return
        line = line[: self._width() - 1]  # in the last column, some terminals begin a new line
        if line != self._shown:
            blank = " " * (len(self._shown) - len(line))
            with suppress(OSError):  # who hung up sees no bar
                self._stream.write(f"\r{line}{blank}" if line else f"\r{blank}\r")
                self._stream.flush()
            self._shown = line

    def _width(self) -> int:
        try:
            width = os.get_terminal_size(self._stream.fileno()).columns if self._stream else 0
        except (OSError, ValueError):
            width = 0
        return width or _USUAL_WIDTH  # some terminals do not know theirs
