"""May this friend do this service here and then: yes, or every reason why not, and from when."""

import pickle
import time as clock_time
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mila_core import testing
from mila_core.catalogue import Selection, Service
from mila_core.certifications import Certification, Revocation, Suspension
from mila_core.eligibility import Eligibility, Visit, check, check_service
from mila_core.errors import InvalidInputError, InvalidValueError
from mila_core.friends import Block, Friend, FriendKind, Partner
from mila_core.money import chf
from mila_core.names import Names
from mila_core.offers import Offer
from mila_core.periods import Period, Validity
from mila_core.places import Place, distance_m
from mila_core.policies import EligibilityPolicy, NetworkPolicy
from mila_core.reasons import reason
from mila_core.regions import Opening
from mila_core.verifications import Verification, VerificationKind
from tests import wrong

START = datetime(2013, 11, 28, 17, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def at(hour: float) -> datetime:
    """Return the instant that many hours after the start of the visit."""
    return START + hour * HOUR


def span(start: float, end: float | None = None) -> Validity:
    """Return the span between two hours, or the open one from an hour on."""
    return Validity(at(start), None if end is None else at(end))


def suspended(*spans: Validity) -> list[Suspension]:
    """Return suspensions."""
    return [Suspension(during=each, by="swisscom") for each in spans]


WORDS = Names(de="a", fr="b", it="c", en="d")
SERVICE = Service(
    code="tv-channels",
    category="television",
    minutes=60,
    requires=frozenset({"television"}),
    level=2,
    price_from=chf(30),
    price_to=chf(100),
    names=WORDS,
    descriptions=WORDS,
)
HELD = Certification(
    id="swisscom-1", issuer_id="swisscom", scope=frozenset({"television"}), level=2, valid=span(-999)
)
SONJA = Friend(id="sonja", name="Sonja", home=Place("8004"), languages=("de", "fr"), certifications=(HELD,))
OFFER = Offer(
    id="sonja-tv",
    friend_id="sonja",
    service_code="tv-channels",
    price=chf(55),
    radius_km=10,
    valid=span(-999),
)
OPEN = Opening(region_id="zurich", during=span(-999))
VISIT = Visit(
    request_id="request-1",
    customer_id="anna",
    service=SERVICE,
    place=Place("8001"),
    slot=Period(START, at(1)),
    openings=(OPEN,),
)


def certified(**changes: Any) -> dict[str, Any]:
    """Return the change of a friend whose one certification is changed."""
    return {"certifications": [attrs.evolve(HELD, **changes)]}


def opened(*spans: Validity) -> dict[str, Any]:
    """Return the change of a visit whose place is served in some spans, through as many regions."""
    return {"openings": [Opening(region_id=f"r{number}", during=each) for number, each in enumerate(spans)]}


def identified(*spans: Validity) -> list[Verification]:
    """Return verifications of who somebody is."""
    return [
        Verification(verification_kind=VerificationKind.IDENTITY, valid=each, by="swisscom") for each in spans
    ]


FAR = Place("3011")
GRACE = NetworkPolicy(eligibility=EligibilityPolicy(grace_days=1))
BRAND = Partner(id="brand", name="Brand")
IDENTIFIED = NetworkPolicy(eligibility=EligibilityPolicy(friend_verifications=[VerificationKind.IDENTITY]))

# what is changed, of the friend, the visit and the offer; the one reason; from when it would be yes
EACH: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any], Any, datetime | None]] = {
    "region_unknown": ({}, opened(), {}, reason("region_unknown", place="8001 Zürich"), None),
    "region_not_open": (
        {},
        opened(span(5)),
        {},
        reason("region_not_open", region="r0", opens_at=at(5)),
        at(5),
    ),
    "region_closed": (
        {},
        opened(span(-9, 0)),
        {},
        reason("region_closed", region="r0", closed_at=at(0)),
        None,
    ),
    "own_request": ({}, {"customer_id": "sonja"}, {}, reason("own_request"), None),
    "no_common_language": (
        {},
        {"languages": ["it", "rm"]},
        {},
        reason("no_common_language", spoken="de fr"),
        None,
    ),
    "friend_suspended": (
        {"suspensions": suspended(span(-1, 3))},
        {},
        {},
        reason("friend_suspended", id="sonja", until=at(3)),
        at(3),
    ),
    "friend_suspended_indefinitely": (
        {"suspensions": suspended(span(-1))},
        {},
        {},
        reason("friend_suspended_indefinitely", id="sonja"),
        None,
    ),
    "certification_missing": (
        {"certifications": []},
        {},
        {},
        reason("certification_missing", field="television", level=2),
        None,
    ),
    "certification_revoked": (
        certified(revoked=Revocation(at=at(0), by="swisscom")),
        {},
        {},
        reason("certification_revoked", id="swisscom-1", at=at(0)),
        None,
    ),
    "certification_level_too_low": (
        certified(level=1),
        {},
        {},
        reason("certification_level_too_low", id="swisscom-1", level=1, needed=2),
        None,
    ),
    "certification_not_yet_valid": (
        certified(valid=span(2)),
        {},
        {},
        reason("certification_not_yet_valid", id="swisscom-1", valid_from=at(2)),
        at(2),
    ),
    "certification_expired": (
        certified(valid=span(-9, 0.5)),
        {},
        {},
        reason("certification_expired", id="swisscom-1", ended_at=at(0.5)),
        None,
    ),
    "certification_suspended": (
        certified(suspensions=suspended(span(0.5, 4))),
        {},
        {},
        reason("certification_suspended", id="swisscom-1", until=at(4)),
        at(4),
    ),
    "certification_suspended_indefinitely": (
        certified(suspensions=suspended(span(0.5))),
        {},
        {},
        reason("certification_suspended_indefinitely", id="swisscom-1"),
        None,
    ),
    "offer_not_yet_valid": (
        {},
        {},
        {"valid": span(7)},
        reason("offer_not_yet_valid", id="sonja-tv", valid_from=at(7)),
        at(7),
    ),
    "offer_ended": (
        {},
        {},
        {"valid": span(-9, 0.5)},
        reason("offer_ended", id="sonja-tv", ended_at=at(0.5)),
        None,
    ),
    "too_far": (
        {},
        {"place": FAR},
        {},
        reason("too_far", distance_m=distance_m(Place("8004"), FAR), radius_km=10),
        None,
    ),
    "pair_blocked": (
        {"blocked": [Block(customer_id="anna", since=at(0.5), by="anna")]},
        {},
        {},
        reason("pair_blocked"),
        None,
    ),
    "needs_professional": (
        {},
        {"service": attrs.evolve(SERVICE, needs_pro=True)},
        {},
        reason("needs_professional", service="tv-channels"),
        None,
    ),
    "verification_missing": (
        {},
        {"policy": IDENTIFIED},
        {},
        reason("verification_missing", verification="identity"),
        None,
    ),
    "verification_not_yet_valid": (
        {"verifications": identified(span(3))},
        {"policy": IDENTIFIED},
        {},
        reason("verification_not_yet_valid", verification="identity", valid_from=at(3)),
        at(3),
    ),
    "verification_expired": (
        {"verifications": identified(span(-9, 0.5))},
        {"policy": IDENTIFIED},
        {},
        reason("verification_expired", verification="identity", ended_at=at(0.5)),
        None,
    ),
    "not_in_partner_catalogue": (
        {},
        {"partner": attrs.evolve(BRAND, service_codes=["mobile-phone"])},
        {},
        reason("not_in_partner_catalogue", partner="brand", service="tv-channels"),
        None,
    ),
    "not_in_partner_region": (
        {},
        {"partner": attrs.evolve(BRAND, region_ids=["bern"])},
        {},
        reason("not_in_partner_region", partner="brand", place="8001 Zürich"),
        None,
    ),
    "unit_not_offered": (
        {},
        {"selection": Selection(extra_blocks=1)},
        {},
        reason("unit_not_offered", service="tv-channels", unit="extra_blocks"),
        None,
    ),
}


