"""What is learnt of friends and customers from one rating after the other: the states behind a standing.

It is the quality and the mildness of `two_sided` without what only predictions need, and with the rules of
`guard`. Sums are kept by forward decay, as in `_predicting`: a rating is added with the weight
`2 ** (time since a landmark / half-life)`, and before these get too large the landmark moves on.
"""

from collections.abc import Iterable
from math import inf

from mila_core.reputation.guard import Guard
from mila_core.reputation.params import ReputationParams

__all__ = ["Learner", "Lesson", "Side"]

Lesson = tuple[int, int, int, float, float]
"""A rating as it is learnt from: customer, friend, stars, day, and what its booking's facts make it count."""

_MOST_HALF_LIVES = 400.0  # their squares are summed as well
_UNDERFLOW = 1074.0
_LOOKBACK_DAYS = 60.0  # added to the time since the first rating, so that a newcomer's pace is not overrated
_MEAN_LIVES = 1.44  # of a half-life, 1 / ln 2: how long a rating is counted on average
_NO_GUARD = Guard()


class Side:
    """What is known of one friend, or of one customer: decayed sums, and the numbers of their lessons.

    Attributes:
        residuals: the sum of what the other side does not explain.
        weight: the sum of the weights.
        squares: the sum of their squares.
        light: how many ratings of light customers came of late.
        light_day: when that was counted.
        first_day: when the first rating came.
        lessons: the numbers of the ratings, in the order in which they were learnt.
    """

    __slots__ = ("first_day", "lessons", "light", "light_day", "residuals", "squares", "weight")

    def __init__(self, day: float) -> None:
        """Know nothing.

        Args:
            day: when the first rating came.
        """
        self.residuals = self.weight = self.squares = self.light = 0.0
        self.light_day = self.first_day = day
        self.lessons: list[int] = []


