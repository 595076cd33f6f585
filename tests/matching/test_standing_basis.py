"""Standings read by their mean, by their lower bound, or by lot: what that changes, and what it does not."""

from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import testing
from mila_core.errors import InvalidTypeError, InvalidValueError
from mila_core.matching import MOST_SEED, FriendIndex, Ranking, RankingParams, StandingBasis
from mila_core.matching.terms import bound_milli, read_milli
from mila_core.money import chf
from mila_core.places import Place, all_places
from mila_core.serialization import dumps, loads
from mila_core.standings import MOST_DEVIATIONS, Reliability, Standing, drawn_milli, highest_milli
from tests.journey import ANDREAS, MARKET, NOW, REQUEST

BY_LOT = RankingParams(standing_basis=StandingBasis.DRAW)
CAUTIOUS = RankingParams(standing_basis=StandingBasis.LOWER)
AROUND = tuple(place for place in all_places() if place.postcode[:2] == "80")
ANYWHERE = all_places()[::40]
NAMES = tuple(f"f-{number:02}" for number in range(24))


def known_of(chance: Random, friend_id: str, *, homes: Sequence[Place] = AROUND) -> dict[str, Any]:
    """Return a friend who may come, somewhere around, believed and counted in some way."""
    offer = attrs.evolve(
        MARKET.offer("andreas-1"),
        id=f"{friend_id}-1",
        friend_id=friend_id,
        price=chf(chance.choice([30, 40, 45])),
        radius_km=50,
    )
    held = [
        attrs.evolve(each, id=f"{friend_id}-{number}") for number, each in enumerate(ANDREAS.certifications)
    ]
    friend = attrs.evolve(ANDREAS, id=friend_id, home=chance.choice(homes), certifications=held)
    stars, closed = chance.choice([3.9, 4.5, 4.7, 5.0]), chance.randrange(40)
    return {
        "friend": friend,
        "offers": [offer],
        "standing": chance.choice(
            [None, standing(friend_id, stars=stars, deviation=chance.choice([None, 0.0, 0.05, 0.4, 2.0]))]
        ),
        "reliability": chance.choice(
            [None, Reliability(friend_id=friend_id, at=NOW, closed=closed, cancelled=3)]
        ),
    }


def standing(friend_id: str, *, stars: float = 4.7, deviation: float | None = None) -> Standing:
    """Return a standing with a deviation, and a bound that is two of them lower."""
    lower = None if deviation is None else max(1.0, stars - 2 * deviation)
    return Standing(
        friend_id=friend_id,
        stars=stars,
        counts=(0, 0, 0, 0, 4),
        at=NOW,
        model="m",
        deviation=deviation,
        lower_stars=lower,
    )


EMPTY = attrs.evolve(MARKET, friends=(), offers=(), standings=(), bookings=())
FROM_AFAR = attrs.evolve(
    EMPTY,
    catalogue=attrs.evolve(
        EMPTY.catalogue,
        services=[
            attrs.evolve(each, remote=each.code == REQUEST.service_code or each.remote)
            for each in EMPTY.catalogue.services
        ],
    ),
)


def index_of(chance: Random, params: RankingParams, *, from_afar: bool = False) -> FriendIndex:
    """Return an index of many friends who may come, or who help from anywhere."""
    index = FriendIndex(FROM_AFAR if from_afar else EMPTY, params=params)
    for name in NAMES:
        index.upsert(**known_of(chance, name, homes=ANYWHERE if from_afar else AROUND))
    return index


WEIGHTS = st.builds(
    RankingParams,
    standing_basis=st.sampled_from([*StandingBasis, StandingBasis.DRAW]),
    standing_weight=st.sampled_from([20_000, 5000, 5000, 0]),
    newcomer_weight=st.sampled_from([0, 900]),
    newcomer_milli_deviation=st.sampled_from([0, 300, 3000]),
    repeat_weight=st.sampled_from([0, 700]),
    reliability_weight=st.sampled_from([0, 2500]),
    response_weight=st.sampled_from([0, 500]),
)


# The same as the scan ------------------------------------------------------------------------------------


