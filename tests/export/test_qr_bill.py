"""What a QR-bill says is right to the line; the picture is of that, and the same each time."""

import contextlib
import re
from datetime import date
from functools import partial
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import testing
from mila_core.errors import InvalidDocumentError, InvalidTypeError
from mila_core.export import MOST_QR_BYTES, creditor_reference, qr_payload, qr_svg
from mila_core.invoices import Invoice, InvoiceKind, InvoiceParty
from mila_core.money import chf
from mila_core.quotes import QuoteLine
from mila_core.reasons import reason

NADJA = InvoiceParty(
    name="Nadja Muster",
    street="Bahnhofstrasse",
    house_number="1",
    postcode="8001",
    locality="Zürich",
    iban="CH5800791123000889012",
)
ANDREAS = InvoiceParty(
    name="Andreas Beispiel", street="Kramgasse", house_number="2", postcode="3011", locality="Bern"
)
QR_IBAN, QRR, SCOR = "CH4431999123000889012", "210000000003139471430009017", "RF18539007547034"


def bill(amount: str = "30.00", *, iban: str | None = NADJA.iban, **changes: Any) -> Invoice:
    """Return an invoice to be paid."""
    return Invoice(
        **{
            "number": "2013-17",
            "invoice_kind": InvoiceKind.INVOICE,
            "issued_on": date(2013, 11, 29),
            "served_on": date(2013, 11, 28),
            "issuer": attrs.evolve(NADJA, iban=iban),
            "recipient": ANDREAS,
            "lines": [QuoteLine(why=reason("base"), amount=chf(amount))],
            "booking_id": "b1",
            **changes,
        }
    )


def lines_of(case: tuple[str, ...]) -> list[str]:
    """Return the lines of a payload, as chqr 1.2.5 builds them.

    For QRR and SCOR qrbill 1.2.0 builds the same up to EPD, where it ends.
    """
    iban, amount, kind, reference, message, billing = case
    creditor = ["S", "Nadja Muster", "Bahnhofstrasse", "1", "8001", "Zürich", "CH"]
    debtor = ["S", "Andreas Beispiel", "Kramgasse", "2", "3011", "Bern", "CH"]
    head = ["SPC", "0200", "1", iban, *creditor, *[""] * 7, amount, "CHF", *debtor]
    return [*head, kind, reference, message, "EPD", billing, "", ""]


S1 = "//S1/10/10201409/11/190512/32/8.1"
PUBLISHED = [
    (QR_IBAN, "55.00", "QRR", QRR, "Programmierung Sender", ""),
    (NADJA.iban, "1234.50", "SCOR", SCOR, "", ""),
    (NADJA.iban, "30.00", "NON", "", "Handy erklärt", S1),
]


@pytest.mark.parametrize("case", PUBLISHED, ids=lambda case: case[2])
def test_a_payload_is_as_others_build_it(case: tuple[str, ...]) -> None:
    """The three sorts of reference, line by line."""
    iban, amount, _, reference, message, billing = case
    told = qr_payload(
        bill(amount, iban=iban), reference=reference or None, message=message, billing_information=billing
    )
    assert told.split("\n") == lines_of(case)


def test_nobody_to_pay_leaves_empty_lines() -> None:
    """Then who pays writes it in."""
    assert qr_payload(bill(recipient=None)).split("\n")[20:27] == [""] * 7


def test_typography_becomes_plain() -> None:
    """The words are the same, and no line break makes a line of its own."""
    rich = attrs.evolve(ANDREAS, name="Jean\u2011Luc O\u2019Neil", street="\u201eAm Bach\u201c\n\u202f\u2013")
    lines = qr_payload(bill(recipient=rich), message="a\nb\u2026").split("\n")
    assert (lines[21], lines[22], lines[29]) == ("Jean-Luc O'Neil", '"Am Bach"  -', "a b...")
    assert len(lines) == 34


