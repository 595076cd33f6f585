"""What each attack does to a market."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from mila_core.ratings import Rating
from mila_core.reputation.integrity._chance import Chance, rating, stars_felt
from mila_core.reputation.integrity.attack_market import Attack, AttackMarket, SimulatedMarket

_MONTHS = 60.0  # days over which slow attacks are spread
_BEST, _WORST = 5, 1
_OF_SEVERAL = frozenset({Attack.RING, Attack.CLIQUE})


class Attacked(NamedTuple):
    """A market under an attack.

    Attributes:
        ratings: all ratings, by time.
        target_before: the id of the target without the attack.
        target_after: the id under it.
        dishonest: the friends whose own ratings were touched.
    """

    ratings: tuple[Rating, ...]
    target_before: str
    target_after: str
    dishonest: frozenset[str]


class _Scene(NamedTuple):
    honest: SimulatedMarket
    market: AttackMarket
    target: str
    chance: Chance

    def lately(self, days: float) -> datetime:
        """Return an instant within the last days."""
        return self.honest.at - timedelta(seconds=1 + self.chance.below(int(days * 86_400)))

    def honestly(self, friend_id: str) -> int:
        """Return what an honest customer would give."""
        return stars_felt(self.honest.quality[friend_id] + self.chance.normal())


def attacked(
    honest: SimulatedMarket, market: AttackMarket, *, attack: Attack, target: str, seed: int
) -> Attacked:
    """Return a market under an attack on, or by, one friend."""
    scene = _Scene(honest, market, target, Chance(attack.value, target, seed))
    added = list(_PLAYS[attack](scene))
    after = f"{target}-again" if attack is Attack.WHITEWASHING else target
    touched = {target, after, *(each.subject_id for each in added if attack in _OF_SEVERAL)}
    ratings = sorted([*honest.ratings, *added], key=lambda each: (each.at, each.booking_id))
    return Attacked(tuple(ratings), target, after, frozenset(touched))


def _fresh_fives(scene: _Scene) -> Iterator[Rating]:
    for number in range(scene.market.fresh_accounts):
        at = scene.lately(scene.market.attack_days)
        yield rating(f"x{number}", f"fresh{number}", scene.target, stars=_BEST, at=at)


def _bad_mouthers(scene: _Scene) -> Iterator[Rating]:
    for number in range(scene.market.bad_mouthers):
        at = scene.lately(scene.market.attack_days)
        yield rating(f"x{number}", f"mouth{number}", scene.target, stars=_WORST, at=at)


def _camouflage(scene: _Scene) -> Iterator[Rating]:
    friends = [each for each in scene.honest.quality if each != scene.target]
    early = timedelta(days=scene.market.attack_days)
    for number in range(scene.market.bad_mouthers):
        for before in range(scene.market.camouflage_ratings):
            friend_id = friends[scene.chance.below(len(friends))]
            at = scene.lately(_MONTHS) - early
            stars = scene.honestly(friend_id)
            yield rating(f"y{number}.{before}", f"mouth{number}", friend_id, stars=stars, at=at)
    yield from _bad_mouthers(scene)


def _repeats(scene: _Scene) -> Iterator[Rating]:
    for number in range(scene.market.repeats):
        yield rating(f"x{number}", "again0", scene.target, stars=_BEST, at=scene.lately(_MONTHS))


def _friends_like(scene: _Scene) -> list[str]:
    """Return as many friends as a ring has, of a quality near the target's, the target among them."""
    order = sorted(scene.honest.quality, key=lambda each: (scene.honest.quality[each], each))
    near = order.index(scene.target)
    first = min(max(near - scene.market.ring_friends // 2, 0), len(order) - scene.market.ring_friends)
    return order[first : first + scene.market.ring_friends]


def _clique(scene: _Scene) -> Iterator[Rating]:
    for friend_id in _friends_like(scene):
        start = scene.lately(_MONTHS)
        for number in range(scene.market.clique_accounts):
            at = start - timedelta(days=scene.chance.share() * scene.market.attack_days)
            yield rating(f"x{number}.{friend_id}", f"clique{number}", friend_id, stars=_BEST, at=at)


def _ring(scene: _Scene) -> Iterator[Rating]:
    ring = _friends_like(scene)
    for round_ in range(scene.market.ring_rounds):
        for one in ring:
            for other in ring:
                if one != other:
                    at = scene.lately(_MONTHS)
                    yield rating(f"x{round_}.{one}.{other}", one, other, stars=_BEST, at=at)


def _whitewashing(scene: _Scene) -> Iterator[Rating]:
    for number in range(scene.market.whitewash_ratings):
        customer = f"c{scene.chance.below(scene.market.customers)}"
        stars = scene.honestly(scene.target)
        yield rating(f"x{number}", customer, f"{scene.target}-again", stars=stars, at=scene.lately(_MONTHS))


def _milking(scene: _Scene) -> Iterator[Rating]:
    for number in range(scene.market.milking_ratings):
        customer = f"c{scene.chance.below(scene.market.customers)}"
        stars = _WORST + scene.chance.below(2)  # one or two
        yield rating(f"x{number}", customer, scene.target, stars=stars, at=scene.lately(_MONTHS))


_PLAYS = MappingProxyType[Attack, Callable[[_Scene], Iterator[Rating]]](
    {
        Attack.FRESH_FIVES: _fresh_fives,
        Attack.BAD_MOUTHERS: _bad_mouthers,
        Attack.REPEATS: _repeats,
        Attack.RING: _ring,
        Attack.CLIQUE: _clique,
        Attack.CAMOUFLAGE: _camouflage,
        Attack.WHITEWASHING: _whitewashing,
        Attack.MILKING: _milking,
    }
)
