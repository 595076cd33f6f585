"""Which slots suit most friends: each friend's quarters are bits, and bits are counted column by column."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

import attrs

import mila_core.eligibility as eligibility
from mila_core.availability._weeks import MINUTE_US, QUARTER_US, instant
from mila_core.matching._entries import Candidate, Entry
from mila_core.matching._question import Question
from mila_core.matching._shelves import Shelf
from mila_core.matching.slot_choices import SlotChoice
from mila_core.offers import Offer
from mila_core.periods import Period
from mila_core.places import distance_m

__all__ = ["common_slots"]


def common_slots(
    shelf: Shelf, question: Question, *, entries: Mapping[str, Entry], least: int
) -> list[SlotChoice]:
    """Return the slots in which at least so many friends can come, by time."""
    if not question.times.windows or question.is_hopeless:
        return []
    origin = min(window.first for window in question.times.windows)
    found: list[tuple[str, int]] = []
    for friend_id, candidate in shelf.around(question.request.place.lv95):
        quarters = _quarters(candidate, entries[friend_id], question, origin)
        if quarters:
            found.append((friend_id, quarters))
    enough = _at_least([quarters for _, quarters in found], least)
    found.sort()
    choices = []
    for at in _bits(enough):
        start = instant((origin + at) * QUARTER_US)
        slot = Period(start, start + timedelta(minutes=question.times.minutes))
        choices.append(SlotChoice(slot, tuple(each for each, quarters in found if quarters >> at & 1)))
    return choices


def _at_least(each: list[int], least: int) -> int:
    """Return the bits that are set in at least so many ints.

    Each plane has one binary digit of how many there are in each column.
    """
    planes: list[int] = []
    for bits in each:
        carry = bits
        for at, plane in enumerate(planes):
            planes[at], carry = plane ^ carry, plane & carry
            if not carry:
                break
        if carry:
            planes.append(carry)
    if least >> len(planes):
        return 0
    more, equal = 0, -1
    for at in reversed(range(len(planes))):
        if least >> at & 1:
            equal &= planes[at]
        else:
            more |= equal & planes[at]
            equal &= ~planes[at]
    return more | equal


def _bits(bits: int) -> Iterator[int]:
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low


def _quarters(candidate: Candidate, entry: Entry, question: Question, origin: int) -> int:
    """Return the quarters at which a friend can begin, by any offer, as bits from an origin on."""
    friend, visit = entry.friend, question.visit
    offers = [each for each in (candidate.offer, *candidate.others) if _may_serve(each, entry, question)]
    if not offers or friend.id == visit.customer_id:
        return 0
    free = question.times.starts(entry, origin)
    if not free:
        return 0
    sure = 0
    plain = not (question.in_full or candidate.others or friend.blocked)
    if plain and not (visit.languages and not question.spoken(entry)):
        length = question.times.minutes * MINUTE_US
        is_exact, spans = candidate.spans(friend, visit.service, visit.policy.eligibility)
        for begins, ends in spans:
            first = max(-(-begins // QUARTER_US) - origin, 0)
            last = min((ends - length) // QUARTER_US - origin, free.bit_length())
            if first <= last:
                sure |= ((1 << (last - first + 1)) - 1) << first
        sure &= free
        if is_exact:
            return sure
    for at in _bits(free & ~sure):
        start = instant((origin + at) * QUARTER_US)
        tried = attrs.evolve(visit, slot=Period(start, start + timedelta(minutes=question.times.minutes)))
        if any(eligibility.check(friend, tried, offer=offer).is_eligible for offer in offers):
            sure |= 1 << at
    return sure


def _may_serve(offer: Offer, entry: Entry, question: Question) -> bool:
    """Return whether an offer has a price for all within the limit, and the place within its radius."""
    selection = question.request.selection
    if not question.is_plain and offer.missing(selection):
        return False
    if question.limit is not None and offer.price_of(selection).rappen > question.limit:
        return False
    if question.visit.service.remote:
        return True
    return distance_m(entry.friend.home, question.request.place) <= offer.radius_km * 1000
