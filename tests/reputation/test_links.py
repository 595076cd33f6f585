"""The ordinal link: its derivatives, what it finds in made and in odd data, and scipy's as oracle."""

import math
import random
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core.errors import InvalidInputError, InvalidTypeError, InvalidValueError
from mila_core.reputation import OrdinalLink
from mila_core.reputation._chances import never_zero
from mila_core.reputation.links import (
    PRIOR_ROWS,
    USUAL_SHARES,
    _Likelihood,
    fit_link,
    fit_link_and_loss,
)
from tests import wrong

LINK = OrdinalLink(thresholds=(-3, -2, -1, 0.5), slopes=(1.5,))

STARS = st.integers(1, 5)
FEATURES = st.floats(-50, 50) | st.sampled_from([0.0, 1.0, 4.5])


def drawn_features(count: int, *, mean: float, seed: int) -> list[float]:
    """Return numbers around a mean."""
    chance = random.Random(seed)  # noqa: S311  # to be the same each time
    return [chance.gauss(mean, 1) for _ in range(count)]


def drawn_stars(link: OrdinalLink, features: Sequence[float], *, seed: int) -> list[int]:
    """Return stars as the link makes them."""
    chance = random.Random(seed)  # noqa: S311  # to be the same each time
    return [chance.choices((1, 2, 3, 4, 5), link.probabilities((each,)))[0] for each in features]


def loss_of(link: OrdinalLink, features: Sequence[Sequence[float]], stars: Sequence[int]) -> float:
    """Return what `fit_link` makes least, written down plainly: the loss of all rows and of the prior."""
    rows = list(zip(*features, strict=True))
    total = -math.fsum(
        math.log(link.probabilities(row)[star - 1]) for row, star in zip(rows, stars, strict=True)
    )
    means = [math.fsum(each) / len(each) for each in features]
    prior = link.probabilities(means)
    total -= PRIOR_ROWS * math.fsum(share * math.log(p) for share, p in zip(USUAL_SHARES, prior, strict=True))
    for slope, mean, each in zip(link.slopes, means, features, strict=True):
        total += slope**2 * math.fsum((value - mean) ** 2 for value in each) / len(each) / 2
    return total / len(stars)


# The probabilities ---------------------------------------------------------------------------------------


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=4, max_size=4, unique=True).map(sorted),
    st.floats(-1e6, 1e6),
    st.floats(-1e12, 1e12),
)
def test_probabilities_are_positive_and_add_up(thresholds: list[float], slope: float, feature: float) -> None:
    """However far out a score is, nothing is impossible and something comes."""
    chances = OrdinalLink(thresholds=thresholds, slopes=(slope,)).probabilities((feature,))
    assert min(chances) > 0
    assert abs(math.fsum(chances) - 1) < 1e-12


@given(st.floats(-30, 30), st.floats(0, 10))
def test_a_higher_score_makes_more_stars_likelier(score: float, more: float) -> None:
    """No chance of at least so many stars falls when the score rises."""
    low, high = LINK.of_score(score), LINK.of_score(score + more)
    for place in range(1, 5):
        assert math.fsum(high[place:]) >= math.fsum(low[place:]) - 1e-12


def test_a_worked_example() -> None:
    """By hand: logistic(t) of the four thresholds, less each other."""
    link = OrdinalLink(thresholds=(-math.log(9), -math.log(4), 0, math.log(4)), slopes=(2,))
    assert link.probabilities((0,)) == pytest.approx((0.1, 0.1, 0.3, 0.3, 0.2), abs=1e-9)
    assert link.probabilities((math.log(2),)) == pytest.approx(  # each of the odds is divided by 4
        (1 / 37, 1 / 17 - 1 / 37, 1 / 5 - 1 / 17, 1 / 2 - 1 / 5, 1 / 2), abs=1e-9
    )


def test_roundings_make_no_negative_chance() -> None:
    """Even where a sum of floats falls by its last place."""
    assert min(never_zero(0.5, math.nextafter(0.5, 0), 0.5, 1.0)) > 0


_REFUSED = wrong.rows(
    thresholds=[
        (None, InvalidTypeError),
        (("a", 1, 2, 3), InvalidTypeError),
        ((True, 2, 3, 4), InvalidTypeError),
        ((1, 2, 3), InvalidValueError),
        ((1, 2, 3, 4, 5), InvalidValueError),
        ((1, 2, 2, 3), InvalidValueError),
        ((4, 3, 2, 1), InvalidValueError),
        ((math.nan, 2, 3, 4), InvalidTypeError),
        ((1, 2, 3, math.inf), InvalidTypeError),
        ((1, 2, 3, 2e6), InvalidValueError),
    ],
    slopes=[(None, InvalidTypeError), ((math.nan,), InvalidTypeError), ((2e6,), InvalidValueError)],
)


@pytest.mark.parametrize(("field", "value", "error"), _REFUSED)
def test_wrong_fields_are_refused(field: str, value: Any, error: type[InvalidInputError]) -> None:
    """The error names the field."""
    with pytest.raises(InvalidInputError) as refused:
        attrs.evolve(LINK, **{field: value})
    assert refused.value.field.partition("[")[0] == field
    assert isinstance(refused.value, (error, InvalidValueError))


