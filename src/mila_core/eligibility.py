"""Eligibility: may this friend do this service here and then: yes, or every reason why not, and from when.

One function answers for showing, ranking, booking and accepting alike. It judges the *visit*, so that a
certification that ends before the visit does not count, however valid it is while the customer books.
"""

from datetime import datetime, timedelta

import attrs

from mila_core.catalogue import Selection, Service
from mila_core.certifications import check_certifications, check_suspensions
from mila_core.errors import InvalidValueError
from mila_core.friends import Friend, FriendKind, Partner
from mila_core.offers import Offer
from mila_core.periods import Period, Validity, instant_of
from mila_core.places import Place, distance_m
from mila_core.policies import NetworkPolicy
from mila_core.reasons import Reason, reason
from mila_core.regions import Opening
from mila_core.validation import (
    TupleOf,
    as_instant,
    identifier,
    instance_of,
    instant,
    language,
    optional,
    tuple_of,
)
from mila_core.verdicts import Verdict
from mila_core.verifications import check_verifications

__all__ = ["NOBODY", "Eligibility", "Visit", "check", "check_service"]

NOBODY = "~nobody~"
"""The id of the customer of a visit that is judged for nobody in particular, as for an overview."""

_METRES_PER_KM = 1000


@attrs.frozen(kw_only=True)
class Visit:
    """One service for one customer at one place in one slot: what is judged, priced and booked.

    It carries all that the judgement needs besides the friend, as it was at the time: a booking made of it
    does not change when the catalogue or the regions do.

    Attributes:
        request_id: the id of the request it answers.
        customer_id: the id of the customer.
        service: the service.
        place: where.
        slot: from when to when.
        languages: codes of languages of which the friend must speak one; empty if any will do.
        openings: through which regions the place is served, and when.
        selection: how much of the service.
        partner: the partner through which the customer comes, if any.
        policy: the rules of the network, as they are when the visit is planned; a booking of it keeps them.
    """

    request_id: str = attrs.field(validator=identifier)
    customer_id: str = attrs.field(validator=identifier)
    service: Service = attrs.field(validator=instance_of(Service))
    place: Place = attrs.field(validator=instance_of(Place))
    slot: Period = attrs.field(validator=instance_of(Period))
    languages: tuple[str, ...] = attrs.field(default=(), converter=TupleOf[str], validator=tuple_of(language))
    openings: tuple[Opening, ...] = attrs.field(
        converter=TupleOf[Opening], validator=tuple_of(instance_of(Opening))
    )
    selection: Selection = attrs.field(factory=Selection, validator=instance_of(Selection))
    partner: Partner | None = attrs.field(default=None, validator=optional(instance_of(Partner)))
    policy: NetworkPolicy = attrs.field(factory=NetworkPolicy, validator=instance_of(NetworkPolicy))


@attrs.frozen(kw_only=True)
class Eligibility:
    """The answer for one friend and one visit.

    Attributes:
        friend_id: the id of the friend.
        reasons: every reason why not; empty for yes.
        eligible_from: the earliest start from which it would be yes if nothing else changes; None where no
            date makes it so, or the answer is yes.
    """

    friend_id: str = attrs.field(validator=identifier)
    reasons: tuple[Reason, ...] = attrs.field(
        default=(), converter=TupleOf[Reason], validator=tuple_of(instance_of(Reason))
    )
    eligible_from: datetime | None = attrs.field(
        default=None, converter=attrs.converters.optional(as_instant), validator=optional(instant)
    )

    @property
    def is_eligible(self) -> bool:
        """Whether the answer is yes."""
        return not self.reasons


def _partner(visit: Visit) -> Verdict:
    partner = visit.partner
    if partner is None:
        return Verdict()
    reasons = []
    if not partner.offers(visit.service.code):
        reasons.append(reason("not_in_partner_catalogue", partner=partner.id, service=visit.service.code))
    if not any(partner.serves(opening.region_id) for opening in visit.openings):
        reasons.append(reason("not_in_partner_region", partner=partner.id, place=str(visit.place)))
    return Verdict(tuple(reasons))


def _region(visit: Visit) -> Verdict:
    if any(opening.serves(visit.slot) for opening in visit.openings):
        return Verdict()
    if not visit.openings:
        return Verdict((reason("region_unknown", place=str(visit.place)),))
    coming = [opening for opening in visit.openings if opening.during.start > visit.slot.start]
    if coming:
        first = min(coming, key=lambda opening: (opening.during.start, opening.region_id))
        opens_at = first.during.start
        return Verdict((reason("region_not_open", region=first.region_id, opens_at=opens_at),), opens_at)
    closings = [(each.during.end or each.during.start, each.region_id) for each in visit.openings]
    closed_at, region = max(closings)
    return Verdict((reason("region_closed", region=region, closed_at=closed_at),))


def _friend(friend: Friend, visit: Visit) -> Verdict:
    reasons: list[Reason] = []
    if friend.id == visit.customer_id:
        reasons.append(reason("own_request"))
    if any(each.customer_id == visit.customer_id and each.since < visit.slot.end for each in friend.blocked):
        reasons.append(reason("pair_blocked"))
    if visit.service.needs_pro and friend.friend_kind is not FriendKind.PRO:
        reasons.append(reason("needs_professional", service=visit.service.code))
    if visit.languages and not set(visit.languages) & set(friend.languages):
        reasons.append(reason("no_common_language", spoken=" ".join(friend.languages)))
    return Verdict(tuple(reasons))


