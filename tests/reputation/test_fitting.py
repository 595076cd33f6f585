"""Fits: what they find in made histories, that it is the best there is, and what they say of themselves."""

import math
import random
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mila_core.errors import InvalidDocumentError, InvalidTypeError, InvalidValueError
from mila_core.reputation import Fitted, FittedParameter, History, ReputationParams, TwoSided, fit
from mila_core.reputation._shares import logits, normal_scores
from mila_core.reputation.fitting import _SEARCHED, _range, _Search
from tests import wrong
from tests.reputation.test_models import history_of, market

Columns = Mapping[str, Sequence[Any]]

NAMES = (
    "friend_prior",
    "customer_prior",
    "friend_half_life_days",
    "customer_half_life_days",
    "form_half_life_days",
    "market_half_life_days",
    *(f"thresholds[{number}]" for number in range(4)),
    "friend_slope",
    "customer_slope",
    "curvature",
    "form_slope",
    "spread_slope",
    "customer_tilt",
    "friend_tilt",
    "market_tilt",
)

BEST_TO = 0.6
"""How much less the penalised loss of a whole history may be elsewhere, in nats; 1 ends a search."""


def simulated(
    count: int, *, friend: float = 1.0, customer: float = 0.7, turnover: float = 0.0, seed: int = 0
) -> Columns:
    """Return ratings of 60 friends by 150 customers over 1,000 days.

    Args:
        count: how many ratings.
        friend: the standard deviation of friends, where that of chance is about 1.3.
        customer: that of customers.
        turnover: how often a friend becomes another one, for each rating.
        seed: of the chance.
    """
    chance = random.Random(seed)  # noqa: S311  # to be the same each time
    friends = [chance.gauss(0, friend) for _ in range(60)]
    customers = [chance.gauss(0, customer) for _ in range(150)]
    rows: dict[str, list[Any]] = {"rater": [], "subject": [], "stars": [], "at": []}
    for number in range(count):
        rater, subject = chance.randrange(150), chance.randrange(60)
        if chance.random() < turnover:
            friends[subject] = chance.gauss(0, friend)
        impression = friends[subject] + customers[rater] + 0.7 * math.log(1 / chance.random() - 1)
        rows["rater"].append(f"r{rater}")
        rows["subject"].append(f"s{subject}")
        rows["stars"].append(1 + sum(impression > step for step in (-2.2, -1.2, -0.2, 0.8)))
        rows["at"].append(number * 1000 / count)
    return rows


def by_name(fitted: Fitted) -> dict[str, FittedParameter]:
    """Return the parameters of a fit by name."""
    return {each.name: each for each in fitted.parameters}


@pytest.fixture(scope="module")
def usual() -> Fitted:
    """A fit of friends and customers who differ."""
    return fit(simulated(1_500))


# What is found -------------------------------------------------------------------------------------------


def test_who_differs_is_followed(usual: Fitted) -> None:
    """Where friends are all alike, or customers, a few ratings move predictions little; else they do."""

    def moved(params: ReputationParams, side: str) -> float:
        slope, prior = (getattr(params, f"{side}_{name}") for name in ("slope", "prior"))
        return float(slope / (1 + prior))

    friends_alike = fit(simulated(1_500, friend=0)).params
    customers_alike = fit(simulated(1_500, customer=0)).params
    assert moved(friends_alike, "friend") < moved(usual.params, "friend") / 3
    assert moved(customers_alike, "customer") < moved(usual.params, "customer") / 3
    assert friends_alike.customer_slope > 1
    assert customers_alike.friend_slope > 1


def test_what_changes_is_forgotten(usual: Fitted) -> None:
    """Where friends become others after 7 ratings on average, what was long ago counts little."""
    restless = by_name(fit(simulated(2_000, turnover=0.15)))["friend_half_life_days"]
    steady = by_name(usual)["friend_half_life_days"]
    assert restless.value < 200 < steady.value
    assert restless.known
    assert restless.high < restless.default


