"""Laws of every quote, whatever the book, the contract, the offer, the way, the hour and the reductions."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from math import ceil
from types import MappingProxyType

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import pricing, testing
from mila_core.errors import InvalidValueError
from mila_core.friends import ContractMode, Partner
from mila_core.i18n import word
from mila_core.money import ZERO, Money, chf, total
from mila_core.periods import Period, valid_on
from mila_core.places import Place
from mila_core.policies import CompensationPolicy, VatTreatment
from mila_core.quotes import Part, Quote, QuoteLine, Voucher
from mila_core.serialization import dumps, loads
from tests.i18n.wording import LINES
from tests.journey import utc
from tests.pricing import naive
from tests.pricing.naive import half_up, rappen
from tests.pricing.scene import PLAIN, Asked, asked

ANY = asked()
PLATFORM_CODES = {code for code in LINES if code.startswith(("voucher", "customer_fee", "cash_rounding"))}


# Sums ----------------------------------------------------------------------------------------------------


@given(ANY)
def test_the_lines_are_those_of_the_rules_in_words(wanted: Asked) -> None:
    """Code by code and Rappen by Rappen: the same as a second, slow writing of the rules."""
    lines = wanted.quote().lines
    assert [(line.why.code, line.amount.rappen) for line in lines] == naive.priced(wanted)


@given(ANY)
def test_the_lines_sum(wanted: Asked) -> None:
    """The friend's lines make the gross price, all lines what is due; neither is ever negative."""
    quote = wanted.quote()
    assert quote.due.rappen == sum(line.amount.rappen for line in quote.lines)
    assert quote.gross == total(line.amount for line in quote.lines if line.part is Part.SERVICE)
    assert {line.why.code for line in quote.lines if line.part is Part.PLATFORM} <= PLATFORM_CODES
    assert min(quote.gross, quote.due) >= ZERO


@given(ANY)
def test_cash_is_rounded_once_to_the_coin(wanted: Asked) -> None:
    """In cash a multiple of 5 Rappen is due, by one last line of two Rappen at most; else to the Rappen."""
    cash, exact = wanted._replace(cash=True).quote(), wanted._replace(cash=False).quote()
    assert cash.due.rappen % 5 == 0
    assert abs((cash.due - exact.due).rappen) <= 2
    assert cash.lines[: len(exact.lines)] == exact.lines
    assert [line.why.code for line in cash.lines[len(exact.lines) :]] in ([], ["cash_rounding"])
    assert cash.gross == exact.gross


@given(asked(reductions=False), testing.vouchers())
def test_a_voucher_costs_nobody_but_the_platform(wanted: Asked, voucher: Voucher) -> None:
    """With a voucher the gross price, the fee and all their lines are what they are without."""
    without = wanted._replace(cash=False).quote()
    with_it = wanted._replace(cash=False, voucher=voucher).quote()
    rest = [line for line in with_it.lines if not line.why.code.startswith("voucher")]
    assert (with_it.gross, tuple(rest)) == (without.gross, without.lines)
    assert without.due - with_it.due <= without.gross


# Recomputed ----------------------------------------------------------------------------------------------


def _number(value: object) -> int:
    assert type(value) is int
    return value


def _share(why: Mapping[str, object]) -> int:
    return half_up(Fraction(rappen(why["of"]) * _number(why["percent"]), 100))


def _by_time(why: Mapping[str, object]) -> int:
    by_time = half_up(Fraction(rappen(why["per_hour"]) * _number(why["minutes"]), 60))
    return max(rappen(why["least_price"]), by_time)


def _travel(why: Mapping[str, object]) -> int:
    beyond = _number(why["distance_m"]) - 1000 * _number(why["free_km"])
    assert _number(why["charged_km"]) == ceil(Fraction(beyond, 1000)) > 0
    return min(_number(why["charged_km"]) * rappen(why["per_km"]), rappen(why["most"]))


