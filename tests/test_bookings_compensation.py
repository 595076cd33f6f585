"""Compensation: a share of the price that grows as the notice falls, capped, explained, and waivable."""

from datetime import datetime, timedelta
from fractions import Fraction
from math import floor

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mila_core import bookings
from mila_core.bookings import Booking, BookingCommand, BookingState, Compensation
from mila_core.bookings.compensation import for_late_cancellation, for_no_show, for_visit_in_vain
from mila_core.errors import InvalidTypeError, InvalidValueError
from mila_core.lifecycle import Actor, Decision, Refusal, RefusedError, Role
from mila_core.money import ZERO, Money, chf
from mila_core.periods import Period
from mila_core.policies import BookingPolicy, CompensationPolicy, NoticeTier
from mila_core.reasons import Reason, reason
from tests import booking_rules as rules
from tests import journey, wrong
from tests.journey import CUSTOMER, FRIEND, OPERATOR, QUOTE, booking_in, utc

S = BookingState
TICK = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
START = QUOTE.visit.slot.start
BOUND = utc("2013-11-27T10:00")  # when the example was accepted, 27 hours before its start
UNTIL_THE_END = QUOTE.visit.slot.end - BOUND  # later only an operator calls a visit off
NO_LIMIT = chf(10_000)

prices = st.integers(0, 50_000).map(Money)
notices = st.timedeltas(timedelta(days=-3), timedelta(days=40))


@st.composite
def tiers(draw: st.DrawFn) -> list[NoticeTier]:
    """Return tiers as a policy may have them."""
    minutes = sorted(draw(st.sets(st.integers(1, 40_000), max_size=4)), reverse=True)
    shares = sorted(draw(st.lists(st.integers(0, 100), min_size=len(minutes) + 1, max_size=len(minutes) + 1)))
    return [NoticeTier(notice_minutes=m, percent=p) for m, p in zip([*minutes, 0], shares, strict=True)]


policies = st.builds(
    CompensationPolicy,
    tiers=tiers(),
    most=prices,
    no_show_percent=st.integers(0, 100),
    visit_fee=prices,
    cooling_off_minutes=st.integers(0, 60),
    visit_fee_reasons=st.frozensets(st.sampled_from(rules.FAILURES)),
)


def half_up(exact: Fraction) -> int:
    """Return the nearest integer to a number that is not negative, halves upwards."""
    return floor(exact + Fraction(1, 2))


def recomputed(why: Reason) -> int:
    """Return an amount in Rappen as a reader works it out from the values that explain it."""
    values = dict(why.values)
    of, most = values["of"], values["most"]
    assert isinstance(of, Money)
    assert isinstance(most, Money)
    if why.code == "visit_in_vain":
        fee = values["fee"]
        assert isinstance(fee, Money)
        return min(fee.rappen, most.rappen, of.rappen)
    percent = values["percent"]
    assert isinstance(percent, int)
    return min(half_up(Fraction(of.rappen * percent, 100)), most.rappen, of.rappen)


# The shares ----------------------------------------------------------------------------------------------


@given(prices, notices, policies)
def test_never_more_than_the_price_or_the_cap(
    gross: Money, notice: timedelta, policy: CompensationPolicy
) -> None:
    """What is owed lies between nothing and the price, and never above the cap, whatever the notice."""
    owed = for_late_cancellation(gross, notice=notice, policy=policy)
    assert ZERO <= owed.amount <= min(gross, policy.most)


@given(prices, notices, notices, policies)
def test_more_notice_never_costs_more(
    gross: Money, one: timedelta, other: timedelta, policy: CompensationPolicy
) -> None:
    """Who cancels earlier owes as much or less."""
    earlier, later = max(one, other), min(one, other)
    owed = [for_late_cancellation(gross, notice=each, policy=policy).amount for each in (earlier, later)]
    assert owed[0] <= owed[1]


