"""Service requests: what a customer needs, where and when, before anyone is bound."""

import attrs

from mila_core.money import Money
from mila_core.periods import Period
from mila_core.places import Place
from mila_core.validation import TupleOf, identifier, instance_of, optional, tuple_of

__all__ = ["ServiceRequest"]


@attrs.frozen(kw_only=True)
class ServiceRequest:
    """A customer's need.

    Attributes:
        id: its id.
        customer_id: the id of the customer.
        service_code: the code of the service.
        place: where the help is needed.
        windows: periods that suit; the whole visit lies in one of them.
        languages: codes of languages of which the friend must speak one; empty if any will do.
        price_limit: the most that the friend's offer may cost; None for no limit.
    """

    id: str = attrs.field(validator=identifier)
    customer_id: str = attrs.field(validator=identifier)
    service_code: str = attrs.field(validator=identifier)
    place: Place = attrs.field(validator=instance_of(Place))
    windows: tuple[Period, ...] = attrs.field(
        converter=TupleOf[Period], validator=tuple_of(instance_of(Period), least=1)
    )
    languages: tuple[str, ...] = attrs.field(
        default=(), converter=TupleOf[str], validator=tuple_of(identifier)
    )
    price_limit: Money | None = attrs.field(default=None, validator=optional(instance_of(Money)))
