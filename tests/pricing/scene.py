"""Jobs to price: any service, selection, price, way, hour, contract, reduction and book, drawn together."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, NamedTuple

import attrs
from hypothesis import strategies as st

from mila_core import pricing, testing
from mila_core.catalogue import AddOn, Package, Selection, Service
from mila_core.eligibility import Visit
from mila_core.friends import ContractMode
from mila_core.money import Money, chf
from mila_core.offers import Offer, UnitPrice
from mila_core.periods import Period
from mila_core.policies import VatTreatment
from mila_core.pricing import ListedHolidays, PriceBook, PublicHoliday, Tariff
from mila_core.quotes import Discount, Quote, Voucher
from tests.journey import MATCH, REQUEST, utc

NAMES = MATCH.visit.service.names
SERVICE: Service = attrs.evolve(
    MATCH.visit.service,
    packages=[Package(code="two", minutes=90, names=NAMES)],
    add_ons=[AddOn(code="cable", minutes=15, names=NAMES), AddOn(code="advice", minutes=0, names=NAMES)],
)
FIRST = utc("2026-10-18T00:00")
"""The first of two weeks, in the middle of which the clocks go back."""

HOLIDAYS = ListedHolidays(
    first_year=2026,
    last_year=2026,
    holidays=[
        PublicHoliday(day=(FIRST + timedelta(days=number)).date(), code="public_holiday")
        for number in (3, 7, 12)  # a Wednesday, the Sunday of the change, a Friday
    ],
)


@attrs.frozen(kw_only=True)
class Job:
    """Something to price that is no match of `matching`: the three facts are enough.

    Attributes:
        offer: the friend's offer.
        visit: the visit, with its slot.
        distance_m: the way to the customer, in metres.
    """

    offer: Offer
    visit: Visit
    distance_m: int


class Asked(NamedTuple):
    """A job, the book, and all else that a quote is asked for with.

    Attributes:
        job: what is priced.
        book: by which book.
        contract: under which contract.
        discount: what the friend takes off.
        voucher: what the platform takes off.
        demand_percent: the supplement for high demand.
        holidays: which days are public holidays.
        cash: whether it is paid in cash.
    """

    job: Job
    book: PriceBook
    contract: ContractMode = ContractMode.FRIEND
    discount: Discount | None = None
    voucher: Voucher | None = None
    demand_percent: int = 0
    holidays: ListedHolidays | None = None
    cash: bool = False

    def quote(self) -> Quote:
        """Return the quote, made a day before the visit."""
        wanted = self._asdict()
        job, at = wanted.pop("job"), self.job.visit.slot.start - timedelta(days=1)
        return pricing.quote(REQUEST, job, at=at, **wanted)

    def with_job(self, **changes: Any) -> "Asked":
        """Return the same with another offer, visit or way."""
        return self._replace(job=attrs.evolve(self.job, **changes))

    def starting(self, start: Any) -> "Asked":
        """Return the same at another time."""
        slot = self.job.visit.slot
        moved = Period(start, start + (slot.end - slot.start))
        return self.with_job(visit=attrs.evolve(self.job.visit, slot=moved))

    def with_book(self, **changes: Any) -> "Asked":
        """Return the same by another book."""
        return self._replace(book=attrs.evolve(self.book, **changes))


def tariffs_of(prices: dict[str | None, Money], *, block: Money) -> Iterator[Tariff]:
    """Yield a tariff for the service and each of its units."""
    for unit, price in prices.items():
        yield Tariff(
            service_code=SERVICE.code, unit=unit, price=price, block_price=block if unit is None else None
        )


SELECTIONS = st.builds(
    Selection,
    package=st.none() | st.just("two"),
    add_ons=st.sets(st.sampled_from(["cable", "advice"])),
    extra_blocks=st.just(0) | st.integers(1, 4),
)


@st.composite
def asked(draw: st.DrawFn, *, contract: ContractMode | None = None, reductions: bool = True) -> Asked:
    """Return what a quote can be asked for with; own prices are at the ceiling or below, or have none."""
    mode = contract or draw(st.sampled_from(ContractMode))
    units: list[str | None] = [None, "two", "cable", "advice"]
    ceilings = {unit: draw(testing.prices()) for unit in units}
    block = draw(testing.prices())
    below = draw(st.integers(1, 100))
    own = {unit: Money(max(1, price.rappen * below // 100)) for unit, price in ceilings.items()}
    tariffs = list(tariffs_of(ceilings, block=block))
    if draw(st.booleans()):
        tariffs[0] = attrs.evolve(tariffs[0], per_hour=draw(testing.prices()))
        tariffs[2] = attrs.evolve(tariffs[2], per_hour=draw(testing.prices()), vat=VatTreatment.REDUCED)
    if draw(st.booleans()):
        tariffs[1] = attrs.evolve(tariffs[1], block_price=block + Money(100))
    has_tariffs = mode is ContractMode.PLATFORM or draw(st.booleans())
    book = draw(testing.price_books(tariff_list=st.just(tariffs if has_tariffs else [])))
    selection = draw(SELECTIONS)
    start = FIRST + timedelta(minutes=15) * draw(st.integers(0, 14 * 96))
    service = attrs.evolve(SERVICE, remote=draw(st.booleans()))
    length = timedelta(minutes=service.minutes_of(selection))
    offer = attrs.evolve(
        MATCH.offer,
        price=own[None],
        prices=[UnitPrice(code=str(unit), price=price) for unit, price in own.items() if unit is not None],
        block_price=Money(max(1, block.rappen * below // 100)),
    )
    visit = attrs.evolve(
        MATCH.visit, service=service, selection=selection, slot=Period(start, start + length)
    )
    way = st.integers(0, 60_000) | st.integers(0, 60).map(lambda km: 1000 * km)
    return Asked(
        job=Job(offer=offer, visit=visit, distance_m=draw(way)),
        book=book,
        contract=mode,
        discount=draw(st.none() | testing.discounts())
        if reductions and mode is ContractMode.FRIEND
        else None,
        voucher=draw(st.none() | testing.vouchers()) if reductions else None,
        demand_percent=draw(st.just(0) | st.integers(0, 300)),
        holidays=draw(st.none() | st.just(HOLIDAYS)),
        cash=draw(st.booleans()),
    )


PLAIN = Asked(
    job=Job(offer=MATCH.offer, visit=attrs.evolve(MATCH.visit, service=SERVICE), distance_m=0),
    book=PriceBook(),
)
"""Andreas connects a console around the corner for CHF 40."""


def plain(price: str = "40", **changes: Any) -> Asked:
    """Return the example at a price, with other circumstances."""
    job = attrs.evolve(PLAIN.job, offer=attrs.evolve(PLAIN.job.offer, price=chf(price)))
    return PLAIN._replace(job=job, **changes)
