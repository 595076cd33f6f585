"""Low ratings: chances from earlier ratings alone, against a slow writing; fits, and wrong arguments."""

import math
from collections.abc import Sequence
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mila_core import testing
from mila_core.errors import InvalidTypeError, InvalidValueError
from mila_core.reputation import History, LowRatings, LowRatingsParams, metrics
from tests import wrong
from tests.reputation.test_models import history_of, market, row_lists

NAMES = LowRatings.FEATURES


def people(rows: Sequence[tuple[str, str, int, float]]) -> History:
    """Return ratings of people who rate each other."""
    columns: dict[str, list[Any]] = {"rater": [], "subject": [], "stars": [], "at": []}
    for row in rows:
        for column, value in zip(columns.values(), row, strict=True):
            column.append(value)
    return History.of(columns, same_people=True)


def network_lists(most: int = 12) -> st.SearchStrategy[History]:
    """Return ratings of four people who rate each other, in the order of time."""
    pair = st.permutations("abcd").map(lambda drawn: (drawn[0], drawn[1]))
    one = st.tuples(pair, st.integers(1, 5), st.sampled_from([0.0, 0.5, 30.0]) | st.floats(0, 3_000))
    return st.lists(one, max_size=most).map(_in_time)


def _in_time(drawn: Sequence[tuple[tuple[str, str], int, float]]) -> History:
    day, rows = 0.0, []
    for (rater, subject), stars, later in drawn:
        day += later
        rows.append((rater, subject, stars, day))
    return people(rows)


# The slow writing ----------------------------------------------------------------------------------------


class Slowly:
    """The model by its formulas: each sum is made anew from all ratings before."""

    def __init__(self, history: History, model: LowRatings) -> None:
        """Look at no rating yet."""
        self.rows, self.same_people = list(history), history.same_people
        self.model, self.params = model, model.params
        self.left: list[dict[str, float]] = []  # what each rating says of its subject and of its rater
        self.trust: list[float] = []  # in the rater of each

    def weights(self, day: float, half_life: float, **who: int) -> dict[int, float]:
        """Return what each rating before counts, of those with this rater or subject."""
        return {
            place: 0.5 ** ((day - self.rows[place].day) / half_life)
            for place in range(len(self.left))
            if all(getattr(self.rows[place], role) == number for role, number in who.items())
        }

    def mean(self, day: float, prior: float, **who: int) -> float:
        """Return a quality or a mildness."""
        weights = self.weights(day, self.params.slow_half_life_days, **who)
        [role] = who
        left = sum(weight * self.left[place][role] for place, weight in weights.items())
        return left / (sum(weights.values()) + prior)

    def log_odds(self, weights: dict[int, float], prior: float) -> float:
        """Return the log-odds of the share of low ratings."""
        lows = sum(weight for place, weight in weights.items() if self.rows[place].stars <= 2)
        usual = self.params.usual_share
        return math.log((lows + prior * usual) / (sum(weights.values()) - lows + prior * (1 - usual)))

    def last(self, **who: int) -> float:
        """Return the average of signs in which the last one counts most."""
        value = 0.0
        for place in self.weights(0.0, 1e9, **who):
            sign = -1.0 if self.rows[place].stars <= 2 else 1.0
            value += self.params.last_weight * (sign - value)
        return value

    def chance(self) -> float:
        """Return the chance of the next rating, and look at it."""
        row, params = self.rows[len(self.left)], self.params
        rater, subject, stars, day = row
        prior, slow, fast = params.share_prior, params.slow_half_life_days, params.fast_half_life_days
        quality = self.mean(day, params.subject_prior, subject=subject)
        mildness = self.mean(day, params.rater_prior, rater=rater)
        got = self.weights(day, fast, subject=subject)
        gave = self.weights(day, fast, rater=rater)

        def trusted(person: int) -> dict[int, float]:
            weights = self.weights(day, slow, subject=person)
            return {place: weight * self.trust[place] for place, weight in weights.items()}

        features = {
            "constant": 1.0,
            "quality": quality,
            "mildness": mildness,
            "reputation": 0.0,
            "received_lows": self.log_odds(got, prior),
            "given_lows": self.log_odds(gave, prior),
            "received_and_given_lows": self.log_odds(got, prior) * self.log_odds(gave, prior),
            "trusted_lows": self.log_odds(trusted(subject), prior),
            "new_subject": float(not got),
            "new_rater": float(not gave),
            "last_received": self.last(subject=subject),
            "last_given": self.last(rater=rater),
            "last_of_rater": 0.0,
            "market_lows": self.log_odds(self.weights(day, params.market_half_life_days), 50.0),
            "pace": math.log(1 + sum(gave.values())),
        }
        trust = 1.0
        if self.same_people:
            features["reputation"] = self.mean(day, params.subject_prior, subject=rater)
            features["last_of_rater"] = self.last(subject=rater)
            whole = sum(trusted(rater).values())
            lows = sum(weight for place, weight in trusted(rater).items() if self.rows[place].stars <= 2)
            trust = (whole + 0.3) / (whole + params.trust_prior) * max(0.0, 1 - 2 * lows / (whole + prior))
        score = self.model.category_scores[stars - 1]
        self.left.append({"subject": score - mildness, "rater": score - quality})
        self.trust.append(trust)
        odds = sum(weight * features[name] for weight, name in zip(self.model.weights, NAMES, strict=True))
        return min(max(1 / (1 + math.exp(-min(max(odds, -30), 30))), 1e-6), 1 - 1e-6)