@given(policies)
def test_a_boundary_belongs_to_the_better_tier(policy: CompensationPolicy) -> None:
    """A notice of exactly so many minutes is in the tier that names them, a moment less in the next."""
    for tier, worse in zip(policy.tiers, policy.tiers[1:], strict=False):
        edge = timedelta(minutes=tier.notice_minutes)
        for notice, percent in (
            (edge, tier.percent),
            (edge + TICK, tier.percent),
            (edge - TICK, worse.percent),
        ):
            why = for_late_cancellation(chf(100), notice=notice, policy=policy).why
            assert why.get("percent") == percent


@given(prices, notices, policies, st.sampled_from(rules.FAILURES))
def test_an_amount_can_be_worked_out_from_its_reason(
    gross: Money, notice: timedelta, policy: CompensationPolicy, failure: str
) -> None:
    """Whoever owes something gets the numbers from which it follows (DSG 21)."""
    late = for_late_cancellation(gross, notice=notice, policy=policy)
    absent = for_no_show(gross, policy=policy)
    vain = for_visit_in_vain(gross, failure=failure, policy=policy)
    assert (vain is None) is (failure not in policy.visit_fee_reasons)
    for owed in (late, absent, *([vain] if vain else [])):
        assert owed.amount.rappen == recomputed(owed.why)
    minutes = late.why.get("notice_minutes")
    assert isinstance(minutes, int)
    expected = next(each for each in policy.tiers if each.notice_minutes <= minutes)
    assert late.why.get("percent") == expected.percent
    assert minutes == max(0, notice // MINUTE)


SHARES = [
    # notice, the share of CHF 60, by the default tiers
    (timedelta(days=40), "0.00"),
    (24 * HOUR, "0.00"),
    (24 * HOUR - TICK, "15.00"),
    (12 * HOUR, "15.00"),
    (12 * HOUR - TICK, "30.00"),
    (timedelta(0), "30.00"),
    (-3 * HOUR, "30.00"),
]


@pytest.mark.parametrize(("notice", "owed"), SHARES)
def test_the_default_shares(notice: timedelta, owed: str) -> None:
    """Free until 24 hours before, a quarter until 12, then a half; also after the start."""
    assert for_late_cancellation(chf(60), notice=notice, policy=CompensationPolicy()).amount == chf(owed)


def test_the_default_cap() -> None:
    """However dear the visit, CHF 40 are the most."""
    owed = for_late_cancellation(chf(300), notice=HOUR, policy=CompensationPolicy())
    assert (owed.amount, owed.why.get("most")) == (chf(40), chf(40))
    assert for_no_show(chf(300), policy=CompensationPolicy()).amount == chf(40)


@pytest.mark.parametrize(
    ("gross", "owed"), [("0.01", "0.01"), ("0.05", "0.03"), ("33.33", "16.67"), ("0", "0")]
)
def test_half_a_rappen_is_rounded_up(gross: str, owed: str) -> None:
    """A share is rounded once, half a Rappen away from zero."""
    assert for_no_show(chf(gross), policy=CompensationPolicy()).amount == chf(owed)


# In the life of a booking --------------------------------------------------------------------------------


def confirmed(
    policy: CompensationPolicy | None = None,
    *,
    gross: Money | None = None,
    bound_at: datetime = BOUND,
    state: BookingState = S.CONFIRMED,
) -> Booking:
    """Return the example in a state, under another policy and at another price."""
    booking = booking_in(state)
    price = booking.quote.gross if gross is None else gross
    return attrs.evolve(
        booking,
        policy=attrs.evolve(booking.policy, compensation=policy or CompensationPolicy()),
        quote=attrs.evolve(booking.quote, lines=[attrs.evolve(booking.quote.lines[0], amount=price)]),
        agreed_gross=price,
        bound_at=bound_at,
    )


def owed_after(booking: Booking, *, at: datetime, by: Actor = CUSTOMER) -> Compensation:
    """Return what is owed once the customer has cancelled."""
    ended = bookings.cancel(booking, by=by, at=at, key="cancel")
    assert ended.ending is not None
    assert ended.ending.compensation is not None
    return ended.ending.compensation


CANCELLED = [
    # the state, when, what the customer owes of CHF 40, and why
    (S.REQUESTED, BOUND, "0", "not_bound_yet"),
    (S.CONFIRMED, BOUND + timedelta(minutes=5), "0", "cooling_off"),
    (S.CONFIRMED, BOUND + timedelta(minutes=5) + TICK, "0", "late_cancellation"),
    (S.CONFIRMED, START - 24 * HOUR, "0", "late_cancellation"),
    (S.CONFIRMED, START - 24 * HOUR + TICK, "10", "late_cancellation"),
    (S.CONFIRMED, START - 12 * HOUR, "10", "late_cancellation"),
    (S.CONFIRMED, START - 12 * HOUR + TICK, "20", "late_cancellation"),
    (S.EN_ROUTE, START - timedelta(minutes=1), "20", "late_cancellation"),
    (S.EN_ROUTE, START + HOUR, "20", "late_cancellation"),
]


@pytest.mark.parametrize(("state", "at", "owed", "code"), CANCELLED)
def test_what_a_customer_owes_who_cancels(state: BookingState, at: datetime, owed: str, code: str) -> None:
    """Nothing while requested, in the first minutes, and until 24 hours before; then a growing share."""
    booking = booking_in(state)
    before = bookings.compensation_for(booking, "cancel_by_customer", at=at)
    assert before == owed_after(booking, at=at)
    assert (before.amount, before.why.code) == (chf(owed), code)


@given(policies, st.timedeltas(timedelta(0), timedelta(days=3)))
def test_a_request_can_be_withdrawn_for_nothing(policy: CompensationPolicy, later: timedelta) -> None:
    """Nobody is bound while a request waits: under any policy, at any hour, it costs nothing."""
    booking = attrs.evolve(
        booking_in(S.REQUESTED), policy=attrs.evolve(journey.PILOT.policy, compensation=policy)
    )
    owed = bookings.compensation_for(booking, "cancel_by_customer", at=booking.since + later)
    assert owed is not None
    assert owed.amount == ZERO
    assert booking.is_free_at(booking.since + later)


@given(policies, prices, st.timedeltas(timedelta(0), UNTIL_THE_END))
def test_it_is_free_where_it_says_so(policy: CompensationPolicy, gross: Money, later: timedelta) -> None:
    """In the cooling-off and with the free notice nothing is owed; outside both, a share above zero is."""
    booking, at = confirmed(policy, gross=gross), BOUND + later
    owed = owed_after(booking, at=at)
    in_time = any(
        not each.percent and START - at >= timedelta(minutes=each.notice_minutes) for each in policy.tiers
    ) or (not policy.tiers[-1].percent)
    free = in_time or later <= timedelta(minutes=policy.cooling_off_minutes)
    assert booking.is_free_at(at) is free
    if free:
        assert owed.amount == ZERO
    else:
        assert owed.amount.rappen == recomputed(owed.why)
        assert owed.why.get("percent") != 0


@given(
    policies,
    prices,
    st.timedeltas(timedelta(0), UNTIL_THE_END),
    st.timedeltas(timedelta(0), UNTIL_THE_END),
)
def test_waiting_never_makes_a_cancellation_cheaper(
    policy: CompensationPolicy, gross: Money, one: timedelta, other: timedelta
) -> None:
    """Who has decided to cancel has no reason to wait."""
    booking = confirmed(policy, gross=gross)
    now, later = (owed_after(booking, at=BOUND + each).amount for each in sorted((one, other)))
    assert now <= later


@pytest.mark.parametrize("gross", ["0", "0.01", "5", "19.99", "20", "39.95"])
def test_a_fee_above_the_price_is_the_price(gross: str) -> None:
    """Cancelling does not crash where the fee exceeds the amount: the price is owed (Loconomics #6)."""
    dear = CompensationPolicy(
        tiers=[NoticeTier(notice_minutes=0, percent=100)],
        most=NO_LIMIT,
        visit_fee=NO_LIMIT,
        no_show_percent=100,
    )
    booking = confirmed(dear, gross=chf(gross), state=S.EN_ROUTE)
    assert owed_after(booking, at=START).amount == chf(gross)
    failed = bookings.fail(booking, by=FRIEND, at=START, key="f", why="no_access")
    absent = bookings.report_customer_no_show(
        booking, by=FRIEND, at=START + HOUR, key="n", contact_attempted_at=START
    )
    for ended in (failed, absent):
        assert ended.ending is not None
        assert ended.ending.compensation is not None
        assert ended.ending.compensation.amount == chf(gross)


FAILED = [
    ("no_access", "20", "visit_in_vain"),
    ("defective_hardware", "20", "visit_in_vain"),
    ("out_of_scope", "20", "visit_in_vain"),
    ("not_solvable", None, None),
    ("unsafe", None, None),
]


@pytest.mark.parametrize(("why", "owed", "code"), FAILED)
def test_a_visit_in_vain_costs_where_the_customer_could_have_known(
    why: str, owed: str | None, code: str | None
) -> None:
    """The fee is for the reasons that the policy names, and for no other."""
    ended = bookings.fail(booking_in(S.IN_PROGRESS), by=FRIEND, at=START + HOUR, key="f", why=why).ending
    assert ended is not None
    assert ended.why == reason(why)
    found = ended.compensation
    assert (found and found.amount, found and found.why.code) == (owed and chf(owed), code)


NOTHING_OWED = [
    # state, event, by whom, when
    (S.REQUESTED, "decline", FRIEND, BOUND),
    (S.ACCEPTED, "cancel_by_friend", FRIEND, START - HOUR),
    (S.CONFIRMED, "cancel_by_friend", OPERATOR, START),
    (S.EN_ROUTE, "report_friend_no_show", CUSTOMER, START + HOUR),
    (S.CONFIRMED, "lapse", journey.SCHEDULER, START + 49 * HOUR),
    (S.CONFIRMED, "cancel_by_operator", OPERATOR, START),
    (S.COMPLETED, "approve", CUSTOMER, START + 2 * HOUR),
]


@pytest.mark.parametrize(("state", "event", "by", "at"), NOTHING_OWED)
def test_where_the_customer_did_nothing_late_nothing_is_owed(
    state: BookingState, event: str, by: Actor, at: datetime
) -> None:
    """What friend, time or network end costs the customer nothing."""
    booking = booking_in(state)
    ended = journey.taken(booking, journey.command(event, by, key="end"), at=at)
    assert ended.ending is not None
    assert ended.ending.compensation is None
    assert bookings.compensation_for(booking, event, at=at) is None


# Waived, and stated --------------------------------------------------------------------------------------


def command(event: str, by: Actor, **details: object) -> BookingCommand:
    """Return a command that ends a booking."""
    return attrs.evolve(journey.command(event, by, key="end"), **details)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("event", "at", "why", "amount"),
    [
        ("cancel_by_customer", START, None, "20"),
        ("cancel_by_customer", BOUND, None, "0"),
        ("report_customer_no_show", START + HOUR, None, "20"),
        ("fail", START + HOUR, "no_access", "20"),
    ],
)
def test_an_operator_waives_what_would_be_owed(
    event: str, at: datetime, why: str | None, amount: str
) -> None:
    """A compensation can be waived; the reason keeps what it would have been."""
    wanted = command(event, OPERATOR, waive=True)
    wanted = attrs.evolve(wanted, why=reason(why)) if why else wanted
    ended = journey.taken(booking_in(S.EN_ROUTE), wanted, at=at).ending
    assert ended is not None
    assert ended.compensation == Compensation(amount=ZERO, why=reason("waived", amount=chf(amount)))