@pytest.mark.parametrize(
    ("friend", "visit", "offer"),
    [
        # blocked with somebody else, or from the end of the visit on
        ({"blocked": [Block(customer_id="bruno", since=at(-9), by="sonja")]}, {}, {}),
        ({"blocked": [Block(customer_id="anna", since=at(1), by="sonja")]}, {}, {}),
        # a firm, where one is needed
        ({"friend_kind": FriendKind.PRO}, {"service": attrs.evolve(SERVICE, needs_pro=True)}, {}),
        # verified through the visit; and a firm, of which nothing is asked
        ({"verifications": identified(span(0, 1))}, {"policy": IDENTIFIED}, {}),
        ({"friend_kind": FriendKind.PRO}, {"policy": IDENTIFIED}, {}),
        # a partner that offers the service, in the region, and certified this very friend
        ({}, {"partner": attrs.evolve(BRAND, service_codes=["tv-channels"], region_ids=["zurich"])}, {}),
        ({}, {"partner": Partner(id="swisscom", name="S", own_certifications_only=True)}, {}),
        # ended, with a day of grace
        (certified(valid=span(-9, 0.5)), {"policy": GRACE}, {}),
        (certified(valid=span(-99, -23)), {"policy": GRACE}, {}),
        # more time, at a price
        ({}, {"selection": Selection(extra_blocks=1)}, {"block_price": chf(20)}),
    ],
)
def test_what_comes_close_to_a_no_is_a_yes(
    friend: dict[str, Any], visit: dict[str, Any], offer: dict[str, Any]
) -> None:
    """The rules say no to what they are about, and to nothing beside it."""
    found = check(
        attrs.evolve(SONJA, **friend), attrs.evolve(VISIT, **visit), offer=attrs.evolve(OFFER, **offer)
    )
    assert found.reasons == ()


