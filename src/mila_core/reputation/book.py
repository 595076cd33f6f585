"""The reputation book: ratings come one by one, standings can be asked for at any time."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from heapq import heapify, heappop, heappush
from math import isfinite

from mila_core.errors import InvalidTypeError, InvalidValueError, UnknownIdError, describe
from mila_core.periods import instant_of
from mila_core.ratings import Direction, Rating, counted
from mila_core.reputation._learning import Learner, Lesson, Side
from mila_core.reputation.bayesian_average import BayesianAverageParams
from mila_core.reputation.bayesian_average import score as bayesian_scores
from mila_core.reputation.evidence import Evidence, expected_stars, quality_of, standing_of
from mila_core.reputation.params import ReputationParams
from mila_core.standings import STARS, Standing
from mila_core.validation import check_instance

__all__ = ["ReputationBook", "score"]

_DAY_SECONDS = 86_400.0


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
        (1, 4.7, 4.4)
    """

    def __init__(self, params: ReputationParams | None = None) -> None:
        """Hold no rating."""
        self._params = ReputationParams() if params is None else params
        check_instance("params", self._params, kind=ReputationParams)
        self._learner = Learner(self._params)
        self._friends: dict[str, int] = {}
        self._customers: dict[str, int] = {}
        self._ratings: dict[str, Rating] = {}
        self._weights: dict[str, float] = {}
        self._lessons: dict[str, int] = {}
        self._booking_ids: list[str] = []
        self._waiting: list[tuple[datetime, str, int]] = []
        self._versions = 0
        self._waiting_version: dict[str, int] = {}
        self._unrated: dict[str, str] = {}
        self._until: datetime | None = None

    @property
    def params(self) -> ReputationParams:
        """The parameters."""
        return self._params

    def __len__(self) -> int:
        """Return how many ratings it holds, those that are hidden still included."""
        return len(self._ratings)