def test_waiving_where_nothing_is_owed_is_nothing() -> None:
    """There is no compensation to waive where the rules count none."""
    ended = journey.taken(booking_in(S.EN_ROUTE), command("fail", OPERATOR, waive=True), at=START).ending
    assert ended is not None
    assert ended.compensation is None


@pytest.mark.parametrize(
    ("event", "by"),
    [("cancel_by_customer", CUSTOMER), ("report_customer_no_show", FRIEND), ("fail", FRIEND)],
)
def test_only_an_operator_waives(event: str, by: Actor) -> None:
    """Nobody waives what is owed by or to oneself."""
    decided = bookings.decide(booking_in(S.EN_ROUTE), command(event, by, waive=True), at=START + HOUR)
    assert isinstance(decided, Refusal)
    assert decided.reasons == (reason("not_for_this_role", event="waive", role=by.role.value),)


@pytest.mark.parametrize("stated", [chf(0), chf("0.01"), chf(40)])
def test_an_operator_states_what_is_owed(stated: Money) -> None:
    """Who cancels for the network says what the customer owes, up to the price."""
    booking = booking_in(S.CONFIRMED)
    ended = bookings.cancel(booking, by=OPERATOR, at=BOUND, key="c", compensation=stated).ending
    assert ended is not None
    assert ended.compensation == Compensation(amount=stated, why=reason("stated_by_operator"))


