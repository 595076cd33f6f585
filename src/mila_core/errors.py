"""Errors: one base, `MilaError`; each leaf is also the builtin that a caller would catch.

An expected "no" (a friend who may not come, a transition that is not allowed) is a value with reasons, not
an error. Errors are for wrong calls and wrong input.
"""

from collections.abc import Sequence
from typing import ClassVar, Self

__all__ = [
    "MOST_PROBLEMS",
    "InvalidDocumentError",
    "InvalidInputError",
    "InvalidTypeError",
    "InvalidValueError",
    "MilaError",
    "MissingExtraError",
    "UnknownIdError",
    "describe",
]

MOST_PROBLEMS = 1000
"""How many problems of a document are told; nobody reads more, and a large bad document would take long."""

_LONGEST_ECHO = 60


def describe(value: object, *, personal: bool = False) -> str:
    """Say in a few words what came, for the message of an error.

    Args:
        value: what came.
        personal: whether the value may be about a person: then only its type and length are said.

    Returns:
        A short phrase; a long value is cut.

    Examples:
        >>> describe(40.0)
        'the float 40.0'
        >>> describe("Andreas", personal=True)
        'a string of 7 characters'
    """
    if value is None:
        return "nothing (null)"
    if isinstance(value, str) and personal:
        return f"a string of {len(value)} characters"
    if isinstance(value, str):
        return repr(value) if len(value) <= _LONGEST_ECHO else f"{value[:_LONGEST_ECHO]!r} and more"
    if isinstance(value, bool):
        return f"the boolean {value!r}"
    name = type(value).__name__
    article = "an" if name[0].lower() in "aeiou" else "a"
    if personal or not isinstance(value, int | float):
        return f"{article} {name}"
    try:
        digits = repr(value)
    except ValueError:  # an int of more digits than the interpreter prints
        return f"{article} {name} of more than 4,000 digits"
    return (
        f"the {name} {digits}"
        if len(digits) <= _LONGEST_ECHO
        else f"{article} {name} of {len(digits)} digits"
    )


class MilaError(Exception):
    """Base of every error that the library raises on purpose.

    Attributes:
        code: a stable name for programs; messages may change, codes do not.
    """

    code: ClassVar[str] = "mila_error"


class InvalidInputError(MilaError):
    """An argument or a field of a document is not what is allowed there.

    Attributes:
        field: the argument, the field, or the JSON path (`$.offers[3].price`).
        expected: what is allowed, in words.
        came: what came, in words; cut short, and never a person's data.

    Examples:
        >>> str(InvalidValueError("radius_km", "an integer from 1 to 300", "the integer 0"))
        'radius_km: expected an integer from 1 to 300, came the integer 0'
    """

    code: ClassVar[str] = "invalid_input"

    def __init__(self, field: str, expected: str, came: str) -> None:
        """Keep the three parts; the message is made of them."""
        super().__init__(field, expected, came)
        self.field = field
        self.expected = expected
        self.came = came

    def __str__(self) -> str:
        """Return the message, `field: expected ..., came ...`."""
        return f"{self.field}: expected {self.expected}, came {self.came}"

    def at(self, path: str) -> Self:
        """Return the same error for another field, as when a document's path is known.

        Args:
            path: the new field.
        """
        return type(self)(path, self.expected, self.came)


class InvalidTypeError(InvalidInputError, TypeError):
    """A value of the wrong type came, such as a float for an amount of money."""

    code: ClassVar[str] = "invalid_type"


class InvalidValueError(InvalidInputError, ValueError):
    """A value of the right type came that is not allowed."""

    code: ClassVar[str] = "invalid_value"


class UnknownIdError(MilaError, LookupError):
    """An id was asked for that nobody has.

    Attributes:
        kind: what was looked for, such as `friend`.
        id: the id.
    """

    code: ClassVar[str] = "unknown_id"

    def __init__(self, kind: str, id: str) -> None:  # noqa: A002  # the word that the domain uses
        """Keep both parts."""
        super().__init__(kind, id)
        self.kind = kind
        self.id = id

    def __str__(self) -> str:
        """Return the message."""
        return f"no {self.kind} with the id {describe(self.id)}"


class MissingExtraError(MilaError, ImportError):
    """A function was called that needs a library which only an extra of the package installs.

    Attributes:
        extra: the name of the extra.
        needs: the name of the library.

    Examples:
        >>> str(MissingExtraError("calendar", "icalendar"))
        "icalendar is not installed: it comes with the extra, pip install 'mila-core[calendar]'"
    """

    code: ClassVar[str] = "missing_extra"

    def __init__(self, extra: str, needs: str) -> None:
        """Keep both names."""
        super().__init__(extra, needs)
        self.extra = extra
        self.needs = needs

    def __str__(self) -> str:
        """Return the message, with what to do."""
        return (
            f"{self.needs} is not installed: it comes with the extra, pip install 'mila-core[{self.extra}]'"
        )


class InvalidDocumentError(MilaError, ExceptionGroup[InvalidInputError], ValueError):
    """A document or a snapshot has one problem or several; `problems` has all of them.

    Examples:
        >>> problem = InvalidValueError("$.offers[0].friend_id", "the id of a friend", "'anna'")
        >>> print(InvalidDocumentError("market", [problem]))
        market: 1 problem
          $.offers[0].friend_id: expected the id of a friend, came 'anna'
    """

    code: ClassVar[str] = "invalid_document"

    @property
    def problems(self) -> tuple[InvalidInputError, ...]:
        """The problems one by one."""
        return tuple(each for each in self.exceptions if isinstance(each, InvalidInputError))

    def __str__(self) -> str:
        """Return the message, a line a problem."""
        count = len(self.problems)
        lines = "".join(f"\n  {problem}" for problem in self.problems)
        return f"{self.message}: {count} problem{'' if count == 1 else 's'}{lines}"

    def derive(self, excs: Sequence[InvalidInputError]) -> "InvalidDocumentError":  # type: ignore[override]
        """Return a group of the same type for some of the problems (used by `except*`).

        Args:
            excs: the problems.
        """
        return InvalidDocumentError(self.message, excs)
