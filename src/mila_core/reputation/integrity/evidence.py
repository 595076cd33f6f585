"""What a rating weighs as evidence: pure functions for a model to use.

`evidence_weight` looks at the booking and the rater: was there a paid and completed visit, and has the rater
to do with more than one friend? `burst_damping` looks at the time: the tenth rating within some days weighs
less than the first, unless as many are usual. Both are from 0 to 1, and a model multiplies them.
"""

from math import exp
from typing import NamedTuple

import attrs

from mila_core.errors import InvalidTypeError, InvalidValueError, describe
from mila_core.validation import check_instance, number

__all__ = ["BurstDampingParams", "EvidenceParams", "Pace", "burst_damping", "evidence_weight"]

_DAY = 86_400.0
_MOST = 2**53


@attrs.frozen(kw_only=True)
class EvidenceParams:
    """How much less a rating weighs without this and that; our own choices, to be fitted on data.

    Attributes:
        unpaid_weight: what an unpaid visit weighs against a paid one: who has to pay for each rating will not
            buy many.
        uncompleted_weight: what a booking that ended otherwise weighs against a completed one.
        counterparts_half: with how many different friends a rater weighs half; 0 if all raters weigh the
            same.

    Raises:
        InvalidTypeError: a field that is no number.
        InvalidValueError: a number out of range.
    """

    unpaid_weight: float = attrs.field(default=0.5, validator=number(0, 1))
    uncompleted_weight: float = attrs.field(default=0.5, validator=number(0, 1))
    counterparts_half: float = attrs.field(default=0.5, validator=number(0, 1_000))


def evidence_weight(
    *, paid: bool, completed: bool, counterparts: int, params: EvidenceParams | None = None
) -> float:
    """Return what a rating weighs by its booking and its rater.

    `w = u c n / (n + k)`: `u` is 1 for a paid visit and `unpaid_weight` otherwise, `c` is 1 for a completed
    one and `uncompleted_weight` otherwise, `n` is how many different friends the rater has had, this one
    included, and `k` is `counterparts_half`. An account made for one rating weighs `1 / (1 + k)`; one that
    praises the same friend every day weighs no more.

    Args:
        paid: whether money changed hands over the platform.
        completed: whether the visit took place and was completed.
        counterparts: with how many different friends the rater has had completed visits, this one included.
        params: the weights; the default ones if not given.

    Returns:
        The weight, from 0 to 1.

    Raises:
        InvalidTypeError: an argument of another type.
        InvalidValueError: a negative or a vast number of counterparts.

    Examples:
        >>> round(evidence_weight(paid=True, completed=True, counterparts=1), 3)
        0.667
        >>> round(evidence_weight(paid=True, completed=True, counterparts=9), 3)
        0.947
    """
    asked = EvidenceParams() if params is None else params
    check_instance("params", asked, kind=EvidenceParams)
    check_instance("paid", paid, kind=bool)
    check_instance("completed", completed, kind=bool)
    check_instance("counterparts", counterparts, kind=int)
    if not 0 <= counterparts <= _MOST:
        raise InvalidValueError("counterparts", "a number that is not negative", describe(counterparts))
    if counterparts == 0:
        return 0.0
    weight = 1.0 if paid else asked.unpaid_weight
    weight *= 1.0 if completed else asked.uncompleted_weight
    return weight * counterparts / (counterparts + asked.counterparts_half)


@attrs.frozen(kw_only=True)
class BurstDampingParams:
    """From when on ratings come too fast; our own choices, to be fitted on data.

    Attributes:
        recent_days: over how many days recent ratings are forgotten (to 1/e).
        usual_days: over how many days the usual rate is forgotten; longer than `recent_days`.
        free: how many ratings within the recent days weigh 1 whatever is usual.

    Raises:
        InvalidTypeError: a field that is no number.
        InvalidValueError: a number out of range, or a usual rate forgotten sooner than the recent one.
    """

    recent_days: float = attrs.field(default=7.0, validator=number(0.01, 366))
    usual_days: float = attrs.field(default=180.0, validator=number(0.02, 36_600))
    free: float = attrs.field(default=1.0, validator=number(1, 1_000))

    def __attrs_post_init__(self) -> None:
        """Check what no single field shows."""
        if self.usual_days <= self.recent_days:
            raise InvalidValueError(
                "usual_days", f"more than the recent days, {self.recent_days}", f"{self.usual_days}"
            )


class Pace(NamedTuple):
    """How fast somebody's ratings have come, up to one of them.

    Attributes:
        seconds: when the last one came, in seconds since 1970.
        recent: the recent ratings, each forgotten over `recent_days`.
        usual: the ratings of a longer time, each forgotten over `usual_days`.
    """

    seconds: float
    recent: float
    usual: float


def burst_damping(
    pace: Pace | None, *, seconds: float, params: BurstDampingParams | None = None
) -> tuple[float, Pace]:
    """Return what the next rating weighs by how fast it comes, and the pace after it; in O(1).

    Two counts decay exponentially: `r` of recent ratings over `recent_days`, `l` of all over `usual_days`.
    At the usual rate there would be `e = l recent_days / usual_days` recent ones. The next rating is number
    `m = r + 1`, and weighs `min(1, (free + e) / m)`. So the first one always weighs 1; of a burst of `m` at
    once with nothing before they weigh together about `free (1 + log(m / free))`; and where as many have been
    usual for long, nothing is taken off. Somebody new has no usual rate yet: a fast start is damped, too.

    Args:
        pace: the pace so far; None before the first rating.
        seconds: when the next one came, in seconds since 1970; an earlier one than the last counts as one of
            the same instant.
        params: the times; the default ones if not given.

    Returns:
        The weight, above 0 and at most 1, and the pace with this rating in it.

    Raises:
        InvalidTypeError: an argument of another type.
        InvalidValueError: a number of seconds that is none.

    Examples:
        >>> pace, weights = None, []
        >>> for hour in range(5):
        ...     weight, pace = burst_damping(pace, seconds=1_385_546_400 + 3_600 * hour)
        ...     weights.append(round(weight, 2))
        >>> weights
        [1.0, 0.52, 0.36, 0.28, 0.23]
    """
    asked = BurstDampingParams() if params is None else params
    check_instance("params", asked, kind=BurstDampingParams)
    if type(seconds) not in {int, float}:
        raise InvalidTypeError("seconds", "a number", describe(seconds))
    if not abs(seconds) <= _MOST:  # NaN is not either
        raise InvalidValueError("seconds", "seconds since 1970", describe(seconds))
    if pace is None:
        return 1.0, Pace(float(seconds), 1.0, 1.0)
    check_instance("pace", pace, kind=Pace)
    days = max(seconds - pace.seconds, 0.0) / _DAY
    recent = pace.recent * exp(-days / asked.recent_days)
    usual = pace.usual * exp(-days / asked.usual_days)
    expected = usual * asked.recent_days / asked.usual_days
    weight = min(1.0, (asked.free + expected) / (recent + 1))
    return weight, Pace(max(pace.seconds, float(seconds)), recent + 1, usual + 1)
