"""The score of all friends at once, from ratings or from a history."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from mila_core.errors import InvalidValueError, describe
from mila_core.periods import instant_of
from mila_core.ratings import Rating, counted
from mila_core.reputation._gathering import day_of, evidence_of
from mila_core.reputation._learning import Learner
from mila_core.reputation.bayesian_average import BayesianAverageParams, bayesian_standings
from mila_core.reputation.book import ReputationBook
from mila_core.reputation.evidence import standing_of
from mila_core.reputation.history import History
from mila_core.reputation.params import ReputationParams
from mila_core.standings import Standing
from mila_core.validation import check_instance

__all__ = ["score"]


def score(
    ratings: Iterable[Rating] | History,
    *,
    params: ReputationParams | BayesianAverageParams | None = None,
    weights: Mapping[str, float] | None = None,
    at: datetime,
) -> tuple[Standing, ...]:
    """Return the standing of each friend who has a revealed rating.

    Only ratings of friends that are revealed by now count, each once for its booking, in whatever order they
    come and however often.

    With a guard, more stars in one rating, all others as they are, do not lower its friend's stars: surely
    not where the friend is the only one, or where its customer rates nobody else later. Else something comes
    back by others: as its customer is taken for milder, another friend is believed to be less, so that
    friend's customers are taken for milder, and then their ratings of the first friend say less. Each step
    of that is drawn towards what is usual: with the default parameters no market was found where more comes
    back than was given; with priors or half-lives far below them there are some. In a `ReputationBook` an
    edit moves its own friend alone, and never the wrong way.

    Args:
        ratings: ratings of any bookings and both directions, as `ratings.revealed` gives them; or a history,
            as `History.of` makes it of a table or a frame whose times are dates or instants: those of later
            than now do not count.
        params: the parameters of the default model, or those of the Bayesian average, which then computes
            the standings; the default ones of the default model if not given.
        weights: what each rating counts by the facts of its booking, from 0 to 1, by the booking's id; a
            rating of a booking that is not there counts nothing. Without it, all count 1. For `Rating`
            values and the default model only.
        at: now.

    Returns:
        The standings by friend id.

    Raises:
        InvalidTypeError: something that is no rating, or parameters of another model.
        InvalidValueError: a weight out of its range, weights for the Bayesian average or for a history, or a
            history for the Bayesian average.

    Examples:
        >>> from mila_core import samples
        >>> pilot = samples.zurich_2013()
        >>> [standing.friend_id for standing in score(pilot.ratings, at=pilot.opened_at)][:2]
        ['beat', 'chiara']
    """
    if isinstance(ratings, History):
        if isinstance(params, BayesianAverageParams):
            raise InvalidValueError("params", "those of the default model, for a history", describe(params))
        if weights is not None:
            raise InvalidValueError("weights", "none for a history", describe(weights))
        return _of_history(ratings, ReputationParams() if params is None else params, at)
    if isinstance(params, BayesianAverageParams):
        if weights is not None:
            raise InvalidValueError("weights", "none for the Bayesian average", describe(weights))
        return bayesian_standings(ratings, params=params, at=at)
    book = ReputationBook(params)
    for rating in counted(ratings, at=at):
        book.add(rating, weight=1.0 if weights is None else weights.get(rating.booking_id, 0.0))
    return book.standings(at=at)


def _of_history(history: History, params: ReputationParams, at: datetime) -> tuple[Standing, ...]:
    check_instance("params", params, kind=ReputationParams)
    now = instant_of(at)
    today = day_of(now)
    learner = Learner(params)
    customers: dict[int, int] = {}
    friends: dict[int, int] = {}
    learner.learn(
        (
            customers.setdefault(row.rater, len(customers)),
            friends.setdefault(row.subject, len(friends)),
            row.stars,
            row.day,
            1.0,
        )
        for row in history
        if row.day <= today
    )
    sides = {history.subject_ids[who]: learner.friends[number] for who, number in friends.items()}
    return tuple(
        standing_of(friend_id, evidence_of(learner, side, at=now), params=params)
        for friend_id, side in sorted(sides.items())
    )
