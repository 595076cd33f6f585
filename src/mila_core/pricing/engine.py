"""The quote engine: the lines of a price in their order, each rounded once from an exact value."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Protocol

import attrs

from mila_core.catalogue import Selection
from mila_core.eligibility import Visit
from mila_core.errors import InvalidValueError, UnknownIdError, describe
from mila_core.lifecycle import Refusal, RefusedError, fingerprint
from mila_core.money import CASH_STEP, ZERO, Money, multiply, round_to, total
from mila_core.offers import Offer
from mila_core.periods import instant_of, wall_time
from mila_core.policies import BookingPolicy
from mila_core.pricing.book import PriceBook
from mila_core.quotes import Part, Quote, QuoteLine
from mila_core.reasons import reason
from mila_core.service_requests import ServiceRequest

__all__ = ["Priced", "quote"]

_SUNDAY = 7
_METRES_PER_KM = 1000


class Priced(Protocol):
    """What can be priced: a match of `matching`, or anything that has the same three facts."""

    @property
    def offer(self) -> Offer:
        """The friend's offer."""

    @property
    def visit(self) -> Visit:
        """The visit, with its slot."""

    @property
    def distance_m(self) -> int:
        """The way to the customer, in metres."""


def _line(code: str, amount: Money, part: Part = Part.SERVICE, **values: str | int | Money) -> QuoteLine:
    return QuoteLine(why=reason(code, **values), amount=amount, part=part)


