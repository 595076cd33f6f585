"""Friends, with all that is known of them; customers and partners."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mila_core.availability import Availability, FreeTime, WeeklyHours
from mila_core.catalogue import (
    HIGHEST_LEVEL,
)
from mila_core.certifications import Certification, Revocation, Suspension
from mila_core.friends import Address, Block, Customer, Friend, FriendKind, Partner
from mila_core.periods import Period, Validity
from mila_core.places import Place
from mila_core.testing._policies import availability_policies
from mila_core.testing._values import (
    ZONES,
    fixed_or,
    ids,
    instants,
    kept,
    languages,
    periods,
    places,
    texts,
    this_or,
    validities,
)
from mila_core.verifications import Verification, VerificationKind

# Certifications ----------------------------------------------------------------------------------------


@kept
def suspensions(*, during: SearchStrategy[Validity] | None = None) -> SearchStrategy[Suspension]:
    """Return suspensions, of which some have no end.

    Args:
        during: when they hold.
    """
    return st.builds(
        Suspension,
        during=this_or(during, validities()),
        by=ids(),
        note=texts(500, may_be_empty=True),
        lifted_by=st.none() | ids(),
        lifted_note=texts(500, may_be_empty=True),
    )


@kept
def revocations(*, at: SearchStrategy[datetime] | None = None) -> SearchStrategy[Revocation]:
    """Return revocations.

    Args:
        at: from when.
    """
    return st.builds(Revocation, at=this_or(at, instants()), by=ids(), note=texts(500, may_be_empty=True))


@kept
def certifications(
    *,
    id: str | None = None,  # noqa: A002  # the field's name
    issuer_id: str | None = None,
    fields: Sequence[str] | None = None,
    valid: SearchStrategy[Validity] | None = None,
) -> SearchStrategy[Certification]:
    """Return certifications: in force, suspended, revoked.

    Args:
        id: the id.
        issuer_id: the id of the partner.
        fields: the codes that the scope can have; if not given, any.
        valid: when they are valid.
    """
    codes = ids() if fields is None else st.sampled_from(fields)
    return st.builds(
        Certification,
        id=fixed_or(id, ids()),
        issuer_id=fixed_or(issuer_id, ids()),
        scope=st.frozensets(codes, min_size=1, max_size=3),
        level=st.integers(1, HIGHEST_LEVEL),
        valid=this_or(valid, validities()),
        suspensions=st.lists(suspensions(), max_size=2),
        revoked=st.none() | revocations(),
        evidence=st.none() | ids(),
    )


@kept
def verifications(
    *, kind: VerificationKind | None = None, valid: SearchStrategy[Validity] | None = None
) -> SearchStrategy[Verification]:
    """Return verifications.

    Args:
        kind: what was checked.
        valid: when they count.
    """
    return st.builds(
        Verification,
        verification_kind=fixed_or(kind, st.sampled_from(VerificationKind)),
        valid=this_or(valid, validities()),
        by=ids(),
        evidence=st.none() | ids(),
    )


# Availability ------------------------------------------------------------------------------------------


def _quarter(number: int) -> time:
    return time(number // 4 % 24, number % 4 * 15)


@kept
@st.composite
def weekly_hours(draw: st.DrawFn, *, weekday: int | None = None) -> WeeklyHours:
    """Return hours of a weekday, up to midnight at the latest."""
    start = draw(st.integers(0, 95))
    end = draw(st.integers(start + 1, 96))
    return WeeklyHours(
        weekday=draw(fixed_or(weekday, st.integers(1, 7))), start=_quarter(start), end=_quarter(end)
    )


@kept
def availabilities(
    *, zone: str | None = None, exceptions: SearchStrategy[Period] | None = None
) -> SearchStrategy[Availability]:
    """Return plans of hours that may overlap, with extra periods and absences.

    Args:
        zone: the name of the zone.
        exceptions: what the extra periods and the absences are drawn from.
    """
    return st.builds(
        Availability,
        weekly=st.lists(weekly_hours(), max_size=6),
        extra=st.lists(this_or(exceptions, periods()), max_size=2),
        absent=st.lists(this_or(exceptions, periods()), max_size=2),
        zone=fixed_or(zone, st.sampled_from(ZONES)),
    )


_GIVEN_POLICIES = st.none() | availability_policies()
_UP_TO_TWO_DAYS = periods(lengths=st.integers(1, 2 * 96).map(lambda number: number * timedelta(minutes=15)))
_BUSY = st.lists(_UP_TO_TWO_DAYS, max_size=2)


@kept
@st.composite
def free_times(draw: st.DrawFn) -> FreeTime:
    """Return compiled plans for up to two days, with and without a policy."""
    policy = draw(_GIVEN_POLICIES)
    return FreeTime(
        availability=draw(availabilities()),
        within=draw(_UP_TO_TWO_DAYS),
        busy=tuple(draw(_BUSY)),
        policy=policy,
        at=None if policy is None else draw(instants()),
    )


# People and firms --------------------------------------------------------------------------------------


@kept
def partners(*, id: str | None = None) -> SearchStrategy[Partner]:  # noqa: A002  # the field's name
    """Return partners, with catalogues of their own or without."""
    return st.builds(
        Partner,
        id=fixed_or(id, ids()),
        name=texts(120),
        service_codes=st.frozensets(ids(), max_size=3),
        region_ids=st.frozensets(ids(), max_size=3),
        own_certifications_only=st.booleans(),
    )


@kept
def addresses(*, place: Place | None = None) -> SearchStrategy[Address]:
    """Return addresses."""
    return st.builds(Address, street=texts(120), place=fixed_or(place, places()))


@kept
def blocks(*, customer_id: str | None = None) -> SearchStrategy[Block]:
    """Return blocks of a customer."""
    return st.builds(
        Block,
        customer_id=fixed_or(customer_id, ids()),
        since=instants(),
        by=ids(),
        note=texts(500, may_be_empty=True),
    )


@kept
def customers(*, id: str | None = None) -> SearchStrategy[Customer]:  # noqa: A002  # the field's name
    """Return customers."""
    return st.builds(
        Customer,
        id=fixed_or(id, ids()),
        name=texts(120),
        languages=st.lists(languages(), max_size=3),
        address=st.none() | addresses(),
    )


_FRIEND_KINDS = st.sampled_from(list(FriendKind))
_SPOKEN = st.lists(languages(), min_size=1, max_size=3)
_CERTIFIED = st.lists(certifications(), max_size=2)
_SUSPENDED = st.lists(suspensions(), max_size=2)
_VERIFIED = st.lists(verifications(), max_size=2)
_BLOCKED = st.lists(blocks(), max_size=1)


@kept
@st.composite
def friends(
    draw: st.DrawFn,
    *,
    id: str | None = None,  # noqa: A002  # the field's name
    home: Place | None = None,
    certified: SearchStrategy[list[Certification]] | None = None,
    availability: Availability | None = None,
) -> Friend:
    """Return friends.

    Args:
        draw: given by Hypothesis.
        id: the id.
        home: where the friend lives.
        certified: the certifications; if not given, up to two of any kind.
        availability: the plan.
    """
    lives = draw(fixed_or(home, places()))
    return Friend(
        id=draw(fixed_or(id, ids())),
        name=draw(texts(120)),
        friend_kind=draw(_FRIEND_KINDS),
        home=lives,
        languages=draw(_SPOKEN),
        certifications=draw(this_or(certified, _CERTIFIED)),
        availability=draw(fixed_or(availability, availabilities())),
        suspensions=draw(_SUSPENDED),
        verifications=draw(_VERIFIED),
        blocked=draw(_BLOCKED),
        address=draw(st.none() | addresses(place=lives)),
    )
