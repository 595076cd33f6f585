"""What is learnt from ratings, against a slow writing of the rules: in order, late, changed, taken out."""

import math
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mila_core import testing
from mila_core.reputation import Guard, ReputationParams
from mila_core.reputation._learning import Learner, Lesson
from mila_core.reputation._predicting import run
from tests.reputation import rated
from tests.reputation.slow_learning import SlowLearner
from tests.reputation.test_two_sided import histories


@st.composite
def lessons(draw: st.DrawFn, most: int = 20, *, is_late: bool = False) -> list[Lesson]:
    """Return lessons of few customers on few friends; people are numbered as they come."""
    day, made = 0.0, []
    customers: dict[int, int] = {}
    friends: dict[int, int] = {}
    for _ in range(draw(st.integers(1, most))):
        day = day + draw(rated.DAYS)
        early = draw(st.sampled_from([0.0, 0.0, 1.0, 300.0])) if is_late else 0.0
        customer, friend = draw(st.integers(0, 3)), draw(st.integers(0, 2))
        made.append(
            (
                customers.setdefault(customer, len(customers)),
                friends.setdefault(friend, len(friends)),
                draw(st.integers(1, 5)),
                day - early,
                draw(st.sampled_from([1.0, 1.0, 0.5, 0.01])),
            )
        )
    return made


def quality(learner: Learner, friend: int) -> float:
    """Return what is believed of a friend on the day of the last lesson."""
    params, side = learner.params, learner.friends[friend]
    now: float = 2.0 ** ((learner.now - learner.friend_mark) * (1 / params.friend_half_life_days))
    return side.residuals / (side.weight + params.friend_prior * now)


def check_alike(learner: Learner, slow: SlowLearner) -> None:
    """Check that both know the same."""
    for learnt, each in zip(learner.learnt, slow.all, strict=True):
        found = learnt[:5]
        assert found == (each.customer, each.friend, each.stars, each.day, each.evidence)
        expected = (each.weight, each.mildness, slow.residual(each), each.quality, each.record)
        assert learnt[5:] == pytest.approx(expected, rel=1e-9, abs=1e-9)
    for friend in range(len(learner.friends)):
        assert quality(learner, friend) == pytest.approx(slow.quality(friend, slow.now), rel=1e-9, abs=1e-9)


@settings(max_examples=60)
@given(lessons=lessons(), params=rated.params())
def test_what_is_learnt_is_what_the_rules_say(lessons: Sequence[Lesson], params: ReputationParams) -> None:
    """Weight, mildness, residual and record of each rating, and the friends' qualities, to 1e-9."""
    learner, slow = Learner(params), SlowLearner(params)
    learner.learn(lessons)
    slow.learn(lessons)
    check_alike(learner, slow)


@settings(max_examples=40)
@given(lessons=lessons(is_late=True), params=rated.params(), parts=st.integers(1, 4))
def test_late_ratings_count_with_their_age(
    lessons: Sequence[Lesson], params: ReputationParams, parts: int
) -> None:
    """One that comes late is weighed by what is known then, and dated as it is; in one go or in parts."""
    learner, slow = Learner(params), SlowLearner(params)
    for start in range(0, len(lessons), parts):
        learner.learn(lessons[start : start + parts])
    slow.learn(lessons)
    check_alike(learner, slow)
    whole = Learner(params)
    whole.learn(lessons)
    assert whole.learnt == learner.learnt


@settings(max_examples=40)
@given(lessons=lessons(is_late=True), params=rated.params(), data=st.data())
def test_changes_and_losses_are_as_the_rules_say(
    lessons: Sequence[Lesson], params: ReputationParams, data: st.DataObject
) -> None:
    """Between ratings that come, some get other stars and some are taken out."""
    learner, slow = Learner(params), SlowLearner(params)
    there: list[int] = []
    for number, lesson in enumerate(lessons):
        learner.learn([lesson])
        slow.learn([lesson])
        there.append(number)
        which = data.draw(st.sampled_from(there))
        match data.draw(st.integers(0, 5)):
            case 0:
                stars = data.draw(st.integers(1, 5))
                learner.change(which, stars)
                slow.change(which, stars)
            case 1 if len(there) > 1:
                there.remove(which)
                learner.forget(which)
                slow.forget(which)
            case _:
                pass
    check_alike(learner, slow)


@given(lessons=lessons(), params=rated.params().filter(lambda each: each.friend_half_life_days > 1))
def test_a_change_that_is_taken_back_leaves_no_trace(
    lessons: Sequence[Lesson], params: ReputationParams
) -> None:
    """To the bit: neither in what the rating counts nor in any sum."""
    changed, plain = Learner(params), Learner(params)
    plain.learn(lessons)
    changed.learn(lessons)
    for number, lesson in enumerate(lessons):
        for stars in (1, 5, 3, lesson[2]):
            changed.change(number, stars)
    assert changed.learnt == plain.learnt
    for one, other in zip(changed.friends + changed.customers, plain.friends + plain.customers, strict=True):
        assert [getattr(one, name) for name in one.__slots__] == [
            getattr(other, name) for name in other.__slots__
        ]