def _off(why: Mapping[str, object]) -> int:
    of = rappen(why["of"])
    wished = _share(why) if "percent" in why else rappen(why["amount"])
    limits = [wished, of - rappen(why["leaves"])] + ([rappen(why["most"])] if "most" in why else [])
    return -min(limits)


def _fee(why: Mapping[str, object]) -> int:
    fee = rappen(why["flat"]) + _share(why)
    return min(fee, rappen(why["most"])) if "most" in why else fee


RECOMPUTED: Mapping[str, Callable[[Mapping[str, object]], int]] = MappingProxyType(
    {
        "base_by_time": _by_time,
        "package_by_time": _by_time,
        "add_on_by_time": _by_time,
        "extra_blocks": lambda why: _number(why["blocks"]) * rappen(why["per_block"]),
        "travel": _travel,
        "travel_free": lambda why: max(0, _number(why["distance_m"]) - 1000 * _number(why["free_km"])),
        "travel_remote": lambda _: 0,
        "surcharge_evening": _share,
        "surcharge_night": _share,
        "surcharge_sunday": _share,
        "surcharge_holiday": _share,
        "demand": _share,
        **{code: _off for code in LINES if code.startswith(("discount", "voucher"))},
        **{code: _fee for code in LINES if code.startswith("customer_fee_")},
    }
)
"""How the amount of a line follows from its reason's values alone, in Rappen; the other lines are given."""

GIVEN = {"base", "package", "add_on", "customer_fee", "cash_rounding"}


@given(ANY)
def test_each_line_follows_from_its_own_values(wanted: Asked) -> None:
    """Whoever reads a line can work its amount out again, without the book."""
    for line in wanted.quote().lines:
        code = line.why.code
        assert code in GIVEN or line.amount.rappen == RECOMPUTED[code](line.why.as_mapping()), code


@given(ANY, st.sampled_from(["de_CH", "fr_CH", "it_CH", "en"]))
def test_each_line_is_said_in_every_language(wanted: Asked, locale: str) -> None:
    """A line is one of those that are worded, comes with what its wording needs, and becomes a sentence."""
    for line in wanted.quote().lines:
        assert LINES[line.why.code] <= set(line.why.as_mapping())
        assert "{" not in word(line.why, locale=locale)


def test_the_lines_that_are_worded_are_those_that_are_recomputed() -> None:
    """Neither this table nor the one of the wordings forgets a line."""
    assert set(LINES) == set(RECOMPUTED) | GIVEN


# The same again, and proof -------------------------------------------------------------------------------


@given(ANY)
def test_a_quote_is_made_again_from_what_it_says(wanted: Asked) -> None:
    """From a stored quote and its book comes the same quote, id and bytes; as it does when asked again."""
    quote = wanted.quote()
    stored, book = loads(dumps(quote), Quote), loads(dumps(wanted.book), pricing.PriceBook)
    assert pricing.replay(stored, book=book) == quote == wanted.quote()
    assert dumps(pricing.replay(stored, book=book)) == dumps(quote)


@given(ANY, st.data())
def test_whatever_is_changed_in_a_quote_is_found(wanted: Asked, data: st.DataObject) -> None:
    """A line with another amount, a line less, another way or voucher: the quote is not made again."""
    quote = wanted.quote()
    position = data.draw(st.integers(0, len(quote.lines) - 1))
    dearer = attrs.evolve(quote.lines[position], amount=quote.lines[position].amount + Money(1))
    lines: list[QuoteLine] = [*quote.lines[:position], dearer, *quote.lines[position + 1 :]]
    assert quote.basis is not None
    visit = quote.visit
    dear = attrs.evolve(visit.policy.booking, compensation=CompensationPolicy(most=chf(1000)))
    for forged in (
        attrs.evolve(quote, lines=lines),
        attrs.evolve(quote, basis=attrs.evolve(quote.basis, distance_m=quote.basis.distance_m + 1)),
        attrs.evolve(quote, basis=attrs.evolve(quote.basis, offer=attrs.evolve(wanted.job.offer, id="x"))),
        attrs.evolve(quote, made_at=quote.made_at - timedelta(seconds=1)),
        attrs.evolve(quote, expires_at=quote.expires_at + timedelta(seconds=1)),
        attrs.evolve(quote, version=quote.version + 1),
        *(
            attrs.evolve(quote, visit=attrs.evolve(visit, **change))
            for change in (
                {"place": Place("3007")},
                {"customer_id": "eve"},
                {"languages": ("rm",)},
                {"partner": Partner(id="p", name="P")},
                {"service": attrs.evolve(visit.service, minutes=visit.service.minutes - 15)},
                {"policy": attrs.evolve(visit.policy, booking=dear)},
                {"policy": attrs.evolve(visit.policy, version="other")},
            )
        ),
    ):
        assert pricing.replay(forged, book=wanted.book) != forged


