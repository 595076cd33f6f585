"""The attack simulator: the same for the same seed, a market as it should be, and what is measured."""

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from statistics import fmean
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import reputation, testing
from mila_core.errors import InvalidTypeError, InvalidValueError
from mila_core.ratings import Direction, Rating, counted
from mila_core.reputation import integrity
from mila_core.reputation.integrity import Attack, AttackMarket, AttackReport
from tests import wrong

SMALL = AttackMarket(friends=40, customers=300, ratings=1_600)


def bayesian(ratings: Iterable[Rating], at: datetime) -> Mapping[str, float]:
    """Score by the Bayesian average."""
    return {
        each.friend_id: each.stars
        for each in reputation.score(ratings, params=reputation.BayesianAverageParams(), at=at)
    }


def digest(ratings: Iterable[Rating]) -> str:
    """Return what tells two lists of ratings apart, to the byte."""
    facts = [
        (each.booking_id, each.author_id, each.subject_id, each.stars, each.at.isoformat())
        for each in ratings
    ]
    text = repr(facts)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


# The market ----------------------------------------------------------------------------------------------


def test_a_seed_gives_the_same_market_to_the_byte() -> None:
    """In every process, with every version of Python."""
    tiny = AttackMarket(friends=10, customers=30, ratings=60)
    honest = integrity.simulated_market(market=tiny, seed=7)
    assert digest(honest.ratings) == "ce2d76bc4fd12e41"
    found = {
        attack.value: digest(
            integrity.attack_ratings(honest, attack=attack, target_id="f3", market=tiny, seed=7)
        )
        for attack in Attack
    }
    assert hashlib.sha256(repr(found).encode()).hexdigest()[:16] == "2b8301f9e3ec07a0"
    assert integrity.simulated_market(market=tiny, seed=8) != honest


def test_the_default_market_is_the_one_that_is_described() -> None:
    """200 friends, 3,000 customers, 12,000 ratings in two years, with a mean of about 4.6, in a J."""
    honest = integrity.simulated_market(seed=1)
    stars = Counter(each.stars for each in honest.ratings)
    assert (len(honest.quality), len(honest.ratings)) == (200, 12_000)
    assert abs(fmean(each.stars for each in honest.ratings) - 4.6) < 0.08
    assert stars[5] > stars[4] > stars[3] > stars[2] < stars[1]
    days = (honest.ratings[-1].at - honest.ratings[0].at).days
    assert 720 <= days <= 730
    assert counted(honest.ratings, at=honest.at) != ()
    assert len(counted(honest.ratings, at=honest.at)) == 12_000


@given(testing.attack_markets(), st.integers(0, 99), st.sampled_from(Attack))
def test_a_market_under_attack_has_all_honest_ratings_and_some_more(
    market: AttackMarket, seed: int, attack: Attack
) -> None:
    """They are sorted, each is of a booking of its own, and all count at the end."""
    honest = integrity.simulated_market(market=market, seed=seed)
    ratings = integrity.attack_ratings(honest, attack=attack, target_id="f0", market=market, seed=seed)
    assert set(map(id, honest.ratings)) <= set(map(id, ratings))
    assert [each.at for each in ratings] == sorted(each.at for each in ratings)
    assert len({each.booking_id for each in ratings}) == len(ratings)
    assert len(counted(ratings, at=honest.at)) == len(ratings)
    assert {each.direction for each in ratings} == {Direction.OF_FRIEND}


def added(attack: Attack) -> list[Rating]:
    """Return what an attack on a small market adds."""
    honest = integrity.simulated_market(market=SMALL, seed=1)
    ratings = integrity.attack_ratings(honest, attack=attack, target_id="f5", market=SMALL, seed=1)
    before = set(honest.ratings)
    return [each for each in ratings if each not in before]


