"""The Bayesian average against exact arithmetic, and what any believable average has to do."""

import math
from collections.abc import Iterable, Sequence
from datetime import timedelta
from fractions import Fraction
from typing import Any

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mila_core import reputation, testing
from mila_core.errors import InvalidTypeError, InvalidValueError
from mila_core.ratings import Direction, Rating
from mila_core.reputation import BayesianAverageParams, Contribution, ContributionPart
from mila_core.reputation.bayesian_average import bayesian_standings
from mila_core.standings import Standing
from tests import wrong
from tests.journey import NOW, PILOT

MODEL_ERROR = 1e-9
"""How far a result in floats may be from the exact one."""

FIRST_AT = NOW - timedelta(days=60)
FRIENDS = ("andreas", "beat", "chiara")


def rating(number: int, friend_id: str, stars: int) -> Rating:
    """Return a customer's rating of a friend, revealed long ago; each number is a booking of its own."""
    return Rating(
        booking_id=f"b{number}",
        direction=Direction.OF_FRIEND,
        author_id=f"customer-{number}",
        subject_id=friend_id,
        stars=stars,
        at=FIRST_AT + timedelta(minutes=number),
        closes_at=FIRST_AT + timedelta(days=14),
    )


def of_friends() -> st.SearchStrategy[list[Rating]]:
    """Return ratings of three friends, each of a booking of its own."""
    one = st.tuples(st.sampled_from(FRIENDS), st.integers(1, 5))
    return st.lists(one, max_size=20).map(
        lambda drawn: [rating(number, *each) for number, each in enumerate(drawn)]
    )


def stars_of(standings: Iterable[Standing], friend_id: str) -> float | None:
    """Return a friend's stars, or None for one without a standing."""
    return next((each.stars for each in standings if each.friend_id == friend_id), None)


def exactly(stars: Sequence[int], params: BayesianAverageParams) -> Fraction:
    """Return the expected stars as an exact fraction."""
    weight = Fraction(params.prior_weight)
    return (weight * Fraction(params.prior_stars) + sum(stars)) / (weight + len(stars))


# Against the formula -------------------------------------------------------------------------------------


@given(of_friends(), testing.bayesian_average_params())
def test_the_stars_are_the_formulas(ratings: list[Rating], params: BayesianAverageParams) -> None:
    """Each friend's stars are (k m + s) / (k + n), to a rounding of floats."""
    standings = {each.friend_id: each for each in bayesian_standings(ratings, params=params, at=NOW)}
    assert list(standings) == sorted({each.subject_id for each in ratings})
    for friend_id, standing in standings.items():
        stars = [each.stars for each in ratings if each.subject_id == friend_id]
        assert abs(Fraction(standing.stars) - exactly(stars, params)) < MODEL_ERROR
        assert standing.counts == tuple(stars.count(each) for each in (1, 2, 3, 4, 5))
        assert (standing.at, standing.model) == (NOW, "bayesian_average")


@pytest.mark.parametrize(
    ("stars", "expected"),
    [
        # worked by hand with a prior of 4.7 stars that weighs as much as 5 ratings
        ((5,), Fraction(285, 60)),
        ((1,), Fraction(245, 60)),
        ((5, 5, 4, 5), Fraction(425, 90)),
        ((4, 4, 4, 4, 4), Fraction(435, 100)),
    ],
)
def test_worked_examples(stars: tuple[int, ...], expected: Fraction) -> None:
    """Some averages, worked out by hand."""
    (standing,) = bayesian_standings([rating(n, "beat", s) for n, s in enumerate(stars)], at=NOW)
    assert abs(Fraction(standing.stars) - expected) < MODEL_ERROR


def test_the_pilots_standings_are_those_of_its_ratings() -> None:
    """The market of the pilot believes what its trial ratings say."""
    assert PILOT.market.standings == bayesian_standings(PILOT.ratings, at=PILOT.opened_at)


def test_no_rating_no_standing() -> None:
    """Of whom nothing is known nothing is said: `matching` says what is assumed."""
    assert bayesian_standings([], at=NOW) == ()