def _travel(priced: Priced, book: PriceBook) -> QuoteLine:
    if priced.visit.service.remote:  # wherever the customer lives, so that a shorter way never costs more
        return _line("travel_remote", ZERO)
    beyond = max(0, priced.distance_m - book.travel_free_km * _METRES_PER_KM)
    started_km = -(-beyond // _METRES_PER_KM)
    if not started_km:
        return _line("travel_free", ZERO, distance_m=priced.distance_m, free_km=book.travel_free_km)
    return _line(
        "travel",
        min(book.travel_per_km * started_km, book.travel_most),
        distance_m=priced.distance_m,
        free_km=book.travel_free_km,
        charged_km=started_km,
        per_km=book.travel_per_km,
        most=book.travel_most,
    )


def _time_surcharge(priced: Priced, book: PriceBook) -> Iterator[QuoteLine]:
    start = wall_time(priced.visit.slot.start)
    choices = []
    if start.isoweekday() == _SUNDAY:
        choices.append((book.sunday_percent, "surcharge_sunday"))
    if start.time() >= book.evening_from:
        choices.append((book.evening_percent, "surcharge_evening"))
    percent, code = max(choices, default=(0, ""))
    if percent:
        of = priced.offer.price_of(priced.visit.selection)
        yield _line(code, multiply(of, Fraction(percent, 100)), percent=percent, of=of)


def _unit_lines(priced: Priced) -> Iterator[QuoteLine]:
    service, offer, selection = priced.visit.service, priced.offer, priced.visit.selection
    if selection.package is None:
        yield _line("base", offer.price, service=service.code, minutes=service.minutes)
    else:
        price = offer.price_of(Selection(package=selection.package))
        minutes = service.minutes_of(Selection(package=selection.package))
        yield _line("package", price, service=service.code, unit=selection.package, minutes=minutes)
    prices = {each.code: each.price for each in offer.prices}
    for code in sorted(selection.add_ons):
        yield _line("add_on", prices[code], service=service.code, unit=code)
    if selection.extra_blocks and offer.block_price is not None:
        yield _line(
            "extra_blocks",
            offer.block_price * selection.extra_blocks,
            blocks=selection.extra_blocks,
            minutes=service.block_minutes,
            per_block=offer.block_price,
        )


def _service_lines(priced: Priced, book: PriceBook) -> Iterator[QuoteLine]:
    yield from _unit_lines(priced)
    yield _travel(priced, book)
    yield from _time_surcharge(priced, book)


def _platform_lines(gross: Money, book: PriceBook, *, cash: bool) -> Iterator[QuoteLine]:
    if book.customer_fee > ZERO:
        yield _line("customer_fee", book.customer_fee, Part.PLATFORM)
    before = gross + book.customer_fee
    rounding = round_to(before, step=CASH_STEP) - before
    if cash and rounding != ZERO:
        yield _line("cash_rounding", rounding, Part.PLATFORM, step_rappen=CASH_STEP)


def quote(
    request: ServiceRequest,
    match: Priced,
    *,
    book: PriceBook,
    at: datetime,
    policy: BookingPolicy | None = None,
    cash: bool = False,
    replaces: Quote | None = None,
) -> Quote:
    """Price a match: the friend's price, the way, the hour; then what is the platform's.

    The lines, in their order: `base`, the offer's price, or `package`; `add_on` for each, `extra_blocks` for
    more time; `travel`, for each started kilometre beyond the free
    radius, up to a cap (`travel_free` and `travel_remote` say that the way costs nothing); a surcharge for
    the evening or for Sunday, the higher one; `customer_fee`; and for cash, as the last line, the rounding to
    5 Rappen. What is charged is the total payable, VAT (if any) included.

    Args:
        request: the request that the match answers.
        match: the friend's offer, the visit with its slot, and the distance.
        book: the price book.
        at: now; the quote holds for half an hour (by policy), never beyond the last moment to book.
        policy: the policy with these limits; the one of the visit's network if not given.
        cash: whether the customer pays in cash.
        replaces: the quote whose next version this is, for what is moved or agreed on site; it may be made
            until the slot's end, and has the same request, customer, friend, offer and rules.

    Returns:
        The quote; equal arguments make equal quotes.

    Raises:
        InvalidValueError: the match answers another request, or is by another offer than the quote that it
            replaces.
        UnknownIdError: the offer has no price for a package, an add-on or more time that is wanted.
        RefusedError: the slot is too near to be booked (`too_late_to_book`).

    Examples:
        >>> from mila_core import matching, samples
        >>> pilot = samples.zurich_2013()
        >>> request = pilot.request("game-console")
        >>> found = matching.FriendIndex(pilot.market).rank(request, at=pilot.opened_at)
        >>> made = quote(request, found.match("andreas"), book=pilot.book, at=pilot.opened_at)
        >>> [(line.why.code, str(line.amount)) for line in made.lines], str(made.due)
        ([('base', 'CHF 40.00'), ('travel_free', 'CHF 0.00')], 'CHF 40.00')
    """
    visit, rules = match.visit, policy or match.visit.policy.booking
    if request.id != visit.request_id:
        raise InvalidValueError("match", f"a match for request {request.id}", describe(visit.request_id))
    now, version = instant_of(at), 1
    last = visit.slot.start - timedelta(minutes=rules.request_notice_minutes)
    if replaces is not None:
        if (replaces.visit.request_id, replaces.offer_id) != (request.id, match.offer.id):
            expected = f"a match for request {replaces.visit.request_id} by offer {replaces.offer_id}"
            raise InvalidValueError("match", expected, f"{request.id} by {match.offer.id}")
        version, last = replaces.version + 1, visit.slot.end
        visit = attrs.evolve(visit, policy=replaces.visit.policy)  # a booking keeps its rules
    if now > last:
        raise RefusedError(Refusal(event="quote", reasons=[reason("too_late_to_book", latest_at=last)]))
    for code in match.offer.missing(visit.selection):
        raise UnknownIdError("price", code)
    lines = list(_service_lines(match, book))
    lines += _platform_lines(total(line.amount for line in lines), book, cash=cash)
    too_late = last + timedelta.resolution  # at the last moment itself it can still be booked
    expires_at = min(now + timedelta(minutes=rules.quote_valid_minutes), too_late)
    own = match.offer
    later = (version,) if replaces else ()
    content = (request.id, own.id, own.friend_id, visit.slot, lines, now, expires_at, book.version, *later)
    return Quote(
        id=f"q-{fingerprint(*content)}",
        visit=visit,
        friend_id=own.friend_id,
        offer_id=own.id,
        lines=lines,
        made_at=now,
        expires_at=expires_at,
        book_version=book.version,
        version=version,
    )
