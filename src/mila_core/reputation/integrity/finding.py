"""Finding what a person should look at in a market's ratings."""

from collections.abc import Iterable
from datetime import datetime

from mila_core.periods import instant_of
from mila_core.ratings import Direction, Rating
from mila_core.reputation.integrity._bursts import bursts
from mila_core.reputation.integrity._changes import changes
from mila_core.reputation.integrity._raters import repeats, unfair_raters
from mila_core.reputation.integrity._rings import mutual_rings, rings_together
from mila_core.reputation.integrity.edges import Edge, checked, edges_of
from mila_core.reputation.integrity.flag_values import Flag, FlagParams
from mila_core.validation import check_instance

__all__ = ["flags", "flags_in"]


def flags(ratings: Iterable[Rating], *, at: datetime, params: FlagParams | None = None) -> tuple[Flag, ...]:
    """Return what a person should look at among the ratings of friends.

    A flag says what was counted and how unlikely that is in an honest market; it is no verdict, and nothing
    in this library takes a rating out, or lowers anybody, because of one.

    Args:
        ratings: ratings of any bookings and both directions, in any order and however often; those of
            friends that count by now are looked at.
        at: now.
        params: from when on something is flagged; the default ones if not given.

    Returns:
        The flags, the strongest first; equal ones by kind and ids.

    Raises:
        InvalidTypeError: an argument of another type.
        InvalidValueError: a naive instant.

    Examples:
        >>> from mila_core import samples
        >>> pilot = samples.zurich_2013()
        >>> flags(pilot.ratings, at=pilot.opened_at)
        ()
    """
    return flags_in(edges_of(ratings, at=at, direction=Direction.OF_FRIEND), at=at, params=params)


def flags_in(edges: Iterable[Edge], *, at: datetime, params: FlagParams | None = None) -> tuple[Flag, ...]:
    """Return what a person should look at in any network of ratings.

    Sorting aside it takes time in proportion to the ratings, and to the pairs of people who both rated
    several subjects and one of them within `ring_days`: only where very many of them rate one subject in such
    a time is that more than the ratings are.

    Args:
        edges: who rated whom, in any order; those after `at` are left out.
        at: now, to which an active time lasts.
        params: from when on something is flagged; the default ones if not given.

    Returns:
        The flags, the strongest first; equal ones by kind and ids.

    Raises:
        InvalidTypeError: an argument of another type.
        InvalidValueError: a naive instant, or an edge with a value out of range.
    """
    asked = FlagParams() if params is None else params
    check_instance("params", asked, kind=FlagParams)
    end = instant_of(at).timestamp()
    given = [each for each in checked(edges) if each.seconds <= end]
    found = [
        *bursts(given, end=end, params=asked),
        *mutual_rings(given, params=asked),
        *rings_together(given, params=asked),
        *unfair_raters(given, params=asked),
        *repeats(given, params=asked),
        *changes(given, params=asked),
    ]
    return tuple(sorted(found, key=_strongest))


def _strongest(flag: Flag) -> tuple[float, str, tuple[str, ...], datetime, str]:
    return -flag.strength, flag.flag_kind.value, flag.subject_ids, flag.first_at, repr(flag.why)
