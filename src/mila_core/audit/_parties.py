"""What must hold of who acts: as customer or as friend, only those whose booking or request it is."""

from collections.abc import Iterator
from typing import Any, Protocol

from mila_core.audit._lives import Life
from mila_core.audit.violations import Violation
from mila_core.bookings import Booking
from mila_core.lifecycle import Machine
from mila_core.reasons import reason


class _Pair(Protocol):
    """What names a customer and a friend."""

    @property
    def customer_id(self) -> str:
        """The id of the customer."""

    @property
    def friend_id(self) -> str:
        """The id of the friend."""


def party_violations(life: Life[Any, Any], *, machine: Machine[Any, Any, Any]) -> Iterator[Violation]:
    """Yield every event by somebody who has no part in that life.

    Args:
        life: one stream.
        machine: the machine that made it.
    """
    for _, event, after in life.steps:
        parties = machine.parties(after, None)  # once there is a state, it looks at no command
        if event.by.role in parties and event.by.id not in parties[event.by.role]:
            why = reason("not_a_party", id=event.by.id)
            yield Violation(stream=life.stream, version=event.version, why=why)


def people_violations(stream: str, told: _Pair, *, booking: Booking) -> Iterator[Violation]:
    """Yield customer and friend of what belongs to a booking, where they are not the booking's.

    Args:
        stream: the name of the stream that names them in its first event.
        told: what names them.
        booking: the booking.
    """
    for found, own in ((told.customer_id, booking.customer_id), (told.friend_id, booking.friend_id)):
        if found != own:
            yield Violation(stream=stream, version=1, why=reason("not_a_party", id=found))
