"""Invoices and their parts."""

from datetime import timedelta

from hypothesis import strategies as st

from mila_core.invoices import Invoice, InvoiceKind, InvoiceParty, VatShare, vat_contained
from mila_core.invoices import vat_shares as shares_of
from mila_core.money import Money
from mila_core.policies import SettlementPolicy, VatTreatment
from mila_core.quotes import Part, QuoteLine
from mila_core.settlements import PaymentMeans
from mila_core.testing._values import days, fixed_or, ids, moneys, places, reasons, texts

_IBANS = ("CH5800791123000889012", "CH4431999123000889012", "LI21088100002324013AA")
_VAT_NUMBERS = ("CHE-100.155.212 MWST", "CHE-123.456.788 TVA", "CHE-107.787.577 IVA")
_SETTLED = frozenset({InvoiceKind.RECEIPT, InvoiceKind.CREDIT_NOTE})


@st.composite
def invoice_parties(
    draw: st.DrawFn, *, with_iban: bool | None = None, is_registered: bool | None = None
) -> InvoiceParty:
    """Return parties of invoices, people and firms.

    Args:
        draw: given by Hypothesis.
        with_iban: whether the party has an account to pay to.
        is_registered: whether it has a VAT number.
    """
    place = draw(places())
    return InvoiceParty(
        id=draw(st.none() | ids()),
        name=draw(texts(70)),
        street=draw(texts(70, may_be_empty=True)),
        house_number=draw(st.sampled_from(["", "1", "71b", "12-14"])),
        postcode=place.postcode,
        locality=place.locality,
        vat_number=draw(st.sampled_from(_VAT_NUMBERS))
        if draw(fixed_or(is_registered, st.booleans()))
        else None,
        iban=draw(st.sampled_from(_IBANS)) if draw(fixed_or(with_iban, st.booleans())) else None,
    )


@st.composite
def vat_shares(draw: st.DrawFn) -> VatShare:
    """Return what of documents is taxed at one rate."""
    gross, per_mille = draw(moneys(least=-50_000, most=50_000)), draw(st.sampled_from([25, 26, 38, 77, 81]))
    return VatShare(
        treatment=draw(st.sampled_from(list(VatTreatment)[1:])),
        per_mille=per_mille,
        gross=gross,
        vat=vat_contained(gross, per_mille=per_mille),
    )


@st.composite
def invoices(draw: st.DrawFn, *, invoice_kind: InvoiceKind | None = None) -> Invoice:
    """Return invoices and all other documents about money, each with the tax that its lines contain.

    Args:
        draw: given by Hypothesis.
        invoice_kind: what sort of document it is.
    """
    sort = draw(fixed_or(invoice_kind, st.sampled_from(list(InvoiceKind))))
    issuer = draw(invoice_parties())
    served_on, issued_on, policy = draw(days()), draw(days()), SettlementPolicy()
    rated = [each for each in VatTreatment if policy.vat_per_mille(served_on, treatment=each)]
    can_tax = issuer.vat_number is not None and sort is not InvoiceKind.COMPENSATION_NOTE
    line = st.builds(
        QuoteLine,
        why=reasons(),
        amount=moneys(least=1, most=50_000),
        part=st.sampled_from(list(Part)),
        vat=st.sampled_from([VatTreatment.NONE, *rated] if can_tax else [VatTreatment.NONE]),
    )
    lines = draw(st.lists(line, min_size=1, max_size=4))
    if draw(st.booleans()):
        off = Money(-draw(st.integers(0, lines[0].amount.rappen)))
        lines.append(QuoteLine(why=draw(reasons()), amount=off, part=Part.PLATFORM, vat=lines[0].vat))
    is_settled = sort in _SETTLED or draw(st.booleans())
    has_term = not is_settled and issued_on.year < served_on.max.year - 2
    return Invoice(
        number=draw(ids()),
        invoice_kind=sort,
        issued_on=issued_on,
        served_on=served_on,
        issuer=issuer,
        recipient=draw(st.none() | invoice_parties(with_iban=False)),
        lines=lines,
        vat=shares_of(lines, on=served_on, policy=policy),
        booking_id=draw(ids()),
        means=draw(st.none() | st.sampled_from(list(PaymentMeans))),
        is_settled=is_settled,
        due_on=issued_on + timedelta(days=draw(st.integers(0, 30))) if has_term else None,
        refers_to=draw(ids() if sort is InvoiceKind.CREDIT_NOTE else st.none() | ids()),
    )
