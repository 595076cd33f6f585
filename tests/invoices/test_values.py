"""A document holds together, or cannot be made."""

import re
from datetime import UTC, date, datetime
from typing import Any

import attrs
import pytest
from babel import Locale
from hypothesis import given

from mila_core import testing
from mila_core.errors import InvalidDocumentError, InvalidInputError, InvalidTypeError, InvalidValueError
from mila_core.friends import Address, Customer
from mila_core.invoices import (
    SIMPLIFIED_TO,
    Invoice,
    InvoiceKind,
    InvoiceParty,
    VatShare,
    missing_particulars,
    party_of,
    vat_shares,
)
from mila_core.invoices._countries import COUNTRIES
from mila_core.money import Money, chf
from mila_core.places import Place
from mila_core.policies import SettlementPolicy, VatTreatment
from mila_core.serialization import dump, dumps, load, loads
from tests.invoices.examples import CUSTOMER, FRIEND, ISSUED, PLATFORM, SERVED, invoiced, line, taxed
from tests.settlements.examples import closed

STANDARD = VatShare(treatment=VatTreatment.STANDARD, per_mille=80, gross=chf(100), vat=chf("7.41"))
"""CHF 100 contain CHF 7.41 at 8 %, the rate of 2013."""


# --- documents


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("lines", {"lines": []}),
        ("lines", {"lines": [line("40.00"), line("-40.01")]}),  # a total below zero
        ("lines", {"invoice_kind": InvoiceKind.COMPENSATION_NOTE}),  # compensation with tax
        ("vat", {"vat": []}),  # taxed, and no share
        ("vat", {"vat": [STANDARD, STANDARD]}),
        ("vat", {"vat": [attrs.evolve(STANDARD, treatment=VatTreatment.REDUCED)]}),
        ("vat", {"vat": [attrs.evolve(STANDARD, vat=chf("7.42"))]}),  # a Rappen too much
        ("vat", {"lines": [line("99.00", VatTreatment.STANDARD)]}),
        ("issuer", {"issuer": FRIEND}),  # tax, and not registered
        ("recipient", {"recipient": FRIEND}),  # an IBAN that is not the issuer's
        ("is_settled", {"invoice_kind": InvoiceKind.RECEIPT}),
        ("is_settled", {"invoice_kind": InvoiceKind.CREDIT_NOTE, "refers_to": "1"}),
        ("is_settled", {"is_settled": 1}),
        ("refers_to", {"invoice_kind": InvoiceKind.CREDIT_NOTE, "is_settled": True, "due_on": None}),
        ("due_on", {"is_settled": True}),
        ("due_on", {"due_on": date(2013, 11, 28)}),
        ("invoice_kind", {"invoice_kind": "invoice"}),
        ("served_on", {"served_on": None}),
        ("means", {"means": "cash"}),
        ("booking_id", {"booking_id": ""}),
    ],
)
def test_what_cannot_be_is_refused(field: str, changes: dict[str, Any]) -> None:
    """Each error names the field."""
    with pytest.raises(InvalidInputError) as caught:
        attrs.evolve(invoiced(), **changes)
    assert caught.value.field == field


def test_of_a_credit_note_the_tax_may_be_a_rappen_off() -> None:
    """It is a difference; two Rappen are an error even there."""
    given: dict[str, Any] = {
        "invoice_kind": InvoiceKind.CREDIT_NOTE,
        "is_settled": True,
        "due_on": None,
        "refers_to": "1",
    }
    attrs.evolve(invoiced(), **given, vat=[attrs.evolve(STANDARD, vat=chf("7.40"))])
    with pytest.raises(InvalidValueError, match="vat"):
        attrs.evolve(STANDARD, vat=chf("7.39"))


@pytest.mark.parametrize(
    "changes",
    [
        {"treatment": VatTreatment.NONE},
        {"per_mille": 0},
        {"per_mille": True},
        {"gross": 100},
        {"vat": Money(9)},
    ],
)
def test_a_share_is_of_a_rate(changes: dict[str, Any]) -> None:
    """What is not taxed has none."""
    with pytest.raises(InvalidInputError):
        attrs.evolve(STANDARD, **changes)


@given(testing.invoices())
def test_a_document_comes_back(invoice: Invoice) -> None:
    """As JSON, with its sums told and checked."""
    assert loads(dumps(invoice), Invoice) == invoice
    told = dump(invoice)
    assert (told["total"], told["payable"]) == (invoice.total.amount, invoice.payable.amount)


