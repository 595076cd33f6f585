"""Badges: earned by rules, kept by lower ones, assessed once in a quarter, with every reason as data."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from math import sqrt
from random import Random
from typing import Any

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mila_core import i18n, testing
from mila_core.errors import InvalidTypeError, InvalidValueError
from mila_core.policies import Badge, BadgePolicy
from mila_core.reasons import Reason
from mila_core.reputation import BadgeAssessment, BadgeVerdict, badges, strikes
from mila_core.serialization import dump, load
from mila_core.standings import Reliability
from tests import wrong
from tests.journey import NOW

RULES = BadgePolicy()
NEXT_QUARTER = datetime(2014, 1, 1, tzinfo=UTC)
PERFECT = Reliability(
    friend_id="andreas",
    at=NOW,
    asked=20,
    answered=20,
    answered_soon=20,
    answered_fast=20,
    accepted=20,
    closed=20,
    star_counts=(0, 0, 0, 0, 20),
)

SMALL = st.integers(0, 30)


@st.composite
def counts(draw: st.DrawFn) -> Reliability:
    """Return counts near the thresholds, of the usual policy."""
    asked = draw(SMALL)
    missed = st.integers(0, min(asked, 4))
    return attrs.evolve(
        PERFECT,
        asked=asked,
        answered=asked,
        answered_soon=asked - draw(missed),
        answered_fast=asked - draw(missed),
        accepted=asked,
        closed=draw(SMALL),
        cancelled=draw(st.integers(0, 2)),
        no_shows=draw(st.integers(0, 2)),
        lapsed=draw(st.integers(0, 2)),
        star_counts=(0, draw(st.integers(0, 1)), 0, draw(st.integers(0, 4)), draw(SMALL)),
    )


def held_by(found: Reliability, *, before: Sequence[Badge] = (), policy: BadgePolicy = RULES) -> set[Badge]:
    """Return the badges that a friend holds who held some before, when assessed in the next quarter."""
    later = attrs.evolve(found, at=NEXT_QUARTER)
    (assessed,) = badges([later], previous=[assessment(before)], at=NEXT_QUARTER, policy=policy)
    assert assessed.at == NEXT_QUARTER
    return set(assessed.held)


def assessment(held: Sequence[Badge]) -> BadgeAssessment:
    """Return an earlier assessment in which some badges were held."""
    missing = (Reason("badge_never_asked"),)
    verdicts = [BadgeVerdict(badge=badge, missing=() if badge in held else missing) for badge in Badge]
    return BadgeAssessment(friend_id="andreas", at=NOW, policy="ch-1", verdicts=verdicts)


# The rules, by exact fractions ---------------------------------------------------------------------------


def clears(part: int, whole: int, percent: int, *, cautious: bool) -> bool:
    """Say whether a share is above its threshold by a standard error, by Wilson's interval and by hand."""
    if not whole:
        return False
    share, threshold = Fraction(part, whole), Fraction(percent, 100)
    sure = (share - threshold) ** 2 * whole >= threshold * (1 - threshold)
    return share >= threshold and (sure or not cautious)


def earned(found: Reliability, *, cautious: bool) -> set[Badge]:
    """Return the badges that counts earn, by the numbers of the usual policy, with caution or without."""
    ended = found.closed + found.cancelled + found.no_shows + found.lapsed
    ratings = sum(found.star_counts)
    stars = sum(number * count for number, count in enumerate(found.star_counts, start=1))
    result = set()
    if (
        ratings >= 3
        and Fraction(stars, ratings) >= Fraction(48, 10)
        and found.closed >= 10
        and (not found.asked or clears(found.answered_soon, found.asked, 90, cautious=cautious))
        and (not found.cancelled or Fraction(found.cancelled, ended) < Fraction(1, 100))
    ):
        result.add(Badge.TOP_FRIEND)
    if ended >= 10 and clears(found.closed, ended, 90, cautious=cautious):
        result.add(Badge.RELIABLE)
    if found.asked >= 10 and clears(found.answered_fast, found.asked, 75, cautious=cautious):
        result.add(Badge.FAST)
    return result


@given(counts(), st.booleans())
def test_badges_are_earned_by_the_documented_numbers(found: Reliability, cautious: bool) -> None:  # noqa: FBT001
    """Each badge is held if and only if its rules are met, by exact fractions."""
    (assessed,) = badges([found], at=NOW, policy=BadgePolicy(caution_milli=1000 if cautious else 0))
    assert set(assessed.held) == earned(found, cautious=cautious)
    assert [verdict.badge for verdict in assessed.verdicts] == list(Badge)


