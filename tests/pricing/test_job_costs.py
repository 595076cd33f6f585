"""What a job costs a customer, and how a friend's price compares."""

from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import testing
from mila_core.catalogue import Selection
from mila_core.errors import InvalidTypeError, InvalidValueError, UnknownIdError
from mila_core.friends import ContractMode
from mila_core.i18n import LOCALES, word
from mila_core.money import Money, chf
from mila_core.pricing import (
    GuidanceLevel,
    JobCost,
    Position,
    PriceBook,
    PriceGuidance,
    PricePosition,
    PriceSource,
    Tariff,
    job_cost,
    position,
)
from mila_core.reasons import reason
from tests import wrong
from tests.pricing.prices import CODES, SHELF, first, of_each

GUIDANCE = first(of_each(*[4000] * 5))
FREE = PriceBook(travel_per_km=chf(0))


def codes(cost: JobCost) -> list[str]:
    """Return the codes of what a cost says besides how the band came about."""
    return [why.code for why in cost.reasons if why.code.startswith("job_cost")]


@given(testing.price_guidances(), testing.price_books())
def test_a_cost_is_the_band_with_the_fee(guidance: PriceGuidance, book: PriceBook) -> None:
    """All three amounts are what a customer pays; level, friends and reasons are the guidance's."""
    guidance = attrs.evolve(guidance, service_code=CODES[0], selection=Selection())
    book = attrs.evolve(book, tariffs=[each for each in book.tariffs if each.service_code != CODES[0]])
    cost = job_cost(guidance, book=book, catalogue=SHELF)
    bands = (guidance.p25, guidance.p50, guidance.p75)
    assert (cost.low, cost.usual, cost.high) == tuple(each + book.fee_on(each) for each in bands)
    assert cost.low <= cost.usual <= cost.high
    assert (cost.level, cost.friends, cost.selection) == (
        guidance.level,
        guidance.friends,
        guidance.selection,
    )
    assert cost.reasons[len(cost.reasons) - len(guidance.reasons) :] == guidance.reasons
    assert ("job_cost_fee" in codes(cost)) == (cost.usual > guidance.p50)


def test_the_way_and_the_hour_are_told_and_not_added() -> None:
    """The longest way would tell most customers a price that nobody asks of them."""
    dear = PriceBook(evening_percent=20, sunday_percent=50, demand_most_percent=30, customer_fee=chf("2.90"))
    cost = job_cost(GUIDANCE, book=dear, catalogue=SHELF)
    assert codes(cost) == ["job_cost_fee", "job_cost_travel", "job_cost_surcharge", "job_cost_demand"]
    fee, way, hour, demand = (why.as_mapping() for why in cost.reasons[:4])
    assert demand == {"percent": 30}
    assert fee == {"fee": chf("2.90")}
    assert way == {"free_km": 10, "per_km": chf(1), "most": chf(30)}
    assert hour == {"percent": 50}
    assert cost.low == GUIDANCE.p25 + chf("2.90")


def test_where_nothing_comes_on_top_nothing_is_said() -> None:
    """A way that costs nothing, by its price or by its cap, or that nobody goes."""
    for book in (FREE, PriceBook(travel_most=chf(0))):
        assert codes(job_cost(GUIDANCE, book=book, catalogue=SHELF)) == []
    remote = attrs.evolve(SHELF, services=[attrs.evolve(SHELF.services[0], remote=True)])
    assert codes(job_cost(GUIDANCE, book=PriceBook(), catalogue=remote)) == []


def tariffed(*tariffs: Tariff, **more: Any) -> PriceBook:
    """Return a book in which the way is free, with tariffs for the first service."""
    return PriceBook(travel_per_km=chf(0), tariffs=tariffs, **more)


def of_console(francs: int, **more: Any) -> Tariff:
    """Return a tariff of the first service."""
    return Tariff(service_code=CODES[0], price=chf(francs), **more)


def amounts(cost: JobCost) -> tuple[Money, Money, Money]:
    """Return what is told, from low to high."""
    return cost.low, cost.usual, cost.high


