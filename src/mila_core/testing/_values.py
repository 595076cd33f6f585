"""Plain values, and reasons."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import cache, wraps
from string import ascii_lowercase
from typing import ParamSpec, TypeVar
from unicodedata import category
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mila_core.lifecycle.keys import RESERVED
from mila_core.money import Allocation, Money, Rounding
from mila_core.names import Names
from mila_core.periods import SWISS_ZONE, Period, Validity
from mila_core.places import Place, all_places
from mila_core.reasons import Reason, Scalar

P = ParamSpec("P")
T = TypeVar("T")

FIRST = datetime(2000, 1, 1)  # noqa: DTZ001  # on the wall clock of whichever zone is drawn
LAST = datetime(2100, 1, 1)  # noqa: DTZ001
FIRST_DAY = FIRST.date()
LAST_DAY = LAST.date()

ZONES = (
    "UTC",
    SWISS_ZONE,
    "America/New_York",
    "Asia/Kathmandu",  # a quarter of an hour off the others
    "Australia/Lord_Howe",  # half an hour of summer time
    "Pacific/Apia",  # skipped the whole of 30 December 2011
)
"""Zones that have something to teach: instants and plans are drawn in them."""

MOST_RAPPEN = 10**15
"""Ten thousand billion francs: far above any price, and within what every text form takes."""


def kept(make: Callable[P, SearchStrategy[T]]) -> Callable[P, SearchStrategy[T]]:
    """Return a function that makes its usual strategy, the one without arguments, only once.

    Hypothesis works out what it needs to know of a strategy once for each object, and that takes longer than
    to draw from it.
    """
    usual: Callable[[], SearchStrategy[T]] = cache(make)

    @wraps(make)
    def made_or_kept(*args: P.args, **kwargs: P.kwargs) -> SearchStrategy[T]:
        return make(*args, **kwargs) if args or kwargs else usual()

    return made_or_kept


def fixed_or(value: T | None, drawn: SearchStrategy[T]) -> SearchStrategy[T]:
    """Return a strategy of one value, or the usual one where none is given."""
    return drawn if value is None else st.just(value)


def this_or(given: SearchStrategy[T] | None, usual: SearchStrategy[T]) -> SearchStrategy[T]:
    """Return the strategy that is given, or the usual one."""
    return usual if given is None else given


LONGEST_WAIT = timedelta(days=30)
"""How far apart two instants of one life are drawn."""


def after(start: datetime, longest: timedelta) -> SearchStrategy[datetime]:
    """Return instants from `start` on, ends included."""
    tick, first = timedelta(microseconds=1), start.astimezone(UTC)  # a wall clock may go back meanwhile
    return st.integers(0, longest // tick).map(lambda ticks: first + ticks * tick)


# Plain values ------------------------------------------------------------------------------------------


_SHORT, _LONGEST = 12, 200
"""How long ids are: to draw each character of a long one would take longer than all the rest of a value."""


@cache
def ids() -> SearchStrategy[str]:
    """Return ids and codes: mostly short, at times of the greatest length."""
    visible = st.characters(min_codepoint=0x21, max_codepoint=0x7E)
    drawn = st.text(visible, min_size=1, max_size=_SHORT)
    return drawn.map(lambda text: text if len(text) < _SHORT else (text * _LONGEST)[:_LONGEST])


@kept
def keys() -> SearchStrategy[str]:
    """Return idempotency keys, as callers make them."""
    return ids().map(lambda made: made if made[0] != RESERVED else f"k{made[1:]}")


@kept
def languages() -> SearchStrategy[str]:
    """Return codes of languages that people in Switzerland speak."""
    return st.sampled_from(["de", "fr", "it", "rm", "en", "sq", "gsw"])


_TURNS = "".join(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
"""Characters that turn the direction of writing, which no text may have."""


def _is_seen(text: str) -> bool:
    return any(category(char)[0] in "LNPS" for char in text)


def _at_times_in_two_lines(text: str) -> str:
    thirds, rest = divmod(len(text), 3)
    return f"{text[:thirds]}\n{text[thirds:]}" if rest > 1 else text


@cache
def texts(longest: int, *, may_be_empty: bool = False) -> SearchStrategy[str]:
    """Return texts as people write them: no control characters but line breaks, not blank, any script."""
    signs = st.characters(exclude_categories=["Cc", "Cs"], exclude_characters=_TURNS)
    drawn = st.text(signs, max_size=min(24, longest // 3 - 1))  # the normal form C may be three times as long
    if may_be_empty:
        return drawn.map(_at_times_in_two_lines)
    return drawn.map(lambda text: _at_times_in_two_lines(text if _is_seen(text) else "Zoé"))


@kept
def moneys(*, least: int = -MOST_RAPPEN, most: int = MOST_RAPPEN) -> SearchStrategy[Money]:
    """Return amounts between two numbers of Rappen."""
    return st.builds(Money, st.integers(least, most))


@cache
def prices() -> SearchStrategy[Money]:
    """Return prices of small jobs: above zero, mostly whole francs."""
    return st.builds(Money, st.integers(1, 300).map(lambda francs: francs * 100) | st.integers(1, 30_000))


@kept
def roundings() -> SearchStrategy[Rounding]:
    """Return ways of rounding."""
    return st.sampled_from(list(Rounding))


def allocations() -> SearchStrategy[Allocation]:
    """Return ways of sharing out what does not divide."""
    return st.sampled_from(list(Allocation))


@cache
def places(*, canton: str | None = None) -> SearchStrategy[Place]:
    """Return places of the Swiss table, all or those of a canton."""
    return st.sampled_from([each for each in all_places() if canton is None or canton in each.cantons])


@kept
def zones() -> SearchStrategy[tzinfo]:
    """Return what a datetime can have as `tzinfo`: zones with and without summer time, and plain offsets."""
    offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
    return st.sampled_from([ZoneInfo(name) for name in ZONES]) | offsets


@cache
def instants(*, first: datetime = FIRST, last: datetime = LAST) -> SearchStrategy[datetime]:
    """Return aware datetimes, in all kinds of zones, of skipped and of doubled hours too.

    Args:
        first: the first time on the wall clock, naive.
        last: the last time on the wall clock, naive.
    """
    return st.datetimes(first, last, timezones=zones())


@kept
def days(*, first: date = FIRST_DAY, last: date = LAST_DAY) -> SearchStrategy[date]:
    """Return dates."""
    return st.dates(first, last)


def _from(start: datetime, length: timedelta) -> Period:
    return Period(start, start.astimezone(UTC) + length)


@kept
def periods(
    *, starts: SearchStrategy[datetime] | None = None, lengths: SearchStrategy[timedelta] | None = None
) -> SearchStrategy[Period]:
    """Return periods, from a microsecond to a month long.

    Args:
        starts: where they begin.
        lengths: how long they are, each above zero.
    """
    return st.builds(
        _from,
        this_or(starts, instants()),
        this_or(lengths, st.timedeltas(timedelta(microseconds=1), timedelta(days=30))),
    )


@kept
def validities(*, starts: SearchStrategy[datetime] | None = None) -> SearchStrategy[Validity]:
    """Return spans of up to ten years, and open ones.

    Args:
        starts: where they begin.
    """
    some = periods(starts=starts, lengths=st.timedeltas(timedelta(microseconds=1), timedelta(days=3653))).map(
        lambda period: Validity(period.start, period.end)
    )
    return some | st.builds(Validity, this_or(starts, instants()))


@cache
def names() -> SearchStrategy[Names]:
    """Return names in the four languages."""
    return st.builds(Names, de=texts(200), fr=texts(200), it=texts(200), en=texts(200))


# Reasons -----------------------------------------------------------------------------------------------


@kept
def scalars() -> SearchStrategy[Scalar]:
    """Return what a value of a reason may be: a text, an int, an amount, a date, an instant."""
    return st.one_of(texts(200), st.integers(-(10**12), 10**12), moneys(), days(), instants())


@cache
def _pairs() -> SearchStrategy[tuple[tuple[str, Scalar], ...]]:
    value_names = st.text(f"{ascii_lowercase}_", min_size=1, max_size=12).map(
        lambda drawn: f"a{drawn}" if drawn[0] == "_" else drawn
    )
    return st.dictionaries(value_names, scalars(), max_size=4).map(
        lambda values: tuple(sorted(values.items(), key=lambda pair: pair[0]))
    )


@kept
def reasons(*, code: str | None = None) -> SearchStrategy[Reason]:
    """Return reasons with up to four values of all kinds."""
    return st.builds(Reason, fixed_or(code, ids()), _pairs())