# What any believable average does ------------------------------------------------------------------------


@given(of_friends().filter(bool), testing.bayesian_average_params(), st.data())
def test_a_better_rating_never_lowers_the_stars(
    ratings: list[Rating], params: BayesianAverageParams, data: st.DataObject
) -> None:
    """One star more in one rating lowers nobody, and raises its friend unless floats cannot tell."""
    improvable = [number for number, each in enumerate(ratings) if each.stars < 5]
    assume(improvable)
    at = data.draw(st.sampled_from(improvable))
    better = [*ratings]
    better[at] = attrs.evolve(ratings[at], stars=data.draw(st.integers(ratings[at].stars + 1, 5)))
    before = bayesian_standings(ratings, params=params, at=NOW)
    after = bayesian_standings(better, params=params, at=NOW)
    for friend_id in {each.subject_id for each in ratings}:
        low, high = stars_of(before, friend_id), stars_of(after, friend_id)
        assert low is not None
        assert high is not None
        assert low <= high
        if friend_id != ratings[at].subject_id:
            assert low == high


@given(of_friends(), testing.bayesian_average_params(), st.sampled_from(FRIENDS))
def test_five_stars_more_never_lower_and_one_star_more_never_raises(
    ratings: list[Rating], params: BayesianAverageParams, friend_id: str
) -> None:
    """The best rating there is does no harm, the worst no good, to a rounding of floats."""
    before = stars_of(bayesian_standings(ratings, params=params, at=NOW), friend_id)
    if before is None:
        before = float(params.prior_stars)
    for stars, sign in ((5, 1), (1, -1)):
        after = stars_of(
            bayesian_standings([*ratings, rating(99, friend_id, stars)], params=params, at=NOW), friend_id
        )
        assert after is not None
        assert sign * (after - before) >= -MODEL_ERROR


@given(of_friends(), testing.bayesian_average_params())
def test_the_stars_lie_between_prior_and_mean(ratings: list[Rating], params: BayesianAverageParams) -> None:
    """The average draws a friend's mean towards the prior, and never beyond either."""
    for standing in bayesian_standings(ratings, params=params, at=NOW):
        given_ = sum(stars * count for stars, count in enumerate(standing.counts, start=1))
        low, high = sorted([Fraction(params.prior_stars), Fraction(given_, standing.ratings)])
        assert low - Fraction(1, 10**12) <= Fraction(standing.stars) <= high + Fraction(1, 10**12)
        assert 1 <= standing.stars <= 5


@given(of_friends(), st.data())
def test_neither_order_nor_redelivery_changes_a_bit(ratings: list[Rating], data: st.DataObject) -> None:
    """Ratings in any order, and delivered twice, give the same standings to the bit."""
    mixed = data.draw(st.permutations([*ratings, *ratings[:3]]))
    assert repr(bayesian_standings(iter(mixed), at=NOW)) == repr(bayesian_standings(ratings, at=NOW))


@given(of_friends(), st.sampled_from(FRIENDS))
def test_friends_do_not_touch_each_other(ratings: list[Rating], friend_id: str) -> None:
    """A friend's standing is made of that friend's ratings alone."""
    own = [each for each in ratings if each.subject_id == friend_id]
    alone = stars_of(bayesian_standings(own, at=NOW), friend_id)
    assert alone == stars_of(bayesian_standings(ratings, at=NOW), friend_id)


@given(of_friends())
def test_what_friends_say_of_customers_does_not_count(ratings: list[Rating]) -> None:
    """Ratings of customers change no friend's standing."""
    turned = [
        attrs.evolve(
            each,
            direction=Direction.OF_CUSTOMER,
            author_id=each.subject_id,
            subject_id=each.author_id,
            stars=6 - each.stars,
        )
        for each in ratings
    ]
    assert bayesian_standings([*ratings, *turned], at=NOW) == bayesian_standings(ratings, at=NOW)
    assert bayesian_standings(turned, at=NOW) == ()


