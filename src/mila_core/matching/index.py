"""The index of friends: kept up to date one friend at a time, asked with one request at a time."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from enum import Enum
from typing import Literal

import attrs

import mila_core.availability as availability
import mila_core.eligibility as eligibility
from mila_core.catalogue import Selection
from mila_core.eligibility import Eligibility, Visit
from mila_core.errors import InvalidTypeError, InvalidValueError, UnknownIdError, describe
from mila_core.friends import Friend
from mila_core.market import Market
from mila_core.matching.ranking import Match, Ranking
from mila_core.matching.terms import RankingParams, score_terms
from mila_core.money import Money
from mila_core.offers import Offer
from mila_core.periods import Period, instant_of
from mila_core.places import distance_m
from mila_core.policies import AvailabilityPolicy, BookingPolicy
from mila_core.reasons import Reason, reason
from mila_core.service_requests import ServiceRequest
from mila_core.standings import Standing
from mila_core.validation import instance_of, optional, tuple_of

__all__ = ["FriendIndex"]


@attrs.frozen(kw_only=True)
class _Entry:
    friend: Friend
    offers: tuple[Offer, ...] = attrs.field(validator=tuple_of(instance_of(Offer)))
    standing: Standing | None = attrs.field(validator=optional(instance_of(Standing)))
    busy: tuple[Period, ...] = attrs.field(validator=tuple_of(instance_of(Period)))


@attrs.frozen(kw_only=True)
class _Question:
    request: ServiceRequest
    visit: Visit
    at: datetime
    earliest: datetime
    policy: AvailabilityPolicy
    params: RankingParams

    def windows(self) -> Iterator[Period]:
        """Yield what is left of the request's windows with the notice that a visit needs."""
        length = self.visit.slot.end - self.visit.slot.start
        for window in sorted(self.request.windows):
            if max(window.start, window.end - length) >= self.earliest and window.end > self.earliest:
                yield Period(max(window.start, self.earliest), window.end)

    def why_no_slot(self) -> Reason:
        """Return why a friend has no slot: that the request leaves none to anyone, or that others have it."""
        longest, needed = max(each.minutes for each in self.request.windows), self.visit.slot.minutes
        if longest < needed:
            return reason("window_too_short", longest_minutes=longest, needed_minutes=needed)
        horizon_days = self.policy.horizon_days
        if min(self.request.windows).start >= availability.horizon_end(self.policy, at=self.at):
            return reason("too_far_ahead", days=horizon_days)
        if not any(self.windows()):
            return reason("notice_too_short", possible_from=self.earliest)
        return reason("not_available")


class _Keep(Enum):
    STANDING = "the one there is"


