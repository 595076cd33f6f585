"""A policy's numbers are the documented ones, in range, and hold together."""

import pickle
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import testing
from mila_core.bookings import FAILURES
from mila_core.errors import InvalidInputError, InvalidTypeError, InvalidValueError
from mila_core.money import Money, chf
from mila_core.policies import (
    AvailabilityPolicy,
    BadgePolicy,
    BookingPolicy,
    CompensationPolicy,
    DispatchPolicy,
    DisputePolicy,
    EligibilityPolicy,
    NetworkPolicy,
    NoticeTier,
    SettlementPolicy,
    YearlyLimit,
    swiss_policy,
)
from mila_core.verifications import VerificationKind
from tests import wrong

HOUR, DAY = 60, 24 * 60
YEAR = 366 * DAY

# domain.md, section 5: what networks of this kind use
DEFAULTS = {
    "version": "ch-1",
    "quote_valid_minutes": 30,
    "request_notice_minutes": 2 * HOUR,
    "answer_minutes": 24 * HOUR,
    "answer_same_day_minutes": HOUR,
    "accept_notice_minutes": 4 * HOUR,
    "confirm_minutes": 48 * HOUR,
    "confirm_notice_minutes": 30,
    "start_early_minutes": 30,
    "auto_complete_minutes": 24 * HOUR,
    "lapse_minutes": 48 * HOUR,
    "approve_minutes": 48 * HOUR,
    "review_days": 14,
    "reply_days": 30,
    "first_call_minutes": 12 * HOUR,
    "reconfirm_minutes": 24 * HOUR,
    "customer_no_show_minutes": 10,
    "friend_no_show_minutes": 30,
    "customer_no_show_until_minutes": 24 * HOUR,
    "friend_no_show_until_minutes": 24 * HOUR,
    "depart_early_minutes": 2 * HOUR,
    "answer_reminder_percents": (50, 90),
    "reply_edit_minutes": 48 * HOUR,
    "most_reschedules": 3,
    "amendment_percent": 200,
    "compensation": CompensationPolicy(),
}

RANGES = {
    "quote_valid_minutes": (1, YEAR),
    "request_notice_minutes": (0, YEAR),
    "answer_minutes": (1, YEAR),
    "answer_same_day_minutes": (1, DAY),
    "accept_notice_minutes": (0, YEAR),
    "confirm_minutes": (1, YEAR),
    "confirm_notice_minutes": (0, YEAR),
    "start_early_minutes": (0, DAY),
    "auto_complete_minutes": (1, YEAR),
    "lapse_minutes": (1, YEAR),
    "approve_minutes": (1, YEAR),
    "review_days": (1, 366),
    "reply_days": (1, 366),
    "first_call_minutes": (1, YEAR),
    "reconfirm_minutes": (0, YEAR),
    "customer_no_show_minutes": (1, DAY),
    "friend_no_show_minutes": (1, DAY),
    "customer_no_show_until_minutes": (1, YEAR),
    "friend_no_show_until_minutes": (1, YEAR),
    "depart_early_minutes": (0, DAY),
    "reply_edit_minutes": (0, YEAR),
    "most_reschedules": (0, 100),
    "amendment_percent": (100, 1000),
}


def test_the_defaults_are_the_documented_ones() -> None:
    """Every number, and no other, is what the research on networks of this kind says."""
    assert attrs.asdict(BookingPolicy(), recurse=False) == DEFAULTS


@pytest.mark.parametrize(
    ("field", "value", "error"),
    wrong.fields(version=wrong.IDS, **{name: wrong.numbers(*ends) for name, ends in RANGES.items()}),
)
def test_a_wrong_number_is_refused(field: str, value: Any, error: type[InvalidInputError]) -> None:
    """Each number has a range; the error names it."""
    wrong.check_refused(BookingPolicy(), field, value, error)


