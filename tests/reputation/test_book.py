"""The book of reputation against a slow writing of its rules, and laws that no order of events may break."""

import math
from datetime import datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from mila_core import samples, testing
from mila_core.errors import InvalidTypeError, InvalidValueError, UnknownIdError
from mila_core.ratings import Direction, Rating
from mila_core.reputation import (
    BayesianAverageParams,
    Evidence,
    Guard,
    ReputationBook,
    ReputationParams,
    score,
    standing_of,
)
from mila_core.reputation.bayesian_average import bayesian_standings
from mila_core.reputation.evidence import with_rating
from mila_core.standings import Standing
from tests import wrong
from tests.reputation.rated import (
    CUSTOMERS,
    FRIENDS,
    PARAMS,
    day,
    params,
    rating,
    rating_lists,
    stars_of,
)
from tests.reputation.slow_book import SlowBook

BOOKINGS = st.integers(0, 7)
WEIGHTS = st.sampled_from([1.0, 1.0, 1.0, 1, 0.5, 0.001, 0])


def filled(ratings: list[Rating], of: ReputationParams | None = None) -> ReputationBook:
    """Return a book of ratings."""
    book = ReputationBook(of)
    for each in ratings:
        book.add(each)
    return book


def end_of(ratings: list[Rating]) -> datetime:
    """Return when the last of some ratings counts."""
    return max((each.counts_from for each in ratings), default=day(0))


# All that may happen, in any order -----------------------------------------------------------------------


