"""The policies of a network."""

from datetime import date
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mila_core.money import Money
from mila_core.policies import (
    AvailabilityPolicy,
    BadgePolicy,
    BookingPolicy,
    CommissionTier,
    CompensationPolicy,
    DispatchPolicy,
    DisputePolicy,
    EligibilityPolicy,
    NetworkPolicy,
    NoticeTier,
    SettlementPolicy,
    VatRate,
    YearlyLimit,
)
from mila_core.testing._values import days, fixed_or, ids, kept, prices
from mila_core.verifications import VerificationKind


@kept
@st.composite
def booking_policies(draw: st.DrawFn, *, version: str | None = None) -> BookingPolicy:
    """Return policies whose numbers hold together."""
    day = 24 * 60
    longest = 366 * day
    same_day = draw(st.integers(1, day))
    confirm_notice = draw(st.integers(0, 2 * day))
    return BookingPolicy(
        version=draw(fixed_or(version, ids())),
        quote_valid_minutes=draw(st.integers(1, longest)),
        request_notice_minutes=draw(st.integers(same_day + confirm_notice + 1, longest)),
        answer_minutes=draw(st.integers(same_day, longest)),
        answer_same_day_minutes=same_day,
        accept_notice_minutes=draw(st.integers(0, longest)),
        confirm_minutes=draw(st.integers(1, longest)),
        confirm_notice_minutes=confirm_notice,
        start_early_minutes=draw(st.integers(0, day)),
        auto_complete_minutes=draw(st.integers(1, longest)),
        lapse_minutes=draw(st.integers(1, longest)),
        approve_minutes=draw(st.integers(1, longest)),
        review_days=draw(st.integers(1, 366)),
        reply_days=draw(st.integers(1, 366)),
        first_call_minutes=draw(st.integers(1, longest)),
        reconfirm_minutes=draw(st.integers(0, longest)),
        customer_no_show_minutes=draw(st.integers(1, day)),
        friend_no_show_minutes=draw(st.integers(1, day)),
        customer_no_show_until_minutes=draw(st.integers(day, longest)),
        friend_no_show_until_minutes=draw(st.integers(1, longest)),
        depart_early_minutes=draw(st.integers(0, day)),
        answer_reminder_percents=draw(st.lists(st.integers(1, 99), max_size=3)),
        reply_edit_minutes=draw(st.integers(0, longest)),
        most_reschedules=draw(st.integers(0, 100)),
        amendment_percent=draw(st.integers(100, 1000)),
        compensation=draw(compensation_policies()),
    )


@kept
@st.composite
def compensation_policies(draw: st.DrawFn) -> CompensationPolicy:
    """Return policies of what a late cancellation owes, with one tier or several."""
    longest = 366 * 24 * 60
    notices = sorted(draw(st.sets(st.integers(1, longest), max_size=3)), reverse=True)
    shares = sorted(draw(st.lists(st.integers(0, 100), min_size=len(notices) + 1, max_size=len(notices) + 1)))
    return CompensationPolicy(
        version=draw(ids()),
        tiers=[
            NoticeTier(notice_minutes=notice, percent=percent)
            for notice, percent in zip([*notices, 0], shares, strict=True)
        ],
        cooling_off_minutes=draw(st.integers(0, 24 * 60)),
        most=draw(prices()),
        no_show_percent=draw(st.integers(0, 100)),
        visit_fee=draw(prices()),
        visit_fee_reasons=draw(st.frozensets(ids(), max_size=3)),
    )


@kept
def notice_tiers() -> SearchStrategy[NoticeTier]:
    """Return tiers of notice."""
    return st.builds(NoticeTier, notice_minutes=st.integers(0, 366 * 24 * 60), percent=st.integers(0, 100))