@pytest.mark.parametrize("from_afar", [False, True])
@given(number=st.integers(0, 10**6), params=WEIGHTS, others=WEIGHTS, seed=st.integers(0, 10**6))
def test_by_lot_too_the_best_are_those_of_the_naive_scan(
    number: int,
    params: RankingParams,
    others: RankingParams,
    seed: int,
    from_afar: bool,  # noqa: FBT001
) -> None:
    """After any updates, by the index's weights or others, for any seed: those of the scan, in its order."""
    chance = Random(number)  # noqa: S311  # to be the same each time
    index = index_of(chance, params, from_afar=from_afar)
    homes = ANYWHERE if from_afar else AROUND
    for step in range(3):
        name = chance.choice([*NAMES, "f-new"])
        known = known_of(chance, name, homes=homes)
        parts = {each: known[each] for each in ("standing", "reliability", "offers") if chance.randrange(2)}
        if name in index and chance.randrange(4) == 0:
            index.remove(name)
        elif name in index:
            index.upsert(known["friend"], **parts)
        else:
            index.upsert(**known)
        for weights in (None, others):
            found = index.rank(
                REQUEST,
                at=NOW,
                limit=chance.choice([1, 3, 30]),
                params=weights,
                known=["f-01"],
                seed=seed + step,
            )
            assert found.matches == found.ranked[: found.limit]
            assert len(found.ranked) > 10
            for match in found.ranked:
                assert match.score == sum(term.points for term in match.terms)


@given(testing.ranking_params(), st.none() | testing.standings(), st.integers(0, MOST_SEED), testing.ids())
def test_no_draw_is_above_its_bound(
    params: RankingParams, believed: Standing | None, seed: int, friend_id: str
) -> None:
    """What a friend lies by in the index is at least what any seed reads, and no more than five stars."""
    read = read_milli(params, believed, friend_id=friend_id, seed=seed)
    bound = bound_milli(params, believed, friend_id=friend_id)
    assert 1000 <= read <= bound <= 5000
    assert params.draws or read == bound


# What a draw is ------------------------------------------------------------------------------------------


@given(st.floats(1, 5), st.floats(0, 4), st.integers(0, MOST_SEED), testing.ids())
def test_a_draw_stays_within_three_deviations_and_five_stars(
    stars: float, deviation: float, seed: int, friend_id: str
) -> None:
    """However unlikely, a draw has its bounds, and without a deviation it is the stars."""
    drawn = drawn_milli(stars, deviation, friend_id=friend_id, seed=seed)
    assert max(1000, 1000 * (stars - 3 * deviation) - 1) <= drawn <= highest_milli(stars, deviation)
    assert drawn_milli(stars, 0.0, friend_id=friend_id, seed=seed) == round(1000 * stars)


def test_draws_are_normal() -> None:
    """Over many seeds mean, deviation and the share within one deviation are those of the distribution."""
    many = [drawn_milli(3.0, 0.5, friend_id="beat", seed=seed) for seed in range(20_000)]
    mean = sum(many) / len(many)
    spread = (sum((each - mean) ** 2 for each in many) / len(many)) ** 0.5
    assert abs(mean - 3000) < 4 * 500 / 20_000**0.5
    assert abs(spread - 500) < 15
    assert abs(sum(2500 <= each <= 3500 for each in many) / len(many) - 0.6827) < 0.015
    assert max(many) == 3000 + MOST_DEVIATIONS * 500  # some are cut
    assert min(many) == 3000 - MOST_DEVIATIONS * 500


@pytest.mark.parametrize(
    ("seed", "friend_id", "drawn"),
    [(0, "andreas", 3726), (1, "andreas", 4169), (0, "beat", 3766)],
)
def test_a_draw_is_the_same_everywhere(seed: int, friend_id: str, drawn: int) -> None:
    """A seed says the same on every machine and in every release; these were worked out by scipy."""
    assert drawn_milli(4.0, 0.25, friend_id=friend_id, seed=seed) == drawn