@pytest.mark.parametrize("field", RANGES)
def test_the_ends_of_each_range_are_allowed(field: str) -> None:
    """The least and the most that a number may be pass, if the others suit."""
    for number in RANGES[field]:
        others = {"request_notice_minutes": YEAR, "answer_minutes": YEAR, "confirm_notice_minutes": 0}
        if field == "request_notice_minutes":
            number = max(number, 2)  # noqa: PLW2901  # an hour would be too little for the least of the others
            others |= {"answer_same_day_minutes": 1}
        if field == "answer_minutes":
            others |= {"answer_same_day_minutes": 1}
        if field == "confirm_notice_minutes":
            number = min(number, YEAR - HOUR - 1)  # noqa: PLW2901
        if field in {"customer_no_show_minutes", "customer_no_show_until_minutes"}:
            others |= {"customer_no_show_minutes": 1, "customer_no_show_until_minutes": YEAR}
        assert getattr(BookingPolicy(**{**others, field: number}), field) == number  # type: ignore[arg-type]


minutes = st.integers(0, 300)


@given(minutes, minutes, minutes.map(lambda number: number + 1), minutes.map(lambda number: number + 1))
def test_numbers_that_cannot_hold_together_are_refused(
    notice: int, confirm: int, same_day: int, answer: int
) -> None:
    """A request in time leaves the friend the time to answer, and both a minute to confirm."""
    numbers = {
        "request_notice_minutes": notice,
        "confirm_notice_minutes": confirm,
        "answer_same_day_minutes": same_day,
        "answer_minutes": answer,
    }
    if notice > same_day + confirm and same_day <= answer:
        assert attrs.asdict(BookingPolicy(**numbers)).items() >= numbers.items()  # type: ignore[arg-type]
        return
    field = "request_notice_minutes" if notice <= same_day + confirm else "answer_same_day_minutes"
    with pytest.raises(InvalidValueError, match=field):
        BookingPolicy(**numbers)  # type: ignore[arg-type]


@pytest.mark.parametrize(("report_from", "until"), [(10, 10), (11, 10), (10, 9)])
def test_a_no_show_can_be_reported_for_a_while(report_from: int, until: int) -> None:
    """The end of the time to report is not before its beginning."""
    numbers = {"customer_no_show_minutes": report_from, "customer_no_show_until_minutes": until}
    if report_from <= until:
        assert attrs.asdict(BookingPolicy(**numbers)).items() >= numbers.items()  # type: ignore[arg-type]
        return
    with pytest.raises(InvalidValueError, match="customer_no_show_minutes"):
        BookingPolicy(**numbers)  # type: ignore[arg-type]


@given(testing.booking_policies())
def test_a_policy_survives_a_copy(policy: BookingPolicy) -> None:
    """A policy goes with each booking: pickled, or made of its own fields, it is equal."""
    fields = attrs.asdict(policy, recurse=False)
    assert pickle.loads(pickle.dumps(policy)) == policy == BookingPolicy(**fields)  # noqa: S301  # our own bytes
    assert hash(attrs.evolve(policy)) == hash(policy)


# The other policies --------------------------------------------------------------------------------------


def test_the_numbers_of_the_money_side_are_the_documented_ones() -> None:
    """Commission, terms, band and limits as the research on networks of this kind has them."""
    documented = {
        "version": "ch-1",
        "commission_percent": 15,
        "invoice_days_friend": 10,
        "invoice_days_platform": 30,
        "payout_days": 30,
        "newcomer_hold_days": 5,
        "small_job_from": chf(30),
        "small_job_to": chf(100),
        "earnings_limits": (
            YearlyLimit(first_year=1, limit=chf(2300)),
            YearlyLimit(first_year=2025, limit=chf(2500)),
        ),
        "blocks_at_earnings_limit": False,
    }
    found = attrs.asdict(SettlementPolicy(), recurse=False)
    assert {name: found[name] for name in documented} == documented


def test_the_numbers_of_the_badges_are_the_documented_ones() -> None:
    """Who is a Top Friend, reliable, fast; when a person has to look; from when on a number is public."""
    assert attrs.asdict(BadgePolicy()) == {
        "version": "ch-1",
        "window_days": 365,
        "top_milli_stars": 4800,
        "top_closed": 10,
        "top_answered_percent": 90,
        "top_cancelled_percent": 1,
        "answer_hours": 24,
        "assessed_every_months": 3,
        "reliable_percent": 90,
        "reliable_least": 10,
        "fast_hours": 4,
        "fast_percent": 75,
        "fast_least": 10,
        "business_from_hour": 8,
        "business_to_hour": 18,
        "business_weekdays": 5,
        "punctual_minutes": 10,
        "caution_milli": 0,
        "keep_milli_stars": 100,
        "keep_closed": 2,
        "keep_percent": 5,
        "keep_cancelled_percent": 1,
        "strikes": 2,
        "strike_days": 28,
        "public_from": 3,
    }