@kept
@st.composite
def dispatch_policies(draw: st.DrawFn) -> DispatchPolicy:
    """Return policies of how a request is shown to several friends."""
    return DispatchPolicy(
        version=draw(ids()),
        wave_size=draw(st.integers(1, 1000)),
        wave_minutes=draw(st.integers(1, 24 * 60)),
        radius_km=sorted(draw(st.lists(st.integers(1, 400), min_size=1, max_size=4))),
        most_waves=draw(st.integers(1, 100)),
        answer_minutes=draw(st.integers(1, 24 * 60)),
        accept_notice_minutes=draw(st.integers(0, 24 * 60)),
    )


@kept
def dispute_policies() -> SearchStrategy[DisputePolicy]:
    """Return policies of how long an outcome can be contested."""
    return st.builds(
        DisputePolicy,
        version=ids(),
        open_days=st.integers(1, 366),
        no_show_minutes=st.integers(1, 366 * 24 * 60),
        answer_minutes=st.integers(1, 366 * 24 * 60),
    )


@kept
def eligibility_policies() -> SearchStrategy[EligibilityPolicy]:
    """Return policies of what is asked of everyone who comes."""
    required = st.frozensets(st.sampled_from(VerificationKind))
    return st.builds(
        EligibilityPolicy,
        version=ids(),
        friend_verifications=required,
        pro_verifications=required,
        grace_days=st.integers(0, 366),
        criminal_record_months=st.integers(1, 120),
    )


@kept
def yearly_limits(*, first_year: int | None = None) -> SearchStrategy[YearlyLimit]:
    """Return limits from a year on."""
    return st.builds(YearlyLimit, first_year=fixed_or(first_year, st.integers(1, 9999)), limit=prices())


@kept
def vat_rates(*, first_day: date | None = None) -> SearchStrategy[VatRate]:
    """Return rates of the value-added tax from a day on."""
    some = st.none() | st.integers(0, 200)
    return st.builds(
        VatRate,
        first_day=fixed_or(first_day, days()),
        per_mille=st.integers(0, 200),
        reduced_per_mille=some,
        lodging_per_mille=some,
    )


@kept
def commission_tiers(*, from_gross: Money | None = None) -> SearchStrategy[CommissionTier]:
    """Return bands of commissions."""
    begins = fixed_or(from_gross, st.integers(1, 50_000).map(Money))
    return st.builds(CommissionTier, from_gross=begins, percent=st.integers(0, 100))


_SOME_LIMITS = st.lists(yearly_limits(), min_size=1, max_size=3, unique_by=lambda each: each.first_year).map(
    lambda drawn: sorted(drawn, key=lambda each: each.first_year)
)
_SOME_DAY = st.none() | days()
_SOME_RATES = st.lists(vat_rates(), max_size=3, unique_by=lambda each: each.first_day).map(
    lambda drawn: sorted(drawn, key=lambda each: each.first_day)
)
_TWO_AMOUNTS = st.tuples(st.integers(0, 2_000), st.integers(0, 2_000))
_SOME_TIERS = st.lists(commission_tiers(), max_size=2, unique_by=lambda each: each.from_gross).map(
    lambda drawn: sorted(drawn, key=lambda each: each.from_gross)
)


@kept
@st.composite
def settlement_policies(draw: st.DrawFn) -> SettlementPolicy:
    """Return policies of the money side whose numbers hold together."""
    low, high = sorted(draw(st.tuples(prices(), prices())))
    payout = draw(st.integers(0, 366))
    least, most = sorted(draw(_TWO_AMOUNTS))
    return SettlementPolicy(
        version=draw(ids()),
        commission_percent=draw(st.integers(0, 100)),
        commission_least=Money(draw(st.sampled_from([0, least]))),
        commission_most=draw(st.sampled_from([None, Money(most)])),
        commission_tiers=draw(_SOME_TIERS),
        partner_percent=draw(st.just(0) | st.integers(0, 100)),
        invoice_days_friend=draw(st.integers(0, 366)),
        invoice_days_platform=draw(st.integers(0, 366)),
        payout_days=payout,
        newcomer_hold_days=draw(st.integers(0, payout)),
        small_job_from=low,
        small_job_to=high,
        earnings_limits=draw(_SOME_LIMITS),
        blocks_at_earnings_limit=draw(st.booleans()),
        vat_rates=draw(_SOME_RATES),
        vat_known_to=draw(_SOME_DAY),
        refuses_unknown_vat=draw(st.booleans()),
    )


