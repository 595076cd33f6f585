"""What is charged, case by case: hours, demand, discounts, vouchers, fees, tariffs, the next version."""

from datetime import date, datetime, time, timedelta
from typing import Any

import attrs
import pytest

from mila_core import pricing
from mila_core.catalogue import Selection
from mila_core.errors import InvalidInputError, InvalidTypeError, InvalidValueError, UnknownIdError
from mila_core.friends import ContractMode
from mila_core.lifecycle import RefusedError
from mila_core.money import ZERO, Money, chf
from mila_core.offers import UnitPrice
from mila_core.periods import Period, at_wall_time, valid_on
from mila_core.policies import CompensationPolicy, SettlementPolicy, VatTreatment
from mila_core.pricing import ListedHolidays, PriceBook, PublicHoliday, Tariff
from mila_core.quotes import Discount, Part, Quote, QuoteLine, Voucher
from mila_core.reasons import reason
from tests import wrong
from tests.journey import REQUEST
from tests.pricing.scene import PLAIN, SERVICE, Asked, plain, tariffs_of

THURSDAY, SUNDAY, ASCENSION = date(2026, 5, 7), date(2026, 5, 10), date(2026, 5, 14)
CALENDAR = ListedHolidays(
    first_year=2026, last_year=2026, holidays=[PublicHoliday(day=ASCENSION, code="ascension_day")]
)
HOURS = PriceBook(evening_percent=20, night_percent=40, sunday_percent=25, holiday_percent=30)


def told(quote: Quote, *, without: str = "travel_free") -> list[tuple[str, str]]:
    """Return code and amount of each line, without the way that costs nothing."""
    return [(each.why.code, each.amount.amount) for each in quote.lines if each.why.code != without]


def at(on: date, clock: time, book: PriceBook = HOURS) -> Quote:
    """Return the quote of the plain example for CHF 40 at a time."""
    asked = plain(book=book, holidays=CALENDAR)
    return asked.starting(at_wall_time(on, clock)).quote()


