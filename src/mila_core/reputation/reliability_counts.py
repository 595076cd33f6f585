"""Reliability: what became of what was asked of each friend, counted over the last year.

What is held against a friend is only what the friend could have done otherwise:

- An answer is asked for by a request for a booking and by an invitation. Both count when they are answered,
  or when the time for it is over: silence counts. What nobody has to answer any more, as another friend was
  faster, or the customer or an operator took it back, does not.
- An accepted booking was kept if it is closed, done and approved; it was broken if the friend cancelled, did
  not come, or let it lapse unconfirmed or without a word. What the customer or an operator ended, and a visit
  that failed, is neither.
- An answer or a cancellation that an operator noted for a friend is the friend's.
- What the friend let pass counts at its deadline, however late the scheduler looked.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from operator import add
from typing import Any

import attrs

from mila_core.bookings import Booking, BookingEvent
from mila_core.dispatch import Dispatch
from mila_core.errors import InvalidTypeError, InvalidValueError, describe
from mila_core.periods import instant_of
from mila_core.policies import BadgePolicy
from mila_core.ratings import Direction, Rating, counted
from mila_core.reputation._conduct import facts_of_bookings, facts_of_dispatches
from mila_core.standings import STARS, Reliability
from mila_core.validation import TupleOf, check_instance, identifier, tuple_of

__all__ = ["POSITIVE_STARS", "merge_reliabilities", "reliability"]

POSITIVE_STARS = 4
"""From how many stars on a rating is positive: the upper two of five, our own choice."""


@attrs.frozen(kw_only=True)
class _Given:
    excused: tuple[str, ...] = attrs.field(converter=TupleOf[str], validator=tuple_of(identifier))


def reliability(
    bookings: Iterable[Booking | BookingEvent],
    *,
    dispatches: Iterable[Dispatch] = (),
    ratings: Iterable[Rating] = (),
    excused: Iterable[str] = (),
    at: datetime,
    policy: BadgePolicy | None = None,
) -> tuple[Reliability, ...]:
    """Count what became of what was asked of each friend, over the days before an instant.

    Whatever is given may come in any order and however often: each booking, request and rating counts once,
    by its newest version. A fact counts from its instant on until exactly `window_days` later.

    Args:
        bookings: bookings as they stand, events of their histories, or both. A booking as it stands says how
            it ended; its history says as well what was asked for, when it was answered and when work began.
        dispatches: requests that were shown to several friends, with their invitations.
        ratings: ratings of any bookings and both directions; those of friends count once they are revealed.
            Of a booking that is closed it is told whether it was rated, and how.
        excused: ids of bookings whose end a person has decided not to hold against the friend.
        at: now; what happened later does not count yet.
        policy: the window, and what counts as soon, fast and in time; the default one if not given.

    Returns:
        One for each friend of whom something counts, by friend id.

    Raises:
        InvalidTypeError: something that is none of these.
        InvalidValueError: a naive `at`, a history with a gap, or two of one version that differ.

    Examples:
        >>> from mila_core import samples
        >>> pilot = samples.zurich_2013()
        >>> (first, *_) = reliability((), ratings=pilot.ratings, at=pilot.opened_at)
        >>> first.friend_id, first.ratings, first.response
        ('beat', 4, None)
    """
    rules = BadgePolicy() if policy is None else policy
    check_instance("policy", rules, kind=BadgePolicy)
    now = instant_of(at)
    if isinstance(excused, str) or not isinstance(excused, Iterable):
        raise InvalidTypeError("excused", "ids of bookings", describe(excused))
    pardoned = frozenset(_Given(excused=tuple(excused)).excused)
    window, recent = timedelta(days=rules.window_days), timedelta(days=rules.strike_days)
    counts: dict[str, Counter[str]] = {}
    closed: dict[str, str] = {}
    facts = [
        *facts_of_bookings(bookings, at=now, excused=pardoned, policy=rules),
        *facts_of_dispatches(dispatches, at=now, policy=rules),
    ]
    for fact in facts:
        if not timedelta(0) <= now - fact.at < window:
            continue
        of_friend = counts.setdefault(fact.friend_id, Counter())
        of_friend.update(fact.counts)
        if "closed" in fact.counts:
            closed[fact.id] = fact.friend_id
        elif "no_shows" in fact.counts and now - fact.at < recent:
            of_friend["strikes"] += 1
    stars: dict[str, list[int]] = {}
    for rating in counted(ratings, at=now):
        if rating.direction is not Direction.OF_FRIEND:
            continue
        friend_id = rating.subject_id
        if now - rating.counts_from < window:
            stars.setdefault(friend_id, [0] * len(STARS))[rating.stars - STARS[0]] += 1
        if closed.get(rating.booking_id) == friend_id:
            counts[friend_id].update(("rated", "positive") if rating.stars >= POSITIVE_STARS else ("rated",))
    return tuple(
        Reliability(
            friend_id=friend_id,
            at=now,
            window_days=rules.window_days,
            policy=rules.version,
            star_counts=tuple(stars.get(friend_id, (0,) * len(STARS))),
            **counts.get(friend_id, Counter()),
        )
        for friend_id in sorted({*counts, *stars})
    )


_COUNTS = tuple(
    field.name for field in attrs.fields(Reliability) if field.type is int and field.name != "window_days"
)


def merge_reliabilities(parts: Iterable[Reliability]) -> tuple[Reliability, ...]:
    """Add up what was counted apart, of other bookings, such as by shard or by worker.

    The parts of a booking belong together: its events, its rating, and the request of which it came. In
    whatever order the parts are added, the sums are the same.

    Args:
        parts: what was counted at one instant by one policy; of a friend as many as there are.

    Returns:
        One for each friend, by friend id.

    Raises:
        InvalidTypeError: something else than a `Reliability`.
        InvalidValueError: parts of different instants, windows or policies.
    """
    if not isinstance(parts, Iterable):
        raise InvalidTypeError("parts", "reliabilities", describe(parts))
    sums: dict[str, Reliability] = {}
    basis: tuple[datetime, int, str] | None = None
    for part in parts:
        if not isinstance(part, Reliability):
            raise InvalidTypeError("parts", "reliabilities", describe(part))
        own = (part.at, part.window_days, part.policy)
        basis = own if basis is None else basis
        if own != basis:
            expected = "parts of one instant, window and policy"
            raise InvalidValueError(
                "parts", expected, f"some at {own[0].isoformat()}, {own[1]} days, {own[2]}"
            )
        known = sums.get(part.friend_id)
        sums[part.friend_id] = part if known is None else _sum(known, part)
    return tuple(sums[friend_id] for friend_id in sorted(sums))


def _sum(one: Reliability, other: Reliability) -> Reliability:
    changes: Mapping[str, Any] = {name: getattr(one, name) + getattr(other, name) for name in _COUNTS}
    stars = tuple(map(add, one.star_counts, other.star_counts))
    return attrs.evolve(one, star_counts=stars, **changes)
