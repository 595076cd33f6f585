"""Settlements with their histories: legal ones only."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mila_core.bookings import Booking, BookingState, Compensation, Ending
from mila_core.friends import ContractMode
from mila_core.lifecycle import Actor, Refusal, RefusedError, Role
from mila_core.money import ZERO, Money, round_to
from mila_core.policies import SettlementPolicy
from mila_core.quotes import Part, QuoteLine
from mila_core.reasons import reason
from mila_core.settlements import (
    COMMISSION_TABLE,
    MACHINE,
    PAYMENT_TABLE,
    PAYOUT_TABLE,
    Account,
    Charge,
    EarningsRow,
    EarningsStatement,
    Entry,
    Hold,
    PaymentMeans,
    Posting,
    Settlement,
    SettlementCommand,
    SettlementEvent,
    SettlementTerms,
    Shares,
    charge_for,
    decide,
    earnings_statement,
    evolve,
    replay,
)
from mila_core.testing._lives import actor_as, actors, stream_versions
from mila_core.testing._policies import settlement_policies
from mila_core.testing._quotes import quotes
from mila_core.testing._values import (
    LONGEST_WAIT,
    after,
    days,
    fixed_or,
    ids,
    instants,
    kept,
    keys,
    moneys,
    reasons,
)
from mila_core.testing._visits import bookable_visits

_GIVEN_REASONS = st.none() | reasons()
_GIVEN_IDS = st.none() | ids()
_MEANS = st.sampled_from(PaymentMeans)
_NO_TIP = st.just(ZERO)
_TIPS = moneys(least=0, most=2_000)
_TIPS_IN_COINS = _TIPS.map(round_to)
_ANY_POLICY = st.just(SettlementPolicy()) | settlement_policies()
_CAUSES = st.sampled_from(["dispute:b1", "review:olga", "dispute:b2"])
_GIFTS = frozenset({"credit", "waive", "refund_partly", "refund_fully"})
_TABLES = (*PAYMENT_TABLE, *COMMISSION_TABLE, *PAYOUT_TABLE)

# What is owed ------------------------------------------------------------------------------------------


_PLATFORM_RAPPEN: Mapping[str, SearchStrategy[int]] = MappingProxyType(
    {
        "customer_fee": st.just(0) | st.integers(0, 2_000),
        "voucher": st.just(0) | st.integers(-3_000, 0),
        "cash_rounding": st.just(0) | st.integers(-2, 2),
    }
)


@kept
@st.composite
def _platform_lines(draw: st.DrawFn) -> list[QuoteLine]:
    """Return a fee, a voucher and the rounding of a payment in cash, or some of them."""
    amounts = {code: draw(rappen) for code, rappen in _PLATFORM_RAPPEN.items()}
    return [
        QuoteLine(why=reason(code), amount=Money(rappen), part=Part.PLATFORM)
        for code, rappen in amounts.items()
        if rappen
    ]


@kept
@st.composite
def chargeable_bookings(
    draw: st.DrawFn,
    *,
    booking_id: str | None = None,
    friend_id: str | None = None,
    customer_id: str | None = None,
    compensated: bool | None = None,
) -> Booking:
    """Return bookings that are closed, or whose ending owes a compensation.

    Args:
        draw: given by Hypothesis.
        booking_id: the id of the booking.
        friend_id: the id of the friend.
        customer_id: the id of the customer.
        compensated: whether a compensation is owed instead of the price.
    """
    visit = draw(bookable_visits(slots=None, customer_id=customer_id))
    quote = draw(quotes(visit=visit, friend_id=friend_id, lines=_platform_lines()))
    is_compensated = draw(st.booleans()) if compensated is None else compensated
    customer, gross = Actor(Role.CUSTOMER, visit.customer_id), quote.gross.rappen
    state, event, owed = BookingState.CLOSED, "approve", None
    if is_compensated and gross:
        state, event = BookingState.CANCELLED, "cancel_by_customer"
        amount = Money(draw(st.integers(1, gross)))
        owed = Compensation(amount=amount, why=reason("stated_by_operator"))
    return Booking(
        id=booking_id or draw(ids()),
        version=draw(st.integers(1, 20)),
        since=draw(after(visit.slot.end, LONGEST_WAIT)),
        state=state,
        quote=quote,
        policy=visit.policy.booking,
        agreed_gross=quote.gross,
        notice_start=visit.slot.start,
        ending=Ending(event=event, by=customer, compensation=owed),
    )


def _tips(booking: Booking, means: PaymentMeans) -> SearchStrategy[Money]:
    """Return tips; none beside a compensation, and in cash whole coins."""
    if booking.state is not BookingState.CLOSED:
        return _NO_TIP
    return _TIPS_IN_COINS if means is PaymentMeans.CASH else _TIPS


@kept
@st.composite
def charges(draw: st.DrawFn) -> Charge:
    """Return what customers are charged, as made of bookings."""
    booking = draw(chargeable_bookings())
    means, policy = draw(_MEANS), draw(settlement_policies())
    tip = draw(_tips(booking, means))
    return charge_for(booking, means=means, policy=policy, tip=tip, partner_id=draw(_GIVEN_IDS))


@kept
def shares() -> SearchStrategy[Shares]:
    """Return shares of an amount."""
    return charges().map(lambda charge: charge.shares)


# The ledger --------------------------------------------------------------------------------------------


@kept
def entries() -> SearchStrategy[Entry]:
    """Return entries of some amount."""
    amounts = moneys(least=-100_000, most=100_000).filter(lambda amount: amount != ZERO)
    return st.builds(Entry, account=st.sampled_from(Account), party_id=ids(), amount=amounts)


@kept
def postings() -> SearchStrategy[Posting]:
    """Return postings; what the entries do not balance, the bank does."""

    def balanced(found: list[Entry]) -> Posting:
        rest = -sum((each.amount for each in found), start=ZERO)
        if rest == ZERO:
            rest = Money(1)
            found = [*found, Entry(account=Account.TAX, party_id="tax", amount=-rest)]
        return Posting(entries=[*found, Entry(account=Account.BANK, party_id="bank", amount=rest)])

    return st.lists(entries(), min_size=1, max_size=4).map(balanced)


@kept
def holds() -> SearchStrategy[Hold]:
    """Return what keeps payouts back."""
    return st.builds(Hold, cause=ids(), since=instants())


# Lives -------------------------------------------------------------------------------------------------


def _contracts(booking: Booking, means: PaymentMeans) -> list[ContractMode]:
    """Return what the contract can be: the quote's, where that says it."""
    basis = booking.quote.basis
    found = [each for each in ContractMode if means.fits(each)]
    return found if basis is None else [basis.contract]


