"""Disputes with their histories: legal ones only."""

from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mila_core.bookings import BookingState
from mila_core.disputes import (
    LONGEST_TEXT,
    TABLE,
    Contest,
    Dispute,
    DisputeCommand,
    DisputeEvent,
    DisputeState,
    Resolution,
    Ruling,
    decide,
    evolve,
    replay,
)
from mila_core.lifecycle import Actor, Refusal, RefusedError, Role
from mila_core.money import ZERO, Money
from mila_core.testing._bookings import bookings
from mila_core.testing._lives import actor_as, actors, stream_versions
from mila_core.testing._values import (
    LONGEST_WAIT,
    after,
    fixed_or,
    ids,
    instants,
    kept,
    keys,
    moneys,
    reasons,
    texts,
)

_GIVEN_REASONS = st.none() | reasons()
_SAID = texts(LONGEST_TEXT).filter(str.strip)
_CUSTOMERS = (
    BookingState.COMPLETED,
    BookingState.CLOSED,
    BookingState.NO_SHOW,
    BookingState.FAILED,
    BookingState.CANCELLED,
)


@kept
@st.composite
def contests(draw: st.DrawFn, *, claimant: Role | None = None) -> Contest:
    """Return what is contested: mostly what a customer owes, at times that a friend was not there."""
    side = claimant or draw(st.sampled_from([Role.CUSTOMER, Role.CUSTOMER, Role.CUSTOMER, Role.FRIEND]))
    of_friend = side is Role.FRIEND
    return Contest(
        customer_id=draw(ids()),
        friend_id=draw(ids()),
        claimant=side,
        outcome=BookingState.NO_SHOW if of_friend else draw(st.sampled_from(_CUSTOMERS)),
        amount=ZERO if of_friend else draw(moneys(least=1, most=50_000)),
        answer_by=draw(instants()),
    )


@kept
@st.composite
def resolutions(draw: st.DrawFn, *, contested: Money | None = None) -> Resolution:
    """Return ways in which a person resolved a dispute about an amount."""
    of = contested or draw(moneys(least=0, most=50_000))
    ruling = draw(st.sampled_from(_rulings(of)))
    return Resolution(
        ruling=ruling,
        amount=_amount(draw, ruling, of) or (of if ruling is Ruling.FULL else ZERO),
        by=draw(actors(role=Role.OPERATOR)),
        at=draw(instants()),
        text=draw(_SAID),
    )


def _rulings(contested: Money) -> list[Ruling]:
    return [each for each in Ruling if each is not Ruling.PARTIAL or contested.rappen > 1]


def _amount(draw: st.DrawFn, ruling: Ruling, contested: Money) -> Money | None:
    """Return the amount that a command needs: a part for a partial ruling, else none."""
    return draw(moneys(least=1, most=contested.rappen - 1)) if ruling is Ruling.PARTIAL else None


def _steps(dispute: Dispute) -> list[tuple[str, Role, datetime, datetime]]:
    """Return what may happen next: the event, by whom, and from when up to and including when."""
    contest, first = dispute.contest, dispute.since
    later, tick = first + LONGEST_WAIT, timedelta(microseconds=1)
    steps = [("withdraw_dispute", contest.claimant, first, later)]
    if dispute.state is DisputeState.ANSWERED:
        return [*steps, *[("decide_dispute", Role.OPERATOR, first, later)] * 4]
    steps.append(
        ("decide_dispute", Role.OPERATOR, contest.answer_by, max(later, contest.answer_by + LONGEST_WAIT))
    )
    if contest.answer_by > first:
        steps += [("answer_dispute", contest.respondent, first, contest.answer_by - tick)] * 6
    return steps


def _granted(dispute: Dispute, wanted: DisputeCommand, *, at: datetime) -> DisputeEvent:
    decided = decide(dispute, wanted, at=at)
    if isinstance(decided, Refusal):  # only what the table and the deadlines allow is drawn
        raise RefusedError(decided)
    return decided.events[0]


@kept
@st.composite
def dispute_histories(
    draw: st.DrawFn, *, booking_id: str | None = None, contest: Contest | None = None
) -> tuple[DisputeEvent, ...]:
    """Return the histories of disputes, from the opening to any state, by commands that are granted.

    Args:
        draw: given by Hypothesis.
        booking_id: the id of the booking.
        contest: what is contested.
    """
    about = contest or draw(contests())
    people = {Role.CUSTOMER: about.customer_id, Role.FRIEND: about.friend_id}
    first = DisputeEvent(
        id=booking_id or draw(ids()),
        version=1,
        event="open_dispute",
        by=Actor(about.claimant, people[about.claimant]),
        at=about.answer_by - timedelta(minutes=draw(st.integers(1, 366 * 24 * 60))),
        key="key-0",
        fingerprint=draw(ids()),
        text=draw(_SAID),
        contest=about,
    )
    dispute, history = evolve(None, first), [first]
    for step in range(1, 1 + draw(st.integers(0, 2))):
        if not dispute.is_open:
            break
        name, role, begin, end = draw(st.sampled_from(_steps(dispute)))
        ruling = draw(st.sampled_from(_rulings(about.amount))) if name == "decide_dispute" else None
        wanted = DisputeCommand(
            event=name,
            by=draw(actor_as(role, people=people)),
            key=f"key-{step}",
            text="" if name == "withdraw_dispute" else draw(_SAID),
            ruling=ruling,
            amount=_amount(draw, ruling, about.amount) if ruling else None,
            why=draw(_GIVEN_REASONS),
        )
        event = _granted(dispute, wanted, at=draw(after(begin, end - begin)))
        dispute = evolve(dispute, event)
        history.append(event)
    return tuple(history)


@kept
def dispute_events() -> SearchStrategy[DisputeEvent]:
    """Return events of disputes, of any place in a history."""
    return dispute_histories().flatmap(st.sampled_from)


@kept
def disputes(*, id: str | None = None, contest: Contest | None = None) -> SearchStrategy[Dispute]:  # noqa: A002  # the field's name
    """Return disputes in any state, as legal histories make them."""
    return dispute_histories(booking_id=id, contest=contest).map(replay)


@kept
def dispute_commands(*, event: str | None = None) -> SearchStrategy[DisputeCommand]:
    """Return commands, each with what its event needs; whether they are granted depends on the dispute."""

    @st.composite
    def of(draw: st.DrawFn, name: str) -> DisputeCommand:
        ruling = draw(st.sampled_from(Ruling)) if name == "decide_dispute" else None
        return DisputeCommand(
            event=name,
            by=draw(actors()),
            key=draw(keys()),
            why=draw(_GIVEN_REASONS),
            expected_version=draw(st.none() | st.integers(0, 2**53)),
            reads=draw(st.lists(stream_versions(), max_size=1)),
            booking=draw(bookings()) if name == "open_dispute" else None,
            text=draw(texts(LONGEST_TEXT, may_be_empty=True)),
            ruling=ruling,
            amount=draw(moneys(least=1, most=50_000)) if ruling is Ruling.PARTIAL else None,
        )

    return fixed_or(event, st.sampled_from([row.event for row in TABLE])).flatmap(of)
