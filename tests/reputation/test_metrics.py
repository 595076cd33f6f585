"""The measures against slow obvious ones, values worked by hand, scipy, and what makes a score proper."""

import math
import random
from collections.abc import Sequence
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core.reputation import metrics
from mila_core.reputation.metrics import Probabilities

STARS = (1, 2, 3, 4, 5)
SURE = (0.0, 0.0, 0.0, 0.0, 1.0)
EVEN = (0.2, 0.2, 0.2, 0.2, 0.2)


def probabilities() -> st.SearchStrategy[Probabilities]:
    """Return probabilities of one star to five, some of them 0."""

    def scaled(drawn: tuple[float, ...]) -> Probabilities:
        whole = math.fsum(drawn)
        one, two, three, four, five = (each / whole for each in drawn)
        return one, two, three, four, five

    return st.tuples(*[st.floats(0.01, 1) | st.just(0.0)] * 4, st.floats(0.01, 1)).map(scaled)


def predictions() -> st.SearchStrategy[list[tuple[Probabilities, int]]]:
    """Return predictions, with the stars that came."""
    return st.lists(st.tuples(probabilities(), st.sampled_from(STARS)), min_size=1, max_size=40)


def apart(rows: list[tuple[Probabilities, int]]) -> tuple[list[Probabilities], list[int]]:
    """Return predictions and stars as two lists."""
    return [row[0] for row in rows], [row[1] for row in rows]


# By hand -------------------------------------------------------------------------------------------------


def test_worked_examples() -> None:
    """Each measure of two predictions, worked by hand."""
    predicted, stars = [(0.1, 0.1, 0.2, 0.2, 0.4), EVEN], [4, 1]
    assert metrics.log_losses(predicted, stars) == pytest.approx([math.log(5), math.log(5)])
    # below each threshold: .1 .2 .4 .6 with 0 0 0 1, and .2 .4 .6 .8 with 1 1 1 1
    assert metrics.ranked_probability_score(predicted, stars) == pytest.approx(
        ((0.01 + 0.04 + 0.16 + 0.16) + (0.64 + 0.36 + 0.16 + 0.04)) / 4 / 2
    )
    assert metrics.brier_score(predicted, stars) == pytest.approx((0.4**2 + 0.4**2) / 2)
    assert metrics.root_mean_square_error(predicted, stars) == pytest.approx(math.sqrt((0.3**2 + 2**2) / 2))
    assert metrics.calibration_error(predicted, stars) == pytest.approx((0.4 + 0.4) / 2)


def test_the_best_and_the_worst() -> None:
    """Who is sure and right loses nothing, who is sure and wrong loses all; of log-loss all is finite."""
    for measure in (metrics.ranked_probability_score, metrics.brier_score, metrics.calibration_error):
        assert (measure([SURE], [5]), measure([SURE], [1])) == (0.0, 1.0)
    assert metrics.root_mean_square_error([SURE], [1]) == 4.0
    assert metrics.log_losses([SURE, SURE], [5, 1]) == [0.0, -math.log(1e-300)]


def test_mean_and_error() -> None:
    """The standard error is that of a sample; one value has none."""
    assert metrics.mean_and_error([2.0]) == (2.0, 0.0)
    assert metrics.mean_and_error([1.0, 3.0]) == (2.0, 1.0)
    mean, error = metrics.mean_and_error([1.0, 2.0, 3.0, 4.0])
    assert mean == 2.5
    assert error == pytest.approx(math.sqrt(5 / 3 / 4))


# Against slow obvious ones -------------------------------------------------------------------------------


@given(predictions())
def test_the_ranked_probability_score_is_the_sum_over_thresholds(
    rows: list[tuple[Probabilities, int]],
) -> None:
    """The mean of four Brier scores, one of each threshold."""
    predicted, stars = apart(rows)
    plain = [(sum(each[:place]) - (star <= place)) ** 2 for each, star in rows for place in (1, 2, 3, 4)]
    assert metrics.ranked_probability_score(predicted, stars) == pytest.approx(sum(plain) / len(plain))


@given(predictions())
def test_measures_do_not_depend_on_the_order_of_rows(rows: list[tuple[Probabilities, int]]) -> None:
    """Shuffled rows have the same measures, ties included, and all are in their ranges."""
    other = [*rows]
    random.Random(0).shuffle(other)  # noqa: S311  # to be the same each time
    for measure, most in (
        (metrics.ranked_probability_score, 1),
        (metrics.brier_score, 1),
        (metrics.calibration_error, 1),
        (metrics.root_mean_square_error, 4),
    ):
        value = measure(*apart(rows))
        assert -1e-12 <= value <= most + 1e-12
        assert measure(*apart(other)) == pytest.approx(value, abs=1e-12)


def test_equal_predictions_that_are_right_on_average_are_calibrated() -> None:
    """In whatever bins they come: their order, satisfied ones last, means nothing."""
    predicted: list[Probabilities] = [(0.25, 0.0, 0.0, 0.0, 0.75)] * 40
    assert metrics.calibration_error(predicted, [1] * 10 + [5] * 30) == pytest.approx(0.0, abs=1e-12)
    assert metrics.calibration_error(predicted, [1] * 20 + [5] * 20) == pytest.approx(0.25)