@given(
    history=histories(1),
    half_life=st.floats(60, 1_000),
    prior=st.floats(0.1, 20),
)
def test_without_a_guard_it_is_the_model_that_predicts(
    history: object, half_life: float, prior: float
) -> None:
    """The quality of each friend is that of the pass which predicts, to the bit."""
    params = ReputationParams(
        guard=None,
        friend_half_life_days=half_life,
        customer_half_life_days=half_life / 2 + 30,
        customer_prior=prior,
    )
    learner = Learner(params)
    learner.learn((*row, 1.0) for row in history)  # type: ignore[attr-defined]
    found = [quality(learner, friend) for friend in range(len(learner.friends))]
    assert found == run(history, params).qualities  # type: ignore[arg-type]


@given(lessons=lessons(40), params=testing.reputation_params())
def test_nothing_overflows(lessons: Sequence[Lesson], params: ReputationParams) -> None:
    """Whatever the parameters: all sums are finite, and weights are not negative."""
    learner = Learner(params)
    learner.learn(lessons)
    for side in learner.friends + learner.customers:
        assert all(math.isfinite(each) for each in (side.residuals, side.weight, side.squares, side.light))
        assert min(side.weight, side.squares, side.light) >= 0


# The rules of the guard, one by one ----------------------------------------------------------------------

QUIET = Guard(burst_exponent=0)


def learnt(guard: Guard | None, *lessons: Lesson) -> list[tuple[float, ...]]:
    """Return what each lesson counts."""
    learner = Learner(ReputationParams(guard=guard))
    learner.learn(lessons)
    return [tuple(each[5:]) for each in learner.learnt]


def test_a_record_grows_with_the_friends_that_were_rated() -> None:
    """(n + 1) / (n + 5) after n friends; the same friend again is none."""
    rows = [(0, friend, 4, 100.0 * n, 1.0) for n, friend in enumerate((0, 1, 1, 2, 3))]
    assert [each[-1] for each in learnt(QUIET, *rows)] == [1 / 5, 2 / 6, 2 / 6, 3 / 7, 4 / 8]
    assert [each[-1] for each in learnt(None, *rows)] == [1.0] * 5


def test_repeats_weigh_less_and_less() -> None:
    """The n-th rating of a friend by the same customer weighs 1/n of what its booking makes it count."""
    rows = [(0, 0, 5, 0.0, 1.0), (0, 0, 5, 1.0, 1.0), (1, 0, 5, 2.0, 1.0), (0, 0, 5, 3.0, 0.5)]
    assert [each[0] for each in learnt(QUIET, *rows)] == [1, 1 / 2, 1, 0.5 / 3]


def test_repeats_do_not_make_a_customer_mild() -> None:
    """For a friend a customer's mildness comes from the ratings of others alone."""
    rows = [(0, 0, 5, 0.0, 1.0), (0, 0, 5, 1.0, 1.0), (0, 1, 1, 2.0, 1.0), (0, 0, 5, 3.0, 1.0)]
    milds = [each[1] for each in learnt(QUIET, *rows)]
    assert milds[:2] == [0, 0]
    assert milds[2] > 0  # five stars, twice
    assert milds[3] < 0  # one star for the other friend


def test_bursts_are_damped() -> None:
    """The more light ratings come at once the less each further one weighs; one a month weighs what it is."""
    burst = [each[0] for each in learnt(Guard(), *((n, 0, 5, n / 10, 1.0) for n in range(8)))]
    assert burst == sorted(burst, reverse=True)
    assert burst[0] == 1
    assert burst[-1] < 0.02
    assert [each[0] for each in learnt(Guard(), *((n, 0, 5, 30.0 * n, 1.0) for n in range(8)))] == [1] * 8


def test_outliers_are_held() -> None:
    """A residual is held at the limit from what is believed, which is wider with a record; both ways."""
    guard = Guard(burst_exponent=0, outlier_limit=0.2, outlier_record=0.5)
    for stars, sign in ((1, -1), (5, 1)):
        [found] = learnt(guard, (0, 0, stars, 0.0, 1.0))
        score = ReputationParams().category_scores[stars - 1]
        assert found[2] == sign * min(abs(score), 0.2 + 0.5 / 5)
    assert learnt(None, (0, 0, 1, 0.0, 1.0))[0][2] == ReputationParams().category_scores[0]


def test_who_has_no_rating_left_is_new_again() -> None:
    """After all ratings were taken out, the next one is the first: its pace counts from there."""
    params = ReputationParams()
    emptied, new = Learner(params), Learner(params)
    emptied.learn([(0, 0, 5, 0.0, 1.0)])
    emptied.forget(0)
    rows = [(number, 0, 4, 500.0 + number / 9, 1.0) for number in range(5)]
    emptied.learn(rows)
    new.learn(rows)
    assert [each[5] for each in emptied.learnt[1:]] == [each[5] for each in new.learnt]