@pytest.mark.parametrize(
    ("on", "clock", "apart", "stacked"),
    [
        # no class of hour
        (THURSDAY, time(6), [], []),
        (THURSDAY, time(19, 45), [], []),
        # the hour
        (THURSDAY, time(20), ["evening"], ["evening"]),
        (THURSDAY, time(21, 45), ["evening"], ["evening"]),
        (THURSDAY, time(22), ["night"], ["night"]),
        (THURSDAY, time(23, 45), ["night"], ["night"]),
        (THURSDAY, time(0), ["night"], ["night"]),
        (THURSDAY, time(5, 45), ["night"], ["night"]),
        # the day
        (SUNDAY, time(12), ["sunday"], ["sunday"]),
        (ASCENSION, time(12), ["holiday"], ["holiday"]),
        # both
        (SUNDAY, time(20), ["sunday"], ["sunday", "evening"]),
        (SUNDAY, time(5), ["night"], ["sunday", "night"]),
        (ASCENSION, time(20), ["holiday"], ["holiday", "evening"]),
        (ASCENSION, time(22), ["night"], ["holiday", "night"]),
    ],
)
def test_the_hour_and_the_day(on: date, clock: time, apart: list[str], stacked: list[str]) -> None:
    """The highest surcharge applies alone; where they stack, the day's and the hour's are added."""
    percents = {"evening": 20, "night": 40, "sunday": 25, "holiday": 30}
    for book, classes in ((HOURS, apart), (attrs.evolve(HOURS, surcharges_stack=True), stacked)):
        found = told(at(on, clock, book))[1:]
        assert found == [(f"surcharge_{each}", chf(40 * percents[each] // 100).amount) for each in classes]


def test_a_public_holiday_is_named() -> None:
    """The line says which day it is; a calendar is asked, and without one there is no holiday."""
    line = at(ASCENSION, time(12)).lines[-1]
    assert line.why == reason("surcharge_holiday", percent=30, of=chf(40), holiday="ascension_day")
    none = plain(book=HOURS).starting(at_wall_time(ASCENSION, time(12)))
    assert told(none.quote()) == [("base", "40.00")]


def test_a_holiday_of_one_canton_is_none_at_the_border() -> None:
    """Where a postcode touches two cantons, a day counts only if both keep it."""
    labour_day = PublicHoliday(day=date(2026, 5, 1), code="labour_day", cantons={"ZH"})
    calendar = ListedHolidays(first_year=2026, last_year=2026, holidays=[labour_day])
    asked = plain(book=HOURS, holidays=calendar).starting(at_wall_time(date(2026, 5, 1), time(12)))
    place = type(asked.job.visit.place)
    border = asked.with_job(visit=attrs.evolve(asked.job.visit, place=place("8636")))  # ZH and SG
    assert [len(told(each.quote())) for each in (asked, border)] == [2, 1]


def test_a_year_that_the_calendar_does_not_list_is_an_error() -> None:
    """No surcharge is forgotten because a list has ended."""
    with pytest.raises(InvalidValueError):
        plain(holidays=CALENDAR).starting(at_wall_time(date(2027, 1, 1), time(12))).quote()


def test_two_surcharges_are_percentages_of_the_same() -> None:
    """Stacked, each is of the price of what is wanted: they are added and never multiplied."""
    book = attrs.evolve(HOURS, surcharges_stack=True, demand_most_percent=50)
    quote = plain(book=book, demand_percent=50).starting(at_wall_time(SUNDAY, time(23))).quote()
    assert told(quote) == [
        ("base", "40.00"),
        ("surcharge_sunday", "10.00"),
        ("surcharge_night", "16.00"),
        ("demand", "20.00"),
    ]


@pytest.mark.parametrize(
    ("most", "asked", "amount"), [(0, 300, None), (20, 0, None), (20, 10, "4.00"), (20, 30, "8.00")]
)
def test_demand_is_off_unless_the_book_allows_it(most: int, asked: int, amount: str | None) -> None:
    """A supplement for demand is capped by the book, whose own cap is nothing."""
    quote = plain(book=PriceBook(demand_most_percent=most), demand_percent=asked).quote()
    assert told(quote)[1:] == ([] if amount is None else [("demand", amount)])


# What is taken off ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reduction", "off"),
    [
        ({"percent": 10}, "4.00"),
        ({"percent": 100}, "40.00"),
        ({"percent": 50, "most": chf(20)}, "20.00"),
        ({"percent": 50, "most": chf(15)}, "15.00 limited"),
        ({"amount": chf(15)}, "15.00"),
        ({"amount": chf(60)}, "40.00 limited"),  # never more than the price
        ({"amount": chf(60), "leaves": chf(10)}, "30.00 limited"),
        ({"percent": 90, "leaves": chf(10)}, "30.00 limited"),
        ({"percent": 90, "leaves": chf(50), "most": chf(5)}, None),
        ({"amount": chf(5), "leaves": chf(40)}, None),
        ({"amount": chf(5), "most": ZERO}, None),
    ],
)
@pytest.mark.parametrize("kind", [Discount, Voucher])
def test_what_is_taken_off(kind: Any, reduction: dict[str, Any], off: str | None) -> None:
    """A share or an amount, up to a most, and leaving a least; a reduction of nothing has no line."""
    name = "discount" if kind is Discount else "voucher"
    made = kind(code="welcome", **reduction)
    quote = plain(**{name: made}).quote()
    amount, _, limited = (off or "0.00").partition(" ")
    code = "_".join([name, *(["percent"] if made.percent else []), *([limited] if limited else [])])
    assert told(quote)[1:] == ([] if off is None else [(code, f"-{amount}")])
    assert quote.gross == (chf(40) if kind is Voucher else chf(40) - chf(amount))


def test_a_percentage_is_taken_before_an_amount() -> None:
    """A discount is of the whole price, whatever voucher comes after: half of CHF 40, then CHF 15 more."""
    half, fifteen = Discount(code="half", percent=50), Voucher(code="fifteen", amount=chf(15))
    quote = plain(discount=half, voucher=fifteen).quote()
    assert told(quote)[1:] == [("discount_percent", "-20.00"), ("voucher", "-15.00")]
    assert (quote.gross, quote.due) == (chf(20), chf(5))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({}, "percent"),  # nothing at all
        ({"percent": 10, "amount": chf(1)}, "percent"),
        ({"amount": chf(-1)}, "percent"),
        ({"percent": 101}, "percent"),
        ({"percent": -1}, "percent"),
        ({"percent": True}, "percent"),
        ({"amount": 15}, "amount"),
        ({"amount": chf(1), "most": chf(-1)}, "most"),
        ({"amount": chf(1), "leaves": chf(-1)}, "leaves"),
        ({"amount": chf(1), "code": "two words"}, "code"),
    ],
)
@pytest.mark.parametrize("kind", [Discount, Voucher])
def test_a_wrong_reduction_is_refused(kind: Any, changes: dict[str, Any], field: str) -> None:
    """It is either a share or an amount, and none below zero."""
    with pytest.raises(InvalidInputError) as caught:
        kind(**{"code": "welcome", **changes})
    assert caught.value.field == field


