"""Visits that can be booked, and friends who may do them."""

from datetime import datetime, time, timedelta
from functools import cache

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mila_core.availability import Availability, WeeklyHours
from mila_core.catalogue import household_technology
from mila_core.certifications import Certification
from mila_core.eligibility import Visit
from mila_core.friends import Friend
from mila_core.periods import Period, Validity
from mila_core.regions import Opening
from mila_core.testing._values import ids, languages, periods, places, this_or

QUARTER = timedelta(minutes=15)
_SERVICES = st.sampled_from(household_technology().services)
_SPOKEN = st.lists(languages(), max_size=2)
_ROUND_THE_CLOCK = Availability(
    weekly=[WeeklyHours(weekday=day, start=time(0), end=time(0)) for day in range(1, 8)]
)


def eligible_friend(visit: Visit, *, id: str) -> Friend:  # noqa: A002  # the field's name
    """Return a friend who may do a visit, and has time around the clock."""
    covering = Certification(
        id="covering",
        issuer_id="issuer",
        scope=visit.service.requires,
        level=visit.service.level,
        valid=Validity(visit.slot.start),
    )
    return Friend(
        id=id,
        name="Nora",
        home=visit.place,
        languages=visit.languages or ("de",),
        certifications=[covering],
        availability=_ROUND_THE_CLOCK,
    )


def _on_a_quarter(start: datetime) -> datetime:
    late = timedelta(minutes=start.minute % 15, seconds=start.second, microseconds=start.microsecond)
    return start - late


@cache
def _usual_slots() -> SearchStrategy[Period]:
    """Return slots of whole quarters of an hour; half of them begin on one, so that they can be booked."""
    lengths = st.integers(1, 96).map(lambda quarters: quarters * QUARTER)
    some = periods(lengths=lengths)
    return some | some.map(
        lambda slot: Period(_on_a_quarter(slot.start), _on_a_quarter(slot.start) + (slot.end - slot.start))
    )


def in_slot(visit: Visit, slot: Period) -> Visit:
    """Return the visit at another time, in a region that is open then."""
    openings = [Opening(region_id=each.region_id, during=Validity(slot.start)) for each in visit.openings]
    return attrs.evolve(visit, slot=slot, openings=openings)


@st.composite
def bookable_visits(
    draw: st.DrawFn, *, slots: SearchStrategy[Period] | None, customer_id: str | None
) -> Visit:
    """Return visits in places that are served at the time, of services of the catalogue."""
    slot = draw(this_or(slots, _usual_slots()))
    return Visit(
        request_id=draw(ids()),
        customer_id=customer_id or draw(ids()),
        service=draw(_SERVICES),
        place=draw(places()),
        slot=slot,
        languages=draw(_SPOKEN),
        openings=[Opening(region_id=draw(ids()), during=Validity(slot.start))],
    )
