"""Ledgers of exposure: they add up, whatever is kept apart, and the report is that of the definitions."""

from fractions import Fraction
from functools import reduce
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import testing
from mila_core.errors import InvalidTypeError, InvalidValueError
from mila_core.matching import (
    ExposureAccount,
    ExposureLedger,
    ExposureReport,
    exposure_report,
    merge_ledgers,
)
from tests import wrong

ANNA = ExposureAccount(friend_id="anna", merited=100, given=80, requests=2)
LEDGER = ExposureLedger(accounts=[ANNA], requests=2, best_utility=10, kept_utility=9)
NOTHING = ExposureLedger()


def by_id(ledger: ExposureLedger) -> ExposureLedger:
    """Return a ledger with its accounts in order."""
    return merge_ledgers(NOTHING, ledger)


@given(testing.exposure_ledgers(), testing.exposure_ledgers(), testing.exposure_ledgers())
def test_ledgers_are_merged_in_any_order_and_grouping(
    one: ExposureLedger, two: ExposureLedger, three: ExposureLedger
) -> None:
    """Merging is associative and commutative, exactly, and an empty ledger changes nothing."""
    assert merge_ledgers(one, two) == merge_ledgers(two, one)
    assert merge_ledgers(merge_ledgers(one, two), three) == merge_ledgers(one, merge_ledgers(two, three))
    assert merge_ledgers(one, NOTHING) == by_id(one)


@given(st.lists(testing.exposure_ledgers(), min_size=1, max_size=4))
def test_a_friends_account_is_the_sum_of_the_friends_accounts(ledgers: list[ExposureLedger]) -> None:
    """Nothing is lost and nothing is made."""
    merged = reduce(merge_ledgers, ledgers)
    accounts = [each for ledger in ledgers for each in ledger.accounts]
    assert [each.friend_id for each in merged.accounts] == sorted({each.friend_id for each in accounts})
    for found in merged.accounts:
        same = [each for each in accounts if each.friend_id == found.friend_id]
        assert found.merited == sum(each.merited for each in same)
        assert found.given == sum(each.given for each in same)
        assert found.requests == sum(each.requests for each in same)
    assert merged.requests == sum(each.requests for each in ledgers)


@given(testing.exposure_ledgers(), st.integers(1, 100))
def test_the_report_is_that_of_the_definitions(ledger: ExposureLedger, percent: int) -> None:
    """Gini as the mean difference of all pairs by twice the mean; starved by fractions."""
    report = exposure_report(ledger, starved_percent=percent)
    ratios = [Fraction(each.given, each.merited) for each in ledger.accounts if each.merited]
    assert report.friends == len(ratios)
    assert report.starved == sum(each < Fraction(percent, 100) for each in ratios)
    whole = sum(ratios, Fraction(0))
    if whole > 1:  # of tiny ones little is left in millionths
        differences = sum((abs(one - other) for one, other in product(ratios, ratios)), Fraction(0))
        gini = differences / (2 * len(ratios) * whole)
        assert abs(Fraction(report.gini_ppm, 1_000_000) - gini) < Fraction(1, 10_000)
    if ledger.best_utility:
        kept = Fraction(ledger.kept_utility, ledger.best_utility)
        assert 0 <= kept - Fraction(report.utility_kept_ppm, 1_000_000) < Fraction(1, 1_000_000)


def test_the_report_of_nothing_is_fair() -> None:
    """Nobody merited anything, nothing was lost."""
    report = exposure_report(NOTHING)
    assert (report.friends, report.starved_ppm, report.gini_ppm) == (0, 0, 0)
    assert report.utility_kept_ppm == 1_000_000


@pytest.mark.parametrize(
    ("given_each", "gini_ppm", "starved"),
    [([5, 5, 5, 5], 0, 0), ([0, 0, 0, 20], 750_000, 3), ([1, 2, 3, 4], 250_000, 0)],
)
def test_the_gini_coefficient_of_known_ones(given_each: list[int], gini_ppm: int, starved: int) -> None:
    """All alike: 0; one of n has it all: 1 - 1/n; 1, 2, 3, 4: a quarter."""
    accounts = [
        ExposureAccount(friend_id=f"f{number}", merited=4, given=each)
        for number, each in enumerate(given_each)
    ]
    report = exposure_report(ExposureLedger(accounts=accounts), starved_percent=25)
    assert (report.gini_ppm, report.starved, report.starved_ppm) == (gini_ppm, starved, starved * 250_000)


def test_wrong_arguments_are_named() -> None:
    """Of both functions."""
    with pytest.raises(InvalidTypeError, match="other"):
        merge_ledgers(LEDGER, ANNA)  # type: ignore[arg-type]
    with pytest.raises(InvalidTypeError, match="one"):
        merge_ledgers(None, LEDGER)  # type: ignore[arg-type]
    with pytest.raises(InvalidTypeError, match="ledger"):
        exposure_report(ANNA)  # type: ignore[arg-type]
    for percent in (True, 25.0, None):
        with pytest.raises(InvalidTypeError, match="starved_percent"):
            exposure_report(LEDGER, starved_percent=percent)  # type: ignore[arg-type]
    for percent in (0, 101):
        with pytest.raises(InvalidValueError, match="starved_percent"):
            exposure_report(LEDGER, starved_percent=percent)


_COUNTS = wrong.numbers(0, 2**53)


@pytest.mark.parametrize(
    ("example", "field", "value", "error"),
    [
        *wrong.fields_of(ANNA, friend_id=wrong.IDS, merited=_COUNTS, given=_COUNTS, requests=_COUNTS),
        *wrong.fields_of(
            LEDGER,
            accounts=[*wrong.ITEMS, ((ANNA, ANNA), InvalidValueError)],
            requests=_COUNTS,
            best_utility=_COUNTS,
            kept_utility=[*_COUNTS, (11, InvalidValueError)],
        ),
        *wrong.fields_of(
            exposure_report(LEDGER),
            friends=_COUNTS,
            starved=[*_COUNTS, (2, InvalidValueError)],
            starved_percent=wrong.numbers(1, 100),
            gini_ppm=wrong.numbers(0, 1_000_000),
            utility_kept_ppm=wrong.numbers(0, 1_000_000),
        ),
    ],
)
def test_wrong_fields_are_refused(example: Any, field: str, value: Any, error: Any) -> None:
    """Each with an error that names it."""
    assert isinstance(example, ExposureAccount | ExposureLedger | ExposureReport)
    wrong.check_refused(example, field, value, error)