class Books(RuleBasedStateMachine):
    """A book, one that is told the same in another order and twice, and the slow one."""

    def __init__(self) -> None:
        """Hold no rating."""
        super().__init__()
        self.day = 0.0
        self.told: list[Rating] = []
        self.held: list[Rating] = []
        self.batch: list[tuple[Rating, float]] = []

    @initialize(params=params())
    def begin(self, params: ReputationParams) -> None:
        """Begin with some parameters."""
        self.book, self.twin, self.slow = ReputationBook(params), ReputationBook(params), SlowBook(params)

    def give(self, given_: Rating, weight: float) -> None:
        """Tell all books; the other one a little later."""
        self.told.append(given_)
        self.book.add(given_, weight=weight)
        self.slow.add(given_, weight)
        self.batch.append((given_, weight))

    def catch_up(self) -> None:
        """Tell the other book what it was not told yet: backwards, and twice."""
        for each, weight in [*reversed(self.batch), *self.batch]:
            self.twin.add(each, weight=weight)
        self.batch.clear()

    def weight_of(self, booking_id: str) -> float:
        """Return what ratings of a booking weigh; 1 unless it was changed."""
        return self.slow.weights.get(booking_id, 1.0)

    @rule(later=st.sampled_from([0.0, 0.0, 0.5, 3.0, 20.0, 300.0, 900.0]))
    def wait(self, later: float) -> None:
        """Let time pass."""
        self.day += later

    @rule(
        booking=BOOKINGS,
        stars=st.integers(1, 5),
        early=st.sampled_from([0.0, 0.0, -3.0, 20.0, 200.0]),
        is_revealed=st.booleans(),
        is_late=st.booleans(),
    )
    def rate(self, booking: int, stars: int, early: float, *, is_revealed: bool, is_late: bool) -> None:
        """Rate a booking, now or once before, or edit what was said of it."""
        others = [each for each in self.told + self.held if each.booking_id == f"b{booking}"]
        if others:
            edited = (others[-1].edited_at or others[-1].at) + timedelta(minutes=1)
            made = attrs.evolve(others[-1], stars=stars, edited_at=edited)
        else:
            made = rating(
                booking,
                stars=stars,
                at=self.day - early,
                customer=CUSTOMERS[booking * 3 % 4],
                friend=FRIENDS[booking % 2],
                revealed=is_revealed,
            )
        if is_late:
            self.held.append(made)
        else:
            self.give(made, self.weight_of(made.booking_id))

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def deliver(self, data: st.DataObject) -> None:
        """Tell of a rating that was held up."""
        made = self.held.pop(data.draw(st.integers(0, len(self.held) - 1)))
        self.give(made, self.weight_of(made.booking_id))

    @precondition(lambda self: self.told)
    @rule(data=st.data())
    def deliver_again(self, data: st.DataObject) -> None:
        """Tell of a rating once more; one that was withdrawn meanwhile is there again."""
        made = data.draw(st.sampled_from(self.told))
        self.give(made, self.weight_of(made.booking_id))

    @precondition(lambda self: any(each.revealed_at is None for each in self.told))
    @rule(data=st.data())
    def reveal(self, data: st.DataObject) -> None:
        """Reveal a hidden rating before the end of its time."""
        made = data.draw(st.sampled_from([each for each in self.told if each.revealed_at is None]))
        shown = attrs.evolve(made, revealed_at=made.closes_at - timedelta(days=10))
        self.give(shown, self.weight_of(made.booking_id))

    @precondition(lambda self: self.told)
    @rule(data=st.data(), weight=WEIGHTS)
    def weigh(self, data: st.DataObject, weight: float) -> None:
        """Tell of a rating again, of another weight."""
        made = data.draw(st.sampled_from(self.told))
        self.catch_up()
        self.give(made, weight)
        self.catch_up()

    @rule(booking=BOOKINGS)
    def withdraw(self, booking: int) -> None:
        """Withdraw what was said of a booking."""
        self.catch_up()
        for each in (self.book, self.twin, self.slow):
            each.withdraw(f"b{booking}")

    @rule(booking=BOOKINGS, friend=st.sampled_from(FRIENDS))
    def visit(self, booking: int, friend: str) -> None:
        """Tell of a visit that nobody has rated."""
        for each in (self.book, self.twin):
            each.add_unrated(f"b{booking}", friend_id=friend)
        self.slow.unrated[f"b{booking}"] = friend

    @rule()
    def ask(self) -> None:
        """Compare all that is known."""
        at = day(self.day)
        self.catch_up()
        self.slow.learn_until(at)
        standings = self.book.standings(at=at)
        assert repr(standings) == repr(self.twin.standings(at=at))
        found = {each.friend_id: each for each in standings}
        for friend_id in FRIENDS:
            expected = self.slow.evidence(friend_id, at)
            if not expected.ratings:
                assert friend_id not in found
                with pytest.raises(UnknownIdError):
                    self.book.standing(friend_id, at=at)
            else:
                standing = self.book.standing(friend_id, at=at)
                assert standing == found[friend_id]
                slow = standing_of(friend_id, expected, params=self.book.params)
                for name in ("stars", "deviation", "lower_stars"):
                    assert getattr(standing, name) == pytest.approx(getattr(slow, name), rel=1e-7), name
            if not expected.ratings and not expected.unrated:
                with pytest.raises(UnknownIdError):
                    self.book.evidence(friend_id, at=at)
                continue
            evidence = self.book.evidence(friend_id, at=at)
            assert repr(evidence) == repr(self.twin.evidence(friend_id, at=at))
            assert (evidence.counts, evidence.unrated) == (expected.counts, expected.unrated)
            for name in ("residuals", "weight", "squares", "bins"):
                assert getattr(evidence, name) == pytest.approx(
                    getattr(expected, name), rel=1e-9, abs=1e-9
                ), name

    @rule()
    def rebuild(self) -> None:
        """Compare what is decided anew with what is made of all ratings at once."""
        at = day(self.day)
        ratings = [each for versions in self.slow.versions.values() for each in versions]
        anew = score(ratings, params=self.book.params, weights=self.slow.weights, at=at)
        assert repr(self.book.rebuilt().standings(at=at)) == repr(anew)

    @rule()
    def count(self) -> None:
        """Compare how many there are."""
        assert len(self.book) == len(self.slow.versions)

    def teardown(self) -> None:
        """Compare once more, at the end."""
        if hasattr(self, "book"):
            self.ask()
            self.rebuild()


Books.TestCase.settings = settings(max_examples=60, stateful_step_count=30)
TestBooks = Books.TestCase


