"""A ranking: the friends who may come, best first, and for everyone an answer to "why"."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

import attrs

from mila_core.eligibility import Eligibility, Visit
from mila_core.errors import UnknownIdError
from mila_core.matching.terms import RankingParams, Term
from mila_core.offers import Offer
from mila_core.service_requests import ServiceRequest
from mila_core.validation import (
    TupleOf,
    as_instant,
    identifier,
    instance_of,
    instant,
    integer,
    optional,
    tuple_of,
)

__all__ = ["Match", "Ranking", "Why"]


@attrs.frozen(kw_only=True)
class Match:
    """A friend who may come, with the offer, the earliest slot that suits, and the score.

    Attributes:
        offer: the friend's offer.
        visit: the visit, in the earliest slot that suits both.
        distance_m: the way from the friend's home, in metres, as the crow flies.
        terms: the parts of the score.
    """

    offer: Offer = attrs.field(validator=instance_of(Offer))
    visit: Visit = attrs.field(validator=instance_of(Visit))
    distance_m: int = attrs.field(validator=integer(0, 1_000_000))
    terms: tuple[Term, ...] = attrs.field(converter=TupleOf[Term], validator=tuple_of(instance_of(Term)))

    @property
    def friend_id(self) -> str:
        """The id of the friend."""
        return self.offer.friend_id

    @property
    def score(self) -> int:
        """The sum of the terms' points."""
        return sum(term.points for term in self.terms)


@attrs.frozen(kw_only=True)
class Why:
    """Why a friend is where they are in a ranking.

    Attributes:
        friend_id: the id of the friend.
        position: 1 for the best; None for a friend who may not come.
        match: the offer, slot and terms of the score; None for a friend who may not come.
        eligibility: yes, or every reason why not and from when.
    """

    friend_id: str = attrs.field(validator=identifier)
    position: int | None = attrs.field(default=None, validator=optional(integer(1, 10**9)))
    match: Match | None = attrs.field(default=None, validator=optional(instance_of(Match)))
    eligibility: Eligibility = attrs.field(validator=instance_of(Eligibility))


@attrs.frozen(kw_only=True)
class Ranking:
    """The answer to a request.

    Attributes:
        request: the request.
        at: the instant of the answer.
        params: the weights it was made with.
        limit: how many friends are shown.
        ranked: every friend who may come, best first; equal scores by friend id.
        refusals: every other friend, with the reasons, by friend id.
    """

    request: ServiceRequest = attrs.field(validator=instance_of(ServiceRequest))
    at: datetime = attrs.field(converter=as_instant, validator=instant)
    params: RankingParams = attrs.field(validator=instance_of(RankingParams))
    limit: int = attrs.field(validator=integer(1, 1_000_000))
    ranked: tuple[Match, ...] = attrs.field(converter=TupleOf[Match], validator=tuple_of(instance_of(Match)))
    refusals: tuple[Eligibility, ...] = attrs.field(
        converter=TupleOf[Eligibility], validator=tuple_of(instance_of(Eligibility))
    )

    @property
    def matches(self) -> tuple[Match, ...]:
        """The best friends, as many as were asked for."""
        return self.ranked[: self.limit]

    @property
    def refused(self) -> Mapping[str, int]:
        """How many friends may not come, by the code of their first reason; the most frequent code first."""
        counts = Counter(refusal.reasons[0].code for refusal in self.refusals)
        return MappingProxyType(dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))))

    def match(self, friend_id: str) -> Match:
        """Return the match of one friend, shown or not.

        Args:
            friend_id: the id of the friend.

        Raises:
            UnknownIdError: no such friend, or one who may not come (`why` says why not).
        """
        for match in self.ranked:
            if match.friend_id == friend_id:
                return match
        raise UnknownIdError("match for a friend", friend_id)

    def why(self, friend_id: str) -> Why:
        """Say why a friend is where they are, listed or not.

        Args:
            friend_id: the id of any friend of the market.

        Raises:
            UnknownIdError: no such friend.
        """
        for position, match in enumerate(self.ranked, start=1):
            if match.friend_id == friend_id:
                fitness = Eligibility(friend_id=friend_id)
                return Why(friend_id=friend_id, position=position, match=match, eligibility=fitness)
        for refusal in self.refusals:
            if refusal.friend_id == friend_id:
                return Why(friend_id=friend_id, eligibility=refusal)
        raise UnknownIdError("friend", friend_id)
