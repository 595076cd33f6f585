"""How far ahead a request may look is counted in days of the calendar."""

from datetime import date, time

import attrs
import pytest

from mila_core.matching import FriendIndex
from mila_core.periods import Period, at_wall_time
from mila_core.policies import AvailabilityPolicy
from mila_core.samples import zurich_2013


@pytest.mark.parametrize("clock", [time(9), time(21), time(23, 59)], ids=str)
def test_the_horizon_of_a_reason_counts_days_of_the_calendar(clock: time) -> None:
    """Where today alone may be booked, tomorrow noon is too far ahead at any time of the day."""
    pilot = zurich_2013()
    rules = attrs.evolve(pilot.market.policy, availability=AvailabilityPolicy(horizon_days=0))
    noon, five = (at_wall_time(date(2013, 11, 28), time(hour)) for hour in (12, 17))
    request = attrs.evolve(pilot.request("game-console"), windows=[Period(noon, five)])
    index = FriendIndex(attrs.evolve(pilot.market, policy=rules))
    why = index.rank(request, at=at_wall_time(date(2013, 11, 27), clock)).why("andreas")
    assert [each.code for each in why.eligibility.reasons] == ["too_far_ahead"]
    assert why.would_rank is None, "where no visit may be booked, nobody has a place to be at"