# The book is the score -----------------------------------------------------------------------------------


@given(ratings=rating_lists(), params=params(), data=st.data())
def test_in_the_order_of_reveals_the_book_is_the_score(
    ratings: list[Rating], params: ReputationParams, data: st.DataObject
) -> None:
    """To the bit, whenever somebody asks in between."""
    book = ReputationBook(params)
    for each in ratings:
        book.add(each)
        if data.draw(st.booleans()):
            book.standings(at=each.counts_from)
    assert len(book) == len(ratings)
    at = end_of(ratings) + timedelta(days=data.draw(st.integers(0, 100)))
    found = book.standings(at=at)
    assert repr(found) == repr(score(ratings, params=params, at=at))
    assert repr(found) == repr(tuple(book.standing(each.friend_id, at=at) for each in found))
    assert repr(found) == repr(book.rebuilt().standings(at=at))


@given(ratings=rating_lists(), data=st.data())
def test_neither_order_nor_redelivery_changes_a_bit(ratings: list[Rating], data: st.DataObject) -> None:
    """Of a score: ratings in any order, and some of them twice, the same objects or equal ones."""
    at = end_of(ratings)
    mixed = data.draw(
        st.permutations([*ratings, *ratings[:3], *(attrs.evolve(each) for each in ratings[-3:])])
    )
    assert repr(score(iter(mixed), at=at)) == repr(score(ratings, at=at))
    assert repr(filled(mixed).standings(at=at)) == repr(score(ratings, at=at))


@given(ratings=rating_lists(2), params=params(), data=st.data())
def test_what_does_not_count_changes_nothing(
    ratings: list[Rating], params: ReputationParams, data: st.DataObject
) -> None:
    """To the bit: what is hidden still, withdrawn before it counted, of weight 0, or said of a customer."""
    at = end_of(ratings)
    place = data.draw(st.integers(0, len(ratings) - 1))
    others = ratings[:place] + ratings[place + 1 :]
    expected = repr(score(others, params=params, at=at))
    one = ratings[place]
    hidden = attrs.evolve(one, closes_at=at + timedelta(days=9), revealed_at=at + timedelta(microseconds=1))
    of_customer = attrs.evolve(
        one, direction=Direction.OF_CUSTOMER, author_id=one.subject_id, subject_id=one.author_id
    )
    for extra in (hidden, of_customer):
        told = filled([*ratings[:place], extra, *ratings[place + 1 :]], params)
        assert repr(told.standings(at=at)) == expected
        assert repr(score([*ratings[:place], extra, *ratings[place + 1 :]], params=params, at=at)) == expected
    withdrawn = filled(ratings, params)
    withdrawn.withdraw(one.booking_id)
    withdrawn.withdraw("nothing")
    assert repr(withdrawn.standings(at=at)) == expected
    weightless = filled(ratings, params)
    weightless.add(one, weight=0)
    assert repr(weightless.standings(at=at)) == expected
    weights = {each.booking_id: 1.0 for each in others}
    assert repr(score(ratings, params=params, weights=weights, at=at)) == expected
    weights[one.booking_id] = 0
    assert repr(score(ratings, params=params, weights=weights, at=at)) == expected


def test_what_is_hidden_shows_nowhere() -> None:
    """Before its reveal a rating changes neither a standing nor how many visits are unrated."""
    book = filled([rating(1, stars=5, at=0)])
    book.add_unrated("b2", friend_id="beat")
    before = book.evidence("beat", at=day(10))
    book.add(rating(2, stars=1, at=30))
    assert book.evidence("beat", at=day(10)) == before
    assert before.unrated == 1
    assert book.evidence("beat", at=day(30)).unrated == 0
    book.withdraw("b2")
    assert book.evidence("beat", at=day(30)).unrated == 1


