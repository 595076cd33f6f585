"""People and firms: the friend who comes, the customer who asks, the partner that certifies.

Names are about a person: no `repr` and no error shows them; ids may be shown.
"""

from datetime import datetime
from enum import StrEnum

import attrs

from mila_core.availability import Availability
from mila_core.certifications import Certification, Suspension, lift
from mila_core.errors import InvalidValueError
from mila_core.periods import Validity
from mila_core.places import Place
from mila_core.validation import (
    FrozensetOf,
    TupleOf,
    as_instant,
    as_nfc,
    counted_repr,
    frozenset_of,
    identifier,
    instance_of,
    instant,
    language,
    optional,
    sorted_repr,
    text,
    tuple_of,
)
from mila_core.verifications import Verification

__all__ = [
    "Address",
    "Block",
    "ContractMode",
    "Customer",
    "Friend",
    "FriendKind",
    "Partner",
    "reinstate",
    "suspend",
]

_LONGEST_NAME = 120
_LONGEST_NOTE = 500


class FriendKind(StrEnum):
    """Who comes: a private helper or a registered firm."""

    FRIEND = "friend"
    """A private person who helps neighbours."""
    PRO = "pro"
    """A registered firm."""


class ContractMode(StrEnum):
    """Between whom the contract for a visit is."""

    FRIEND = "friend_contract"
    """Friend and customer: the price is a ceiling, the invoice is in the friend's name."""
    PLATFORM = "platform_contract"
    """Platform and customer: the price is fixed, the invoice is in the platform's name."""


def _elided(_: object) -> str:
    return "..."  # where and when somebody is at home is nothing for a log


@attrs.frozen(kw_only=True)
class Address:
    """Where somebody lives, to the door; told to the other side only once a booking is accepted.

    Attributes:
        street: street and number, as on an envelope.
        place: the postcode, which may be shown before.

    Examples:
        >>> Address(street="Zypressenstrasse 71", place=Place("8004"))
        Address(place=Place(postcode='8004'))
    """

    street: str = attrs.field(converter=as_nfc, validator=text(_LONGEST_NAME), repr=False)
    place: Place = attrs.field(validator=instance_of(Place))


@attrs.frozen(kw_only=True)
class Block:
    """That a friend and a customer are not to be brought together again.

    Attributes:
        customer_id: the id of the customer.
        since: from when on.
        by: the id of whoever wished it: the friend, the customer, or an operator.
        note: why; for the people concerned, so never shown in logs.
    """

    customer_id: str = attrs.field(validator=identifier)
    since: datetime = attrs.field(converter=as_instant, validator=instant)
    by: str = attrs.field(validator=identifier)
    note: str = attrs.field(
        default="", converter=as_nfc, validator=text(_LONGEST_NOTE, may_be_empty=True), repr=False
    )


@attrs.frozen(kw_only=True)
class Partner:
    """A firm that certifies friends and sends customers, whom it may offer a catalogue of its own.

    Attributes:
        id: its id.
        name: its name, as people know it.
        service_codes: codes of the services that it offers its customers; empty for all.
        region_ids: ids of the regions in which it does; empty for all.
        own_certifications_only: whether only its own certifications count for its customers.

    Examples:
        >>> Partner(id="swisscom", name="Swisscom", service_codes=["game-console"]).offers("tv-channels")
        False
    """

    id: str = attrs.field(validator=identifier)
    name: str = attrs.field(converter=as_nfc, validator=text(_LONGEST_NAME))
    service_codes: frozenset[str] = attrs.field(
        default=frozenset(),
        converter=FrozensetOf[str],
        validator=frozenset_of(identifier),
        repr=sorted_repr,
    )
    region_ids: frozenset[str] = attrs.field(
        default=frozenset(),
        converter=FrozensetOf[str],
        validator=frozenset_of(identifier),
        repr=sorted_repr,
    )
    own_certifications_only: bool = attrs.field(default=False, validator=instance_of(bool))

    def offers(self, service_code: str) -> bool:
        """Return whether a service is in the partner's catalogue.

        Args:
            service_code: the code of the service.
        """
        return not self.service_codes or service_code in self.service_codes

    def serves(self, region_id: str) -> bool:
        """Return whether the partner offers its catalogue in a region.

        Args:
            region_id: the id of the region.
        """
        return not self.region_ids or region_id in self.region_ids


