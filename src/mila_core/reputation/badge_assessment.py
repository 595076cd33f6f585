"""Badges: which ones a friend has earned, with what is met and what is missing.

A badge is assessed at the first look in each quarter of a year; until the next quarter nothing changes. Who
holds a badge keeps it until a lower threshold is passed, so that chance alone does not give and take it.

A share is an estimate. To earn a badge it has to clear its threshold `p` by `z` standard errors, that is
`s / n >= p` and `(s - n p)^2 >= z^2 n p (1 - p)` for `s` of `n`: the lower end of Wilson's interval for the
share is then no lower than the threshold. All of it is exact arithmetic.

References:
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. Journal of the
        American Statistical Association 22 (158), 209-212. doi:10.1080/01621459.1927.10502953.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from fractions import Fraction
from typing import Any, TypeAlias, TypeVar

import attrs

from mila_core.errors import InvalidTypeError, InvalidValueError, describe
from mila_core.periods import instant_of, wall_time
from mila_core.policies import Badge, BadgePolicy
from mila_core.reasons import Reason, reason
from mila_core.standings import STARS, Reliability
from mila_core.validation import (
    TupleOf,
    as_instant,
    check_instance,
    identifier,
    instance_of,
    instant,
    tuple_of,
)

__all__ = ["BadgeAssessment", "BadgeVerdict", "badges", "strikes"]

_MILLI = 1000
_PERCENT = 100
_MONTHS = 12


@attrs.frozen(kw_only=True)
class BadgeVerdict:
    """Whether a friend has earned one badge, and why.

    Attributes:
        badge: the badge.
        met: the rules that are met, with their values.
        missing: the rules that are not; nothing is missing where the badge is held.
    """

    badge: Badge = attrs.field(validator=instance_of(Badge))
    met: tuple[Reason, ...] = attrs.field(
        default=(), converter=TupleOf[Reason], validator=tuple_of(instance_of(Reason))
    )
    missing: tuple[Reason, ...] = attrs.field(
        default=(), converter=TupleOf[Reason], validator=tuple_of(instance_of(Reason))
    )

    @property
    def is_held(self) -> bool:
        """Whether the friend holds the badge."""
        return not self.missing


def _each_once(_: object, attribute: "attrs.Attribute[Any]", value: tuple[BadgeVerdict, ...]) -> None:
    named = [verdict.badge for verdict in value]
    if named != sorted(set(named), key=list(Badge).index):
        raise InvalidValueError(attribute.name, "each badge once, in their order", ", ".join(named))


@attrs.frozen(kw_only=True)
class BadgeAssessment:
    """Which badges a friend holds since they were last assessed, and why.

    Attributes:
        friend_id: the id of the friend.
        at: when they were assessed.
        policy: the version of the `BadgePolicy` by which.
        verdicts: one for each badge, in the order of `Badge`.
    """

    friend_id: str = attrs.field(validator=identifier)
    at: datetime = attrs.field(converter=as_instant, validator=instant)
    policy: str = attrs.field(validator=identifier)
    verdicts: tuple[BadgeVerdict, ...] = attrs.field(
        converter=TupleOf[BadgeVerdict], validator=[tuple_of(instance_of(BadgeVerdict)), _each_once]
    )

    @property
    def held(self) -> tuple[Badge, ...]:
        """The badges that the friend holds."""
        return tuple(verdict.badge for verdict in self.verdicts if verdict.is_held)


def badges(
    reliabilities: Iterable[Reliability],
    *,
    previous: Iterable[BadgeAssessment] = (),
    at: datetime,
    policy: BadgePolicy | None = None,
) -> tuple[BadgeAssessment, ...]:
    """Return which badges each friend holds: as assessed before in this quarter, or assessed now.

    Quarters are those of the year on the Swiss wall clock, for `assessed_every_months` of 3; other numbers of
    months are counted from a January, too. Who has never been assessed is assessed now, so that a newcomer
    does not wait for the next quarter.

    Args:
        reliabilities: what `reliability` counted at the same instant by the same policy; a friend of whom
            nothing counts may be left out.
        previous: what this function returned last, of all friends.
        at: now.
        policy: the rules; the default ones if not given.

    Returns:
        One for each friend of whom something is given, by friend id: the previous one as it is, or a new one.

    Raises:
        InvalidTypeError: something that is none of these.
        InvalidValueError: a friend who comes twice, or counts of another instant, window or policy.

    Examples:
        >>> from datetime import UTC
        >>> now = datetime(2014, 1, 1, tzinfo=UTC)
        >>> done = Reliability(friend_id="andreas", at=now, closed=19, cancelled=1)
        >>> (found,) = badges([done], at=now, policy=BadgePolicy(caution_milli=0))
        >>> [badge.value for badge in found.held]
        ['reliable']
        >>> found.verdicts[2].missing[0].as_mapping()
        mappingproxy({'given': 0, 'least': 10})
    """
    rules = BadgePolicy() if policy is None else policy
    check_instance("policy", rules, kind=BadgePolicy)
    now = instant_of(at)
    before = _by_friend("previous", previous, BadgeAssessment)
    counted = _by_friend("reliabilities", reliabilities, Reliability)
    for each in counted.values():
        if (each.at, each.window_days, each.policy) != (now, rules.window_days, rules.version):
            expected = f"counts of {now.isoformat()}, over {rules.window_days} days, by {rules.version}"
            came = f"some of {each.at.isoformat()}, {each.window_days} days, {each.policy}"
            raise InvalidValueError("reliabilities", expected, came)
    found = []
    for friend_id in sorted({*before, *counted}):
        known = before.get(friend_id)
        if known is not None and _term_of(now, rules) <= _term_of(known.at, rules):
            found.append(known)
            continue
        counts = counted.get(friend_id)
        if counts is None:
            counts = Reliability(
                friend_id=friend_id, at=now, window_days=rules.window_days, policy=rules.version
            )
        held = () if known is None else known.held
        verdicts = [_verdict(badge, counts, keeps=badge in held, rules=rules) for badge in Badge]
        found.append(BadgeAssessment(friend_id=friend_id, at=now, policy=rules.version, verdicts=verdicts))
    return tuple(found)


def strikes(reliability: Reliability, *, policy: BadgePolicy | None = None) -> Reason | None:
    """Return why a person should look at a friend: too many no-shows of late; None where there is no cause.

    It holds at any time, not only once in a quarter. Nothing follows by itself: what is done about it is for
    a person to decide, who may excuse the friend (`reliability` leaves out what is `excused`).

    Args:
        reliability: what was counted of the friend.
        policy: how many no-shows, within how many days; the default ones if not given.

    Raises:
        InvalidTypeError: something else in the place of either.
        InvalidValueError: counts by another policy.

    Examples:
        >>> from datetime import UTC
        >>> now = datetime(2014, 1, 1, tzinfo=UTC)
        >>> strikes(Reliability(friend_id="beat", at=now, no_shows=2, strikes=2)).code
        'strikes'
    """
    rules = BadgePolicy() if policy is None else policy
    check_instance("policy", rules, kind=BadgePolicy)
    check_instance("reliability", reliability, kind=Reliability)
    if reliability.policy != rules.version:
        raise InvalidValueError("reliability", f"counts by {rules.version}", describe(reliability.policy))
    if reliability.strikes < rules.strikes:
        return None
    return reason("strikes", given=reliability.strikes, days=rules.strike_days)


T = TypeVar("T", Reliability, BadgeAssessment)


def _by_friend(name: str, given: Iterable[T], kind: type[T]) -> dict[str, T]:
    if not isinstance(given, Iterable):
        raise InvalidTypeError(name, f"{kind.__name__} values", describe(given))
    found: dict[str, T] = {}
    for each in given:
        if not isinstance(each, kind):
            raise InvalidTypeError(name, f"{kind.__name__} values", describe(each))
        if each.friend_id in found:
            raise InvalidValueError(name, "each friend once", describe(each.friend_id))
        found[each.friend_id] = each
    return found


def _term_of(at: datetime, rules: BadgePolicy) -> int:
    """Return the number of the quarter, or whatever else is the time between two assessments."""
    on = wall_time(at)
    return (on.year * _MONTHS + on.month - 1) // rules.assessed_every_months


# --- the rules: each yields whether it is met, and the values

_Judged: TypeAlias = Iterator[tuple[bool, Reason]]


def _verdict(badge: Badge, counts: Reliability, *, keeps: bool, rules: BadgePolicy) -> BadgeVerdict:
    match badge:
        case Badge.TOP_FRIEND:
            judged = tuple(_top(counts, keeps=keeps, rules=rules))
        case Badge.RELIABLE:
            judged = tuple(_reliable(counts, keeps=keeps, rules=rules))
        case Badge.FAST:
            judged = tuple(_fast(counts, keeps=keeps, rules=rules))
    return BadgeVerdict(
        badge=badge,
        met=[why for is_met, why in judged if is_met],
        missing=[why for is_met, why in judged if not is_met],
    )


def _top(counts: Reliability, *, keeps: bool, rules: BadgePolicy) -> _Judged:
    given = counts.ratings
    yield given >= rules.public_from, reason("badge_ratings", given=given, least=rules.public_from)
    if given:
        milli = _MILLI * sum(stars * count for stars, count in zip(STARS, counts.star_counts, strict=True))
        needed = max(rules.top_milli_stars - (rules.keep_milli_stars if keeps else 0), STARS[0] * _MILLI)
        why = reason("badge_mean", milli_stars=milli // given, least_milli_stars=needed)
        yield milli >= needed * given, why
    least = max(rules.top_closed - (rules.keep_closed if keeps else 0), 1)
    yield counts.closed >= least, reason("badge_closed", given=counts.closed, least=least)
    part, total = counts.answered_soon, counts.asked
    if total:
        percent = _threshold(rules.top_answered_percent, keeps=keeps, rules=rules)
        hours = rules.answer_hours
        why = reason("badge_answered", part=part, total=total, hours=hours, percent=percent)
        yield from _share(part, total, percent, why, caution_milli=0 if keeps else rules.caution_milli)
    else:  # every booking was an instant one
        yield True, reason("badge_never_asked")
    part, total = counts.cancelled, counts.kept_or_broken
    most = rules.top_cancelled_percent + (rules.keep_cancelled_percent if keeps else 0)
    why = reason("badge_cancelled", part=part, total=total, percent=most)
    yield part == 0 or _PERCENT * part < most * total, why


def _reliable(counts: Reliability, *, keeps: bool, rules: BadgePolicy) -> _Judged:
    part, total, least = counts.closed, counts.kept_or_broken, 1 if keeps else rules.reliable_least
    yield total >= least, reason("badge_accepted", given=total, least=least)
    if total:
        percent = _threshold(rules.reliable_percent, keeps=keeps, rules=rules)
        why = reason("badge_done", part=part, total=total, percent=percent)
        yield from _share(part, total, percent, why, caution_milli=0 if keeps else rules.caution_milli)


def _fast(counts: Reliability, *, keeps: bool, rules: BadgePolicy) -> _Judged:
    part, total, least = counts.answered_fast, counts.asked, 1 if keeps else rules.fast_least
    yield total >= least, reason("badge_asked", given=total, least=least)
    if total:
        percent = _threshold(rules.fast_percent, keeps=keeps, rules=rules)
        why = reason("badge_fast", part=part, total=total, hours=rules.fast_hours, percent=percent)
        yield from _share(part, total, percent, why, caution_milli=0 if keeps else rules.caution_milli)


def _threshold(percent: int, *, keeps: bool, rules: BadgePolicy) -> int:
    return max(percent - rules.keep_percent, 0) if keeps else percent


def _share(part: int, total: int, percent: int, why: Reason, *, caution_milli: int) -> _Judged:
    """Yield whether a share reaches a threshold, and if so, that it may be luck, where it may."""
    threshold, z = Fraction(percent, _PERCENT), Fraction(caution_milli, _MILLI)
    over = part - total * threshold
    yield over >= 0, why
    if over >= 0 and over**2 < z**2 * total * threshold * (1 - threshold):
        yield False, reason("badge_unsure", part=part, total=total, percent=percent)