def test_a_rating_counts_from_its_reveal_on() -> None:
    """Before the window's end a one-sided rating is nobody's standing, from then on it is one."""
    one = rating(0, "beat", 5)
    assert bayesian_standings([one], at=one.closes_at - timedelta(microseconds=1)) == ()
    assert [each.friend_id for each in bayesian_standings([one], at=one.closes_at)] == ["beat"]


# Explained -----------------------------------------------------------------------------------------------


@given(of_friends(), testing.bayesian_average_params())
def test_the_contributions_add_up(ratings: list[Rating], params: BayesianAverageParams) -> None:
    """The prior and each kind of rating add up to the stars, to 1e-9, and no rating is left out."""
    for standing in bayesian_standings(ratings, params=params, at=NOW):
        parts = reputation.explain(standing, params=params)
        assert abs(math.fsum(part.effect for part in parts) - standing.stars) < 1e-9
        prior, *given_ = parts
        assert (prior.stars, prior.ratings, prior.effect) == (None, 0, params.prior_stars)
        assert {part.stars: part.ratings for part in given_} == {
            stars: count for stars, count in enumerate(standing.counts, start=1) if count
        }
        for part in given_:
            assert part.stars is not None
            assert part.effect * (part.stars - params.prior_stars) >= 0


def test_a_standing_of_another_model_is_not_explained() -> None:
    """Who explains has to know how it was computed."""
    standing = attrs.evolve(PILOT.market.standings[0], model="raw_mean")
    with pytest.raises(InvalidValueError) as caught:
        reputation.explain(standing)
    assert caught.value.field == "standing"


@pytest.mark.parametrize("change", [{"prior_stars": 4.0}, {"prior_weight": 6.0}])
def test_a_standing_is_not_explained_with_another_prior(change: dict[str, float]) -> None:
    """Contributions that would not add up to the stars are not made up."""
    params = attrs.evolve(BayesianAverageParams(), **change)
    with pytest.raises(InvalidValueError) as caught:
        reputation.explain(PILOT.market.standings[0], params=params)
    assert caught.value.field == "params"


# Bad input -----------------------------------------------------------------------------------------------


def finite(low: float, high: float) -> list[wrong.Row]:
    """Return wrong numbers for a field with a range."""
    return [
        (None, InvalidTypeError),
        (str(low), InvalidTypeError),
        (True, InvalidTypeError),  # a bool is no number
        (Fraction(low), InvalidTypeError),
        (math.nan, InvalidValueError),
        (math.inf, InvalidValueError),
        (-math.inf, InvalidValueError),
        (low - 0.5, InvalidValueError),
        (high + 0.5, InvalidValueError),
    ]


@pytest.mark.parametrize(
    ("field", "value", "error"),
    wrong.fields(prior_stars=finite(1, 5), prior_weight=[*finite(0.001, 1_000_000), (0, InvalidValueError)]),
)
def test_a_wrong_prior_is_refused(field: str, value: Any, error: type[InvalidValueError]) -> None:
    """A prior that is none is an error that names the field."""
    wrong.check_refused(BayesianAverageParams(), field, value, error)


@pytest.mark.parametrize(
    ("field", "value", "error"),
    wrong.fields(stars=wrong.numbers(1, 5)[1:], ratings=wrong.numbers(0, 2**53), effect=finite(-1e9, 1e9)),
)
def test_a_wrong_contribution_is_refused(field: str, value: Any, error: type[InvalidValueError]) -> None:
    """A contribution that cannot be is an error that names the field."""
    wrong.check_refused(
        Contribution(part=ContributionPart.RATINGS, stars=5, ratings=1, effect=0.1), field, value, error
    )


@pytest.mark.parametrize("prior", [{"prior_stars": 1}, {"prior_stars": 5}, {"prior_weight": 0.001}])
def test_the_ends_of_a_prior_are_priors(prior: dict[str, float]) -> None:
    """Both ends of each range are allowed."""
    assert bayesian_standings([rating(0, "beat", 3)], params=BayesianAverageParams(**prior), at=NOW)