def test_a_partner_may_count_its_own_certifications_only() -> None:
    """For its customers the certification of another issuer is none."""
    visit = attrs.evolve(VISIT, partner=attrs.evolve(BRAND, own_certifications_only=True))
    assert check(SONJA, visit).reasons == (reason("certification_missing", field="television", level=2),)


def test_a_service_is_judged_for_nobody_in_particular() -> None:
    """Suspensions, verifications, certifications and firms count; region, customer and offer do not."""
    assert check_service(SONJA, SERVICE, at=START).is_eligible
    strict = check_service(SONJA, attrs.evolve(SERVICE, needs_pro=True), at=START, policy=IDENTIFIED)
    assert [why.code for why in strict.reasons] == ["needs_professional", "verification_missing"]
    late = attrs.evolve(SONJA, **certified(valid=span(2)))
    found = check_service(late, SERVICE, at=START)
    assert [why.code for why in found.reasons] == ["certification_not_yet_valid"]
    assert found.eligible_from == at(2)
    with pytest.raises(InvalidValueError):
        check_service(SONJA, SERVICE, at=wrong.NAIVE)


def test_grace_ends() -> None:
    """A certification that ended more than the days of grace before the visit's end does not count."""
    late = attrs.evolve(SONJA, **certified(valid=span(-99, -23 - 1 / 3600)))
    assert [why.code for why in check(late, attrs.evolve(VISIT, policy=GRACE)).reasons] == [
        "certification_expired"
    ]


def test_whoever_fulfils_every_rule_is_eligible() -> None:
    """With nothing against it the answer is yes: no reason, and no date to wait for."""
    assert check(SONJA, VISIT, offer=OFFER) == Eligibility(friend_id="sonja")
    assert check(SONJA, VISIT).is_eligible


@pytest.mark.parametrize("code", EACH)
def test_each_rule_has_its_reason(code: str) -> None:
    """Each thing that can be wrong, alone, gives its one reason, and the date from which it would be yes."""
    friend, visit, offer, why, later = EACH[code]
    answer = check(
        attrs.evolve(SONJA, **friend), attrs.evolve(VISIT, **visit), offer=attrs.evolve(OFFER, **offer)
    )
    assert why.code == code
    assert answer == Eligibility(friend_id="sonja", reasons=(why,), eligible_from=later)
    assert not answer.is_eligible


