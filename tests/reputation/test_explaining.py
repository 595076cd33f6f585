"""Explanations of the default model: what each rating adds, why stars moved, and in which words."""

import math
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mila_core import i18n, testing
from mila_core.errors import InvalidTypeError, InvalidValueError, UnknownIdError
from mila_core.ratings import Rating
from mila_core.reputation import (
    Contribution,
    ContributionPart,
    Guard,
    ReputationBook,
    ReputationParams,
    explain,
    explain_change,
)
from mila_core.reputation.bayesian_average import bayesian_standings
from tests.reputation.rated import FRIENDS, day, params, rating, rating_lists
from tests.reputation.test_book import end_of, filled

RATING = Contribution(
    part=ContributionPart.RATING, effect=0.2, stars=5, ratings=1, booking_id="b1", age_days=0
)


def total(parts: Sequence[Contribution]) -> float:
    """Return what parts add up to."""
    return math.fsum(part.effect for part in parts)


def bookings_of(parts: Sequence[Contribution], part: ContributionPart) -> set[str | None]:
    """Return the bookings that parts of a kind speak of."""
    return {each.booking_id for each in parts if each.part is part}


# One standing --------------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(ratings=rating_lists(1), params=params() | testing.reputation_params(), later=st.integers(0, 2_000))
def test_contributions_add_up(ratings: list[Rating], params: ReputationParams, later: int) -> None:
    """To the stars, to 1e-9, with any parameters: a newcomer's stars, experience, and each rating once."""
    book = filled(ratings, params)
    for standing in book.standings(at=end_of(ratings) + timedelta(days=later)):
        parts = explain(standing, book=book)
        assert abs(total(parts) - standing.stars) < 1e-9
        own = [each for each in ratings if each.subject_id == standing.friend_id]
        prior, *rest = parts
        assert prior.part is ContributionPart.PRIOR
        assert prior.effect == pytest.approx(book.newcomer("new", at=standing.at).stars, abs=1e-12)
        ages = [each.age_days for each in rest if each.age_days is not None]
        assert ages == sorted(ages, reverse=True)
        assert len(ages) == len(own)
        found = {each.booking_id: each.stars for each in rest if each.part is ContributionPart.RATING}
        assert found == {each.booking_id: each.stars for each in own}
        weights = [each.weight or 0 for each in rest]
        assert math.fsum(weights) == pytest.approx(
            book.evidence(standing.friend_id, at=standing.at).weight, rel=1e-9, abs=1e-12
        )


def test_five_stars_help_and_one_star_does_not() -> None:
    """Five stars add, one takes away; a rating that is old weighs less."""
    ratings = [rating(n, stars=stars, at=100.0 * n, customer=f"c{n}") for n, stars in enumerate((5, 1, 5))]
    book = filled(ratings)
    prior, experience, old, bad, new = explain(book.standing("beat", at=day(200)), book=book)
    assert prior.effect > 4
    assert experience.part is ContributionPart.EXPERIENCE
    assert experience.effect > 0
    assert bad.effect < 0 < old.effect < new.effect
    assert (old.age_days, new.age_days) == (200, 0)
    assert (old.weight or 0) < (new.weight or 0) == 1
    without = filled(ratings, ReputationParams(guard=None))
    parts = explain(without.standing("beat", at=day(200)), book=without)
    assert ContributionPart.EXPERIENCE not in [part.part for part in parts]


@pytest.mark.parametrize("residual", [1e-12, 1e-9, 1e-8, 1e-7, 2e-7, 1e-5])
def test_next_to_nothing_adds_up(residual: float) -> None:
    """Where a friend is hardly apart from a newcomer, who is far from the average, it adds up as well."""
    scores = (-2.0, -1.0, -0.5, -residual, residual)
    params = ReputationParams(
        category_scores=scores, friend_slope=40, guard=Guard(newcomer_margin=0.05, newcomer_prior=1000)
    )
    ratings = [rating(n, stars=5 - n % 2, at=100.0 * n, customer=f"c{n}") for n in range(2)]
    book = filled(ratings, params)
    for at in (100, 900, 9_000, 20_000):
        standing = book.standing("beat", at=day(at))
        assert abs(total(explain(standing, book=book)) - standing.stars) < 1e-12


# A difference --------------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(ratings=rating_lists(2, friends=("beat",)), params=params(), data=st.data())
def test_changes_add_up(ratings: list[Rating], params: ReputationParams, data: st.DataObject) -> None:
    """To the difference of the stars, to 1e-9; what came, went and was edited is named, the rest has aged."""
    cut = data.draw(st.integers(1, len(ratings)))
    book = filled(ratings[:cut], params)
    then = end_of(ratings[:cut])
    before = book.standing("beat", at=then)
    old = explain(before, book=book)
    gone = data.draw(st.sampled_from(ratings[:cut])) if cut > 1 and data.draw(st.booleans()) else None
    if gone is not None:
        book.withdraw(gone.booking_id)
    left = [each for each in ratings[:cut] if each != gone]
    edited = data.draw(st.sampled_from(left))
    better = attrs.evolve(edited, stars=6 - edited.stars, edited_at=edited.at + timedelta(minutes=1))
    for each in (better, *ratings[cut:]):
        book.add(each)
    now = end_of(ratings) + timedelta(days=data.draw(st.integers(0, 400)))
    after = book.standing("beat", at=now)
    new = explain(after, book=book)
    change = explain_change(iter(old), iter(new))
    assert abs(total(change) - (after.stars - before.stars)) < 1e-9
    assert all(part.effect for part in change)
    came = {each.booking_id for each in ratings[cut:]}
    assert bookings_of(change, ContributionPart.NEW) <= came
    assert bookings_of(change, ContributionPart.GONE) <= ({gone.booking_id} if gone else set())
    assert bookings_of(change, ContributionPart.CHANGED) <= (
        {edited.booking_id} if better.stars != edited.stars else set()
    )
    assert not bookings_of(change, ContributionPart.RATING)
    named = {each.booking_id: each for each in change}
    for part in new:
        if part.booking_id in came and part.effect:
            assert attrs.evolve(part, part=ContributionPart.NEW) == named[part.booking_id]
    assert explain_change(new, new) == ()
    assert total(explain_change(new, old)) == pytest.approx(-total(change), abs=1e-9)


