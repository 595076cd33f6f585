"""What is learnt of friends and customers from one rating after the other: the states behind a standing.

It is the quality and the mildness of `two_sided` without what only predictions need, and with the rules of
`guard`. Sums are kept by forward decay, as in `_predicting`: a rating is added with the weight
`2 ** (time since a landmark / half-life)`, and before these get too large the landmark moves on.
"""

from collections.abc import Iterable
from math import inf
from typing import TypeAlias

from mila_core.reputation.guard import Guard
from mila_core.reputation.params import ReputationParams

__all__ = ["Learner", "Learnt", "Lesson", "Side"]

Lesson: TypeAlias = tuple[int, int, int, float, float]
"""A rating as it is learnt from: customer, friend, stars, day, and what its booking's facts make it count."""

Learnt: TypeAlias = tuple[int, int, int, float, float, float, float, float, float, float]
"""A rating that was learnt from, and what it counts.

First what the lesson says; then what it counts of one rating before it ages, how mild the customer was
believed to be, what the friend's sum was given before weight and age, what was believed of the friend, and
the customer's record, of which what lacks to 1 is how light the customer was.
"""

_Sums: TypeAlias = tuple[float, float, int]
_BITS = 32  # a pair of numbers as one: an int costs less than a tuple
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
        met: how many friends a customer has rated.
        lessons: the numbers of the ratings, in the order of time.
    """

    __slots__ = ("first_day", "lessons", "light", "light_day", "met", "residuals", "squares", "weight")

    def __init__(self, day: float) -> None:
        """Know nothing.

        Args:
            day: when the first rating came.
        """
        self.residuals = self.weight = self.squares = self.light = 0.0
        self.light_day = self.first_day = day
        self.met = 0
        self.lessons: list[int] = []


class Learner:
    """Friends, customers and every lesson, each with what it counted when it came.

    Args:
        params: the parameters.

    Attributes:
        params: the parameters.
        friends: the sides of friends, by number.
        customers: the sides of customers, by number.
        friend_mark: the landmark of the friends' sums, in days.
        customer_mark: that of the customers'.
        now: the day of the last lesson.
        learnt: each lesson, by number.
    """

    def __init__(self, params: ReputationParams) -> None:
        """Know nobody."""
        self.params = params
        self.friends: list[Side] = []
        self.customers: list[Side] = []
        self._firsts: dict[int, int] = {}  # the first lesson of each customer on each friend
        self._repeats: dict[int, _Sums] = {}  # what came of all of them, where there are several
        self.friend_mark = self.customer_mark = self.now = -inf
        self.learnt: list[Learnt] = []

    def learn(self, lessons: Iterable[Lesson]) -> None:  # noqa: C901, PLR0912, PLR0915  # one loop, for its time
        """Learn from ratings one after the other.

        One of a day before the last lesson counts with its own age, by what is known now.

        Args:
            lessons: the ratings; a customer or friend with a new number is the next one.
        """
        late: list[float] = []
        params, guard = self.params, self.params.guard or _NO_GUARD
        guarded = self.params.guard is not None
        category = params.category_scores
        friend_prior, customer_prior = params.friend_prior, params.customer_prior
        burst_rate, exponent = 1 / guard.burst_half_life_days, guard.burst_exponent
        usual = guard.burst_usual * guard.burst_half_life_days * _MEAN_LIVES
        start, prior, allowed = guard.record_start, guard.record_prior, guard.burst_allowance
        least, more = guard.outlier_limit, guard.outlier_record
        friends, customers, learnt = self.friends, self.customers, self.learnt
        firsts, repeats = self._firsts, self._repeats
        before = self.now
        friend_now, customer_now = self._turn(before) if learnt else (1.0, 1.0)
        number = len(learnt)
        for customer, friend, stars, day, evidence in lessons:
            if day > before:
                friend_now, customer_now = self._turn(day)
                before = day
            elif day < before:
                late.append(day)
                day = before  # noqa: PLW2901  # it is learnt from as of now, and dated below
            if friend == len(friends):
                friends.append(Side(day))
            if customer == len(customers):
                customers.append(Side(day))
            one, other = friends[friend], customers[customer]
            quality = one.residuals / (one.weight + friend_prior * friend_now)
            came = category[stars - 1]
            if guarded:
                key = customer << _BITS | friend
                first = firsts.setdefault(key, number)
                if first == number:
                    mildness = other.residuals / (other.weight + customer_prior * customer_now)
                    record = (other.met + start) / (other.met + prior)
                    other.met += 1
                    weight = evidence
                else:
                    repeat = repeats.get(key) or self._sums_of((first,))
                    apart = other.weight - repeat[1]
                    mildness = (other.residuals - repeat[0]) / (
                        (apart if apart > 0 else 0.0) + customer_prior * customer_now
                    )
                    record = (other.met - 1 + start) / (other.met - 1 + prior)
                    weight = evidence / (repeat[2] + 1)
                recent = one.light
                if recent:
                    if day > one.light_day:
                        recent *= 2.0 ** ((one.light_day - day) * burst_rate)
                    steady = len(one.lessons) - recent
                    allowance = allowed
                    if steady > 0:
                        allowance += usual * steady / (day - one.first_day + _LOOKBACK_DAYS)
                    if recent > allowance:
                        weight *= (allowance / recent) ** exponent
                elif not one.lessons:
                    one.first_day = day  # those before were all taken out
                one.light = recent + (1 - record)
                one.light_day = day
                limit = least + more * record
                residual = came - mildness
                if residual > quality + limit:
                    residual = quality + limit
                elif residual < quality - limit:
                    residual = quality - limit
                share = customer_now * weight
                surprise = residual + mildness - quality
                if first != number:
                    repeats[key] = repeat[0] + share * surprise, repeat[1] + share, repeat[2] + 1
            else:
                mildness = other.residuals / (other.weight + customer_prior * customer_now)
                residual, weight, record = came - mildness, evidence, 1.0
                share, surprise = customer_now * weight, came - quality
            aged = friend_now * weight
            one.residuals += aged * residual
            one.weight += aged
            one.squares += aged * aged
            one.lessons.append(number)
            other.residuals += share * surprise
            other.weight += share
            other.lessons.append(number)
            learnt.append(
                (customer, friend, stars, day, evidence, weight, mildness, residual, quality, record)
            )
            if late:
                learnt[number] = (*learnt[number][:3], late.pop(), *learnt[number][4:])
                self._sum_again(number)
            number += 1

    def _turn(self, day: float) -> tuple[float, float]:
        """Go on to a day that is not before the last one; return what a rating of that day weighs."""
        params = self.params
        if not self.learnt:
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
            for key, (residuals, weight, count) in self._repeats.items():
                self._repeats[key] = residuals * factor, weight * factor, count
            self.customer_mark, lives = day, 0.0
        return friend_now, 2.0**lives

    @staticmethod
    def _move(sides: list[Side], factor: float) -> None:
        for side in sides:
            side.residuals *= factor
            side.weight *= factor
            side.squares *= factor * factor

    def change(self, number: int, stars: int) -> None:
        """Give a rating other stars; what it counts stays.

        Args:
            number: the number of the lesson.
            stars: the stars.
        """
        customer, friend, _, day, evidence, weight, mildness, _, quality, record = self.learnt[number]
        guard = self.params.guard
        residual = self.params.category_scores[stars - 1] - mildness
        if guard is not None:
            residual = guard.limited(residual, quality=quality, record=record)
        self.learnt[number] = (
            *(customer, friend, stars, day, evidence),
            *(weight, mildness, residual, quality, record),
        )
        self._sum_again(number)

    def forget(self, number: int) -> None:
        """Take a rating out, as if it had not been given; what others count stays.

        Args:
            number: the number of the lesson.
        """
        customer, friend = self.learnt[number][:2]
        self.friends[friend].lessons.remove(number)
        self.customers[customer].lessons.remove(number)
        self._firsts.pop(customer << _BITS | friend, None)  # what is left of the pair is put back by the sums
        self._sum_again(number)

    def _sum_again(self, number: int) -> None:
        """Sum up anew what the friend and the customer of a lesson have, in the order of time."""
        self._sum_friend(self.friends[self.learnt[number][1]])
        self._sum_customer(self.learnt[number][0])

    def _sum_friend(self, side: Side) -> None:
        guard, rate = self.params.guard, 1 / self.params.friend_half_life_days
        side.lessons.sort(key=self._order)
        side.residuals = side.weight = side.squares = side.light = 0.0
        for place, number in enumerate(side.lessons):
            _, _, _, day, _, weight, _, residual, _, record = self.learnt[number]
            if not place:
                side.first_day = side.light_day = day
            aged = 2.0 ** ((day - self.friend_mark) * rate) * weight
            side.residuals += aged * residual
            side.weight += aged
            side.squares += aged * aged
            if guard is not None:
                if day > side.light_day:
                    side.light *= 2.0 ** ((side.light_day - day) * (1 / guard.burst_half_life_days))
                    side.light_day = day
                side.light += 1 - record

    def _sum_customer(self, customer: int) -> None:
        side = self.customers[customer]
        side.lessons.sort(key=self._order)
        side.residuals, side.weight, _ = self._sums_of(side.lessons)
        if self.params.guard is None:
            return
        by_friend: dict[int, list[int]] = {}
        for number in side.lessons:
            by_friend.setdefault(self.learnt[number][1], []).append(number)
        side.met = len(by_friend)
        for friend, numbers in by_friend.items():
            key = customer << _BITS | friend
            self._firsts[key] = numbers[0]
            if len(numbers) > 1:
                self._repeats[key] = self._sums_of(numbers)
            else:
                self._repeats.pop(key, None)

    def _sums_of(self, numbers: Iterable[int]) -> _Sums:
        """Return what lessons add to their customer: residuals, weight, and how many they are."""
        rate, guarded = 1 / self.params.customer_half_life_days, self.params.guard is not None
        category = self.params.category_scores
        residuals, weight, count = 0.0, 0.0, 0
        for number in numbers:
            _, _, stars, day, _, counts, mildness, residual, quality, _ = self.learnt[number]
            share = 2.0 ** ((day - self.customer_mark) * rate) * counts
            came = residual + mildness if guarded else category[stars - 1]
            residuals += share * (came - quality)
            weight += share
            count += 1
        return residuals, weight, count

    def _order(self, number: int) -> tuple[float, int]:
        return self.learnt[number][3], number
