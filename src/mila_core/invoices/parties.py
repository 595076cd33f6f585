"""Who issues an invoice, and to whom."""

import re
from typing import Any

import attrs

from mila_core.errors import InvalidTypeError, InvalidValueError, describe
from mila_core.friends import Customer, Friend
from mila_core.invoices._check_digits import as_compact, iban, vat_number
from mila_core.invoices._countries import COUNTRIES
from mila_core.validation import as_nfc, check_instance, identifier, optional, text

__all__ = ["InvoiceParty", "party_of"]

_LONGEST_NAME, _LONGEST_STREET = 120, 120  # as those of a friend and of an address
_LONGEST_NUMBER, _LONGEST_POSTCODE, _LONGEST_LOCALITY = 16, 16, 70

_STREET = re.compile(r"(?P<street>.*\S)\s+(?P<number>[0-9]\S*(?:\s(?:[a-z]|bis|ter|quater))?)", re.IGNORECASE)


def _country(_: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
    expected = "the ISO 3166 code of a country, such as 'CH'"
    if not isinstance(value, str):
        raise InvalidTypeError(attribute.name, expected, describe(value))
    if value not in COUNTRIES:
        raise InvalidValueError(attribute.name, expected, describe(value))


@attrs.frozen(kw_only=True)
class InvoiceParty:
    """Who issues an invoice, or to whom it is addressed, as in business.

    Attributes:
        id: the id of the friend or customer, if it is one; what is issued is then checked against it.
        name: the name, as in business.
        street: the street without the number, or a post-office box; empty where there is none.
        house_number: the number in the street; empty where there is none.
        postcode: the postcode, without the country.
        locality: the place.
        country: the code of the country, ISO 3166-1 alpha-2; or XK for Kosovo, as banks write it.
        vat_number: the number in the register of taxable persons, such as `CHE-100.155.212 MWST`; None for
            who is not registered.
        iban: the account to pay to; only for who issues.

    Raises:
        InvalidTypeError: a field of another type.
        InvalidValueError: a blank name or place, a text that is too long or has control characters, an IBAN
            or a VAT number whose check digits are wrong, or a country that there is not.

    Examples:
        >>> InvoiceParty(name="Netz AG", postcode="8005", locality="Zürich")
        InvoiceParty(id=None, country='CH')
    """

    id: str | None = attrs.field(default=None, validator=optional(identifier))
    name: str = attrs.field(converter=as_nfc, validator=text(_LONGEST_NAME), repr=False)
    street: str = attrs.field(
        default="", converter=as_nfc, validator=text(_LONGEST_STREET, may_be_empty=True), repr=False
    )
    house_number: str = attrs.field(
        default="", converter=as_nfc, validator=text(_LONGEST_NUMBER, may_be_empty=True), repr=False
    )
    postcode: str = attrs.field(converter=as_nfc, validator=text(_LONGEST_POSTCODE), repr=False)
    locality: str = attrs.field(converter=as_nfc, validator=text(_LONGEST_LOCALITY), repr=False)
    country: str = attrs.field(default="CH", validator=_country)
    vat_number: str | None = attrs.field(default=None, validator=optional(vat_number), repr=False)
    iban: str | None = attrs.field(
        default=None, converter=attrs.converters.optional(as_compact), validator=optional(iban), repr=False
    )


def party_of(
    person: Friend | Customer, *, iban: str | None = None, vat_number: str | None = None
) -> InvoiceParty:
    """Return a friend or customer as a party of an invoice.

    Street and number, which are one line of an address, are parted before a last word that begins with a
    digit, together with a letter, bis, ter or quater behind it. Where that is wrong, they still stand in that
    order wherever they are printed.

    Args:
        person: a friend or customer with an address.
        iban: the account to pay to.
        vat_number: the number in the register of taxable persons.

    Raises:
        InvalidTypeError: who is neither a friend nor a customer.
        InvalidValueError: the person has no address.

    Examples:
        >>> from mila_core.friends import Address
        >>> from mila_core.places import Place
        >>> home = Address(street="Zypressenstrasse 71", place=Place("8004"))
        >>> party = party_of(Customer(id="anna", name="Anna Muster", address=home))
        >>> party.street, party.house_number, party.postcode, party.locality
        ('Zypressenstrasse', '71', '8004', 'Zürich')
    """
    check_instance("person", person, kind=(Friend, Customer), personal=True)
    if person.address is None:
        raise InvalidValueError("address", "the address of whoever is on the invoice", describe(None))
    street, place = person.address.street, person.address.place
    parted = _STREET.fullmatch(street)
    number = parted["number"] if parted else ""
    is_parted = parted is not None and len(number) <= _LONGEST_NUMBER
    return InvoiceParty(
        id=person.id,
        name=person.name,
        street=parted["street"] if parted and is_parted else street,
        house_number=number if is_parted else "",
        postcode=place.postcode,
        locality=place.locality,
        vat_number=vat_number,
        iban=iban,
    )