def test_all_reasons_are_told_in_the_order_of_the_rules() -> None:
    """Region, person, languages, suspension, certification, offer, distance: nothing hides the next."""
    friend = attrs.evolve(SONJA, **certified(level=1), suspensions=suspended(span(-1, 3)))
    visit = attrs.evolve(VISIT, **opened(span(5)), customer_id="sonja", languages=["it"], place=FAR)
    offer = attrs.evolve(OFFER, valid=span(7))
    assert [why.code for why in check(friend, visit, offer=offer).reasons] == [
        "region_not_open",
        "own_request",
        "no_common_language",
        "friend_suspended",
        "certification_level_too_low",
        "offer_not_yet_valid",
        "too_far",
    ]


@pytest.mark.parametrize("other", [{"friend_id": "nadja"}, {"service_code": "router-setup"}])
def test_an_offer_of_somebody_else_or_for_something_else_is_no_answer(other: dict[str, Any]) -> None:
    """An offer is judged with its own friend and its own service only."""
    with pytest.raises(InvalidValueError) as caught:
        check(SONJA, VISIT, offer=attrs.evolve(OFFER, **other))
    assert caught.value.field == "offer"


def test_the_offer_is_judged_if_it_is_given() -> None:
    """Without an offer neither its validity nor the distance is asked about."""
    visit = attrs.evolve(VISIT, place=FAR)
    assert check(SONJA, visit).is_eligible
    assert not check(SONJA, visit, offer=OFFER).is_eligible


def test_what_is_done_from_afar_is_never_too_far() -> None:
    """For a service that can be done remotely the distance does not matter."""
    visit = attrs.evolve(VISIT, place=FAR, service=attrs.evolve(SERVICE, remote=True))
    assert check(SONJA, visit, offer=OFFER).is_eligible


@given(testing.places(), testing.places(), st.integers(1, 400))
@example(Place("6331"), Place("6340"), 8)  # 8,000 m
@example(Place("6123"), Place("6163"), 8)  # 8,001 m
def test_a_place_is_near_up_to_the_radius(home: Place, place: Place, radius_km: int) -> None:
    """The radius itself is near enough; a metre more is too far."""
    friend, visit = attrs.evolve(SONJA, home=home), attrs.evolve(VISIT, place=place)
    answer = check(friend, visit, offer=attrs.evolve(OFFER, radius_km=radius_km))
    assert answer.is_eligible == (distance_m(home, place) <= radius_km * 1000)


@pytest.mark.parametrize(
    ("spoken", "wanted", "is_eligible"),
    [
        (["de"], [], True),  # none asked for: any will do
        (["de", "fr"], ["fr", "it"], True),
        (["de"], ["fr"], False),
    ],
)
def test_one_common_language_is_enough(*, spoken: list[str], wanted: list[str], is_eligible: bool) -> None:
    """Where languages are asked for, the friend speaks at least one of them."""
    friend, visit = attrs.evolve(SONJA, languages=spoken), attrs.evolve(VISIT, languages=wanted)
    assert check(friend, visit).is_eligible == is_eligible


def test_the_visit_counts_and_not_the_day_of_booking() -> None:
    """A certification that is valid today and ends before the visit does not count."""
    friend = attrs.evolve(SONJA, **certified(valid=span(-999, 1)))
    assert check(friend, VISIT).is_eligible
    later = attrs.evolve(VISIT, slot=Period(START, at(1) + SECOND))
    assert [why.code for why in check(friend, later).reasons] == ["certification_expired"]