def test_a_document_cannot_say_two_totals() -> None:
    """A sum that is not the lines' is a problem."""
    with pytest.raises(InvalidDocumentError) as caught:
        load({**dump(invoiced()), "total": "1.00"}, Invoice)
    assert [problem.field for problem in caught.value.problems] == ["$.total"]


def test_nobody_is_shown() -> None:
    """Names, streets and accounts are in no repr and no error."""
    words = ("Anna", "Beispiel", "Zypressen", "0079", "155", "3011", "Bern", "8004", "Zürich")
    for text in (repr(invoiced()), repr(FRIEND)):
        assert not any(word in text for word in words)
    with pytest.raises(InvalidValueError) as long:
        attrs.evolve(FRIEND, locality="Bern" * 20)
    assert "Bern" not in str(long.value)
    with pytest.raises(InvalidValueError) as caught:
        attrs.evolve(FRIEND, iban="CH5800791123000889013")
    assert "0079" not in str(caught.value)


# --- parties


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", " \u200b"),
        ("name", "x" * 5_000),
        ("name", "Anna\x00"),
        ("name", None),
        ("street", "x" * 5_000),
        ("house_number", "12345678901234567"),
        ("postcode", ""),
        ("locality", "Zürich\u202e"),
        ("country", "Schweiz"),
        ("country", "ch"),
        ("country", "XX"),  # no country
        ("country", "EU"),  # reserved, and no country
        ("country", None),
        ("iban", "CH5800791123000889013"),  # a check digit
        ("iban", "DE89370400440532013000"),  # right, and not of Switzerland
        ("iban", "CH58 0079"),
        ("iban", 58),
        ("vat_number", "CHE-100.155.213 MWST"),  # a check digit
        ("vat_number", "CHE-100.155.212"),  # a firm's number, not that of the tax
        ("vat_number", "CHE-100.155.212 VAT"),
        ("vat_number", "CHE-\u0661\u0660\u0660.155.212 MWST"),
        ("vat_number", 100155212),
        ("id", "a b"),
    ],
)
def test_a_party_is_checked(field: str, value: Any) -> None:
    """The error names the field, and repeats nothing of a person."""
    with pytest.raises((InvalidValueError, InvalidTypeError)) as caught:
        attrs.evolve(CUSTOMER, **{field: value})
    assert caught.value.field == field


def test_spaces_in_an_iban_are_how_people_write_it() -> None:
    """They are taken out; equal accounts are equal."""
    assert attrs.evolve(FRIEND, iban="CH58 0079 1123 0008 8901 2") == FRIEND


@pytest.mark.parametrize("space", [" ", "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}", "\N{THIN SPACE}"])
def test_an_iban_may_be_written_small_and_with_any_space(space: str) -> None:
    """As people type it, or copy it from a document; a letter of another script is none of it."""
    written = space.join(("ch58", "0079", "1123", "0008", "8901", "2"))
    assert attrs.evolve(FRIEND, iban=written) == FRIEND
    assert attrs.evolve(FRIEND, iban="li21 0881 0000 2324 013a a").iban == "LI21088100002324013AA"
    with pytest.raises(InvalidValueError, match="iban"):
        attrs.evolve(FRIEND, iban="l\N{LATIN SMALL LETTER DOTLESS I}21088100002324013aa")


def test_countries_are_those_of_iso_3166() -> None:
    """CLDR has the same, and some that ISO has reserved or leaves to its users, of which XK is taken."""
    known = {code for code in map(str, Locale("en").territories) if re.fullmatch("[A-Z]{2}", code)}
    reserved = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
    assert known - reserved == COUNTRIES
    assert len(COUNTRIES) == 249 + 1
    assert attrs.evolve(CUSTOMER, country="LI").country == "LI"


@pytest.mark.parametrize("number", ["CHE-100.155.212 MWST", "CHE-123.456.788 TVA", "CHE-107.787.577 IVA"])
def test_vat_numbers_of_all_languages_are_taken(number: str) -> None:
    """The first and the last are examples of python-stdnum."""
    assert attrs.evolve(PLATFORM, vat_number=number).vat_number == number


