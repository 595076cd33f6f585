"""Laws that every model of reputation keeps: the baselines and whatever is added to `MODELS`."""

import math
import random
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mila_core import reputation
from mila_core.reputation import MODELS, History, Model
from mila_core.reputation.models import default_models

NAMES = sorted(MODELS)

EACH = pytest.mark.parametrize("name", NAMES)

Row = tuple[str, str, int, float]

RATERS, SUBJECTS = ("a", "b", "c"), ("x", "y", "z")

DAYS = st.sampled_from([0.0, 0.0, 1.0, 30.0, 400.0]) | st.floats(0, 5_000)
"""Days between two ratings: ties among them."""


def row_lists(least: int = 0, most: int = 12) -> st.SearchStrategy[list[Row]]:
    """Return ratings in the order of time."""
    one = st.tuples(st.sampled_from(RATERS), st.sampled_from(SUBJECTS), st.integers(1, 5), DAYS)

    def in_time(drawn: list[Row]) -> list[Row]:
        day, rows = 0.0, []
        for rater, subject, stars, later in drawn:
            day += later
            rows.append((rater, subject, stars, day))
        return rows

    return st.lists(one, min_size=least, max_size=most).map(in_time)


def history_of(rows: Sequence[Row]) -> History:
    """Return ratings as a history."""
    columns: dict[str, list[Any]] = {"rater": [], "subject": [], "stars": [], "at": []}
    for row in rows:
        for column, value in zip(columns.values(), row, strict=True):
            column.append(value)
    return History.of(columns)


def market(count: int, *, seed: int = 0) -> list[Row]:
    """Return ratings of good and bad subjects by mild and strict raters."""
    chance = random.Random(seed)  # noqa: S311  # to be the same each time
    rows = []
    for number in range(count):
        rater, subject = chance.randrange(15), chance.randrange(10)
        impression = 3.7 + (subject - 4.5) / 4 - (rater - 7) / 9 + chance.gauss(0, 0.8)
        rows.append((f"r{rater}", f"s{subject}", min(5, max(1, round(impression))), number / 4))
    return rows


# The protocol --------------------------------------------------------------------------------------------


@EACH
def test_a_model_is_what_its_name_says(name: str) -> None:
    """What is made under a name has that name, follows the protocol, and is a value."""
    model = MODELS[name]()
    assert isinstance(model, Model)
    assert model.name == name
    assert model == MODELS[name]()
    assert hash(model) == hash(MODELS[name]())


def test_all_models_are_compared_by_default() -> None:
    """Each once, in the order of `MODELS`."""
    assert [model.name for model in default_models()] == list(MODELS)


# Predictions ---------------------------------------------------------------------------------------------


@EACH
@given(rows=row_lists())
def test_probabilities_are_positive_and_add_up(name: str, rows: list[Row]) -> None:
    """Each rating has five chances, none of them 0, that add up to 1."""
    predicted = MODELS[name]().predict(history_of(rows))
    assert len(predicted) == len(rows)
    for chances in predicted:
        assert len(chances) == 5
        assert min(chances) > 0
        assert abs(math.fsum(chances) - 1) < 1e-9


@EACH
@given(rows=row_lists(1), more=row_lists(1), data=st.data())
def test_the_future_changes_nothing(name: str, rows: list[Row], more: list[Row], data: st.DataObject) -> None:
    """A prediction is the same to the bit, whatever this rating is and whatever comes later."""
    model = MODELS[name]()
    at = data.draw(st.integers(0, len(rows) - 1))
    rater, subject, stars, day = rows[at]
    told = data.draw(st.integers(1, 5).filter(lambda each: each != stars))
    later = [(a, b, c, day + d) for a, b, c, d in more]
    changed = [*rows[:at], (rater, subject, told, day), *later]
    before = model.predict(history_of(rows))[: at + 1]
    assert before == model.predict(history_of(changed))[: at + 1]


@EACH
@given(rows=row_lists(), start=st.integers(0, 14))
def test_from_a_start_on_it_is_the_tail(name: str, rows: list[Row], start: int) -> None:
    """Those before are learnt from all the same."""
    history, model = history_of(rows), MODELS[name]()
    assert list(model.predict(history, start=start)) == list(model.predict(history))[start:]


