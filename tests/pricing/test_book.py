"""The price book: numbers that can be charged, and no others."""

from datetime import UTC, date, datetime, time
from hashlib import sha256
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import testing
from mila_core.catalogue import household_technology
from mila_core.errors import InvalidInputError, InvalidTypeError, InvalidValueError, UnknownIdError
from mila_core.money import Money, chf
from mila_core.offers import UnitPrice
from mila_core.periods import valid_on
from mila_core.policies import CompensationPolicy, SettlementPolicy
from mila_core.pricing import PriceBook, Tariff, book_in_force, check_book, check_offer
from mila_core.quotes import Discount
from mila_core.serialization import dumps
from tests import wrong
from tests.journey import OFFER, utc

AMOUNTS: list[wrong.Row] = [
    *wrong.OTHERS,
    ("1.00", InvalidTypeError),  # an amount is Money, not its text
    (True, InvalidTypeError),
    (chf("-0.01"), InvalidValueError),
]
CONSOLE = Tariff(service_code="game-console", price=chf(40))
REGULAR = Discount(code="regular-customer", percent=10)
B2025 = PriceBook(version="2025", valid=valid_on(date(2025, 1, 1), last=date(2025, 12, 31)))
B2026 = PriceBook(version="2026", valid=valid_on(date(2026, 1, 1), last=date(2026, 12, 31)))
OTHER: dict[str, Any] = {
    "version": "ch-2",
    "valid": B2025.valid,
    "tariffs": [CONSOLE],
    "travel_free_km": 11,
    "travel_per_km": chf("1.01"),
    "travel_most": chf("30.01"),
    "evening_from": time(20, 1),
    "evening_percent": 1,
    "night_from": time(22, 1),
    "night_until": time(6, 1),
    "night_percent": 1,
    "sunday_percent": 1,
    "holiday_percent": 1,
    "surcharges_stack": True,
    "demand_most_percent": 1,
    "discounts": [REGULAR],
    "customer_fee": chf("0.01"),
    "customer_fee_percent": 1,
    "customer_fee_most": chf(0),
    "compensation": CompensationPolicy(),
    "settlement": SettlementPolicy(),
}
"""Another value for each field of the plain book."""

CLOCKS: list[wrong.Row] = [
    (None, InvalidTypeError),
    ("20:00", InvalidTypeError),
    (20, InvalidTypeError),
    (datetime(2013, 11, 27, 20, tzinfo=UTC), InvalidTypeError),
    (time(20, tzinfo=UTC), InvalidValueError),  # the wall clock is the visit's: it has no zone of its own
]


@pytest.mark.parametrize(
    ("field", "value", "error"),
    wrong.fields(
        version=wrong.IDS,
        travel_free_km=wrong.numbers(0, 400),
        travel_per_km=AMOUNTS,
        travel_most=AMOUNTS,
        evening_from=CLOCKS,
        evening_percent=wrong.numbers(0, 200),
        night_from=CLOCKS,
        night_percent=wrong.numbers(0, 200),
        sunday_percent=wrong.numbers(0, 200),
        holiday_percent=wrong.numbers(0, 200),
        surcharges_stack=wrong.FLAGS,
        demand_most_percent=wrong.numbers(0, 200),
        tariffs=wrong.ITEMS,
        discounts=wrong.ITEMS,
        customer_fee=AMOUNTS,
        customer_fee_percent=wrong.numbers(0, 100),
        customer_fee_most=AMOUNTS[1:],
        valid=wrong.OTHERS[1:],
        compensation=wrong.OTHERS[1:],
        settlement=wrong.OTHERS[1:],
    ),
)
def test_a_wrong_field_is_refused(field: str, value: Any, error: type[InvalidValueError]) -> None:
    """What cannot be charged is an error that names the field."""
    wrong.check_refused(PriceBook(), field, value, error)


def test_the_plain_book_charges_for_long_ways_only() -> None:
    """Without numbers of its own a book has neither surcharges nor fees, and ten kilometres are free."""
    book = PriceBook()
    assert (book.evening_percent, book.sunday_percent, book.customer_fee) == (0, 0, chf(0))
    assert (book.travel_free_km, book.travel_per_km, book.travel_most) == (10, chf(1), chf(30))