WEIGHTS = st.lists(st.floats(-0.5, 0.5), min_size=len(NAMES), max_size=len(NAMES))


@settings(max_examples=60)
@given(history=network_lists() | row_lists().map(history_of), weights=WEIGHTS)
def test_the_chances_are_those_of_the_slow_writing(history: History, weights: list[float]) -> None:
    """For people who rate each other, and for customers who rate friends."""
    model = LowRatings(weights=weights)
    slowly = Slowly(history, model)
    slow = [slowly.chance() for _ in history]
    assert model.chances(history) == pytest.approx(slow, rel=1e-7, abs=1e-9)


# Chances -------------------------------------------------------------------------------------------------


@given(history=network_lists(), model=testing.low_ratings_models())
def test_chances_are_above_0_and_below_1(history: History, model: LowRatings) -> None:
    """With any parameters."""
    chances = model.chances(history)
    assert len(chances) == len(history)
    assert all(0 < chance < 1 for chance in chances)


@given(rows=row_lists(1), more=row_lists(1), data=st.data())
def test_the_future_changes_nothing(rows: list[Any], more: list[Any], data: st.DataObject) -> None:
    """A chance is the same to the bit, whatever this rating is and whatever comes later."""
    at = data.draw(st.integers(0, len(rows) - 1))
    rater, subject, stars, day = rows[at]
    told = data.draw(st.integers(1, 5).filter(lambda each: each != stars))
    changed = [*rows[:at], (rater, subject, told, day), *((a, b, c, day + d) for a, b, c, d in more)]
    before = LowRatings().chances(history_of(rows))[: at + 1]
    assert before == LowRatings().chances(history_of(changed))[: at + 1]


@given(history=network_lists(), start=st.integers(0, 14))
def test_from_a_start_on_it_is_the_tail(history: History, start: int) -> None:
    """Those before are learnt from all the same."""
    assert LowRatings().chances(history, start=start) == LowRatings().chances(history)[start:]


@given(history=network_lists(), days=st.integers(-1_000, 1_000))
def test_only_differences_of_days_count(history: History, days: int) -> None:
    """All some days later is the same."""
    moved = people(
        [
            (history.rater_ids[row.rater], history.rater_ids[row.subject], row.stars, row.day + days)
            for row in history
        ]
    )
    assert LowRatings().chances(moved) == pytest.approx(LowRatings().chances(history), rel=1e-6)


def test_lows_of_late_are_expected_again() -> None:
    """Who got one star of late is likelier to get one than who got it long ago, or got five."""
    rows = [("a", "old", 1, 0.0), ("b", "late", 1, 900.0), ("c", "good", 5, 900.0)]
    rows += [(f"r{place}", subject, 5, 901.0) for place, subject in enumerate(("old", "late", "good", "new"))]
    old, late, good, new = LowRatings().chances(history_of(rows), start=3)
    assert late > 0.2 > old > new > good


# Fits ----------------------------------------------------------------------------------------------------