def test_what_is_revealed_stays_so() -> None:
    """A rating counts from its reveal on, also where it came while it was hidden, in whatever order."""
    hidden = rating(1, stars=4, at=0, revealed=False)
    shown = attrs.evolve(hidden, revealed_at=day(3))
    expected = score([shown], at=day(20))
    for each in ([hidden, shown], [shown, hidden]):
        book = filled(each)
        assert book.standings(at=day(2)) == ()
        assert book.standings(at=day(5)) == score([shown], at=day(5))
        assert book.standings(at=day(20)) == expected == score(each, at=day(20))


def test_the_last_weight_holds() -> None:
    """Also where it comes with an older version, or without one that counts already."""
    old, new = rating(1, stars=1, at=0), rating(1, stars=5, at=0, edited=12)
    book = filled([old, new])
    assert book.evidence("beat", at=day(0)).weight == 1
    book.add(old, weight=0.25)
    found = book.evidence("beat", at=day(0))
    assert (found.weight, found.counts) == (0.25, (0, 0, 0, 0, 1))
    book.add(new)
    assert book.evidence("beat", at=day(0)).weight == 1


@given(ratings=rating_lists(1, 8), params=params(), data=st.data())
def test_late_versions_are_as_the_last_one(
    ratings: list[Rating], params: ReputationParams, data: st.DataObject
) -> None:
    """What was edited before anybody asked is, to the bit, as if it had been said so at once."""
    at = end_of(ratings)
    told, last = [], []
    for each in ratings:
        edited = attrs.evolve(
            each, stars=data.draw(st.integers(1, 5)), edited_at=each.at + timedelta(minutes=1)
        )
        told += data.draw(st.permutations([each, edited]))
        last.append(edited)
    assert repr(filled(told, params).standings(at=at)) == repr(score(last, params=params, at=at))


# More stars ----------------------------------------------------------------------------------------------


def improved(ratings: list[Rating], data: st.DataObject) -> tuple[int, Rating]:
    """Return the place of a rating, and that rating with more stars."""
    places = [place for place, each in enumerate(ratings) if each.stars < 5]
    assume(places)
    place = data.draw(st.sampled_from(places))
    stars = data.draw(st.integers(ratings[place].stars + 1, 5))
    return place, attrs.evolve(
        ratings[place], stars=stars, edited_at=ratings[place].at + timedelta(minutes=1)
    )


GUARDED = [each for each in PARAMS if each.guard is not None]


@settings(max_examples=60)
@given(ratings=rating_lists(1), params=params(), data=st.data())
def test_an_edit_for_the_better_never_lowers_its_friend(
    ratings: list[Rating], params: ReputationParams, data: st.DataObject
) -> None:
    """In a book, where what others count stays, whatever the history; nor does it move another friend."""
    at = end_of(ratings)
    better = improved(ratings, data)[1]
    book = filled(ratings, params)
    before = book.standings(at=at)
    book.add(better)
    after = book.standings(at=at)
    for one, other in zip(before, after, strict=True):
        if one.friend_id == better.subject_id:
            assert other.stars >= one.stars - 1e-12
            assert other.lower_stars is not None
            assert one.lower_stars is not None
            assert other.lower_stars >= one.lower_stars - 1e-12
        else:
            assert other == one


@settings(max_examples=60)
@given(ratings=rating_lists(1), params=st.sampled_from(GUARDED), data=st.data())
def test_a_better_rating_never_lowers_its_friend(
    ratings: list[Rating], params: ReputationParams, data: st.DataObject
) -> None:
    """In a score, where its customer rates nobody else later: with repeats, bursts and few customers."""
    place, better = improved(ratings, data)
    changed = [
        each
        for number, each in enumerate(ratings)
        if number <= place
        or (each.author_id, each.subject_id == better.subject_id) != (better.author_id, False)
    ]
    at = end_of(ratings)
    before = score(changed, params=params, at=at)
    changed[place] = better
    after = score(changed, params=params, at=at)
    assert stars_of(after, better.subject_id) >= stars_of(before, better.subject_id) - 1e-12