def problems_of(invoice: Invoice, **given: Any) -> list[str]:
    """Return the fields of all problems of a bill."""
    with pytest.raises(InvalidDocumentError) as caught:
        qr_payload(invoice, **given)
    return [problem.field for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("field", "invoice", "given"),
    [
        ("issuer.iban", bill(iban=None), {}),
        ("payable", bill("0.00"), {}),
        ("payable", bill("1000000000.00"), {}),
        ("payable", bill(is_settled=True), {}),
        ("issuer.name", bill(issuer=attrs.evolve(NADJA, name="x" * 71)), {}),
        ("recipient.street", bill(recipient=attrs.evolve(ANDREAS, street="x" * 71)), {}),
        ("recipient.locality", bill(recipient=attrs.evolve(ANDREAS, locality="x" * 36)), {}),
        ("recipient.name", bill(recipient=attrs.evolve(ANDREAS, name="Андрей")), {}),
        ("recipient.name", bill(recipient=attrs.evolve(ANDREAS, name="Anna \U0001f600")), {}),
        ("recipient.name", bill(recipient=attrs.evolve(ANDREAS, name="Anna\u2028Muster")), {}),
        ("reference", bill(), {"reference": QRR}),  # no QR-IBAN
        ("reference", bill(iban=QR_IBAN), {}),  # a QR-IBAN asks for a QR reference
        ("reference", bill(iban=QR_IBAN), {"reference": SCOR}),
        ("reference", bill(iban=QR_IBAN), {"reference": QRR[:-1] + "8"}),
        ("reference", bill(), {"reference": "RF19539007547034"}),
        ("reference", bill(), {"reference": "2013-17"}),
        ("message", bill(), {"message": "x" * 141}),
        ("message", bill(), {"message": "x" * 5_000}),
        ("message", bill(), {"message": "a\tb"}),
        ("message", bill(), {"message": "NICHT ZUR ZAHLUNG VERWENDEN"}),
        ("billing_information", bill(), {"message": "x" * 108, "billing_information": S1}),
        ("billing_information", bill(), {"billing_information": "S1"}),
    ],
)
def test_what_a_bank_would_refuse_is_refused(field: str, invoice: Invoice, given: dict[str, Any]) -> None:
    """One problem, by the name of what is wrong."""
    assert problems_of(invoice, **given) == [field]


def test_all_problems_are_told_at_once_and_nobody_is_named() -> None:
    """Of both parties, the amount, the reference and the message."""
    wrong = bill(
        "0.00",
        iban=None,
        recipient=attrs.evolve(ANDREAS, name="Андрей" * 20, locality="x" * 40),
    )
    with pytest.raises(InvalidDocumentError) as caught:
        qr_payload(wrong, reference="1", message="\u4eba")
    fields = [problem.field for problem in caught.value.problems]
    assert fields == [
        "issuer.iban",
        *["recipient.name"] * 2,
        *("recipient.locality", "payable", "reference", "message"),
    ]
    assert "Андрей" not in str(caught.value)


def test_a_code_has_room_for_so_many_bytes() -> None:
    """Letters with accents take two each."""
    wide = {"name": "ä" * 70, "street": "ä" * 70, "house_number": "ä" * 16, "postcode": "ä" * 16}
    parties = [attrs.evolve(each, **wide, locality="ä" * 35) for each in (NADJA, ANDREAS)]
    wrong = bill(issuer=parties[0], recipient=parties[1])
    assert problems_of(wrong, message="ä" * 140) == ["payload"]
    assert len(qr_payload(wrong, message="ä" * 10).encode()) <= MOST_QR_BYTES


@pytest.mark.parametrize("given", [{"message": None}, {"reference": 7}, {"billing_information": b"//"}])
def test_texts_are_texts(given: dict[str, Any]) -> None:
    """Nothing else is taken for one."""
    with pytest.raises(InvalidTypeError):
        qr_payload(bill(), **given)


