"""Laws of every quote, whatever the book, the offer and the way."""

from datetime import timedelta

import attrs
from hypothesis import given
from hypothesis import strategies as st

from mila_core import pricing, samples
from mila_core.matching import FriendIndex
from mila_core.money import ZERO, Money, total
from mila_core.periods import wall_time
from mila_core.pricing import PriceBook
from mila_core.quotes import Part, Quote
from mila_core.testing import price_books, prices

PILOT = samples.zurich_2013()
REQUEST = PILOT.request("game-console")
MATCH = FriendIndex(PILOT.market).rank(REQUEST, at=PILOT.opened_at).match("andreas")
HOURS = st.integers(0, 7 * 24).map(lambda hours: timedelta(hours=hours))


@st.composite
def priced(draw: st.DrawFn) -> tuple[Quote, PriceBook, bool]:
    """Return a quote for another price, way and hour, with its book."""
    book, cash, later = draw(price_books()), draw(st.booleans()), draw(HOURS)
    slot = attrs.evolve(
        MATCH.visit.slot, start=MATCH.visit.slot.start + later, end=MATCH.visit.slot.end + later
    )
    match = attrs.evolve(
        MATCH,
        offer=attrs.evolve(MATCH.offer, price=draw(prices())),
        visit=attrs.evolve(MATCH.visit, slot=slot),
        distance_m=draw(st.integers(0, 60_000)),
    )
    return pricing.quote(REQUEST, match, book=book, at=PILOT.opened_at, cash=cash), book, cash


@given(priced())
def test_lines_add_up(made: tuple[Quote, PriceBook, bool]) -> None:
    """The lines sum to what is due, the service's lines to the gross price, in plain integers."""
    quote = made[0]
    assert quote.due.rappen == sum(line.amount.rappen for line in quote.lines)
    assert quote.gross == total(line.amount for line in quote.lines if line.part is Part.SERVICE)


@given(priced())
def test_each_line_follows_from_its_own_values(made: tuple[Quote, PriceBook, bool]) -> None:
    """Every amount can be computed again from the values that its line tells."""
    quote, book, _ = made
    for line in quote.lines:
        values = line.why.as_mapping()
        match line.why.code:
            case "travel":
                per_km, km = values["per_km"], values["charged_km"]
                assert isinstance(per_km, Money)
                assert isinstance(km, int)
                assert line.amount == min(per_km * km, book.travel_most)
            case "surcharge_evening" | "surcharge_sunday":
                base, percent = values["of"], values["percent"]
                assert isinstance(base, Money)
                assert isinstance(percent, int)
                assert line.amount.rappen == (2 * base.rappen * percent + 100) // 200
            case "travel_free" | "travel_remote":
                assert line.amount == ZERO


@given(priced())
def test_cash_is_a_multiple_of_five_rappen(made: tuple[Quote, PriceBook, bool]) -> None:
    """In cash a multiple of 5 Rappen is due, by one last line of two Rappen at most; else there is none."""
    quote, _, cash = made
    rounding = [line for line in quote.lines if line.why.code == "cash_rounding"]
    if cash:
        assert quote.due.rappen % 5 == 0
        assert all(abs(line.amount.rappen) <= 2 for line in rounding)
        assert rounding in ([], [quote.lines[-1]])
    else:
        assert rounding == []


@given(priced())
def test_the_higher_surcharge_applies_alone(made: tuple[Quote, PriceBook, bool]) -> None:
    """There is one surcharge at most: the higher of those that the hour calls for."""
    quote, book, _ = made
    start = wall_time(quote.visit.slot.start)
    called = [0]
    if start.isoweekday() == 7:
        called.append(book.sunday_percent)
    if start.time() >= book.evening_from:
        called.append(book.evening_percent)
    charged = [line.why.get("percent") for line in quote.lines if line.why.code.startswith("surcharge")]
    assert charged == ([max(called)] if max(called) else [])


@given(price_books(), st.integers(0, 60_000), st.integers(0, 5_000))
def test_a_longer_way_never_costs_less(book: PriceBook, way: int, more: int) -> None:
    """The price does not fall with the distance."""
    near, far = (
        pricing.quote(REQUEST, attrs.evolve(MATCH, distance_m=each), book=book, at=PILOT.opened_at).due
        for each in (way, way + more)
    )
    assert near <= far


@given(price_books())
def test_equal_inputs_make_equal_quotes(book: PriceBook) -> None:
    """A quote can be made again."""
    one, other = (pricing.quote(REQUEST, MATCH, book=book, at=PILOT.opened_at) for _ in range(2))
    assert one == other
    assert repr(one) == repr(other)
