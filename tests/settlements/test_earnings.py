"""What a friend has earned in a year, against the limit of that year."""

from datetime import date

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import testing
from mila_core.money import ZERO, Money, chf
from mila_core.policies import SettlementPolicy, YearlyLimit
from mila_core.settlements import PaymentMeans, Settlement, earnings_statement
from tests.settlements import examples

POLICY = SettlementPolicy()


def in_year(settlement: Settlement, year: int, *, friend_id: str = "andreas") -> Settlement:
    """Return a settlement of a service in another year."""
    terms = attrs.evolve(settlement.terms, served_on=date(year, 6, 1), friend_id=friend_id)
    return attrs.evolve(settlement, terms=terms)


def test_a_year_of_all_sorts() -> None:
    """A visit paid online, one in cash with a tip and half refunded, a compensation, one never paid."""
    found = [
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
    ]
    statement = earnings_statement(found, friend_id="andreas", year=2013, policy=POLICY)
    assert (statement.count, statement.gross, statement.commission) == (4, chf(120), chf(18))
    assert (statement.tips, statement.compensations) == (chf(5), chf(20))
    # half of CHF 34.00, as the tip stays, and CHF 34.00 of what was written off
    assert statement.given_back == chf(51)
    assert statement.net == chf(76)
    assert (statement.limit, statement.why, statement.blocks) == (chf(2300), (), False)


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


@given(st.lists(testing.settlements(), max_size=3))
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