ALLOWED = re.compile("[\x20-\x7e\xa0-\u017f\u0218-\u021b\u20ac\n]*")


@given(testing.invoices(), st.none() | st.just(creditor_reference("17")), st.text(max_size=20))
def test_a_payload_has_34_lines_of_allowed_characters_or_is_refused(
    invoice: Invoice, reference: str | None, message: str
) -> None:
    """Whatever names, streets and messages there are."""
    told = None
    with contextlib.suppress(InvalidDocumentError):
        told = qr_payload(invoice, reference=reference, message=message)
    if told is not None:
        lines = told.split("\n")
        assert len(lines) == 34
        assert ALLOWED.fullmatch(told)
        assert (lines[18], lines[19], lines[30]) == (invoice.payable.amount, "CHF", "EPD")


# --- the picture


def test_the_picture_is_the_same_each_time_and_says_what_the_code_says() -> None:
    """Byte for byte; in four languages; with what is special to XML escaped."""
    pytest.importorskip("chqr")
    invoice = bill("1234.50", recipient=attrs.evolve(ANDREAS, name="Tom & <Jerry>"))
    given: dict[str, Any] = {"reference": SCOR, "message": "2013-17"}
    pictures = {
        locale: qr_svg(invoice, locale=locale, **given) for locale in ("de_CH", "fr", "it", "en", "rm")
    }
    assert pictures["de_CH"] == qr_svg(invoice, locale="de_CH", **given) == pictures["rm"]
    for locale, title in (("de_CH", "Zahlteil"), ("fr", "Section paiement"), ("en", "Payment part")):
        assert title in pictures[locale]
    for text in ("CH58 0079 1123 0008 8901 2", "RF18 5390 0754 7034", "1 234.50", "Tom &amp; &lt;Jerry&gt;"):
        assert text in pictures["it"]


def test_the_code_is_of_level_m_and_of_the_payload() -> None:
    """The bits in the picture are those of the payload at the level of the guidelines, never a higher one."""
    pytest.importorskip("chqr")
    segno = pytest.importorskip("segno")
    invoice = bill()
    code = segno.make_qr(qr_payload(invoice), error="M", boost_error=False, encoding="utf-8")
    assert code.error == "M"
    drawn = re.search(r'viewBox="0 0 (\d+) \1"><path', qr_svg(invoice, locale="de"))
    assert drawn is not None
    assert int(drawn[1]) == code.symbol_size(border=0)[0]
    path = code.svg_inline(border=0, svgclass=None, lineclass=None, omitsize=True)
    inside = re.search(r' d="([^"]+)"', path)
    assert inside is not None
    assert inside[1] in qr_svg(invoice, locale="de")


def test_a_line_too_long_for_its_column_is_smaller_and_broken() -> None:
    """All of it is there, in both columns; what fits is left alone."""
    pytest.importorskip("chqr")
    name = "Genossenschaft für nachbarschaftliche Hilfe rund um Bild und Ton"
    picture = qr_svg(bill(recipient=attrs.evolve(ANDREAS, name=name)), locale="de", message="x" * 140)
    for small in ("6pt", "8pt"):
        parts = re.findall(f'font-size="{small}">([^<]+)</tspan>', picture)
        assert name in " ".join(parts)
    assert 'font-size="8pt">Bahnhofstrasse 1</tspan>' in picture
    assert 'font-size="10pt">Bahnhofstrasse 1</tspan>' in picture
    assert "".join(re.findall("x{2,}", picture)) == "x" * 140


@pytest.mark.parametrize("invoice", [None, "2013-17", {}])
def test_what_is_no_invoice_has_no_code(invoice: Any) -> None:
    """Neither as a text nor as a picture; the error names the argument."""
    for call in (qr_payload, partial(qr_svg, locale="de")):
        with pytest.raises(InvalidTypeError) as caught:
            call(invoice)
        assert caught.value.field == "invoice"