@given(st.integers(1, 3000), st.data())
def test_a_cautious_share_is_the_lower_end_of_wilsons_interval(whole: int, data: st.DataObject) -> None:
    """To clear 90 % by a standard error is to have Wilson's lower bound at 90 % or above."""
    part = data.draw(st.integers(whole * 8 // 10, whole))
    share = part / whole
    middle = share + 1 / (2 * whole)
    lower = (middle - sqrt(share * (1 - share) / whole + 1 / (4 * whole**2))) / (1 + 1 / whole)
    assume(abs(lower - 0.9) > 1e-9)
    policy = BadgePolicy(reliable_least=1, caution_milli=1000)
    found = attrs.evolve(PERFECT, closed=part, lapsed=whole - part, star_counts=(0,) * 5)
    (assessed,) = badges([found], at=NOW, policy=policy)
    assert (Badge.RELIABLE in assessed.held) is (lower > 0.9)


@pytest.mark.parametrize(
    ("change", "lost"),
    [
        ({}, set()),
        ({"answered_soon": 18}, set()),  # 90 % exactly
        ({"answered_soon": 17}, {Badge.TOP_FRIEND}),
        ({"answered_fast": 15}, set()),  # 75 % exactly
        ({"answered_fast": 14}, {Badge.FAST}),
        ({"cancelled": 1}, {Badge.TOP_FRIEND}),  # 1 of 21 is not less than 1 %
        ({"closed": 9}, {Badge.TOP_FRIEND, Badge.RELIABLE}),
        ({"closed": 10}, set()),
        ({"star_counts": (0, 0, 0, 4, 16)}, set()),  # 4.8 exactly
        ({"star_counts": (0, 0, 0, 5, 16)}, {Badge.TOP_FRIEND}),
        ({"star_counts": (0, 0, 0, 0, 2)}, {Badge.TOP_FRIEND}),  # too few for a number
        ({"star_counts": (0,) * 5}, {Badge.TOP_FRIEND}),
        ({"failed": 9, "excused": 9}, set()),  # nobody's fault
        ({"closed": 200, "cancelled": 2}, set()),  # 2 of 202 are less than 1 %
        ({"closed": 198, "cancelled": 2}, {Badge.TOP_FRIEND}),  # exactly 1 %
    ],
)
def test_worked_examples(change: dict[str, Any], lost: set[Badge]) -> None:
    """Some friends, worked out by hand."""
    (assessed,) = badges([attrs.evolve(PERFECT, **change)], at=NOW)
    assert set(Badge) - set(assessed.held) == lost


def test_without_caution_shares_are_taken_as_they_are() -> None:
    """A network may take nine of ten for 90 %, as those do that are named."""
    found = attrs.evolve(PERFECT, closed=9, cancelled=1)
    assert Badge.RELIABLE not in held_by(found, policy=BadgePolicy(caution_milli=1000))
    assert Badge.RELIABLE in held_by(found)


def test_who_was_never_asked_can_be_a_top_friend() -> None:
    """Whose offers are all booked at once has nothing to answer, and cannot be fast."""
    found = attrs.evolve(PERFECT, asked=0, answered=0, answered_soon=0, answered_fast=0, accepted=0)
    assert held_by(found) == {Badge.TOP_FRIEND, Badge.RELIABLE}


# What any believable rules do ----------------------------------------------------------------------------

WORSE = st.sampled_from(["cancelled", "no_shows", "lapsed", "asked", "one star", "slow"])


@given(counts(), WORSE, st.lists(st.sampled_from(Badge), unique=True))
def test_worse_conduct_never_earns_a_badge(found: Reliability, name: str, before: list[Badge]) -> None:
    """One more cancellation, no-show, silence, bad rating or slow answer gives no badge."""
    if name == "one star":
        worse = attrs.evolve(found, star_counts=(found.star_counts[0] + 1, *found.star_counts[1:]))
        assume(found.ratings >= RULES.public_from)
    elif name == "slow":
        fewer = max(found.answered_soon - 1, 0), max(found.answered_fast - 1, 0)
        worse = attrs.evolve(found, answered_soon=fewer[0], answered_fast=fewer[1])
    else:
        worse = attrs.evolve(found, **{name: getattr(found, name) + 1})
        # enough of them is a rule of its own, which one more meets, whatever became of it
        assume(found.kept_or_broken >= RULES.reliable_least and found.asked >= RULES.fast_least)
    assert held_by(worse, before=before) <= held_by(found, before=before)


@given(counts(), st.lists(st.sampled_from(Badge), unique=True))
def test_a_badge_that_is_earned_is_kept_and_more_are_held_by_who_held_them(
    found: Reliability, before: list[Badge]
) -> None:
    """The rules to keep a badge are no harder than those to earn it, and matter only to who holds it."""
    anew, again = held_by(found), held_by(found, before=before)
    assert anew <= again
    assert again - anew <= set(before)


@pytest.mark.parametrize(
    ("change", "badge"),
    [
        ({"star_counts": (0, 0, 0, 6, 14)}, Badge.TOP_FRIEND),  # 4.7
        ({"closed": 8}, Badge.TOP_FRIEND),
        ({"answered_soon": 17}, Badge.TOP_FRIEND),  # 85 %
        ({"closed": 99, "cancelled": 1}, Badge.TOP_FRIEND),  # 1 %
        ({"closed": 17, "lapsed": 3}, Badge.RELIABLE),  # 85 %
        ({"closed": 3, "star_counts": (0,) * 5}, Badge.RELIABLE),
        ({"answered_fast": 14}, Badge.FAST),  # 70 %
    ],
)
def test_between_the_thresholds_a_badge_is_held_if_and_only_if_it_was(
    change: dict[str, Any], badge: Badge
) -> None:
    """Who held it keeps it, who did not does not get it."""
    found = attrs.evolve(PERFECT, **change)
    assert badge not in held_by(found)
    assert badge in held_by(found, before=[badge])
    assert badge not in held_by(found, before=[each for each in Badge if each is not badge])


@pytest.mark.parametrize(
    ("change", "badge"),
    [
        ({"star_counts": (0, 0, 0, 7, 14)}, Badge.TOP_FRIEND),
        ({"closed": 7}, Badge.TOP_FRIEND),
        ({"answered_soon": 16}, Badge.TOP_FRIEND),
        ({"closed": 98, "cancelled": 2}, Badge.TOP_FRIEND),  # 2 %, which is the limit now
        ({"closed": 16, "lapsed": 3}, Badge.RELIABLE),
        ({"closed": 0, "star_counts": (0,) * 5}, Badge.RELIABLE),
        ({"answered_fast": 13}, Badge.FAST),
    ],
)
def test_below_the_lower_threshold_a_badge_is_lost(change: dict[str, Any], badge: Badge) -> None:
    """Holding it no longer helps."""
    assert badge not in held_by(attrs.evolve(PERFECT, **change), before=list(Badge))


def share_held(done: float, *, policy: BadgePolicy, quarters: int = 1500) -> float:
    """Return for how much of the time who does a share of 20 bookings a year holds Reliable, simulated."""
    chance = Random(1)  # noqa: S311  # to be the same each time
    previous: tuple[BadgeAssessment, ...] = (assessment(()),)
    months, held = [], 0
    for quarter in range(quarters):
        months.append(sum(chance.random() < done for _ in range(5)))
        closed, ended = sum(months[-4:]), 5 * len(months[-4:])
        at = datetime(2014 + quarter // 4, quarter % 4 * 3 + 1, 15, tzinfo=UTC)
        found = Reliability(friend_id="andreas", at=at, closed=closed, lapsed=ended - closed)
        previous = badges([found], previous=previous, at=at, policy=policy)
        held += Badge.RELIABLE in previous[0].held
    return held / quarters


def test_caution_tells_the_good_from_the_lucky() -> None:
    """Who does 85 % seldom holds a badge for 90 %, who does 95 % nearly always; without caution both do."""
    cautious = BadgePolicy(caution_milli=1000)
    assert share_held(0.85, policy=cautious) < 0.2
    assert share_held(0.85, policy=RULES) > 0.4
    assert share_held(0.95, policy=cautious) > 0.85


# When it is assessed -------------------------------------------------------------------------------------


@given(st.lists(testing.badge_assessments(), max_size=3, unique_by=lambda each: each.friend_id), st.data())
def test_within_a_quarter_nothing_changes(previous: list[BadgeAssessment], data: st.DataObject) -> None:
    """Whatever is counted by then, who was assessed in this quarter or later stays as assessed."""
    assume(previous)
    at = min(each.at for each in previous)
    found = [
        Reliability(friend_id=each.friend_id, at=at, cancelled=data.draw(st.integers(0, 5)))
        for each in previous
    ]
    assert badges(found, previous=previous, at=at) == tuple(sorted(previous, key=lambda each: each.friend_id))


@pytest.mark.parametrize(
    ("at", "is_new"),
    [
        ("2013-12-31T22:59:59.999999+00:00", False),  # Switzerland is an hour ahead
        ("2013-12-31T23:00:00+00:00", True),
        ("2014-06-01T00:00:00+00:00", True),
        ("2013-10-01T00:00:00+00:00", False),
        ("2013-01-01T00:00:00+00:00", False),  # never backwards
    ],
)
def test_a_quarter_begins_at_a_swiss_midnight(at: str, is_new: bool) -> None:  # noqa: FBT001
    """The first look in a new quarter assesses, any other gives what there is."""
    now, before = datetime.fromisoformat(at), assessment([Badge.FAST])
    (found,) = badges([attrs.evolve(PERFECT, at=now)], previous=[before], at=now)
    assert (found is not before) is is_new


@given(st.integers(1, 24), st.integers(0, 60))
def test_so_many_months_are_counted_from_a_january(every: int, months: int) -> None:
    """Terms of months from a January on: the same term, the same assessment."""
    rules = BadgePolicy(assessed_every_months=every)
    later = datetime(2013 + (10 + months) // 12, (10 + months) % 12 + 1, 15, tzinfo=UTC)
    (found,) = badges([], previous=[assessment(())], at=later, policy=rules)
    first, second = 2013 * 12 + 10, 2013 * 12 + 10 + months
    assert (found.at == later) is (second // every > first // every)


def test_who_is_new_is_assessed_at_once_and_who_is_gone_loses_all() -> None:
    """A newcomer does not wait for a quarter; of whom nothing counts any more nothing is held."""
    (new,) = badges([PERFECT], at=NOW)
    assert set(new.held) == set(Badge)
    (gone,) = badges([], previous=[new], at=NEXT_QUARTER)
    assert gone.held == ()
    assert gone.friend_id == "andreas"


@given(st.lists(counts(), max_size=4, unique_by=lambda each: each.friend_id), st.data())
def test_the_order_does_not_matter(found: list[Reliability], data: st.DataObject) -> None:
    """In whatever order friends are given, they come back by id."""
    several = [attrs.evolve(each, friend_id=f"f{number}") for number, each in enumerate(found * 2)]
    one = badges(several, at=NOW)
    assert badges(data.draw(st.permutations(several)), at=NOW) == one
    assert [each.friend_id for each in one] == sorted(each.friend_id for each in several)


@given(counts())
def test_an_assessment_can_be_stored_and_taken_up_again(found: Reliability) -> None:
    """Written, read and given back in the next quarter it decides as before."""
    (assessed,) = badges([found], at=NOW)
    stored = load(dump(assessed), BadgeAssessment)
    later = attrs.evolve(found, at=NEXT_QUARTER)
    assert badges([later], previous=[stored], at=NEXT_QUARTER) == badges(
        [later], previous=[assessed], at=NEXT_QUARTER
    )


# Why -----------------------------------------------------------------------------------------------------


@given(counts(), st.lists(st.sampled_from(Badge), unique=True), st.sampled_from(["de", "fr", "it", "en"]))
def test_every_reason_is_worded(found: Reliability, before: list[Badge], language: str) -> None:
    """What is met and what is missing can be said in each language; nothing missing is a badge held."""
    later = attrs.evolve(found, at=NEXT_QUARTER)
    (assessed,) = badges([later], previous=[assessment(before)], at=NEXT_QUARTER)
    for verdict in assessed.verdicts:
        assert verdict.is_held is (not verdict.missing)
        assert verdict.met or verdict.missing
        for why in (*verdict.met, *verdict.missing):
            assert i18n.word(why, locale=language)


def test_the_reasons_have_the_values() -> None:
    """A friend can see what is met, and what is missing."""
    cautious = BadgePolicy(caution_milli=1000)
    (assessed,) = badges([attrs.evolve(PERFECT, closed=9, cancelled=1)], at=NOW, policy=cautious)
    top, reliable, _ = assessed.verdicts
    assert [i18n.word(why, locale="en") for why in top.missing] == [
        "closed bookings: 9; at least 10 needed",
        "1 of 10 accepted bookings cancelled; it has to be less than 1%",
    ]
    assert [i18n.word(why, locale="en") for why in reliable.met] == [
        "accepted bookings that count: 10; at least 10 needed",
        "9 of 10 accepted bookings done; at least 90% needed",
    ]
    assert [i18n.word(why, locale="en") for why in reliable.missing] == [
        "9 of 10 may be luck: too few to be sure of 90%"
    ]


# Strikes -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("missed", "is_called"), [(0, False), (1, False), (2, True), (3, True)])
def test_two_no_shows_call_for_a_person(missed: int, is_called: bool) -> None:  # noqa: FBT001
    """From two within 28 days on a person is to look; no badge goes by it alone."""
    found = attrs.evolve(PERFECT, no_shows=missed, strikes=missed, closed=200)
    why = strikes(found)
    assert (why is not None) is is_called
    if why is not None:
        assert dict(why.as_mapping()) == {"given": missed, "days": 28}
    (assessed,) = badges([found], at=NOW)
    assert set(assessed.held) == set(Badge)


# Bad input -----------------------------------------------------------------------------------------------

EXAMPLE = assessment([Badge.FAST])


@pytest.mark.parametrize(
    ("example", "field", "value", "error"),
    [
        *wrong.fields_of(
            EXAMPLE,
            friend_id=wrong.IDS,
            at=wrong.INSTANTS,
            policy=wrong.IDS,
            verdicts=[
                *wrong.ITEMS,
                (EXAMPLE.verdicts[::-1], InvalidValueError),
                (EXAMPLE.verdicts[:1] * 2, InvalidValueError),
            ],
        ),
        *wrong.fields_of(
            EXAMPLE.verdicts[0],
            badge=[*wrong.OTHERS, ("fast", InvalidTypeError)],
            met=wrong.ITEMS,
            missing=wrong.ITEMS,
        ),
    ],
)
def test_a_wrong_field_is_refused(
    example: Any, field: str, value: Any, error: type[InvalidValueError]
) -> None:
    """What cannot be in an assessment is an error that names the field."""
    wrong.check_refused(example, field, value, error)


@pytest.mark.parametrize(
    ("given_", "error", "field"),
    [
        ({"reliabilities": None}, InvalidTypeError, "reliabilities"),
        ({"reliabilities": [EXAMPLE]}, InvalidTypeError, "reliabilities"),
        ({"reliabilities": [PERFECT, PERFECT]}, InvalidValueError, "reliabilities"),
        ({"reliabilities": [attrs.evolve(PERFECT, window_days=30)]}, InvalidValueError, "reliabilities"),
        ({"reliabilities": [attrs.evolve(PERFECT, policy="own")]}, InvalidValueError, "reliabilities"),
        ({"at": NOW + timedelta(microseconds=1)}, InvalidValueError, "reliabilities"),
        ({"at": NOW.replace(tzinfo=None)}, InvalidValueError, "at"),
        ({"previous": 7}, InvalidTypeError, "previous"),
        ({"previous": [PERFECT]}, InvalidTypeError, "previous"),
        ({"previous": [EXAMPLE, EXAMPLE]}, InvalidValueError, "previous"),
        ({"policy": "ch-1"}, InvalidTypeError, "policy"),
    ],
)
def test_what_does_not_belong_together_is_refused(
    given_: dict[str, Any], error: type[InvalidTypeError | InvalidValueError], field: str
) -> None:
    """Counts of another time or policy would make badges that nobody can explain."""
    arguments: dict[str, Any] = {"reliabilities": [PERFECT], "at": NOW, **given_}
    with pytest.raises(error) as caught:
        badges(arguments.pop("reliabilities"), **arguments)
    assert caught.value.field == field


def test_strikes_are_judged_by_the_policy_they_were_counted_by() -> None:
    """Anything else is refused."""
    with pytest.raises(InvalidValueError):
        strikes(attrs.evolve(PERFECT, policy="own"))
    with pytest.raises(InvalidTypeError):
        strikes(EXAMPLE)  # type: ignore[arg-type]