@given(asked(contract=ContractMode.FRIEND))
def test_what_the_book_does_not_allow_is_not_made_again(wanted: Asked) -> None:
    """A price above the tariff, or a quote of a day on which the book did not hold, is refused."""
    quote, book = wanted.quote(), wanted.book
    assert quote.basis is not None
    dear = attrs.evolve(quote.basis.offer, price=chf(100_000))
    if book.tariffs and quote.visit.selection.package is None:
        with pytest.raises(InvalidValueError, match="above_tariff"):
            pricing.replay(attrs.evolve(quote, basis=attrs.evolve(quote.basis, offer=dear)), book=book)
    ended = wanted.with_book(valid=valid_on(date(2026, 1, 1)))
    early = attrs.evolve(ended.quote(), made_at=utc("2025-12-31T00:00"), expires_at=utc("2025-12-31T00:30"))
    with pytest.raises(InvalidValueError, match="book_not_in_force"):
        pricing.replay(early, book=ended.book)


@given(ANY, testing.price_books())
def test_another_book_proves_nothing(wanted: Asked, other: pricing.PriceBook) -> None:
    """A quote is made again with its own book alone, whatever another one calls itself."""
    renamed = attrs.evolve(other, version=wanted.book.version)
    quote = wanted.quote()
    assert quote.book_hash == wanted.book.hash
    if renamed != wanted.book:
        assert renamed.hash != wanted.book.hash
        with pytest.raises(InvalidValueError):
            pricing.replay(quote, book=renamed)


def test_a_quote_of_unknown_make_is_not_made_again() -> None:
    """A quote by another engine, without a basis, is an error and not a proof."""
    with pytest.raises(InvalidValueError) as caught:
        pricing.replay(attrs.evolve(PLAIN.quote(), basis=None), book=PLAIN.book)
    assert caught.value.field == "made"


# Monotone ------------------------------------------------------------------------------------------------


@given(ANY, st.integers(0, 30_000))
def test_a_longer_way_is_never_cheaper(wanted: Asked, further_m: int) -> None:
    """More metres never lower what is due."""
    far = wanted.with_job(distance_m=wanted.job.distance_m + further_m)
    assert wanted.quote().due <= far.quote().due


@given(ANY, st.integers(0, 8))
def test_more_minutes_are_never_cheaper(wanted: Asked, quarters: int) -> None:
    """A visit that takes longer, from the same start, never costs less."""
    slot = wanted.job.visit.slot
    longer = attrs.evolve(
        wanted.job.visit, slot=Period(slot.start, slot.end + timedelta(minutes=15) * quarters)
    )
    assert wanted.quote().due <= wanted.with_job(visit=longer).quote().due


@given(ANY, st.integers(0, 4))
def test_more_time_booked_is_never_cheaper(wanted: Asked, blocks: int) -> None:
    """More blocks of time never lower what is due."""
    visit = wanted.job.visit
    selection = attrs.evolve(visit.selection, extra_blocks=visit.selection.extra_blocks + blocks)
    end = visit.slot.start + timedelta(minutes=visit.service.minutes_of(selection))
    longer = attrs.evolve(visit, selection=selection, slot=Period(visit.slot.start, end))
    assert wanted.quote().due <= wanted.with_job(visit=longer).quote().due