@pytest.mark.parametrize(
    ("spans", "is_eligible", "later"),
    [
        ([span(-9, 1)], True, None),  # to the end of the visit
        ([span(-9, 0.5), span(0.5)], False, at(0.5)),  # two regions do not make a whole visit
        ([span(5), span(3)], False, at(3)),  # the first to open
        ([span(-9, 0.5), span(2, 2.5), span(4)], False, at(4)),  # the second is open for too short a time
        ([span(-9, 0.5), span(-9)], True, None),
        ([span(-9, 0), span(-8, 0.5)], False, None),
    ],
)
def test_one_region_is_open_through_the_visit(
    *, spans: list[Validity], is_eligible: bool, later: datetime | None
) -> None:
    """A place is served while one of its regions is, for the whole of the visit."""
    answer = check(SONJA, attrs.evolve(VISIT, **opened(*spans)))
    assert (answer.is_eligible, answer.eligible_from) == (is_eligible, later)


def test_of_closed_regions_the_last_is_named() -> None:
    """Where all regions have closed, the reason names the one that was open longest."""
    visit = attrs.evolve(VISIT, **opened(span(-9, -2), span(-8, -1), span(-7, -3)))
    assert check(SONJA, visit).reasons == (reason("region_closed", region="r1", closed_at=at(-1)),)


@pytest.mark.parametrize("spans", [[span(5), span(5)], [span(-9, -1), span(-8, -1)]])
def test_which_region_is_named_does_not_depend_on_their_order(spans: list[Validity]) -> None:
    """Of regions that open, or have closed, at the same instant one is named by its id."""
    visit = attrs.evolve(VISIT, **opened(*spans))
    backwards = attrs.evolve(visit, openings=visit.openings[::-1])
    assert check(SONJA, visit) == check(SONJA, backwards)


def test_a_date_is_found_past_any_number_of_obstacles() -> None:
    """With gaps too short for the visit between a hundred suspensions, the date lies after the last."""
    gaps = suspended(*(span(number, number + 0.75) for number in range(100)))
    answer = check(attrs.evolve(SONJA, suspensions=gaps), VISIT)
    assert answer.eligible_from == at(99.75)


def test_many_obstacles_take_little_time() -> None:
    """A thousand suspensions, each of which moves the date, are gone through in little time."""
    gaps = suspended(*(span(number, number + 0.75) for number in range(1_000)))
    friend = attrs.evolve(SONJA, suspensions=gaps)
    begun = clock_time.process_time()
    assert check(friend, VISIT).eligible_from == at(999.75)
    assert clock_time.process_time() - begun < 60  # a guard against minutes, not a claim of speed


# --- against a walk through the hours

HOURS = 16


def spans() -> SearchStrategy[Validity]:
    """Return spans on whole hours, close together, some without an end."""
    hours = st.integers(-3, HOURS)
    some = st.tuples(hours, hours).filter(lambda ends: ends[0] != ends[1]).map(sorted)
    return some.map(lambda ends: span(*ends)) | hours.map(span)


def long_spans() -> SearchStrategy[Validity]:
    """Return spans that begin somewhere and mostly go on."""
    return st.one_of(st.integers(-3, HOURS).map(span), st.just(span(-3)), spans())


def friends() -> SearchStrategy[Friend]:
    """Return friends whose certifications and suspensions begin and end on whole hours."""
    one = st.builds(
        Certification,
        id=st.sampled_from(["a", "b", "c"]),
        issuer_id=st.just("swisscom"),
        scope=st.just(HELD.scope),
        level=st.sampled_from([1, 2, 2, 3]),
        valid=long_spans(),
        suspensions=st.lists(testing.suspensions(during=spans()), max_size=2),
        revoked=st.none() | testing.revocations(at=st.integers(0, HOURS).map(at)),
    )
    checked = testing.verifications(kind=VerificationKind.IDENTITY, valid=long_spans())
    apart = st.integers(-3, HOURS).map(lambda hour: Block(customer_id="anna", since=at(hour), by="olga"))
    return st.builds(
        lambda held, stops, checks, blocks: attrs.evolve(
            SONJA, certifications=held, suspensions=stops, verifications=checks, blocked=blocks
        ),
        st.lists(one, min_size=1, max_size=3, unique_by=lambda each: each.id),
        st.lists(testing.suspensions(during=spans()), max_size=2),
        st.lists(checked, max_size=2),
        st.sampled_from([0, 0, 0, 1]).flatmap(lambda count: st.lists(apart, min_size=count, max_size=count)),
    )