def test_a_voucher_is_no_discount() -> None:
    """Who bears it is not left to chance: one cannot be given for the other."""
    voucher: Any = Voucher(code="welcome", amount=chf(15))
    with pytest.raises(TypeError):
        plain(discount=voucher).quote()


# Fees ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("flat", "percent", "most", "line"),
    [
        ("0", 0, None, None),
        ("2.50", 0, None, ("customer_fee", "2.50")),
        ("0", 5, None, ("customer_fee_percent", "2.00")),
        ("1", 5, None, ("customer_fee_flat_and_percent", "3.00")),
        ("1", 5, "2.90", ("customer_fee_flat_and_percent_limited", "2.90")),
        ("0", 5, "1.50", ("customer_fee_percent_limited", "1.50")),
        ("2.50", 0, "1", ("customer_fee", "1.00")),
        ("2.50", 5, "0", None),
    ],
)
def test_the_customers_fee(flat: str, percent: int, most: str | None, line: tuple[str, str] | None) -> None:
    """A flat part, a share of the gross price, and a most of both; taxed at the standard rate."""
    book = PriceBook(
        customer_fee=chf(flat),
        customer_fee_percent=percent,
        customer_fee_most=None if most is None else chf(most),
    )
    quote = plain(book=book).quote()
    assert told(quote)[1:] == ([] if line is None else [line])
    assert [each.vat for each in quote.lines if each.part is Part.PLATFORM] == (
        [] if line is None else [VatTreatment.STANDARD]
    )


def test_a_voucher_does_not_lower_the_fee() -> None:
    """The fee is on the gross price: what the platform gives is not earned back, nor given twice."""
    asked = plain(book=PriceBook(customer_fee_percent=5), voucher=Voucher(code="free", percent=100))
    assert told(asked.quote())[1:] == [("voucher_percent", "-40.00"), ("customer_fee_percent", "2.00")]


# Contracts -----------------------------------------------------------------------------------------------

TARIFFS = list(tariffs_of({None: chf(60), "two": chf(90), "cable": chf(12)}, block=chf(25)))
CABLE = UnitPrice(code="cable", price=chf(12))
FIRM = plain(book=PriceBook(tariffs=TARIFFS), contract=ContractMode.PLATFORM)


def wanting(asked: Asked, **selection: Any) -> Asked:
    """Return the same with another selection."""
    visit, wanted = asked.job.visit, Selection(**selection)
    end = visit.slot.start + timedelta(minutes=visit.service.minutes_of(wanted))
    return asked.with_job(visit=attrs.evolve(visit, selection=wanted, slot=Period(visit.slot.start, end)))


@pytest.mark.parametrize(
    ("selection", "lines"),
    [
        ({}, [("base", "60.00")]),
        ({"package": "two"}, [("package", "90.00")]),
        (
            {"add_ons": ["cable"], "extra_blocks": 2},
            [("base", "60.00"), ("add_on", "12.00"), ("extra_blocks", "50.00")],
        ),
    ],
)
def test_a_firm_costs_what_the_tariff_says(selection: dict[str, Any], lines: list[tuple[str, str]]) -> None:
    """Under the platform's contract the tariff is the price, and all of it is taxed."""
    quote = wanting(FIRM, **selection).quote()
    assert told(quote) == lines
    assert {line.vat for line in quote.lines} == {VatTreatment.STANDARD}


