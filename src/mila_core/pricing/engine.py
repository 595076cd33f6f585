"""The quote engine: from a request and a match to a quote, and from a quote back to the same quote."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Protocol

import attrs

from mila_core.eligibility import Visit
from mila_core.errors import InvalidValueError, describe
from mila_core.friends import ContractMode
from mila_core.lifecycle import Refusal, RefusedError, fingerprint
from mila_core.money import Money, total
from mila_core.offers import Offer
from mila_core.periods import instant_of, wall_time
from mila_core.policies import BookingPolicy
from mila_core.pricing._lines import Unit, above_tariff, lines_of, units_of
from mila_core.pricing.book import PriceBook
from mila_core.pricing.public_holidays import HolidayCalendar, holiday_at
from mila_core.quotes import Discount, Part, Quote, QuoteBasis, QuoteLine, Voucher
from mila_core.reasons import Reason, Scalar, reason
from mila_core.service_requests import ServiceRequest
from mila_core.validation import check_instance

__all__ = ["Priced", "quote", "replay"]

_MOST_REMEMBERED = 4096


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


def quote(
    request: ServiceRequest,
    match: Priced,
    *,
    book: PriceBook,
    at: datetime,
    policy: BookingPolicy | None = None,
    contract: ContractMode | None = None,
    holidays: HolidayCalendar | None = None,
    demand_percent: int | None = None,
    discount: Discount | None = None,
    voucher: Voucher | None = None,
    cash: bool | None = None,
    replaces: Quote | None = None,
) -> Quote:
    """Price a match: the friend's price or the tariff, the way, the hour; then what is the platform's.

    The lines, in their order: `base` or `package` (`..._by_time` where the tariff is by the hour), `add_on`
    for each, `extra_blocks` for more time; `travel`, for each started kilometre beyond the free radius, up to
    a cap (`travel_free` and `travel_remote` say that the way costs nothing); the surcharge for evening,
    night, Sunday or public holiday, the highest one unless the book says that they stack; `demand`; the
    friend's `discount`. These make the service's gross price. Then the platform's `voucher` and
    `customer_fee`, and for cash, as the last line, the rounding to 5 Rappen. What is due is the total
    payable, VAT (if any) included. Each line is rounded once, from an exact value.

    Args:
        request: the request that the match answers.
        match: the friend's offer, the visit with its slot, and the distance.
        book: the price book; its rules of compensation and settlement, if any, become the visit's.
        at: now; the quote holds for half an hour (by policy), never beyond the last moment to book.
        policy: the policy with these limits; the one of the visit's network if not given.
        contract: between whom the contract is, such as `friend.contract_mode`: under the friend's (the
            default) the price is the offer's, and not above the book's tariff; under the platform's it is the
            tariff.
        holidays: the public holidays, such as `swiss_holidays(2026, 2027)`; without them no visit is on one.
        demand_percent: what is added for high demand, in percent; the book caps it.
        discount: what the friend takes off.
        voucher: what the platform takes off; friend and commission get as much as without.
        cash: whether the customer pays in cash.
        replaces: the quote whose next version this is, for what is moved or agreed on site; it may be made
            until the slot's end, and has the same request, customer, friend, offer and rules. What is not
            given of contract, demand, discount, voucher and cash is as it was there, and so is the public
            holiday if the day is the same. A discount or voucher can be another one, and not none.

    Returns:
        The quote; equal arguments make equal quotes, and `replay` makes it again.

    Raises:
        InvalidTypeError: an argument of another type.
        InvalidValueError: the match answers another request, is of another customer, service, friend or
            offer, or has too short a slot; or a discount where the tariff is the price.
        UnknownIdError: the offer, or the book, has no price for a package, an add-on or more time that is
            wanted.
        RefusedError: the slot is too near to be booked (`too_late_to_book`), the book is not in force
            (`book_not_in_force`), an own price is above the tariff (`above_tariff`, `unit_above_tariff`,
            `block_above_tariff`, one for each), or the rates of the tax are not sure and the policy wants
            them to be (`vat_rate_unknown`); all reasons at once.

    Examples:
        >>> from mila_core import matching, samples
        >>> pilot = samples.zurich_2013()
        >>> request = pilot.request("game-console")
        >>> found = matching.FriendIndex(pilot.market).rank(request, at=pilot.opened_at)
        >>> made = quote(request, found.match("andreas"), book=pilot.book, at=pilot.opened_at)
        >>> [(line.why.code, str(line.amount)) for line in made.lines], str(made.due)
        ([('base', 'CHF 40.00'), ('travel_free', 'CHF 0.00')], 'CHF 40.00')
        >>> replay(made, book=pilot.book) == made
        True
    """
    for name, value, kind in (("request", request, ServiceRequest), ("book", book, PriceBook)):
        check_instance(name, value, kind=kind)
    for name, option, of in (("policy", policy, BookingPolicy), ("replaces", replaces, Quote)):
        if option is not None:
            check_instance(name, option, kind=of)
    _check(request, match, replaces=replaces)
    visit, version = _visit(match, book, replaces=replaces), 1
    now, rules = instant_of(at), policy or visit.policy.booking
    last = visit.slot.start - timedelta(minutes=rules.request_notice_minutes)
    if replaces is not None:
        version, last = replaces.version + 1, visit.slot.end
    agreed, holiday = (None if replaces is None else replaces.basis), None
    if holidays is not None:
        holiday = holiday_at(visit.place, _day(visit), calendar=holidays)
    elif replaces is not None and agreed is not None and _day(replaces.visit) == _day(visit):
        holiday = agreed.holiday
    facts: dict[str, Any] = {"offer": match.offer, "distance_m": match.distance_m, "holiday": holiday}
    wishes = {
        "contract": contract,
        "cash": cash,
        "discount": discount,
        "voucher": voucher,
        "demand_percent": demand_percent,
    }
    facts |= {name: wish for name, wish in wishes.items() if wish is not None}
    basis = QuoteBasis(**facts) if agreed is None else attrs.evolve(agreed, **facts)
    if basis.discount is not None and basis.contract is ContractMode.PLATFORM:
        raise InvalidValueError(
            "discount", "none where the tariff is the price", describe(basis.discount.code)
        )
    units = units_of(visit, basis, book)
    reasons = [reason("too_late_to_book", latest_at=last)] if now > last else []
    of_old_book = replaces is not None and replaces.book_hash == book.hash
    if reasons := [*reasons, *_reasons_against(visit, book, units, at=None if of_old_book else now)]:
        raise RefusedError(Refusal(event="quote", reasons=reasons))
    too_late = last + timedelta.resolution  # at the last moment itself it can still be booked
    expires_at = min(now + timedelta(minutes=rules.quote_valid_minutes), too_late)
    return _made(visit, basis, book, units, made_at=now, expires_at=expires_at, version=version)


def replay(made: Quote, *, book: PriceBook) -> Quote:
    """Make a quote again from what it says itself: the proof that its price follows from the price book.

    The ceilings, the days on which the book is in force and its rules for the visit are asked again, too. Who
    keeps the ids of the quotes that were made, such as in the bookings, sees that this one is among them: the
    id is made of all that a quote says, and not signed.

    Args:
        made: the quote; it has to say what it was made of, as those of `quote` do.
        book: the price book by which it was made.

    Returns:
        The quote as the book and its basis make it: equal to the one given, or the one given is not theirs.

    Raises:
        InvalidValueError: a quote without a basis, another book, or a quote that the book does not allow.
        UnknownIdError: a part of what is wanted has no price.

    Examples:
        >>> from mila_core import matching, samples
        >>> pilot = samples.zurich_2013()
        >>> request = pilot.request("tv-channels")
        >>> sonja = matching.FriendIndex(pilot.market).rank(request, at=pilot.opened_at).match("sonja")
        >>> made = quote(request, sonja, book=pilot.book, at=pilot.opened_at)
        >>> forged = attrs.evolve(made, lines=[attrs.evolve(made.lines[0], amount=Money(5)), *made.lines[1:]])
        >>> replay(made, book=pilot.book) == made, replay(forged, book=pilot.book) == forged
        (True, False)
    """
    check_instance("made", made, kind=Quote)
    check_instance("book", book, kind=PriceBook)
    if made.basis is None:
        raise InvalidValueError("made", "a quote that says what it was made of", "one without a basis")
    if made.book_hash != book.hash:
        raise InvalidValueError("book", f"the price book {made.book_hash}", book.hash)
    is_first = made.version == 1
    visit = _with_rules(made.visit, book) if is_first else made.visit
    units = units_of(visit, made.basis, book)
    if against := _reasons_against(visit, book, units, at=made.made_at if is_first else None):
        codes = ", ".join(each.code for each in against)
        raise InvalidValueError("made", "a quote that the price book allows", codes)
    return _made(
        visit,
        made.basis,
        book,
        units,
        made_at=made.made_at,
        expires_at=made.expires_at,
        version=made.version,
    )


def _check(request: ServiceRequest, match: Priced, *, replaces: Quote | None) -> None:
    """Refuse a match of another request, customer or service, and one that is no next version."""
    visit, offer = match.visit, match.offer
    pairs = [
        ("request", request.id, visit.request_id),
        ("customer", request.customer_id, visit.customer_id),
        ("service", request.service_code, visit.service.code),
        ("service", visit.service.code, offer.service_code),
    ]
    if replaces is not None:
        pairs += [
            ("request", replaces.visit.request_id, visit.request_id),
            ("customer", replaces.visit.customer_id, visit.customer_id),
            ("friend", replaces.friend_id, offer.friend_id),
            ("offer", replaces.offer_id, offer.id),
        ]
    for what, expected, came in pairs:
        if expected != came:
            raise InvalidValueError("match", f"a match of the {what} {expected}", describe(came))
    least = visit.service.minutes_of(visit.selection)
    if visit.slot.minutes < least:
        raise InvalidValueError(
            "match", f"a slot of {least} minutes or more", f"{visit.slot.minutes} minutes"
        )


def _visit(match: Priced, book: PriceBook, *, replaces: Quote | None) -> Visit:
    """Return the visit with the rules under which it is booked: a booking keeps its own."""
    if replaces is not None:
        return attrs.evolve(match.visit, policy=replaces.visit.policy)
    return _with_rules(match.visit, book)


def _with_rules(visit: Visit, book: PriceBook) -> Visit:
    """Return a visit under the rules of the book, where it has any."""
    rules = visit.policy
    if book.settlement is not None:
        rules = attrs.evolve(rules, settlement=book.settlement)
    if book.compensation is not None:
        rules = attrs.evolve(rules, booking=attrs.evolve(rules.booking, compensation=book.compensation))
    return visit if rules is visit.policy else attrs.evolve(visit, policy=rules)


def _day(visit: Visit) -> date:
    return wall_time(visit.slot.start).date()


def _reasons_against(
    visit: Visit, book: PriceBook, units: list[Unit], *, at: datetime | None
) -> list[Reason]:
    """Say why there is no quote: the book is not in force, a price is above its ceiling, the tax not sure."""
    reasons = []
    if book.valid is not None and at is not None and at not in book.valid:
        reasons.append(reason("book_not_in_force", id=book.version))
    reasons += above_tariff(units)
    settlement = visit.policy.settlement
    return reasons + list(settlement.vat_warnings(_day(visit)) if settlement.refuses_unknown_vat else ())


def _warnings(visit: Visit, basis: QuoteBasis, gross: Money) -> list[Reason]:
    """Say what is unusual: a price outside the service's band or the one of small jobs, a tax not sure."""
    found, offer, settlement = [], basis.offer, visit.policy.settlement
    is_base = basis.contract is ContractMode.FRIEND and visit.selection.package is None
    if is_base and not visit.service.is_usual(offer.price):
        usual = {"usual_from": visit.service.price_from, "usual_to": visit.service.price_to}
        found.append(reason("price_unusual", offer=offer.id, price=offer.price, **usual))
    if not settlement.small_job_from <= gross <= settlement.small_job_to:
        usual = {"usual_from": settlement.small_job_from, "usual_to": settlement.small_job_to}
        found.append(reason("no_small_visit", price=gross, **usual))
    return [*found, *settlement.vat_warnings(_day(visit))]


