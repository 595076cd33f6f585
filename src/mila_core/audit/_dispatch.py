"""What must hold of dispatch: a booking for each acceptance, and none without an invitation."""

from collections.abc import Iterator, Mapping

from mila_core.audit._lives import Life
from mila_core.audit.violations import Violation
from mila_core.bookings import Booking, BookingEvent
from mila_core.dispatch import Dispatch, DispatchEvent, dropped_out
from mila_core.lifecycle import Role
from mila_core.reasons import reason

Bookings = Mapping[str, Life[Booking, BookingEvent]]


def dispatch_violations(life: Life[Dispatch, DispatchEvent], *, bookings: Bookings) -> Iterator[Violation]:
    """Yield answers for another friend, and acceptances and ends that their bookings do not bear out.

    Args:
        life: the request.
        bookings: the lives of all bookings, by id.
    """
    for _, event, _ in life.steps:
        if event.by.role is Role.FRIEND and event.by.id != event.friend_id:
            why = reason("not_a_party", id=event.by.id)
            yield Violation(stream=event.stream, version=event.version, why=why)
        if event.event == "accept_invitation":
            yield from _acceptance_violations(event, bookings)
        elif event.event in {"reopen_request", "fulfil_request"}:
            yield from _end_violations(event, bookings)


def _acceptance_violations(event: DispatchEvent, bookings: Bookings) -> Iterator[Violation]:
    made = bookings.get(event.booking_id or "")
    if made is None:
        yield Violation(stream=event.stream, version=event.version, why=reason("without_booking"))
        return
    first = made.steps[0][1]
    if first.event != "assign" or made.state.friend_id != event.friend_id:
        yield Violation(stream=event.stream, version=event.version, why=reason("without_booking"))


def _end_violations(event: DispatchEvent, bookings: Bookings) -> Iterator[Violation]:
    """Yield a search that ended, or began again, though its booking did not end so."""
    made = bookings.get(event.booking_id or "")
    if made is None or made.state.is_open or dropped_out(made.state) is not (event.event == "reopen_request"):
        yield Violation(stream=event.stream, version=event.version, why=reason("without_booking"))


def assignment_violations(
    bookings: Bookings, requests: Mapping[str, Life[Dispatch, DispatchEvent]]
) -> Iterator[Violation]:
    """Yield bookings that were assigned though nobody has accepted an invitation to them.

    Args:
        bookings: the lives of all bookings, by id.
        requests: the lives of all requests, by id.
    """
    accepted = {
        event.booking_id
        for life in requests.values()
        for _, event, _ in life.steps
        if event.event == "accept_invitation"
    }
    for booking_id, life in bookings.items():
        if life.steps[0][1].event == "assign" and booking_id not in accepted:
            yield Violation(stream=life.stream, version=1, why=reason("assigned_without_invitation"))