@EACH
@given(rows=row_lists(), swapped=st.permutations(RATERS), other=st.permutations(SUBJECTS))
def test_names_do_not_matter(name: str, rows: list[Row], swapped: list[str], other: list[str]) -> None:
    """With other ids for the same people all figures are the same, to the bit."""
    raters, subjects = dict(zip(RATERS, swapped, strict=True)), dict(zip(SUBJECTS, other, strict=True))
    history = history_of(rows)
    renamed = history_of([(raters[a], subjects[b], stars, day) for a, b, stars, day in rows])
    model = MODELS[name]()
    assert model.predict(history) == model.predict(renamed)
    assert {subjects[each]: score for each, score in model.score(history).items()} == model.score(renamed)


@EACH
def test_what_is_good_is_predicted_to_be_good(name: str) -> None:
    """Who got five stars is expected to get more than who got one."""
    rows = [(f"r{n}", "xy"[n % 2], (5, 1)[n % 2], float(n)) for n in range(40)]
    rows += [("new", "x", 3, 41.0), ("newer", "y", 3, 41.0)]
    good, bad = MODELS[name]().predict(history_of(rows), start=40)
    for place in range(1, 5):
        assert sum(good[place:]) > sum(bad[place:])


# Scores --------------------------------------------------------------------------------------------------


@EACH
@given(rows=row_lists())
def test_scores_are_of_those_who_were_rated(name: str, rows: list[Row]) -> None:
    """Each has one, and it is a finite number."""
    scores = MODELS[name]().score(history_of(rows))
    assert set(scores) == {subject for _, subject, _, _ in rows}
    assert all(map(math.isfinite, scores.values()))


@EACH
@given(rows=row_lists(1))
def test_a_better_last_rating_lowers_no_score_of_its_subject(name: str, rows: list[Row]) -> None:
    """Whatever came before, better stars now are not worse for who gets them."""
    rater, subject, _, day = rows[-1]
    scores = [
        MODELS[name]().score(history_of([*rows[:-1], (rater, subject, stars, day)]))[subject]
        for stars in (1, 2, 3, 4, 5)
    ]
    assert all(low <= high + 1e-9 * (1 + abs(low)) for low, high in pairwise(scores))


COUNTING = ("bayesian_average", "beta", "dirichlet", "raw_mean", "wilson_lower_bound")
"""The models that add ratings up: for them an earlier rating counts in the same way as the last one."""


@pytest.mark.parametrize("name", COUNTING)
@given(rows=row_lists(1), data=st.data())
def test_a_better_rating_lowers_no_score_of_its_subject(
    name: str, rows: list[Row], data: st.DataObject
) -> None:
    """Also where others came after it."""
    at = data.draw(st.integers(0, len(rows) - 1))
    rater, subject, stars, day = rows[at]
    better = [*rows[:at], (rater, subject, data.draw(st.integers(stars, 5)), day), *rows[at + 1 :]]
    model = MODELS[name]()
    low, high = (model.score(history_of(each))[subject] for each in (rows, better))
    assert low <= high + 1e-12


@EACH
@given(rows=row_lists(1), data=st.data())
def test_a_better_rating_of_raters_who_rate_once_lowers_no_score(
    name: str, rows: list[Row], data: st.DataObject
) -> None:
    """Also an earlier one, where each rater rates once: five stars in the place of one never lower it."""
    rows = [(f"r{number}", *row[1:]) for number, row in enumerate(rows)]
    at = data.draw(st.integers(0, len(rows) - 1))
    rater, subject, _, day = rows[at]
    worst, best = ([*rows[:at], (rater, subject, stars, day), *rows[at + 1 :]] for stars in (1, 5))
    model = MODELS[name]()
    low, high = (model.score(history_of(each))[subject] for each in (worst, best))
    assert low <= high + 1e-9 * (1 + abs(low))


# Fits ----------------------------------------------------------------------------------------------------


