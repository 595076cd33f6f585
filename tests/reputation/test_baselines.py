"""Each baseline against its formula, published figures, and slow obvious ways to the same figures."""

import itertools
import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import testing
from mila_core.errors import InvalidInputError, InvalidTypeError, InvalidValueError
from mila_core.reputation import (
    BayesianAverage,
    Beta,
    Dirichlet,
    Glicko2,
    History,
    OrderedProbitFilter,
    OrdinalLink,
    RawMean,
    WilsonLowerBound,
)
from mila_core.reputation.baselines._probit import _expanded, fit_thresholds, truncated
from mila_core.reputation.baselines.glicko2 import Strength, _illinois, _volatility, play
from mila_core.reputation.baselines.wilson_lower_bound import wilson_lower_bound
from mila_core.reputation.links import PRIOR_ROWS, USUAL_SHARES
from tests.reputation.test_models import Row, history_of, market, row_lists
from tests.wrong import check_refused


def of_one(stars: Sequence[int], *, days: Sequence[float] | None = None) -> History:
    """Return a history of one subject, rated by somebody else each time."""
    at = days or [float(each) for each in range(len(stars))]
    return history_of([(f"r{n}", "x", star, at[n]) for n, star in enumerate(stars)])


# The fields ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cls", [RawMean, BayesianAverage, WilsonLowerBound, Beta, Dirichlet, Glicko2])
def test_wrong_numbers_are_refused(cls: type) -> None:
    """Each number of each model has a range; what is none is named."""
    example = cls()
    for field in attrs.fields(cls):
        if field.name == "link":
            continue
        check_refused(example, field.name, "5", InvalidTypeError)
        check_refused(example, field.name, value=True, error=InvalidTypeError)
        check_refused(example, field.name, [1], InvalidTypeError)
        for value in (math.nan, math.inf, -math.inf, -1, 0, 1e300):
            with pytest.raises(InvalidInputError) as refused:
                attrs.evolve(example, **{field.name: value})
            assert refused.value.field == field.name


def test_a_model_keeps_one_number_that_is_linked() -> None:
    """A link of two features, or something else in its place, is refused."""
    check_refused(RawMean(), "link", None, InvalidTypeError)
    check_refused(RawMean(), "link", 0.4, InvalidTypeError)
    for slopes in ((), (1, 1)):
        link = OrdinalLink(thresholds=(1, 2, 3, 4), slopes=slopes)
        check_refused(RawMean(), "link", link, InvalidValueError)


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("thresholds", None, InvalidTypeError),
        ("thresholds", (1, 2, 3), InvalidValueError),
        ("thresholds", (1, 2, 3, 3), InvalidValueError),
        ("thresholds", (1, 2, 3, 101), InvalidValueError),
        ("subject_deviation", 0, InvalidValueError),
        ("rater_deviation", 11, InvalidValueError),
        ("subject_drift", 0, InvalidValueError),
        ("rater_drift", "1", InvalidTypeError),
    ],
)
def test_wrong_fields_of_the_filter_are_refused(
    field: str, value: Any, error: type[InvalidInputError]
) -> None:
    """The error names the field."""
    check_refused(OrderedProbitFilter(), field, value, error)


@given(
    st.one_of(
        testing.raw_means(),
        testing.bayesian_averages(),
        testing.wilson_lower_bounds(),
        testing.betas(),
        testing.dirichlets(),
        testing.glicko2s(),
        testing.ordered_probit_filters(),
    ),
    row_lists(),
)
def test_any_parameters_that_are_allowed_predict(model: Any, rows: list[Row]) -> None:
    """At the ends of all ranges chances are positive and add up, and scores are finite."""
    history = history_of(rows)
    for chances in model.predict(history):
        assert min(chances) > 0
        assert abs(math.fsum(chances) - 1) < 1e-9
    assert all(map(math.isfinite, model.score(history).values()))


@given(st.sampled_from([RawMean, BayesianAverage, WilsonLowerBound, Beta, Glicko2]), row_lists())
def test_what_was_thought_before_a_rating_is_all_that_is_linked(make: type, rows: list[Row]) -> None:
    """A prediction is the link's of the feature, one for each rating."""
    model = make()
    followed = model.follow(history_of(rows))
    assert model.predict(history_of(rows)) == [
        model.link.probabilities((each,)) for each in followed.features
    ]


