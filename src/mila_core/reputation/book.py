"""The reputation book: ratings come one by one, standings can be asked for at any time."""

from collections.abc import Iterable
from datetime import datetime
from heapq import heappop, heappush

from mila_core.errors import InvalidTypeError, InvalidValueError, UnknownIdError, describe
from mila_core.periods import instant_of
from mila_core.ratings import Direction, Rating, counted
from mila_core.reputation._gathering import contributions_of, day_of, evidence_of
from mila_core.reputation._learning import Learner, Lesson, Side
from mila_core.reputation.contributions import Contribution
from mila_core.reputation.evidence import Evidence, standing_of, with_rating
from mila_core.reputation.params import ReputationParams
from mila_core.standings import STARS, Standing
from mila_core.validation import check_instance

__all__ = ["ReputationBook"]


class ReputationBook:
    """All ratings of friends, and what they make believed of each, kept up to date rating by rating.

    A rating is kept once for its booking: one that is delivered again changes nothing, one that was edited
    replaces what it was, one that is withdrawn is as if it had not been given. It counts from its reveal on,
    so a book never tells what is hidden still.

    A rating is learnt from in constant time. What it counts (the customer's mildness, its weight) is decided
    by what is known when it comes, and stays. So for ratings that come in the order of their reveals, the
    book is what `score` makes of all of them. One that comes later than others that were revealed after it
    counts with its own age, but by what is known by then; `rebuilt` decides everything anew.

    Args:
        params: the parameters; the default ones if not given.

    Examples:
        >>> from mila_core import samples
        >>> pilot = samples.zurich_2013()
        >>> book = ReputationBook()
        >>> for rating in pilot.ratings:
        ...     book.add(rating)
        >>> standing = book.standing("beat", at=pilot.opened_at)
        >>> standing.ratings, round(standing.stars, 2), round(standing.lower_stars, 2)
        (4, 4.74, 4.45)
    """

    def __init__(self, params: ReputationParams | None = None) -> None:
        """Hold no rating."""
        self._params = ReputationParams() if params is None else params
        check_instance("params", self._params, kind=ReputationParams)
        self._learner = Learner(self._params)
        self._friends: dict[str, int] = {}
        self._customers: dict[str, int] = {}
        self._kept: dict[str, Rating] = {}  # by booking
        self._versions: dict[str, list[Rating]] = {}  # the others of a booking, where there are several
        self._weights: dict[str, float] = {}  # what each counts by its facts, where it is not 1
        self._numbers: dict[str, int] = {}  # the number of the lesson, by booking
        self._rated: list[Rating] = []  # what each lesson was learnt from
        self._incoming: list[Rating] = []  # since somebody asked last
        self._hidden: list[tuple[datetime, str, int, Rating]] = []  # a heap of what was hidden then
        self._serial = 0
        self._unrated: dict[str, str] = {}  # the friend of each visit that nobody had rated
        self._visits: dict[str, set[str]] = {}  # these visits, by friend
        self._until: datetime | None = None

    @property
    def params(self) -> ReputationParams:
        """The parameters."""
        return self._params

    def __len__(self) -> int:
        """Return how many ratings it holds, those that are hidden still included."""
        return len(self._kept)

    def __repr__(self) -> str:
        """Return how many ratings it holds."""
        return f"<ReputationBook of {len(self)} ratings>"

    def add(self, rating: Rating, *, weight: float = 1.0) -> None:
        """Take in a rating of a friend; one of a customer changes nothing.

        Args:
            rating: the rating. Of two for the same booking the one counts that was changed last, of those
                that are revealed.
            weight: what it counts by the facts of its booking, from 0 to 1; the one given last holds. With
                0, as for a booking that did not take place, no rating of that booking counts.

        Raises:
            InvalidTypeError: no rating, or a weight that is no number.
            InvalidValueError: a weight out of its range.
        """
        if rating.__class__ is not Rating:
            check_instance("rating", rating, kind=Rating)
        if weight != 1.0 or weight is True:
            _check_weight(weight)
        if rating.direction is not Direction.OF_FRIEND:
            return
        if not weight:
            self.withdraw(rating.booking_id)
            return
        booking_id = rating.booking_id
        known = self._kept.setdefault(booking_id, rating)
        if weight != self._weights.get(booking_id, 1.0):
            self._weights[booking_id] = weight
            self._incoming += (known, *self._versions.get(booking_id, ()))
        if known is rating:
            self._incoming.append(rating)
        elif known != rating and rating not in self._versions.get(booking_id, ()):
            self._versions.setdefault(booking_id, []).append(rating)
            self._incoming.append(rating)

    def withdraw(self, booking_id: str) -> None:
        """Take out the rating of a booking, as if it had not been given; what others count stays.

        Args:
            booking_id: the booking; one without a rating changes nothing.
        """
        self._kept.pop(booking_id, None)
        self._versions.pop(booking_id, None)
        self._weights.pop(booking_id, None)
        number = self._numbers.pop(booking_id, None)
        if number is not None:
            self._learner.forget(number)

    def add_unrated(self, booking_id: str, *, friend_id: str) -> None:
        """Take in a visit that nobody has rated; should it be rated after all, it is unrated no more.

        Args:
            booking_id: the booking.
            friend_id: the friend who came; the one given last holds.

        Raises:
            InvalidTypeError: an id that is no text.
        """
        check_instance("booking_id", booking_id, kind=str)
        check_instance("friend_id", friend_id, kind=str)
        before = self._unrated.get(booking_id)
        if before is not None:
            self._visits[before].discard(booking_id)
        self._unrated[booking_id] = friend_id
        self._visits.setdefault(friend_id, set()).add(booking_id)

    def evidence(self, friend_id: str, *, at: datetime) -> Evidence:
        """Return what the standing of a friend rests on.

        Args:
            friend_id: the friend.
            at: the instant; what is revealed later does not count.

        Raises:
            UnknownIdError: nothing is known of the friend at that instant.
            InvalidValueError: an instant before one that was asked for already.
        """
        now = self._learn_until(at)
        friend = self._friends.get(friend_id)
        side = None if friend is None else self._learner.friends[friend]
        # a rating that is hidden still must not show in what is unrated
        unrated = sum(booking_id not in self._numbers for booking_id in self._visits.get(friend_id, ()))
        if (side is None or not side.lessons) and not unrated:
            raise UnknownIdError("rated friend", friend_id)
        return self._evidence(side, now, unrated)

    def _evidence(self, side: Side | None, now: datetime, unrated: int = 0) -> Evidence:
        if side is None:
            return Evidence(at=now, unrated=unrated)
        return evidence_of(self._learner, side, at=now, unrated=unrated)

    def standing(self, friend_id: str, *, at: datetime) -> Standing:
        """Return what is believed of a friend.

        Args:
            friend_id: the friend.
            at: the instant; what is revealed later does not count.

        Raises:
            UnknownIdError: the friend has no rating that counts at that instant.
            InvalidValueError: an instant before one that was asked for already.
        """
        now = self._learn_until(at)
        side = self._rated_side(friend_id)
        return standing_of(friend_id, self._evidence(side, now), params=self._params)

    def standings(self, *, at: datetime) -> tuple[Standing, ...]:
        """Return the standing of each friend who has a rating that counts, by id.

        Args:
            at: the instant; what is revealed later does not count.

        Raises:
            InvalidValueError: an instant before one that was asked for already.
        """
        now = self._learn_until(at)
        sides = self._learner.friends
        return tuple(
            standing_of(friend_id, self._evidence(sides[friend], now), params=self._params)
            for friend_id, friend in sorted(self._friends.items())
            if sides[friend].lessons
        )

    def newcomer(self, friend_id: str, *, at: datetime) -> Standing:
        """Return what is believed of a friend without ratings: for the first place in a ranking.

        Args:
            friend_id: the friend.
            at: the instant.
        """
        return standing_of(friend_id, Evidence(at=at), params=self._params)

    def what_if(self, friend_id: str, *, stars: int, at: datetime) -> Standing:
        """Return what would be believed of a friend after one more rating, by a customer of average mildness.

        Args:
            friend_id: the friend.
            stars: the stars of that rating.
            at: the instant.

        Raises:
            InvalidTypeError: stars that are no whole number.
            InvalidValueError: stars out of range, or an instant before one that was asked for already.
            UnknownIdError: nothing is known of the friend at that instant.
        """
        if type(stars) is not int:
            raise InvalidTypeError("stars", "whole stars from 1 to 5", describe(stars))
        if stars not in STARS:
            raise InvalidValueError("stars", "whole stars from 1 to 5", describe(stars))
        more = with_rating(self.evidence(friend_id, at=at), stars=stars, params=self._params)
        return standing_of(friend_id, more, params=self._params)

    def contributions(self, friend_id: str, *, at: datetime) -> tuple[Contribution, ...]:
        """Return what each rating adds to the stars of a friend.

        In the unit of the scores a rating adds its weight times its residual, over the sum of all weights and
        the prior. The way from the stars of a newcomer to those of the friend is shared in these proportions.

        Args:
            friend_id: the friend.
            at: the instant.

        Returns:
            The stars of a newcomer, what experience adds, then each rating, the oldest first. The effects add
            up to the stars of the standing, to 1e-9.

        Raises:
            UnknownIdError: the friend has no rating that counts at that instant.
            InvalidValueError: an instant before one that was asked for already.
        """
        now = self._learn_until(at)
        return contributions_of(
            self._learner,
            self._rated_side(friend_id),
            at=now,
            booking_of=lambda number: self._rated[number].booking_id,
        )

    def _rated_side(self, friend_id: str) -> Side:
        """Return what was learnt of a friend who has a rating that counts."""
        friend = self._friends.get(friend_id)
        if friend is None or not self._learner.friends[friend].lessons:
            raise UnknownIdError("rated friend", friend_id)
        return self._learner.friends[friend]

    def rebuilt(self) -> "ReputationBook":
        """Return a book of the same ratings that decides anew, in the order of reveals, what each counts."""
        book = ReputationBook(self._params)
        for booking_id, rating in self._kept.items():
            for version in (rating, *self._versions.get(booking_id, ())):
                book.add(version, weight=self._weights.get(booking_id, 1.0))
        for booking_id, friend_id in self._unrated.items():
            book.add_unrated(booking_id, friend_id=friend_id)
        return book

    def _learn_until(self, at: datetime) -> datetime:
        """Learn from all ratings that are revealed by an instant."""
        now = instant_of(at)
        if self._until is not None and now < self._until:
            expected = f"no instant before {self._until.isoformat()}, which was asked for already"
            raise InvalidValueError("at", expected, now.isoformat())
        self._until = now
        due: list[Rating] = []
        for rating in self._incoming:
            if rating.counts_from <= now:
                due.append(rating)
            else:
                self._serial += 1
                heappush(self._hidden, (rating.counts_from, rating.booking_id, self._serial, rating))
        self._incoming.clear()
        while self._hidden and self._hidden[0][0] <= now:
            due.append(heappop(self._hidden)[-1])
        if self._versions:
            due = list(counted(filter(self._is_known, due), at=now))
        if due:
            due.sort(key=_by_reveal)
            self._learn(due)
        return now

    def _is_known(self, rating: Rating) -> bool:
        """Say whether a version of a rating has not been withdrawn since it came."""
        known = self._kept.get(rating.booking_id)
        return rating is known or rating == known or rating in self._versions.get(rating.booking_id, ())

    def _learn(self, due: Iterable[Rating]) -> None:
        """Learn from ratings that are revealed by now, in the order of their reveals."""
        numbers, rated, weights = self._numbers, self._rated, self._weights
        customers, friends = self._customers, self._friends
        lessons: list[Lesson] = []
        for rating in due:
            booking_id = rating.booking_id
            weight = weights.get(booking_id, 1.0) if weights else 1.0
            if booking_id in numbers or self._kept.get(booking_id) is not rating:
                if not self._is_current(rating):
                    continue
                self._learner.learn(lessons)
                lessons = []
                if self._is_settled(rating, weight):
                    continue
            numbers[booking_id] = len(rated)
            rated.append(rating)
            lesson = (
                customers.setdefault(rating.author_id, len(customers)),
                friends.setdefault(rating.subject_id, len(friends)),
                rating.stars,
                day_of(rating.counts_from),
                weight,
            )
            lessons.append(lesson)
        self._learner.learn(lessons)

    def _is_current(self, rating: Rating) -> bool:
        """Say whether a version of a rating is there, and not older than the one that counts."""
        if not self._is_known(rating):
            return False
        number = self._numbers.get(rating.booking_id)
        if number is None:
            return True
        before = self._rated[number]
        [newest] = counted((before, rating), at=max(before.counts_from, rating.counts_from))
        return newest == rating

    def _is_settled(self, rating: Rating, weight: float) -> bool:
        """Say whether a version replaces the one that counts in its place; if not, that one is forgotten."""
        number = self._numbers.get(rating.booking_id)
        if number is None:
            return False
        before = self._rated[number]
        if before == rating and self._learner.learnt[number][4] == weight:
            return True  # delivered again
        if (before.subject_id, before.author_id, before.counts_from, self._learner.learnt[number][4]) == (
            rating.subject_id,
            rating.author_id,
            rating.counts_from,
            weight,
        ):
            self._rated[number] = rating
            self._learner.change(number, rating.stars)  # what it counts stays
            return True
        self._learner.forget(number)
        return False


def _by_reveal(rating: Rating) -> tuple[datetime, str]:
    return rating.counts_from, rating.booking_id


def _check_weight(weight: object) -> None:
    expected = "a number from 0 to 1"
    if isinstance(weight, bool) or not isinstance(weight, int | float):
        raise InvalidTypeError("weight", expected, describe(weight))
    if not 0 <= weight <= 1:  # NaN fails it too
        raise InvalidValueError("weight", expected, describe(weight))