@EACH
@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_ratings_fit(name: str, count: int) -> None:
    """With none, one or two the model stays near the default one, and predicts."""
    history = history_of([("a", "x", 5, 0.0), ("a", "y", 1, 0.0)][:count])
    fitted = MODELS[name]().fit(history)
    for chances in fitted.predict(history_of(market(20))):
        assert 0.999_999 < math.fsum(chances) < 1.000_001
        assert min(chances) > 1e-4
    if not count:
        assert fitted == MODELS[name]()


@EACH
@settings(max_examples=5)
@given(rows=row_lists(1, 30))
def test_any_history_fits(name: str, rows: list[Row]) -> None:
    """Ties, gaps, few people: the fitted model keeps the laws of the one that was not."""
    history = history_of(rows)
    fitted = MODELS[name]().fit(history)
    for chances in fitted.predict(history):
        assert min(chances) > 0
        assert abs(math.fsum(chances) - 1) < 1e-9
    assert all(map(math.isfinite, fitted.score(history).values()))


@EACH
@pytest.mark.parametrize("stars", [1, 3, 5])
def test_stars_that_are_all_alike_fit(name: str, stars: int) -> None:
    """They come to be expected, and the others stay possible."""
    history = history_of([(f"r{n % 7}", f"s{n % 5}", stars, float(n)) for n in range(150)])
    fitted = MODELS[name]().fit(history)
    chances = fitted.predict(history)[-1]
    assert max(chances) == chances[stars - 1] > 0.8
    assert min(chances) > 0


@EACH
def test_huge_gaps_of_time_fit(name: str) -> None:
    """Thousands of years apart a rating hardly tells, and nothing overflows."""
    rows = [(f"r{n % 3}", f"s{n % 2}", 1 + n % 5, (-1) ** (n < 5) * 3.9e6 + n) for n in range(10)]
    history = history_of(rows)
    fitted = MODELS[name]().fit(history)
    assert all(map(math.isfinite, fitted.score(history).values()))
    assert all(min(chances) > 0 for chances in fitted.predict(history))


@EACH
def test_a_fit_predicts_better_than_the_default(name: str) -> None:
    """On the ratings that it learnt from, and those that come later."""
    rows = market(600)
    result = reputation.backtest(history_of(rows), models=[MODELS[name]()])
    losses = reputation.metrics.log_losses(
        MODELS[name]().predict(history_of(rows), start=300), [row[2] for row in rows[300:]]
    )
    assert result.models[0].log_loss < sum(losses) / 300 + 0.01
    assert result.models[0].rho is not None
    assert result.models[0].rho > 0.5


@EACH
def test_the_same_ratings_give_the_same_model(name: str) -> None:
    """To the bit: there is neither chance nor a clock in a fit, and nothing is left over from another one."""
    one, other = MODELS[name]().fit(history_of(market(200))), MODELS[name]().fit(history_of(market(200)))
    assert one == other
    assert repr(one) == repr(other)


@EACH
def test_a_fit_changes_neither_model_nor_history(name: str) -> None:
    """Both are as before."""
    model, history = MODELS[name](), history_of(market(60))
    before = (repr(model), list(history), list(history.rater_ids))
    model.fit(history)
    assert (repr(model), list(history), list(history.rater_ids)) == before


@EACH
def test_progress_is_told(name: str) -> None:
    """By the model's name, never going back, up to all of it."""
    told: list[tuple[str, float]] = []
    MODELS[name]().fit(history_of(market(60)), progress=lambda what, share: told.append((what, share)))
    assert {what for what, _ in told} == {name}
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert (shares[0] >= 0, shares[-1]) == (True, 1.0)


@EACH
def test_people_who_rate_each_other_are_two_in_one(name: str) -> None:
    """Where ids mean the same people, all works alike."""
    rows = [(f"p{n % 4}", f"p{(n + 1 + n // 4) % 4}", 1 + n % 5, float(n)) for n in range(24)]
    columns = {
        key: [row[place] for row in rows] for place, key in enumerate(("rater", "subject", "stars", "at"))
    }
    history = History.of(columns, same_people=True)
    fitted = MODELS[name]().fit(history)
    assert set(fitted.score(history)) == {"p0", "p1", "p2", "p3"}
    assert len(fitted.predict(history)) == len(history)