# The raw mean and the Bayesian average -------------------------------------------------------------------


@given(row_lists())
def test_the_raw_mean_is_the_mean(rows: list[Row]) -> None:
    """Before each rating that of the subject, else that of all, else what is usual."""
    features = RawMean().follow(history_of(rows)).features
    for at, (_, subject, _, _) in enumerate(rows):
        before: list[float] = [stars for _, other, stars, _ in rows[:at] if other == subject]
        before = before or [stars for _, _, stars, _ in rows[:at]] or [4.7]
        assert features[at] == pytest.approx(sum(before) / len(before))


@given(row_lists(1), st.floats(0.1, 20), st.none() | st.floats(1, 1000), st.floats(1, 5))
def test_the_bayesian_average_is_the_formulas(
    rows: list[Row], weight: float, half_life: float | None, prior: float
) -> None:
    """Each rating by its age, with as many usual ones as the prior weighs."""
    model = BayesianAverage(prior_weight=weight, half_life_days=half_life, prior_stars=prior)

    def expected(known: list[Row], subject: str, day: float) -> float:
        usual = (prior + sum(row[2] for row in known)) / (1 + len(known))
        total, count = weight * usual, weight
        for _, other, stars, at in known:
            if other == subject:
                left = 1.0 if half_life is None else 0.5 ** ((day - at) / half_life)
                total += left * stars
                count += left
        return total / count

    followed = model.follow(history_of(rows))
    for at, (_, subject, _, day) in enumerate(rows):
        assert followed.features[at] == pytest.approx(expected(rows[:at], subject, day))
    for subject, found in model.score(history_of(rows)).items():
        assert found == pytest.approx(expected(rows, subject, rows[-1][3]))


# Wilson --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("satisfied", "of", "lower"),
    [(81, 263, 0.2553), (15, 148, 0.0624), (0, 20, 0.0), (1, 29, 0.0061)],
)
def test_published_bounds(satisfied: int, of: int, lower: float) -> None:
    """Newcombe, Statistics in Medicine 1998, table I, the score method without continuity correction."""
    assert wilson_lower_bound(satisfied, of, z=1.959964) == pytest.approx(lower, abs=5e-5)


@pytest.mark.parametrize(("satisfied", "of", "upper"), [(81, 263, 0.3662), (0, 20, 0.1611), (1, 29, 0.1718)])
def test_published_bounds_of_the_unsatisfied(satisfied: int, of: int, upper: float) -> None:
    """The upper end of a share is one less the lower end of the rest."""
    assert 1 - wilson_lower_bound(of - satisfied, of, z=1.959964) == pytest.approx(upper, abs=5e-5)


@given(st.integers(1, 500), st.floats(0, 1), st.floats(0.01, 10))
def test_the_bound_is_where_the_share_is_so_far_off(of: int, part: float, z: float) -> None:
    """By Wilson's own equation: `p - w = z sqrt(w (1 - w) / n)`, and it is never above the share."""
    satisfied = round(part * of)
    share, lower = satisfied / of, wilson_lower_bound(satisfied, of, z=z)
    assert 0 <= lower <= share + 1e-12
    assert share - lower == pytest.approx(z * math.sqrt(lower * (1 - lower) / of), abs=1e-6)


def test_four_stars_are_satisfied_and_three_are_not() -> None:
    """The score is the bound of that share."""
    assert WilsonLowerBound().score(of_one([5, 4, 3])) == {"x": wilson_lower_bound(2, 3, z=1.96)}


# Beta and Dirichlet --------------------------------------------------------------------------------------


def test_the_beta_paper() -> None:
    """Seven good and one bad make Beta(8, 2), whose mean is 0.8 (Jøsang and Ismail 2002)."""
    assert Beta(half_life_ratings=None).score(of_one([5] * 7 + [1])) == {"x": pytest.approx(0.8)}


def test_forgetting_is_by_the_place_in_the_row() -> None:
    """With a half-life of one rating: of `5, 1, 5` remain 1/4 + 1 good and 1/2 bad, and the prior."""
    found = Beta(half_life_ratings=1).score(of_one([5, 1, 5], days=[0, 0, 4_000]))
    assert found == {"x": pytest.approx((1.25 + 1) / (1.75 + 2))}