@given(ratings=rating_lists(1, friends=("beat",)), params=st.sampled_from(GUARDED), data=st.data())
def test_a_better_rating_of_the_only_friend_never_lowers_the_friend(
    ratings: list[Rating], params: ReputationParams, data: st.DataObject
) -> None:
    """Whoever rates that friend however often and however fast."""
    place, better = improved(ratings, data)
    at = end_of(ratings)
    before = score(ratings, params=params, at=at)
    after = score([*ratings[:place], better, *ratings[place + 1 :]], params=params, at=at)
    assert stars_of(after, "beat") >= stars_of(before, "beat") - 1e-12


@settings(max_examples=150)
@given(ratings=rating_lists(1), data=st.data())
def test_in_a_market_what_comes_back_by_others_is_less_than_what_was_given(
    ratings: list[Rating], data: st.DataObject
) -> None:
    """By default, though a milder customer makes another friend less, and that one's customers milder."""
    place, better = improved(ratings, data)
    at = end_of(ratings)
    before = score(ratings, at=at)
    after = score([*ratings[:place], better, *ratings[place + 1 :]], at=at)
    assert stars_of(after, better.subject_id) >= stars_of(before, better.subject_id) - 1e-12


def test_a_rating_that_hardly_counts_hardly_comes_back() -> None:
    """The thirteenth rating of a friend by one customer, who then rates another one with thirty customers."""
    others = [f"c{number}" for number in range(2, 32)]

    def stars(last: int) -> float:
        rows = [*(("c1", "beat", 1),) * 12, ("c1", "beat", last), ("c1", "andreas", 3)]
        rows += [(each, friend, 4) for friend in ("andreas", "beat") for each in others]
        ratings = [
            rating(number, customer=customer, friend=friend, stars=each, at=number)
            for number, (customer, friend, each) in enumerate(rows)
        ]
        return stars_of(score(ratings, at=end_of(ratings)), "beat")

    assert stars(5) >= stars(1)


# What a standing is --------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(ratings=rating_lists(), params=testing.reputation_params(), years=st.integers(0, 900))
def test_stars_are_stars(ratings: list[Rating], params: ReputationParams, years: int) -> None:
    """Whatever the parameters, and centuries later: within 1 and 5, the lower bound below."""
    at = end_of(ratings) + timedelta(days=365 * years)
    for each in score(ratings, params=params, at=at):
        assert 1 <= (each.lower_stars or 0) <= each.stars <= 5
        assert 0 <= (each.deviation or 0) <= 4
        assert each.ratings == sum(one.subject_id == each.friend_id for one in ratings)


@given(ratings=rating_lists(1), params=params())
def test_what_is_believed_fades(ratings: list[Rating], params: ReputationParams) -> None:
    """After ages without a rating a friend is as a newcomer, with the counts that were."""
    at = end_of(ratings) + timedelta(days=365 * 6_000)
    book = filled(ratings, params)
    for each in book.standings(at=at):
        new = book.newcomer(each.friend_id, at=at)
        assert (each.stars, each.deviation) == pytest.approx((new.stars, new.deviation), abs=0.03)


def test_more_evidence_is_surer() -> None:
    """Of the same quality more ratings give a smaller deviation and a higher lower bound."""
    params = ReputationParams(guard=None)
    found: list[Standing] = []
    for weight in (0, 1, 4, 50, 1_000):
        evidence = Evidence(
            at=day(0), residuals=0.3 * (weight + params.friend_prior), weight=weight, squares=weight
        )
        found.append(standing_of("beat", evidence, params=params))
    deviations = [each.deviation or 0 for each in found]
    lows = [each.lower_stars or 0 for each in found]
    assert deviations == sorted(deviations, reverse=True)
    assert lows == sorted(lows)
    assert len({round(each.stars, 9) for each in found}) == 1


def test_a_newcomer_is_a_little_less() -> None:
    """By the guard's margin, and by none without; the ids need not be known."""
    book, free = ReputationBook(), ReputationBook(ReputationParams(guard=None))
    new, average = book.newcomer("new", at=day(0)), free.newcomer("new", at=day(0))
    assert new.stars < average.stars
    assert average.stars == pytest.approx(4.7, abs=0.01)  # the mean of the usual shares
    assert (new.ratings, new.friend_id, new.model, new.at) == (0, "new", "two_sided", day(0))