def test_nobody_is_told_a_price_above_the_tariff() -> None:
    """No quote is made above it, so the band ends there; the fee comes on top."""
    band = (GUIDANCE.p25, GUIDANCE.p50, GUIDANCE.p75)
    assert band == (chf(40), chf(50), chf(60))
    capped = job_cost(GUIDANCE, book=tariffed(of_console(55), customer_fee=chf(2)), catalogue=SHELF)
    assert amounts(capped) == (chf(42), chf(52), chf(57))
    assert codes(capped) == ["job_cost_ceiling", "job_cost_fee"]
    assert capped.reasons[0].as_mapping() == {"most": chf(55)}
    low = job_cost(GUIDANCE, book=tariffed(of_console(20)), catalogue=SHELF)
    assert amounts(low) == (chf(20), chf(20), chf(20))
    assert (low.level, low.friends) == (GUIDANCE.level, GUIDANCE.friends)
    free = job_cost(GUIDANCE, book=tariffed(of_console(60)), catalogue=SHELF)
    assert (amounts(free), codes(free)) == (band, [])


def test_a_tariff_by_the_hour_is_taken_for_the_usual_time() -> None:
    """An hour for the service itself, an hour and a half for its package."""
    hourly = of_console(10, per_hour=chf(30))
    assert job_cost(GUIDANCE, book=tariffed(hourly), catalogue=SHELF).high == chf(30)
    service = SHELF.services[0]
    package = attrs.evolve(GUIDANCE, selection=Selection(package=service.packages[0].code))
    assert service.packages[0].minutes == 90
    of_package = attrs.evolve(hourly, unit=service.packages[0].code)
    assert job_cost(package, book=tariffed(of_package), catalogue=SHELF).usual == chf(45)
    assert job_cost(package, book=tariffed(hourly), catalogue=SHELF).usual == chf(50)  # not the package's


def test_more_is_capped_where_each_part_has_a_tariff() -> None:
    """The service, an add-on by its usual time and blocks; without one of them there is no limit."""
    add_on = SHELF.services[0].add_ons[0].code
    more = attrs.evolve(GUIDANCE, selection=Selection(add_ons=[add_on], extra_blocks=2))
    own, unit = of_console(20, block_price=chf(4)), of_console(3, unit=add_on, per_hour=chf(16))
    assert SHELF.services[0].add_ons[0].minutes == 15
    assert job_cost(more, book=tariffed(own, unit), catalogue=SHELF).high == chf(20 + 4 + 8)
    package = attrs.evolve(own, unit=SHELF.services[0].packages[0].code, block_price=chf(7))
    longer = attrs.evolve(GUIDANCE, selection=Selection(package=package.unit, extra_blocks=2))
    assert job_cost(longer, book=tariffed(own, package), catalogue=SHELF).high == chf(20 + 14)
    by_service = attrs.evolve(package, block_price=None)
    assert job_cost(longer, book=tariffed(own, by_service), catalogue=SHELF).high == chf(20 + 8)
    assert job_cost(more, book=tariffed(own), catalogue=SHELF).high == chf(60)
    without_blocks = attrs.evolve(own, block_price=None)
    assert job_cost(more, book=tariffed(without_blocks, unit), catalogue=SHELF).high == chf(60)


def test_under_the_platforms_contract_the_tariff_is_the_price() -> None:
    """Whatever friends ask; none of their prices is in it."""
    book = tariffed(of_console(48), sunday_percent=50, customer_fee=chf(2))
    cost = job_cost(GUIDANCE, book=book, catalogue=SHELF, contract=ContractMode.PLATFORM)
    assert amounts(cost) == (chf(50), chf(50), chf(50))
    assert (cost.level, cost.friends) == (GuidanceLevel.TARIFF, 0)
    assert [why.code for why in cost.reasons] == ["job_cost_tariff", "job_cost_fee", "job_cost_surcharge"]
    with pytest.raises(UnknownIdError) as caught:
        job_cost(GUIDANCE, book=FREE, catalogue=SHELF, contract=ContractMode.PLATFORM)
    assert (caught.value.kind, caught.value.id) == ("tariff", CODES[0])


def test_of_prices_that_were_paid_way_and_hour_are_part() -> None:
    """Nothing is said to be missing; the ceiling is as much higher as they can add."""
    paid = attrs.evolve(GUIDANCE, source=PriceSource.PAID)
    book = PriceBook(sunday_percent=50, demand_most_percent=10, travel_most=chf(6), tariffs=[of_console(20)])
    cost = job_cost(paid, book=book, catalogue=SHELF)
    assert codes(cost) == ["job_cost_ceiling_paid", "job_cost_as_paid"]
    assert cost.high == chf(38)  # 20, 60 % of it, and 6 for the way
    remote = attrs.evolve(SHELF, services=[attrs.evolve(SHELF.services[0], remote=True)])
    assert job_cost(paid, book=book, catalogue=remote).high == chf(32)
    assert codes(job_cost(paid, book=PriceBook(sunday_percent=50), catalogue=SHELF)) == ["job_cost_as_paid"]