def test_features_are_as_many_as_slopes() -> None:
    """Another number is a wrong call."""
    with pytest.raises(ValueError, match="zip"):
        LINK.probabilities((1.0, 2.0))


# The fit -------------------------------------------------------------------------------------------------


@given(
    st.lists(st.tuples(STARS, FEATURES, FEATURES), min_size=1, max_size=8),
    st.lists(st.floats(-3, 3), min_size=6, max_size=6),
)
def test_the_derivatives_are_those_of_the_value(
    rows: list[tuple[int, float, float]], drawn: list[float]
) -> None:
    """Gradient and curvature agree with differences."""
    groups: dict[tuple[float, ...], list[float]] = {row[1:]: [0.0] * 5 for row in rows}
    for star, *features in rows:
        groups[tuple(features)][star - 1] += 1
    likelihood = _Likelihood(groups, [0.5, -1.0], [2.0, 30.0])
    low, first, second, third, *slopes = drawn
    point = [low, low + 0.2 + abs(first), 0.0, 0.0, *slopes]
    point[2] = point[1] + 0.2 + abs(second)
    point[3] = point[2] + 0.2 + abs(third)
    here, width = likelihood.expand(point), 1e-5
    for place in range(6):
        up, down = ([*point], [*point])
        up[place] += width
        down[place] -= width
        above, below = likelihood.expand(up), likelihood.expand(down)
        size = 1 + sum(map(abs, here.curvature[place]))
        assert (above.value - below.value) / 2 / width == pytest.approx(
            here.gradient[place], rel=1e-4, abs=1e-4 * size
        )
        for other in range(6):
            bend = -(above.gradient[other] - below.gradient[other]) / 2 / width
            assert bend == pytest.approx(here.curvature[place][other], rel=1e-4, abs=1e-4 * size)


def test_known_parameters_are_found_again() -> None:
    """From ratings that a link made the link is found, as near as so many ratings tell."""
    features = drawn_features(20_000, mean=4, seed=1)
    true = OrdinalLink(thresholds=(1.0, 2.0, 4.0, 6.5), slopes=(1.3,))
    found = fit_link([features], drawn_stars(true, features, seed=2))
    assert found.slopes == pytest.approx(true.slopes, abs=0.06)
    assert found.thresholds == pytest.approx(true.thresholds, abs=0.25)


@given(st.lists(st.tuples(STARS, FEATURES), min_size=1, max_size=12))
def test_nothing_near_is_better(rows: list[tuple[int, float]]) -> None:
    """The loss, written down plainly, rises in every direction from what was found."""
    stars, features = [row[0] for row in rows], [row[1] for row in rows]
    found = fit_link_and_loss([features], stars)
    mean = math.fsum(features) / len(features)
    if math.fsum((each - mean) ** 2 for each in features) / len(features) < 1e-4 * (1 + mean**2):
        return  # a feature that hardly varies has another ridge
    here = loss_of(found.link, [features], stars)
    for place in range(5):
        for change in (-1e-2, 1e-2):
            moved = [*found.link.thresholds, *found.link.slopes]
            moved[place] += change * (1 if place < 4 else 0.1)
            if moved[4] >= 0 and all(a < b for a, b in pairwise(moved[:4])):
                other = OrdinalLink(thresholds=moved[:4], slopes=moved[4:])
                assert loss_of(other, [features], stars) >= here - 1e-7


def test_scipy_finds_no_better_link() -> None:
    """A general optimiser comes to the same two slopes, if it is installed."""
    optimize = pytest.importorskip("scipy.optimize", reason="scipy is not installed")
    chance = random.Random(3)  # noqa: S311  # to be the same each time
    features = [[chance.gauss(0, 1) for _ in range(300)], [chance.gauss(50, 9) for _ in range(300)]]
    stars = drawn_stars(LINK, [a + b / 30 for a, b in zip(*features, strict=True)], seed=4)
    found = fit_link(features, stars)

    def loss(point: Sequence[float]) -> float:
        thresholds = [float(point[0])]
        for gap in point[1:4]:
            thresholds.append(thresholds[-1] + math.exp(gap))
        return loss_of(
            OrdinalLink(thresholds=thresholds, slopes=[float(x) for x in point[4:]]), features, stars
        )

    begin = [-3.0, 0.0, 0.0, 0.0, 0.5, 0.01]
    best = optimize.minimize(loss, begin, method="Nelder-Mead", options={"maxfev": 6000, "fatol": 1e-12})
    best = optimize.minimize(loss, best.x, method="BFGS")
    assert loss_of(found, features, stars) <= best.fun + 1e-9
    assert found.slopes == pytest.approx(best.x[4:], rel=1e-2)


@given(st.lists(st.tuples(STARS, FEATURES, FEATURES), max_size=12))
def test_no_slope_is_negative(rows: list[tuple[int, float, float]]) -> None:
    """More is never worse, whatever the data say."""
    features = [[row[place] for row in rows] for place in (1, 2)]
    assert min(fit_link(features, [row[0] for row in rows]).slopes) >= 0