def made_by_the_model(params: ReputationParams, count: int, *, seed: int) -> Columns:
    """Return stars as the model itself draws them one after the other, where nothing is forgotten."""
    chance = random.Random(seed)  # noqa: S311  # to be the same each time
    friends = [[0.0, params.friend_prior] for _ in range(50)]
    customers = [[0.0, params.customer_prior] for _ in range(50)]
    rows: dict[str, list[Any]] = {"rater": [], "subject": [], "stars": [], "at": []}
    for number in range(count):
        one, other = chance.choice(friends), chance.choice(customers)
        quality, mildness = one[0] / one[1], other[0] / other[1]
        score = params.friend_slope * quality + params.customer_slope * mildness
        impression = score + math.log(1 / chance.random() - 1)
        stars = 1 + sum(impression > threshold for threshold in params.thresholds)
        came = params.category_scores[stars - 1]
        one[0] += came - mildness
        other[0] += came - quality
        one[1] += 1
        other[1] += 1
        rows["rater"].append(customers.index(other))
        rows["subject"].append(friends.index(one))
        rows["stars"].append(stars)
        rows["at"].append(number)
    return rows


def test_it_finds_the_parameters_that_made_a_history() -> None:
    """Of stars that the model itself drew: each known parameter is true to 1.5 times its interval's half."""
    shares = (0.1, 0.15, 0.2, 0.25, 0.3)
    true = ReputationParams(
        category_scores=normal_scores(shares),
        thresholds=logits(shares),
        friend_prior=2.0,
        customer_prior=4.0,
        friend_slope=2.0,
        customer_slope=1.0,
    )
    found = by_name(fit(made_by_the_model(true, 4_000, seed=3)))
    for name, value in {
        "friend_slope": 2.0,
        "customer_slope": 1.0,
        **dict.fromkeys(("curvature", "form_slope", "spread_slope", "customer_tilt", "friend_tilt"), 0.0),
    }.items():
        each = found[name]
        assert abs(each.value - value) <= 1.5 * (each.high - each.low) / 2, name
        assert each.high - each.low < 2, name
    assert found["friend_half_life_days"].value > 1_000
    assert found["friend_prior"].low < 2 < found["friend_prior"].high < 10
    assert found["customer_prior"].low < 4 < found["customer_prior"].high < 20


def test_later_ratings_weigh_more() -> None:
    """Where habits turn in the middle of a history, the later half is followed."""
    early, late = simulated(600, friend=0), simulated(600, friend=1.5, seed=1)
    turned = {
        name: [*early[name], *([each + 1_000 for each in late[name]] if name == "at" else late[name])]
        for name in early
    }
    back = {
        name: [*late[name], *([each + 1_000 for each in early[name]] if name == "at" else early[name])]
        for name in early
    }
    assert fit(turned).params.friend_slope > fit(back).params.friend_slope


# That it is the best -------------------------------------------------------------------------------------


def values_of(search: _Search, fitted: Fitted) -> list[float]:
    """Return the parameters of a fit as a search has them."""
    values = []
    for place, (each, found) in enumerate(zip(_SEARCHED, fitted.parameters, strict=True)):
        shift = search.base.thresholds[place - 6] if each.name == "thresholds" else 0.0
        values.append(math.log(found.value) if each.by_log else found.value - shift)
    return values


@pytest.mark.parametrize("turnover", [0.0, 0.2])
def test_no_small_change_is_better(turnover: float) -> None:
    """Each parameter alone, moved by parts of its prior's deviation, lowers the penalised loss hardly."""
    rows = simulated(400, turnover=turnover)
    search = _Search(History.of(rows), ReputationParams())
    best = values_of(search, fit(rows))
    least = search.at(best).total
    for place, each in enumerate(_SEARCHED):
        low, high = _range(each)
        for by in (-0.3, -0.05, 0.05, 0.3):
            moved = list(best)
            moved[place] = min(max(moved[place] + by * each.deviation, low), high)
            assert search.at(moved).total > least - BEST_TO, (each.name, by)