def _badge_policy(hours: tuple[int, int], **fields: Any) -> BadgePolicy:
    begins, ends = hours if hours[0] < hours[1] else (hours[1] - 1, hours[0] + 1)
    return BadgePolicy(business_from_hour=begins, business_to_hour=ends, **fields)


@kept
def badge_policies() -> SearchStrategy[BadgePolicy]:
    """Return policies of badges."""
    percent = st.integers(0, 100)
    return st.builds(
        _badge_policy,
        hours=st.tuples(st.integers(0, 23), st.integers(1, 24)),
        version=ids(),
        window_days=st.integers(1, 3660),
        top_milli_stars=st.integers(1000, 5000),
        top_closed=st.integers(1, 10_000),
        top_answered_percent=percent,
        top_cancelled_percent=st.integers(1, 100),
        answer_hours=st.integers(1, 8784),
        assessed_every_months=st.integers(1, 24),
        reliable_percent=percent,
        reliable_least=st.integers(1, 10_000),
        fast_hours=st.integers(1, 240),
        fast_percent=percent,
        fast_least=st.integers(1, 10_000),
        business_weekdays=st.integers(1, 7),
        punctual_minutes=st.integers(0, 24 * 60),
        caution_milli=st.integers(0, 10_000),
        keep_milli_stars=st.integers(0, 4000),
        keep_closed=st.integers(0, 10_000),
        keep_percent=percent,
        keep_cancelled_percent=percent,
        strikes=st.integers(1, 1000),
        strike_days=st.integers(1, 3660),
        public_from=st.integers(1, 1000),
    )


@kept
@st.composite
def availability_policies(draw: st.DrawFn, *, least_notice_minutes: int = 0) -> AvailabilityPolicy:
    """Return policies with buffers, notice, horizon and, at times, daily limits.

    Args:
        draw: given by Hypothesis.
        least_notice_minutes: the least notice, at most a year's.
    """
    day = 24 * 60
    horizon = draw(st.integers(0, 7) | st.integers(0, 366))
    horizon = max(horizon, least_notice_minutes // day)
    most = (horizon + 1) * day - 1
    return AvailabilityPolicy(
        version=draw(ids()),
        buffer_minutes=draw(st.integers(0, 2 * 60) | st.integers(0, day)),
        notice_minutes=draw(st.integers(least_notice_minutes, min(most, 366 * day))),
        horizon_days=horizon,
        visits_per_day=draw(st.none() | st.integers(1, 3) | st.integers(1, 96)),
        minutes_per_day=draw(st.none() | st.integers(1, 25 * 60)),
    )


_ANY_BOOKING = st.just(BookingPolicy()) | booking_policies()
_ANY_ELIGIBILITY = st.just(EligibilityPolicy()) | eligibility_policies()
_ANY_SETTLEMENT = st.just(SettlementPolicy()) | settlement_policies()
_ANY_BADGES = st.just(BadgePolicy()) | badge_policies()
_ANY_DISPATCH = st.just(DispatchPolicy()) | dispatch_policies()
_ANY_DISPUTES = st.just(DisputePolicy()) | dispute_policies()


@kept
@st.composite
def network_policies(draw: st.DrawFn) -> NetworkPolicy:
    """Return all rules of a network, each part the usual one or any."""
    booking = draw(_ANY_BOOKING)
    return NetworkPolicy(
        version=draw(ids()),
        availability=draw(availability_policies(least_notice_minutes=booking.request_notice_minutes)),
        booking=booking,
        eligibility=draw(_ANY_ELIGIBILITY),
        settlement=draw(_ANY_SETTLEMENT),
        badges=draw(_ANY_BADGES),
        dispatch=draw(_ANY_DISPATCH),
        disputes=draw(_ANY_DISPUTES),
    )
