"""A flag: something that a person should look at, with what was counted. Never a verdict."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import attrs

from mila_core.errors import InvalidValueError
from mila_core.reasons import Reason
from mila_core.validation import (
    TupleOf,
    as_instant,
    identifier,
    instance_of,
    instant,
    integer,
    number,
    tuple_of,
)

__all__ = ["Flag", "FlagKind", "FlagParams"]


class FlagKind(StrEnum):
    """What a flag points at."""

    BURST = "burst"
    """Somebody got far more ratings within some days than usual."""

    RING = "ring"
    """A small group rates each other well, or the same people at the same time."""

    UNFAIR_RATER = "unfair_rater"
    """Somebody rates otherwise than all others do, again and again."""

    REPEATS = "repeats"
    """One person rated another many times within some days."""

    CHANGE = "change"
    """Somebody's ratings fell after a good record."""


def _distinct(_: object, attribute: "attrs.Attribute[Any]", value: tuple[str, ...]) -> None:
    if len(set(value)) < len(value):
        raise InvalidValueError(attribute.name, "each id once", f"{len(value)} with one that comes again")


@attrs.frozen(kw_only=True)
class Flag:
    """Something that a person should look at.

    Attributes:
        flag_kind: what it points at.
        subject_ids: whom it is about: who got the burst, the ring, the rater, or who changed.
        involved_ids: who else took part: who rated in the burst, whom a ring or a rater rated.
        why: what was counted, with numbers; `i18n.word` words it.
        strength: how many zeros the chance of as much by mere chance has behind the point, under the
            assumptions of its kind: 3 is one in a thousand; 300 at most.
        first_at: when it began.
        last_at: the last rating that it speaks of.

    Raises:
        InvalidValueError: also for ids that come twice, nobody it is about, or an end before the
            beginning.
    """

    flag_kind: FlagKind = attrs.field(validator=instance_of(FlagKind))
    subject_ids: tuple[str, ...] = attrs.field(
        converter=TupleOf[str], validator=[tuple_of(identifier, least=1), _distinct]
    )
    involved_ids: tuple[str, ...] = attrs.field(
        default=(), converter=TupleOf[str], validator=[tuple_of(identifier), _distinct]
    )
    why: Reason = attrs.field(validator=instance_of(Reason))
    strength: float = attrs.field(validator=number(0, 300))
    first_at: datetime = attrs.field(converter=as_instant, validator=instant)
    last_at: datetime = attrs.field(converter=as_instant, validator=instant)

    def __attrs_post_init__(self) -> None:
        """Refuse an end before the beginning."""
        if self.last_at < self.first_at:
            raise InvalidValueError(
                "last_at", f"no instant before {self.first_at.isoformat()}", self.last_at.isoformat()
            )


@attrs.frozen(kw_only=True)
class FlagParams:
    """From when on something is flagged.

    Attributes:
        false_alarm_chance: the chance in an honest market of any false burst at all among all friends, of any
            false pair who rate together, and of a fall from a record that was just lucky; 0.01, our own
            choice, as are all others here.
        burst_days: how long a burst may take, in days; half and a quarter of it are looked at as well.
        burst_least: how many ratings it has at least.
        ring_days: how close in time two people rate the same friend to have rated together, in days.
        ring_people: how many people a ring has at least.
        ring_friends: how many friends two people rated together at least, to be of one ring.
        ring_most: how many people a ring has at most: more are a neighbourhood.
        unfair_least: how many ratings an unfair rater gave at least.
        unfair_stars: how far a rating is from what others gave at least to be off, in stars.
        unfair_false_share: which share of the raters flagged may be expected to be flagged by chance.
        repeats_least: how many ratings of a pair within `repeats_days` are flagged.
        repeats_days: see there.
        change_record: how many of somebody's first ratings are the record.
        change_drop_stars: which fall of the mean is looked for, in stars.
        change_false_alarm_ratings: how many ratings it takes in the mean until somebody who stays the same is
            flagged.

    Raises:
        InvalidTypeError: a field of another type.
        InvalidValueError: a number out of range.
    """

    false_alarm_chance: float = attrs.field(default=0.01, validator=number(1e-12, 0.5))
    burst_days: float = attrs.field(default=7.0, validator=number(0.01, 366))
    burst_least: int = attrs.field(default=5, validator=integer(2, 1_000_000))
    ring_days: float = attrs.field(default=7.0, validator=number(0.01, 366))
    ring_people: int = attrs.field(default=3, validator=integer(2, 1_000))
    ring_friends: int = attrs.field(default=3, validator=integer(2, 1_000))
    ring_most: int = attrs.field(default=30, validator=integer(2, 10_000))
    unfair_least: int = attrs.field(default=5, validator=integer(2, 1_000_000))
    unfair_stars: float = attrs.field(default=1.5, validator=number(0.1, 4))
    unfair_false_share: float = attrs.field(default=0.01, validator=number(1e-12, 0.5))
    repeats_least: int = attrs.field(default=5, validator=integer(2, 1_000_000))
    repeats_days: float = attrs.field(default=30.0, validator=number(0.01, 3_660))
    change_record: int = attrs.field(default=20, validator=integer(5, 10_000))
    change_drop_stars: float = attrs.field(default=1.0, validator=number(0.1, 3))
    change_false_alarm_ratings: int = attrs.field(default=100_000, validator=integer(10, 10**12))


def instant_from(seconds: float) -> datetime:
    """Return the instant of an edge."""
    return datetime.fromtimestamp(seconds, UTC)