@pytest.mark.parametrize(
    ("selection", "id_"),
    [
        ({"package": "two", "add_ons": ["advice"]}, "game-console/advice"),
        ({"extra_blocks": 1}, "game-console/extra_blocks"),
    ],
)
def test_a_firm_without_a_tariff_is_not_quoted(selection: dict[str, Any], id_: str) -> None:
    """What has no tariff has no price: an error that names it, not a guess."""
    no_blocks = [attrs.evolve(each, block_price=None) for each in TARIFFS]
    with pytest.raises(UnknownIdError, match=id_):
        wanting(FIRM.with_book(tariffs=no_blocks), **selection).quote()
    with pytest.raises(UnknownIdError, match="game-console"):
        FIRM.with_book(tariffs=()).quote()


def test_the_tariff_says_how_a_firms_service_is_taxed() -> None:
    """A service at the reduced rate is taxed so, with its way and its surcharges; the fee is not."""
    reduced = [attrs.evolve(TARIFFS[0], vat=VatTreatment.REDUCED)]
    quote = FIRM.with_book(tariffs=reduced, customer_fee=chf(1)).quote()
    assert [line.vat.value for line in quote.lines] == ["reduced", "reduced", "standard"]


@pytest.mark.parametrize(("price", "refused"), [("59.99", False), ("60", False), ("60.01", True)])
def test_an_own_price_is_no_higher_than_the_tariff(price: str, refused: bool) -> None:  # noqa: FBT001
    """A friend may ask less than the network recommends, and not a Rappen more."""
    asked = plain(price, book=PriceBook(tariffs=TARIFFS))
    if not refused:
        quote = asked.quote()
        assert (quote.gross, quote.lines[0].why.get("ceiling")) == (chf(price), chf(60))
        return
    with pytest.raises(RefusedError) as caught:
        asked.quote()
    assert caught.value.refusal.reasons == (
        reason("above_tariff", service=SERVICE.code, price=chf(price), most=chf(60)),
    )


def test_all_reasons_against_a_quote_are_told_at_once() -> None:
    """Too late, a book of another year, two prices too high, a tax that is not sure: five reasons."""
    asked = wanting(plain("61", book=PriceBook(tariffs=TARIFFS)), add_ons=["cable"])
    offer = attrs.evolve(asked.job.offer, prices=[UnitPrice(code="cable", price=chf(13))])
    strict = SettlementPolicy(vat_known_to=date(2012, 12, 31), refuses_unknown_vat=True)
    asked = asked.with_job(offer=offer).with_book(valid=valid_on(date(2020, 1, 1)), settlement=strict)
    with pytest.raises(RefusedError) as caught:
        pricing.quote(REQUEST, asked.job, book=asked.book, at=asked.job.visit.slot.start)
    codes = [why.code for why in caught.value.refusal.reasons]
    ceilings = ["above_tariff", "unit_above_tariff"]
    assert codes == ["too_late_to_book", "book_not_in_force", *ceilings, "vat_rate_unknown"]


@pytest.mark.parametrize(
    ("own", "tariff", "code"),
    [
        # the block of the package holds before the one of the service; each part is named
        ({"block_price": chf("25.01")}, {}, "block_above_tariff"),
        ({"block_price": chf(25)}, {}, None),
        ({"block_price": chf("30.01")}, {"two": chf(30)}, "block_above_tariff"),
        ({"block_price": chf(30)}, {"two": chf(30)}, None),
        ({"prices": [UnitPrice(code="two", price=chf("90.01")), CABLE]}, {}, "unit_above_tariff"),
    ],
)
def test_each_part_has_its_ceiling(own: dict[str, Any], tariff: dict[str, Money], code: str | None) -> None:
    """Packages, add-ons and blocks are no dearer than the tariff either."""
    tariffs = [
        attrs.evolve(each, block_price=tariff.get(each.unit or "", each.block_price)) for each in TARIFFS
    ]
    offer = {"prices": [UnitPrice(code="two", price=chf(90)), CABLE], "block_price": chf(20), **own}
    asked = plain("60", book=PriceBook(tariffs=tariffs))
    asked = asked.with_job(offer=attrs.evolve(asked.job.offer, **offer))
    asked = wanting(asked, package="two", add_ons=["cable"], extra_blocks=2)
    if code is None:
        assert asked.quote().gross > ZERO
    else:
        with pytest.raises(RefusedError) as caught:
            asked.quote()
        assert [why.code for why in caught.value.refusal.reasons] == [code]


