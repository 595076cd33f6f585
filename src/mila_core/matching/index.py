"""The index of friends: kept up to date one friend at a time, asked with one request at a time."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import Enum
from itertools import islice
from typing import Any, Literal, TypeVar
from weakref import ReferenceType, ref

import attrs

from mila_core.bookings import BookingEvent
from mila_core.errors import InvalidTypeError, InvalidValueError, UnknownIdError, describe
from mila_core.friends import Friend
from mila_core.market import Market
from mila_core.matching._agenda import Agenda
from mila_core.matching._asked import Asked, Lease, State
from mila_core.matching._common_slots import common_slots
from mila_core.matching._entries import Candidate, Entry
from mila_core.matching._question import Question
from mila_core.matching.ranking import MOST_SEED, Ranking, Why
from mila_core.matching.slot_choices import SlotChoice
from mila_core.matching.terms import RankingParams, bound_milli, friend_points, price_points
from mila_core.offers import Offer
from mila_core.periods import Period, instant_of
from mila_core.policies import BookingPolicy
from mila_core.service_requests import ServiceRequest
from mila_core.standings import Reliability, Standing
from mila_core.validation import check_instance, identifier, instance_of, optional, tuple_of

__all__ = ["MOST_KNOWN", "FriendIndex"]

MOST_KNOWN = 10_000
"""How many friends can be named as known to a customer; each is looked at."""

T = TypeVar("T")

_STAMP = "mila_core.matching.FriendIndex/2"
_EVERYWHERE_M = 10**9
_METRES_PER_KM = 1000
_MOST = 1_000_000  # as many as a ranking shows at most


@attrs.frozen(kw_only=True)
class _Given:
    """What is told of a friend, checked."""

    offers: tuple[Offer, ...] = attrs.field(validator=tuple_of(instance_of(Offer)))
    standing: Standing | None = attrs.field(validator=optional(instance_of(Standing)))
    busy: tuple[Period, ...] = attrs.field(validator=tuple_of(instance_of(Period)))
    reliability: Reliability | None = attrs.field(validator=optional(instance_of(Reliability)))


@attrs.frozen(kw_only=True)
class _Known:
    known: tuple[str, ...] = attrs.field(validator=tuple_of(identifier, most=MOST_KNOWN))


class _Keep(Enum):
    KNOWN = "the one there is"


class FriendIndex:
    """The friends of a market, to be ranked for requests; mutable, so not a value.

    Friends lie by service, part of the country and points, so that a ranking looks at those who may come out
    first and at nobody else; it is the same as if everyone were judged. Whoever changes an index while others
    ask it puts a lock around it.

    An index can be pickled, for a worker process of the same release, which the stamp in it is for: a release
    that lays it out otherwise refuses it. It is no way to store anything.

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
        check_instance("market", market, kind=Market)
        self._market = market
        self._params = _given("params", params, RankingParams, RankingParams())
        self._policy = _given("policy", policy, BookingPolicy, market.policy.booking)
        self._agenda = Agenda(market.bookings)
        offers: dict[str, list[Offer]] = {}
        for offer in market.offers:
            offers.setdefault(offer.friend_id, []).append(offer)
        standings = {each.friend_id: each for each in market.standings}
        reliabilities = {each.friend_id: each for each in market.reliabilities}
        busy = {each.friend_id for each in market.bookings}
        self._begin(
            Entry(
                friend,
                offers=tuple(offers.get(friend.id, ())),
                standing=standings.get(friend.id),
                busy=market.busy(friend.id) if friend.id in busy else (),
                reliability=reliabilities.get(friend.id),
            )
            for friend in market.friends
        )

    def _begin(self, entries: Iterable[Entry]) -> None:
        services = {service.code: service for service in self._market.catalogue.services}
        self._state = State(self._params, services)
        self._lease: ReferenceType[Lease] | None = None
        self._numbers: dict[int, int] = {}  # one object for each number, as many candidates have the same
        known = list(entries)
        for entry in known:
            entry.candidates = self._candidates(entry)
        self._state.fill(known)

    def _candidates(self, entry: Entry) -> tuple[Candidate, ...]:
        """Return the friend's readiness for each service; an offer for an unknown service makes none."""
        if not entry.offers:
            return ()
        by_service: dict[str, list[Offer]] = {}
        for offer in entry.offers:
            by_service.setdefault(offer.service_code, []).append(offer)
        params, services, numbers = self._params, self._state.services, self._numbers
        known = friend_points(
            params,
            milli_stars=bound_milli(params, entry.standing, friend_id=entry.friend.id),
            standing=entry.standing,
            reliability=entry.reliability,
        )
        made = []
        for code, offers in by_service.items():
            service = services.get(code)
            if service is None:
                continue
            widest = offers[0].radius_km
            if len(offers) > 1:
                offers.sort(key=lambda each: (each.price.rappen, each.id))
                widest = max(each.radius_km for each in offers)
            minus = -known - price_points(params, service, price=offers[0].price)
            reach_m = _EVERYWHERE_M if service.remote else widest * _METRES_PER_KM
            made.append(
                Candidate(
                    offers,
                    minus=numbers.setdefault(minus, minus),
                    reach_m=numbers.setdefault(reach_m, reach_m),
                )
            )
        return tuple(made)

    def __len__(self) -> int:
        """Return how many friends there are."""
        return len(self._state.entries)

    def __contains__(self, friend_id: str) -> bool:
        """Return whether a friend is there."""
        return friend_id in self._state.entries

    def __getstate__(self) -> dict[str, Any]:
        """Return what the index is made of, with a stamp; how it lies is worked out anew."""
        known = [
            (each.friend, each.offers, each.standing, each.busy, each.reliability)
            for each in self._state.entries.values()
        ]
        return {
            "stamp": _STAMP,
            "market": self._market,
            "params": self._params,
            "policy": self._policy,
            "known": known,
            "agenda": self._agenda,
        }

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        """Make an index of what one was made of.

        Raises:
            InvalidValueError: it was pickled by a release whose index is laid out otherwise.
        """
        stamp = state.get("stamp")
        if stamp != _STAMP:
            raise InvalidValueError("stamp", f"an index pickled as {_STAMP}", describe(stamp))
        self._market, self._params, self._policy = state["market"], state["params"], state["policy"]
        self._agenda = state["agenda"].copy()
        self._begin(
            Entry(friend, offers=offers, standing=standing, busy=busy, reliability=reliability)
            for friend, offers, standing, busy, reliability in state["known"]
        )

    def upsert(
        self,
        friend: Friend,
        *,
        offers: Iterable[Offer] | None = None,
        standing: Standing | Literal[_Keep.KNOWN] | None = _Keep.KNOWN,
        reliability: Reliability | Literal[_Keep.KNOWN] | None = _Keep.KNOWN,
        busy: Iterable[Period] | None = None,
    ) -> None:
        """Add a friend or replace what is known of one; what is not given stays as it was.

        Args:
            friend: the friend.
            offers: all offers of the friend.
            standing: what is believed of the friend; None for a friend of whom nothing is known any more.
            reliability: what was counted of the friend; None for a friend of whom nothing counts any more.
            busy: the slots that are taken, `bookings.busy_slots` of the friend's bookings; for a friend who
                was not there, those of the bookings that were seen (`apply`) if not given.

        Raises:
            InvalidValueError: an offer, a standing or a reliability of somebody else.
            InvalidTypeError: something that is not what it should be. Nothing is changed then, either.
        """
        if not isinstance(friend, Friend):
            raise InvalidTypeError("friend", "a Friend", describe(friend))
        old = self._state.entries.get(friend.id)
        for name, several in (("offers", offers), ("busy", busy)):
            if several is not None:
                check_instance(name, several, kind=Iterable)
        given = _Given(
            offers=() if offers is None else tuple(offers),
            standing=None if standing is _Keep.KNOWN else standing,
            busy=self._busy_of(friend.id, old) if busy is None else tuple(busy),
            reliability=None if reliability is _Keep.KNOWN else reliability,
        )
        for offer in given.offers:
            if offer.friend_id != friend.id:
                raise InvalidValueError("offers", f"offers of {friend.id}", describe(offer.friend_id))
        for name, believed in (("standing", given.standing), ("reliability", given.reliability)):
            if believed is not None and believed.friend_id != friend.id:
                raise InvalidValueError(name, f"a {name} of {friend.id}", describe(believed.friend_id))
        self._replace(
            Entry(
                friend,
                offers=old.offers if old and offers is None else given.offers,
                standing=old.standing if old and standing is _Keep.KNOWN else given.standing,
                busy=given.busy,
                reliability=old.reliability if old and reliability is _Keep.KNOWN else given.reliability,
            )
        )

    def _busy_of(self, friend_id: str, old: Entry | None) -> tuple[Period, ...]:
        """Return the slots that are taken where nobody says: as they were, or of a new friend as seen."""
        return self._agenda.busy(friend_id) if old is None else old.busy

    def remove(self, friend_id: str) -> None:
        """Take a friend out.

        Args:
            friend_id: the id of the friend.

        Raises:
            UnknownIdError: there is none.
        """
        check_instance("friend_id", friend_id, kind=str)
        if friend_id not in self._state.entries:
            raise UnknownIdError("friend", friend_id)
        self._writable().replace(friend_id, None)

    def apply(self, event: BookingEvent) -> bool:
        """Take or free a slot as an event of a booking says.

        Events of a booking come by version, each once; one that has been seen already changes nothing. The
        bookings of the market that the index was made of have been seen up to their versions.

        Args:
            event: what happened to a booking.

        Returns:
            Whether the event is new.

        Raises:
            InvalidTypeError: no event of a booking.
            InvalidValueError: an event in between has not been seen: give that one first, or make the index
                anew.
        """
        if not isinstance(event, BookingEvent):
            raise InvalidTypeError("event", "a BookingEvent", describe(event))
        found = self._agenda.apply(event)
        if found is None:
            return False
        old = self._state.entries.get(found.friend_id)
        if old is not None and found.freed != found.taken:
            busy = list(old.busy)
            if found.freed in busy:
                busy.remove(found.freed)
            if found.taken is not None:
                busy.append(found.taken)
            self._replace(
                Entry(
                    old.friend,
                    offers=old.offers,
                    standing=old.standing,
                    busy=tuple(busy),
                    reliability=old.reliability,
                )
            )
        return True

    def _replace(self, entry: Entry) -> None:
        old = self._state.entries.get(entry.friend.id)
        if old is not None and _is_as_ready(old, entry):
            entry.candidates = old.candidates
        else:
            entry.candidates = self._candidates(entry)
        self._writable().replace(entry.friend.id, entry)

    def _writable(self) -> State:
        """Return the state, another one if a ranking remembers this one."""
        if self._lease is not None and self._lease() is not None:
            self._state = self._state.copy()
        self._lease = None
        return self._state

    def rank(
        self,
        request: ServiceRequest,
        *,
        at: datetime,
        limit: int = 10,
        params: RankingParams | None = None,
        known: Iterable[str] | None = None,
        seed: int | None = None,
    ) -> Ranking:
        """Rank the friends who may answer a request; the ranking says of all others why they are not shown.

        A friend is listed with the earliest slot that lies in one of the request's windows, leaves the
        notice that the policy asks for, is free, and in which the friend is eligible. The order is by
        score, the greatest first, then by friend id.

        Args:
            request: the request.
            at: now.
            limit: how many matches to show.
            params: other weights than the index's; that takes longer, as the friends lie in another order.
            known: ids of the friends who have been with the customer before; those of the index's bookings
                that were completed if not given. It counts only where `repeat_weight` is above 0.
            seed: of which draw, from 0 to 2**53, where the weights draw standings by lot: with the same seed
                the same ranking. One for each customer and day, say, lets nobody's list jump at each look.

        Returns:
            The ranking.

        Raises:
            UnknownIdError: the request names a service, a package, an add-on or a partner that is not in the
                market.
            InvalidTypeError: an argument of another type, or no seed where the weights draw.
            InvalidValueError: a limit below 1, a naive `at`, a seed out of range, or more than `MOST_KNOWN`
                known friends.
        """
        _check_number("limit", limit)
        drawn = self._seed(seed, params)
        asked = self._ask(request, at=at, params=params, known=known, seed=drawn)
        question = asked.question
        matches = tuple(hit.match(question) for hit in islice(asked.hits(), limit))
        ranking = Ranking(
            request=request, at=question.at, params=question.params, limit=limit, matches=matches, seed=seed
        )
        object.__setattr__(ranking, "_source", asked)  # what it remembers is no field; nobody has seen it yet
        return ranking

    def why(
        self,
        request: ServiceRequest,
        friend_id: str,
        *,
        at: datetime,
        params: RankingParams | None = None,
        known: Iterable[str] | None = None,
        seed: int | None = None,
    ) -> Why:
        """Say why a friend would be where they are if the request were ranked now.

        Args:
            request: the request.
            friend_id: the id of any friend of the index.
            at: now.
            params: other weights than the index's.
            known: ids of the friends who have been with the customer before, as for `rank`.
            seed: of which draw, as for `rank`.

        Raises:
            UnknownIdError: no such friend, or the request names something that is not in the market.
            InvalidTypeError: an argument of another type, or no seed where the weights draw.
            InvalidValueError: a naive `at`, a seed out of range, or more than `MOST_KNOWN` known friends.

        Examples:
            >>> from mila_core import samples
            >>> pilot = samples.zurich_2013()
            >>> index = FriendIndex(pilot.market)
            >>> index.why(pilot.request("game-console"), "chiara", at=pilot.opened_at).position
            3
        """
        check_instance("friend_id", friend_id, kind=str)
        drawn = self._seed(seed, params)
        return self._ask(request, at=at, params=params, known=known, seed=drawn).why(friend_id)

    def _seed(self, seed: int | None, params: RankingParams | None) -> int:
        """Return the seed of a score that draws; any where it does not."""
        if seed is None and not (params if isinstance(params, RankingParams) else self._params).draws:
            return 0
        if type(seed) is not int:
            raise InvalidTypeError("seed", "an integer, for a score that draws by lot", describe(seed))
        if not 0 <= seed <= MOST_SEED:
            raise InvalidValueError("seed", f"an integer from 0 to {MOST_SEED}", describe(seed))
        return seed

    def earliest_slots(
        self,
        request: ServiceRequest,
        *,
        at: datetime,
        friends: int = 1,
        limit: int = 10,
        most_first: bool = False,
    ) -> tuple[SlotChoice, ...]:
        """Return the slots of a request in which at least so many friends can come.

        Each is a slot in which `rank` would find those friends, were it the only window of the request. All
        friends who offer the service are asked, so that it takes longer than a ranking.

        Args:
            request: the request; its windows are looked through.
            at: now.
            friends: how many friends have to be able to come, at least.
            limit: how many slots to return at most.
            most_first: whether the slots that suit most friends come first, of equal ones the earlier; else
                the earliest come first.

        Returns:
            The slots, a quarter of an hour or more apart, which may overlap, each with its friends.

        Raises:
            UnknownIdError: the request names something that is not in the market.
            InvalidTypeError: an argument of another type.
            InvalidValueError: a number below 1, or a naive `at`.

        Examples:
            >>> from mila_core import samples
            >>> pilot = samples.zurich_2013()
            >>> index, wanted = FriendIndex(pilot.market), pilot.request("game-console")
            >>> for slot, friend_ids in index.earliest_slots(wanted, at=pilot.opened_at, friends=3, limit=2):
            ...     print(slot.start.isoformat(), friend_ids)
            2013-11-28T13:00:00+00:00 ('andreas', 'beat', 'chiara')
            2013-11-28T13:15:00+00:00 ('andreas', 'beat', 'chiara')
        """
        _check_number("limit", limit)
        _check_number("friends", friends)
        if type(most_first) is not bool:
            raise InvalidTypeError("most_first", "True or False", describe(most_first))
        asked = self._ask(request, at=at, params=None, known=(), seed=0)
        shelf = asked.state.shelves.get(request.service_code)
        if shelf is None:
            return ()
        found = common_slots(shelf, asked.question, entries=asked.state.entries, least=friends)
        if most_first:
            found.sort(key=lambda each: (-len(each.friend_ids), each.slot))
        return tuple(found[:limit])

    def _ask(
        self,
        request: ServiceRequest,
        *,
        at: datetime,
        params: RankingParams | None,
        known: Iterable[str] | None,
        seed: int = 0,
    ) -> Asked:
        if not isinstance(request, ServiceRequest):
            raise InvalidTypeError("request", "a ServiceRequest", describe(request))
        now = instant_of(at)
        weights = _given("params", params, RankingParams, self._params)
        visits: Mapping[str, int] = {}
        if known is not None:
            if isinstance(known, str) or not isinstance(known, Iterable):
                raise InvalidTypeError("known", "ids of friends", describe(known))
            ids = _Known(known=tuple(known)).known
            visits = dict.fromkeys(ids, 1)
        elif weights.repeat_weight:
            visits = dict(self._agenda.visits(request.customer_id))
        question = Question(
            request=request,
            visit=self._market.visit(request),
            at=now,
            earliest=now + timedelta(minutes=self._policy.request_notice_minutes),
            policy=self._market.policy.availability,
            params=weights,
            languages=tuple(dict.fromkeys(request.languages)),
            visits=visits,
            seed=seed,
        )
        lease = None if self._lease is None else self._lease()
        if lease is None:
            lease = Lease()
            self._lease = ref(lease)
        return Asked(self._state, question, lease)


def _given(name: str, value: T | None, kind: type[T], default: T) -> T:
    """Return an argument that may be left out; anything else of another type is an error."""
    if value is None:
        return default
    check_instance(name, value, kind=kind)
    return value


def _check_number(name: str, number: int) -> None:
    expected = f"an integer from 1 to {_MOST}"
    if type(number) is not int:
        raise InvalidTypeError(name, expected, describe(number))
    if not 1 <= number <= _MOST:
        raise InvalidValueError(name, expected, describe(number))


def _is_as_ready(old: Entry, new: Entry) -> bool:
    """Return whether a friend lies where they lay: by offers, standing, reliability and home."""
    return (
        old.offers == new.offers
        and old.standing == new.standing
        and old.reliability == new.reliability
        and (old.friend is new.friend or old.friend.home == new.friend.home)
    )
