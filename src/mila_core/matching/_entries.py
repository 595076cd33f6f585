"""What the index knows of one friend, and the friend's readiness for one service, made ready to be judged."""

from collections.abc import Iterable, Sequence

from mila_core.availability._weeks import DAY_US, Span, micros
from mila_core.catalogue import Service
from mila_core.certifications import Certification, Suspension
from mila_core.friends import Friend, FriendKind
from mila_core.offers import Offer
from mila_core.periods import SWISS_ZONE, Period, Validity
from mila_core.policies import EligibilityPolicy
from mila_core.standings import Reliability, Standing
from mila_core.verifications import VerificationKind

__all__ = ["Candidate", "Entry", "Taken"]

_NEVER_ENDS = 2**62
_MOST_SPANS = 16  # of more, each visit is judged in full
_SHORTEST_MONTH_US = 28 * DAY_US


class Taken:
    """What a friend's plan has besides weekly hours, as spans in order that do not touch."""

    __slots__ = ("absent", "extra", "visits")

    def __init__(self, entry: "Entry") -> None:
        """Sort and merge."""
        plan = entry.friend.availability
        self.visits = _merged(entry.busy)
        self.absent = _merged(plan.absent)
        self.extra = _merged(plan.extra)


class Entry:
    """One friend, as the index knows them; replaced when something changes, never changed.

    `candidates` are the friend's readiness for each service; while offers, standing, reliability and home
    stay the same, so do they, whatever else of the friend is replaced.
    """

    __slots__ = ("_taken", "busy", "candidates", "friend", "offers", "reliability", "standing", "steady")

    def __init__(
        self,
        friend: Friend,
        *,
        offers: tuple[Offer, ...],
        standing: Standing | None,
        busy: tuple[Period, ...],
        reliability: Reliability | None,
    ) -> None:
        """Keep what is known; `steady` is a plan of Swiss weekly hours and nothing else."""
        self.friend, self.offers, self.standing, self.busy = friend, offers, standing, busy
        self.reliability = reliability
        self.candidates: tuple[Candidate, ...] = ()
        plan = friend.availability
        self.steady = not (busy or plan.absent or plan.extra) and plan.zone == SWISS_ZONE
        self._taken: Taken | None = None

    @property
    def taken(self) -> Taken:
        """What there is besides weekly hours, worked out when it is first asked for."""
        if self._taken is None:
            self._taken = Taken(self)
        return self._taken


class Candidate:
    """A friend's readiness for a service.

    Attributes:
        offer: the cheapest offer.
        others: further offers for the same service, cheaper ones first.
        minus: the points that do not depend on the request, negative.
        reach_m: how far the friend goes, by the widest radius.
    """

    __slots__ = ("_kept", "minus", "offer", "others", "reach_m")

    def __init__(self, offers: Sequence[Offer], *, minus: int, reach_m: int) -> None:
        """Keep the parts."""
        self.offer, self.others = offers[0], tuple(offers[1:])
        self.minus, self.reach_m = minus, reach_m
        self._kept: tuple[Friend | None, bool, tuple[Span, ...]] = (None, False, ())

    def spans(
        self, friend: Friend, service: Service, policy: EligibilityPolicy
    ) -> tuple[bool, tuple[Span, ...]]:
        """Return spans such that the cheapest offer may be taken for any visit that lies in one of them.

        The rules of `eligibility.check` that do not depend on the request are looked at: suspensions,
        verifications, certifications, whether a firm is needed, the offer's time. They are kept for the
        friend as last asked about, in one step, as several threads may ask: a candidate is shared by the
        index and by rankings that remember the friend as before.

        Returns:
            Whether the spans are exact, so that no visit outside of them may be made (else it may be, and is
            to be judged in full), and the spans.
        """
        of, is_exact, found = self._kept
        if of is not friend:
            is_exact, found = _spans(friend, service, self.offer, policy)
            self._kept = (friend, is_exact, found)
        return is_exact, found


def _spans(
    friend: Friend, service: Service, offer: Offer, policy: EligibilityPolicy
) -> tuple[bool, tuple[Span, ...]]:
    is_pro = friend.friend_kind is FriendKind.PRO
    if service.needs_pro and not is_pro:
        return True, ()
    exact, rules = True, [[_span(offer.valid)]]
    if friend.suspensions:
        rules.append(_less((0, _NEVER_ENDS), friend.suspensions))
    for kind in policy.pro_verifications if is_pro else policy.friend_verifications:
        found = [_span(each.valid) for each in friend.verifications if each.verification_kind is kind]
        if kind is VerificationKind.CRIMINAL_RECORD and policy.criminal_record_months is not None:
            longest = policy.criminal_record_months * _SHORTEST_MONTH_US  # surely; its last days are judged
            found, exact = [(start, min(end, start + longest)) for start, end in found], False
        rules.append(found)
    for field in service.requires:
        held: list[Span] = []
        for each in friend.certifications:
            if (field in each.scope or service.code in each.scope) and each.level >= service.level:
                held += _in_force(each)
                if policy.grace_days and each.valid.end is not None:
                    exact = False  # surely without the days of grace; these are judged
        rules.append(held)
    return _common(rules, exact=exact)


def _common(rules: list[list[Span]], *, exact: bool) -> tuple[bool, tuple[Span, ...]]:
    """Return what lies in a span of each rule."""
    first, last = 0, _NEVER_ENDS
    several = []
    for spans in rules:
        if len(spans) != 1:
            several.append(spans)
            continue
        start, end = spans[0]
        first, last = max(first, start), min(last, end)
    common = [(first, last)] if first < last else []
    for spans in several:
        common = [
            (max(one[0], other[0]), min(one[1], other[1]))
            for one in common
            for other in spans
            if max(one[0], other[0]) < min(one[1], other[1])
        ]
        if len(common) > _MOST_SPANS:
            return False, ()
    return exact, tuple(common)


def _span(valid: Validity) -> Span:
    return micros(valid.start), _NEVER_ENDS if valid.end is None else micros(valid.end)


def _in_force(certification: Certification) -> list[Span]:
    start, end = _span(certification.valid)
    if certification.revoked is not None:
        end = min(end, micros(certification.revoked.at))
    if start >= end:
        return []
    return _less((start, end), certification.suspensions) if certification.suspensions else [(start, end)]


def _less(span: Span, suspensions: Iterable[Suspension]) -> list[Span]:
    """Return what is left of a span without the suspensions."""
    left: list[Span] = []
    start, last = span
    for begin, end in sorted(_span(each.during) for each in suspensions):
        if start < min(begin, last):
            left.append((start, min(begin, last)))
        start = max(start, end)
    if start < last:
        left.append((start, last))
    return left


def _merged(periods: Sequence[Period]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted((micros(each.start), micros(each.end)) for each in periods):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
