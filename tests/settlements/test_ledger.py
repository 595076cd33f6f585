"""The ledger: entries that sum to zero, and what they add up to."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import settlements, testing
from mila_core.errors import InvalidValueError
from mila_core.money import Money, chf, total
from mila_core.settlements import Account, Entry, Posting, Settlement, SettlementEvent, balance_of, balances
from tests.settlements import examples


def entry(account: str, rappen: int, party: str = "x") -> Entry:
    """Return an entry in plain words."""
    return Entry(account=Account(account), party_id=party, amount=Money(rappen))


@pytest.mark.parametrize(
    "entries",
    [
        # fewer than two
        [],
        [entry("bank", 100)],
        # an entry of nothing
        [entry("bank", 0), entry("tax", 0)],
        [entry("bank", 5), entry("tax", -5), entry("friend", 0)],
        # out of balance by one Rappen
        [entry("bank", 100), entry("customer", -99)],
    ],
)
def test_a_posting_is_balanced(entries: list[Entry]) -> None:
    """What does not sum to zero, or moves nothing, is refused."""
    with pytest.raises(InvalidValueError) as caught:
        Posting(entries=entries)
    assert caught.value.field == "entries"


@given(st.lists(testing.postings(), max_size=5), st.randoms())
def test_balances_are_sums_by_account_and_party(found: list[Posting], chance: "st.DataObject") -> None:
    """In any order, summed one by one; what is settled is left out; together they are zero."""
    sums: dict[tuple[str, str], int] = {}
    for posting in found:
        for each in posting.entries:
            key = each.account.value, each.party_id
            sums[key] = sums.get(key, 0) + each.amount.rappen
    expected = {key: amount for key, amount in sums.items() if amount}
    mixed = [*found]
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    result = balances(mixed)
    assert {(each.account.value, each.party_id): each.amount.rappen for each in result} == expected
    assert result == balances(found)
    assert total(each.amount for each in result) == chf(0)


@given(testing.settlement_histories())
def test_the_ledger_is_what_the_settlement_says(history: Sequence[SettlementEvent]) -> None:
    """The balances of a settlement are those of its postings; each event that moves money has one."""
    settlement = settlements.replay(history)
    found = [event.posting for event in history if event.posting is not None]
    assert balances(found) == settlement.balances
    for event in history:
        if event.posting is not None:
            assert total(each.amount for each in event.posting.entries) == chf(0)
            assert event.amount is not None


@given(testing.settlements())
def test_what_the_bank_has_is_what_came_less_what_went(settlement: Settlement) -> None:
    """Nothing comes from nowhere: claims of all parties together are the platform's money at its bank."""
    claims = total(each.amount for each in settlement.balances if each.account is not Account.BANK)
    assert settlement.balance(Account.BANK) == -claims


def test_the_postings_of_a_payment_online() -> None:
    """Opened, paid, paid out: at the end the bank has what the platform earned and the tax it owes."""
    done = examples.after(examples.opened(), "receive_payment/system", "send_payout")
    assert [(each.account.value, each.party_id, str(each.amount)) for each in done.balances] == [
        ("platform", "platform", "CHF 5.56"),
        ("tax", "tax", "CHF 0.44"),
        ("bank", "bank", "CHF -6.00"),
    ]


def test_balances_over_many_settlements() -> None:
    """A friend has to get the one, and owes the commission of the other."""
    online = examples.after(examples.opened(), "receive_payment/system")
    cash = examples.after(examples.opened(means=settlements.PaymentMeans.CASH), "receive_payment/friend")
    owed = balance_of([online, cash], account=Account.FRIEND, party_id="andreas")
    assert str(owed) == "CHF 28.00"
    assert balance_of([online, cash], account=Account.FRIEND, party_id="nadja") == chf(0)
