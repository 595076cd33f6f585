"""Backtests against a slow, obvious recomputation; their table, their documents, and what is refused."""

import math
import re
from collections.abc import Sequence
from fractions import Fraction
from statistics import fmean, stdev
from typing import Any, Self

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mila_core import reputation, testing
from mila_core.errors import InvalidDocumentError, InvalidTypeError, InvalidValueError
from mila_core.reputation import (
    MODELS,
    Backtest,
    History,
    ModelResult,
    OrdinalLink,
    RawMean,
    backtest,
)
from mila_core.reputation.metrics import Probabilities, calibration_error
from mila_core.reputation.params import DEFAULT
from mila_core.reputation.protocol import Model, Progress
from mila_core.serialization import dumps, loads
from tests import wrong


@attrs.frozen(kw_only=True)
class Counting:
    """A model that is easy to compute by hand: the shares of all stars so far, each counted once more.

    With `own`, they are the shares of the subject's stars.
    """

    name: str = "counting"
    own: bool = False
    fitted: tuple[int, ...] = ()

    def fit(self, history: History, *, progress: Progress | None = None) -> Self:
        """Remember the stars it was fitted on."""
        if progress is not None:
            progress(self.name, 0.5)
            progress(self.name, 1.0)
        return attrs.evolve(self, fitted=tuple(history.stars))

    def predict(self, history: History, *, start: int = 0) -> list[Probabilities]:
        """Return the shares before each rating."""
        found = []
        for place in range(start, len(history)):
            before = [
                stars
                for subject, stars in zip(history.subjects[:place], history.stars[:place], strict=True)
                if not self.own or subject == history.subjects[place]
            ]
            one, two, three, four, five = (
                (before.count(each) + 1) / (len(before) + 5) for each in range(1, 6)
            )
            found.append((one, two, three, four, five))
        return found

    def score(self, history: History) -> dict[str, float]:
        """Return how many ratings each subject has."""
        names = [history.subject_ids[subject] for subject in history.subjects]
        return {name: float(names.count(name)) for name in names}


POOLED, OWN = Counting(), Counting(name="own", own=True)

Rows = list[tuple[str, str, int, float]]


def rows_of(subjects: Sequence[str] = "xyz", *, least: int = 2, most: int = 40) -> st.SearchStrategy[Rows]:
    """Return rows of ratings, with ties and few subjects."""
    row = st.tuples(
        st.sampled_from("abc"), st.sampled_from(subjects), st.integers(1, 5), st.integers(0, 20).map(float)
    )
    return st.lists(row, min_size=least, max_size=most)


def table(rows: Rows) -> list[dict[str, Any]]:
    """Return rows as a table."""
    return [dict(zip(("rater", "subject", "stars", "at"), row, strict=True)) for row in rows]


def slow_rank(values: Sequence[float], place: int) -> Fraction:
    """Return the mean rank of a value among all, counted pair by pair."""
    below = sum(other < values[place] for other in values)
    same = sum(other == values[place] for other in values)
    return Fraction(2 * below + same + 1, 2)