@given(ratings=rating_lists(1), params=params(), stars=st.integers(1, 5))
def test_what_if_is_one_more_rating(ratings: list[Rating], params: ReputationParams, stars: int) -> None:
    """By a customer of average mildness; more stars are better; the book stays as it is."""
    at = end_of(ratings)
    book = filled(ratings, params)
    friend_id = ratings[0].subject_id
    before = book.standing(friend_id, at=at)
    evidence = book.evidence(friend_id, at=at)
    found = book.what_if(friend_id, stars=stars, at=at)
    assert found == standing_of(friend_id, with_rating(evidence, stars=stars, params=params), params=params)
    assert found.ratings == before.ratings + 1
    assert found.counts[stars - 1] == before.counts[stars - 1] + 1
    all_ = [book.what_if(friend_id, stars=each, at=at).stars for each in (1, 2, 3, 4, 5)]
    assert all_ == sorted(all_)
    assert book.standing(friend_id, at=at) == before
    if params.guard is None:
        book.add(
            rating(
                99, stars=stars, customer="somebody", friend=friend_id, at=(at - day(0)) / timedelta(days=1)
            )
        )
        assert book.standing(friend_id, at=at).stars == pytest.approx(found.stars, abs=1e-9)


# Asking --------------------------------------------------------------------------------------------------


def test_time_does_not_go_back() -> None:
    """An earlier instant than one that was asked for already is refused; the same one is not."""
    book = filled([rating(1, stars=5, at=0)])
    book.standings(at=day(5))
    for ask in (book.evidence, book.standing, book.contributions):
        with pytest.raises(InvalidValueError) as caught:
            ask("beat", at=day(5) - timedelta(microseconds=1))
        assert caught.value.field == "at"
    with pytest.raises(InvalidValueError):
        book.what_if("beat", stars=5, at=day(4))
    with pytest.raises(InvalidValueError):
        book.standings(at=day(4))
    assert book.standing("beat", at=day(5)).ratings == 1
    assert book.rebuilt().standing("beat", at=day(1)).ratings == 1  # nobody has asked that one


@pytest.mark.parametrize(
    "value", [each[0] for each in wrong.INSTANTS], ids=lambda value: type(value).__name__
)
def test_what_is_no_instant_is_refused(value: Any) -> None:
    """An error that names it, and the book is as before."""
    book = filled([rating(1, stars=5, at=0)])
    for ask in (
        lambda: book.standings(at=value),
        lambda: book.standing("beat", at=value),
        lambda: book.evidence("beat", at=value),
        lambda: book.what_if("beat", stars=5, at=value),
        lambda: book.newcomer("beat", at=value),
        lambda: score([], at=value),
    ):
        with pytest.raises((InvalidTypeError, InvalidValueError)) as caught:
            ask()
        assert caught.value.field == "at"
    assert book.standing("beat", at=day(0)).ratings == 1


def test_who_is_not_known_is_an_error() -> None:
    """Somebody never rated, or not yet, or no more."""
    book = filled([rating(1, stars=5, at=10)])
    book.add_unrated("b7", friend_id="chiara")
    for ask in (book.standing, book.contributions):
        for friend_id in ("beat", "chiara", "nobody"):
            with pytest.raises(UnknownIdError):
                ask(friend_id, at=day(0))
    with pytest.raises(UnknownIdError):
        book.evidence("beat", at=day(0))
    assert book.evidence("chiara", at=day(0)) == Evidence(at=day(0), unrated=1)
    assert book.what_if("chiara", stars=5, at=day(0)).ratings == 1
    assert book.standing("beat", at=day(10)).ratings == 1
    book.withdraw("b1")
    with pytest.raises(UnknownIdError):
        book.standing("beat", at=day(10))
    assert book.standings(at=day(10)) == ()