@pytest.mark.parametrize(("price", "refused"), [("15", False), ("15.01", True)])
def test_an_add_on_by_the_hour_has_the_ceiling_of_its_time(price: str, refused: bool) -> None:  # noqa: FBT001
    """A quarter of an hour at CHF 60 is CHF 15, whatever the visit takes."""
    by_time = attrs.evolve(TARIFFS[2], price=ZERO, per_hour=chf(60))
    asked = plain(book=PriceBook(tariffs=[by_time]))
    offer = attrs.evolve(asked.job.offer, prices=[UnitPrice(code="cable", price=chf(price))])
    asked = wanting(asked.with_job(offer=offer), add_ons=["cable"])
    if refused:
        with pytest.raises(RefusedError):
            asked.quote()
    else:
        assert asked.quote().gross == chf(55)
    firm = asked._replace(contract=ContractMode.PLATFORM).with_book(tariffs=[TARIFFS[0], by_time])
    assert told(firm.quote()) == [("base", "60.00"), ("add_on_by_time", "15.00")]


def test_each_part_is_taxed_by_its_own_tariff() -> None:
    """An add-on at the reduced rate stands beside a service at the standard rate."""
    tariffs = [TARIFFS[0], attrs.evolve(TARIFFS[2], vat=VatTreatment.REDUCED)]
    quote = wanting(FIRM.with_book(tariffs=tariffs), add_ons=["cable"]).quote()
    assert [line.vat.value for line in quote.lines] == ["standard", "reduced", "standard"]


def test_a_fixed_price_has_no_discount() -> None:
    """Under the platform's contract the tariff is the price: a friend cannot give it away."""
    with pytest.raises(InvalidValueError) as caught:
        FIRM._replace(discount=Discount(code="ten", percent=10)).quote()
    assert caught.value.field == "discount"
    assert FIRM._replace(voucher=Voucher(code="ten", percent=10)).quote().due == chf(54)


def test_what_lies_outside_a_band_is_not_said_of_a_tariff() -> None:
    """Neither a firm's offer nor the price of a package is compared with the service's band."""
    offer = attrs.evolve(FIRM.job.offer, price=chf(999))
    assert FIRM.with_job(offer=offer).quote().warnings == ()
    priced = attrs.evolve(PLAIN.job.offer, price=chf(999), prices=[UnitPrice(code="two", price=chf(70))])
    assert wanting(plain().with_job(offer=priced), package="two").quote().warnings == ()


# Whose, for what, how long -------------------------------------------------------------------------------

OTHER_JOBS: dict[str, Any] = {
    # what differs: the job
    "request": {"visit": attrs.evolve(PLAIN.job.visit, request_id="r9")},
    "customer": {"visit": attrs.evolve(PLAIN.job.visit, customer_id="eve")},
    "service": {"visit": attrs.evolve(PLAIN.job.visit, service=attrs.evolve(SERVICE, code="another"))},
    "service of the offer": {"offer": attrs.evolve(PLAIN.job.offer, service_code="another")},
    "slot": {"visit": attrs.evolve(PLAIN.job.visit, selection=Selection(extra_blocks=1))},
}
ONLY_LATER: dict[str, Any] = {
    "friend": {"offer": attrs.evolve(PLAIN.job.offer, friend_id="mallory")},
    "offer": {"offer": attrs.evolve(PLAIN.job.offer, id="andreas-9")},
}


@pytest.mark.parametrize("changes", OTHER_JOBS.values(), ids=OTHER_JOBS)
def test_a_match_is_the_requests_own(changes: dict[str, Any]) -> None:
    """Another request, customer or service, or too short a slot, is no match for the request."""
    with pytest.raises(InvalidValueError) as caught:
        PLAIN.with_job(**changes).quote()
    assert caught.value.field == "match"


