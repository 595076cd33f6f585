"""The policy of disputes: how long an outcome can be contested."""

import attrs

from mila_core.validation import identifier, integer

__all__ = ["DisputePolicy"]

_DAY = 24 * 60


@attrs.frozen(kw_only=True)
class DisputePolicy:
    """How long an outcome can be contested, and how long the other side has to answer.

    That a result can be contested for 14 days after its closing and a no-show for 24 hours are the domain's
    rules. Our own choice: that a compensation for a late cancellation or for a visit in vain can be contested
    as long as a result, and the time to answer.

    Attributes:
        version: the name of this set of numbers.
        open_days: until how many days after its end a booking can be contested that was closed, or that
            was cancelled or failed and owes a compensation.
        no_show_minutes: until how long after it was reported a no-show can be contested.
        answer_minutes: how long the other side can answer before a person decides without it.
    """

    version: str = attrs.field(default="ch-1", validator=identifier)
    open_days: int = attrs.field(default=14, validator=integer(1, 366))
    no_show_minutes: int = attrs.field(default=_DAY, validator=integer(1, 366 * _DAY))
    answer_minutes: int = attrs.field(default=3 * _DAY, validator=integer(1, 366 * _DAY))