def test_the_slopes_are_differences() -> None:
    """The gradient of what is made small is what its differences are, to what habits as given leave out."""
    search = _Search(
        History.of(simulated(300)), ReputationParams(customer_tilt=0, friend_tilt=0, market_tilt=0)
    )
    point = search.at([mean + 0.1 for mean in search.means[:-3]] + search.means[-3:])
    gradient, products = search.slopes(point)
    for place, slope in enumerate(gradient[:-3]):
        values = list(point.values)
        values[place] += 1e-4
        step = (search.at(values).total - point.total) / 1e-4
        assert slope == pytest.approx(step, rel=0.01, abs=0.1), _SEARCHED[place].name
    assert all(products[row][column] == products[column][row] for row in range(18) for column in range(18))


def test_scipy_finds_no_better() -> None:
    """A search of many more passes, begun where the fit begins, ends at the same loss."""
    optimize = pytest.importorskip("scipy.optimize", reason="could not import 'scipy'", exc_type=ImportError)
    rows = simulated(150)
    search = _Search(History.of(rows), ReputationParams())
    found = optimize.minimize(
        lambda values: search.at(list(map(float, values))).total,
        search.means,
        method="L-BFGS-B",
        bounds=list(map(_range, _SEARCHED)),
        options={"maxiter": 20},
    )
    ours = search.at(values_of(search, fit(rows))).total
    assert ours < found.fun + BEST_TO
    assert ours < search.at(list(search.means)).total - 2


def test_what_is_fitted_predicts_better_later() -> None:
    """On ratings that it has not seen, the fitted model loses less than the default one."""
    history = History.of(simulated(3_000))
    fitted = TwoSided().fit(history.first(2_000))
    losses = []
    for model in (fitted, TwoSided()):
        chances = model.predict(history, start=2_000)
        losses.append(
            -sum(
                math.log(each[stars - 1]) for each, stars in zip(chances, history.stars[2_000:], strict=True)
            )
        )
    assert losses[0] < losses[1] - 20


# What it says of itself ----------------------------------------------------------------------------------


def test_a_fit_says_what_it_has_done(usual: Fitted) -> None:
    """Its rows, its passes, and the loss of its own predictions."""
    history = History.of(simulated(1_500))
    assert usual.rows == 1_500
    assert usual.passes >= 10
    chances = TwoSided(params=usual.params).predict(history)
    losses = [-math.log(each[stars - 1]) for each, stars in zip(chances, history.stars, strict=True)]
    assert usual.log_loss == pytest.approx(math.fsum(losses) / 1_500, rel=1e-12)


def check_agrees(fitted: Fitted) -> None:
    """Check that what is said of each parameter is what the parameters are."""
    assert tuple(each.name for each in fitted.parameters) == NAMES
    params = fitted.params
    for name, each in by_name(fitted).items():
        field, _, place = name.partition("[")
        value = getattr(params, field)
        if place:
            value = value[int(place[:-1])]
        assert each.value == pytest.approx(value, rel=1e-12, abs=1e-12), name
        assert each.low <= each.value <= each.high, name
    assert params.guard == ReputationParams().guard


@settings(max_examples=10)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from("abc"),
            st.sampled_from("xyz"),
            st.sampled_from([1, 5, 5, 4, 2, 3]),
            st.floats(0, 2_000),
        ),
        max_size=40,
    )
)
def test_any_fit_agrees_with_itself(rows: list[tuple[str, str, int, float]]) -> None:
    """Whatever the ratings: each interval holds its value, which is that of the parameters."""
    check_agrees(fit(history_of(rows)))


