"""People and firms: the friend who comes, the customer who asks, the partner that certifies.

Names are about a person: no `repr` and no error shows them; ids may be shown.
"""

from enum import StrEnum

import attrs

from mila_core.availability import Availability
from mila_core.certifications import Certification, Suspension
from mila_core.places import Place
from mila_core.validation import TupleOf, as_nfc, identifier, instance_of, language, text, tuple_of

__all__ = ["Customer", "Friend", "FriendKind", "Partner"]

_LONGEST_NAME = 120


class FriendKind(StrEnum):
    """Who comes: a private helper or a registered firm."""

    FRIEND = "friend"
    """A private person who helps neighbours."""
    PRO = "pro"
    """A registered firm."""


@attrs.frozen(kw_only=True)
class Partner:
    """A firm that certifies friends and sends customers.

    Attributes:
        id: its id.
        name: its name, as people know it.
    """

    id: str = attrs.field(validator=identifier)
    name: str = attrs.field(converter=as_nfc, validator=text(_LONGEST_NAME))


@attrs.frozen(kw_only=True)
class Customer:
    """A person who asks for help and pays for it.

    Attributes:
        id: the id.
        name: the name.
        languages: codes of languages spoken, the preferred first.
    """

    id: str = attrs.field(validator=identifier)
    name: str = attrs.field(converter=as_nfc, validator=text(_LONGEST_NAME), repr=False)
    languages: tuple[str, ...] = attrs.field(default=(), converter=TupleOf[str], validator=tuple_of(language))


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
    """

    id: str = attrs.field(validator=identifier)
    name: str = attrs.field(converter=as_nfc, validator=text(_LONGEST_NAME), repr=False)
    friend_kind: FriendKind = attrs.field(default=FriendKind.FRIEND, validator=instance_of(FriendKind))
    home: Place = attrs.field(validator=instance_of(Place))
    languages: tuple[str, ...] = attrs.field(
        default=("de",), converter=TupleOf[str], validator=tuple_of(language, least=1)
    )
    certifications: tuple[Certification, ...] = attrs.field(
        default=(), converter=TupleOf[Certification], validator=tuple_of(instance_of(Certification))
    )
    availability: Availability = attrs.field(factory=Availability, validator=instance_of(Availability))
    suspensions: tuple[Suspension, ...] = attrs.field(
        default=(), converter=TupleOf[Suspension], validator=tuple_of(instance_of(Suspension))
    )