def _offer(friend: Friend, visit: Visit, offer: Offer) -> Verdict:
    reasons: list[Reason] = []
    later = None
    if visit.slot.start < offer.valid.start:
        later = offer.valid.start
        reasons.append(reason("offer_not_yet_valid", id=offer.id, valid_from=later))
    elif not offer.valid.covers(visit.slot):
        reasons.append(reason("offer_ended", id=offer.id, ended_at=offer.valid.end or offer.valid.start))
    reasons.extend(
        reason("unit_not_offered", service=visit.service.code, unit=code)
        for code in offer.missing(visit.selection)
    )
    far = distance_m(friend.home, visit.place)
    if far > offer.radius_km * _METRES_PER_KM and not visit.service.remote:
        reasons.append(reason("too_far", distance_m=far, radius_km=offer.radius_km))
    return Verdict(tuple(reasons), later)


def _permission(friend: Friend, visit: Visit) -> list[Verdict]:
    policy, partner, slot = visit.policy.eligibility, visit.partner, visit.slot
    is_pro = friend.friend_kind is FriendKind.PRO
    required = policy.pro_verifications if is_pro else policy.friend_verifications
    held = friend.certifications
    if partner is not None and partner.own_certifications_only:
        held = tuple(each for each in held if each.issuer_id == partner.id)
    return [
        check_suspensions(friend.suspensions, slot, code="friend_suspended", of=friend.id),
        check_verifications(
            friend.verifications,
            required,
            during=slot,
            criminal_record_months=policy.criminal_record_months,
        ),
        check_certifications(held, visit.service, during=slot, grace_days=policy.grace_days),
    ]


def _verdict(friend: Friend, visit: Visit, offer: Offer | None) -> Verdict:
    verdicts = [_region(visit), _partner(visit), _friend(friend, visit), *_permission(friend, visit)]
    if offer is not None:
        verdicts.append(_offer(friend, visit, offer))
    return Verdict.all_of(verdicts)


def _first_yes(friend: Friend, visit: Visit, offer: Offer | None, verdict: Verdict) -> datetime | None:
    """Move the slot to where the failing rules may say yes, until all do or one never will.

    Each move goes to a later one of the instants at which something begins or ends, so there is a last move.
    """
    length = visit.slot.end - visit.slot.start
    while verdict.reasons:
        start = verdict.later
        if start is None:
            return None
        visit = attrs.evolve(visit, slot=Period(start, start + length))
        verdict = _verdict(friend, visit, offer)
    return visit.slot.start


def check(friend: Friend, visit: Visit, *, offer: Offer | None = None) -> Eligibility:
    """Judge whether a friend may do a visit.

    The rules, in the order of their reasons: the region is open through the slot; a partner through which the
    customer comes offers the service, there; the friend is not the customer, nor kept apart from them, is a
    firm where the service needs one, and speaks a language asked for; is not suspended; is verified as the
    network asks; holds the certifications that the service requires, in force from the slot's start to its
    end (with the policy's days of grace); and, where an offer is given, the offer is valid through the slot,
    has a price for all that is wanted, and the place lies in its radius (a service that is done from afar has
    none).

    Args:
        friend: the friend as known now.
        visit: the visit.
        offer: the friend's offer, to judge it too.

    Returns:
        Yes, or every reason why not and the date from which it would be yes, if there is one.

    Raises:
        InvalidValueError: the offer is another friend's, or for another service.

    Examples:
        >>> from mila_core import samples
        >>> pilot = samples.zurich_2013()
        >>> visit = pilot.market.visit(pilot.request("game-console"))
        >>> check(pilot.market.friend("andreas"), visit).is_eligible
        True
        >>> [why.code for why in check(pilot.market.friend("nadja"), visit).reasons]
        ['certification_missing']
    """
    if offer is not None and (offer.friend_id, offer.service_code) != (friend.id, visit.service.code):
        expected = f"an offer of {friend.id} for {visit.service.code}"
        raise InvalidValueError("offer", expected, f"one of {offer.friend_id} for {offer.service_code}")
    verdict = _verdict(friend, visit, offer)
    return Eligibility(
        friend_id=friend.id,
        reasons=verdict.reasons,
        eligible_from=_first_yes(friend, visit, offer, verdict) if verdict.reasons else None,
    )


def check_service(
    friend: Friend, service: Service, *, at: datetime, policy: NetworkPolicy | None = None
) -> Eligibility:
    """Judge whether a friend may do a service from an instant on, whoever asks and wherever.

    It is `check` without region, customer, partner and offer: what is judged are suspensions, verifications,
    certifications, and that a service that needs a firm is done by one.

    Args:
        friend: the friend as known now.
        service: the service.
        at: when a visit would begin; it lasts as long as the service usually takes.
        policy: the rules of the network; the default ones if not given.

    Returns:
        Yes, or every reason why not and the date from which it would be yes, if there is one.

    Examples:
        >>> from mila_core import samples
        >>> pilot = samples.zurich_2013()
        >>> elena, console = pilot.market.friend("elena"), pilot.market.catalogue.service("game-console")
        >>> found = check_service(elena, console, at=pilot.opened_at)
        >>> found.reasons[0].code, found.eligible_from.isoformat()
        ('certification_suspended', '2013-12-14T23:00:00+00:00')
    """
    start = instant_of(at)
    visit = Visit(
        request_id=NOBODY,
        customer_id=NOBODY,
        service=service,
        place=friend.home,
        slot=Period(start, start + timedelta(minutes=service.minutes)),
        openings=[Opening(region_id=NOBODY, during=Validity(start))],
        policy=policy or NetworkPolicy(),
    )
    return check(friend, visit)
