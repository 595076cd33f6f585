"""Several inputs read one after the other: what is wrong with one does not hide what is with the next."""

from collections.abc import Callable
from typing import Any

from mila_core.errors import MilaError

STDIN = "-"
"""The name of a file that stands for the standard input."""


class BadInputError(MilaError):
    """What is wrong with several inputs."""

    def __str__(self) -> str:
        """Return the messages, each on a line of its own."""
        return "\nerror: ".join(self.args[0])


def together(*steps: Callable[[], Any]) -> list[Any]:
    """Return what each step returns.

    Args:
        steps: functions that read.

    Raises:
        BadInputError: what is wrong with all that could not be read.
    """
    found, errors = [], []
    for step in steps:
        try:
            found.append(step())
        except MilaError as error:
            errors.append(str(error))
    if errors:
        raise BadInputError(errors)
    return found
