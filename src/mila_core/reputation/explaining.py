"""Explanations: what each rating adds to a friend's stars, and why they moved since."""

from collections.abc import Iterable

import attrs

from mila_core.errors import InvalidTypeError, InvalidValueError, describe
from mila_core.reputation.bayesian_average import MODEL as BAYESIAN_MODEL
from mila_core.reputation.bayesian_average import BayesianAverageParams, bayesian_contributions
from mila_core.reputation.book import ReputationBook
from mila_core.reputation.contributions import Contribution, ContributionPart
from mila_core.reputation.params import DEFAULT
from mila_core.standings import STARS, Standing
from mila_core.validation import check_instance

__all__ = ["explain", "explain_change"]

_TO_ROUNDING = 1e-9


def explain(
    standing: Standing,
    *,
    book: ReputationBook | None = None,
    params: BayesianAverageParams | None = None,
) -> tuple[Contribution, ...]:
    """Return what each part of the evidence adds to a friend's stars.

    Args:
        standing: the standing.
        book: the book that a standing of the default model comes from: a standing is small, and is kept for
            each friend, so its ratings are in the book alone.
        params: the prior that a standing of the Bayesian average was computed with; the default one if not
            given.

    Returns:
        The contributions; their effects add up to the standing's stars, to 1e-9. For the default model the
        prior, what experience adds, and each rating, the oldest first; for the Bayesian average the prior,
        and the ratings by their stars.

    Raises:
        InvalidTypeError: no standing, no book, or no parameters.
        InvalidValueError: a standing of another model, or one that does not come from this book or prior, or
            of an instant before one that the book was asked for already.
        UnknownIdError: the book has no rating of the friend.

    Examples:
        >>> from mila_core import samples
        >>> pilot = samples.zurich_2013()
        >>> book = ReputationBook()
        >>> for rating in pilot.ratings:
        ...     book.add(rating)
        >>> standing = book.standing("beat", at=pilot.opened_at)
        >>> parts = explain(standing, book=book)
        >>> [(part.part.value, part.stars, round(part.effect, 2)) for part in parts[:3]]
        [('prior', None, 4.59), ('experience', None, 0.1), ('rating', 5, 0.03)]
        >>> abs(sum(part.effect for part in parts) - standing.stars) < 1e-9
        True
    """
    check_instance("standing", standing, kind=Standing)
    if standing.model == BAYESIAN_MODEL:
        return bayesian_contributions(standing, params=params)
    if standing.model != DEFAULT:
        expected = f"one of the model {DEFAULT} or {BAYESIAN_MODEL}"
        raise InvalidValueError("standing", expected, describe(standing.model))
    if not isinstance(book, ReputationBook):
        raise InvalidTypeError("book", "the ReputationBook that the standing comes from", describe(book))
    found = book.contributions(standing.friend_id, at=standing.at)
    stars = [part.stars for part in found if part.part is ContributionPart.RATING]
    counts = tuple(map(stars.count, STARS))
    if counts != standing.counts or abs(sum(part.effect for part in found) - standing.stars) > _TO_ROUNDING:
        raise InvalidValueError(
            "book", "the book that the standing comes from", "other ratings or parameters"
        )
    return found


def explain_change(before: Iterable[Contribution], after: Iterable[Contribution]) -> tuple[Contribution, ...]:
    """Return why a friend's stars moved between two explanations.

    Args:
        before: what `explain` gave then.
        after: what it gives now.

    Returns:
        What became of the prior and of experience, each rating that came, that has other stars, or that
        counts no more, and what the ageing of all others does. The effects add up to the difference of the
        stars, to 1e-9; parts that change nothing are left out.

    Raises:
        InvalidTypeError: something that is no contribution.
        InvalidValueError: a contribution of the Bayesian average, which tells no rating from another, or one
            part that comes twice.

    Examples:
        >>> rating = Contribution(
        ...     part=ContributionPart.RATING, effect=0.2, stars=5, ratings=1, booking_id="b1", age_days=0
        ... )
        >>> [(part.part.value, part.effect) for part in explain_change([], [rating])]
        [('new', 0.2)]
    """
    old, new = _by_part(before), _by_part(after)
    found: list[Contribution] = []
    aged: list[float] = []
    for key in dict.fromkeys((*old, *new)):
        then, now = old.get(key), new.get(key)
        effect = (now.effect if now else 0.0) - (then.effect if then else 0.0)
        shown = now or old[key]
        if shown.part is not ContributionPart.RATING:
            found.append(attrs.evolve(shown, effect=effect))
        elif then is None:
            found.append(attrs.evolve(shown, part=ContributionPart.NEW, effect=effect))
        elif now is None:
            found.append(attrs.evolve(shown, part=ContributionPart.GONE, effect=effect))
        elif then.stars != now.stars:
            found.append(attrs.evolve(shown, part=ContributionPart.CHANGED, effect=effect))
        else:
            aged.append(effect)
    if aged:
        found.append(Contribution(part=ContributionPart.AGED, ratings=len(aged), effect=sum(aged)))
    return tuple(part for part in found if part.effect)


def _by_part(parts: Iterable[Contribution]) -> dict[tuple[str, str | None], Contribution]:
    found: dict[tuple[str, str | None], Contribution] = {}
    for part in parts:
        check_instance("contributions", part, kind=Contribution)
        if part.part is ContributionPart.RATINGS:
            raise InvalidValueError("contributions", "those of the default model", "those of another one")
        key = part.part.value, part.booking_id
        if key in found:
            raise InvalidValueError("contributions", "each part once", " of ".join(filter(None, key)))
        found[key] = part
    return found