@given(ANY, st.integers(0, 5_000))
def test_a_dearer_offer_is_never_cheaper(wanted: Asked, more: int) -> None:
    """A higher price of the offer never lowers what is due."""
    free = wanted.with_book(tariffs=())._replace(contract=ContractMode.FRIEND)
    offer = free.job.offer
    dear = free.with_job(offer=attrs.evolve(offer, price=offer.price + Money(more)))
    assert free.quote().due <= dear.quote().due


@given(ANY, st.sampled_from(["evening_percent", "night_percent", "sunday_percent", "holiday_percent"]))
def test_a_higher_surcharge_is_never_cheaper(wanted: Asked, name: str) -> None:
    """No class of hour costs less when its surcharge is raised, and none less than an hour of no class."""
    raised = wanted.with_book(**{name: 200})
    none = wanted.with_book(evening_percent=0, night_percent=0, sunday_percent=0, holiday_percent=0)
    assert none.quote().due <= wanted.quote().due <= raised.quote().due


@given(ANY)
def test_a_public_holiday_is_never_cheaper(wanted: Asked) -> None:
    """The same visit with a calendar never costs less than without."""
    assert wanted._replace(holidays=None).quote().due <= wanted.quote().due


@given(ANY, st.integers(0, 100), st.integers(0, 100))
def test_more_demand_is_never_cheaper_and_never_beyond_the_cap(wanted: Asked, few: int, more: int) -> None:
    """What is due grows with the demand, up to the book's most."""
    low, high = (wanted._replace(demand_percent=each) for each in (few, few + more))
    assert low.quote().due <= high.quote().due
    capped = wanted._replace(demand_percent=wanted.book.demand_most_percent)
    assert wanted._replace(demand_percent=1_000).quote().due == capped.quote().due


@given(asked(reductions=False), testing.vouchers(), st.integers(0, 5_000))
def test_a_larger_voucher_is_never_dearer(wanted: Asked, voucher: Voucher, more: int) -> None:
    """What is due never grows with a voucher, nor with its amount."""
    of_amount = attrs.evolve(voucher, percent=0, amount=chf(10))
    larger = attrs.evolve(of_amount, amount=of_amount.amount + Money(more))
    dues = [wanted._replace(voucher=each).quote().due for each in (None, of_amount, larger)]
    assert dues == sorted(dues, reverse=True)


# Contracts and the tax -----------------------------------------------------------------------------------


@given(asked(contract=ContractMode.FRIEND))
def test_own_prices_are_never_above_the_tariff(wanted: Asked) -> None:
    """Under a friend's contract each part costs what the friend asks, and no more than the tariff."""
    for line in wanted.quote().lines:
        if (ceiling := line.why.get("ceiling")) is not None:
            price = line.why.get("per_block") or line.amount
            assert rappen(price) <= rappen(ceiling)


@given(asked(contract=ContractMode.PLATFORM), testing.prices())
def test_under_the_platforms_contract_the_own_price_is_nothing(wanted: Asked, price: Money) -> None:
    """The tariff is the price, whatever the friend asks."""
    other = wanted.with_job(offer=attrs.evolve(wanted.job.offer, price=price))
    assert other.quote().lines == wanted.quote().lines


@given(ANY)
def test_what_is_taxed_is_what_a_taxed_party_sells(wanted: Asked) -> None:
    """A private helper's lines carry no tax; the platform's fee does; rounding never."""
    for line in wanted.quote().lines:
        match line.why.code:
            case code if code.startswith("customer_fee"):
                assert line.vat is VatTreatment.STANDARD
            case "cash_rounding":
                assert line.vat is VatTreatment.NONE
            case _ if wanted.contract is ContractMode.FRIEND:
                assert line.vat is VatTreatment.NONE