def test_a_visit_is_somebodys() -> None:
    """The friend who was given last; told twice it is one."""
    book = ReputationBook()
    for friend_id in ("beat", "chiara", "chiara"):
        book.add_unrated("b1", friend_id=friend_id)
    assert book.evidence("chiara", at=day(0)).unrated == 1
    assert book.rebuilt().evidence("chiara", at=day(0)).unrated == 1
    with pytest.raises(UnknownIdError):
        book.evidence("beat", at=day(0))


# Bad input -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("weight", "error"),
    [
        *((value, InvalidTypeError) for value in (None, True, False, "1", b"1")),
        *((value, InvalidValueError) for value in (math.nan, math.inf, -0.1, 1.1, 2)),
    ],
    ids=repr,
)
def test_a_weight_that_is_none_is_refused(weight: Any, error: type[InvalidValueError]) -> None:
    """And the book is as before."""
    book = ReputationBook()
    with pytest.raises(error) as caught:
        book.add(rating(1, stars=5, at=0), weight=weight)
    assert caught.value.field == "weight"
    assert len(book) == 0
    with pytest.raises(error):
        score([rating(1, stars=5, at=0)], weights={"b1": weight}, at=day(0))


@pytest.mark.parametrize("value", [None, 7, "b1", {}, samples], ids=lambda value: type(value).__name__)
def test_what_is_no_rating_is_refused(value: Any) -> None:
    """An error that names it."""
    with pytest.raises(InvalidTypeError) as caught:
        ReputationBook().add(value)
    assert caught.value.field == "rating"


@pytest.mark.parametrize("stars", [None, True, 5.0, "5"], ids=repr)
def test_stars_that_are_none_are_refused(stars: Any) -> None:
    """Of a rating that might come."""
    with pytest.raises(InvalidTypeError):
        filled([rating(1, stars=5, at=0)]).what_if("beat", stars=stars, at=day(0))


@pytest.mark.parametrize("stars", [0, 6, -1, 10**9])
def test_stars_out_of_range_are_refused(stars: int) -> None:
    """Of a rating that might come."""
    with pytest.raises(InvalidValueError):
        filled([rating(1, stars=5, at=0)]).what_if("beat", stars=stars, at=day(0))


@pytest.mark.parametrize("value", [7, "beat", {}, Guard()], ids=lambda value: type(value).__name__)
def test_parameters_that_are_none_are_refused(value: Any) -> None:
    """Those of a book and of a score."""
    with pytest.raises(InvalidTypeError) as caught:
        ReputationBook(value)
    assert caught.value.field == "params"
    with pytest.raises(InvalidTypeError) as caught:
        score([], params=value, at=day(0))
    assert caught.value.field == "params"


@pytest.mark.parametrize("value", [None, 7, b"b1", ["b1"]], ids=lambda value: type(value).__name__)
def test_ids_that_are_none_are_refused(value: Any) -> None:
    """Those of a visit that nobody rated; nothing is half kept."""
    book = ReputationBook()
    with pytest.raises(InvalidTypeError):
        book.add_unrated(value, friend_id="beat")
    with pytest.raises(InvalidTypeError):
        book.add_unrated("b1", friend_id=value)
    with pytest.raises(UnknownIdError):
        book.evidence("beat", at=day(0))


def test_weights_are_not_for_the_bayesian_average() -> None:
    """It has none; with its parameters a score is what it computes."""
    ratings = [rating(1, stars=5, at=0), rating(2, stars=1, at=1)]
    average = BayesianAverageParams()
    assert score(ratings, params=average, at=day(1)) == bayesian_standings(ratings, params=average, at=day(1))
    with pytest.raises(InvalidValueError) as caught:
        score(ratings, params=average, weights={"b1": 1.0}, at=day(1))
    assert caught.value.field == "weights"


def test_nothing_is_nothing() -> None:
    """A book without ratings has no standings."""
    assert score([], at=day(0)) == ()
    assert ReputationBook().standings(at=day(0)) == ()
    assert repr(filled([rating(1, stars=5, at=0)])) == "<ReputationBook of 1 ratings>"
    assert ReputationBook().params == ReputationParams()
