"""The scene as it is after somebody has tampered with it, and the code that has to tell it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import attrs

from mila_core import ratings
from mila_core.audit import Violation
from mila_core.bookings import BookingCommand, BookingState, Compensation
from mila_core.disputes import DisputeCommand
from mila_core.friends import ContractMode
from mila_core.lifecycle import Actor, Event, Role
from mila_core.money import chf
from mila_core.reasons import reason
from tests import journey
from tests.audit import scene
from tests.audit.scene import DAY, END, HOUR, START

Events = Sequence[Event]


@cache
def history() -> scene.History:
    """Return the whole scene, made once."""
    return scene.whole()


def counted() -> Sequence[ratings.Rating]:
    """Return the ratings that count in the scene."""
    return ratings.revealed(each for each in history().states.values() if isinstance(each, ratings.Reviews))


def codes(found: Sequence[Violation]) -> set[str]:
    """Return the codes of some violations."""
    return {each.why.code for each in found}


def is_event(name: str, stream: str = "") -> Callable[[Event], bool]:
    """Return a test for the event of a name, in the stream that begins so."""
    return lambda event: event.event == name and event.stream.startswith(stream)


def without(name: str, stream: str = "") -> Events:
    """Return the scene without some events."""
    fits = is_event(name, stream)
    return [each for each in history().events if not fits(each)]


def without_stream(stream: str) -> Events:
    """Return the scene without the streams that begin so."""
    return [each for each in history().events if not each.stream.startswith(stream)]


def altered(name: str, stream: str = "", **changes: Any) -> Events:
    """Return the scene with another event in one place."""
    return scene.changed(history().events, is_event(name, stream), **changes)


def _twice(name: str, stream: str) -> Events:
    event = next(filter(is_event(name, stream), history().events))
    return [*history().events, event]


def _swapped() -> Events:
    events = list(history().events)
    first, second = (
        next(at for at, each in enumerate(events) if is_event(name, "booking:r1")(each))
        for name in ("depart", "start_work")
    )
    events[first], events[second] = events[second], events[first]
    return events


def _double_booked() -> Events:
    """Return two bookings of Andreas at one time, as a store makes them that does not look at the agenda."""
    other = scene.History()
    quote = attrs.evolve(journey.QUOTE, id="q-double")
    for command, at in (
        (journey.command("request", journey.CUSTOMER, quote=quote), journey.NOW),
        (journey.command("accept", journey.FRIEND), journey.NOW + HOUR),
    ):
        other.do("booking:q-double", command, at)
    return [*history().events, *other.events]


def _open_dispute() -> Events:
    """Return the scene where the dispute is still open, and paid out all the same."""
    gone = {"decide_dispute", "answer_dispute", "refund_partly"}
    kept = [each for each in history().events if each.event not in gone]
    numbers: dict[str, int] = {}
    renumbered = []
    for each in kept:
        numbers[each.stream] = numbers.get(each.stream, 0) + 1
        key = f"~{numbers[each.stream]}" if each.key.startswith("~") else each.key
        renumbered.append(attrs.evolve(each, version=numbers[each.stream], key=key))
    return renumbered


def _approved_while_disputed() -> Events:
    """Return a booking that time has approved while it was contested."""
    made = scene.History()
    booking = scene.book_by_dispatch(made)
    claim = DisputeCommand(
        event="open_dispute", by=journey.CUSTOMER, key="p", booking=booking, text="It does not work."
    )
    made.do(f"dispute:{booking.id}", claim, END + HOUR)
    approve = BookingCommand(event="auto_approve", by=journey.SCHEDULER, key="a")
    made.do(booking.stream, approve, END + 3 * DAY)
    return made.events


def _unsettled() -> Events:
    """Return the scene without the refund and what came after it."""
    refund = next(filter(is_event("refund_partly"), history().events))
    return [
        each for each in history().events if each.stream != refund.stream or each.version < refund.version
    ]


def retimed(times: Mapping[str, datetime]) -> Events:
    """Return the scene where some events, by name, happened at other times."""
    return [attrs.evolve(each, at=times.get(each.event, each.at)) for each in history().events]


def _by(name: str, stream: str, role: Role) -> Events:
    """Return the scene where somebody whom nobody knows did something."""
    return altered(name, stream, by=Actor(role, "mallory"))


def without_the_answer() -> Events:
    """Return the scene where the dispute was decided unheard, four hours after its opening."""
    answer = next(filter(is_event("answer_dispute"), history().events))
    return [
        attrs.evolve(each, version=each.version - 1)
        if each.stream == answer.stream and each.version > answer.version
        else each
        for each in history().events
        if each is not answer
    ]


def _about_others(name: str, field: str, **names: str) -> Events:
    """Return the scene where a first event names other people."""
    first = next(filter(is_event(name), history().events))
    return altered(name, **{field: attrs.evolve(getattr(first, field), **names)})


def edited_reply(after: timedelta) -> Events:
    """Return the scene with a reply that was changed so long after it was written."""
    reply = next(filter(is_event("reply"), history().events))
    assert isinstance(reply, ratings.ReviewsEvent)
    assert reply.reply is not None
    at = reply.at + after
    changes: dict[str, Any] = {"at": at, "version": reply.version + 1, "key": "edited"}
    text = attrs.evolve(reply.reply, text="Thanks.", edited_at=at)
    return [*history().events, attrs.evolve(reply, event="edit_reply", reply=text, **changes)]


def replied(after: timedelta) -> Events:
    """Return the scene where the reply came so long after the reveal."""
    revealed = next(filter(is_event("reveal"), history().events))
    return altered("reply", at=revealed.at + after)


HELD = 5
"""The version of the settlement that holds the payout."""
FORGED = Compensation(amount=chf(1), why=reason("late_cancellation"))
TAMPERED: dict[str, tuple[str, Callable[[], Events]]] = {
    # what was done to the scene: the code that tells it, the events
    "an event is lost": ("gap", lambda: without("depart", "booking:r1")),
    "the first event is lost": ("gap", lambda: without("request", "booking:q-late")),
    "an event is delivered twice": ("duplicate_event", lambda: _twice("confirm", "booking:r1")),
    "two events are swapped": ("wrong_order", _swapped),
    "an event that the table forbids": (
        "event_forbidden",
        lambda: altered("confirm", "booking:r1", event="amend"),
    ),
    "an event by who may not": (
        "event_forbidden",
        lambda: altered("confirm", "booking:r1", by=journey.CUSTOMER),
    ),
    "a key that was used before": ("key_reused", lambda: altered("depart", "booking:r1", key="b0")),
    "accepted after the deadline": (
        "after_deadline",
        lambda: altered("accept", "booking:q-late", at=journey.NOW + timedelta(hours=24)),
    ),
    "rated after the window": (
        "after_deadline",
        lambda: [
            attrs.evolve(each, at=END + 20 * DAY)
            if each.event == "give_rating" and each.by.role is Role.CUSTOMER
            else each
            for each in history().events
        ],
    ),
    "started long before the time": (
        "out_of_window",
        lambda: altered("start_work", "booking:r1", at=START - timedelta(minutes=31)),
    ),
    "completed before the start": (
        "out_of_window",
        lambda: altered("complete", "booking:r1", at=START - timedelta(seconds=1)),
    ),
    "replied a month later": ("out_of_window", lambda: altered("reply", at=END + 60 * DAY)),
    "another compensation": (
        "compensation_differs",
        lambda: altered("cancel_by_customer", compensation=FORGED),
    ),
    "no compensation": ("compensation_differs", lambda: altered("cancel_by_customer", compensation=None)),
    "approved by the customer a month later, uncontested": (
        "after_deadline",
        lambda: altered("approve", "booking:r1", at=END + 30 * DAY),
    ),
    "contested 300 days after the closing": (
        "after_deadline",
        lambda: retimed(
            {
                "open_dispute": END + 300 * DAY,
                "answer_dispute": END + 300 * DAY,
                "decide_dispute": END + 301 * DAY,
            }
        ),
    ),
    "contested a day before the closing": ("out_of_window", lambda: retimed({"open_dispute": END - DAY})),
    "answered a month later": (
        "after_deadline",
        lambda: retimed({"answer_dispute": END + 30 * DAY, "decide_dispute": END + 30 * DAY}),
    ),
    "decided before anybody was heard": ("out_of_window", without_the_answer),
    "answered by the side that contests": (
        "event_forbidden",
        lambda: altered("answer_dispute", by=journey.CUSTOMER),
    ),
    "contested by the other side": ("event_forbidden", lambda: altered("open_dispute", by=journey.FRIEND)),
    "contested a day off": (
        "without_booking",
        lambda: _about_others("open_dispute", "contest", outcome=BookingState.CONFIRMED),
    ),
    "a reply edited after 400 days": ("out_of_window", lambda: edited_reply(400 * DAY)),
    "a reply edited that was never given": (
        "event_forbidden",
        lambda: altered("reply", event="edit_reply"),
    ),
    "confirmed by a stranger": ("not_a_party", lambda: _by("confirm", "booking:r1", Role.FRIEND)),
    "requested by a stranger": ("not_a_party", lambda: _by("request", "booking:q-late", Role.CUSTOMER)),
    "contested by a stranger": ("not_a_party", lambda: _by("open_dispute", "dispute:", Role.CUSTOMER)),
    "accepted for another friend": (
        "not_a_party",
        lambda: _by("accept_invitation", "request:", Role.FRIEND),
    ),
    "replied by a stranger": ("not_a_party", lambda: _by("reply", "reviews:", Role.FRIEND)),
    "a dispute of other people": (
        "not_a_party",
        lambda: _about_others("open_dispute", "contest", customer_id="mallory"),
    ),
    "a settlement with another friend": (
        "not_a_party",
        lambda: _about_others("open_settlement", "terms", friend_id="mallory"),
    ),
    "a settlement under another contract": (
        "another_contract",
        lambda: _about_others("open_settlement", "terms", contract=ContractMode.PLATFORM),
    ),
    "two bookings at one time": ("overlapping_bookings", _double_booked),
    "a settlement without its booking": ("without_booking", lambda: without_stream("booking:r1")),
    "ratings without a booking": ("rating_without_booking", lambda: without_stream("booking:r1")),
    "a settlement of a booking that is not closed": (
        "without_booking",
        lambda: without("approve", "booking:r1"),
    ),
    "ratings of a booking that is not closed": (
        "rating_without_booking",
        lambda: without("approve", "booking:r1"),
    ),
    "a booking that nobody was invited to": (
        "assigned_without_invitation",
        lambda: without_stream("request:"),
    ),
    "an invitation accepted without a booking": ("without_booking", lambda: without_stream("booking:")),
    "a decision that is not settled": (
        "ruling_not_settled",
        _unsettled,
    ),
    "paid out while contested": ("paid_while_disputed", _open_dispute),
    "approved by time while contested": ("approved_while_disputed", _approved_while_disputed),
}
