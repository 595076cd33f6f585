"""The terms of a score against exact fractions, at their bounds and beyond them."""

from fractions import Fraction
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import testing
from mila_core.catalogue import Service
from mila_core.errors import InvalidTypeError, InvalidValueError
from mila_core.matching import RankingParams, StandingBasis, Term, disclosure
from mila_core.matching.terms import read_milli, score_terms
from mila_core.money import Money, chf
from mila_core.reasons import reason
from mila_core.standings import Reliability, Standing
from tests import wrong
from tests.journey import MARKET, NOW

CONSOLE = MARKET.catalogue.service("game-console")


def points_of(
    *,
    params: RankingParams | None = None,
    service: Service = CONSOLE,
    price: Money | None = None,
    distance_m: int = 0,
    wait_minutes: int = 0,
    stars: float | None = 5.0,
    ratings: int = 0,
    reliability: Reliability | None = None,
    visits: int = 1,
    spoken: int = 2,
) -> dict[str, int]:
    """Return the points of each term by its code, for a job that is the best unless something is given."""
    standing = None
    if stars is not None:
        counts = (0, 0, 0, 0, ratings)
        standing = Standing(friend_id="f", stars=stars, counts=counts, at=NOW, model="m", deviation=0)
    terms = score_terms(
        params or RankingParams(),
        service=service,
        price=service.price_from if price is None else price,
        distance_m=distance_m,
        wait_minutes=wait_minutes,
        standing=standing,
        visits=visits,
        spoken=spoken,
        asked=2,
        reliability=reliability,
    )
    return {term.why.code: term.points for term in terms}


def share(part: int, whole: int) -> Fraction:
    """Return a share, brought into 0..1."""
    return min(max(Fraction(part, whole), Fraction(0)), Fraction(1))


def half_up(value: Fraction) -> int:
    """Round a value that is not negative."""
    return int(value + Fraction(1, 2))


@given(
    params=testing.ranking_params(),
    prices=st.tuples(testing.prices(), testing.prices(), testing.prices()),
    distance_m=st.integers(0, 400_000),
    wait=st.integers(0, 600_000),
    standing=st.none() | testing.standings(),
    visits=st.integers(0, 3),
    languages=st.tuples(st.integers(0, 3), st.integers(0, 3)),
    reliability=st.none() | testing.reliabilities(),
    seed=st.integers(0, 2**53),
)
def test_each_term_is_its_share_of_its_weight(  # noqa: PLR0917  # as Hypothesis gives them
    params: RankingParams,
    prices: tuple[Money, Money, Money],
    distance_m: int,
    wait: int,
    standing: Standing | None,
    visits: int,
    languages: tuple[int, int],
    reliability: Reliability | None,
    seed: int,
) -> None:
    """Each term gives its weight times how near its value is to the best, rounded once."""
    low, high = sorted(prices[:2])
    price = prices[2]
    terms = score_terms(
        params,
        service=attrs.evolve(CONSOLE, price_from=low, price_to=high),
        price=price,
        distance_m=distance_m,
        wait_minutes=wait,
        standing=standing,
        visits=visits,
        spoken=min(languages),
        asked=max(languages),
        reliability=reliability,
        friend_id="f",
        seed=seed,
    )
    ratings = 0 if standing is None else sum(standing.counts)
    milli = read_milli(params, standing, friend_id="f", seed=seed)
    counted = reliability or Reliability(friend_id="f", at=NOW)
    taken, before = (
        counted.closed + counted.cancelled + counted.no_shows + counted.lapsed,
        params.usual_weight,
    )
    band = (high - low).rappen
    cheap = share((high - price).rappen, band) if band else Fraction(price <= low)
    basis = {StandingBasis.LOWER: "standing_lower", StandingBasis.DRAW: "standing_drawn"}
    expected = {
        basis.get(params.standing_basis, "standing"): (params.standing_weight, share(milli - 1000, 4000)),
        "distance": (
            params.distance_weight,
            share(params.distance_bound_m - distance_m, params.distance_bound_m),
        ),
        "price": (params.price_weight, cheap),
        "earliness": (
            params.earliness_weight,
            share(params.wait_bound_minutes - wait, params.wait_bound_minutes),
        ),
    }
    more = {
        "newcomer": (
            params.newcomer_weight,
            share(params.newcomer_ratings - ratings, params.newcomer_ratings),
        ),
        "repeat": (params.repeat_weight, Fraction(visits > 0)),
        "languages": (params.language_weight, share(min(languages), max(languages) or 1)),
        "reliability": (
            params.reliability_weight,
            share(100 * counted.closed + before * params.usual_done_percent, 100 * (taken + before)),
        ),
        "response": (
            params.response_weight,
            share(
                100 * counted.answered + before * params.usual_answered_percent,
                100 * (counted.asked + before),
            ),
        ),
    }
    expected |= {code: each for code, each in more.items() if each[0]}  # left out where they weigh nothing
    assert [term.why.code for term in terms] == list(expected)
    for term in terms:
        weight, part = expected[term.why.code]
        assert (term.points, term.most) == (half_up(weight * part), weight)