@given(row_lists(), st.floats(0.1, 20), st.floats(0.1, 0.9), st.none() | st.floats(0.5, 50))
def test_the_beta_is_the_papers_sum(
    rows: list[Row], weight: float, share: float, half_life: float | None
) -> None:
    """The sum of `λ^(n - i)` times the feedback, written down plainly."""
    model = Beta(prior_weight=weight, prior_share=share, half_life_ratings=half_life)
    for subject, found in model.score(history_of(rows)).items():
        stars = [row[2] for row in rows if row[1] == subject]
        ages = range(len(stars) - 1, -1, -1)
        left = [1.0 if half_life is None else 0.5 ** (age / half_life) for age in ages]
        good = sum(a * (star - 1) / 4 for a, star in zip(left, stars, strict=True))
        assert found == pytest.approx((good + weight * share) / (sum(left) + weight))


@given(row_lists(1), st.floats(0.1, 20), st.none() | st.floats(1, 1000))
def test_the_dirichlet_is_the_formulas(rows: list[Row], weight: float, half_life: float | None) -> None:
    """Decayed counts and the shares of all, for each number of stars."""
    model = Dirichlet(prior_weight=weight, half_life_days=half_life)

    def expected(known: list[Row], subject: str, day: float) -> list[float]:
        came = Counter(row[2] for row in known)
        base = [(PRIOR_ROWS * a + came[star]) for star, a in enumerate(USUAL_SHARES, start=1)]
        counts = [weight * each / sum(base) for each in base]
        for _, other, stars, at in known:
            if other == subject:
                counts[stars - 1] += 1.0 if half_life is None else 0.5 ** ((day - at) / half_life)
        return [each / sum(counts) for each in counts]

    history = history_of(rows)
    for at, found in enumerate(model.predict(history)):
        assert found == pytest.approx(expected(rows[:at], rows[at][1], rows[at][3]), abs=1e-9)
    for subject, score in model.score(history).items():
        shares = expected(rows, subject, rows[-1][3])
        assert score == pytest.approx(sum(star * share for star, share in enumerate(shares, start=1)))


# Glicko-2 ------------------------------------------------------------------------------------------------

PLAYER = Strength(1500, 200, 0.06)
GAMES = ((Strength(1400, 30, 0.06), 1), (Strength(1550, 100, 0.06), 0), (Strength(1700, 300, 0.06), 0))


def test_the_published_example() -> None:
    """Glickman (2012): 1464.06, 151.52 and 0.05999, as rounded on the way as they are there."""
    after = play(PLAYER, GAMES, tau=0.5)
    assert after.rating == pytest.approx(1464.06, abs=0.02)
    assert after.deviation == pytest.approx(151.52, abs=0.005)
    assert after.volatility == pytest.approx(0.05999, abs=1e-5)


def test_who_does_not_play_gets_less_certain() -> None:
    """Step 6 alone: the variance grows by the squared volatility, nothing else changes."""
    after = play(PLAYER, (), tau=0.5)
    assert (after.rating, after.volatility) == (1500, 0.06)
    assert after.deviation == pytest.approx(math.hypot(200, 0.06 * 173.7178))


@given(
    st.floats(0.001, 1), st.floats(0.01, 6), st.floats(-1, 1), st.floats(0.001, 0.25), st.floats(0.05, 1.2)
)
def test_newton_and_illinois_agree(
    volatility: float, variance: float, surprise: float, information: float, tau: float
) -> None:
    """The quick way to the new volatility comes where the paper's does: both solve its equation."""
    v = 1 / information
    slow = _illinois(2 * math.log(volatility), (v * surprise) ** 2, variance + v, tau)
    assert _volatility(volatility, variance, surprise, information, tau) == pytest.approx(slow, rel=1e-5)


def slow_game(player: Strength, opponent: Strength, score: float) -> Strength:
    """Return a player after one game, without the step of the variance that `play` makes for a period."""
    scale = 173.7178
    phi, phi_of_opponent = player.deviation / scale, opponent.deviation / scale
    g = 1 / math.sqrt(1 + 3 * phi_of_opponent**2 / math.pi**2)
    expected = 1 / (1 + math.exp(-g * (player.rating - opponent.rating) / scale))
    v = 1 / (g**2 * expected * (1 - expected))
    after = 1 / math.sqrt(1 / phi**2 + 1 / v)
    return Strength(
        player.rating + scale * after**2 * g * (score - expected),
        scale * after,
        play(player, [(opponent, score)], tau=0.5).volatility,
    )