def test_an_operator_states_no_more_than_the_price() -> None:
    """What is owed instead of the price is never more than it."""
    wanted = command("cancel_by_operator", OPERATOR, compensation=chf("40.01"))
    decided = bookings.decide(booking_in(S.CONFIRMED), wanted, at=BOUND)
    assert isinstance(decided, Refusal)
    assert decided.reasons == (reason("above_ceiling", price=chf("40.01"), most=chf(40)),)


def test_what_is_owed_is_part_of_the_command() -> None:
    """The same key with another amount, or without the waiver, is another command."""
    plain = command("cancel_by_operator", OPERATOR)
    stated = attrs.evolve(plain, compensation=chf(5))
    assert len({plain.fingerprint, stated.fingerprint, attrs.evolve(plain, waive=True).fingerprint}) == 3


def test_what_is_stated_is_not_passed_over() -> None:
    """Only the network states an amount: a customer's or a friend's command that does so is an error."""
    events = [each for each in rules.EVENTS if each not in {*rules.BEGINNINGS, "cancel_by_operator"}]
    for event in events:
        with pytest.raises(InvalidValueError) as caught:
            command(event, OPERATOR, compensation=chf(5))
        assert caught.value.field == "compensation"
    for by in (CUSTOMER, FRIEND):
        with pytest.raises(InvalidValueError):
            bookings.cancel(booking_in(S.CONFIRMED), by=by, at=START, key="c", compensation=chf(5))


