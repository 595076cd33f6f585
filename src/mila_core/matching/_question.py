"""A request, made ready to be asked of many friends."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

import attrs

import mila_core.availability as availability
from mila_core.availability._weeks import QUARTER_US, instant
from mila_core.catalogue import Selection
from mila_core.eligibility import Visit
from mila_core.matching._entries import Candidate, Entry
from mila_core.matching._times import Times
from mila_core.matching.ranking import Match
from mila_core.matching.terms import (
    RankingParams,
    friend_points,
    overdrawn,
    part,
    price_points,
    read_milli,
    score_terms,
)
from mila_core.offers import Offer
from mila_core.periods import Period
from mila_core.policies import AvailabilityPolicy
from mila_core.reasons import Reason, reason
from mila_core.service_requests import ServiceRequest

__all__ = ["Question"]

_PLAIN = Selection()


@attrs.define(kw_only=True, eq=False)
class Question:
    """A request at an instant, under a policy and weights.

    `languages` are those of which the score counts how many a friend speaks, `visits` how often each friend
    has been with the customer before, `seed` is that of draws. Where the answer is `is_hopeless`, nobody may
    come; `in_full` says that each candidate is to be judged in full, as the request's region or partner makes
    a difference.
    """

    request: ServiceRequest
    visit: Visit
    at: datetime
    earliest: datetime
    policy: AvailabilityPolicy
    params: RankingParams
    languages: tuple[str, ...]
    visits: Mapping[str, int]
    seed: int
    times: Times = attrs.field(init=False)
    is_hopeless: bool = attrs.field(init=False)
    in_full: bool = attrs.field(init=False)
    limit: int | None = attrs.field(init=False)
    is_plain: bool = attrs.field(init=False)
    is_acquainted: bool = attrs.field(init=False)
    _visits: dict[int, Visit] = attrs.field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        """Work out what is the same for all friends."""
        visit, limit = self.visit, self.request.price_limit
        self.times = Times(self.windows(), visit.slot, policy=self.policy, at=self.at)
        self.limit = None if limit is None else limit.rappen
        self.is_acquainted = bool(
            (self.params.repeat_weight and self.visits) or (self.params.language_weight and self.languages)
        )
        self.is_plain = visit.selection == _PLAIN
        partner, served = visit.partner, [each.period for each in self.times.windows]
        self.is_hopeless = not any(
            opening.during.overlaps(period) for opening in visit.openings for period in served
        ) or (
            partner is not None
            and not (
                partner.offers(visit.service.code)
                and any(partner.serves(opening.region_id) for opening in visit.openings)
            )
        )
        self.in_full = (partner is not None and partner.own_certifications_only) or not all(
            any(opening.during.covers(period) for opening in visit.openings) for period in served
        )

    def windows(self) -> Iterator[Period]:
        """Yield what is left of the request's windows with the notice that a visit needs."""
        length = self.visit.slot.end - self.visit.slot.start
        for window in sorted(self.request.windows):
            if max(window.start, window.end - length) >= self.earliest and window.end > self.earliest:
                yield Period(max(window.start, self.earliest), window.end)

    def why_no_slot(self) -> Reason:
        """Return why a friend has no slot: that the request leaves none to anyone, or that others have it."""
        longest, needed = max(each.minutes for each in self.request.windows), self.times.minutes
        if longest < needed:
            return reason("window_too_short", longest_minutes=longest, needed_minutes=needed)
        horizon_days = self.policy.horizon_days
        if min(self.request.windows).start >= availability.horizon_end(self.policy, at=self.at):
            return reason("too_far_ahead", days=horizon_days)
        if not any(self.windows()):
            return reason("notice_too_short", possible_from=self.earliest)
        return reason("not_available")

    def static_points(self, candidate: Candidate, entry: Entry) -> int | None:
        """Return the points of friend and price, or None where no offer has a price within the limit."""
        selection = self.request.selection
        offers = (candidate.offer, *candidate.others)
        prices = [each.price_of(selection) for each in offers if not each.missing(selection)]
        if not prices or (self.limit is not None and min(prices).rappen > self.limit):
            return None
        milli = read_milli(self.params, entry.standing, friend_id=entry.friend.id, seed=self.seed)
        return friend_points(
            self.params, milli_stars=milli, standing=entry.standing, reliability=entry.reliability
        ) + price_points(self.params, self.visit.service, price=min(prices))

    def overdrawn(self, entry: Entry) -> int:
        """Return by how many points a friend's draw is below what the friend lies by."""
        return overdrawn(self.params, entry.standing, friend_id=entry.friend.id, seed=self.seed)

    def match(self, entry: Entry, offer: Offer, *, distance_m: int, quarter: int) -> Match:
        """Return the match of a friend by an offer, from a quarter on."""
        visit = self._visits.get(quarter)  # many friends have the same first slot
        if visit is None:
            start = instant(quarter * QUARTER_US)
            slot = Period(start, start + timedelta(minutes=self.times.minutes))
            visit = self._visits[quarter] = attrs.evolve(self.visit, slot=slot)
        terms = score_terms(
            self.params,
            service=visit.service,
            price=offer.price if self.is_plain else offer.price_of(visit.selection),
            distance_m=distance_m,
            wait_minutes=self.times.wait(quarter),
            standing=entry.standing,
            visits=self.visits.get(entry.friend.id, 0),
            spoken=self.spoken(entry),
            asked=len(self.languages),
            reliability=entry.reliability,
            friend_id=entry.friend.id,
            seed=self.seed,
        )
        return Match(offer=offer, visit=visit, distance_m=distance_m, terms=terms)

    def spoken(self, entry: Entry) -> int:
        """Return how many of the languages asked for a friend speaks."""
        return len(set(self.languages) & set(entry.friend.languages)) if self.languages else 0

    def nearness(self, distance_m: int) -> int:
        """Return the points for a distance."""
        bound = self.params.distance_bound_m
        return part(self.params.distance_weight, bound - distance_m, whole=bound)

    def earliness(self, wait_minutes: int) -> int:
        """Return the points for a wait."""
        bound = self.params.wait_bound_minutes
        return part(self.params.earliness_weight, bound - wait_minutes, whole=bound)

    def acquaintance(self, entry: Entry) -> int:
        """Return the points for earlier visits and for languages."""
        params, points = self.params, 0
        if params.repeat_weight and self.visits:
            points += part(params.repeat_weight, self.visits.get(entry.friend.id, 0), whole=1)
        if params.language_weight and self.languages:
            points += part(params.language_weight, self.spoken(entry), whole=len(self.languages))
        return points