@given(row_lists())
def test_a_model_plays_a_game_for_each_rating(rows: list[Row]) -> None:
    """Subject against rater with `(stars - 1) / 4`, both variances grown by the time that passed."""
    model = Glicko2(deviation=150.0, rater_deviation=250.0, volatility=0.05)
    known: dict[str, tuple[Strength, float]] = {}
    for rater, subject, stars, day in rows:
        both = []
        for name, most in ((subject, 150.0), (rater, 250.0)):
            strength, last = known.get(name, (Strength(1500, most, 0.05), day))
            grown = math.hypot(
                strength.deviation, 173.7178 * strength.volatility * math.sqrt((day - last) / 30)
            )
            both.append(strength._replace(deviation=min(most, grown)))
        score = (stars - 1) / 4
        known[subject] = slow_game(both[0], both[1], score), day
        known[rater] = slow_game(both[1], both[0], 1 - score), day
    for subject, found in model.score(history_of(rows)).items():
        assert found == pytest.approx(known[subject][0].rating, abs=1e-5)


def test_a_strict_rater_is_seen_through() -> None:
    """Three stars of somebody who gives everybody else one are worth more than of one who gives five."""
    rows = [("strict", f"s{n}", 1, 0.0) for n in range(10)] + [("mild", f"s{n}", 5, 0.0) for n in range(10)]
    rows += [("strict", "x", 3, 1.0), ("mild", "y", 3, 1.0)]
    for make in (Glicko2, OrderedProbitFilter):
        scores = make().score(history_of(rows))
        assert scores["x"] > scores["y"]


LATER = (
    # with wide beliefs, and a rater who comes again and again: what the one's five stars told is undone
    (
        Glicko2(deviation=500.0, rater_deviation=1_000.0),
        [("a", "x", 3), ("b", "y", 1), ("b", "y", 3), ("b", "y", 3), ("a", "x", 3), ("b", "y", 2)],
        1,
    ),
    (
        OrderedProbitFilter(subject_deviation=2.0, rater_deviation=2.0),
        [
            ("a", "x", 4),
            ("a", "y", 4),
            ("b", "y", 1),
            ("b", "y", 5),
            ("a", "y", 4),
            ("b", "y", 4),
            ("b", "x", 5),
            ("b", "y", 4),
        ],
        2,
    ),
)


@pytest.mark.parametrize(("model", "rows", "at"), LATER)
def test_a_better_earlier_rating_may_lower_a_score(
    model: Any, rows: list[tuple[str, str, int]], at: int
) -> None:
    """Where beliefs of rater and subject are kept apart, as the docstrings of the two say."""
    told = [(*row, float(day)) for day, row in enumerate(rows)]
    rater, subject, _, day = told[at]
    better = [*told[:at], (rater, subject, 5, day), *told[at + 1 :]]
    assert model.score(history_of(better))[subject] < model.score(history_of(told))[subject]


# The ordered-probit filter -------------------------------------------------------------------------------


def density(x: float) -> float:
    """Return the density of a standard Gaussian."""
    return math.exp(-x * x / 2) / math.sqrt(2 * math.pi)


@given(st.floats(-6, 6), st.floats(0.01, 6))
def test_a_truncated_gaussian_is_that_of_the_integral(low: float, width: float) -> None:
    """Chance, mean and variance by the rule of Simpson."""
    steps = 2_000
    points = [low + width * place / steps for place in range(steps + 1)]
    weights = [1 if place in {0, steps} else 2 + 2 * (place % 2) for place in range(steps + 1)]
    mass = [w * density(x) * width / steps / 3 for w, x in zip(weights, points, strict=True)]
    chance = math.fsum(mass)
    mean = math.fsum(m * x for m, x in zip(mass, points, strict=True)) / chance
    variance = math.fsum(m * (x - mean) ** 2 for m, x in zip(mass, points, strict=True)) / chance
    found = truncated(low, low + width)
    assert found.chance == pytest.approx(chance, rel=1e-6)
    assert found.shift == pytest.approx(mean, abs=1e-6)
    assert 1 - found.shrinkage == pytest.approx(variance, abs=1e-6)