def test_nobody_states_an_amount_and_waives_it() -> None:
    """Both at once would leave open which of them holds."""
    with pytest.raises(InvalidValueError) as caught:
        command("cancel_by_operator", OPERATOR, compensation=chf(5), waive=True)
    assert caught.value.field == "compensation"


# By the verbs --------------------------------------------------------------------------------------------


ON_BEHALF = [
    # in whose name, the event, what the customer owes of CHF 40 at the start, and once it is waived
    (Role.CUSTOMER, "cancel_by_customer", chf(20), ZERO),
    (Role.FRIEND, "cancel_by_friend", None, None),
    (Role.OPERATOR, "cancel_by_operator", None, None),
    (None, "cancel_by_operator", None, None),
]


@pytest.mark.parametrize("waive", [False, True])
@pytest.mark.parametrize(("role", "event", "owed", "waived"), ON_BEHALF)
def test_an_operator_cancels_in_the_name_of_a_side(
    role: Role | None,
    event: str,
    owed: Money | None,
    waived: Money | None,
    waive: bool,  # noqa: FBT001
) -> None:
    """Who called by telephone has cancelled, not the network; what it costs can be waived."""
    booking = booking_in(S.CONFIRMED)
    ending = bookings.cancel(booking, by=OPERATOR, at=START, key="c", on_behalf_of=role, waive=waive).ending
    assert ending is not None
    assert (ending.event, ending.by) == (event, OPERATOR)
    found = ending.compensation
    assert (found and found.amount) == (waived if waive else owed)