@attrs.frozen(kw_only=True)
class Customer:
    """A person who asks for help and pays for it.

    Attributes:
        id: the id.
        name: the name.
        languages: codes of languages spoken, the preferred first.
        address: where the customer lives, if known.
    """

    id: str = attrs.field(validator=identifier)
    name: str = attrs.field(converter=as_nfc, validator=text(_LONGEST_NAME), repr=False)
    languages: tuple[str, ...] = attrs.field(default=(), converter=TupleOf[str], validator=tuple_of(language))
    address: Address | None = attrs.field(default=None, validator=optional(instance_of(Address)), repr=False)


@attrs.frozen(kw_only=True)
class Friend:
    """A certified neighbour who helps for money.

    Attributes:
        id: the id.
        name: the name.
        friend_kind: a private helper or a registered firm.
        home: where the friend sets out from, to the precision of a postcode.
        languages: codes of languages spoken, the preferred first.
        certifications: all that were granted, lapsed ones too.
        availability: when the friend can come.
        suspensions: times in which the friend may not be booked.
        verifications: what was checked of the friend, lapsed checks too.
        blocked: customers with whom the friend is not to be brought together.
        address: where the friend lives, to the door, if known; at the postcode of `home`.

    Raises:
        InvalidValueError: an address at another postcode than the home.

    Examples:
        >>> Friend(id="nadja", name="Nadja", home=Place("8037")).contract_mode.value
        'friend_contract'
    """

    id: str = attrs.field(validator=identifier)
    name: str = attrs.field(converter=as_nfc, validator=text(_LONGEST_NAME), repr=False)
    friend_kind: FriendKind = attrs.field(default=FriendKind.FRIEND, validator=instance_of(FriendKind))
    home: Place = attrs.field(validator=instance_of(Place), repr=_elided)
    languages: tuple[str, ...] = attrs.field(
        default=("de",), converter=TupleOf[str], validator=tuple_of(language, least=1)
    )
    certifications: tuple[Certification, ...] = attrs.field(
        default=(), converter=TupleOf[Certification], validator=tuple_of(instance_of(Certification))
    )
    availability: Availability = attrs.field(
        factory=Availability, validator=instance_of(Availability), repr=_elided
    )
    suspensions: tuple[Suspension, ...] = attrs.field(
        default=(),
        converter=TupleOf[Suspension],
        validator=tuple_of(instance_of(Suspension)),
        repr=counted_repr,
    )
    verifications: tuple[Verification, ...] = attrs.field(
        default=(),
        converter=TupleOf[Verification],
        validator=tuple_of(instance_of(Verification)),
        repr=counted_repr,
    )
    blocked: tuple[Block, ...] = attrs.field(
        default=(), converter=TupleOf[Block], validator=tuple_of(instance_of(Block)), repr=counted_repr
    )
    address: Address | None = attrs.field(default=None, validator=optional(instance_of(Address)), repr=False)

    def __attrs_post_init__(self) -> None:
        """Check that address and home agree."""
        if self.address is not None and self.address.place != self.home:
            expected = f"an address at {self.home.postcode}, the home"
            raise InvalidValueError("address", expected, f"one at {self.address.place.postcode}")

    @property
    def contract_mode(self) -> ContractMode:
        """Between whom the contract is: a firm works for the platform, a helper for the customer."""
        return ContractMode.PLATFORM if self.friend_kind is FriendKind.PRO else ContractMode.FRIEND


def suspend(friend: Friend, *, during: Validity, by: str, note: str = "") -> Friend:
    """Return a friend who may not be booked for a time.

    Args:
        friend: the friend.
        during: from when to when; without an end, until the friend is reinstated.
        by: the id of whoever decided it.
        note: why.

    Examples:
        >>> from datetime import UTC, datetime
        >>> nadja = Friend(id="nadja", name="Nadja", home=Place("8037"))
        >>> away = suspend(nadja, during=Validity(datetime(2013, 12, 1, tzinfo=UTC)), by="olga")
        >>> reinstate(away, at=datetime(2014, 1, 1, tzinfo=UTC), by="olga").suspensions[0].lifted_by
        'olga'
    """
    return attrs.evolve(
        friend, suspensions=(*friend.suspensions, Suspension(during=during, by=by, note=note))
    )


def reinstate(
    friend: Friend, *, at: datetime, by: str, note: str = "", which: Suspension | None = None
) -> Friend:
    """Return a friend who may be booked again from an instant on.

    Args:
        friend: a friend who is suspended at that instant.
        at: from when on the friend may be booked.
        by: the id of whoever decided it.
        note: why.
        which: the suspension to lift; may be left out where only one is running.

    Raises:
        InvalidValueError: the friend is not suspended then, or more than once and it is not said which
            suspension is lifted.
    """
    return attrs.evolve(friend, suspensions=lift(friend.suspensions, at=at, by=by, note=note, which=which))
