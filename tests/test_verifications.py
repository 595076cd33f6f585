"""Verifications: what was checked of a friend, and for how long it counts."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import testing
from mila_core.errors import InvalidTypeError, InvalidValueError
from mila_core.periods import Period, Validity
from mila_core.reasons import reason
from mila_core.verifications import Verification, VerificationKind, check_verifications, verified
from tests import wrong

START = datetime(2013, 11, 28, 13, tzinfo=UTC)
END = START + timedelta(hours=1)
VISIT = Period(START, END)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
K = VerificationKind


def held(*valid: Validity, kind: VerificationKind = K.IDENTITY) -> list[Verification]:
    """Return verifications of one kind."""
    return [Verification(verification_kind=kind, valid=each, by="swisscom") for each in valid]


@pytest.mark.parametrize(
    ("verifications", "codes", "later"),
    [
        # nothing was checked, or something else
        ([], ["verification_missing"], None),
        (held(Validity(START), kind=K.IBAN), ["verification_missing"], None),
        # for good, and exactly as long as the visit
        (held(Validity(START)), [], None),
        (held(Validity(START, END)), [], None),
        # a second late, a second short
        (held(Validity(START + SECOND)), ["verification_not_yet_valid"], START + SECOND),
        (held(Validity(START, END - SECOND)), ["verification_expired"], None),
        # lapsed, and renewed for later
        (held(Validity(START - HOUR, START), Validity(END)), ["verification_expired"], END),
        # renewed in the middle: no single check covers the visit
        (
            held(Validity(START - HOUR, START + SECOND), Validity(START + SECOND)),
            ["verification_expired"],
            START + SECOND,
        ),
        # later, but too short for the visit ever to lie in it
        (held(Validity(END, END + SECOND)), ["verification_not_yet_valid"], None),
        # several: one that holds is enough
        (held(Validity(START - HOUR, START), Validity(START - HOUR)), [], None),
    ],
)
def test_a_check_has_to_hold_through_the_visit(
    verifications: list[Verification], codes: list[str], later: datetime | None
) -> None:
    """A second more or less at either end of the visit decides."""
    verdict = check_verifications(verifications, [K.IDENTITY], during=VISIT)
    assert [why.code for why in verdict.reasons] == codes
    assert verdict.later == later


@pytest.mark.parametrize(
    ("valid", "expected"),
    [
        # thirteen months and no longer, whatever was noted
        (Validity(datetime(2012, 11, 1, tzinfo=UTC)), True),
        (Validity(datetime(2012, 10, 1, tzinfo=UTC)), False),
        (Validity(datetime(2000, 1, 1, tzinfo=UTC)), False),
        (Validity(datetime(2000, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)), False),
        # a shorter time stays shorter
        (Validity(datetime(2013, 11, 1, tzinfo=UTC), START), False),
    ],
)
def test_a_criminal_record_counts_for_so_many_months(valid: Validity, *, expected: bool) -> None:
    """An extract that nobody dated does not count for ever."""
    record = held(valid, kind=K.CRIMINAL_RECORD)
    found = check_verifications(record, [K.CRIMINAL_RECORD], during=VISIT, criminal_record_months=13)
    assert (not found.reasons) == expected
    identity = held(valid, kind=K.IDENTITY)
    assert check_verifications(identity, [K.IDENTITY], during=VISIT) == check_verifications(
        identity, [K.IDENTITY], during=VISIT, criminal_record_months=13
    )


def test_each_kind_that_is_missing_is_told() -> None:
    """All that is required is looked at, in order of the kinds, each once."""
    found = check_verifications(held(Validity(START)), [K.IBAN, K.IDENTITY, K.AHV, K.IBAN], during=VISIT)
    assert found.reasons == (
        reason("verification_missing", verification="ahv"),
        reason("verification_missing", verification="iban"),
    )


@given(
    st.lists(testing.verifications(), max_size=4),
    st.frozensets(st.sampled_from(VerificationKind)),
    testing.periods(),
)
def test_the_date_from_which_it_would_be_yes_is_right(
    found: list[Verification], required: frozenset[VerificationKind], during: Period
) -> None:
    """Moving the visit to that date mends every rule that had one; before it, nothing is mended."""
    verdict = check_verifications(found, required, during=during)
    if verdict.later is not None:
        moved = Period(verdict.later, verdict.later + (during.end - during.start))
        for kind in required:
            alone = check_verifications(found, [kind], during=during)
            if alone.later == verdict.later:
                assert check_verifications(found, [kind], during=moved).reasons == ()
    if not required:
        assert verdict.reasons == ()


@pytest.mark.parametrize(
    ("on", "months", "until"),
    [
        # thirteen months, to the day
        (date(2013, 9, 1), 13, "2014-09-30T22:00:00+00:00"),
        # a day that the month lacks becomes its last
        (date(2013, 1, 31), 1, "2013-02-27T23:00:00+00:00"),
        (date(2012, 2, 29), 12, "2013-02-27T23:00:00+00:00"),
    ],
)
def test_a_check_counts_for_months(on: date, months: int, until: str) -> None:
    """It ends with the beginning of the same day, so many months later."""
    found = verified(K.CRIMINAL_RECORD, on=on, by="swisscom", months=months)
    assert found.valid.end is not None
    assert found.valid.end.isoformat() == until


def test_a_check_without_months_counts_for_good() -> None:
    """Who somebody is does not lapse."""
    assert verified(K.IDENTITY, on=date(2013, 9, 1), by="swisscom").valid.end is None


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"on": START}, InvalidTypeError),  # a datetime would lose its time
        ({"months": 1.5}, InvalidTypeError),
        ({"months": True}, InvalidTypeError),
        ({"months": 0}, InvalidValueError),  # no time at all
        ({"months": -1}, InvalidValueError),
        ({"months": 10**6}, InvalidValueError),
        ({"by": ""}, InvalidValueError),
        ({"zone": "Zurich"}, InvalidValueError),
    ],
)
def test_a_wrong_check_is_refused(changes: dict[str, Any], error: type[Exception]) -> None:
    """What cannot be is an error at the call."""
    with pytest.raises(error):
        verified(K.CRIMINAL_RECORD, **{"on": date(2013, 9, 1), "by": "swisscom", "months": 13, **changes})


@pytest.mark.parametrize(
    ("field", "value", "error"),
    wrong.fields(verification_kind=wrong.OTHERS, valid=wrong.OTHERS, by=wrong.IDS),
)
def test_a_wrong_verification_is_refused(field: str, value: Any, error: type[InvalidValueError]) -> None:
    """What cannot be in a verification is an error that names the field."""
    wrong.check_refused(held(Validity(START))[0], field, value, error)


def test_a_verification_is_a_value() -> None:
    """It is compared by what it holds."""
    one = held(Validity(START))[0]
    assert one == attrs.evolve(one)
    assert hash(one) == hash(attrs.evolve(one))
