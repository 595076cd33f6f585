"""What went wrong elsewhere with prices, each as a test that passes here."""

from fractions import Fraction

import attrs
import pytest

from mila_core import bookings, pricing, settlements
from mila_core.bookings import BookingState
from mila_core.errors import InvalidValueError
from mila_core.money import Money, chf, total
from mila_core.pricing import PriceBook
from mila_core.quotes import Discount, Part, Quote, Voucher
from mila_core.settlements import PaymentMeans
from tests.journey import MATCH, NOW, PILOT, QUOTE, REQUEST, SYSTEM, booking_in


def quoted(price: int, book: PriceBook, *, cash: bool = False) -> Quote:
    """Return the example's quote at a price in Rappen, by a book."""
    match = attrs.evolve(MATCH, offer=attrs.evolve(MATCH.offer, price=Money(price)))
    return pricing.quote(REQUEST, match, book=book, at=NOW, cash=cash)


DEAR = PriceBook(
    version="dear",
    travel_free_km=0,
    travel_per_km=chf("0.33"),
    travel_most=chf(5),
    customer_fee_percent=10,
)


def test_a_fee_is_of_the_exact_sum_and_not_of_each_line() -> None:
    """Fees were rounded for each unit and over-billed (Open Food Network, issue 2522)."""
    for price in range(3_000, 3_040, 3):
        made = quoted(price, DEAR)
        (fee,) = (line for line in made.lines if line.why.code == "customer_fee_percent")
        assert len([line for line in made.lines if line.part is Part.SERVICE]) > 1
        assert fee.amount.rappen == int(Fraction(made.gross.rappen, 10) + Fraction(1, 2))


def test_cash_is_rounded_once_and_last() -> None:
    """Cash was rounded line by line (Odoo, issue 113500)."""
    for price in range(3_000, 3_040, 3):
        made = quoted(price, DEAR, cash=True)
        codes = [line.why.code for line in made.lines]
        card = quoted(price, DEAR)
        assert codes.count("cash_rounding") == (card.due.rappen % 5 != 0)
        assert "cash_rounding" not in codes[:-1]
        assert made.due.rappen % 5 == 0
        assert abs((made.due - card.due).rappen) <= 2
        assert made.gross == card.gross


def test_the_lines_sum_to_what_is_due() -> None:
    """The lines of an order did not sum to its total (Odoo, issue 37896)."""
    for price in range(3_000, 3_040, 3):
        for cash in (False, True):
            made = quoted(price, DEAR, cash=cash)
            assert total(line.amount for line in made.lines) == made.due


def test_a_new_price_does_not_touch_what_was_accepted() -> None:
    """A new price reached orders that were accepted already (Saleor, issue 12657)."""
    booking = bookings.request(QUOTE, at=NOW, key="1")
    dearer = attrs.evolve(PILOT.book, version="dearer", customer_fee=chf(5))
    assert pricing.quote(REQUEST, MATCH, book=dearer, at=NOW).due == QUOTE.due + chf(5)
    accepted = bookings.accept(booking, by=PILOT.market.friend("andreas"), at=NOW, key="2")
    assert accepted.quote == QUOTE
    assert pricing.replay(accepted.quote, book=PILOT.book) == QUOTE
    with pytest.raises(InvalidValueError) as caught:
        pricing.replay(accepted.quote, book=dearer)
    assert caught.value.field == "book"


def test_two_percentages_do_not_add_up_to_a_free_visit() -> None:
    """40 % and 70 % were both taken of the undiscounted price, so orders were free (Saleor, issue 17453)."""
    discount, voucher = Discount(code="forty", percent=40), Voucher(code="seventy", percent=70)
    made = pricing.quote(REQUEST, MATCH, book=PILOT.book, at=NOW, discount=discount, voucher=voucher)
    assert (made.gross, made.due) == (chf(24), chf("7.20"))


@pytest.mark.parametrize("rappen", [3_999, 2_499, 3_333, 9_891])
def test_what_is_quoted_is_what_is_charged_and_paid(rappen: int) -> None:
    """What was charged was not what was due (Medusa, issues 14818, 12789 and 13971).

    Totals kept parts of a cent, and an order paid in full counted as paid in part.
    """
    made = quoted(rappen, attrs.evolve(DEAR, customer_fee_percent=7, customer_fee=chf("0.33")))
    booking = attrs.evolve(booking_in(BookingState.CLOSED), quote=made, agreed_gross=made.gross)
    opened = settlements.open_settlement(booking, means=PaymentMeans.ONLINE, at=booking.since, key="1")
    assert opened.outstanding == made.due
    paid = settlements.receive_payment(opened, by=SYSTEM, at=booking.since, key="2", amount=made.due)
    assert (paid.payment.value, paid.outstanding) == ("paid", chf(0))
