"""How an amount is shared out over what is left of each share."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import testing
from mila_core.errors import InvalidValueError
from mila_core.money import ZERO, Money, chf
from mila_core.settlements import Shares
from tests.settlements import rules


@given(testing.shares(), st.data())
def test_a_part_is_shared_by_the_largest_remainders(shares: Shares, data: st.DataObject) -> None:
    """The same as by exact fractions; nobody gives more than the part, nor more than they have."""
    amount = data.draw(st.integers(0, shares.total.rappen))
    taken = shares.part(Money(amount))
    lines = [each.rappen for each in shares.parts]
    found = [each.rappen for each in taken.parts]
    assert found == rules.shared(amount, lines)
    assert sum(found) == amount
    for share, line in zip(found, lines, strict=True):
        assert min(0, line) <= share <= max(0, line)
        assert share <= amount or amount == sum(lines)


def test_the_trap_of_cumulative_allocations() -> None:
    """Parts of 1, 3 and 3 Rappen, refunded 3 and then 1: nobody gets anything back at the second refund."""
    shares = Shares(friend=Money(1), platform=Money(3), partner=Money(3))
    left = shares.less(shares.part(Money(3)))
    second = left.part(Money(1))
    assert min(second.parts) >= ZERO
    assert second.total == Money(1)


def test_a_small_refund_leaves_the_friend_the_price() -> None:
    """Half a franc back of a visit that a voucher has paid costs the friend no more than half a franc."""
    shares = Shares(friend=chf(34), platform=chf("-33.44"), tax=chf("0.44"))
    taken = shares.part(chf("0.50"))
    assert (taken.friend, taken.platform, taken.tax) == (chf("0.49"), ZERO, chf("0.01"))
    assert shares.part(chf(1)) == shares
    assert Shares(friend=chf(34), platform=chf(-34)).part(ZERO) == Shares()


@given(testing.shares(), st.data())
def test_what_is_taken_in_parts_empties_every_share(shares: Shares, data: st.DataObject) -> None:
    """Whatever the parts, nobody gives more than they have, and the last part leaves nothing."""
    left = shares
    for _ in range(data.draw(st.integers(0, 4))):
        taken = left.part(Money(data.draw(st.integers(0, left.total.rappen))))
        assert taken.total + left.less(taken).total == left.total
        left = left.less(taken)
    assert left.less(left.part(left.total)) == Shares()


@pytest.mark.parametrize("amount", ["-0.01", "40.01"])
def test_no_part_is_larger_than_the_whole(amount: str) -> None:
    """A part is between nothing and everything."""
    with pytest.raises(InvalidValueError) as caught:
        Shares(friend=chf(34), platform=chf(6)).part(chf(amount))
    assert caught.value.field == "amount"


@pytest.mark.parametrize(
    ("taken", "field"),
    [
        # more than the friend has
        (Shares(friend=chf("34.01")), "friend"),
        # of the platform, which has paid a voucher, something is asked instead of given back
        (Shares(platform=chf(1)), "platform"),
        # from the partner, who has nothing
        (Shares(partner=chf("0.01")), "partner"),
        # more tax than there is
        (Shares(tax=chf("0.46")), "tax"),
    ],
)
def test_nobody_gives_back_more_than_they_have(taken: Shares, field: str) -> None:
    """What is taken has the sign of what is there, and is no more of it."""
    with pytest.raises(InvalidValueError) as caught:
        Shares(friend=chf(34), platform=chf("-4.45"), tax=chf("0.45")).less(taken)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        # only the platform can have a share below zero
        ({"friend": chf(-1), "platform": chf(1)}, "friend"),
        ({"partner": chf(-1), "platform": chf(1)}, "partner"),
        ({"tax": chf(-1), "platform": chf(1)}, "tax"),
        # together nobody pays to be charged
        ({"friend": chf(1), "platform": chf(-2)}, "platform"),
    ],
)
def test_shares_that_nobody_can_have(parts: dict[str, Money], field: str) -> None:
    """A share below zero is refused, but for the platform's; so is a sum below zero."""
    with pytest.raises(InvalidValueError) as caught:
        Shares(**parts)
    assert caught.value.field == field
    assert Shares().total == ZERO