def test_friends_are_drawn_apart() -> None:
    """Draws of two friends have nothing to do with each other."""
    pairs = [
        [drawn_milli(3.0, 0.5, friend_id=name, seed=seed) - 3000 for name in ("andreas", "beat")]
        for seed in range(5000)
    ]
    correlation = sum(one * other for one, other in pairs) / 5000 / 500**2
    assert abs(correlation) < 0.06


# What it is for ------------------------------------------------------------------------------------------


def firsts(deviations: dict[str, float], *, seeds: int = 400) -> Counter[str]:
    """Return how often each of some friends, alike but for their uncertainty, comes first."""
    index = FriendIndex(EMPTY, params=BY_LOT)
    for name, deviation in deviations.items():
        known = known_of(Random(1), name)  # noqa: S311  # all alike
        known["standing"] = standing(name, stars=4.0, deviation=deviation)
        index.upsert(**known)
    return Counter(
        index.rank(REQUEST, at=NOW, limit=1, seed=seed).matches[0].friend_id for seed in range(seeds)
    )


def test_who_is_less_known_comes_first_more_often() -> None:
    """Of friends of whom as much is expected the uncertain ones are explored more; nobody is forgotten."""
    found = firsts({"a-sure": 0.05, "b-less": 0.2, "c-little": 0.6, "d-sure": 0.05})
    assert found["c-little"] > found["b-less"] > found["a-sure"]
    assert abs(found["a-sure"] - found["d-sure"]) < 60
    assert found["a-sure"] > 0


def test_a_newcomer_is_drawn_by_an_assumed_deviation() -> None:
    """Who has no standing is explored as well, the more the wider the assumption."""
    shares = []
    for deviation in (0, 300, 1500):
        params = attrs.evolve(BY_LOT, newcomer_milli_stars=4500, newcomer_milli_deviation=deviation)
        index = FriendIndex(EMPTY, params=params)
        for name, believed in (("new", None), ("old", standing("old", stars=4.7, deviation=0.05))):
            index.upsert(**known_of(Random(1), name) | {"standing": believed})  # noqa: S311
        shares.append(
            sum(
                index.rank(REQUEST, at=NOW, limit=1, seed=seed).matches[0].friend_id == "new"
                for seed in range(200)
            )
        )
    assert shares[0] == 0
    assert 0 < shares[1] < shares[2]


def test_the_same_seed_is_the_same_ranking_and_others_differ() -> None:
    """A list does not jump at each look; another seed is another list."""
    index = index_of(Random(5), BY_LOT)  # noqa: S311
    again = index_of(Random(5), BY_LOT)  # noqa: S311
    orders = set()
    for seed in range(20):
        found = index.rank(REQUEST, at=NOW, seed=seed)
        assert found == again.rank(REQUEST, at=NOW, seed=seed)
        assert found.seed == seed
        orders.add(tuple(match.friend_id for match in found.matches))
    assert len(orders) > 10


def test_by_the_lower_bound_who_is_little_known_stands_lower() -> None:
    """Of two of whom as much is expected the better known stands first, and a newcomer last."""
    index = FriendIndex(EMPTY, params=CAUTIOUS)
    for name, deviation in (("a-little", 0.5), ("b-well", 0.1), ("c-no bound".replace(" ", "-"), None)):
        known = known_of(Random(1), name)  # noqa: S311
        index.upsert(**known | {"standing": standing(name, deviation=deviation)})
    index.upsert(**known_of(Random(1), "d-new") | {"standing": None})  # noqa: S311
    found = index.rank(REQUEST, at=NOW)
    assert [match.friend_id for match in found.matches] == ["c-no-bound", "b-well", "d-new", "a-little"]
    why = found.match("b-well").terms[0].why
    assert (why.code, why.get("milli_stars"), why.get("mean_milli_stars")) == ("standing_lower", 4500, 4700)


def test_without_deviations_a_draw_is_the_mean() -> None:
    """Where no standing has a deviation and none is assumed, the lot changes nothing but the words."""
    params = attrs.evolve(BY_LOT, newcomer_milli_deviation=0)
    one, other = (FriendIndex(MARKET, params=each) for each in (params, RankingParams()))
    for seed in range(5):
        drawn, plain = one.rank(REQUEST, at=NOW, seed=seed), other.rank(REQUEST, at=NOW)
        assert [(each.friend_id, each.score) for each in drawn.ranked] == [
            (each.friend_id, each.score) for each in plain.ranked
        ]


