"""What a simulated market is made of: numbers of chance, and the ratings that come of them."""

from datetime import datetime, timedelta
from random import Random

from mila_core.ratings import Direction, Rating

_WINDOW = timedelta(days=14)
_BOUNDS = (-2.05, -1.81, -1.48, -0.85)  # of what is felt, below which 1, 2, 3 and 4 stars are given: mean 4.6
_SPREAD = 3**0.5  # makes the standard deviation of four even numbers 1


class Chance:
    """Numbers of chance that are the same with any version of Python and on any machine."""

    def __init__(self, *seeds: int | str) -> None:
        """Begin with seeds."""
        self._random = Random("-".join(map(str, seeds)))  # noqa: S311  # a simulation, no secret

    def share(self) -> float:
        """Return a number from 0 to 1; only `random()` promises the same ones for ever."""
        return self._random.random()

    def below(self, most: int) -> int:
        """Return a whole number from 0, below another."""
        return int(self._random.random() * most)

    def normal(self) -> float:
        """Return a nearly normal number: a sum of four even ones, which needs no logarithm."""
        return (sum(self._random.random() for _ in range(4)) - 2) * _SPREAD


def stars_felt(felt: float) -> int:
    """Return the stars that somebody gives who feels like this."""
    return 1 + sum(felt >= bound for bound in _BOUNDS)


def rating(booking_id: str, author_id: str, friend_id: str, *, stars: int, at: datetime) -> Rating:
    """Return a rating of a friend, revealed when it is given."""
    return Rating(
        booking_id=booking_id,
        direction=Direction.OF_FRIEND,
        author_id=author_id,
        subject_id=friend_id,
        stars=stars,
        at=at,
        closes_at=at + _WINDOW,
        revealed_at=at,
    )