@given(testing.dated_price_books())
def test_equal_books_are_equal(book: PriceBook) -> None:
    """A book is a value: the same numbers make the same book."""
    copy = PriceBook(**{each.name: getattr(book, each.name) for each in attrs.fields(PriceBook) if each.init})
    assert copy == book
    assert hash(copy) == hash(book)
    assert copy.hash == book.hash


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        # a night without an end
        ({"night_from": time(5), "night_until": time(5)}, "night_until"),
        ({"customer_fee_most": chf("-0.01")}, "customer_fee_most"),
        # two prices for one thing
        ({"tariffs": [CONSOLE, attrs.evolve(CONSOLE, price=chf(50))]}, "tariffs"),
        ({"discounts": [REGULAR, attrs.evolve(REGULAR, percent=20)]}, "discounts"),
    ],
)
def test_a_book_that_contradicts_itself_is_refused(changes: dict[str, Any], field: str) -> None:
    """What cannot hold together is an error that names the field."""
    with pytest.raises(InvalidValueError) as caught:
        PriceBook(**changes)
    assert caught.value.field == field


@pytest.mark.parametrize("field", [each.name for each in attrs.fields(PriceBook) if each.init])
def test_every_number_is_in_the_hash(field: str) -> None:
    """A book that differs in one field has another hash."""
    assert attrs.evolve(PriceBook(), **{field: OTHER[field]}).hash != PriceBook().hash


def test_the_hash_is_the_same_for_ever() -> None:
    """It is made of the content alone: a quote of last year is proved with the book of last year."""
    assert (PriceBook().hash, PriceBook(version="ch-2", tariffs=[CONSOLE]).hash) == (
        "d2e0fc551e1443ec20b5f6c6",
        "db20d66e531fbcada6ba8b1d",
    )


def test_no_release_changes_a_default() -> None:
    """A hash leaves defaults out: with another one it would be the same hash of another book.

    A new default is a new preset, or a new field; never change what is pinned here.
    """
    plain = PriceBook(compensation=CompensationPolicy(), settlement=SettlementPolicy(), tariffs=[CONSOLE])
    assert sha256(dumps(plain).encode()).hexdigest()[:24] == "19af2510eef709d1c10fdc54"


@pytest.mark.parametrize("minutes", [1.5, True, None, "60", -1])
def test_a_tariff_is_asked_for_whole_minutes(minutes: Any) -> None:
    """Anything else is an error, also where the price is fixed."""
    with pytest.raises(InvalidInputError) as caught:
        CONSOLE.amount(minutes)
    assert caught.value.field == "minutes"


def test_an_offer_is_checked_against_the_book() -> None:
    """Each price above the tariff is told to the friend who sets it, at the tariff none."""
    service = household_technology().service("game-console")
    dear = Tariff(service_code="game-console", unit="online-account", price=chf(10))
    book = PriceBook(tariffs=[attrs.evolve(CONSOLE, block_price=chf(20)), dear])
    at_most = attrs.evolve(
        OFFER, price=chf(40), block_price=chf(20), prices=[UnitPrice(code="online-account", price=chf(10))]
    )
    assert check_offer(at_most, service=service, book=book) == check_offer(
        OFFER, service=service, book=PriceBook()
    )
    above = attrs.evolve(
        OFFER, price=chf(41), block_price=chf(21), prices=[UnitPrice(code="online-account", price=chf(11))]
    )
    by_time = (*book.tariffs[:1], attrs.evolve(dear, price=chf(1), per_hour=chf(40)))
    assert check_offer(at_most, service=service, book=attrs.evolve(book, tariffs=by_time)) == ()
    codes = [why.code for why in check_offer(above, service=service, book=book)]
    assert codes == ["above_tariff", "unit_above_tariff", "block_above_tariff"]
    with pytest.raises(InvalidValueError):
        check_offer(OFFER, service=household_technology().service("tv-channels"), book=book)