@pytest.mark.parametrize(
    ("by", "role"),
    [(CUSTOMER, Role.FRIEND), (FRIEND, Role.CUSTOMER), (CUSTOMER, Role.OPERATOR), (FRIEND, Role.OPERATOR)],
)
def test_no_side_cancels_in_the_name_of_another(by: Actor, role: Role) -> None:
    """A customer who could cancel as the friend would owe nothing."""
    with pytest.raises(RefusedError) as caught:
        bookings.cancel(booking_in(S.CONFIRMED), by=by, at=START, key="c", on_behalf_of=role)
    assert caught.value.refusal.code == "not_for_this_role"
    own = bookings.cancel(booking_in(S.CONFIRMED), by=by, at=START, key="c", on_behalf_of=by.role)
    assert own == bookings.cancel(booking_in(S.CONFIRMED), by=by, at=START, key="c")


def test_a_role_is_no_text() -> None:
    """In whose name is a `Role`."""
    with pytest.raises(InvalidTypeError) as caught:
        bookings.cancel(
            booking_in(S.CONFIRMED),
            by=OPERATOR,
            at=START,
            key="c",
            on_behalf_of="customer",  # type: ignore[arg-type]
        )
    assert caught.value.field == "on_behalf_of"


def _ended_by_verb(event: str, by: Actor) -> Booking:
    """Return the example after a verb that ends it and waives what would be owed."""
    booking, at = booking_in(S.EN_ROUTE), START + HOUR
    match event:
        case "fail":
            return bookings.fail(booking, by=by, at=at, key="e", why="no_access", waive=True)
        case "report_customer_no_show":
            return bookings.report_customer_no_show(
                booking, by=by, at=at, key="e", contact_attempted_at=at, waive=True
            )
        case _:
            return bookings.cancel(booking, by=by, at=at, key="e", on_behalf_of=Role.CUSTOMER, waive=True)


@pytest.mark.parametrize(
    ("event", "by"),
    [("cancel_by_customer", CUSTOMER), ("report_customer_no_show", FRIEND), ("fail", FRIEND)],
)
def test_the_verbs_waive(event: str, by: Actor) -> None:
    """By a verb, too, an operator waives, and nobody else."""
    ending = _ended_by_verb(event, OPERATOR).ending
    assert ending is not None
    assert ending.event == event
    assert ending.compensation == Compensation(amount=ZERO, why=reason("waived", amount=chf(20)))
    with pytest.raises(RefusedError) as caught:
        _ended_by_verb(event, by)
    assert caught.value.refusal.code == "not_for_this_role"


# Moved late ----------------------------------------------------------------------------------------------


def moved(booking: Booking, *, at: datetime, to: Period, by: Actor = CUSTOMER) -> Booking:
    """Return a booking that was moved, at the same price."""
    quote = journey.next_quote(booking.quote, slot=to, expires_at=max(to.end, at + MINUTE))
    wanted = attrs.evolve(
        journey.command("reschedule", by, key=f"move-{quote.version}"),
        quote=quote,
        consent=journey.consent_to(quote, by),
    )
    return journey.taken(booking, wanted, at=at)


@given(
    policies,
    prices,
    st.timedeltas(timedelta(0), 27 * HOUR),
    st.integers(1, 20 * 24),
    st.timedeltas(timedelta(0), timedelta(days=20)),
)
def test_moving_and_cancelling_is_never_cheaper_than_cancelling(
    policy: CompensationPolicy, gross: Money, now: timedelta, hours: int, later: timedelta
) -> None:
    """A late cancellation does not become an early one by moving the visit first."""
    booking, at = confirmed(policy, gross=gross), BOUND + now
    to = journey.moved(booking.quote.visit.slot, hours * HOUR)
    assume(at <= to.start - timedelta(minutes=30))
    after = moved(booking, at=at, to=to)
    cancelled_at = min(at + later, after.quote.visit.slot.end)
    assert owed_after(after, at=cancelled_at).amount >= owed_after(booking, at=at).amount
    assert after.notice_start == (to.start if booking.is_free_at(at) else START)