# Told and stored -----------------------------------------------------------------------------------------


def test_a_drawn_ranking_can_be_stored_and_asked_again() -> None:
    """The seed is kept with it, and `why` says the same of the ranking and of the index."""
    index = index_of(Random(5), BY_LOT)  # noqa: S311
    found = index.rank(REQUEST, at=NOW, limit=3, seed=7)
    stored = loads(dumps(found.complete()), Ranking)
    assert stored.seed == 7
    for name in NAMES:
        assert index.why(REQUEST, name, at=NOW, seed=7) == found.why(name) == stored.why(name)


@pytest.mark.parametrize(
    ("seed", "error"),
    [
        (None, InvalidTypeError),
        (True, InvalidTypeError),
        (1.0, InvalidTypeError),
        ("1", InvalidTypeError),
        (-1, InvalidValueError),
        (MOST_SEED + 1, InvalidValueError),
    ],
)
def test_a_draw_asks_for_a_seed(seed: Any, error: type[InvalidTypeError | InvalidValueError]) -> None:
    """Chance is an argument: without a seed, or with none that is one, nothing is drawn."""
    index = FriendIndex(MARKET, params=BY_LOT)
    for ask in (
        lambda: index.rank(REQUEST, at=NOW, seed=seed),
        lambda: index.why(REQUEST, "beat", at=NOW, seed=seed),
        lambda: FriendIndex(MARKET).rank(REQUEST, at=NOW, params=BY_LOT, seed=seed),
    ):
        with pytest.raises(error) as caught:
            ask()
        assert caught.value.field == "seed"


def test_who_does_not_draw_needs_no_seed() -> None:
    """Other weights than the index's may do without, and slots are not drawn."""
    index = FriendIndex(MARKET, params=BY_LOT)
    assert index.rank(REQUEST, at=NOW, params=RankingParams()).seed is None
    assert index.earliest_slots(REQUEST, at=NOW)


def test_a_reliability_of_somebody_else_is_refused() -> None:
    """Nothing is changed then; given None, what was counted is forgotten."""
    params = RankingParams(reliability_weight=1000)
    index = FriendIndex(MARKET, params=params)
    before = index.rank(REQUEST, at=NOW)
    bad = Reliability(friend_id="andreas", at=NOW, closed=1, cancelled=9)
    for wrong, error in ((attrs.evolve(bad, friend_id="beat"), InvalidValueError), (7, InvalidTypeError)):
        with pytest.raises(error) as caught:
            index.upsert(ANDREAS, reliability=wrong)  # type: ignore[arg-type]
        assert caught.value.field == "reliability"
    assert index.rank(REQUEST, at=NOW) == before
    index.upsert(ANDREAS, reliability=bad)
    lower = index.rank(REQUEST, at=NOW).match("andreas")
    assert lower.score == before.match("andreas").score - 400  # 10 of 20 instead of 9 of 10
    index.upsert(ANDREAS)
    assert index.rank(REQUEST, at=NOW).match("andreas") == lower
    index.upsert(ANDREAS, reliability=None)
    assert index.rank(REQUEST, at=NOW) == before


def test_what_is_counted_anew_moves_a_friend_in_the_index() -> None:
    """Told nothing but other counts, the search finds the friend where the scan does."""
    index = FriendIndex(MARKET, params=RankingParams(reliability_weight=100_000))
    good = Reliability(friend_id="chiara", at=NOW, closed=500)
    bad = Reliability(friend_id="chiara", at=NOW, cancelled=500)
    for counted, place in ((good, 0), (bad, -1), (good, 0)):
        index.upsert(MARKET.friend("chiara"), reliability=counted)
        found = index.rank(REQUEST, at=NOW)
        assert found.matches[place].friend_id == "chiara"
        assert found.matches == found.ranked
