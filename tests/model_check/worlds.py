"""All worlds, by name: the small ones that the tests visit, and the large ones of `--deep`."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from tests.model_check.bookings_worlds import instant_booking, moving, one_slot, one_visit
from tests.model_check.dispatch_worlds import first_wins, redistribution
from tests.model_check.money_worlds import approval, held_at_once, payout, refund
from tests.model_check.world import World

__all__ = ["WORLDS"]

WORLDS: Mapping[str, Callable[..., World]] = MappingProxyType(
    {
        make(deep=False).name: make
        for make in (
            one_slot,
            instant_booking,
            moving,
            one_visit,
            first_wins,
            redistribution,
            approval,
            payout,
            held_at_once,
            refund,
        )
    }
)
