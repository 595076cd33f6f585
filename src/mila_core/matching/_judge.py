"""The judgement of one friend in full: the truth that the search is measured by."""

from collections.abc import Iterator
from datetime import timedelta

import attrs

import mila_core.availability as availability
import mila_core.eligibility as eligibility
from mila_core.catalogue import Selection
from mila_core.eligibility import Eligibility, Visit
from mila_core.matching._entries import Entry
from mila_core.matching._question import Question
from mila_core.matching.ranking import Match
from mila_core.matching.terms import Term, score_terms
from mila_core.money import Money
from mila_core.offers import Offer
from mila_core.periods import Period
from mila_core.places import distance_m
from mila_core.reasons import Reason, reason

__all__ = ["judge", "score_if_allowed"]

_MINUTE = timedelta(minutes=1)


def judge(entry: Entry, question: Question) -> Match | Eligibility:
    """Return the match by the cheapest offer that may be taken, or why not of the cheapest one."""
    first_no: Eligibility | None = None
    for offer in _offers(entry, question):
        found = _judge_offer(entry, offer, question)
        if isinstance(found, Match):
            return found
        first_no = first_no or found
    code = question.request.service_code
    return first_no or Eligibility(friend_id=entry.friend.id, reasons=[reason("no_offer", service=code)])


def score_if_allowed(entry: Entry, question: Question) -> int | None:
    """Return the score that a friend would have if no rule forbade the visit, or None if there can be none.

    It is that of the cheapest offer with a price for all that is wanted, in the first slot in which the
    friend has time; where that is missing too, in the first that the request leaves to anyone.
    """
    selection = question.request.selection
    offer = next((each for each in _offers(entry, question) if not each.missing(selection)), None)
    wait = question.times.least_wait()
    if offer is None or wait is None:
        return None
    quarter = question.times.first_start(entry)
    terms = _terms(
        entry,
        question,
        price=offer.price_of(selection),
        way=distance_m(entry.friend.home, question.request.place),
        wait=wait if quarter is None else question.times.wait(quarter),
    )
    return sum(term.points for term in terms)


def _offers(entry: Entry, question: Question) -> list[Offer]:
    code, selection = question.request.service_code, question.request.selection
    return sorted(
        (offer for offer in entry.offers if offer.service_code == code),
        key=lambda each: (_price(each, selection), each.id),
    )


def _price(offer: Offer, selection: Selection) -> Money:
    """Return the price of what is wanted; of the service itself, where the offer lacks a part of it."""
    return offer.price if offer.missing(selection) else offer.price_of(selection)


def _terms(entry: Entry, question: Question, *, price: Money, way: int, wait: int) -> tuple[Term, ...]:
    return score_terms(
        question.params,
        service=question.visit.service,
        price=price,
        distance_m=way,
        wait_minutes=wait,
        standing=entry.standing,
        visits=question.visits.get(entry.friend.id, 0),
        spoken=question.spoken(entry),
        asked=len(question.languages),
        reliability=entry.reliability,
        friend_id=entry.friend.id,
        seed=question.seed,
    )


def _judge_offer(entry: Entry, offer: Offer, question: Question) -> Match | Eligibility:
    limit, price = question.request.price_limit, _price(offer, question.request.selection)
    reasons: list[Reason] = []
    if limit is not None and price > limit:
        reasons.append(reason("above_price_limit", price=price, limit=limit))
    fit, fitness = _first_slot(entry, offer, question)
    if fit is None or reasons:
        later = None if reasons else fitness.eligible_from
        return Eligibility(
            friend_id=entry.friend.id, reasons=[*fitness.reasons, *reasons], eligible_from=later
        )
    way = distance_m(entry.friend.home, fit.place)
    wait = (fit.slot.start - question.visit.slot.start) // _MINUTE
    terms = _terms(entry, question, price=price, way=way, wait=wait)
    return Match(offer=offer, visit=fit, distance_m=way, terms=terms)


def _first_slot(entry: Entry, offer: Offer, question: Question) -> tuple[Visit | None, Eligibility]:
    """Return the visit in the earliest free slot in which the friend is eligible; or why there is none."""
    first_no: Eligibility | None = None
    tried = False
    for slot in _free_slots(entry, question):
        tried = True
        if first_no is not None:
            if first_no.eligible_from is None:
                break
            if slot.start < first_no.eligible_from:
                continue
        visit = attrs.evolve(question.visit, slot=slot)
        fitness = eligibility.check(entry.friend, visit, offer=offer)
        if fitness.is_eligible:
            return visit, fitness
        first_no = first_no or fitness
    if first_no is None:
        first_no = eligibility.check(entry.friend, question.visit, offer=offer)
    if tried:
        return None, first_no
    return None, Eligibility(friend_id=entry.friend.id, reasons=[*first_no.reasons, question.why_no_slot()])


def _free_slots(entry: Entry, question: Question) -> Iterator[Period]:
    for window in question.windows():
        for slot in availability.slots(
            entry.friend.availability,
            window,
            minutes=question.times.minutes,
            busy=entry.busy,
            policy=question.policy,
            at=question.at,
        ):
            if slot.start >= question.earliest:
                yield slot
