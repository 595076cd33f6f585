"""Hypothesis strategies for the values and nouns of the library, valid by construction.

A function a type, named as the type in the plural. A keyword argument takes what a caller wants to fix: a value
where it has the field's name, a strategy where its name is in the plural.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from typing import TypeVar
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mila_core.availability import Availability, WeeklyHours
from mila_core.catalogue import HIGHEST_LEVEL, Catalogue, Category, Service
from mila_core.certifications import Certification, Revocation, Suspension
from mila_core.eligibility import Eligibility, Visit
from mila_core.friends import Customer, Friend, FriendKind, Partner
from mila_core.money import Money, Rounding
from mila_core.names import Names
from mila_core.offers import Offer
from mila_core.periods import SWISS_ZONE, Period, Validity
from mila_core.places import CANTONS, Place, all_places
from mila_core.policies import BookingPolicy
from mila_core.reasons import Reason, Scalar
from mila_core.regions import Opening, Region
from mila_core.service_requests import ServiceRequest

T = TypeVar("T")

FIRST = datetime(2000, 1, 1)  # noqa: DTZ001  # on the wall clock of whichever zone is drawn
LAST = datetime(2100, 1, 1)  # noqa: DTZ001

ZONES = (
    "UTC",
    SWISS_ZONE,
    "America/New_York",
    "Asia/Kathmandu",  # a quarter of an hour off the others
    "Australia/Lord_Howe",  # half an hour of summer time
    "Pacific/Apia",  # skipped the whole of 30 December 2011
)

MOST_RAPPEN = 10**15
"""Ten thousand billion francs: far above any price, and within what every text form takes."""


def _fixed_or(value: T | None, drawn: SearchStrategy[T]) -> SearchStrategy[T]:
    return drawn if value is None else st.just(value)


# Plain values ------------------------------------------------------------------------------------------


def ids() -> SearchStrategy[str]:
    """Return ids and codes: mostly short, at times of the greatest length."""
    visible = st.characters(min_codepoint=0x21, max_codepoint=0x7E)
    return st.text(visible, min_size=1, max_size=12) | st.text(visible, min_size=200, max_size=200)


def languages() -> SearchStrategy[str]:
    """Return codes of languages that people in Switzerland speak."""
    return st.sampled_from(["de", "fr", "it", "rm", "en", "sq", "gsw-u-sd-chzh"])


def texts(longest: int, *, may_be_empty: bool = False) -> SearchStrategy[str]:
    """Return texts as people write them: no control characters but line breaks, not blank, any script."""
    signs = st.characters(exclude_categories=["Cc", "Cs"]) | st.just("\n")
    drawn = st.text(signs, max_size=min(40, longest // 3))  # the normal form C may be three times as long
    return drawn if may_be_empty else drawn.map(lambda text: text if text.strip() else "Zoé")


def moneys(*, least: int = -MOST_RAPPEN, most: int = MOST_RAPPEN) -> SearchStrategy[Money]:
    """Return amounts between two numbers of Rappen."""
    return st.builds(Money, st.integers(least, most))


def prices() -> SearchStrategy[Money]:
    """Return prices of small jobs: above zero, mostly whole francs."""
    return st.builds(Money, st.integers(1, 300).map(lambda francs: francs * 100) | st.integers(1, 30_000))


def roundings() -> SearchStrategy[Rounding]:
    """Return ways of rounding."""
    return st.sampled_from(list(Rounding))


def places(*, canton: str | None = None) -> SearchStrategy[Place]:
    """Return places of the Swiss table, all or those of a canton."""
    return st.sampled_from([each for each in all_places() if canton is None or canton in each.cantons])


def zones() -> SearchStrategy[tzinfo]:
    """Return what a datetime can have as `tzinfo`: zones with and without summer time, and plain offsets."""
    offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
    return st.sampled_from([ZoneInfo(name) for name in ZONES]) | offsets


def instants(*, first: datetime = FIRST, last: datetime = LAST) -> SearchStrategy[datetime]:
    """Return aware datetimes, in all kinds of zones, of skipped and of doubled hours too.

    Args:
        first: the first time on the wall clock, naive.
        last: the last time on the wall clock, naive.
    """
    return st.datetimes(first, last, timezones=zones())


def days(*, first: date = FIRST.date(), last: date = LAST.date()) -> SearchStrategy[date]:
    """Return dates."""
    return st.dates(first, last)


def periods(
    *,
    starts: SearchStrategy[datetime] | None = None,
    minutes: SearchStrategy[int] | None = None,
) -> SearchStrategy[Period]:
    """Return periods of up to some days, or of the minutes asked for."""
    lengths = (
        st.timedeltas(timedelta(microseconds=1), timedelta(days=30))
        if minutes is None
        else minutes.map(lambda each: timedelta(minutes=each))
    )
    spans = st.builds(Period, start=starts or instants(), end=st.just(LAST.replace(year=9000, tzinfo=UTC)))
    return st.builds(lambda span, length: Period(span.start, span.start + length), spans, lengths)