def test_the_numbers_of_compensation_are_the_documented_ones() -> None:
    """Free until a day before and for five minutes; then a quarter, a half; never more than CHF 40."""
    assert attrs.asdict(CompensationPolicy(), recurse=False) == {
        "version": "ch-1",
        "tiers": (
            NoticeTier(notice_minutes=DAY, percent=0),
            NoticeTier(notice_minutes=DAY // 2, percent=25),
            NoticeTier(notice_minutes=0, percent=50),
        ),
        "cooling_off_minutes": 5,
        "most": chf(40),
        "no_show_percent": 50,
        "visit_fee": chf(20),
        "visit_fee_reasons": {"no_access", "defective_hardware", "out_of_scope"},
    }


def test_the_numbers_of_dispatch_and_disputes_are_the_documented_ones() -> None:
    """How many are invited, how far away, for how long; until when an outcome can be contested."""
    assert attrs.asdict(DispatchPolicy()) == {
        "version": "ch-1",
        "wave_size": 5,
        "wave_minutes": 15,
        "radius_km": (5, 10, 20),
        "most_waves": 5,
        "answer_minutes": HOUR,
        "accept_notice_minutes": 4 * HOUR,
    }
    assert attrs.asdict(DisputePolicy()) == {
        "version": "ch-1",
        "open_days": 14,
        "no_show_minutes": DAY,
        "answer_minutes": 3 * DAY,
    }


def test_a_visit_fails_for_reasons_that_bookings_know() -> None:
    """The reasons that cost a fee are among those for which a visit can fail."""
    assert set(FAILURES) >= CompensationPolicy().visit_fee_reasons


@pytest.mark.parametrize(
    ("year", "limit"), [(0, None), (1, chf(2300)), (2024, chf(2300)), (2025, chf(2500)), (9999, chf(2500))]
)
def test_a_limit_is_of_its_year(year: int, limit: Money | None) -> None:
    """The limit that came last counts; before the first there is none."""
    assert SettlementPolicy().earnings_limit(year) == limit


LIMIT = YearlyLimit(first_year=2025, limit=chf(2500))
PERCENT = wrong.numbers(0, 100)
MONEY = SettlementPolicy()


@pytest.mark.parametrize(
    ("example", "field", "value", "error"),
    [
        *wrong.fields_of(
            LIMIT,
            first_year=wrong.numbers(1, 9999),
            limit=[*wrong.OTHERS, (chf("-0.01"), InvalidValueError)],
        ),
        *wrong.fields_of(
            AvailabilityPolicy(horizon_days=1),
            notice_minutes=[(2 * DAY, InvalidValueError)],  # nothing could ever be booked
        ),
        *wrong.fields_of(
            MONEY,
            version=wrong.IDS,
            commission_percent=PERCENT,
            invoice_days_friend=wrong.numbers(0, 366),
            payout_days=wrong.numbers(0, 366)[:-4],
            newcomer_hold_days=[
                *wrong.numbers(0, 366),
                (31, InvalidValueError),
            ],  # after the payout
            small_job_from=wrong.OTHERS,
            small_job_to=[*wrong.OTHERS, (chf("29.99"), InvalidValueError)],  # below small_job_from
            earnings_limits=[
                *wrong.ITEMS,
                *wrong.EMPTY,
                ([LIMIT, LIMIT], InvalidValueError),  # a year twice
                ([LIMIT, YearlyLimit(first_year=1, limit=chf(1))], InvalidValueError),  # out of order
            ],
            blocks_at_earnings_limit=wrong.FLAGS,
        ),
        *wrong.fields_of(
            BookingPolicy(),
            compensation=wrong.OTHERS,
            answer_reminder_percents=[
                (None, InvalidTypeError),
                (50, InvalidTypeError),
                (["50"], InvalidTypeError),
                ([50.0], InvalidTypeError),
                ([True], InvalidTypeError),
                ([0], InvalidValueError),  # at once
                ([100], InvalidValueError),  # when it is too late
                ([50] * 11, InvalidValueError),
            ],
        ),
        *wrong.fields_of(
            NoticeTier(notice_minutes=0, percent=0),
            notice_minutes=wrong.numbers(0, YEAR),
            percent=PERCENT,
        ),
        *wrong.fields_of(
            CompensationPolicy(),
            version=wrong.IDS,
            tiers=[*wrong.ITEMS, *wrong.EMPTY],
            cooling_off_minutes=wrong.numbers(0, DAY),
            most=[*wrong.OTHERS, (chf("-0.01"), InvalidValueError)],
            no_show_percent=PERCENT,
            visit_fee=[*wrong.OTHERS, (chf("-0.01"), InvalidValueError)],
            visit_fee_reasons=wrong.CODES,
        ),
        *wrong.fields_of(
            DispatchPolicy(),
            version=wrong.IDS,
            wave_size=wrong.numbers(1, 1000),
            wave_minutes=wrong.numbers(1, 30 * DAY),
            radius_km=[
                *wrong.EMPTY,
                (5, InvalidTypeError),
                ([5.0], InvalidTypeError),
                ([0], InvalidValueError),
                ([401], InvalidValueError),
                ([10, 5], InvalidValueError),  # a circle that shrinks
            ],
            most_waves=wrong.numbers(1, 100),
            answer_minutes=wrong.numbers(1, 30 * DAY),
            accept_notice_minutes=wrong.numbers(0, 30 * DAY),
        ),
        *wrong.fields_of(
            DisputePolicy(),
            version=wrong.IDS,
            open_days=wrong.numbers(1, 366),
            no_show_minutes=wrong.numbers(1, YEAR),
            answer_minutes=wrong.numbers(1, YEAR),
        ),
        *wrong.fields_of(
            EligibilityPolicy(),
            friend_verifications=[(None, InvalidTypeError), (["identity"], InvalidTypeError)],
            pro_verifications=[("identity", InvalidTypeError), ([1], InvalidTypeError)],
            grace_days=wrong.numbers(0, 366),
            criminal_record_months=wrong.numbers(1, 120),
        ),
        *wrong.fields_of(
            BadgePolicy(),
            window_days=wrong.numbers(1, 3660),
            top_milli_stars=wrong.numbers(1000, 5000),
            top_cancelled_percent=wrong.numbers(1, 100),
            answer_hours=wrong.numbers(1, 8784),
            reliable_least=wrong.numbers(1, 10_000),
            fast_least=wrong.numbers(1, 10_000),
            business_from_hour=wrong.numbers(0, 23),
            business_to_hour=[*wrong.numbers(1, 24), (8, InvalidValueError), (7, InvalidValueError)],
            business_weekdays=wrong.numbers(1, 7),
            punctual_minutes=wrong.numbers(0, 24 * 60),
            caution_milli=wrong.numbers(0, 10_000),
            keep_milli_stars=wrong.numbers(0, 4000),
            keep_closed=wrong.numbers(0, 10_000),
            keep_percent=wrong.numbers(0, 100),
            keep_cancelled_percent=wrong.numbers(0, 100),
            public_from=wrong.numbers(1, 1000),
        ),
        *wrong.fields_of(
            NetworkPolicy(),
            version=wrong.IDS,
            availability=[
                *wrong.OTHERS,
                (AvailabilityPolicy(notice_minutes=119), InvalidValueError),  # shown, and never bookable
            ],
            booking=wrong.OTHERS,
            eligibility=wrong.OTHERS,
            settlement=wrong.OTHERS,
            badges=wrong.OTHERS,
            dispatch=wrong.OTHERS,
            disputes=wrong.OTHERS,
        ),
    ],
)
def test_a_wrong_number_of_another_policy_is_refused(
    example: Any, field: str, value: Any, error: type[InvalidInputError]
) -> None:
    """Each field is checked on its own, and the error names it."""
    wrong.check_refused(example, field, value, error)


def test_the_swiss_preset_asks_who_somebody_is() -> None:
    """Of helpers the criminal record, of firms the social insurance; all other numbers are the defaults."""
    preset = swiss_policy()
    assert preset.eligibility.friend_verifications - preset.eligibility.pro_verifications == {
        VerificationKind.CRIMINAL_RECORD
    }
    assert preset.eligibility.pro_verifications - preset.eligibility.friend_verifications == {
        VerificationKind.AHV
    }
    assert attrs.evolve(preset, eligibility=EligibilityPolicy()) == NetworkPolicy()
