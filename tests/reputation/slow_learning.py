"""What a book learns from ratings, written down slowly: each number anew from all ratings that are there."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

from mila_core.reputation import ReputationParams
from mila_core.reputation._learning import Lesson


class Lived:
    """A rating that was learnt from, and what it counts."""

    def __init__(self, lesson: Lesson, **found: float) -> None:
        """Keep what is said and what was found."""
        self.customer, self.friend, self.stars, self.day, self.evidence = lesson
        self.weight = found["weight"]
        self.mildness = found["mildness"]
        self.quality = found["quality"]
        self.record = found["record"]


class SlowLearner:
    """All ratings that are there; the rules are those of `Guard` and of `two_sided`."""

    def __init__(self, params: ReputationParams) -> None:
        """Know nobody."""
        self.params = params
        self.all: list[Lived] = []
        self.kept: list[Lived] = []
        self.now = -math.inf

    def residual(self, each: Lived) -> float:
        """Return what a rating says of the friend: what the customer does not explain, within limits."""
        plain = self.params.category_scores[each.stars - 1] - each.mildness
        guard = self.params.guard
        if guard is None:
            return plain
        limit = guard.outlier_limit + guard.outlier_record * each.record
        return min(max(plain, each.quality - limit), each.quality + limit)

    def of_friend(self, friend: int) -> list[Lived]:
        """Return the ratings of a friend that are there."""
        return [each for each in self.kept if each.friend == friend]

    def quality(self, friend: int, day: float) -> float:
        """Return what is believed of a friend."""
        return self._mean(
            ((each.weight, self.residual(each), each.day) for each in self.of_friend(friend)),
            day,
            self.params.friend_half_life_days,
            self.params.friend_prior,
        )

    def mildness(self, ratings: Iterable[Lived], day: float) -> float:
        """Return what ratings say of how mild their customer is."""
        return self._mean(
            ((each.weight, self.residual(each) + each.mildness - each.quality, each.day) for each in ratings),
            day,
            self.params.customer_half_life_days,
            self.params.customer_prior,
        )

    @staticmethod
    def _mean(
        parts: Iterable[tuple[float, float, float]], day: float, half_life: float, prior: float
    ) -> float:
        aged = [(weight * 2.0 ** -((day - then) / half_life), value) for weight, value, then in parts]
        return math.fsum(weight * value for weight, value in aged) / (
            math.fsum(weight for weight, _ in aged) + prior
        )

    def learn(self, lessons: Iterable[Lesson]) -> None:
        """Learn from ratings one after the other, each by what is known now."""
        for lesson in lessons:
            self.now = now = max(self.now, lesson[3])
            customer, friend, _, _, evidence = lesson
            by_customer = [each for each in self.kept if each.customer == customer]
            others = [each for each in by_customer if each.friend != friend]
            found: dict[str, Any] = {"quality": self.quality(friend, now)}
            guard = self.params.guard
            if guard is None:
                found |= {"weight": evidence, "record": 1.0, "mildness": self.mildness(by_customer, now)}
            else:
                met = len({each.friend for each in others})
                found["record"] = (met + guard.record_start) / (met + guard.record_prior)
                found["mildness"] = self.mildness(others, now)
                repeats = len(by_customer) - len(others)
                found["weight"] = evidence / (repeats + 1) * self._damping(self.of_friend(friend), now)
            lived = Lived(lesson, **found)
            self.all.append(lived)
            self.kept.append(lived)

    def _damping(self, ratings: Sequence[Lived], now: float) -> float:
        guard = self.params.guard
        if guard is None or not ratings:
            return 1.0
        counted = math.fsum(
            (1 - each.record) * 2.0 ** -((now - each.day) / guard.burst_half_life_days) for each in ratings
        )
        days = now - min(each.day for each in ratings) + 60
        pace = max(0.0, len(ratings) - counted) / days
        usual = guard.burst_allowance + guard.burst_usual * pace * guard.burst_half_life_days * 1.44
        return (usual / counted) ** guard.burst_exponent if counted > usual else 1.0

    def change(self, number: int, stars: int) -> None:
        """Give a rating other stars."""
        self.all[number].stars = stars

    def forget(self, number: int) -> None:
        """Take a rating out."""
        self.kept.remove(self.all[number])
