"""A ranking: the friends who may come, best first, and for everyone an answer to "why"."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cached_property
from types import MappingProxyType
from typing import Protocol

import attrs

from mila_core.eligibility import Eligibility, Visit
from mila_core.errors import InvalidValueError, UnknownIdError
from mila_core.matching.terms import RankingParams, Term
from mila_core.offers import Offer
from mila_core.reasons import Reason, reason
from mila_core.service_requests import ServiceRequest
from mila_core.validation import (
    TupleOf,
    as_instant,
    check_instance,
    identifier,
    instance_of,
    instant,
    integer,
    optional,
    tuple_of,
)

__all__ = ["MOST_SEED", "Match", "Ranking", "Why"]

MOST_SEED = 2**53
"""The greatest seed of a draw: up to there every program reads a number in JSON exactly."""


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
        would_rank: for a friend who may not come, the position that the friend would have if no rule stood
            in the way: by the cheapest offer, in the first slot in which the friend has time, else in the
            first that the request leaves to anyone. None where there is no such offer or slot, and for a
            friend who may come.
    """

    friend_id: str = attrs.field(validator=identifier)
    position: int | None = attrs.field(default=None, validator=optional(integer(1, 10**9)))
    match: Match | None = attrs.field(default=None, validator=optional(instance_of(Match)))
    eligibility: Eligibility = attrs.field(validator=instance_of(Eligibility))
    would_rank: int | None = attrs.field(default=None, validator=optional(integer(1, 10**9)))

    @property
    def outlook(self) -> tuple[Reason, ...]:
        """What would be otherwise for a friend who may not come: from when, and in which position.

        Examples:
            >>> from mila_core import samples
            >>> from mila_core.matching import FriendIndex
            >>> pilot = samples.zurich_2013()
            >>> found = FriendIndex(pilot.market).rank(pilot.request("game-console"), at=pilot.opened_at)
            >>> [why.code for why in found.why("elena").outlook]
            ['would_be_eligible', 'would_rank']
        """
        found = []
        if self.eligibility.eligible_from is not None:
            found.append(reason("would_be_eligible", eligible_from=self.eligibility.eligible_from))
        if self.would_rank is not None:
            found.append(reason("would_rank", position=self.would_rank))
        return tuple(found)


class _Source(Protocol):
    """What made a ranking, and can answer for everyone."""

    def why(self, friend_id: str) -> Why:
        """Return the answer for one friend."""

    def everyone(self) -> tuple[Why, ...]:
        """Return the answer for everyone: who may come by position, then the others by id."""


@attrs.frozen(kw_only=True)
class Ranking:
    """The answer to a request: the best friends, and for anyone else an answer to "why".

    As it comes from an index it answers for everyone, as things stood then: it remembers what the index knew,
    and works out who else may come, or why not, when that is first asked for. `why` judges one friend;
    `ranked`, `refusals` and `refused` judge everyone, which takes time in proportion to the friends. That
    memory is not a part of the value: a ranking that is stored, copied, pickled or made by `evolve` has only
    its fields. `complete()` puts the answers for everyone into the field `others`.

    Attributes:
        request: the request.
        at: the instant of the answer.
        params: the weights it was made with.
        limit: how many friends are shown at most.
        matches: the friends who are shown, the best first; equal scores by friend id.
        others: the answers for everyone else: who may come by position, then who may not by friend id. None
            where they were not worked out.
        seed: the seed that it was asked with, of which standings are drawn where the weights say so.
    """

    request: ServiceRequest = attrs.field(validator=instance_of(ServiceRequest))
    at: datetime = attrs.field(converter=as_instant, validator=instant)
    params: RankingParams = attrs.field(validator=instance_of(RankingParams))
    limit: int = attrs.field(validator=integer(1, 1_000_000))
    matches: tuple[Match, ...] = attrs.field(converter=TupleOf[Match], validator=tuple_of(instance_of(Match)))
    others: tuple[Why, ...] | None = attrs.field(
        default=None,
        converter=attrs.converters.optional(TupleOf[Why]),
        validator=optional(tuple_of(instance_of(Why))),
    )
    seed: int | None = attrs.field(default=None, validator=optional(integer(0, MOST_SEED)))

    def __attrs_post_init__(self) -> None:
        """Check that no more are shown than the limit."""
        if len(self.matches) > self.limit:
            raise InvalidValueError("matches", f"at most {self.limit}, the limit", f"{len(self.matches)}")

    @cached_property
    def _source(self) -> _Source | None:
        return None  # an index fills it in; no field, as it is no part of the value

    @cached_property
    def _everyone(self) -> tuple[Why, ...] | None:
        if self.others is not None:
            return (*_answers(self.matches), *self.others)
        return None if self._source is None else self._source.everyone()

    def _known(self) -> tuple[Why, ...]:
        if self._everyone is None:
            raise UnknownIdError("complete ranking for the request", self.request.id)
        return self._everyone

    def complete(self) -> "Ranking":
        """Return the ranking with the answers for everyone, to be stored; that judges each friend.

        Raises:
            UnknownIdError: the ranking is not complete and remembers no index.
        """
        return attrs.evolve(self, others=self._known()[len(self.matches) :])

    @property
    def ranked(self) -> tuple[Match, ...]:
        """Every friend who may come, shown or not, the best first.

        Raises:
            UnknownIdError: the ranking is not complete and remembers no index.
        """
        return tuple(each.match for each in self._known() if each.match is not None)

    @property
    def refusals(self) -> tuple[Eligibility, ...]:
        """Every other friend with the reasons, by friend id.

        Raises:
            UnknownIdError: the ranking is not complete and remembers no index.
        """
        return tuple(each.eligibility for each in self._known() if each.match is None)

    @property
    def refused(self) -> Mapping[str, int]:
        """How many friends may not come, by the code of their first reason; the most frequent code first.

        Raises:
            UnknownIdError: the ranking is not complete and remembers no index.
        """
        counts = Counter(refusal.reasons[0].code for refusal in self.refusals)
        return MappingProxyType(dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))))

    def match(self, friend_id: str) -> Match:
        """Return the match of one friend, shown or not.

        Args:
            friend_id: the id of the friend.

        Raises:
            UnknownIdError: no such friend, or one who may not come (`why` says why not).
        """
        for match in self.matches:
            if match.friend_id == friend_id:
                return match
        found = self.why(friend_id).match
        if found is None:
            raise UnknownIdError("match for a friend", friend_id)
        return found

    def why(self, friend_id: str) -> Why:
        """Say why a friend is where they are, listed or not.

        Args:
            friend_id: the id of any friend of the market.

        Raises:
            UnknownIdError: no such friend; or one who is not shown, where the ranking is not complete and
                remembers no index.
        """
        check_instance("friend_id", friend_id, kind=str)
        for answer in _answers(self.matches):
            if answer.friend_id == friend_id:
                return answer
        if self.others is None and self._source is not None:
            return self._source.why(friend_id)
        for answer in self.others or ():
            if answer.friend_id == friend_id:
                return answer
        raise UnknownIdError("friend", friend_id)


def _answers(matches: tuple[Match, ...]) -> Iterator[Why]:
    for position, match in enumerate(matches, start=1):
        fitness = Eligibility(friend_id=match.friend_id)
        yield Why(friend_id=match.friend_id, position=position, match=match, eligibility=fitness)
