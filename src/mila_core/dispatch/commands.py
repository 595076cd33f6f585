"""What somebody wants to happen to a request or its invitations."""

import attrs

from mila_core.bookings import Booking
from mila_core.dispatch.table import ANSWERS
from mila_core.dispatch.values import LONGEST_REQUEST_ID, Candidate
from mila_core.errors import InvalidTypeError, InvalidValueError, describe
from mila_core.friends import Friend
from mila_core.lifecycle import Command, Role
from mila_core.offers import Offer
from mila_core.periods import Period
from mila_core.policies import BookingPolicy, DispatchPolicy
from mila_core.service_requests import ServiceRequest
from mila_core.validation import TupleOf, identifier, instance_of, integer, optional, tuple_of

__all__ = ["DispatchCommand"]

_MOST = 2**53


@attrs.frozen(kw_only=True)
class DispatchCommand(Command):
    """What somebody wants to happen to a request or its invitations.

    Attributes:
        event: the event's name.
        by: who wants it.
        key: an idempotency key made by the caller; the same for each retry of the same command.
        why: a reason, for `decline_invitation`, `revoke_invitation` and `withdraw_request`.
        expected_version: the version that the caller has seen; another one is refused. None to skip that.
        reads: the versions of what else the caller has read to make the command; the decision expects them
            too.
        request: for `open_request`, what is wanted.
        policy: for `open_request`, the policy to dispatch under, `visit.policy.dispatch`.
        visit_minutes: for `open_request`, how long the visit takes.
        candidates: for `send_wave`, whom to invite, best first (see `plan_wave`).
        friend_id: for what an operator does to one invitation, whose; a friend acts on their own.
        booking: for `reopen_request` and `fulfil_request`, the booking, which has ended.
        friend: for `accept_invitation`, the friend as known now, who is judged again.
        offer: with `friend`, the quote's offer as known now, to be judged again too.
        busy: with `friend`, the slots that are taken by now (see `bookings.busy_slots`).
        agenda_version: the version of the friend's agenda from which `busy` was read; the decision then
            expects it, as of the stream `agenda:` and the friend's id.
        booking_policy: for `accept_invitation`, the policy to book under; the one of the visit's network if
            not given.

    Raises:
        InvalidTypeError: an event of one invitation without whose it is.
        InvalidValueError: a friend who acts for another one, or a request's id that is too long.
    """

    request: ServiceRequest | None = attrs.field(
        default=None, validator=optional(instance_of(ServiceRequest))
    )
    policy: DispatchPolicy | None = attrs.field(default=None, validator=optional(instance_of(DispatchPolicy)))
    visit_minutes: int | None = attrs.field(default=None, validator=optional(integer(1, 24 * 60)))
    candidates: tuple[Candidate, ...] = attrs.field(
        default=(), converter=TupleOf[Candidate], validator=tuple_of(instance_of(Candidate))
    )
    friend_id: str | None = attrs.field(default=None, validator=optional(identifier))
    booking: Booking | None = attrs.field(default=None, validator=optional(instance_of(Booking)))
    friend: Friend | None = attrs.field(default=None, validator=optional(instance_of(Friend)))
    offer: Offer | None = attrs.field(default=None, validator=optional(instance_of(Offer)))
    busy: tuple[Period, ...] = attrs.field(
        default=(), converter=TupleOf[Period], validator=tuple_of(instance_of(Period))
    )
    agenda_version: int | None = attrs.field(default=None, validator=optional(integer(0, _MOST)))
    booking_policy: BookingPolicy | None = attrs.field(
        default=None, validator=optional(instance_of(BookingPolicy))
    )

    def __attrs_post_init__(self) -> None:
        """Check what no single field shows."""
        own = self.by.role is Role.FRIEND
        if own and self.friend_id not in {None, self.by.id}:
            raise InvalidValueError(
                "friend_id", f"the friend's own id, {self.by.id}", describe(self.friend_id)
            )
        if self.event in ANSWERS and not own and self.friend_id is None:
            raise InvalidTypeError("friend_id", f"whose invitation, for {self.event}", describe(None))
        if self.request is not None and len(self.request.id) > LONGEST_REQUEST_ID:
            expected = f"an id of at most {LONGEST_REQUEST_ID} characters"
            raise InvalidValueError("request", expected, f"{len(self.request.id)} characters")

    @property
    def whose(self) -> str | None:
        """The id of the friend whose invitation is meant, where one is."""
        return self.by.id if self.by.role is Role.FRIEND else self.friend_id

    @property
    def begins(self) -> str:
        """The id of the request that it opens.

        Raises:
            InvalidTypeError: it does not say what is wanted, how long that takes and under which policy.
        """
        if self.request is None or self.policy is None or self.visit_minutes is None:
            expected = f"a request, its policy and the visit's length, for {self.event}"
            raise InvalidTypeError("request", expected, "nothing (null)")
        return self.request.id

    @property
    def content(self) -> tuple[object, ...]:
        """What it asks for besides the event; a retry may bring fresher knowledge of the friend."""
        whom = tuple((each.friend_id, each.quote.id) for each in self.candidates)
        booking = None if self.booking is None else self.booking.id
        return (self.request, self.policy, self.visit_minutes, whom, self.whose, booking, self.booking_policy)
