"""An honest market of chance to try attacks in: the same one, to the byte, for the same seed."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

import attrs

from mila_core.errors import InvalidValueError
from mila_core.ratings import Rating
from mila_core.reputation.integrity._chance import Chance, rating, stars_felt
from mila_core.validation import check_instance, integer, number

__all__ = ["Attack", "AttackMarket", "SimulatedMarket", "simulated_market"]

_OPENED_AT = datetime(2013, 11, 27, 8, tzinfo=UTC)
_DAY_SECONDS = 86_400


class Attack(StrEnum):
    """A way to move a score dishonestly."""

    FRESH_FIVES = "fresh_fives"
    """New accounts give five stars within a few days."""

    BAD_MOUTHERS = "bad_mouthers"
    """New accounts give one star within a few days."""

    REPEATS = "repeats"
    """One account gives five stars again and again."""

    RING = "ring"
    """Some friends give each other five stars."""

    CLIQUE = "clique"
    """Some new accounts praise the same friends in the same days."""

    CAMOUFLAGE = "camouflage"
    """Bad-mouthers who have rated others as they are before."""

    WHITEWASHING = "whitewashing"
    """A bad friend leaves and comes back under another id."""

    MILKING = "milking"
    """A friend with a good record works badly from now on; a score should follow soon."""


@attrs.frozen(kw_only=True)
class AttackMarket:
    """How large a simulated market is, how its people differ, and how large the attacks on it are.

    What a customer feels is the friend's quality, the customer's own kindness and chance, each normal; four
    bounds make stars of it, so that most are fives and ones are more than threes would let expect (a J). Some
    friends are booked much more than others, and some customers book more.

    Attributes:
        friends: how many friends there are.
        customers: how many customers.
        ratings: how many ratings they give, each of a booking of its own.
        days: over how many days.
        quality_spread: the standard deviation of the friends' quality; chance has 1.
        kindness_spread: the standard deviation of the customers' kindness.
        fresh_accounts: how many new accounts give five stars.
        bad_mouthers: how many give one star, with or without camouflage.
        attack_days: within how many days they do.
        repeats: how often the one account rates again.
        ring_friends: how many friends there are in a ring, the target among them.
        ring_rounds: how often each of them rates each other one.
        clique_accounts: how many accounts there are in a clique, which praises as many friends as a ring has.
        camouflage_ratings: how many honest ratings each bad-mouther in camouflage gives before.
        whitewash_ratings: how many honest ratings the new id has got already.
        milking_ratings: how many bad visits a friend has had since.

    Raises:
        InvalidTypeError: a field of another type.
        InvalidValueError: a number out of range, or a larger ring than there are friends.
    """

    friends: int = attrs.field(default=200, validator=integer(10, 1_000_000))
    customers: int = attrs.field(default=3_000, validator=integer(10, 10_000_000))
    ratings: int = attrs.field(default=12_000, validator=integer(10, 100_000_000))
    days: int = attrs.field(default=730, validator=integer(30, 36_500))
    quality_spread: float = attrs.field(default=0.35, validator=number(0, 10))
    kindness_spread: float = attrs.field(default=0.4, validator=number(0, 10))
    fresh_accounts: int = attrs.field(default=20, validator=integer(1, 100_000))
    bad_mouthers: int = attrs.field(default=10, validator=integer(1, 100_000))
    attack_days: float = attrs.field(default=3.0, validator=number(0.01, 30))
    repeats: int = attrs.field(default=20, validator=integer(1, 100_000))
    ring_friends: int = attrs.field(default=5, validator=integer(2, 1_000))
    ring_rounds: int = attrs.field(default=4, validator=integer(1, 1_000))
    clique_accounts: int = attrs.field(default=10, validator=integer(1, 100_000))
    camouflage_ratings: int = attrs.field(default=5, validator=integer(1, 1_000))
    whitewash_ratings: int = attrs.field(default=3, validator=integer(0, 1_000))
    milking_ratings: int = attrs.field(default=10, validator=integer(1, 1_000))

    def __attrs_post_init__(self) -> None:
        """Check what no single field shows."""
        if self.ring_friends > self.friends:
            raise InvalidValueError(
                "ring_friends", f"at most {self.friends}, all friends", f"{self.ring_friends}"
            )


class SimulatedMarket(NamedTuple):
    """An honest market.

    Attributes:
        ratings: the ratings of friends by customers, each revealed when it is given, by time.
        quality: the true quality of each friend, by id: 0 is usual.
        at: the end of the market, when scores are computed.
    """

    ratings: tuple[Rating, ...]
    quality: Mapping[str, float]
    at: datetime


def simulated_market(*, market: AttackMarket | None = None, seed: int) -> SimulatedMarket:
    """Return an honest market: customers rate friends as they find them.

    Args:
        market: how large it is; the default one if not given.
        seed: chooses the market; the same one gives the same ratings, with any version of Python.

    Raises:
        InvalidTypeError: an argument of another type.

    Examples:
        >>> honest = simulated_market(market=AttackMarket(friends=10, customers=60, ratings=200), seed=7)
        >>> len(honest.ratings), sorted(honest.quality)[:3]
        (200, ['f0', 'f1', 'f2'])
    """
    size = AttackMarket() if market is None else market
    check_instance("market", size, kind=AttackMarket)
    check_instance("seed", seed, kind=int)
    chance = Chance("market", seed)
    quality = {f"f{number_}": chance.normal() * size.quality_spread for number_ in range(size.friends)}
    friends = list(quality)
    kindness = [chance.normal() * size.kindness_spread for _ in range(size.customers)]
    at = _OPENED_AT + timedelta(days=size.days)
    seconds = sorted(1 + chance.below(size.days * _DAY_SECONDS) for _ in range(size.ratings))
    ratings = []
    for number_, second in enumerate(seconds):
        # of two at random the first in the list: the first tenth gets a fifth of all, the last one 1 %
        friend = friends[min(chance.below(size.friends), chance.below(size.friends))]
        customer = min(chance.below(size.customers), chance.below(size.customers))
        felt = quality[friend] + kindness[customer] + chance.normal()
        ratings.append(
            rating(
                f"b{number_}",
                f"c{customer}",
                friend,
                stars=stars_felt(felt),
                at=at - timedelta(seconds=second),
            )
        )
    ratings.reverse()
    return SimulatedMarket(tuple(ratings), MappingProxyType(quality), at)