@given(st.floats(-1e9, 1e9), st.floats(1e-9, 1e9))
def test_no_interval_breaks_it(low: float, width: float) -> None:
    """However far out or narrow: positive, the mean inside as far as floats know, no negative variance."""
    for found in (truncated(low, low + width), truncated(-math.inf, low), truncated(low, math.inf)):
        assert 0 < found.chance <= 1
        assert abs(found.shift) <= 35
        assert 0 <= found.shrinkage <= 1


@pytest.mark.parametrize("stars", [1, 2, 3, 4, 5])
@pytest.mark.parametrize(("deviation", "rater_deviation"), [(0.6, 0.4), (1.5, 0.8)])
def test_one_update_is_that_of_the_integral(stars: int, deviation: float, rater_deviation: float) -> None:
    """Bayes on a grid of qualities and harshnesses has the same mean of the quality, and the same chance."""
    model = OrderedProbitFilter(subject_deviation=deviation, rater_deviation=rater_deviation)
    ends = (-math.inf, *model.thresholds, math.inf)
    grid = [each / 12 for each in range(-84, 85)]
    mass = weighted = whole = 0.0
    for a, b in itertools.product(grid, grid):  # both in standard deviations
        impression = deviation * a - rater_deviation * b
        prior = density(a) * density(b) / 12 / 12
        likelihood = truncated(ends[stars - 1] - impression, ends[stars] - impression).chance
        whole += prior
        mass += prior * likelihood
        weighted += prior * likelihood * deviation * a
    history = of_one([stars])
    assert whole == pytest.approx(1, abs=1e-6)
    assert model.predict(history)[0][stars - 1] == pytest.approx(mass, abs=1e-6)
    assert model.score(history)["x"] == pytest.approx(weighted / mass, abs=1e-5)


def test_time_brings_doubt_back_but_not_more_than_at_first() -> None:
    """The longer the last rating is ago, the nearer is the chance spread to that of somebody new."""
    model = OrderedProbitFilter(subject_drift=0.3, rater_drift=0.3)
    spreads = []
    for later in (0.0, 100.0, 1_000.0, 1e6, 3e6):
        rows = [("a", "x", 5, 0.0), ("b", "x", 5, 0.0), ("c", "x", 5, 0.0), ("d", "x", 5, later)]
        spreads.append(model.walk(history_of(rows)).scales[-1])
    assert spreads == sorted(spreads)
    assert spreads[-1] == spreads[-2] == math.sqrt(1 + 0.6**2 + 0.6**2)


def test_thresholds_are_found_again() -> None:
    """From made ratings, with means and scales that are known."""
    rows = market(4_000, seed=3)
    history, true = history_of(rows), (-1.5, -0.8, 0.1, 1.2)
    model = OrderedProbitFilter(thresholds=true)
    predicted = model.predict(history)
    walked = model.walk(history)
    shares = itertools.cycle(each / 101 for each in range(1, 101))
    stars = []
    for chances, part in zip(predicted, shares, strict=False):
        below = list(itertools.accumulate(chances))
        stars.append(min(sum(part > each for each in below) + 1, 5))
    found = fit_thresholds(walked.means, walked.scales, stars, start=(-3, -1, 1, 3))
    assert found == pytest.approx(true, abs=0.1)


@given(st.lists(st.tuples(st.floats(-2, 2), st.floats(1, 2), st.integers(0, 4)), min_size=1, max_size=8))
def test_the_derivatives_of_thresholds_are_those_of_the_value(rows: list[tuple[float, float, int]]) -> None:
    """Gradient and curvature agree with differences."""
    groups: dict[tuple[float, float], list[float]] = {}
    for mean, scale, star in rows:
        groups.setdefault((mean, scale), [0.0] * 5)[star] += 1
    point, width = [-1.0, -0.4, 0.5, 1.3], 1e-5
    here = _expanded(groups, point)
    for place in range(4):
        up, down = [*point], [*point]
        up[place] += width
        down[place] -= width
        above, below = _expanded(groups, up), _expanded(groups, down)
        assert (above.value - below.value) / 2 / width == pytest.approx(here.gradient[place], abs=1e-4)
        for other in range(4):
            bend = -(above.gradient[other] - below.gradient[other]) / 2 / width
            assert bend == pytest.approx(here.curvature[place][other], abs=1e-3)
    assert _expanded(groups, [1.0, 0.0, 2.0, 3.0]).value == -math.inf