@pytest.mark.parametrize("by", [FRIEND, OPERATOR], ids=lambda by: by.role)
def test_a_move_that_others_want_costs_the_customer_nothing(by: Actor) -> None:
    """Whom the friend or the network moves late has the notice of the new start."""
    booking = booking_in(S.CONFIRMED)
    after = moved(booking, at=START - HOUR, to=journey.moved(booking.quote.visit.slot, 24 * HOUR), by=by)
    assert after.notice_start == START + 24 * HOUR


MOVED = [
    # moved when, to how many hours later, cancelled when, what is owed of CHF 40
    # in time: the new start counts
    (START - 24 * HOUR, 48, START, "0"),
    (START - 24 * HOUR, 48, START + 25 * HOUR, "10"),
    # too late: the earlier start counts, as if it had not been moved
    (START - 24 * HOUR + TICK, 48, START - 24 * HOUR + TICK, "10"),
    (START - HOUR, 48, START - HOUR, "20"),
    (START - HOUR, 480, START + 24 * HOUR, "20"),
    # to an earlier hour: it counts from there
    (START - 24 * HOUR + TICK, -6, START - 18 * HOUR + TICK, "20"),
    # in the first minutes everything is free, and so is the start
    (BOUND + timedelta(minutes=5), 48, START, "0"),
]


@pytest.mark.parametrize(("at", "hours", "cancelled_at", "owed"), MOVED)
def test_where_the_notice_counts_from_after_a_move(
    at: datetime, hours: int, cancelled_at: datetime, owed: str
) -> None:
    """Moved in time the new start counts; moved when a cancellation was no longer free, the earlier one."""
    booking = booking_in(S.CONFIRMED)
    after = moved(booking, at=at, to=journey.moved(booking.quote.visit.slot, hours * HOUR))
    assert owed_after(after, at=cancelled_at).amount == chf(owed)


def test_a_second_move_does_not_help_either() -> None:
    """Once the earlier start counts it does so to the end."""
    booking, at = booking_in(S.CONFIRMED), START - HOUR
    for days in (10, 30):
        booking = moved(booking, at=at, to=journey.moved(QUOTE.visit.slot, timedelta(days=days)))
    assert booking.notice_start == START
    assert owed_after(booking, at=at).amount == chf(20)


# Late, for the ratings -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "at", "late"),
    [
        (CUSTOMER, START - 24 * HOUR, False),
        (CUSTOMER, START - 24 * HOUR + TICK, True),
        (FRIEND, START - 24 * HOUR, False),
        (FRIEND, START - 24 * HOUR + TICK, True),
        (OPERATOR, START, False),
    ],
)
def test_a_cancellation_is_late_when_it_is_no_longer_free(by: Actor, at: datetime, late: bool) -> None:  # noqa: FBT001
    """Both sides are measured alike; what the network ends is nobody's lateness."""
    assert bookings.cancel(booking_in(S.CONFIRMED), by=by, at=at, key="c").is_late_cancellation is late


def test_the_first_minutes_are_never_late() -> None:
    """Who was accepted an hour before the visit may think better of it for five minutes."""
    booking = confirmed(bound_at=START - HOUR)
    for off, late in ((timedelta(0), False), (TICK, True)):
        at = START - HOUR + timedelta(minutes=5) + off
        ended = bookings.cancel(booking, by=CUSTOMER, at=at, key="c")
        assert ended.is_late_cancellation is late


@pytest.mark.parametrize("state", [S.CONFIRMED, S.NO_SHOW, S.FAILED, S.DECLINED])
def test_what_was_not_cancelled_is_no_late_cancellation(state: BookingState) -> None:
    """Only a cancellation can be late."""
    assert not booking_in(state).is_late_cancellation
    withdrawn = bookings.cancel(booking_in(S.REQUESTED), by=CUSTOMER, at=BOUND, key="c")
    assert not withdrawn.is_late_cancellation


