"""The Swiss QR-bill: what an invoice's QR code says, and the payment part as a picture.

By the Swiss Implementation Guidelines QR-bill, version 2.3 (SIX, in force since November 2025), with
structured addresses only. What a text may have is checked over the whole payload, and all problems are told
at once. The text needs no library; the picture needs the extra `invoice`.
"""

from collections.abc import Iterator
from types import MappingProxyType

from mila_core.errors import (
    InvalidDocumentError,
    InvalidInputError,
    InvalidTypeError,
    InvalidValueError,
    describe,
)
from mila_core.export._qr_bill import drawn
from mila_core.export.references import is_creditor_reference, is_qr_reference
from mila_core.i18n import negotiate
from mila_core.invoices import Invoice, InvoiceParty
from mila_core.money import ZERO, Money
from mila_core.validation import check_instance

__all__ = ["MOST_QR_AMOUNT", "MOST_QR_BYTES", "qr_payload", "qr_svg"]

MOST_QR_AMOUNT = Money(99_999_999_999)
"""The highest amount of a QR-bill, CHF 999,999,999.99; the lowest is one Rappen."""

MOST_QR_BYTES = 997
"""How many bytes a QR code of the largest size that is allowed (version 25, level M) has room for."""

_LONGEST = MappingProxyType({"name": 70, "street": 70, "house_number": 16, "postcode": 16, "locality": 35})
_LONGEST_MESSAGE = 140

_ALLOWED = (("\x20", "\x7e"), ("\xa0", "\u017f"), ("\u0218", "\u021b"), ("\u20ac", "\u20ac"))
"""The characters that the guidelines allow (4.1.1), each range by its first and last."""

_PLAIN = str.maketrans(
    {
        **dict.fromkeys("\n\u2002\u2003\u2007\u2008\u2009\u200a\u202f", " "),
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u2032", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
        "\u2026": "...",
    }
)
"""What typewriters of today put for plain characters; the words stay the same without it."""

_NO_PAYMENT = frozenset(
    {
        "NICHT ZUR ZAHLUNG VERWENDEN",
        "NE PAS UTILISER POUR LE PAIEMENT",
        "NON UTILIZZARE PER IL PAGAMENTO",
        "DO NOT USE FOR PAYMENT",
    }
)
"""What a bill says that is not to be paid (8.4)."""


def _is_allowed(char: str) -> bool:
    return any(first <= char <= last for first, last in _ALLOWED)


def _plain(value: str) -> str:
    return value.translate(_PLAIN).strip(" ")


def _text_problems(field: str, value: str, longest: int) -> Iterator[InvalidInputError]:
    if len(value) > longest:
        yield InvalidValueError(field, f"at most {longest} characters", f"{len(value)}")
    if wrong := sorted({char for char in value if not _is_allowed(char)}):
        came = ", ".join(f"U+{ord(char):04X}" for char in wrong[:10])
        yield InvalidValueError(field, "characters of the Latin alphabets only", came)


def _address(party: InvoiceParty | None) -> list[str]:
    """Return the seven lines of a structured address; empty ones for nobody."""
    if party is None:
        return [""] * 7
    return ["S", *(_plain(getattr(party, name)) for name in _LONGEST), party.country]


def _address_problems(field: str, party: InvoiceParty | None) -> Iterator[InvalidInputError]:
    for name, longest in _LONGEST.items():
        if party is not None:
            yield from _text_problems(f"{field}.{name}", _plain(getattr(party, name)), longest)


def _is_qr_iban(iban: str) -> bool:
    """Return whether an account takes QR references: the number of its bank is from 30000 to 31999."""
    return "30000" <= iban[4:9] <= "31999"


def _reference_problems(iban: str, reference: str) -> Iterator[InvalidInputError]:
    if reference and not is_qr_reference(reference) and not is_creditor_reference(reference):
        expected = "a QR reference of 27 digits, or a creditor reference with RF, with its check digits"
        yield InvalidValueError("reference", expected, describe(reference))
    elif iban and _is_qr_iban(iban) != is_qr_reference(reference):
        expected = "a QR reference if, and only if, the account has a QR-IBAN"
        came = "a QR-IBAN" if _is_qr_iban(iban) else "a QR reference"
        yield InvalidValueError("reference", expected, f"{came} alone")


def _message_problems(message: str, billing: str) -> Iterator[InvalidInputError]:
    yield from _text_problems("message", message, _LONGEST_MESSAGE)
    if message in _NO_PAYMENT:
        yield InvalidValueError("message", "one of a bill that is to be paid", describe(message))
    if billing:  # both together have room for as much
        longest = max(0, _LONGEST_MESSAGE - len(message))
        yield from _text_problems("billing_information", billing, longest)
    if billing and not billing.startswith("//"):
        yield InvalidValueError("billing_information", "what begins with two strokes", describe(billing))