@pytest.mark.parametrize(
    ("at", "version"),
    [
        ("2025-12-31T22:59:59", "2025"),
        ("2025-12-31T23:00:00", "2026"),  # midnight in Switzerland
        ("2026-12-31T22:59:59", "2026"),
    ],
)
def test_one_book_is_in_force(at: str, version: str) -> None:
    """A book is in force on whole Swiss days, its first and last included, in whatever order they come."""
    assert book_in_force([B2026, B2025], at=utc(at)).version == version


def test_none_or_two_books_in_force_are_an_error() -> None:
    """Nobody guesses by which of two books, or by which other one, a price is made."""
    for books in ([B2026, B2025], []):
        with pytest.raises(InvalidValueError):
            book_in_force(books, at=utc("2026-12-31T23:00"))
    with pytest.raises(InvalidValueError) as caught:
        book_in_force([B2026, PriceBook()], at=utc("2026-06-01"))
    assert caught.value.field == "books"
    with pytest.raises(InvalidValueError):
        book_in_force([B2026], at=wrong.NAIVE)


def test_a_book_is_checked_against_the_catalogue() -> None:
    """Tariffs of nothing, and those outside of a service's band, are told, in order and all at once."""
    book = PriceBook(
        tariffs=[
            CONSOLE,
            attrs.evolve(CONSOLE, unit="online-account"),
            attrs.evolve(CONSOLE, unit="third-console"),
            Tariff(service_code="gardening", price=chf(40)),
            Tariff(service_code="tv-channels", price=chf(500)),
            Tariff(service_code="mobile-phone", price=chf(1), per_hour=chf(400)),
        ]
    )
    found = check_book(book, catalogue=household_technology())
    assert [(why.code, why.get("id") or why.get("service")) for why in found] == [
        ("tariff_unknown", "game-console/third-console"),
        ("tariff_unknown", "gardening"),
        ("tariff_unusual", "tv-channels"),
        ("tariff_unusual", "mobile-phone"),
    ]
    assert check_book(PriceBook(), catalogue=household_technology()) == ()


def test_a_discount_is_found_by_its_code() -> None:
    """What friends may give has a code; another one is an error."""
    book = PriceBook(discounts=[REGULAR])
    assert book.discount("regular-customer") == REGULAR
    with pytest.raises(UnknownIdError):
        book.discount("friend-of-mine")


@given(testing.dated_price_books(), testing.prices(), st.integers(0, 5_000))
def test_the_fee_grows_with_the_price_up_to_its_most(book: PriceBook, gross: Money, more: int) -> None:
    """The customer's fee never falls with the price, and never exceeds its most."""
    low, high = book.fee_on(gross), book.fee_on(gross + Money(more))
    assert low <= high
    assert book.customer_fee_most is None or high <= book.customer_fee_most


TARIFFS: list[wrong.Row] = [*wrong.OTHERS, (chf("-0.01"), InvalidValueError)]


@pytest.mark.parametrize(
    ("field", "value", "error"),
    wrong.fields(
        service_code=wrong.IDS,
        unit=wrong.OPTIONAL_IDS,
        price=TARIFFS,
        per_hour=TARIFFS[1:],
        block_price=TARIFFS[1:],
        vat=wrong.OTHERS,
    ),
)
def test_a_wrong_tariff_is_refused(field: str, value: Any, error: type[InvalidValueError]) -> None:
    """A tariff is an amount of money for a code."""
    wrong.check_refused(CONSOLE, field, value, error)


@pytest.mark.parametrize(
    ("minutes", "amount"),
    [(0, "40"), (30, "40"), (40, "40"), (41, "41"), (60, "60"), (61, "61"), (75, "75")],
)
def test_a_tariff_by_time_has_a_least(minutes: int, amount: str) -> None:
    """Minutes by rate, and no less than the least."""
    assert attrs.evolve(CONSOLE, per_hour=chf(60)).amount(minutes) == chf(amount)


def test_a_tariff_by_time_is_rounded_once() -> None:
    """Half a Rappen goes up: 33 minutes at CHF 50.10 are CHF 27.555."""
    assert attrs.evolve(CONSOLE, price=chf(1), per_hour=chf("50.10")).amount(33) == chf("27.56")