@pytest.mark.parametrize("stars", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("count", [1, 50, 1_500])
def test_stars_that_are_all_alike_fit(stars: int, count: int) -> None:
    """However many: what never came counts much, but not without bound, and the thresholds rise."""
    fitted = fit(history_of([(f"r{n % 7}", f"s{n % 5}", stars, float(n)) for n in range(count)]))
    check_agrees(fitted)
    assert max(map(abs, fitted.params.category_scores)) < 15
    assert fitted.log_loss < 5
    if count > 1:
        assert fitted.log_loss < 0.1


def test_what_a_history_knows_is_known(usual: Fitted) -> None:
    """The more ratings the narrower the intervals; of a few ratings hardly anything is known."""
    few = fit(simulated(6))
    assert not any(each.known for each in few.parameters if not each.name.startswith("thresholds"))
    known = {name for name, each in by_name(usual).items() if each.known}
    assert {"friend_slope", "customer_slope", *NAMES[6:10]} <= known
    many = by_name(fit(simulated(6_000)))
    for name in ("friend_slope", "customer_slope", "friend_prior", "customer_prior"):
        narrow, wide = (
            math.log(each.high / each.low) if each.low > 0 else math.inf
            for each in (many[name], by_name(usual)[name])
        )
        assert narrow < wide, name


def test_an_interval_is_the_priors_where_there_is_nothing_to_learn() -> None:
    """Of one customer the slope of customers and their habits cannot be told from chance."""
    rows = {**simulated(200, customer=0), "rater": ["r"] * 200}
    fitted = fit(rows)
    check_agrees(fitted)
    assert not by_name(fitted)["customer_half_life_days"].known
    assert not by_name(fit(history_of(market(2))))["friend_slope"].known


# Little data, and none -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "start", [ReputationParams(), ReputationParams(thresholds=(-3, -2, -1, 0), friend_prior=9.0)]
)
def test_nothing_fits(start: ReputationParams) -> None:
    """Without ratings the parameters are those it began with, with the intervals of the priors."""
    told: list[tuple[str, float]] = []
    fitted = fit([], start=start, progress=lambda *what: told.append(what))
    assert (fitted.params, fitted.rows, fitted.log_loss, fitted.passes) == (start, 0, 0, 0)
    assert not any(each.known for each in fitted.parameters)
    assert told == [("two_sided", 1.0)]
    check_agrees(fitted)
    for name, each in by_name(fitted).items():
        assert each.value == each.default, name


@pytest.mark.parametrize("count", [1, 2])
def test_next_to_nothing_fits(count: int) -> None:
    """One or two ratings move no parameter far, and tell of none."""
    fitted = fit(history_of([("a", "x", 5, 0.0), ("a", "y", 1, 0.0)][:count]))
    check_agrees(fitted)
    assert not any(each.known for each in fitted.parameters)
    for each in fitted.parameters:
        if not each.name.startswith("thresholds"):
            assert abs(each.value - each.default) <= 0.3 * (each.high - each.low), each.name


# A start, progress, the same again -----------------------------------------------------------------------


def test_a_start_is_where_little_evidence_leaves_it() -> None:
    """With few ratings the parameters of last year stay; thresholds come from the ratings."""
    start = ReputationParams(
        friend_half_life_days=100.0, friend_prior=20.0, thresholds=(-9, -8, -7, -6), guard=None
    )
    few, base = fit(simulated(30), start=start), fit(simulated(30)).params
    assert few.params.guard is None
    assert few.params.friend_half_life_days == pytest.approx(100, rel=0.5)
    assert few.params.friend_prior == pytest.approx(20, rel=0.3)
    assert few.params.category_scores == base.category_scores
    assert few.params.thresholds == pytest.approx(base.thresholds, abs=0.5)
    assert by_name(few)["friend_prior"].default == pytest.approx(20)


def test_a_start_outside_of_what_is_tried_is_a_start() -> None:
    """Parameters that no search would come to do no harm."""
    start = ReputationParams(friend_half_life_days=1, friend_slope=90, curvature=9, form_half_life_days=1e6)
    fitted = fit(simulated(30), start=start)
    check_agrees(fitted)
    assert fitted.params.friend_half_life_days >= 7
    assert fitted.params.friend_slope <= 6