def waves(count: int) -> History:
    """Return ratings of subjects who have good and bad seasons, by people of whom some rate all down."""
    rows = []
    for number in range(count):
        subject, rater = number * 7 % 11, number * 5 % 13
        is_bad = (number // 60 + subject) % 4 == 0 or (rater == 3 and number % 2)
        rows.append((f"r{rater}", f"s{subject}", 1 if is_bad else 5, number / 4))
    return history_of(rows)


def loss(model: LowRatings, history: History, start: int) -> float:
    """Return the mean log-loss of low ratings."""
    pairs = zip(model.chances(history, start=start), history.stars[start:], strict=True)
    losses = [-math.log(chance if stars <= 2 else 1 - chance) for chance, stars in pairs]
    return sum(losses) / len(losses)


def test_a_fit_predicts_what_comes() -> None:
    """Better than the default, and much better than the share of low ratings alone."""
    history = waves(1_600)
    fitted = LowRatings().fit(history.first(800))
    share = sum(stars <= 2 for stars in history.stars) / len(history)
    usual = -share * math.log(share) - (1 - share) * math.log(1 - share)
    assert loss(fitted, history, 800) < loss(LowRatings(), history, 800) - 0.05
    assert loss(fitted, history, 800) < usual - 0.15
    low = [stars <= 2 for stars in history.stars[800:]]
    area = metrics.area_under_curve(fitted.chances(history, start=800), low)
    assert area is not None
    assert area > 0.85


def test_a_fit_is_where_the_slope_is_0() -> None:
    """With the priors: no small change of any weight makes the ratings likelier."""
    history = history_of(market(200))
    fitted = LowRatings().fit(history)
    chances = fitted.chances(history)
    expected, came = sum(chances), sum(stars <= 2 for stars in history.stars)
    assert expected - came == pytest.approx(-(fitted.weights[0] - LowRatings().weights[0]), abs=1e-3)


def test_a_search_loses_no_likelihood_and_keeps_the_rest() -> None:
    """Half-lives are found; the other parameters stay, and both are the same each time."""
    history = waves(400)
    plain, searched = LowRatings().fit(history), LowRatings().fit(history, search=True)
    assert loss(searched, history, 0) <= loss(plain, history, 0) + 0.01
    assert searched == LowRatings().fit(history, search=True)
    given_params = attrs.asdict(searched.params)
    changed = {name for name, value in attrs.asdict(plain.params).items() if given_params[name] != value}
    assert changed
    assert all(name.endswith("half_life_days") for name in changed)


def test_without_ratings_nothing_is_learnt() -> None:
    """The model is the same."""
    assert LowRatings().fit(history_of([])) == LowRatings()
    assert LowRatings().chances(history_of([])) == []


@pytest.mark.parametrize("stars", [1, 5])
@pytest.mark.parametrize("count", [1, 2, 150])
def test_stars_that_are_all_alike_fit(stars: int, count: int) -> None:
    """They come to be expected, and the others stay possible."""
    history = history_of([(f"r{n % 7}", f"s{n % 5}", stars, float(n)) for n in range(count)])
    fitted = LowRatings().fit(history)
    chance = fitted.chances(history)[-1]
    assert all(map(math.isfinite, fitted.weights))
    assert 0 < chance < 1
    if count > 2:
        assert (chance > 0.9) == (stars == 1)


@settings(max_examples=10)
@given(history=network_lists(30))
def test_any_history_fits(history: History) -> None:
    """Ties, gaps, few people; the same model each time, to the bit."""
    fitted = LowRatings().fit(history)
    assert fitted == LowRatings().fit(history)
    assert all(0 < chance < 1 for chance in fitted.chances(history))


def test_huge_gaps_of_time_fit() -> None:
    """Thousands of years apart nothing overflows."""
    rows = [(f"r{n % 3}", f"s{n % 2}", 1 + n % 5, (-1) ** (n < 5) * 3.9e6 + n) for n in range(10)]
    history = history_of(rows)
    assert all(0 < chance < 1 for chance in LowRatings().fit(history).chances(history))


@pytest.mark.parametrize("search", [False, True])
def test_progress_is_told(search: bool) -> None:  # noqa: FBT001
    """Never going back, up to all of it."""
    told: list[tuple[str, float]] = []
    LowRatings().fit(
        history_of(market(40)), search=search, progress=lambda what, share: told.append((what, share))
    )
    shares = [share for _, share in told]
    assert {what for what, _ in told} == {"low_ratings"}
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


# Bad input -----------------------------------------------------------------------------------------------


def test_wrong_arguments_are_refused() -> None:
    """The error names the argument."""
    history = history_of([("a", "x", 5, 0.0)])
    for call, field in (
        (lambda: LowRatings().fit([]), "history"),  # type: ignore[arg-type]
        (lambda: LowRatings().fit(history, search=1), "search"),  # type: ignore[arg-type]
        (lambda: LowRatings().chances(None), "history"),  # type: ignore[arg-type]
        (lambda: LowRatings().chances(history, start=True), "start"),
    ):
        with pytest.raises(InvalidTypeError) as caught:
            call()
        assert caught.value.field == field
    with pytest.raises(InvalidValueError):
        LowRatings().chances(history, start=-1)


@pytest.mark.parametrize("field", [each.name for each in attrs.fields(LowRatingsParams)])
def test_wrong_params_are_refused(field: str) -> None:
    """An error names the field."""
    for other in (None, "1", True):
        wrong.check_refused(LowRatingsParams(), field, other, InvalidTypeError)
    for value in (math.nan, math.inf, -1, 1e9):
        wrong.check_refused(LowRatingsParams(), field, value, InvalidValueError)


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("params", None, InvalidTypeError),
        ("category_scores", (1.0, 2.0), InvalidValueError),
        ("category_scores", (1.0, 2.0, 3.0, 4.0, math.nan), InvalidValueError),
        ("weights", (1.0,), InvalidValueError),
        ("weights", (*LowRatings().weights[1:], True), InvalidTypeError),
        ("weights", (*LowRatings().weights[1:], math.inf), InvalidValueError),
        ("weights", 1.0, InvalidTypeError),
    ],
)
def test_wrong_models_are_refused(field: str, value: Any, error: type[Exception]) -> None:
    """An error names the field."""
    with pytest.raises(error) as caught:
        attrs.evolve(LowRatings(), **{field: value})
    assert str(getattr(caught.value, "field", "")).startswith(field)
