"""A book of ratings written down slowly: at each question all versions of all bookings are looked at anew."""

import math
from collections.abc import Sequence
from datetime import datetime

import attrs

from mila_core.ratings import Rating, counted
from mila_core.reputation import Evidence, ReputationParams
from mila_core.reputation.evidence import quality_of
from tests.reputation.rated import OPENED_AT
from tests.reputation.slow_learning import Lived, SlowLearner

_SINCE_1970 = OPENED_AT.timestamp() / 86_400


class SlowBook:
    """What `ReputationBook` promises, without a thought of time."""

    def __init__(self, params: ReputationParams) -> None:
        """Hold no rating."""
        self.params = params
        self.learner = SlowLearner(params)
        self.versions: dict[str, list[Rating]] = {}
        self.weights: dict[str, float] = {}
        self.unrated: dict[str, str] = {}
        self.learnt: dict[str, tuple[Rating, int, float]] = {}
        self.numbers: dict[str, int] = {}

    def add(self, rating: Rating, weight: float) -> None:
        """Take in a rating; of weight 0 none of its booking stays."""
        if not weight:
            self.withdraw(rating.booking_id)
            return
        self.versions.setdefault(rating.booking_id, []).append(rating)
        self.weights[rating.booking_id] = weight

    def withdraw(self, booking_id: str) -> None:
        """Take out all ratings of a booking."""
        self.versions.pop(booking_id, None)
        self.weights.pop(booking_id, None)
        before = self.learnt.pop(booking_id, None)
        if before is not None:
            self.learner.forget(before[1])

    def number(self, person: str) -> int:
        """Return a number for a person."""
        return self.numbers.setdefault(person, len(self.numbers))

    def current(self, at: datetime) -> list[Rating]:
        """Return the rating of each booking that counts, in the order of reveals."""
        found = counted((each for versions in self.versions.values() for each in versions), at=at)
        return sorted(found, key=lambda each: (each.counts_from, each.booking_id))

    def learn_until(self, at: datetime) -> None:
        """Learn from what is new, or other than it was."""
        for rating in self.current(at):
            booking_id, weight = rating.booking_id, self.weights[rating.booking_id]
            if booking_id in self.learnt:
                before, number, counts = self.learnt[booking_id]
                if (before, counts) == (rating, weight):
                    continue
                if (before.counts_from, counts) == (rating.counts_from, weight):
                    self.learner.change(number, rating.stars)
                    self.learnt[booking_id] = rating, number, weight
                    continue
                self.learner.forget(number)
            self.learnt[booking_id] = rating, len(self.learner.all), weight
            day = rating.counts_from.timestamp() / 86_400
            people = self.number(rating.author_id), self.number(rating.subject_id)
            self.learner.learn([(*people, rating.stars, day, weight)])

    def evidence(self, friend_id: str, at: datetime) -> Evidence:
        """Return what is known of a friend."""
        unrated = sum(
            friend == friend_id and booking_id not in self.learnt
            for booking_id, friend in self.unrated.items()
        )
        ratings = self.learner.of_friend(self.number(friend_id))
        return attrs.evolve(self.evidence_of(ratings, at), unrated=unrated)

    def evidence_of(self, ratings: Sequence[Lived], at: datetime) -> Evidence:
        """Return what some ratings say."""
        day = at.timestamp() / 86_400

        def now(each: Lived) -> float:
            return float(each.weight * 2.0 ** -((day - each.day) / self.params.friend_half_life_days))

        return Evidence(
            at=at,
            residuals=sum(now(each) * self.learner.residual(each) for each in ratings),
            weight=sum(map(now, ratings)),
            squares=sum(now(each) ** 2 for each in ratings),
            bins=tuple(
                math.fsum(now(each) for each in ratings if each.stars == star) for star in (1, 2, 3, 4, 5)
            ),
            counts=tuple(sum(each.stars == star for each in ratings) for star in (1, 2, 3, 4, 5)),
        )

    def quality(self, friend_id: str, at: datetime) -> float:
        """Return what is believed of a friend."""
        return quality_of(self.evidence(friend_id, at), self.params)