def test_a_feature_that_means_worse_gets_no_weight() -> None:
    """The best slope that is not negative is 0 then, and the shares are those of the stars."""
    found = fit_link([[0.0, 1.0, 2.0, 3.0] * 50], [5, 4, 2, 1] * 50)
    assert found.slopes == (0.0,)
    assert found.of_score(0.0) == pytest.approx(
        [(50 * came + 5 * share) / 205 for came, share in zip((1, 1, 0, 1, 1), USUAL_SHARES, strict=True)],
        abs=1e-4,
    )


def test_a_feature_that_misleads_the_step_is_let_go() -> None:
    """Two features much the same, of which one has to stay at 0 while the other one grows."""
    chance = random.Random(5)  # noqa: S311  # to be the same each time
    first = [chance.gauss(0, 1) for _ in range(400)]
    second = [each + chance.gauss(0, 0.3) for each in first]
    stars = drawn_stars(LINK, [2 * a - b for a, b in zip(first, second, strict=True)], seed=6)
    found = fit_link([first, second], stars)
    alone = fit_link([first], stars)
    assert found.slopes[1] == 0.0
    assert found.slopes[0] == pytest.approx(alone.slopes[0], rel=1e-3)


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_few_rows_give_a_link(rows: int) -> None:
    """None, one, two: near to the usual shares."""
    found = fit_link([[4.0, 3.0][:rows]], [5, 1][:rows])
    chances = found.probabilities((4.0,))
    assert min(chances) > 0.01
    if not rows:
        assert chances == pytest.approx(USUAL_SHARES, abs=1e-9)


@pytest.mark.parametrize("star", [1, 2, 3, 4, 5])
def test_stars_that_are_all_alike_give_a_link(star: int) -> None:
    """What never came stays possible."""
    found = fit_link([[float(each) for each in range(100)]], [star] * 100)
    chances = found.probabilities((50.0,))
    assert max(chances) == chances[star - 1] > 0.95
    assert min(chances) > 1e-4


def test_a_feature_that_tells_all_gives_a_finite_slope() -> None:
    """Where ratings can be told apart without a fault the ridge keeps the slope in bounds."""
    found = fit_link([[0.0] * 500 + [1.0] * 500], [1] * 500 + [5] * 500)
    assert 5 < found.slopes[0] < 50
    assert found.probabilities((1.0,))[4] > 0.98


@pytest.mark.parametrize("scale", [1e-11, 1e-3, 1e3, 1e11])
def test_the_scale_of_a_feature_does_not_matter(scale: float) -> None:
    """In other units the predictions are the same; noise on a constant is taken for none."""
    features = drawn_features(300, mean=0, seed=7)
    stars = drawn_stars(LINK, features, seed=8)
    plain = fit_link([features], stars)
    scaled = fit_link([[each * scale for each in features]], stars)
    assert scaled.thresholds[0] < scaled.thresholds[3]
    if scale == 1e-11:
        assert scaled.slopes[0] < 1e-3
    else:
        assert scaled.probabilities((scale,)) == pytest.approx(plain.probabilities((1.0,)), abs=1e-6)


@pytest.mark.parametrize("mean", [-1e6, 1500.0, 1e9])
def test_a_far_away_feature_gives_a_link(mean: float) -> None:
    """A large mean with next to no spread brings no link that cannot be."""
    features = [mean + each / 100 for each in range(100)]
    found = fit_link([features], [1 + each // 20 for each in range(100)])
    assert all(map(math.isfinite, (*found.thresholds, *found.slopes)))


@pytest.mark.parametrize("feature", [math.nan, math.inf, -math.inf, 2e12, 1e300])
def test_features_that_are_no_numbers_are_refused(feature: float) -> None:
    """The error names them; no link of nonsense comes out."""
    with pytest.raises(InvalidValueError, match="features"):
        fit_link([[1.0, feature, 2.0]], [1, 2, 3])


def test_the_start_changes_nothing_but_the_time() -> None:
    """From near or far the same link is found."""
    features = drawn_features(500, mean=2, seed=9)
    stars = drawn_stars(LINK, features, seed=10)
    cold = fit_link([features], stars)
    for start in (cold, OrdinalLink(thresholds=(-9, -8, 7, 9), slopes=(-3,)), LINK):
        warm = fit_link([features], stars, start=start)
        assert warm.thresholds == pytest.approx(cold.thresholds, abs=1e-3)
        assert warm.slopes == pytest.approx(cold.slopes, abs=1e-3)


def test_rounding_features_changes_little() -> None:
    """Counted together by three decimals the link is the same to about as many."""
    features = drawn_features(2_000, mean=0, seed=11)
    stars = drawn_stars(LINK, features, seed=12)
    exact, rounded = fit_link_and_loss([features], stars), fit_link_and_loss([features], stars, decimals=3)
    assert rounded.loss == pytest.approx(exact.loss, abs=1e-4)
    assert rounded.link.slopes == pytest.approx(exact.link.slopes, abs=1e-3)
    assert exact.loss == pytest.approx(loss_of(exact.link, [features], stars), abs=1e-9)