def _means(booking: Booking) -> list[PaymentMeans]:
    """Return how can be paid: an invoice is in the name of whoever the quote's contract is with."""
    basis = booking.quote.basis
    return [each for each in PaymentMeans if basis is None or each.fits(basis.contract)]


@kept
def settlement_commands(*, event: str | None = None) -> SearchStrategy[SettlementCommand]:
    """Return commands, each with what its event needs; whether they are granted depends on the settlement."""

    @st.composite
    def of(draw: st.DrawFn, name: str) -> SettlementCommand:
        opens: Mapping[str, Any] = {}
        if name == "open_settlement":
            booking = draw(chargeable_bookings())
            means = draw(st.sampled_from(_means(booking)))
            opens = {
                "booking": booking,
                "means": means,
                "contract": draw(st.sampled_from(_contracts(booking, means))),
                "partner_id": draw(_GIVEN_IDS),
                "newcomer": draw(st.booleans()),
                "policy": draw(st.none() | settlement_policies()),
            }
        return SettlementCommand(
            event=name,
            by=draw(actors()),
            key=draw(keys()),
            why=draw(_GIVEN_REASONS),
            expected_version=draw(st.none() | st.integers(0, 2**53)),
            reads=draw(st.lists(stream_versions(), max_size=1)),
            cause=draw(_CAUSES),
            amount=None if opens else draw(moneys(least=1, most=50_000)),
            goodwill=name in _GIFTS and draw(st.booleans()),
            **opens,
        )

    return fixed_or(event, st.sampled_from(sorted({row.event for row in _TABLES}))).flatmap(of)


def _details(draw: st.DrawFn, settlement: Settlement, event: str) -> Mapping[str, Any] | None:
    """Return the fields of a command besides event, actor and key; None where there can be none now."""
    causes = [each.cause for each in settlement.holds]
    match event:
        case "credit" | "refund_partly":
            whole = settlement.outstanding if event == "credit" else settlement.refundable
            if whole.rappen <= 1:
                return None
            amount = Money(draw(st.integers(1, whole.rappen - 1)))
            return {"amount": amount, "cause": draw(_CAUSES), "goodwill": draw(st.booleans())}
        case "hold_payout":
            return {"cause": draw(_CAUSES.filter(lambda cause: cause not in causes))} if not causes else None
        case "release_payout":
            return {"cause": draw(st.sampled_from(causes))} if causes else None
        case _:
            return {}


def _first(settlement: Settlement, event: str) -> datetime:
    """Return from when on an event can happen."""
    timers = {timer.event: timer.at for timer in settlement.due}
    return max(settlement.since, timers.get(event, settlement.since))


