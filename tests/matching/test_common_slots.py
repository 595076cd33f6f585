"""The slots that suit several friends, against a ranking of each slot by itself."""

from random import Random
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core.errors import InvalidTypeError, InvalidValueError
from mila_core.matching import FriendIndex, SlotChoice
from tests import wrong
from tests.journey import INDEX, NOW, REQUEST
from tests.matching import crowd


@given(st.integers(0, 10**6))
def test_a_slot_has_the_friends_that_a_ranking_of_it_has(seed: int) -> None:
    """For every quarter hour of the windows: those who can come are those who are ranked for it alone."""
    chance = Random(seed)  # noqa: S311  # to be the same each time
    market = attrs.evolve(crowd.base(), policy=crowd.policy(chance))
    index = FriendIndex(market)
    for number in range(8):
        index.upsert(**crowd.known_of(chance, f"f-{number}"))
    request = crowd.request(chance)
    found = dict(index.earliest_slots(request, at=crowd.NOW, limit=1000))
    for slot, friend_ids in list(found.items())[::5]:
        alone = index.rank(attrs.evolve(request, windows=[slot]), at=crowd.NOW, limit=1000)
        assert friend_ids == tuple(sorted(match.friend_id for match in alone.matches))
    for match in index.rank(request, at=crowd.NOW, limit=1000).matches:
        assert match.friend_id in found[match.visit.slot]


@given(st.integers(0, 10**6), st.integers(1, 4))
def test_at_least_so_many_can_come(seed: int, least: int) -> None:
    """With a number of friends the slots are those of all that have as many; sorted by time or by number."""
    chance = Random(seed)  # noqa: S311  # to be the same each time
    index = FriendIndex(crowd.base())
    for number in range(6):
        index.upsert(**crowd.known_of(chance, f"f-{number}"))
    request = crowd.request(chance)
    every = index.earliest_slots(request, at=crowd.NOW, limit=1000)
    assert [each.slot for each in every] == sorted(each.slot for each in every)
    some = index.earliest_slots(request, at=crowd.NOW, friends=least, limit=1000)
    assert some == tuple(each for each in every if len(each.friend_ids) >= least)
    most = index.earliest_slots(request, at=crowd.NOW, friends=least, limit=3, most_first=True)
    assert list(most) == sorted(some, key=lambda each: (-len(each.friend_ids), each.slot))[:3]


def test_the_slots_of_the_example() -> None:
    """Three friends can come from one to two o'clock on; later they are fewer."""
    found = INDEX.earliest_slots(REQUEST, at=NOW, friends=3, limit=100)
    slot = INDEX.rank(REQUEST, at=NOW).match("andreas").visit.slot
    assert found[0] == SlotChoice(slot, ("andreas", "beat", "chiara"))
    assert INDEX.earliest_slots(REQUEST, at=NOW, friends=4) == ()


@pytest.mark.parametrize(
    ("field", "value", "error"),
    wrong.rows(
        limit=wrong.numbers(1, 1_000_000), friends=wrong.numbers(1, 1_000_000), most_first=wrong.FLAGS
    ),
)
def test_a_wrong_number_of_slots_is_refused(field: str, value: Any, error: type[InvalidValueError]) -> None:
    """Zero, fractions and truths are no numbers of friends or slots."""
    with pytest.raises(error) as caught:
        INDEX.earliest_slots(REQUEST, at=NOW, **{field: value})
    assert caught.value.field == field


def test_slots_are_asked_for_at_an_instant() -> None:
    """A naive instant is an error."""
    with pytest.raises((InvalidTypeError, InvalidValueError)) as caught:
        INDEX.earliest_slots(REQUEST, at=wrong.NAIVE)
    assert caught.value.field == "at"
