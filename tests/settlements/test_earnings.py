"""What a friend has earned in a year, against the limit of that year."""

from datetime import date
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import testing
from mila_core.errors import InvalidValueError
from mila_core.money import ZERO, Money, chf
from mila_core.policies import SettlementPolicy, YearlyLimit
from mila_core.settlements import EarningsStatement, PaymentMeans, Settlement, earnings_statement
from tests.settlements import examples

POLICY = SettlementPolicy()


def numbered(*found: Settlement) -> list[Settlement]:
    """Return settlements of different bookings."""
    return [attrs.evolve(each, id=f"b{number}") for number, each in enumerate(found, start=1)]


def in_year(settlement: Settlement, year: int, *, friend_id: str = "andreas") -> Settlement:
    """Return a settlement of a service in another year."""
    terms = attrs.evolve(settlement.terms, served_on=date(year, 6, 1), friend_id=friend_id)
    return attrs.evolve(settlement, terms=terms)


def test_a_year_of_all_sorts() -> None:
    """A visit paid online, one in cash with a tip and half refunded, a compensation, one never paid."""
    found = numbered(
        examples.after(examples.opened(), "receive_payment/system"),
        examples.after(
            examples.opened(means=PaymentMeans.CASH, tip=chf(5)),
            "receive_payment/friend",
            "refund_partly=20.00",
        ),
        examples.opened(examples.compensated("20.00")),
        examples.after(examples.opened(), "mark_overdue/timer", "write_off"),
        in_year(examples.opened(), 2014),
        in_year(examples.opened(), 2013, friend_id="nadja"),
    )
    statement = earnings_statement(found, friend_id="andreas", year=2013, policy=POLICY)
    assert (statement.count, statement.gross, statement.commission) == (4, chf(120), chf(18))
    assert (statement.tips, statement.compensations) == (chf(5), chf(20))
    # half of CHF 34.00, as the tip stays, and CHF 34.00 of what was written off
    assert statement.given_back == chf(51)
    assert statement.net == chf(76)
    assert (statement.limit, statement.why, statement.blocks) == (chf(2300), (), False)
    assert [(row.id, str(row.net)) for row in statement.rows] == [
        ("b1", "CHF 34.00"),
        ("b2", "CHF 22.00"),
        ("b3", "CHF 20.00"),
        ("b4", "CHF 0.00"),
    ]
    first = statement.rows[0]
    assert (first.served_on, first.commission, first.commission_vat) == (
        date(2013, 11, 28),
        chf(6),
        chf("0.44"),
    )
    assert statement.commission_vat == chf("1.32")


@pytest.mark.parametrize(
    ("limit", "code"),
    [("34.01", None), ("34.00", "earnings_limit_reached"), ("33.99", "earnings_limit_exceeded")],
)
@pytest.mark.parametrize("blocks", [False, True])
def test_the_limit_warns_and_blocks_only_by_policy(limit: str, code: str | None, blocks: bool) -> None:  # noqa: FBT001
    """Net earnings of CHF 34.00 below, at and above the limit of the year."""
    policy = SettlementPolicy(
        earnings_limits=[YearlyLimit(first_year=2013, limit=chf(limit))], blocks_at_earnings_limit=blocks
    )
    statement = earnings_statement([examples.opened()], friend_id="andreas", year=2013, policy=policy)
    assert [why.code for why in statement.why] == ([code] if code else [])
    assert statement.blocks == (blocks and code is not None)
    for why in statement.why:
        assert why.as_mapping() == {"earned": chf(34), "limit": chf(limit), "year": 2013}


@pytest.mark.parametrize(("year", "limit"), [(2024, chf(2300)), (2025, chf(2500)), (2026, chf(2500))])
def test_the_limit_is_the_one_of_the_year(year: int, limit: Money) -> None:
    """CHF 2,300 until 2024, CHF 2,500 from 2025."""
    assert earnings_statement([], friend_id="andreas", year=year, policy=POLICY).limit == limit


def test_without_a_limit_nothing_is_said() -> None:
    """A year before the first limit has none."""
    policy = SettlementPolicy(earnings_limits=[YearlyLimit(first_year=2014, limit=ZERO)])
    statement = earnings_statement([examples.opened()], friend_id="andreas", year=2013, policy=policy)
    assert (statement.limit, statement.why, statement.blocks) == (None, (), False)


def test_the_rows_are_by_day_then_by_id() -> None:
    """Whatever the order in which the settlements come."""
    first, second, third = numbered(examples.opened(), examples.opened(), examples.opened())
    later = attrs.evolve(first, terms=attrs.evolve(first.terms, served_on=date(2013, 12, 1)))
    statement = earnings_statement([later, third, second], friend_id="andreas", year=2013, policy=POLICY)
    assert [row.id for row in statement.rows] == ["b2", "b3", "b1"]


def test_a_booking_counts_once() -> None:
    """Two states of one settlement are refused: one of them is not how it stands now."""
    before = examples.opened()
    both = [before, examples.after(before, "receive_payment/system")]
    with pytest.raises(InvalidValueError) as caught:
        earnings_statement(both, friend_id="andreas", year=2013, policy=POLICY)
    assert caught.value.field == "rows"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"gross": chf(-1)}, "gross"),
        ({"given_back": chf(-1)}, "given_back"),
        # more tax than what it is contained in
        ({"commission_vat": chf("6.01")}, "commission_vat"),
    ],
)
def test_a_row_that_no_booking_has(change: dict[str, Money], field: str) -> None:
    """Each is refused, and the field named."""
    row = earnings_statement([examples.opened()], friend_id="andreas", year=2013, policy=POLICY).rows[0]
    with pytest.raises(InvalidValueError) as caught:
        attrs.evolve(row, **change)  # type: ignore[arg-type]  # amounts only
    assert caught.value.field == field


def test_rows_of_another_year_or_order_are_refused() -> None:
    """As in a stored statement that somebody has changed."""
    found = earnings_statement(
        numbered(examples.opened(), examples.opened()), friend_id="andreas", year=2013, policy=POLICY
    )
    changes: list[dict[str, Any]] = [{"rows": found.rows[::-1]}, {"year": 2014}]
    for change in changes:
        with pytest.raises(InvalidValueError) as caught:
            attrs.evolve(found, **change)
        assert caught.value.field == "rows"


@given(testing.earnings_statements())
def test_the_sums_are_those_of_the_rows(statement: EarningsStatement) -> None:
    """Added up by hand, row by row."""
    rows = statement.rows
    assert statement.count == len(rows)
    for of_all, of_one in (("gross", "gross"), ("tips", "tip"), ("compensations", "compensation")):
        assert getattr(statement, of_all).rappen == sum(getattr(row, of_one).rappen for row in rows)
    earned = statement.gross - statement.commission + statement.tips + statement.compensations
    assert statement.net == earned - statement.given_back
    assert rows == tuple(sorted(rows, key=lambda row: (row.served_on, row.id)))


@given(st.lists(testing.settlements(), max_size=3, unique_by=lambda each: each.id))
def test_what_is_earned_is_what_is_left_of_the_friend_s_shares(found: list[Settlement]) -> None:
    """Gross less commission, with tips and compensations, less what was given back."""
    for each in found:
        terms = each.terms
        statement = earnings_statement(
            found, friend_id=terms.friend_id, year=terms.served_on.year, policy=POLICY
        )
        own = [
            other.shares.friend.rappen
            for other in found
            if other.terms.friend_id == terms.friend_id and other.terms.served_on.year == terms.served_on.year
        ]
        assert (statement.net.rappen, statement.count) == (sum(own), len(own))