_WEIGHTS: Mapping[str, int] = MappingProxyType({"receive_payment": 4, "refund_partly": 4, "send_payout": 4})


def _choices(settlement: Settlement) -> list[tuple[str, Role]]:
    """Return what may happen next: the event, and by whom."""
    timers = {timer.event for timer in settlement.due}
    found: list[tuple[str, Role]] = []
    for lane, table in MACHINE.tables.items():
        for row in table:
            if getattr(settlement, lane) in row.sources:
                roles = row.roles - {Role.SYSTEM} - (set() if row.event in timers else {Role.TIMER})
                found += [(row.event, role) for role in sorted(roles)] * _WEIGHTS.get(row.event, 1)
    return sorted(found, key=lambda each: -_WEIGHTS.get(each[0], 1))


def _opening(draw: st.DrawFn, booking: Booking, means: PaymentMeans | None) -> SettlementCommand:
    how = means or draw(st.sampled_from(_means(booking)))
    return SettlementCommand(
        event="open_settlement",
        by=Actor(Role.SYSTEM, "settlements"),
        key="key-0",
        booking=booking,
        means=how,
        contract=draw(st.sampled_from(_contracts(booking, how))),
        tip=draw(_tips(booking, how)),
        partner_id=draw(_GIVEN_IDS),
        newcomer=draw(st.booleans()),
        cause=draw(st.none() | _CAUSES),
    )


@kept
@st.composite
def settlement_histories(
    draw: st.DrawFn,
    *,
    booking: Booking | None = None,
    means: PaymentMeans | None = None,
    policy: SettlementPolicy | None = None,
) -> tuple[SettlementEvent, ...]:
    """Return the histories of settlements, from the opening to any state, by commands that are granted.

    Args:
        draw: given by Hypothesis.
        booking: the booking that is settled.
        means: how the customer pays.
        policy: the policy; if not given, the default one or any.
    """
    ended = booking or draw(chargeable_bookings())
    rules = policy or draw(_ANY_POLICY)
    at = draw(after(ended.since, LONGEST_WAIT))
    settlement: Settlement | None = None
    wanted: SettlementCommand | None = _opening(draw, ended, means)
    history: list[SettlementEvent] = []
    for step in range(1, 1 + draw(st.integers(1, 9))):
        decided = None if wanted is None else decide(settlement, wanted, at=at, policy=rules)
        if settlement is None and isinstance(decided, Refusal):
            raise RefusedError(decided)
        for event in () if decided is None or isinstance(decided, Refusal) else decided.events:
            settlement = evolve(settlement, event)
            history.append(event)
        if settlement is None or not (choices := _choices(settlement)):
            break
        name, role = draw(st.sampled_from(choices))
        first = max(at, _first(settlement, name))
        at = draw(after(first, timedelta(days=3)))
        wanted = _wanted(draw, settlement, name, role=role, key=f"key-{step}")
    return tuple(history)


def _wanted(
    draw: st.DrawFn, settlement: Settlement, event: str, *, role: Role, key: str
) -> SettlementCommand | None:
    people = {Role.CUSTOMER: settlement.terms.customer_id, Role.FRIEND: settlement.terms.friend_id}
    details = _details(draw, settlement, event)
    if details is None:
        return None
    return SettlementCommand(event=event, by=draw(actor_as(role, people=people)), key=key, **details)


@kept
def settlement_events() -> SearchStrategy[SettlementEvent]:
    """Return events of settlements, of any place in a history."""
    return settlement_histories().flatmap(st.sampled_from)


@kept
def settlements(
    *, booking: Booking | None = None, means: PaymentMeans | None = None
) -> SearchStrategy[Settlement]:
    """Return settlements in any state, as legal histories make them."""
    return settlement_histories(booking=booking, means=means).map(replay)


@kept
def settlement_terms() -> SearchStrategy[SettlementTerms]:
    """Return the terms of settlements."""
    return settlements().map(lambda settlement: settlement.terms)


@kept
def earnings_rows() -> SearchStrategy[EarningsRow]:
    """Return what friends earned with one booking."""
    return earnings_statements().filter(lambda found: found.rows).map(lambda found: found.rows[0])


@kept
def earnings_statements() -> SearchStrategy[EarningsStatement]:
    """Return statements of what friends earned, in years with and without earnings."""

    @st.composite
    def of(draw: st.DrawFn) -> EarningsStatement:
        found = draw(st.lists(settlements(), min_size=1, max_size=2, unique_by=lambda each: each.id))
        terms = found[0].terms
        year = draw(st.just(terms.served_on.year) | days().map(lambda day: day.year))
        rules = draw(settlement_policies())
        return earnings_statement(found, friend_id=terms.friend_id, year=year, policy=rules)

    return of()