@pytest.mark.parametrize(
    "changes", [*OTHER_JOBS.values(), *ONLY_LATER.values()], ids=[*OTHER_JOBS, *ONLY_LATER]
)
def test_the_next_version_is_of_the_same(changes: dict[str, Any]) -> None:
    """So are customer, friend, offer and service of the quote that is replaced."""
    with pytest.raises(InvalidValueError) as caught:
        replaced(PLAIN.quote(), PLAIN.with_job(**changes))
    assert caught.value.field == "match"


@pytest.mark.parametrize(
    ("argument", "value"),
    [("book", None), ("policy", "x"), ("replaces", "x"), ("contract", "x"), ("cash", "yes"), ("cash", 1)],
)
def test_a_wrong_argument_is_named(argument: str, value: Any) -> None:
    """Something of another type is an error that says which argument it was."""
    given: dict[str, Any] = {"book": PriceBook(), "at": PLAIN.job.visit.slot.start, argument: value}
    with pytest.raises(InvalidTypeError) as caught:
        pricing.quote(REQUEST, PLAIN.job, **given)
    assert caught.value.field == argument


# Warnings ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("price", "codes"),
    [
        ("30", []),
        ("60", []),
        ("29.99", ["price_unusual", "no_small_visit"]),
        ("60.01", ["price_unusual"]),
        ("100.01", ["price_unusual", "no_small_visit"]),
    ],
)
def test_an_unusual_price_is_a_warning(price: str, codes: list[str]) -> None:
    """Outside the service's band, or the one of small jobs, a quote says so and holds all the same."""
    assert [why.code for why in plain(price).quote().warnings] == codes


@pytest.mark.parametrize(
    ("day", "known_to", "warned"),
    [
        (date(2027, 12, 31), date(2027, 12, 31), False),
        (date(2028, 1, 1), date(2027, 12, 31), True),
        (date(2028, 1, 1), None, False),
    ],
)
def test_a_tax_that_is_not_sure_is_a_warning(day: date, known_to: date | None, warned: bool) -> None:  # noqa: FBT001
    """Beyond the last day for which the rates are sure a quote says so, or is refused where that is asked."""
    policy = SettlementPolicy(vat_known_to=known_to)
    asked = plain(book=PriceBook(settlement=policy)).starting(at_wall_time(day, time(14)))
    told_of = reason("vat_rate_unknown", on=day, known_to=date(2027, 12, 31))
    assert asked.quote().warnings == ((told_of,) if warned else ())
    strict = asked.with_book(settlement=attrs.evolve(policy, refuses_unknown_vat=True))
    if warned:
        with pytest.raises(RefusedError):
            strict.quote()
    else:
        assert strict.quote().warnings == ()


# Rules of the book, and the next version -----------------------------------------------------------------


def test_the_books_rules_go_with_the_visit() -> None:
    """Compensation and settlement of the book hold for what is booked by it; else the network's do."""
    dear, strict = CompensationPolicy(version="dear"), SettlementPolicy(version="own", commission_percent=20)
    rules = plain(book=PriceBook(compensation=dear, settlement=strict)).quote().visit.policy
    assert (rules.booking.compensation, rules.settlement) == (dear, strict)
    assert plain().quote().visit.policy == PLAIN.job.visit.policy


def replaced(before: Quote, asked: Asked, **given: Any) -> Quote:
    """Return the next version of a quote."""
    return pricing.quote(
        REQUEST, asked.job, book=asked.book, at=before.visit.slot.start, replaces=before, **given
    )


FULL = plain(
    book=PriceBook(tariffs=TARIFFS, demand_most_percent=10),
    discount=Discount(code="ten", percent=10),
    voucher=Voucher(code="five", amount=chf(5)),
    demand_percent=10,
    cash=True,
)


def test_what_was_agreed_holds_in_the_next_version() -> None:
    """Contract, demand, discount, voucher and cash are as before, unless others are given."""
    before = FULL.quote()
    after = replaced(before, FULL)
    assert (after.version, after.lines) == (2, before.lines)
    assert after.basis == before.basis
    changed = replaced(before, FULL, voucher=Voucher(code="six", amount=chf(6)), cash=False, demand_percent=0)
    assert told(changed)[1:] == [("discount_percent", "-4.00"), ("voucher", "-6.00")]
    firm = FIRM.quote()
    assert told(replaced(firm, FIRM._replace(contract=ContractMode.FRIEND))) == [("base", "60.00")]