@pytest.mark.parametrize(
    "changes", [{"guidance": None}, {"book": None}, {"catalogue": None}, {"contract": "friend_contract"}]
)
def test_a_wrong_argument_is_named(changes: dict[str, Any]) -> None:
    """No error of the interpreter comes out."""
    given: dict[str, Any] = {"guidance": GUIDANCE, "book": FREE, "catalogue": SHELF, **changes}
    with pytest.raises(InvalidTypeError) as caught:
        job_cost(given.pop("guidance"), **given)
    assert [caught.value.field] == list(changes)
    with pytest.raises(InvalidTypeError, match="guidance"):
        position(chf(40), None)  # type: ignore[arg-type]


def test_a_service_that_is_not_there_has_no_cost() -> None:
    """Guidance and catalogue have to be of one network."""
    with pytest.raises(UnknownIdError):
        job_cost(GUIDANCE, book=FREE, catalogue=attrs.evolve(SHELF, services=[]))


def test_a_fee_above_all_amounts_is_the_error_of_the_amount() -> None:
    """Nothing overflows without a word."""
    most = Money(10**17 - 1)
    huge = attrs.evolve(GUIDANCE, p25=most, p50=most, p75=most)
    with pytest.raises(InvalidValueError):
        job_cost(huge, book=PriceBook(customer_fee=chf(1)), catalogue=SHELF)


@given(testing.price_guidances(), st.builds(Money, st.integers(-(10**9), 10**9)))
def test_a_price_is_below_within_or_above(guidance: PriceGuidance, price: Money) -> None:
    """Each amount has its place, and none is an error."""
    found = position(price, guidance)
    assert found.price == price
    assert (found.position is Position.BELOW) == (price < guidance.p25)
    assert (found.position is Position.ABOVE) == (price > guidance.p75)
    assert (found.position is Position.WITHIN) == (guidance.p25 <= price <= guidance.p75)
    assert found.why.code == f"price_{found.position.value}_usual"
    values = found.why.as_mapping()
    assert (values["usual_from"], values["usual"], values["usual_to"]) == (
        guidance.p25,
        guidance.p50,
        guidance.p75,
    )


@given(testing.price_guidances())
def test_the_ends_of_the_band_are_within(guidance: PriceGuidance) -> None:
    """A Rappen further is not."""
    places = [
        position(price, guidance).position
        for price in (guidance.p25 - Money(1), guidance.p25, guidance.p75, guidance.p75 + Money(1))
    ]
    assert places == [Position.BELOW, Position.WITHIN, Position.WITHIN, Position.ABOVE]


@pytest.mark.parametrize("price", [None, 40, 40.0, "40.00", True])
def test_what_is_no_amount_has_no_position(price: Any) -> None:
    """A wrong call is an error, a wrong price is none."""
    with pytest.raises(InvalidTypeError):
        position(price, GUIDANCE)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_friend_reads_how_the_price_compares(locale: str) -> None:
    """The price, both ends and the usual one."""
    said = word(position(chf(99), GUIDANCE).why, locale=locale)
    assert [each for each in ("99.00", "40.00", "60.00", "50.00") if each not in said] == []


@pytest.mark.parametrize(
    ("example", "field", "value", "error"),
    [
        *wrong.fields_of(
            job_cost(GUIDANCE, book=FREE, catalogue=SHELF),
            service_code=wrong.IDS,
            region_id=wrong.IDS,
            selection=wrong.OTHERS,
            low=[*wrong.OTHERS, (chf(-1), InvalidValueError)],
            usual=wrong.OTHERS,
            high=wrong.OTHERS,
            level=wrong.OTHERS,
            friends=[*wrong.numbers(0, 2**53), (0, InvalidValueError)],
            reasons=wrong.ITEMS,
        ),
        *wrong.fields_of(
            PricePosition(price=chf(40), position=Position.WITHIN, why=reason("price_within_usual")),
            price=wrong.OTHERS,
            position=[*wrong.OTHERS, ("within", InvalidTypeError)],
            why=wrong.OTHERS,
        ),
    ],
)
def test_a_wrong_field_is_refused(
    example: Any, field: str, value: Any, error: type[InvalidValueError]
) -> None:
    """The error names the field."""
    wrong.check_refused(example, field, value, error)


@given(testing.job_costs())
def test_costs_out_of_order_are_no_cost(cost: JobCost) -> None:
    """The three amounts are checked together."""
    with pytest.raises(InvalidValueError, match="usual"):
        attrs.evolve(cost, usual=cost.high + Money(1))