@pytest.mark.parametrize(
    ("job", "expected"),
    [
        # the best there is
        ({}, {"standing": 5000, "distance": 2500, "price": 1500, "earliness": 1000}),
        # one star gives none; a newcomer is taken for 4.7 stars
        ({"stars": 1.0}, {"standing": 0}),
        ({"stars": 3.0}, {"standing": 2500}),
        ({"stars": None}, {"standing": 4625}),
        # ten kilometres and more give none
        ({"distance_m": 1}, {"distance": 2500}),
        ({"distance_m": 5_000}, {"distance": 1250}),
        ({"distance_m": 10_000}, {"distance": 0}),
        ({"distance_m": 300_000}, {"distance": 0}),
        # the upper end of the usual band gives none, below the lower end there is no more to have
        ({"price": CONSOLE.price_to}, {"price": 0}),
        ({"price": CONSOLE.price_to + chf(50)}, {"price": 0}),
        ({"price": chf("0.05")}, {"price": 1500}),
        # a week later gives none
        ({"wait_minutes": 5040}, {"earliness": 500}),
        ({"wait_minutes": 10_080}, {"earliness": 0}),
        ({"wait_minutes": 100_000}, {"earliness": 0}),
    ],
)
def test_worked_examples(job: dict[str, Any], expected: dict[str, int]) -> None:
    """Some terms, worked out by hand with the default weights."""
    found = points_of(**job)
    assert {code: found[code] for code in expected} == expected


@pytest.mark.parametrize(("price", "points"), [("39.99", 1500), ("40.00", 1500), ("40.01", 0)])
def test_a_band_of_one_price_is_met_or_missed(price: str, points: int) -> None:
    """Where the usual band is a single price, it and what is below get all, what is above nothing."""
    service = attrs.evolve(CONSOLE, price_from=chf(40), price_to=chf(40))
    assert points_of(service=service, price=chf(price))["price"] == points


@given(
    near=st.integers(0, 20_000), further=st.integers(0, 20_000), soon=st.integers(0, 20_000),
    later=st.integers(0, 20_000), low=st.floats(1, 5), high=st.floats(1, 5), params=testing.ranking_params(),
)  # fmt: skip
def test_better_never_gives_less(  # noqa: PLR0917
    near: int, further: int, soon: int, later: int, low: float, high: float, params: RankingParams
) -> None:
    """Nearer, sooner and better rated never cost a point."""
    low, high = sorted((low, high))
    worse = points_of(params=params, distance_m=near + further, wait_minutes=soon + later, stars=low)
    better = points_of(params=params, distance_m=near, wait_minutes=soon, stars=high)
    assert all(worse[code] <= better[code] for code in better)


def test_a_term_says_what_it_was_computed_from() -> None:
    """Each term's reason has the value, and the number of ratings for a standing."""
    terms = score_terms(
        RankingParams(), service=CONSOLE, price=chf(40), distance_m=974, wait_minutes=60, standing=None
    )
    assert [term.why for term in terms] == [
        reason("standing", milli_stars=4700, count=0),
        reason("distance", distance_m=974),
        reason("price", price=chf(40), usual_from=CONSOLE.price_from, usual_to=CONSOLE.price_to),
        reason("earliness", wait_minutes=60),
    ]


def test_the_default_weights_add_up_to_ten_thousand() -> None:
    """The most points that a friend can have by the default weights are 10,000, shown as 100."""
    assert RankingParams().most == 10_000


@given(testing.ranking_params())
def test_the_most_is_the_sum_of_the_weights(params: RankingParams) -> None:
    """A friend who is the best in everything, and of whom much is known, has the most points."""
    much = 2**50
    perfect = Reliability(friend_id="f", at=NOW, asked=much, answered=much, closed=much)
    assert sum(points_of(params=params, reliability=perfect).values()) == params.most > 0


def test_only_zeros_are_no_weights() -> None:
    """A score that can only be zero ranks nobody."""
    with pytest.raises(InvalidValueError) as caught:
        RankingParams(standing_weight=0, distance_weight=0, price_weight=0, earliness_weight=0)
    assert caught.value.field == "standing_weight"


