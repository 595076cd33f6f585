"""The one module that knows the `icalendar` library: content lines and values of RFC 5545, to text and back.

Only the library's lines and values are used, not its components: reading components keeps time zones that a
text defines for the whole process, and evaluates their rules without bound.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from mila_core.errors import InvalidValueError, MissingExtraError, describe

# What the library raises, by version and place, for a value that it cannot read.
_UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


class Line(NamedTuple):
    """A content line: the name of a property, its parameters, its value as it stands on the wire."""

    name: str
    params: Mapping[str, Any]
    value: str


def _library() -> Any:
    try:
        import icalendar  # noqa: PLC0415  # 0.1 s, and behind an extra
    except ImportError:
        raise MissingExtraError("calendar", "icalendar") from None
    return icalendar


def as_text(value: str) -> str:
    """Return a text as a value of a property; control characters become spaces."""
    plain = "".join(char if char.isprintable() or char == "\n" else " " for char in value)
    return str(_library().vText(plain).to_ical().decode("utf-8"))


def as_moment(at: datetime) -> str:
    """Return an instant as a value in UTC, its part of a second cut off."""
    return str(_library().vDatetime(at.astimezone(UTC)).to_ical().decode("utf-8"))


def join(lines: Iterable[Line]) -> str:
    """Return content lines as a text: lines end with CR LF and are folded at 75 octets."""
    library = _library()
    parser = library.parser
    made = parser.Contentlines(  # `vInline`: the values are as on the wire already
        parser.Contentline.from_parts(
            line.name, parser.Parameters(line.params), library.prop.vInline(line.value)
        )
        for line in lines
    )
    return f"{made.to_ical().decode('utf-8').rstrip()}\r\n"


def split(text: str, *, names: frozenset[str]) -> Iterator[Line]:
    """Yield the content lines of some names; of the others only `BEGIN` and `END`.

    Raises:
        InvalidValueError: a line of one of these names that cannot be read.
    """
    for line in _library().parser.Contentlines.from_ical(text):
        head = line.partition(":")[0].partition(";")[0].upper()
        if head not in names and head not in {"BEGIN", "END"}:
            continue
        try:
            _, params, value = line.parts()
        except _UNREADABLE:
            came = describe(str(line), personal=True)
            raise InvalidValueError(head, "a content line such as NAME;PARAMETER=x:value", came) from None
        yield Line(head, params, value)


def moment(value: str) -> date | datetime | timedelta | None:
    """Return what a value of a date, a time or a duration says, or None if it says none of them.

    A datetime is in UTC where the value ends with `Z`, else naive.
    """
    try:
        found = _library().vDDDTypes.from_ical(value)
    except _UNREADABLE:
        return None
    if isinstance(found, datetime):
        return found.replace(tzinfo=None if found.tzinfo is None else UTC)
    return found if isinstance(found, date | timedelta) else None


def recurrence(value: str) -> Mapping[str, list[Any]] | None:
    """Return the parts of a recurrence rule by their names, or None if it cannot be read."""
    try:
        return {str(name).upper(): list(each) for name, each in _library().vRecur.from_ical(value).items()}
    except _UNREADABLE:
        return None


def zone_of_windows(name: str) -> str | None:
    """Return the IANA name of a time zone by its name in Windows, as calendars of Microsoft write it."""
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON  # noqa: PLC0415  # as above

    found: str | None = WINDOWS_TO_OLSON.get(name)
    return found