def test_each_attack_adds_what_it_says() -> None:
    """So many ratings, of whom and by whom."""
    fresh = added(Attack.FRESH_FIVES)
    assert {each.stars for each in fresh} == {5}
    assert len({each.author_id for each in fresh}) == len(fresh) == 20
    assert (fresh[-1].at - fresh[0].at).total_seconds() <= 3 * 86_400
    mouths = added(Attack.BAD_MOUTHERS)
    assert [(each.stars, each.subject_id) for each in mouths] == [(1, "f5")] * 10
    again = added(Attack.REPEATS)
    assert {each.author_id for each in again} == {"again0"}
    ring = added(Attack.RING)
    assert {each.author_id for each in ring} == {each.subject_id for each in ring}
    assert len(ring) == 5 * 4 * 4
    assert "f5" in {each.subject_id for each in ring}
    clique = added(Attack.CLIQUE)
    assert len({each.author_id for each in clique}) == 10
    assert set(Counter(each.subject_id for each in clique).values()) == {10}
    hidden = added(Attack.CAMOUFLAGE)
    assert Counter(each.subject_id == "f5" for each in hidden) == {False: 50, True: 10}
    assert max(e.at for e in hidden if e.subject_id != "f5") < min(
        e.at for e in hidden if e.subject_id == "f5"
    )
    assert [each.subject_id for each in added(Attack.WHITEWASHING)] == ["f5-again"] * 3
    assert {each.stars for each in added(Attack.MILKING)} == {1, 2}


# What is measured ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("attack", Attack)
def test_a_score_that_knows_the_truth_is_not_moved(attack: Attack) -> None:
    """Nothing is gained where scores do not look at ratings, but by whoever comes back unknown."""
    quality = integrity.simulated_market(market=SMALL, seed=5_000).quality
    known = {**quality, **{f"{each}-again": value for each, value in quality.items()}}
    report = integrity.simulate_attack(
        attack, score=lambda _, __: known, market=SMALL, seed=5, markets=1, targets=4
    )
    assert report.points == 0
    assert report.correlation_before == report.correlation_after == pytest.approx(1)


def test_a_score_that_knows_nothing_leaves_all_in_the_middle() -> None:
    """Equal scores share their places."""
    report = integrity.simulate_attack(
        Attack.FRESH_FIVES,
        score=lambda _, __: {f"f{number}": 1.0 for number in range(40)},
        market=SMALL,
        seed=1,
        markets=1,
        targets=2,
    )
    assert (report.percentile_before, report.points, report.correlation_before) == (50, 0, 0)


def test_who_has_no_score_stands_last() -> None:
    """As in a list that is sorted by score."""
    report = integrity.simulate_attack(
        Attack.WHITEWASHING,
        score=lambda _, __: {f"f{number}": float(number) for number in range(40)},
        market=SMALL,
        seed=1,
        markets=1,
        targets=3,
    )
    assert report.points == pytest.approx(-report.percentile_before)


def test_who_has_just_come_back_is_scored_as_a_newcomer() -> None:
    """At the place of the score that the way to score has for friends without ratings."""
    reports = [
        integrity.simulate_attack(
            Attack.WHITEWASHING,
            score=lambda _, __: {f"f{number}": float(number) for number in range(40)},
            newcomer=newcomer,
            market=attrs.evolve(SMALL, whitewash_ratings=0),
            seed=1,
            markets=1,
            targets=3,
        )
        for newcomer in (-1, 19.5, 40.0)
    ]
    places = [each.percentile_before + each.points for each in reports]
    assert places == pytest.approx([0, 50, 100], abs=2)


def test_the_default_model_is_asked_for_its_newcomer() -> None:
    """Coming back pays less with its margin than without, and less than with the Bayesian average."""

    def points(params: reputation.ReputationParams | reputation.BayesianAverageParams) -> float:
        honest = integrity.simulated_market(market=SMALL, seed=0)
        newcomer = 4.7
        if isinstance(params, reputation.ReputationParams):
            newcomer = reputation.ReputationBook(params).newcomer("new", at=honest.at).stars
        return integrity.simulate_attack(
            Attack.WHITEWASHING,
            score=lambda ratings, at: {
                each.friend_id: each.stars for each in reputation.score(ratings, params=params, at=at)
            },
            newcomer=newcomer,
            market=attrs.evolve(SMALL, whitewash_ratings=0),
            seed=3,
            markets=2,
            targets=4,
        ).points

    guarded = points(reputation.ReputationParams())
    assert guarded < points(reputation.ReputationParams(guard=None)) - 5
    assert guarded < points(reputation.BayesianAverageParams()) - 5