def test_the_public_holiday_holds_in_the_next_version() -> None:
    """On the same day without a calendar the holiday is as it was; on another day there is none."""
    asked = plain(book=HOURS, holidays=CALENDAR).starting(at_wall_time(ASCENSION, time(12)))
    first, again = asked.quote(), asked._replace(holidays=None)
    assert told(replaced(first, again)) == told(first) != told(again.quote())
    other_day = again.starting(at_wall_time(date(2026, 5, 21), time(12)))
    assert told(replaced(first, other_day)) == told(other_day.quote())


def test_a_booking_keeps_its_rules_and_its_book() -> None:
    """A next version has the rules of the first one, and may be priced by its book when that has ended."""
    last_day = valid_on(date(2013, 11, 27), last=date(2013, 11, 27))
    asked = plain(book=PriceBook(valid=last_day, settlement=SettlementPolicy(version="old")))
    before = asked.quote()
    after = replaced(before, asked)
    assert (after.visit.policy, after.lines) == (before.visit.policy, before.lines)
    assert pricing.replay(after, book=asked.book) == after
    other = asked.with_book(version="other")
    with pytest.raises(RefusedError) as caught:
        replaced(before, other)
    assert caught.value.refusal.code == "book_not_in_force"
    newer = asked.with_book(valid=None, settlement=SettlementPolicy(version="new"))
    assert replaced(before, newer).visit.policy == before.visit.policy


def test_the_ceiling_holds_in_every_version() -> None:
    """What is agreed on site is no dearer than the tariff either."""
    asked = plain("60", book=PriceBook(tariffs=TARIFFS))
    dear = asked.with_job(offer=attrs.evolve(asked.job.offer, price=chf("60.05")))
    with pytest.raises(RefusedError) as caught:
        replaced(asked.quote(), dear)
    assert caught.value.refusal.code == "above_tariff"


def test_each_version_is_made_again() -> None:
    """Not only the first quote can be proved."""
    second = replaced(FULL.quote(), FULL)
    third = replaced(second, FULL, cash=False)
    for each in (second, third):
        assert pricing.replay(each, book=FULL.book) == each


@pytest.mark.parametrize("demand", [True, -1, 1_001, 2.5, "10"])
def test_a_wrong_demand_is_refused(demand: Any) -> None:
    """It is a whole number of percent."""
    with (
        pytest.raises(ValueError, match="demand_percent") if type(demand) is int else pytest.raises(TypeError)
    ):
        plain(demand_percent=demand).quote()


@pytest.mark.parametrize(("value", "error"), wrong.OTHERS[1:])
@pytest.mark.parametrize("name", ["discount", "voucher"])
def test_a_wrong_kind_of_reduction_is_refused(name: str, value: Any, error: Any) -> None:
    """What is no reduction at all is an error, never nothing."""
    with pytest.raises(error):
        plain(**{name: value}).quote()


def test_lines_are_values_like_any_other() -> None:
    """What the engine makes without checks equals, hashes and reads as what is made with them."""
    for line in FULL.quote().lines:
        made = QuoteLine(
            why=reason(line.why.code, **dict(line.why.values)),
            amount=Money(line.amount.rappen),
            part=line.part,
            vat=line.vat,
        )
        assert (made, hash(made), repr(made)) == (line, hash(line), repr(line))


def test_a_slot_of_more_hours_costs_more_by_time() -> None:
    """By the hour the agreed time counts, less what add-ons and more time take; their price is their own."""
    by_time = [Tariff(service_code=SERVICE.code, price=chf(40), per_hour=chf(60)), TARIFFS[2]]
    asked = wanting(FIRM.with_book(tariffs=by_time), add_ons=["cable"])
    slot = asked.job.visit.slot
    for end, lines in (
        (datetime.fromisoformat("2013-11-28T15:15+01:00"), [("base_by_time", "60.00"), ("add_on", "12.00")]),
        (datetime.fromisoformat("2013-11-28T15:45+01:00"), [("base_by_time", "90.00"), ("add_on", "12.00")]),
    ):
        visit = attrs.evolve(asked.job.visit, slot=attrs.evolve(slot, end=end))
        assert told(asked.with_job(visit=visit).quote()) == lines