# Wrong values --------------------------------------------------------------------------------------------


def test_an_amount_below_zero_is_none() -> None:
    """Nobody owes less than nothing."""
    for make in (
        lambda: Compensation(amount=chf("-0.01"), why=reason("waived")),
        lambda: command("cancel_by_operator", OPERATOR, compensation=chf("-0.01")),
    ):
        with pytest.raises(InvalidValueError):
            make()


def test_a_booking_owes_no_more_than_its_price() -> None:
    """A stored booking that owes more than its price is refused."""
    ended = bookings.cancel(booking_in(S.CONFIRMED), by=CUSTOMER, at=START, key="c")
    too_much = Compensation(amount=chf("40.01"), why=reason("stated_by_operator"))
    with pytest.raises(InvalidValueError) as caught:
        attrs.evolve(ended, ending=attrs.evolve(ended.ending, compensation=too_much))  # type: ignore[misc]
    assert caught.value.field == "ending"


def test_an_instant_is_needed_to_count() -> None:
    """A naive instant is refused, not guessed at."""
    for asked in (
        lambda: bookings.compensation_for(booking_in(S.CONFIRMED), "cancel_by_customer", at=wrong.NAIVE),
        lambda: booking_in(S.CONFIRMED).is_free_at(wrong.NAIVE),
    ):
        with pytest.raises(InvalidValueError) as caught:
            asked()
        assert caught.value.field == "at"


WRONG_TIERS = [
    # too few, out of order, twice, not to the end, falling shares
    [],
    [(0, 50), (60, 0)],
    [(60, 0), (60, 10), (0, 20)],
    [(60, 0)],
    [(60, 20), (0, 10)],
]


@pytest.mark.parametrize("wrong_tiers", WRONG_TIERS)
def test_tiers_fall_in_notice_and_rise_in_share(wrong_tiers: list[tuple[int, int]]) -> None:
    """A policy cannot reward a late notice, nor leave one without a share."""
    with pytest.raises(InvalidValueError) as caught:
        CompensationPolicy(tiers=[NoticeTier(notice_minutes=m, percent=p) for m, p in wrong_tiers])
    assert caught.value.field == "tiers"


@pytest.mark.parametrize(("field", "value"), [("most", chf("-0.01")), ("visit_fee", chf(-1))])
def test_an_amount_of_the_policy_is_not_negative(field: str, value: Money) -> None:
    """A cap or a fee below nothing makes no sense."""
    wrong.check_refused(CompensationPolicy(), field, value, InvalidValueError)


def test_free_minutes_are_those_of_the_last_free_tier() -> None:
    """The shortest notice that costs nothing; none where every notice costs."""
    pairs = [(100, 0), (60, 0), (0, 10)]
    assert (
        CompensationPolicy(tiers=[NoticeTier(notice_minutes=m, percent=p) for m, p in pairs]).free_minutes
        == 60
    )
    assert CompensationPolicy(tiers=[NoticeTier(notice_minutes=0, percent=10)]).free_minutes is None
    assert CompensationPolicy(tiers=[NoticeTier(notice_minutes=0, percent=0)]).free_minutes == 0


def test_the_policy_of_the_booking_counts() -> None:
    """A booking made under a milder policy keeps it."""
    mild = BookingPolicy(compensation=CompensationPolicy(most=chf(1)))
    booking = attrs.evolve(booking_in(S.CONFIRMED), policy=mild)
    decided = bookings.decide(
        booking, command("cancel_by_customer", CUSTOMER), at=START, policy=journey.PILOT.policy
    )
    assert isinstance(decided, Decision)
    assert decided.events[0].compensation is not None
    assert decided.events[0].compensation.amount == chf(1)


def test_a_text_is_no_money() -> None:
    """An amount is a `Money`."""
    with pytest.raises(InvalidTypeError):
        command("cancel_by_operator", OPERATOR, compensation="40")