@pytest.mark.parametrize(
    ("attack", "least", "most"),
    [
        (Attack.FRESH_FIVES, 5, 60),
        (Attack.REPEATS, 5, 60),
        (Attack.RING, 5, 60),
        (Attack.CLIQUE, 5, 60),
        (Attack.BAD_MOUTHERS, -100, -40),
        (Attack.CAMOUFLAGE, -100, -40),
        (Attack.WHITEWASHING, 5, 80),
        (Attack.MILKING, -100, -40),
    ],
)
def test_the_bayesian_average_is_moved_by_every_attack(attack: Attack, least: float, most: float) -> None:
    """Up or down, as each of them wants; the same report for the same seed."""
    report = integrity.simulate_attack(attack, score=bayesian, market=SMALL, seed=2, markets=2, targets=4)
    assert least <= report.points <= most
    assert report.runs == 8
    assert report.correlation_before > 0.5
    again = integrity.simulate_attack(attack, score=bayesian, market=SMALL, seed=2, markets=2, targets=4)
    assert repr(again) == repr(report)


# Bad input -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"seed": True}, InvalidTypeError),
        ({"seed": 1.0}, InvalidTypeError),
        ({"score": None}, InvalidTypeError),
        ({"score": lambda _, __: [1.0]}, InvalidTypeError),
        ({"newcomer": "4.7"}, InvalidTypeError),
        ({"newcomer": True}, InvalidTypeError),
        ({"newcomer": math.nan}, InvalidValueError),
        ({"market": 200}, InvalidTypeError),
        ({"markets": 0}, InvalidValueError),
        ({"markets": "2"}, InvalidTypeError),
        ({"targets": 0}, InvalidValueError),
        ({"targets": 99}, InvalidValueError),  # more than there are of that rank
    ],
)
def test_wrong_arguments_are_refused(change: dict[str, Any], error: type[Exception]) -> None:
    """The error names the argument."""
    arguments: dict[str, Any] = {"score": bayesian, "market": SMALL, "seed": 1, "markets": 1, **change}
    with pytest.raises(error) as caught:
        integrity.simulate_attack(Attack.RING, **arguments)
    assert getattr(caught.value, "field", None) == next(iter(change))


def test_an_attack_is_one_of_the_list() -> None:
    """Its name alone is none."""
    with pytest.raises(InvalidTypeError):
        integrity.simulate_attack("ring", score=bayesian, market=SMALL, seed=1)  # type: ignore[arg-type]


def test_a_target_is_of_the_market() -> None:
    """Nobody else can be attacked."""
    honest = integrity.simulated_market(market=SMALL, seed=1)
    with pytest.raises(InvalidValueError) as caught:
        integrity.attack_ratings(honest, attack=Attack.RING, target_id="f40", market=SMALL, seed=1)
    assert caught.value.field == "target_id"


@pytest.mark.parametrize("field", [each.name for each in attrs.fields(AttackMarket)])
def test_a_wrong_market_is_refused(field: str) -> None:
    """The error names the field."""
    for value in (None, "1", True):
        wrong.check_refused(AttackMarket(), field, value, InvalidTypeError)
    for outside in (-1, 10**13):
        wrong.check_refused(AttackMarket(), field, outside, InvalidValueError)


def test_a_ring_has_no_more_friends_than_there_are() -> None:
    """Checked before anything is made."""
    wrong.check_refused(AttackMarket(friends=10), "ring_friends", 11, InvalidValueError)


@pytest.mark.parametrize("field", [each.name for each in attrs.fields(AttackReport)][1:])
def test_a_wrong_report_is_refused(field: str) -> None:
    """The error names the field."""
    report = AttackReport(
        attack=Attack.RING,
        runs=1,
        percentile_before=20,
        points=10,
        points_error=1,
        correlation_before=0.8,
        correlation_after=0.8,
    )
    for value in (None, "1", True):
        wrong.check_refused(report, field, value, InvalidTypeError)
    for outside in (-101, 10**13):
        wrong.check_refused(report, field, outside, InvalidValueError)