@given(
    st.lists(
        st.tuples(st.integers(0, 10**6), st.booleans()), min_size=1, max_size=60, unique_by=lambda x: x[0]
    )
)
def test_the_calibration_error_is_that_of_ten_bins(drawn: list[tuple[int, bool]]) -> None:
    """Without ties: sort, cut in ten, compare means; bins that get nothing add nothing."""
    rows = [(each / 10**6, happened) for each, happened in drawn]
    predicted = [(1 - each, 0.0, 0.0, 0.0, each) for each, _ in rows]
    stars = [5 if happened else 1 for _, happened in rows]
    ordered, total = sorted(rows), 0.0
    for place in range(10):
        kept = ordered[len(rows) * place // 10 : len(rows) * (place + 1) // 10]
        if kept:
            chance = sum(each for each, _ in kept) / len(kept)
            share = sum(happened for _, happened in kept) / len(kept)
            total += len(kept) / len(rows) * abs(chance - share)
    assert metrics.calibration_error(predicted, stars) == pytest.approx(total, abs=1e-12)


# Proper scores -------------------------------------------------------------------------------------------


@given(probabilities(), probabilities())
def test_the_truth_is_the_best_prediction(true: Probabilities, other: Probabilities) -> None:
    """What is expected of log-loss, of the ranked probability score and of Brier's is least for the truth."""

    def expected(predicted: Probabilities) -> tuple[float, float, float]:
        chances = [(star, chance) for star, chance in zip(STARS, true, strict=True) if chance]
        return (
            sum(chance * metrics.log_losses([predicted], [star])[0] for star, chance in chances),
            sum(chance * metrics.ranked_probability_score([predicted], [star]) for star, chance in chances),
            sum(chance * metrics.brier_score([predicted], [star]) for star, chance in chances),
        )

    for best, found in zip(expected(true), expected(other), strict=True):
        assert best <= found + 1e-12


# Ranks ---------------------------------------------------------------------------------------------------


def slow_ranks(values: Sequence[float]) -> list[float]:
    """Return how many are below each value and half of those that are equal."""
    return [sum((b < a) + (b == a) / 2 for b in values) + 0.5 for a in values]


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), max_size=25))
def test_the_rank_correlation_is_that_of_the_ranks(pairs: list[tuple[int, int]]) -> None:
    """Pearson's correlation of the ranks, written down plainly; None where one list is constant."""
    one, other = [float(a) for a, _ in pairs], [float(b) for _, b in pairs]
    found = metrics.rank_correlation(one, other)
    if len(set(one)) < 2 or len(set(other)) < 2:
        assert found is None
        return
    first, second = slow_ranks(one), slow_ranks(other)
    middle, size = (len(pairs) + 1) / 2, len(pairs)
    together = sum((a - middle) * (b - middle) for a, b in zip(first, second, strict=True)) / size
    spread = math.sqrt(sum((a - middle) ** 2 for a in first) / size)
    spread *= math.sqrt(sum((b - middle) ** 2 for b in second) / size)
    assert found == pytest.approx(together / spread, abs=1e-12)


@given(st.lists(st.tuples(st.floats(-9, 9), st.integers(0, 4)), min_size=3, max_size=30))
def test_scipy_has_the_same_rank_correlation(pairs: list[tuple[float, int]]) -> None:
    """If it is installed."""
    stats = pytest.importorskip("scipy.stats", reason="scipy is not installed")
    one, other = [a for a, _ in pairs], [float(b) for _, b in pairs]
    found = metrics.rank_correlation(one, other)
    if found is not None:
        assert found == pytest.approx(stats.spearmanr(one, other).statistic, abs=1e-9)


@given(st.lists(st.tuples(st.integers(-3, 3), st.booleans()), max_size=25))
def test_the_area_is_the_share_of_pairs_in_order(rows: list[tuple[int, bool]]) -> None:
    """Of all pairs of a positive one and a negative one; ties are half in order."""
    ones = [score for score, positive in rows if positive]
    zeros = [score for score, positive in rows if not positive]
    found = metrics.area_under_curve([float(score) for score, _ in rows], [positive for _, positive in rows])
    if not ones or not zeros:
        assert found is None
        return
    pairs = [(a > b) + (a == b) / 2 for a, b in product(ones, zeros)]
    assert found == pytest.approx(sum(pairs) / len(pairs))


@pytest.mark.parametrize(
    "call",
    [
        lambda: metrics.log_losses([EVEN], [1, 2]),
        lambda: metrics.ranked_probability_score([EVEN], [1, 2]),
        lambda: metrics.brier_score([EVEN, EVEN], [1]),
        lambda: metrics.calibration_error([EVEN], [1, 2]),
        lambda: metrics.root_mean_square_error([EVEN], [1, 2]),
        lambda: metrics.rank_correlation([1.0], [1.0, 2.0]),
        lambda: metrics.area_under_curve([1.0, 2.0], [True]),
    ],
)
def test_lists_of_different_lengths_are_a_wrong_call(call: object) -> None:
    """Nothing is cut to the shorter one in silence."""
    assert callable(call)
    with pytest.raises(ValueError, match=r"zip|numbers"):
        call()