@pytest.mark.parametrize(
    ("written", "street", "number"),
    [
        ("Zypressenstrasse 71", "Zypressenstrasse", "71"),
        ("Zypressenstrasse  71b", "Zypressenstrasse", "71b"),
        ("Zypressenstrasse 71 b", "Zypressenstrasse", "71 b"),
        ("Rue du 31-Décembre 8", "Rue du 31-Décembre", "8"),
        ("Strasse des 1. August", "Strasse des 1. August", ""),
        ("Via Cantonale 3 bis", "Via Cantonale", "3 bis"),
        ("Rue du Lac 12 Ter", "Rue du Lac", "12 Ter"),
        ("Rue du Lac 12 quater", "Rue du Lac", "12 quater"),
        ("Weg 3 hinten", "Weg 3 hinten", ""),
        ("Im Dorf", "Im Dorf", ""),
        ("71", "71", ""),
        ("Weg 1234567890123456789", "Weg 1234567890123456789", ""),
    ],
)
def test_street_and_number_are_parted(written: str, street: str, number: str) -> None:
    """Before a last word that begins with a digit, with what belongs to it, where it is short enough."""
    address = Address(street=written, place=Place("8004"))
    party = party_of(Customer(id="anna", name="Anna", address=address))
    assert (party.street, party.house_number) == (street, number)


@pytest.mark.parametrize("person", [None, "Anna", CUSTOMER])
def test_only_people_of_the_network_become_parties(person: Any) -> None:
    """The error names the argument and repeats nothing."""
    with pytest.raises(InvalidTypeError, match="Friend or Customer") as caught:
        party_of(person)
    assert caught.value.field == "person"
    assert "Anna" not in str(caught.value)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("lines", {"lines": None}),
        ("lines[1]", {"lines": [line(), None]}),
        ("on", {"on": datetime(2013, 11, 28, tzinfo=UTC)}),
        ("on", {"on": None}),
        ("policy", {"policy": None}),
    ],
)
def test_shares_are_of_lines_on_a_day(field: str, changes: dict[str, Any]) -> None:
    """A datetime has a day of its own in each zone."""
    given_all: dict[str, Any] = {"lines": [line()], "on": SERVED, "policy": SettlementPolicy(), **changes}
    with pytest.raises(InvalidTypeError) as caught:
        vat_shares(given_all.pop("lines"), **given_all)
    assert caught.value.field == field


def test_only_a_document_can_lack_something() -> None:
    """The error names the argument."""
    with pytest.raises(InvalidTypeError, match="invoice"):
        missing_particulars(None)  # type: ignore[arg-type]


def test_without_an_address_there_is_no_party() -> None:
    """Name and place are what an invoice needs."""
    with pytest.raises(InvalidValueError, match="address"):
        party_of(Customer(id="anna", name="Anna"))


# --- what is missing


def test_the_platforms_invoice_lacks_nothing() -> None:
    """Number, recipient, day, lines and rate are there."""
    assert missing_particulars(invoiced()) == ()


def test_what_a_friends_invoice_lacks_has_to_be_missing() -> None:
    """A private person has no number, and shows no rate."""
    invoice = attrs.evolve(invoiced(), issuer=FRIEND, lines=[line()], vat=[])
    assert [why.code for why in missing_particulars(invoice)] == ["vat_number_missing", "vat_rate_missing"]


@pytest.mark.parametrize(
    ("amount", "kind", "codes"),
    [
        ("400.00", InvoiceKind.RECEIPT, []),
        ("400.01", InvoiceKind.RECEIPT, ["recipient_missing"]),
        ("400.00", InvoiceKind.INVOICE, ["recipient_missing"]),
    ],
)
def test_a_receipt_up_to_400_francs_needs_no_recipient(
    amount: str, kind: InvoiceKind, codes: list[str]
) -> None:
    """MWSTG 26 (3) and MWSTV 57."""
    invoice = invoiced(taxed(closed(amount)), recipient=None)
    told = attrs.evolve(invoice, invoice_kind=kind, is_settled=True, due_on=None)
    assert [why.code for why in missing_particulars(told)] == codes
    assert chf(400) == SIMPLIFIED_TO


def test_a_compensation_is_no_supply() -> None:
    """There is no invoice for the tax to be made of it."""
    note = Invoice(
        number="1",
        invoice_kind=InvoiceKind.COMPENSATION_NOTE,
        issued_on=ISSUED,
        served_on=SERVED,
        issuer=PLATFORM,
        lines=[line("20.00")],
        booking_id="b1",
    )
    assert [why.code for why in missing_particulars(note)] == ["no_supply"]


def test_a_party_may_have_no_street() -> None:
    """In a small place a name is enough."""
    assert InvoiceParty(name="Anna", postcode="7434", locality="Sufers").street == ""
