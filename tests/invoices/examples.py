"""Who issues what to whom: the parties and the settled bookings of the examples."""

from datetime import date
from typing import Any

import attrs

from mila_core.bookings import Booking
from mila_core.friends import ContractMode
from mila_core.invoices import Invoice, InvoiceParty, invoice_for
from mila_core.money import chf
from mila_core.policies import VatTreatment
from mila_core.quotes import QuoteLine
from mila_core.reasons import reason
from mila_core.settlements import PaymentMeans, Settlement
from tests.settlements.examples import after, closed, opened

ISSUED = date(2013, 11, 29)
SERVED = date(2013, 11, 28)

FRIEND = InvoiceParty(
    id="andreas",
    name="Andreas Beispiel",
    street="Kramgasse",
    house_number="2",
    postcode="3011",
    locality="Bern",
    iban="CH5800791123000889012",
)
PLATFORM = InvoiceParty(
    name="Netz AG",
    street="Hardturmstrasse",
    house_number="3",
    postcode="8005",
    locality="Zürich",
    vat_number="CHE-100.155.212 MWST",
    iban="CH4431999123000889012",
)
CUSTOMER = InvoiceParty(
    id="anna",
    name="Anna Muster",
    street="Zypressenstrasse",
    house_number="71",
    postcode="8004",
    locality="Zürich",
)


def taxed(booking: Booking, *treatments: VatTreatment) -> Booking:
    """Return a booking whose lines are taxed: each as said, and all at the standard rate if nothing is."""
    lines = booking.quote.lines
    wanted = treatments or (VatTreatment.STANDARD,) * len(lines)
    told = [attrs.evolve(line, vat=vat) for line, vat in zip(lines, wanted, strict=True)]
    return attrs.evolve(booking, quote=attrs.evolve(booking.quote, lines=told))


def by_platform(booking: Booking, *steps: str, **details: Any) -> Settlement:
    """Return a settlement under the platform's contract, after some events."""
    given = {"means": PaymentMeans.PLATFORM_INVOICE, "contract": ContractMode.PLATFORM, **details}
    return after(opened(booking, **given), *steps)


def by_friend(booking: Booking, *steps: str, **details: Any) -> Settlement:
    """Return a settlement under the friend's contract, after some events."""
    given = {"means": PaymentMeans.FRIEND_INVOICE, "contract": ContractMode.FRIEND, **details}
    return after(opened(booking, **given), *steps)


def invoiced(booking: Booking | None = None, **details: Any) -> Invoice:
    """Return the platform's invoice for a booking, taxed at the standard rate if it is not given."""
    wanted = booking or taxed(closed("100.00"))
    return invoice_for(
        by_platform(wanted),
        wanted,
        **{"number": "2013-1", "issued_on": ISSUED, "issuer": PLATFORM, "recipient": CUSTOMER, **details},
    )


def line(amount: str = "40.00", vat: VatTreatment = VatTreatment.NONE) -> QuoteLine:
    """Return a line of some amount."""
    return QuoteLine(why=reason("base", price=chf(amount)), amount=chf(amount), vat=vat)