def _made(
    visit: Visit,
    basis: QuoteBasis,
    book: PriceBook,
    units: list[Unit],
    *,
    made_at: datetime,
    expires_at: datetime,
    version: int,
) -> Quote:
    """Return the quote that a visit, a basis and a book make; its id is made of all its content."""
    lines = lines_of(visit, basis, book, units=units)
    offer, slot = basis.offer, visit.slot
    content = (
        *(
            visit.request_id,
            visit.customer_id,
            visit.place.postcode,
            slot.start.isoformat(),
            slot.end.isoformat(),
        ),
        *(made_at.isoformat(), expires_at.isoformat(), book.version, book.hash, version, basis.distance_m),
        *(basis.contract, basis.cash, basis.discount, basis.voucher, basis.demand_percent, basis.holiday),
        *(_hash_of(each) for each in (offer, visit.service, visit.selection, visit.policy)),
        *(_hash_of(each) for each in (visit.languages, visit.openings, visit.partner) if each),
        *(_told(line) for line in lines),
    )
    return Quote(
        id=f"q-{fingerprint(*content)}",
        visit=visit,
        friend_id=offer.friend_id,
        offer_id=offer.id,
        lines=lines,
        made_at=made_at,
        expires_at=expires_at,
        book_version=book.version,
        version=version,
        book_hash=book.hash,
        basis=basis,
        warnings=_warnings(visit, basis, total(each.amount for each in lines if each.part is Part.SERVICE)),
    )


def _told(line: QuoteLine) -> tuple[Scalar, ...]:
    """Return a line as texts and whole numbers alone: as values they would take longer to put in short."""
    values = (
        value.rappen if isinstance(value, Money) else value for pair in line.why.values for value in pair
    )
    return line.why.code, line.amount.rappen, line.part, line.vat, *values


@lru_cache(_MOST_REMEMBERED)
def _hash_of(value: object) -> str:
    """Return a part of the content in short: most quotes share it with others."""
    return fingerprint(value)
