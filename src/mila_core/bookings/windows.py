"""Windows: from when until when what happens at a visit can be caused, besides the deadline of the state."""

from datetime import datetime

from mila_core.bookings._deadlines import minutes
from mila_core.bookings.values import Booking

__all__ = ["window_of"]


def window_of(booking: Booking, event: str) -> tuple[datetime | None, datetime | None]:
    """Return the first and the last instant of an event, both included; None where it has no such limit.

    Args:
        booking: the booking as it stands.
        event: the event's name.

    Examples:
        >>> from mila_core import matching, pricing, samples
        >>> from mila_core.bookings import request
        >>> pilot = samples.zurich_2013()
        >>> wanted = pilot.request("game-console")
        >>> match = matching.FriendIndex(pilot.market).rank(wanted, at=pilot.opened_at).match("andreas")
        >>> quote = pricing.quote(wanted, match, book=pilot.book, at=pilot.opened_at)
        >>> first, last = window_of(request(quote, at=pilot.opened_at, key="a1"), "start_work")
        >>> str(quote.visit.slot.start - first), str(last - quote.visit.slot.end)
        ('0:30:00', '23:59:59.999999')
    """
    slot, policy = booking.quote.visit.slot, booking.policy
    match event:
        case "depart":
            return slot.start - minutes(policy.depart_early_minutes), None
        case "fail":
            return slot.start - minutes(policy.start_early_minutes), None
        case "start_work":  # a visit that begins later would count as done at once
            last = slot.end + minutes(policy.auto_complete_minutes) - datetime.resolution
            return slot.start - minutes(policy.start_early_minutes), last
        case "complete":
            return slot.start, None
        case "report_customer_no_show":
            first = slot.start + minutes(policy.customer_no_show_minutes)
            return first, slot.start + minutes(policy.customer_no_show_until_minutes)
        case "report_friend_no_show":
            first = slot.start + minutes(policy.friend_no_show_minutes)
            return first, slot.end + minutes(policy.friend_no_show_until_minutes)
        case "cancel_by_customer" | "cancel_by_friend":  # an operator still can
            return None, slot.end
        case _:
            return None, None
