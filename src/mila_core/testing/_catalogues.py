"""Catalogues, and the policies of a network."""

from collections.abc import Sequence

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mila_core.catalogue import (
    HIGHEST_LEVEL,
    AddOn,
    Catalogue,
    Category,
    Package,
    Selection,
    Service,
)
from mila_core.errors import InvalidValueError
from mila_core.policies import (
    AvailabilityPolicy,
    BadgePolicy,
    BookingPolicy,
    EligibilityPolicy,
    NetworkPolicy,
    SettlementPolicy,
    YearlyLimit,
)
from mila_core.testing._values import fixed_or, ids, names, prices
from mila_core.verifications import VerificationKind

# The catalogue -----------------------------------------------------------------------------------------


def categories(*, code: str | None = None) -> SearchStrategy[Category]:
    """Return categories."""
    return st.builds(Category, code=fixed_or(code, ids()), names=names())


def packages(*, code: str | None = None) -> SearchStrategy[Package]:
    """Return packages."""
    minutes = st.integers(1, 96).map(lambda quarters: 15 * quarters)
    return st.builds(Package, code=fixed_or(code, ids()), minutes=minutes, names=names())


def add_ons(*, code: str | None = None) -> SearchStrategy[AddOn]:
    """Return add-ons, of which some take no time."""
    minutes = st.integers(0, 96).map(lambda quarters: 15 * quarters)
    return st.builds(AddOn, code=fixed_or(code, ids()), minutes=minutes, names=names())


def selections(*, service: Service | None = None) -> SearchStrategy[Selection]:
    """Return selections.

    Args:
        service: the service whose packages and add-ons are drawn from; if not given, any codes.
    """
    if service is None:
        return st.builds(
            Selection,
            package=st.none() | ids(),
            add_ons=st.frozensets(ids(), max_size=3),
            extra_blocks=st.integers(0, 48),
        )
    added = [each.code for each in service.add_ons]
    return st.builds(
        Selection,
        package=st.sampled_from([None, *(each.code for each in service.packages)]),
        add_ons=st.frozensets(st.sampled_from(added)) if added else st.just(frozenset()),
        extra_blocks=st.sampled_from([0, 0, 1, 2]),
    ).filter(lambda each: _fits_a_day(service, each))


def _fits_a_day(service: Service, selection: Selection) -> bool:
    try:
        return service.minutes_of(selection) > 0
    except InvalidValueError:
        return False


@st.composite
def services(
    draw: st.DrawFn,
    *,
    code: str | None = None,
    fields: Sequence[str] | None = None,
    level: int | None = None,
    remote: bool | None = None,
) -> Service:
    """Return services.

    Args:
        draw: given by Hypothesis.
        code: the code.
        fields: the codes of the categories there are; if not given, any.
        level: the level of the certifications required.
        remote: whether it can be done from afar.
    """
    codes = ids() if fields is None else st.sampled_from(fields)
    low, high = sorted(draw(st.tuples(prices(), prices())))
    units = draw(st.lists(ids(), max_size=3, unique=True))
    cut = draw(st.integers(0, len(units)))
    return Service(
        code=draw(fixed_or(code, ids())),
        category=draw(codes),
        minutes=15 * draw(st.integers(1, 96)),
        requires=draw(st.frozensets(codes, min_size=1, max_size=3)),
        level=draw(fixed_or(level, st.integers(1, HIGHEST_LEVEL))),
        price_from=low,
        price_to=high,
        remote=draw(fixed_or(remote, st.booleans())),
        names=draw(names()),
        descriptions=draw(names()),
        needs_pro=draw(st.booleans()),
        packages=[draw(packages(code=unit)) for unit in units[:cut]],
        add_ons=[draw(add_ons(code=unit)) for unit in units[cut:]],
        block_minutes=15 * draw(st.integers(1, 16)),
    )


@st.composite
def catalogues(
    draw: st.DrawFn,
    *,
    category_codes: Sequence[str] | None = None,
    service_codes: Sequence[str] | None = None,
) -> Catalogue:
    """Return catalogues without duplicate codes, whose services name categories that are in them.

    Args:
        draw: given by Hypothesis.
        category_codes: the codes of the categories; if not given, one to four.
        service_codes: the codes of the services; if not given, up to four.
    """
    fields = category_codes or draw(st.lists(ids(), min_size=1, max_size=4, unique=True))
    others = ids().filter(lambda code: code not in fields)
    codes = draw(st.lists(others, max_size=4, unique=True)) if service_codes is None else service_codes
    return Catalogue(
        categories=tuple(draw(categories(code=code)) for code in fields),
        services=tuple(draw(services(code=code, fields=fields)) for code in codes),
    )


# Policies ----------------------------------------------------------------------------------------------


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
        free_cancellation_minutes=draw(st.integers(0, longest)),
        cooling_off_minutes=draw(st.integers(0, day)),
        customer_no_show_minutes=draw(st.integers(1, day)),
        friend_no_show_minutes=draw(st.integers(1, day)),
    )


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


def yearly_limits(*, first_year: int | None = None) -> SearchStrategy[YearlyLimit]:
    """Return limits from a year on."""
    return st.builds(YearlyLimit, first_year=fixed_or(first_year, st.integers(1, 9999)), limit=prices())


@st.composite
def settlement_policies(draw: st.DrawFn) -> SettlementPolicy:
    """Return policies of the money side whose numbers hold together."""
    low, high = sorted(draw(st.tuples(prices(), prices())))
    payout = draw(st.integers(0, 366))
    years = draw(st.lists(st.integers(1, 9999), min_size=1, max_size=3, unique=True))
    return SettlementPolicy(
        version=draw(ids()),
        commission_percent=draw(st.integers(0, 100)),
        invoice_days_friend=draw(st.integers(0, 366)),
        invoice_days_platform=draw(st.integers(0, 366)),
        payout_days=payout,
        newcomer_hold_days=draw(st.integers(0, payout)),
        small_job_from=low,
        small_job_to=high,
        earnings_limits=[draw(yearly_limits(first_year=year)) for year in sorted(years)],
        blocks_at_earnings_limit=draw(st.booleans()),
    )


def badge_policies() -> SearchStrategy[BadgePolicy]:
    """Return policies of badges."""
    percent = st.integers(0, 100)
    return st.builds(
        BadgePolicy,
        version=ids(),
        window_days=st.integers(1, 3660),
        top_milli_stars=st.integers(1000, 5000),
        top_closed=st.integers(1, 10_000),
        top_answered_percent=percent,
        top_cancelled_percent=st.integers(1, 100),
        assessed_every_months=st.integers(1, 24),
        reliable_percent=percent,
        fast_hours=st.integers(1, 240),
        fast_percent=percent,
        strikes=st.integers(1, 1000),
        strike_days=st.integers(1, 3660),
        public_from=st.integers(1, 1000),
    )


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


@st.composite
def network_policies(draw: st.DrawFn) -> NetworkPolicy:
    """Return all rules of a network."""
    booking = draw(booking_policies())
    return NetworkPolicy(
        version=draw(ids()),
        availability=draw(availability_policies(least_notice_minutes=booking.request_notice_minutes)),
        booking=booking,
        eligibility=draw(eligibility_policies()),
        settlement=draw(settlement_policies()),
        badges=draw(badge_policies()),
    )
