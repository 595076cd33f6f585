"""Service requests: what a customer needs, where and when, before anyone is bound."""

from datetime import timedelta

import attrs

from mila_core.catalogue import Selection
from mila_core.errors import InvalidValueError
from mila_core.money import Money, not_negative
from mila_core.periods import Period
from mila_core.places import Place
from mila_core.validation import TupleOf, identifier, instance_of, language, optional, tuple_of

__all__ = ["LONGEST_WINDOW", "MOST_WINDOWS", "ServiceRequest"]

MOST_WINDOWS = 50
"""How many periods a customer may name; each is looked through for slots, for every friend."""

LONGEST_WINDOW = timedelta(days=92)
"""How long each of them may be: a quarter of a year, far beyond what anyone plans a small job for."""


@attrs.frozen(kw_only=True)
class ServiceRequest:
    """A customer's need.

    Attributes:
        id: its id.
        customer_id: the id of the customer.
        service_code: the code of the service.
        place: where the help is needed.
        windows: periods that suit, 50 at most, each of 92 days at most; the whole visit lies in one of them.
        languages: codes of languages of which the friend must speak one; empty if any will do.
        selection: how much of the service is needed; the service itself if not given.
        partner_id: the id of the partner through which the customer comes, if any.
        price_limit: the most that the friend's offer may cost; None for no limit.

    Raises:
        InvalidValueError: no windows, too many, one that is too long, or a limit below zero.
    """

    id: str = attrs.field(validator=identifier)
    customer_id: str = attrs.field(validator=identifier)
    service_code: str = attrs.field(validator=identifier)
    place: Place = attrs.field(validator=instance_of(Place))
    windows: tuple[Period, ...] = attrs.field(
        converter=TupleOf[Period], validator=tuple_of(instance_of(Period), least=1, most=MOST_WINDOWS)
    )
    languages: tuple[str, ...] = attrs.field(default=(), converter=TupleOf[str], validator=tuple_of(language))
    selection: Selection = attrs.field(factory=Selection, validator=instance_of(Selection))
    partner_id: str | None = attrs.field(default=None, validator=optional(identifier))
    price_limit: Money | None = attrs.field(default=None, validator=optional(not_negative))

    def __attrs_post_init__(self) -> None:
        """Refuse windows that would take long to look through."""
        for position, window in enumerate(self.windows):
            if window.end - window.start > LONGEST_WINDOW:
                expected = f"a period of at most {LONGEST_WINDOW.days} days"
                raise InvalidValueError(f"windows[{position}]", expected, f"{window.end - window.start}")