class Learner:
    """Friends, customers and every lesson, each with what it counted when it came.

    Args:
        params: the parameters.

    Attributes:
        friends: the sides of friends, by number.
        customers: the sides of customers, by number.
        friend_mark: the landmark of the friends' sums, in days.
        customer_mark: that of the customers'.
        now: the day of the last lesson.
        raters: the customer of each lesson.
        subjects: the friend of each.
        places: the stars of each, from 0.
        days: the day of each.
        weights: what each counts of one rating, before it ages; 0 for one that was withdrawn.
        offsets: how mild the customer was believed to be.
        residuals: what the friend's sum was given, before weight and age.
        given: what the customer's sum was given, before age.
        lights: how much each counted as a rating of a light customer.
        evidence: what each counts by the facts of its booking.
    """

    def __init__(self, params: ReputationParams) -> None:
        """Know nobody."""
        self.params = params
        self.friends: list[Side] = []
        self.customers: list[Side] = []
        self.pairs: dict[tuple[int, int], list[float]] = {}  # residuals, weight, how often
        self.others: list[int] = []  # how many friends each customer has rated
        self.friend_mark = self.customer_mark = self.now = -inf
        self.raters: list[int] = []
        self.subjects: list[int] = []
        self.places: list[int] = []
        self.days: list[float] = []
        self.weights: list[float] = []
        self.offsets: list[float] = []
        self.residuals: list[float] = []
        self.given: list[float] = []
        self.lights: list[float] = []
        self.evidence: list[float] = []

    def learn(self, lessons: Iterable[Lesson]) -> None:  # noqa: C901, PLR0912, PLR0915  # one loop, for its time
        """Learn from ratings one after the other; none may be of a day before `now`.

        Args:
            lessons: the ratings in the order of time; a customer or friend with a new number is the next one.
        """
        params, guard = self.params, self.params.guard or _NO_GUARD
        guarded = self.params.guard is not None
        category = params.category_scores
        friend_prior, customer_prior = params.friend_prior, params.customer_prior
        friend_rate, customer_rate = 1 / params.friend_half_life_days, 1 / params.customer_half_life_days
        burst_rate, exponent = 1 / guard.burst_half_life_days, guard.burst_exponent
        usual = guard.burst_usual * guard.burst_half_life_days * _MEAN_LIVES
        friends, customers, pairs, others = self.friends, self.customers, self.pairs, self.others
        friend_now = 2.0 ** ((self.now - self.friend_mark) * friend_rate) if friends else 1.0
        customer_now = 2.0 ** ((self.now - self.customer_mark) * customer_rate) if friends else 1.0
        before = self.now
        count = len(self.days)
        for customer, friend, stars, day, evidence in lessons:
            if day != before:
                friend_now, customer_now = self._turn(day)
                before = day
            if friend == len(friends):
                friends.append(Side(day))
            if customer == len(customers):
                customers.append(Side(day))
                others.append(0)
            one, other = friends[friend], customers[customer]
            quality = one.residuals / (one.weight + friend_prior * friend_now)
            came = category[stars - 1]
            weight, light = evidence, 0.0
            if guarded:
                pair = pairs.get((customer, friend))
                if pair is None:
                    mildness = other.residuals / (other.weight + customer_prior * customer_now)
                    pairs[customer, friend] = pair = [0.0, 0.0, 0.0]
                    record = (others[customer] + guard.record_start) / (others[customer] + guard.record_prior)
                    others[customer] += 1
                else:
                    apart = other.weight - pair[1]
                    mildness = (other.residuals - pair[0]) / (
                        (apart if apart > 0 else 0.0) + customer_prior * customer_now
                    )
                    weight /= pair[2] + 1
                    elsewhere = others[customer] - 1
                    record = (elsewhere + guard.record_start) / (elsewhere + guard.record_prior)
                light = 1 - record
                if day > one.light_day:
                    one.light *= 2.0 ** ((one.light_day - day) * burst_rate)
                    one.light_day = day
                steady = len(one.lessons) - one.light
                allowance = guard.burst_allowance
                if steady > 0:
                    allowance += usual * steady / (day - one.first_day + _LOOKBACK_DAYS)
                if one.light > allowance:
                    weight *= (allowance / one.light) ** exponent
                one.light += light
                limit = guard.outlier_limit + guard.outlier_record * record
                residual = came - mildness
                if residual > quality + limit:
                    residual = quality + limit
                elif residual < quality - limit:
                    residual = quality - limit
                share = customer_now * evidence
                pair[0] += share * (came - quality)
                pair[1] += share
                pair[2] += 1
            else:
                mildness = other.residuals / (other.weight + customer_prior * customer_now)
                residual = came - mildness
            aged = friend_now * weight
            one.residuals += aged * residual
            one.weight += aged
            one.squares += aged * aged
            one.lessons.append(count)
            share = customer_now * evidence
            other.residuals += share * (came - quality)
            other.weight += share
            other.lessons.append(count)
            count += 1
            self.raters.append(customer)
            self.subjects.append(friend)
            self.places.append(stars - 1)
            self.days.append(day)
            self.weights.append(weight)
            self.offsets.append(mildness)
            self.residuals.append(residual)
            self.given.append(came - quality)
            self.lights.append(light)
            self.evidence.append(evidence)

    def _turn(self, day: float) -> tuple[float, float]:
        """Go on to a later day; return the weights of that day."""
        params = self.params
        if not self.days:
            self.friend_mark = self.customer_mark = day
        self.now = day
        lives = (day - self.friend_mark) * (1 / params.friend_half_life_days)
        if lives > _MOST_HALF_LIVES:
            self._move(self.friends, 2.0 ** -min(lives, _UNDERFLOW))
            self.friend_mark, lives = day, 0.0
        friend_now = 2.0**lives
        lives = (day - self.customer_mark) * (1 / params.customer_half_life_days)
        if lives > _MOST_HALF_LIVES:
            factor = 2.0 ** -min(lives, _UNDERFLOW)
            self._move(self.customers, factor)
            for pair in self.pairs.values():
                pair[0] *= factor
                pair[1] *= factor
            self.customer_mark, lives = day, 0.0
        return friend_now, 2.0**lives

    @staticmethod
    def _move(sides: list[Side], factor: float) -> None:
        for side in sides:
            side.residuals *= factor
            side.weight *= factor
            side.squares *= factor * factor

    def learn_late(self, lesson: Lesson) -> None:
        """Learn from a rating of a day before `now`: what it counts is decided by what is known now.

        Args:
            lesson: the rating.
        """
        customer, friend, stars, day, evidence = lesson
        self.learn([(customer, friend, stars, max(day, self.now), evidence)])
        self.days[-1] = day
        self._sum_again(len(self.days) - 1)

    def change(self, lesson: int, stars: int) -> None:
        """Give a rating other stars; what it counts stays.

        Args:
            lesson: the number of the rating.
            stars: the stars.
        """
        category = self.params.category_scores
        quality = category[self.places[lesson]] - self.given[lesson]
        self.places[lesson] = stars - 1
        came = category[stars - 1]
        self.given[lesson] = came - quality
        residual = came - self.offsets[lesson]
        guard = self.params.guard
        if guard is not None:
            limit = guard.outlier_limit + guard.outlier_record * (1 - self.lights[lesson])
            residual = min(max(residual, quality - limit), quality + limit)
        self.residuals[lesson] = residual
        self._sum_again(lesson)

    def forget(self, lesson: int) -> None:
        """Take a rating out, as if it had not been given; what others count stays.

        Args:
            lesson: the number of the rating.
        """
        customer, friend = self.raters[lesson], self.subjects[lesson]
        self.friends[friend].lessons.remove(lesson)
        self.customers[customer].lessons.remove(lesson)
        self.weights[lesson] = self.evidence[lesson] = self.lights[lesson] = 0.0
        if self.params.guard is not None and not any(
            self.subjects[each] == friend for each in self.customers[customer].lessons
        ):
            del self.pairs[customer, friend]
            self.others[customer] -= 1
        self._sum_again(lesson)

    def _sum_again(self, lesson: int) -> None:
        """Sum up anew what the friend and the customer of a rating have, in the order of time."""
        self._sum_friend(self.friends[self.subjects[lesson]])
        self._sum_customer(self.raters[lesson])

    def _sum_friend(self, side: Side) -> None:
        guard = self.params.guard
        side.lessons.sort(key=self._order)
        side.residuals = side.weight = side.squares = side.light = 0.0
        for place, lesson in enumerate(side.lessons):
            day = self.days[lesson]
            if not place:
                side.first_day = side.light_day = day
            aged = self.weights[lesson] * 2.0 ** (
                (day - self.friend_mark) * (1 / self.params.friend_half_life_days)
            )
            side.residuals += aged * self.residuals[lesson]
            side.weight += aged
            side.squares += aged * aged
            if guard is not None:
                if day > side.light_day:
                    side.light *= 2.0 ** ((side.light_day - day) * (1 / guard.burst_half_life_days))
                    side.light_day = day
                side.light += self.lights[lesson]

    def _sum_customer(self, customer: int) -> None:
        side = self.customers[customer]
        side.lessons.sort(key=self._order)
        side.residuals = side.weight = 0.0
        sums: dict[int, list[float]] = {}
        for lesson in side.lessons:
            share = self.evidence[lesson] * 2.0 ** (
                (self.days[lesson] - self.customer_mark) * (1 / self.params.customer_half_life_days)
            )
            side.residuals += share * self.given[lesson]
            side.weight += share
            pair = sums.setdefault(self.subjects[lesson], [0.0, 0.0, 0.0])
            pair[0] += share * self.given[lesson]
            pair[1] += share
            pair[2] += 1
        if self.params.guard is not None:
            for friend, pair in sums.items():
                self.pairs[customer, friend] = pair

    def _order(self, lesson: int) -> tuple[float, int]:
        return self.days[lesson], lesson
