"""What a rating weighs as evidence, by its booking and its rater: `weights` for `reputation.score`.

Was there a paid and completed visit, and has the rater to do with more than one friend? How fast ratings
come, and how often the same rater gives them, is what the `Guard` of the default model looks at.
"""

import attrs

from mila_core.errors import InvalidValueError, describe
from mila_core.validation import check_instance, number

__all__ = ["EvidenceParams", "evidence_weight"]

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
