"""The policy of dispatch: how a request is shown to several friends, in waves."""

import attrs

from mila_core.errors import InvalidValueError, describe
from mila_core.validation import TupleOf, identifier, integer, tuple_of

__all__ = ["DispatchPolicy"]

_DAY = 24 * 60


@attrs.frozen(kw_only=True)
class DispatchPolicy:
    """How many friends are invited at a time, how far away, and how long they have to answer.

    Mila sent a request to several friends and widened the circle; its numbers are not known, so these are our
    own choice.

    Attributes:
        version: the name of this set of numbers.
        wave_size: how many friends are invited in a wave, at most.
        wave_minutes: how long after a wave the next one is sent, if nobody has accepted.
        radius_km: how far from the place the friends of each wave may live; the last one serves for all
            further waves. A service that is done from afar knows no distance.
        most_waves: how many waves there are before the request stays unserved, at most; each redistribution
            after a drop-out has as many.
        answer_minutes: how long an invitation can be accepted.
        accept_notice_minutes: and no later than this before the start (Cocorico's four hours).

    Raises:
        InvalidValueError: a number out of range, or a circle that shrinks.
    """

    version: str = attrs.field(default="ch-1", validator=identifier)
    wave_size: int = attrs.field(default=5, validator=integer(1, 1000))
    wave_minutes: int = attrs.field(default=15, validator=integer(1, 30 * _DAY))
    radius_km: tuple[int, ...] = attrs.field(
        default=(5, 10, 20), converter=TupleOf[int], validator=tuple_of(integer(1, 400), least=1, most=100)
    )
    most_waves: int = attrs.field(default=5, validator=integer(1, 100))
    answer_minutes: int = attrs.field(default=60, validator=integer(1, 30 * _DAY))
    accept_notice_minutes: int = attrs.field(default=4 * 60, validator=integer(0, 30 * _DAY))

    def __attrs_post_init__(self) -> None:
        """Refuse a circle that shrinks."""
        if list(self.radius_km) != sorted(self.radius_km):
            raise InvalidValueError("radius_km", "radii that do not shrink", describe(list(self.radius_km)))
