"""A request, made ready to be asked of many friends."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

import attrs

import mila_core.availability as availability
from mila_core.availability._bitset import runs
from mila_core.availability._weeks import (
    DAY_US,
    EPOCH,
    MINUTE_US,
    QUARTER_US,
    Span,
    horizon_us,
    instant,
    micros,
    steady_start,
)
from mila_core.catalogue import Selection
from mila_core.eligibility import Visit
from mila_core.matching._entries import Candidate, Entry
from mila_core.matching.ranking import Match
from mila_core.matching.terms import RankingParams, part, price_points, score_terms, standing_points
from mila_core.offers import Offer
from mila_core.periods import SWISS_ZONE, Period
from mila_core.policies import AvailabilityPolicy
from mila_core.reasons import Reason, reason
from mila_core.service_requests import ServiceRequest
from mila_core.standings import Standing

__all__ = ["Question"]

_PLAIN = Selection()
_EPOCH_DAY = EPOCH.toordinal()
_WEEK_DAYS = 7
_WEEK_QUARTERS = _WEEK_DAYS * 96
_LONGEST_DAY_US = 26 * 4 * QUARTER_US  # of a change of clocks, and one for the buffer's roundings


class _Window(NamedTuple):
    """A window with the quarters at which a visit may begin in it.

    Attributes:
        period: the window, less the notice.
        first: the first such quarter since 1970.
        mask: the quarters that a visit may take from there on, as bits.
        begins: those of them at which one may begin.
        shifts: by how much the quarters of a plan's week are moved to bit 0 for `first`; one for each week
            that the window touches; None where the clocks change meanwhile.
        near: the time of which bookings matter.
    """

    period: Period
    first: int
    mask: int
    begins: int
    shifts: tuple[int, ...] | None
    near: Span


@attrs.define(kw_only=True, eq=False)
class Question:
    """A request at an instant, under a policy and weights.

    `languages` are those of which the score counts how many a friend speaks, `visits` how often each friend
    has been with the customer before. Where the answer is `is_hopeless`, nobody may come; `in_full` says that
    each candidate is to be judged in full, as the request's region or partner makes a difference.
    """

    request: ServiceRequest
    visit: Visit
    at: datetime
    earliest: datetime
    policy: AvailabilityPolicy
    params: RankingParams
    languages: tuple[str, ...]
    visits: Mapping[str, int]
    minutes: int = attrs.field(init=False)
    begin_us: int = attrs.field(init=False)
    slots: tuple[_Window, ...] = attrs.field(init=False)
    is_hopeless: bool = attrs.field(init=False)
    in_full: bool = attrs.field(init=False)
    limit: int | None = attrs.field(init=False)
    is_plain: bool = attrs.field(init=False)
    is_acquainted: bool = attrs.field(init=False)
    _visits: dict[int, Visit] = attrs.field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        """Work out what is the same for all friends."""
        visit, limit = self.visit, self.request.price_limit
        self.minutes = visit.slot.minutes
        self.begin_us = micros(visit.slot.start)
        self.slots = tuple(self._slots())
        self.limit = None if limit is None else limit.rappen
        self.is_acquainted = bool(
            (self.params.repeat_weight and self.visits) or (self.params.language_weight and self.languages)
        )
        self.is_plain = visit.selection == _PLAIN
        partner, served = visit.partner, [each.period for each in self.slots]
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
        longest, needed = max(each.minutes for each in self.request.windows), self.minutes
        if longest < needed:
            return reason("window_too_short", longest_minutes=longest, needed_minutes=needed)
        horizon_days = self.policy.horizon_days
        if min(self.request.windows).start >= availability.horizon_end(self.policy, at=self.at):
            return reason("too_far_ahead", days=horizon_days)
        if not any(self.windows()):
            return reason("notice_too_short", possible_from=self.earliest)
        return reason("not_available")

    def _slots(self) -> Iterator[_Window]:
        policy, now = self.policy, micros(self.at)
        if policy.minutes_per_day is not None and self.minutes > policy.minutes_per_day:
            return
        notice = now + policy.notice_minutes * MINUTE_US
        around = policy.buffer_minutes * MINUTE_US
        if policy.visits_per_day is not None or policy.minutes_per_day is not None:
            around += _LONGEST_DAY_US
        beyond = horizon_us(SWISS_ZONE, now, days=policy.horizon_days)
        for window in self.windows():
            start, end = micros(window.start), micros(window.end)
            first = -(-max(start, notice) // QUARTER_US)
            last = (end - self.minutes * MINUTE_US) // QUARTER_US
            if last < first:
                continue
            until = min(last, -(-beyond // QUARTER_US) - 1)  # in Swiss days; other zones are asked in full
            yield _Window(
                window,
                first,
                (1 << (last - first + self.minutes // 15)) - 1,
                (1 << max(until - first + 1, 0)) - 1,
                _shifts(first, last + 1 + self.minutes // 15),
                (start - around, end + around),
            )

    def least_wait(self) -> int | None:
        """Return how long after the first wish the first visit of all could begin, or None if none can."""
        return min((self.wait(each.first) for each in self.slots), default=None)

    def wait(self, quarter: int) -> int:
        """Return how many minutes after the first wish a quarter begins."""
        return (quarter * QUARTER_US - self.begin_us) // MINUTE_US

    def first_start(self, entry: Entry) -> int | None:
        """Return the first quarter at which a friend has time for the visit, or None.

        It is the start of the first of `availability.slots` in any window. Weekly hours are bits of the
        week, moved to the window; bookings and absences are taken off; what else there is, and weeks in
        which the clocks change, are left to `availability`.
        """
        need = self.minutes // 15  # a service takes whole quarters of an hour
        steady, plan = entry.steady, entry.friend.availability
        for window in self.slots:
            free: int | None = 0
            if steady and window.shifts is not None:
                for by in window.shifts:
                    free |= plan.week_bits << by if by >= 0 else plan.week_bits >> -by  # type: ignore[operator]
            else:
                free = self._free(entry, window)
            if free is None:
                slot = availability.earliest(
                    entry.friend.availability,
                    window.period,
                    minutes=self.minutes,
                    busy=entry.busy,
                    policy=self.policy,
                    at=self.at,
                )
                if slot is not None:
                    return micros(slot.start) // QUARTER_US
                continue
            fits = runs(free & window.mask, need) & window.begins
            if fits:
                return window.first + (fits & -fits).bit_length() - 1
        return None

    def starts(self, entry: Entry, origin: int) -> int:
        """Return all quarters at which a friend has time for the visit, as bits from an origin on."""
        found = 0
        for window in self.slots:
            free = self._free(entry, window)
            if free is not None:
                found |= (runs(free & window.mask, self.minutes // 15) & window.begins) << (
                    window.first - origin
                )
                continue
            for slot in availability.slots(
                entry.friend.availability,
                window.period,
                minutes=self.minutes,
                busy=entry.busy,
                policy=self.policy,
                at=self.at,
            ):
                found |= 1 << (micros(slot.start) // QUARTER_US - origin)
        return found

    def _free(self, entry: Entry, window: _Window) -> int | None:
        """Return the free quarters from the window's first on, or None where that takes more to say."""
        if window.shifts is None:
            return None
        gone: list[Span] = []
        if not entry.steady:
            if entry.friend.availability.zone != SWISS_ZONE:
                return None
            taken, policy, near = entry.taken, self.policy, window.near
            visits, absent = _near(taken.visits, near), _near(taken.absent, near)
            by_day = policy.visits_per_day is not None or policy.minutes_per_day is not None
            if (visits and by_day) or _near(taken.extra, near):
                return None
            buffer = policy.buffer_minutes * MINUTE_US
            gone = [*absent, *((start - buffer, end + buffer) for start, end in visits)]
        week, free = entry.friend.availability.week_bits, 0
        for by in window.shifts:
            free |= week << by if by >= 0 else week >> -by
        for start, end in gone:
            low, high = start // QUARTER_US - window.first, -(-end // QUARTER_US) - window.first
            if high > 0:
                low = max(low, 0)
                free &= ~(((1 << (high - low)) - 1) << low)
        return free

    def may_hold(self, span: Span) -> bool:
        """Return whether a visit in one of the windows could lie in a span."""
        length = self.minutes * MINUTE_US
        return any(
            max(span[0], each.first * QUARTER_US) + length <= min(span[1], micros(each.period.end))
            for each in self.slots
        )

    def static_points(self, candidate: Candidate, standing: Standing | None) -> int | None:
        """Return the points of standing and price, or None where no offer has a price within the limit."""
        selection = self.request.selection
        offers = (candidate.offer, *candidate.others)
        prices = [each.price_of(selection) for each in offers if not each.missing(selection)]
        if not prices or (self.limit is not None and min(prices).rappen > self.limit):
            return None
        return standing_points(self.params, standing) + price_points(
            self.params, self.visit.service, price=min(prices)
        )

    def match(self, entry: Entry, offer: Offer, *, distance_m: int, quarter: int) -> Match:
        """Return the match of a friend by an offer, from a quarter on."""
        visit = self._visits.get(quarter)  # many friends have the same first slot
        if visit is None:
            start = instant(quarter * QUARTER_US)
            slot = Period(start, start + timedelta(minutes=self.minutes))
            visit = self._visits[quarter] = attrs.evolve(self.visit, slot=slot)
        terms = score_terms(
            self.params,
            service=visit.service,
            price=offer.price if self.is_plain else offer.price_of(visit.selection),
            distance_m=distance_m,
            wait_minutes=self.wait(quarter),
            standing=entry.standing,
            visits=self.visits.get(entry.friend.id, 0),
            spoken=self.spoken(entry),
            asked=len(self.languages),
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


def _shifts(first: int, beyond: int) -> tuple[int, ...] | None:
    """Return where the weeks begin that touch some quarters, or None where the clocks change in one."""
    day, last = (each * QUARTER_US // DAY_US + _EPOCH_DAY for each in (first, beyond))
    found = []
    for monday in range(
        day - 1 - (day - 2) % _WEEK_DAYS, last + 2, _WEEK_DAYS
    ):  # a clock is a day off at most
        begin = steady_start(SWISS_ZONE, monday)
        if begin is None:
            return None
        if begin < beyond and begin + _WEEK_QUARTERS > first:
            found.append(begin - first)
    return tuple(found)


def _near(spans: list[Span], near: Span) -> list[Span]:
    """Return which of some spans in order have something in common with a span."""
    if not spans or spans[-1][1] <= near[0] or spans[0][0] >= near[1]:
        return []
    at = bisect_right(spans, near[0], key=_end)
    found = []
    while at < len(spans) and spans[at][0] < near[1]:
        found.append(spans[at])
        at += 1
    return found


def _end(span: Span) -> int:
    return span[1]