class FriendIndex:
    """The friends of a market, to be ranked for requests; mutable, so not a value.

    Every friend is judged for every request, so a ranking costs time in proportion to the friends.

    Args:
        market: the snapshot to begin with.
        params: the weights of the score; the default ones if not given.
        policy: the policy with the notice that a visit needs; the market's if not given.

    Examples:
        >>> from mila_core import samples
        >>> pilot = samples.zurich_2013()
        >>> index = FriendIndex(pilot.market)
        >>> found = index.rank(pilot.request("game-console"), at=pilot.opened_at, limit=1)
        >>> found.matches[0].friend_id, found.why("nadja").eligibility.reasons[0].code
        ('beat', 'no_offer')
    """

    def __init__(
        self, market: Market, *, params: RankingParams | None = None, policy: BookingPolicy | None = None
    ) -> None:
        """Index the friends of a market."""
        self._market = market
        self._params = params or RankingParams()
        self._policy = policy or market.policy.booking
        offers: dict[str, list[Offer]] = {}
        for offer in market.offers:
            offers.setdefault(offer.friend_id, []).append(offer)
        self._entries = {
            friend.id: _Entry(
                friend=friend,
                offers=tuple(offers.get(friend.id, ())),
                standing=market.standing(friend.id),
                busy=market.busy(friend.id),
            )
            for friend in market.friends
        }

    def __len__(self) -> int:
        """Return how many friends there are."""
        return len(self._entries)

    def __contains__(self, friend_id: str) -> bool:
        """Return whether a friend is there."""
        return friend_id in self._entries

    def upsert(
        self,
        friend: Friend,
        *,
        offers: Iterable[Offer] | None = None,
        standing: Standing | Literal[_Keep.STANDING] | None = _Keep.STANDING,
        busy: Iterable[Period] | None = None,
    ) -> None:
        """Add a friend or replace what is known of one; what is not given stays as it was.

        Args:
            friend: the friend.
            offers: all offers of the friend.
            standing: what is believed of the friend; None for a friend of whom nothing is known any more.
            busy: the slots that are taken, `bookings.busy_slots` of the friend's bookings.

        Raises:
            InvalidValueError: an offer or a standing of somebody else.
            InvalidTypeError: something that is not what it should be. Nothing is changed then, either.
        """
        if not isinstance(friend, Friend):
            raise InvalidTypeError("friend", "a Friend", describe(friend))
        old = self._entries.get(friend.id)
        kept = old.offers if old else ()
        entry = _Entry(
            friend=friend,
            offers=kept if offers is None else tuple(offers),
            standing=(old.standing if old else None) if standing is _Keep.STANDING else standing,
            busy=(old.busy if old else ()) if busy is None else tuple(busy),
        )
        for offer in entry.offers:
            if offer.friend_id != friend.id:
                raise InvalidValueError("offers", f"offers of {friend.id}", describe(offer.friend_id))
        if entry.standing is not None and entry.standing.friend_id != friend.id:
            raise InvalidValueError(
                "standing", f"a standing of {friend.id}", describe(entry.standing.friend_id)
            )
        self._entries[friend.id] = entry

    def remove(self, friend_id: str) -> None:
        """Take a friend out.

        Args:
            friend_id: the id of the friend.

        Raises:
            UnknownIdError: there is none.
        """
        if friend_id not in self._entries:
            raise UnknownIdError("friend", friend_id)
        del self._entries[friend_id]

    def rank(
        self, request: ServiceRequest, *, at: datetime, limit: int = 10, params: RankingParams | None = None
    ) -> Ranking:
        """Rank the friends who may answer a request, and say of all others why they may not.

        A friend is listed with the earliest slot that lies in one of the request's windows, leaves the
        notice that the policy asks for, is free, and in which the friend is eligible. The order is by
        score, the greatest first, then by friend id.

        Args:
            request: the request.
            at: now.
            limit: how many matches to show.
            params: other weights than the index's.

        Returns:
            The ranking.

        Raises:
            UnknownIdError: the request names a service, a package, an add-on or a partner that is not in the
                market.
            InvalidValueError: a limit below 1, or a naive `at`.
        """
        now = instant_of(at)
        earliest = now + timedelta(minutes=self._policy.request_notice_minutes)
        question = _Question(
            request=request,
            visit=self._market.visit(request),
            at=now,
            earliest=earliest,
            policy=self._market.policy.availability,
            params=params or self._params,
        )
        ranked: list[Match] = []
        refusals: list[Eligibility] = []
        for friend_id in sorted(self._entries):
            found = _judge(self._entries[friend_id], question)
            if isinstance(found, Match):
                ranked.append(found)
            else:
                refusals.append(found)
        ranked.sort(key=lambda match: (-match.score, match.friend_id))
        return Ranking(
            request=request, at=now, params=question.params, limit=limit, ranked=ranked, refusals=refusals
        )


def _judge(entry: _Entry, question: _Question) -> Match | Eligibility:
    """Return the match by the cheapest offer that may be taken, or why not of the cheapest one."""
    code = question.request.service_code
    offers = sorted(
        (offer for offer in entry.offers if offer.service_code == code),
        key=lambda each: (_price(each, question.request.selection), each.id),
    )
    first_no: Eligibility | None = None
    for offer in offers:
        found = _judge_offer(entry, offer, question)
        if isinstance(found, Match):
            return found
        first_no = first_no or found
    return first_no or Eligibility(friend_id=entry.friend.id, reasons=[reason("no_offer", service=code)])


def _price(offer: Offer, selection: Selection) -> Money:
    """Return the price of what is wanted; of the service itself, where the offer lacks a part of it."""
    return offer.price if offer.missing(selection) else offer.price_of(selection)


def _judge_offer(entry: _Entry, offer: Offer, question: _Question) -> Match | Eligibility:
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
    terms = score_terms(
        question.params,
        service=fit.service,
        price=price,
        distance_m=way,
        wait_minutes=(fit.slot.start - question.visit.slot.start) // timedelta(minutes=1),
        standing=entry.standing,
    )
    return Match(offer=offer, visit=fit, distance_m=way, terms=terms)


def _first_slot(entry: _Entry, offer: Offer, question: _Question) -> tuple[Visit | None, Eligibility]:
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


def _free_slots(entry: _Entry, question: _Question) -> Iterator[Period]:
    for window in question.windows():
        for slot in availability.slots(
            entry.friend.availability,
            window,
            minutes=question.visit.slot.minutes,
            busy=entry.busy,
            policy=question.policy,
            at=question.at,
        ):
            if slot.start >= question.earliest:
                yield slot