def slow_rho(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Return the rank correlation of pairs by Pearson's formula on mean ranks, in fractions."""
    if len(pairs) < 2:
        return None
    one, other = zip(*pairs, strict=True)
    ranks = [(slow_rank(one, place), slow_rank(other, place)) for place in range(len(pairs))]
    mean = Fraction(len(pairs) + 1, 2)
    together = sum((a - mean) * (b - mean) for a, b in ranks)
    spreads = [sum((rank[side] - mean) ** 2 for rank in ranks) for side in (0, 1)]
    return None if 0 in spreads else float(together) / math.sqrt(spreads[0] * spreads[1])


def by_hand(
    rows: Rows, model: Counting, losses_of_first: Sequence[float]
) -> tuple[dict[str, Any], list[float]]:
    """Return what a backtest has to say of a model, computed the slow way, and its losses."""
    ordered = sorted(rows, key=lambda row: row[3])
    half = len(ordered) // 2
    losses, squares, brier, ranked, cold = [], [], [], [], []
    predicted: list[Any] = []
    for place in range(half, len(ordered)):
        _, subject, stars, _ = ordered[place]
        before = [row[2] for row in ordered[:place] if not model.own or row[1] == subject]
        shares = [Fraction(before.count(each) + 1, len(before) + 5) for each in range(1, 6)]
        losses.append(-math.log(shares[stars - 1]))
        squares.append((sum(each * share for each, share in enumerate(shares, start=1)) - stars) ** 2)
        brier.append((shares[3] + shares[4] - (stars >= 4)) ** 2)
        ranked.append(sum((sum(shares[:cut]) - (stars <= cut)) ** 2 for cut in range(1, 5)) / 4)
        predicted.append(tuple(map(float, shares)))
        if sum(row[1] == subject for row in ordered[:place]) < 3:
            cold.append(losses[-1])
    past, future = ordered[:half], ordered[half:]
    pairs = []
    for subject in sorted({row[1] for row in ordered}):
        later = [row[2] for row in future if row[1] == subject]
        earlier = [row for row in past if row[1] == subject]
        if earlier and len(later) >= 5:
            pairs.append((float(len(earlier)), fmean(later)))
    differences = [loss - first for loss, first in zip(losses, losses_of_first or losses, strict=True)]
    expected = {
        "log_loss": fmean(losses),
        "rps": float(sum(ranked) / len(ranked)),
        "brier": float(sum(brier) / len(brier)),
        "rmse": math.sqrt(sum(squares) / len(squares)),
        "rho": slow_rho(pairs),
        "ece": calibration_error(predicted, [row[2] for row in future]),  # it has tests of its own
        "cold_log_loss": fmean(cold) if cold else None,
        "difference": fmean(differences),
        "error": stdev(differences) / math.sqrt(len(differences)) if len(differences) > 1 else 0.0,
    }
    return expected, losses


# Against the slow way ------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(rows_of() | rows_of("xy", least=20, most=60))
def test_every_figure_is_that_of_the_slow_way(rows: Rows) -> None:
    """Order, split, predictions, all measures and the paired error, for two models."""
    report = backtest(table(rows), models=[POOLED, OWN])
    assert (report.rows, report.evaluated, report.left_out) == (len(rows), len(rows) - len(rows) // 2, 0)
    first: list[float] = []
    for model, result in zip((POOLED, OWN), report.models, strict=True):
        expected, losses = by_hand(rows, model, first)
        first = first or losses
        found = attrs.asdict(result)
        assert (found.pop("name"), found.pop("default")) == (model.name, False)
        assert {name: value is None for name, value in found.items()} == {
            name: value is None for name, value in expected.items()
        }
        assert found == pytest.approx(expected, abs=1e-9)


def test_a_worked_example() -> None:
    """Two ratings to learn from, two to be predicted, in the head: shares 2/7 of 7 and 1/8 of 8."""
    rows: Rows = [("a", "x", 5, 1.0), ("a", "x", 4, 2.0), ("b", "x", 5, 3.0), ("c", "y", 1, 4.0)]
    [result] = backtest(table(rows), models=[POOLED]).models
    assert result.log_loss == pytest.approx((math.log(7 / 2) + math.log(8)) / 2)
    assert result.cold_log_loss == result.log_loss  # x had two ratings before, y none
    assert result.brier == pytest.approx(((4 / 7 - 1) ** 2 + (5 / 8) ** 2) / 2)
    assert (result.rho, result.difference, result.error) == (None, 0, 0)


def test_models_are_fitted_on_the_first_half_alone() -> None:
    """What comes later is not seen by a fit."""
    seen = []

    class Watching(Counting):
        def fit(self, history: History, *, progress: Progress | None = None) -> Self:
            fitted = super().fit(history, progress=progress)
            seen.append((fitted.fitted, len(history.subject_ids)))
            return fitted

    rows: Rows = [("a", "x", 1 + n % 5, float(n)) for n in range(7)]
    backtest(table(rows), models=[Watching(name="watching")])
    assert seen == [((1, 2, 3), 1)]


@given(rows_of(least=4))
def test_a_later_rating_changes_no_earlier_prediction(rows: Rows) -> None:
    """A model that is given looks back only; so does each of the library."""
    history = History.of(table(rows))
    for model in (OWN, RawMean()):
        whole = model.predict(history)
        for count in (1, len(rows) // 2):
            assert list(model.predict(history.first(count))) == list(whole)[:count]


@given(rows_of("vwxyz"), st.randoms(use_true_random=False))
def test_a_backtest_is_the_same_on_every_run_and_in_every_form(rows: Rows, random: Any) -> None:
    """Nothing is drawn; without ties the order of the rows does not matter either."""
    spread = [(*row[:3], float(number)) for number, row in enumerate(rows)]
    report = backtest(table(spread), models=[OWN])
    random.shuffle(spread)
    assert (
        backtest(table(spread), models=[OWN]) == report == backtest(History.of(table(spread)), models=[OWN])
    )


def test_a_better_model_is_better_by_more_than_chance() -> None:
    """Two subjects as different as can be: who tells them apart wins, and the error says that it is sure."""
    rows: Rows = [("a", "xy"[n % 2], (5, 1)[n % 2], float(n)) for n in range(200)]
    pooled, own = backtest(table(rows), models=[POOLED, OWN]).models
    assert own.log_loss < pooled.log_loss
    assert own.difference == pytest.approx(own.log_loss - pooled.log_loss)
    assert own.difference < -10 * own.error < 0


# The models of the library -------------------------------------------------------------------------------


def test_without_models_all_are_judged_the_default_one_first() -> None:
    """The names are those of `MODELS`; the flag is that of the default one alone."""
    rows: Rows = [("abc"[n % 3], "xyz"[n % 2], 1 + (n * 7) % 5, float(n)) for n in range(30)]
    report = backtest(table(rows))
    assert [model.name for model in report.models] == list(MODELS)
    assert [model.default for model in report.models] == [name == DEFAULT for name in MODELS]


@pytest.mark.parametrize("name", MODELS)
def test_a_model_has_the_name_under_which_it_is_found(name: str) -> None:
    """And follows the protocol."""
    model = MODELS[name]()
    assert isinstance(model, Model)
    assert model.name == name


def test_the_default_model_is_told_by_its_name() -> None:
    """A model of that name is the default one, wherever it stands."""
    rows: Rows = [("a", "x", 5, 1.0), ("b", "x", 4, 2.0)]
    models = [POOLED, Counting(name=DEFAULT)]
    assert [model.default for model in backtest(table(rows), models=models).models] == [False, True]


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([("a", "x", 5, 1.0), ("a", "x", 5, 2.0)], id="two ratings"),
        pytest.param([("a", "x", 1 + n % 5, 0.0) for n in range(12)], id="one item, all at once"),
        pytest.param([("a", f"s{n}", 5, float(n)) for n in range(12)], id="one rating each"),
        pytest.param([("a", "x", 5, -1e6), ("b", "y", 1, 3.9e6), ("b", "x", 1, 3.9e6)], id="ages apart"),
        pytest.param([("x", "x", 5, float(n)) for n in range(9)], id="who rates himself"),
    ],
)
def test_every_model_bears_odd_histories(name: str, rows: Rows) -> None:
    """All figures are finite, as the document's validators want them."""
    report = backtest(table(rows), models=[MODELS[name]()])
    assert (report.rows, len(report.models)) == (len(rows), 1)
    assert loads(dumps(report), Backtest) == report


# Progress ------------------------------------------------------------------------------------------------


def test_progress_is_told_model_by_model_up_to_the_end() -> None:
    """Each model's share rises from 0 to 1, and none comes back once the next one has begun."""
    rows: Rows = [("abc"[n % 3], "xyz"[n % 2], 1 + (n * 7) % 5, float(n)) for n in range(40)]
    told: list[tuple[str, float]] = []
    models = [*(make() for make in MODELS.values()), POOLED, OWN]
    report = backtest(table(rows), models=models, progress=lambda what, share: told.append((what, share)))
    names = list(dict.fromkeys(name for name, _ in told))
    assert names == [model.name for model in models]
    assert [name for name, _ in told] == [name for name in names for each, _ in told if each == name]
    for name in names:
        shares = [share for each, share in told if each == name]
        assert shares == sorted(shares)
        assert shares[0] >= 0
        assert shares[-1] == 1.0
    assert backtest(table(rows), models=models) == report


def test_a_progress_that_raises_stops_it() -> None:
    """As a person does who has waited long enough."""

    def stop(_: str, __: float) -> None:
        raise KeyboardInterrupt

    rows: Rows = [("a", "x", 5, 1.0), ("b", "x", 4, 2.0)]
    with pytest.raises(KeyboardInterrupt):
        backtest(table(rows), models=[POOLED], progress=stop)


# The table -----------------------------------------------------------------------------------------------

RESULT = ModelResult(
    name="<b>&",
    log_loss=1.23456,
    rps=0.1,
    brier=0.2,
    rmse=1,
    rho=None,
    ece=0.01,
    cold_log_loss=None,
    difference=0.0,
    error=0.0,
)
OTHER = attrs.evolve(RESULT, name="other", rho=0.5, cold_log_loss=1.5, difference=-0.0123, error=0.004)
REPORT = Backtest(rows=12345, evaluated=6173, models=[RESULT, OTHER], left_out=7)


def test_the_text_is_a_table() -> None:
    """In columns, numbers to the right; what there is not is a dash."""
    assert str(REPORT).splitlines() == [
        "12,345 ratings, of which the last 6,173 are predicted, 7 rows left out",
        "",
        "model  log-loss     rps   brier    rmse     rho     ece    cold        difference",
        "<b>&     1.2346  0.1000  0.2000  1.0000       -  0.0100       -                 -",
        "other    1.2346  0.1000  0.2000  1.0000  0.5000  0.0100  1.5000  -0.0123 ± 0.0040",
    ]
    assert str(attrs.evolve(REPORT, left_out=0, models=[])).splitlines()[0].endswith("6,173 are predicted")


def test_the_html_is_escaped() -> None:
    """A name is shown, not run."""
    html = REPORT._repr_html_()
    assert "<td>&lt;b&gt;&amp;</td>" in html
    assert "<b>" not in html
    assert re.findall("<th>(.*?)</th>", html) == list(REPORT.table()[0])
    assert html.count("<tr>") == 3
    assert html.startswith("<table><caption>12,345 ratings, ")


@given(testing.backtests())
def test_any_backtest_is_a_table_and_a_document(report: Backtest) -> None:
    """Whatever the figures, all lines are as wide, and the document comes back."""
    lines = str(report).splitlines()[2:]
    assert len({len(line) for line in lines}) == 1
    assert report._repr_html_().count("<tr>") == len(report.models) + 1
    assert loads(dumps(report), Backtest) == report


@given(testing.ordinal_links())
def test_any_link_is_a_document(link: OrdinalLink) -> None:
    """It comes back as it was."""
    assert loads(dumps(link), OrdinalLink) == link


# What is refused -----------------------------------------------------------------------------------------

EXPECTED = "models: expected models, such as [RawMean()]"

TWO: Rows = [("a", "x", 5, 1.0), ("b", "x", 4, 2.0)]


@pytest.mark.parametrize(
    ("models", "error", "message"),
    [
        ([], InvalidValueError, "models: expected at least one model, came none"),
        ([RawMean], InvalidTypeError, f"{EXPECTED}, came the class RawMean, not called"),
        (["raw_mean"], InvalidTypeError, f"{EXPECTED}, came 'raw_mean'"),
        ([None], InvalidTypeError, f"{EXPECTED}, came nothing (null)"),
        (RawMean(), InvalidTypeError, f"{EXPECTED}, came a RawMean"),
        (7, InvalidTypeError, f"{EXPECTED}, came the int 7"),
        ("raw_mean", InvalidTypeError, f"{EXPECTED}, came 'raw_mean'"),
        (
            [RawMean(), POOLED, RawMean(prior_stars=3)],
            InvalidValueError,
            "models: expected models of different names, came counting, raw_mean, raw_mean",
        ),
        (
            [Counting(name="two words")],
            InvalidValueError,
            "name: expected an id of 1 to 200 visible ASCII characters without spaces, came 'two words'",
        ),
    ],
)
def test_wrong_models_are_refused(models: Any, error: type[Exception], message: str) -> None:
    """Before anything is computed, and by what is wrong with them."""
    told: list[str] = []
    with pytest.raises(error) as refused:
        backtest(table(TWO), models=models, progress=lambda what, _: told.append(what))
    assert (str(refused.value), told) == (message, [])


def test_a_model_that_predicts_too_little_is_refused() -> None:
    """A measure would not know which rating a prediction is of."""

    class Short(Counting):
        def predict(self, history: History, *, start: int = 0) -> list[Probabilities]:
            return super().predict(history, start=start)[1:]

    with pytest.raises(InvalidValueError, match=r"^short: expected 1 predictions, came 0$"):
        backtest(table(TWO), models=[Short(name="short")])


@pytest.mark.parametrize("rows", [[], TWO[:1]])
def test_too_few_ratings_are_refused(rows: Rows) -> None:
    """One to learn from, one to predict."""
    columns = {name: [row[n] for row in rows] for n, name in enumerate(("rater", "subject", "stars", "at"))}
    with pytest.raises(InvalidValueError, match=rf"^ratings: expected at least 2 ratings, came {len(rows)}$"):
        backtest(columns)


def test_rows_that_are_left_out_are_told() -> None:
    """In the report, and in the error where too few are left."""
    rows = [*table(TWO), {"rater": None, "subject": "x", "stars": 5, "at": 3}, dict(table(TWO)[0], rater="x")]
    assert backtest(rows, models=[POOLED]).left_out == 1
    assert backtest(rows, models=[POOLED], same_people=True).left_out == 2
    with pytest.raises(InvalidValueError, match=r"came 1, with 2 rows left out$"):
        backtest(rows[1:], same_people=True)


def test_names_of_columns_are_arguments() -> None:
    """As `History.of` has them."""
    rows = [{"s": row[0], "l": row[1], "y": row[2]} for row in TWO]
    assert backtest(rows, rater="s", subject="l", stars="y", at=None, models=[POOLED]).rows == 2
    with pytest.raises(InvalidDocumentError):
        backtest(rows, rater="s", subject="l", stars="s", at=None)


SHARES = [
    (None, InvalidTypeError),
    (True, InvalidTypeError),
    (math.nan, InvalidValueError),
    (-0.1, InvalidValueError),
]


@pytest.mark.parametrize(
    ("field", "value", "error"),
    wrong.fields(
        name=wrong.IDS,
        rps=[*SHARES, (1.1, InvalidValueError)],
        brier=[*SHARES, (1.1, InvalidValueError)],
        ece=[*SHARES, (1.1, InvalidValueError)],
        rmse=[*SHARES, (4.1, InvalidValueError)],
        log_loss=[*SHARES, (math.inf, InvalidValueError)],
        rho=[("1", InvalidTypeError), (1.1, InvalidValueError), (-1.1, InvalidValueError)],
        cold_log_loss=[("1", InvalidTypeError), (-1, InvalidValueError)],
        difference=[(None, InvalidTypeError), (math.inf, InvalidValueError)],
        error=SHARES,
        default=wrong.FLAGS,
    ),
)
def test_a_wrong_result_is_refused(field: str, value: Any, error: Any) -> None:
    """Each field by its name."""
    wrong.check_refused(RESULT, field, value, error)


@pytest.mark.parametrize(
    ("field", "value", "error"),
    wrong.fields(
        rows=wrong.numbers(0, 2**53),
        evaluated=wrong.numbers(0, 2**53),
        left_out=wrong.numbers(0, 2**53),
        models=wrong.ITEMS,
    ),
)
def test_a_wrong_backtest_is_refused(field: str, value: Any, error: Any) -> None:
    """Each field by its name."""
    wrong.check_refused(REPORT, field, value, error)


def test_no_more_can_be_predicted_than_there_is() -> None:
    """A sum that cannot be is refused."""
    with pytest.raises(InvalidValueError, match="evaluated: expected no more than 5 rows, came 6"):
        Backtest(rows=5, evaluated=6, models=[])


def test_the_package_has_it_all() -> None:
    """The names that a notebook uses."""
    assert reputation.backtest is backtest
    assert {"Backtest", "ModelResult", "MODELS", "Model", "Progress"} <= set(reputation.__all__)