def visits() -> SearchStrategy[Visit]:
    """Return visits of one to three hours at a place that opens and closes on whole hours."""
    return st.builds(
        lambda start, hours, spans, policy: attrs.evolve(
            VISIT, slot=Period(at(start), at(start + hours)), policy=policy, **opened(*spans)
        ),
        st.integers(0, 4) | st.floats(0, 4).map(lambda hour: round(hour * 60) / 60),
        st.integers(1, 3),
        st.lists(long_spans(), min_size=1, max_size=2),
        st.sampled_from([NetworkPolicy(), IDENTIFIED]),
    )


def offers() -> SearchStrategy[Offer | None]:
    """Return offers that begin and end on whole hours, or none."""
    return st.none() | long_spans().map(lambda valid: attrs.evolve(OFFER, valid=valid))


def moved(visit: Visit, start: datetime) -> Visit:
    """Return the same visit at another time."""
    length = visit.slot.end - visit.slot.start
    return attrs.evolve(visit, slot=Period(start, start + length))


@given(friends(), visits(), offers())
def test_the_date_is_the_first_on_which_it_is_yes(friend: Friend, visit: Visit, offer: Offer | None) -> None:
    """`eligible_from` is the first of all later starts with a yes; None means that there is none."""
    answer = check(friend, visit, offer=offer)
    if answer.is_eligible:
        assert answer.eligible_from is None
        return
    later = [
        at(hour) for hour in range(HOURS + 5) if at(hour) > visit.slot.start
    ]  # all begins on whole hours
    yes = [start for start in later if check(friend, moved(visit, start), offer=offer).is_eligible]
    assert answer.eligible_from == min(yes, default=None)


def instants_of(value: Any) -> set[datetime]:
    """Return every instant that stands in a value, at any depth."""
    if isinstance(value, datetime):
        return {value}
    if isinstance(value, tuple):
        return {each for part in value for each in instants_of(part)}
    if attrs.has(type(value)):
        return {
            each for field in attrs.fields(type(value)) for each in instants_of(getattr(value, field.name))
        }
    return set()


@given(friends(), visits(), offers(), st.integers(1, 120))
def test_the_answer_stays_while_nothing_begins_or_ends(
    friend: Friend, visit: Visit, offer: Offer | None, minutes: int
) -> None:
    """A visit that is moved past no beginning and no end, at neither of its ends, is answered the same."""
    later = moved(visit, visit.slot.start + timedelta(minutes=minutes))
    slot, then = visit.slot, later.slot
    passed = [Period(slot.start, then.start), Period(slot.end, then.end)]
    events = instants_of((friend, visit.openings, offer))
    if any(each.start <= event <= each.end for each in passed for event in events):
        return
    before, after = (check(friend, each, offer=offer) for each in (visit, later))
    assert after.reasons == before.reasons
    assert after.eligible_from == before.eligible_from


@given(friends(), visits(), offers(), st.floats(0, 1, exclude_max=True))
def test_before_the_date_it_is_no(friend: Friend, visit: Visit, offer: Offer | None, part: float) -> None:
    """Moved to any instant between its start and `eligible_from` the visit is still refused."""
    answer = check(friend, visit, offer=offer)
    if answer.eligible_from is not None:
        start = visit.slot.start + part * (answer.eligible_from - visit.slot.start)
        assert (
            start == answer.eligible_from or not check(friend, moved(visit, start), offer=offer).is_eligible
        )
        assert check(friend, moved(visit, answer.eligible_from), offer=offer).is_eligible


