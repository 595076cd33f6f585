"""Bookings, their events and commands, and what these carry."""

from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mila_core.bookings import (
    TABLE,
    Booking,
    BookingCommand,
    BookingEvent,
    Compensation,
    Consent,
    Ending,
    replay,
)
from mila_core.lifecycle import Decision, Outcome
from mila_core.periods import Period
from mila_core.testing._histories import histories
from mila_core.testing._lives import actors, stream_versions
from mila_core.testing._people import friends
from mila_core.testing._policies import booking_policies
from mila_core.testing._quotes import quotes
from mila_core.testing._requests import offers
from mila_core.testing._values import fixed_or, ids, instants, kept, keys, moneys, periods, reasons

_BEGIN = frozenset(row.event for row in TABLE if not row.sources)
_BIND = frozenset({"assign", "book_instantly", "accept", "reschedule", "amend"})
_CHANGE = frozenset({"reschedule", "amend"})
_VERSIONS = st.none() | st.integers(0, 2**53)
_GIVEN_REASONS = st.none() | reasons()
_READS = st.lists(stream_versions(), max_size=1)


@kept
def consents(*, quote_id: str | None = None) -> SearchStrategy[Consent]:
    """Return consents to a quote."""
    return st.builds(Consent, by=actors(), at=instants(), quote_id=fixed_or(quote_id, ids()))


@kept
def compensations() -> SearchStrategy[Compensation]:
    """Return compensations, of nothing too."""
    return st.builds(Compensation, amount=moneys(least=0, most=50_000), why=reasons())


@kept
def endings() -> SearchStrategy[Ending]:
    """Return endings, with a compensation or without."""
    return st.builds(
        Ending,
        event=ids(),
        by=actors(),
        why=st.none() | reasons(),
        compensation=st.none() | compensations(),
    )


@kept
def booking_events() -> SearchStrategy[BookingEvent]:
    """Return events of bookings, of any place in a history."""
    return histories().flatmap(st.sampled_from)


@kept
def bookings(
    *,
    id: str | None = None,  # noqa: A002  # the field's name
    friend_id: str | None = None,
    customer_id: str | None = None,
    slots: SearchStrategy[Period] | None = None,
) -> SearchStrategy[Booking]:
    """Return bookings in any state, as legal histories make them."""
    drawn = histories(booking_id=id, friend_id=friend_id, customer_id=customer_id, slots=slots)
    return drawn.map(replay)


@kept
def decisions() -> SearchStrategy[Decision[BookingEvent]]:
    """Return decisions on bookings: applied with what is to be stored, or replayed."""
    expects = st.lists(stream_versions(), max_size=2)
    applied: SearchStrategy[Decision[BookingEvent]] = st.builds(
        Decision, events=st.lists(booking_events(), min_size=1, max_size=2), expects=expects
    )
    replayed: SearchStrategy[Decision[BookingEvent]] = st.builds(
        Decision, outcome=st.just(Outcome.REPLAYED), expects=expects
    )
    return applied | replayed


@cache
@st.composite
def _commands_for(draw: st.DrawFn, event: str) -> BookingCommand:
    """Return commands for an event, with what it needs and at times with what it can use."""
    begins, changes = event in _BEGIN, event in _CHANGE
    knows = event in _BIND or (event in {"request", "start_work"} and draw(st.booleans()))
    friend = draw(friends()) if knows else None
    needs_offer = event == "book_instantly"
    offer = draw(offers(friend_id=friend.id)) if friend and (needs_offer or draw(st.booleans())) else None
    return BookingCommand(
        event=event,
        by=draw(actors()),
        key=draw(keys()),
        why=draw(_GIVEN_REASONS),
        expected_version=draw(_VERSIONS),
        reads=draw(_READS),
        quote=draw(quotes()) if begins or changes else None,
        policy=draw(st.none() | booking_policies()) if begins else None,
        booking_id=draw(st.none() | ids()) if begins else None,
        friend=friend,
        offer=offer,
        busy=draw(st.lists(periods(), max_size=2)) if friend else [],
        agenda_version=draw(_VERSIONS) if friend else None,
        consent=draw(st.none() | consents()) if changes else None,
        contact_attempted_at=draw(instants()) if event == "report_customer_no_show" else None,
        compensation=draw(st.none() | moneys(least=0)) if event == "cancel_by_operator" else None,
        waive=event == "cancel_by_customer" and draw(st.booleans()),
        disputed=event in {"approve", "auto_approve"} and draw(st.booleans()),
        dispute_version=draw(_VERSIONS) if event in {"approve", "auto_approve"} else None,
    )


@kept
def commands(*, event: str | None = None) -> SearchStrategy[BookingCommand]:
    """Return commands, each with what its event needs; whether they are granted depends on the booking."""
    return fixed_or(event, st.sampled_from([row.event for row in TABLE])).flatmap(_commands_for)