def _problems(invoice: Invoice, reference: str, message: str, billing: str) -> Iterator[InvalidInputError]:
    iban = invoice.issuer.iban or ""
    if not iban:
        yield InvalidValueError("issuer.iban", "an account to pay to", describe(None))
    yield from _address_problems("issuer", invoice.issuer)
    yield from _address_problems("recipient", invoice.recipient)
    if not ZERO < invoice.payable <= MOST_QR_AMOUNT:
        expected = f"CHF 0.01 to {MOST_QR_AMOUNT} to be paid"
        yield InvalidValueError("payable", expected, str(invoice.payable))
    yield from _reference_problems(iban, reference)
    yield from _message_problems(message, billing)


def qr_payload(
    invoice: Invoice, *, reference: str | None = None, message: str = "", billing_information: str = ""
) -> str:
    """Return what the QR code of an invoice says: 34 lines, for the banking software of who pays.

    Typographic apostrophes, quotes, dashes and spaces, and line breaks, become plain ones, as in the names
    that telephones write: they are not allowed, and the words are the same. Any other character that is not
    allowed is a problem.

    Args:
        invoice: the invoice, whose issuer has an IBAN and on which something is to be paid.
        reference: a QR reference, for a QR-IBAN; a creditor reference, for any other; or none.
        message: what who pays is to read, such as the invoice's number.
        billing_information: what the software of who pays is to read, as the structured `//S1/...`.

    Returns:
        The lines, between them a line feed.

    Raises:
        InvalidTypeError: an invoice that is none, or a reference or text that is not a string.
        InvalidDocumentError: all that is wrong: no IBAN, a reference with wrong check digits or for another
            sort of account, a text too long or with a character that is not allowed, nothing to pay or too
            much, or more than a QR code has room for.

    Examples:
        >>> from datetime import date
        >>> from mila_core.invoices import InvoiceKind, InvoiceParty
        >>> from mila_core.money import chf
        >>> from mila_core.quotes import QuoteLine
        >>> from mila_core.reasons import reason
        >>> sonja = InvoiceParty(
        ...     name="Sonja", postcode="8004", locality="Zürich", iban="CH58 0079 1123 0008 8901 2"
        ... )
        >>> invoice = Invoice(
        ...     number="2013-17",
        ...     invoice_kind=InvoiceKind.INVOICE,
        ...     issued_on=date(2013, 11, 29),
        ...     served_on=date(2013, 11, 28),
        ...     issuer=sonja,
        ...     lines=[QuoteLine(why=reason("base"), amount=chf(55))],
        ...     booking_id="b1",
        ... )
        >>> lines = qr_payload(invoice, reference="RF18 5390 0754 7034", message="2013-17").splitlines()
        >>> lines[0], lines[3], lines[18:20], lines[27:31]
        ('SPC', 'CH5800791123000889012', ['55.00', 'CHF'], ['SCOR', 'RF18539007547034', '2013-17', 'EPD'])
    """
    check_instance("invoice", invoice, kind=Invoice)
    given = "" if reference is None else reference
    texts = {"reference": given, "message": message, "billing_information": billing_information}
    for name, value in texts.items():
        if not isinstance(value, str):
            raise InvalidTypeError(name, "a text", describe(value))
    number = given.replace(" ", "")
    told, billing = _plain(message), _plain(billing_information)
    problems = list(_problems(invoice, number, told, billing))
    lines = [
        *("SPC", "0200", "1", invoice.issuer.iban or ""),
        *_address(invoice.issuer),
        *[""] * 7,  # the final creditor, which is for later
        *(invoice.payable.amount, "CHF"),
        *_address(invoice.recipient),
        *("QRR" if is_qr_reference(number) else "SCOR" if number else "NON", number),
        *(told, "EPD", billing, "", ""),  # the last two for other schemes
    ]
    payload = "\n".join(lines)
    if not problems and (size := len(payload.encode())) > MOST_QR_BYTES:
        problems = [InvalidValueError("payload", f"at most {MOST_QR_BYTES} bytes", f"{size}")]
    if problems:
        raise InvalidDocumentError("qr_bill", problems)
    return payload


def qr_svg(
    invoice: Invoice,
    *,
    locale: str,
    reference: str | None = None,
    message: str = "",
    billing_information: str = "",
) -> str:
    """Return the payment part and receipt of an invoice as a picture, 210 by 108 mm, to be printed below it.

    The same invoice gives the same picture, byte for byte. A line that is too long for its column is set in
    smaller letters, and broken.

    Args:
        invoice: as for `qr_payload`.
        locale: any locale, for the headings: German, French, Italian or English.
        reference: as for `qr_payload`.
        message: as for `qr_payload`.
        billing_information: as for `qr_payload`; it is in the code alone.

    Returns:
        The SVG document.

    Raises:
        InvalidTypeError: as for `qr_payload`, or a locale that is not a text.
        InvalidDocumentError: as for `qr_payload`.
        MissingExtraError: the extra `invoice` is not installed.
    """
    language = negotiate(locale)[:2]
    payload = qr_payload(
        invoice, reference=reference, message=message, billing_information=billing_information
    )
    return drawn(payload, language=language)