def test_each_kind_of_change_is_named() -> None:
    """A new rating, an edited one, one that is gone, and those that have aged."""
    book = filled([rating(n, stars=4, at=n, customer=f"c{n}") for n in range(4)])
    old = explain(book.standing("beat", at=day(5)), book=book)
    book.withdraw("b0")
    book.add(rating(1, stars=2, at=1, customer="c1", edited=12))
    book.add(rating(7, stars=5, at=90, customer="c7"))
    change = explain_change(old, explain(book.standing("beat", at=day(100)), book=book))
    found = {(part.part.value, part.booking_id, part.stars, part.ratings) for part in change}
    assert found == {
        ("experience", None, None, 0),
        ("gone", "b0", 4, 1),
        ("changed", "b1", 2, 1),
        ("new", "b7", 5, 1),
        ("aged", None, None, 2),
    }


# In words ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ContributionPart)
@pytest.mark.parametrize("locale", i18n.LOCALES)
def test_each_part_is_worded(part: ContributionPart, locale: str) -> None:
    """In four languages, with its stars and its effect, whatever else is known of it."""
    plain = Contribution(part=part, effect=-0.125)
    full = attrs.evolve(plain, stars=4, ratings=3, booking_id="b1", age_days=41.2)
    for each in (plain, full):
        text = i18n.word(each.why, locale=locale)
        assert text
        assert "{" not in text
        assert "reputation_" not in text
    assert i18n.word(full.why, locale=locale) != i18n.word(attrs.evolve(full, effect=0.25).why, locale=locale)


# What is refused -----------------------------------------------------------------------------------------


def test_a_standing_of_something_else_is_not_explained() -> None:
    """Of other ratings, other parameters, another friend's numbers, another instant or another model."""
    ratings = [rating(n, stars=5 - n % 2, at=n, customer=f"c{n}", friend=FRIENDS[n % 2]) for n in range(6)]
    standing = filled(ratings).standing("beat", at=day(9))
    others = [
        filled(ratings[:-1]),
        filled([*ratings, rating(9, stars=5, at=8, customer="c9")]),
        filled(ratings, ReputationParams(friend_prior=6)),
        filled(ratings, ReputationParams(guard=Guard(newcomer_margin=0.2))),
    ]
    for book in others:
        with pytest.raises(InvalidValueError) as caught:
            explain(standing, book=book)
        assert caught.value.field == "book"
    book = filled(ratings)
    for changed in (
        {"stars": standing.stars - 1e-6, "lower_stars": 1.0},
        {"counts": (0, 0, 0, 4, 0)},
        {"friend_id": "andreas"},
        {"at": day(10)},
    ):
        with pytest.raises(InvalidValueError) as caught:
            explain(attrs.evolve(standing, **changed), book=book)
        assert caught.value.field == "book"
    with pytest.raises(InvalidValueError) as caught:
        explain(standing, book=book)  # it has been asked for a later instant by now
    assert caught.value.field == "at"
    with pytest.raises(InvalidValueError) as caught:
        explain(attrs.evolve(standing, model="raw_mean"), book=book)
    assert caught.value.field == "standing"
    with pytest.raises(UnknownIdError):
        explain(attrs.evolve(standing, friend_id="nobody", at=day(11)), book=book)


@pytest.mark.parametrize("book", [None, {}, 7, [RATING]], ids=lambda value: type(value).__name__)
def test_without_its_book_a_standing_is_not_explained(book: Any) -> None:
    """A standing of the default model is too small to tell of its ratings."""
    standing = filled([rating(1, stars=5, at=0)]).standing("beat", at=day(0))
    with pytest.raises(InvalidTypeError) as caught:
        explain(standing, book=book)
    assert caught.value.field == "book"


@pytest.mark.parametrize("standing", [None, {}, "beat", RATING], ids=lambda value: type(value).__name__)
def test_what_is_no_standing_is_not_explained(standing: Any) -> None:
    """An error that names it."""
    with pytest.raises(InvalidTypeError) as caught:
        explain(standing, book=ReputationBook())
    assert caught.value.field == "standing"


def test_parts_that_cannot_be_compared_are_refused() -> None:
    """No contribution, those of the Bayesian average, and a rating that comes twice."""
    [standing] = bayesian_standings([rating(1, stars=5, at=0)], at=day(0))
    for bad in (explain(standing), [RATING, RATING]):
        for before, after in ((bad, [RATING]), ([RATING], bad)):
            with pytest.raises(InvalidValueError) as caught:
                explain_change(before, after)
            assert caught.value.field == "contributions"
    for wrong in ([None], [7], [standing]):
        with pytest.raises(InvalidTypeError):
            explain_change(wrong, [])  # type: ignore[arg-type]
    assert explain_change([], []) == ()