@given(friends(), visits(), offers(), st.randoms(use_true_random=False))
def test_the_order_of_what_is_given_does_not_matter(
    friend: Friend, visit: Visit, offer: Offer | None, random: Any
) -> None:
    """Certifications, suspensions and openings in another order give an equal answer."""

    def shuffled(items: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(random.sample(items, len(items)))

    twin = attrs.evolve(
        friend, certifications=shuffled(friend.certifications), suspensions=shuffled(friend.suspensions)
    )
    other = attrs.evolve(visit, openings=shuffled(visit.openings))
    assert check(twin, other, offer=offer) == check(friend, visit, offer=offer)


@given(friends(), visits(), offers(), testing.suspensions(during=spans()))
def test_one_more_obstacle_never_makes_a_yes(
    friend: Friend, visit: Visit, offer: Offer | None, suspension: Suspension
) -> None:
    """A suspension more never turns a no into a yes, nor brings the date nearer."""
    before = check(friend, visit, offer=offer)
    hindered = attrs.evolve(friend, suspensions=(*friend.suspensions, suspension))
    after = check(hindered, visit, offer=offer)
    assert before.is_eligible or not after.is_eligible
    if not before.is_eligible and after.eligible_from is not None:
        assert before.eligible_from is not None
        assert before.eligible_from <= after.eligible_from


@given(friends(), visits(), offers(), long_spans())
def test_one_more_permission_never_makes_a_no(
    friend: Friend, visit: Visit, offer: Offer | None, valid: Validity
) -> None:
    """A certification or an opening more never turns a yes into a no."""
    if check(friend, visit, offer=offer).is_eligible:
        more = attrs.evolve(friend, certifications=(*friend.certifications, attrs.evolve(HELD, valid=valid)))
        wider = attrs.evolve(visit, openings=(*visit.openings, Opening(region_id="more", during=valid)))
        assert check(more, wider, offer=offer).is_eligible


@given(friends(), visits(), offers())
def test_a_part_of_what_is_permitted_is_permitted(friend: Friend, visit: Visit, offer: Offer | None) -> None:
    """A shorter visit within an eligible one is eligible."""
    if check(friend, visit, offer=offer).is_eligible:
        slot = visit.slot
        shorter = Period(slot.start + timedelta(minutes=10), slot.end - timedelta(minutes=10))
        assert check(friend, attrs.evolve(visit, slot=shorter), offer=offer).is_eligible


# --- bad input

ANSWER = Eligibility(friend_id="sonja", reasons=(reason("own_request"),))


@pytest.mark.parametrize(
    ("field", "value", "error"),
    wrong.fields(
        request_id=wrong.IDS,
        customer_id=wrong.IDS,
        service=wrong.OTHERS,
        place=wrong.OTHERS,
        slot=wrong.OTHERS,
        languages=wrong.CODES,
        openings=wrong.ITEMS,
    ),
)
def test_a_wrong_field_of_a_visit_is_refused(field: str, value: Any, error: type[InvalidInputError]) -> None:
    """Each field is checked on its own, and the error names it."""
    wrong.check_refused(VISIT, field, value, error)


@pytest.mark.parametrize(
    ("field", "value", "error"),
    wrong.fields(friend_id=wrong.IDS, reasons=wrong.ITEMS, eligible_from=wrong.INSTANTS[1:]),
)
def test_a_wrong_field_of_an_answer_is_refused(
    field: str, value: Any, error: type[InvalidInputError]
) -> None:
    """Each field is checked on its own, and the error names it."""
    wrong.check_refused(ANSWER, field, value, error)


def test_an_answer_names_nobody() -> None:
    """Reasons are shown and logged: they carry ids, never names."""
    for friend, visit, offer, _, _ in EACH.values():
        answer = check(
            attrs.evolve(SONJA, name="Zoraya Muster", **friend),
            attrs.evolve(VISIT, **visit),
            offer=attrs.evolve(OFFER, **offer),
        )
        assert "Zoraya" not in repr(answer)


@given(testing.visits() | testing.eligibilities())
def test_a_visit_and_an_answer_survive_a_copy(value: Visit | Eligibility) -> None:
    """A pickled visit or answer is equal and hashes equal."""
    twin = pickle.loads(pickle.dumps(value))  # noqa: S301  # our own bytes
    assert twin == value
    assert hash(twin) == hash(value)