@pytest.mark.parametrize(
    ("field", "value", "error"),
    wrong.fields(
        standing_weight=wrong.numbers(0, 1_000_000),
        distance_weight=wrong.numbers(0, 1_000_000),
        price_weight=wrong.numbers(0, 1_000_000),
        earliness_weight=wrong.numbers(0, 1_000_000),
        distance_bound_m=wrong.numbers(1, 1_000_000),
        wait_bound_minutes=wrong.numbers(1, 366 * 24 * 60),
        newcomer_milli_stars=wrong.numbers(1000, 5000),
        newcomer_weight=wrong.numbers(0, 1_000_000),
        newcomer_ratings=wrong.numbers(1, 1000),
        repeat_weight=wrong.numbers(0, 1_000_000),
        language_weight=wrong.numbers(0, 1_000_000),
        reliability_weight=wrong.numbers(0, 1_000_000),
        response_weight=wrong.numbers(0, 1_000_000),
        usual_done_percent=wrong.numbers(0, 100),
        usual_answered_percent=wrong.numbers(0, 100),
        usual_weight=wrong.numbers(1, 10_000),
        standing_basis=[*wrong.OTHERS, ("draw", InvalidTypeError)],
        newcomer_milli_deviation=wrong.numbers(0, 4000),
    ),
)
def test_a_wrong_weight_is_refused(field: str, value: Any, error: type[InvalidValueError]) -> None:
    """A weight or bound that is none is an error that names the field."""
    wrong.check_refused(RankingParams(), field, value, error)


@pytest.mark.parametrize(
    ("field", "value", "error"),
    wrong.fields(why=wrong.OTHERS, points=wrong.numbers(0, 1_000_000), most=wrong.numbers(0, 1_000_000)),
)
def test_a_wrong_term_is_refused(field: str, value: Any, error: type[InvalidValueError]) -> None:
    """A term that cannot be is an error that names the field."""
    wrong.check_refused(Term(why=reason("distance"), points=1, most=2), field, value, error)


def test_the_bonus_for_newcomers_has_an_end() -> None:
    """It shrinks with each rating, and is over after as many as the parameter says."""
    params = RankingParams(newcomer_weight=1000, newcomer_ratings=4)
    found = [points_of(params=params, ratings=each)["newcomer"] for each in range(6)]
    assert found == [1000, 750, 500, 250, 0, 0]


def test_the_weights_are_disclosed() -> None:
    """Each weight is told with its share of the points and its bound, the weightiest first; zeros are not."""
    told = disclosure(RankingParams(distance_weight=0, repeat_weight=2000))
    assert [(why.code, why.get("weight"), why.get("percent")) for why in told] == [
        ("ranked_by_standing", 5000, 53),
        ("ranked_by_repeat", 2000, 21),
        ("ranked_by_price", 1500, 16),
        ("ranked_by_earliness", 1000, 11),
    ]


def test_one_broken_booking_costs_a_newcomer_less_than_its_share() -> None:
    """Half of two done is read as 10 of 12, as ten usual bookings stand before them."""
    params = RankingParams(reliability_weight=1200, response_weight=1200)
    few = Reliability(friend_id="f", at=NOW, closed=1, cancelled=1, asked=2, answered=1)
    many = Reliability(friend_id="f", at=NOW, closed=100, no_shows=100, asked=200, answered=100)
    found = [points_of(params=params, reliability=each) for each in (None, few, many)]
    assert [each["reliability"] for each in found] == [1080, 1000, 623]
    assert [each["response"] for each in found] == [1080, 1000, 623]


@given(testing.reliabilities(), st.sampled_from(["cancelled", "no_shows", "lapsed", "asked"]))
def test_worse_conduct_never_gives_points(counts: Reliability, name: str) -> None:
    """One more cancellation, no-show, lapse or silence never adds a point."""
    params = RankingParams(reliability_weight=1_000_000, response_weight=1_000_000)
    worse = attrs.evolve(counts, **{name: min(getattr(counts, name) + 1, 2**53)})
    before, after = (points_of(params=params, reliability=each) for each in (counts, worse))
    assert all(after[code] <= before[code] for code in before)


@pytest.mark.parametrize(
    ("basis", "code", "milli"),
    [
        (StandingBasis.MEAN, "ranked_by_standing", 4700),
        (StandingBasis.LOWER, "ranked_by_lower_standing", 4100),
        (StandingBasis.DRAW, "ranked_by_drawn_standing", 4700),
    ],
)
def test_how_standings_are_read_is_disclosed(basis: StandingBasis, code: str, milli: int) -> None:
    """The lower bound and the lot are told apart from the mean, with what is assumed of newcomers."""
    params = RankingParams(standing_basis=basis, reliability_weight=1000, response_weight=500)
    told = {why.code: why for why in disclosure(params)}
    assert told[code].get("milli_stars") == milli
    assert told["ranked_by_reliability"].get("usual_percent") == 90
    assert told["ranked_by_response"].get("weight") == 500


@given(testing.ranking_params())
def test_what_is_disclosed_adds_up(params: RankingParams) -> None:
    """The weights that are told are all there are."""
    told = [why.get("weight") for why in disclosure(params)]
    assert sum(each for each in told if isinstance(each, int)) == params.most