def test_progress_only_rises() -> None:
    """From 0 to 1, under the model's name."""
    told: list[tuple[str, float]] = []
    fit(simulated(60), progress=lambda *what: told.append(what))
    assert {name for name, _ in told} == {"two_sided"}
    shares = [share for _, share in told]
    assert (shares[0], shares[-1]) == (0, 1)
    assert all(low <= high for low, high in pairwise(shares))


def test_the_same_ratings_fit_the_same() -> None:
    """To the bit, also in other columns, and whatever the ids are."""
    rows = simulated(120)
    one = fit(rows)
    renamed = {
        "who": [f"x-{each}" for each in rows["rater"]],
        "whom": rows["subject"],
        "n": rows["stars"],
        "t": rows["at"],
    }
    other = fit(renamed, rater="who", subject="whom", stars="n", at="t")
    assert one == other
    assert repr(one) == repr(other)


# Shown ---------------------------------------------------------------------------------------------------

SHOWN = Fitted(
    params=ReputationParams(),
    rows=12_345,
    log_loss=1.23456,
    passes=24,
    parameters=[
        FittedParameter(name="friend_prior", value=2.5, low=2.0, high=3.125, default=4.0, known=True),
        FittedParameter(name="form_slope", value=0.5, low=-0.3, high=1.3, default=0.5, known=False),
    ],
)


def test_a_fit_is_a_table() -> None:
    """For a terminal in columns; for a notebook in HTML; what is hardly known says so."""
    assert str(SHOWN).splitlines() == [
        "fitted on 12,345 ratings, log-loss 1.2346, in 24 passes",
        "",
        "parameter     value  95 % interval  default",
        "friend_prior    2.5     2 to 3.125        4",
        "form_slope      0.5    -0.3 to 1.3      0.5  hardly known",
    ]
    html = SHOWN._repr_html_()
    assert html.count("<tr>") == 3
    assert "12,345" in html
    assert "<td>hardly known</td>" in html


# Bad input -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", [{}, 7, "two_sided", TwoSided()], ids=lambda value: type(value).__name__)
def test_a_start_that_is_none_is_refused(start: Any) -> None:
    """An error that names it."""
    with pytest.raises(InvalidTypeError) as caught:
        fit(simulated(5), start=start)
    assert caught.value.field == "start"


def test_ratings_that_are_none_are_refused() -> None:
    """As `History.of` does."""
    with pytest.raises(InvalidTypeError):
        fit(7)
    with pytest.raises(InvalidValueError):
        fit(simulated(5), rater="who")
    with pytest.raises(InvalidDocumentError):
        fit({**simulated(2), "stars": [6, 0]})


def numbers(low: float, high: float) -> list[wrong.Row]:
    """Return wrong numbers for a field with a range."""
    kinds = [None, True, "1"]
    values = [math.nan, math.inf, -math.inf, low - 1, high + high / 10 + 1]
    return [*((each, InvalidTypeError) for each in kinds), *((each, InvalidValueError) for each in values)]


@pytest.mark.parametrize(
    ("example", "field", "value", "error"),
    [
        *wrong.fields_of(
            SHOWN,
            params=wrong.OTHERS,
            rows=wrong.numbers(0, 2**53),
            log_loss=numbers(0, 1e9),
            passes=wrong.numbers(0, 2**53),
            parameters=wrong.ITEMS,
        ),
        *wrong.fields_of(
            SHOWN.parameters[0],
            name=wrong.IDS,
            value=numbers(-1e9, 1e9),
            low=numbers(-1e9, 1e9),
            high=numbers(-1e9, 1e9),
            default=numbers(-1e9, 1e9),
            known=wrong.FLAGS,
        ),
    ],
)
def test_a_wrong_field_is_refused(example: Any, field: str, value: Any, error: Any) -> None:
    """A fit that cannot be is an error that names the field."""
    wrong.check_refused(example, field, value, error)
