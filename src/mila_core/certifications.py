"""Certifications: permission that an issuer grants for a field of work, at a level, for a time.

A certification counts only if it holds through the whole visit: valid, not suspended and not revoked from the
visit's start to its end.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

import attrs

from mila_core.catalogue import HIGHEST_LEVEL, Service
from mila_core.errors import InvalidValueError
from mila_core.periods import Period, Validity, at_wall_time, instant_of, wall_time
from mila_core.reasons import reason
from mila_core.validation import (
    FrozensetOf,
    TupleOf,
    as_instant,
    as_nfc,
    frozenset_of,
    identifier,
    instance_of,
    instant,
    integer,
    optional,
    sorted_repr,
    text,
    tuple_of,
)
from mila_core.verdicts import Verdict

__all__ = [
    "Certification",
    "Revocation",
    "Suspension",
    "check_certifications",
    "check_suspensions",
    "lift",
    "reinstate",
    "revoke",
    "suspend",
]

_LONGEST_NOTE = 500


@attrs.frozen(kw_only=True)
class Suspension:
    """A time in which something is not in force, with who decided it and why.

    Attributes:
        during: from when to when; without an end, until it is lifted.
        by: the id of whoever decided it.
        note: why; for the people concerned, so never shown in logs.
        lifted_by: the id of whoever lifted it before its time; None where nobody did.
        lifted_note: why it was lifted.
    """

    during: Validity = attrs.field(validator=instance_of(Validity))
    by: str = attrs.field(validator=identifier)
    note: str = attrs.field(
        default="", converter=as_nfc, validator=text(_LONGEST_NOTE, may_be_empty=True), repr=False
    )
    lifted_by: str | None = attrs.field(default=None, validator=optional(identifier))
    lifted_note: str = attrs.field(
        default="", converter=as_nfc, validator=text(_LONGEST_NOTE, may_be_empty=True), repr=False
    )


@attrs.frozen(kw_only=True)
class Revocation:
    """The end of a certification before its time, for good.

    Attributes:
        at: from when it no longer counts.
        by: the id of whoever decided it.
        note: why; for the people concerned, so never shown in logs.
    """

    at: datetime = attrs.field(converter=as_instant, validator=instant)
    by: str = attrs.field(validator=identifier)
    note: str = attrs.field(
        default="", converter=as_nfc, validator=text(_LONGEST_NOTE, may_be_empty=True), repr=False
    )


@attrs.frozen(kw_only=True)
class Certification:
    """Status that an issuer has granted to a friend.

    Attributes:
        id: its id.
        issuer_id: the id of the partner that granted it.
        scope: what it is for: codes of categories (for all that requires them) and of single services.
        level: 1 basic, 2 advanced, 3 expert.
        valid: from when to when it was granted.
        suspensions: times in which it does not count.
        revoked: the end before its time, if any.
        evidence: where the proof lies, for the issuer; a reference, not the proof.
    """

    id: str = attrs.field(validator=identifier)
    issuer_id: str = attrs.field(validator=identifier)
    scope: frozenset[str] = attrs.field(
        converter=FrozensetOf[str], validator=frozenset_of(identifier, least=1), repr=sorted_repr
    )
    level: int = attrs.field(default=1, validator=integer(1, HIGHEST_LEVEL))
    valid: Validity = attrs.field(validator=instance_of(Validity))
    suspensions: tuple[Suspension, ...] = attrs.field(
        default=(), converter=TupleOf[Suspension], validator=tuple_of(instance_of(Suspension))
    )
    revoked: Revocation | None = attrs.field(default=None, validator=optional(instance_of(Revocation)))
    evidence: str | None = attrs.field(default=None, validator=optional(identifier))


def check_suspensions(suspensions: Iterable[Suspension], during: Period, *, code: str, of: str) -> Verdict:
    """Say whether something is free of suspensions through a period.

    Args:
        suspensions: the suspensions.
        during: the period.
        code: the code of the reason, such as `friend_suspended`.
        of: the id of what is suspended.

    Returns:
        Yes, or the reason, with `until`; where no end is known its code ends in `_indefinitely`.
    """
    hits = [each.during for each in suspensions if each.during.overlaps(during)]
    if not hits:
        return Verdict()
    ends = [hit.end for hit in hits if hit.end is not None]
    if len(ends) < len(hits):
        return Verdict((reason(f"{code}_indefinitely", id=of),))
    return Verdict((reason(code, id=of, until=max(ends)),), max(ends))


def lift(
    suspensions: Iterable[Suspension],
    *,
    at: datetime,
    by: str,
    note: str = "",
    which: Suspension | None = None,
) -> tuple[Suspension, ...]:
    """Return suspensions with one lifted that is running at an instant; the others stay as they are.

    Args:
        suspensions: the suspensions.
        at: from when on what was suspended counts again.
        by: the id of whoever decided it.
        note: why.
        which: the one to lift; may be left out where only one is running.

    Raises:
        InvalidValueError: the suspension is not there or not running then (one that begins that very instant
            has not run yet), or several are and it is not said which.

    Examples:
        >>> from datetime import UTC, datetime
        >>> running = Suspension(during=Validity(datetime(2013, 11, 20, tzinfo=UTC)), by="swisscom")
        >>> lift([running], at=datetime(2013, 12, 1, tzinfo=UTC), by="swisscom")[0].during.end.isoformat()
        '2013-12-01T00:00:00+00:00'
    """
    now, found = instant_of(at), tuple(suspensions)
    running = [each for each in found if now in each.during and each.during.start < now]
    chosen = [each for each in running if which is None or each == which]
    if not chosen:
        raise InvalidValueError("at", "an instant at which the suspension is running", now.isoformat())
    if len(set(chosen)) > 1:
        raise InvalidValueError("which", "the suspension to lift", f"none, and {len(chosen)} are running")
    return tuple(_lifted(each, now, by, note) if each == chosen[0] else each for each in found)


def _lifted(suspension: Suspension, at: datetime, by: str, note: str) -> Suspension:
    during = Validity(suspension.during.start, at)
    return attrs.evolve(suspension, during=during, lifted_by=by, lifted_note=note)


def suspend(certification: Certification, *, during: Validity, by: str, note: str = "") -> Certification:
    """Return a certification that does not count for a time.

    Args:
        certification: the certification.
        during: from when to when; without an end, until it is lifted.
        by: the id of whoever decided it.
        note: why.
    """
    added = Suspension(during=during, by=by, note=note)
    return attrs.evolve(certification, suspensions=(*certification.suspensions, added))


def reinstate(
    certification: Certification,
    *,
    at: datetime,
    by: str,
    note: str = "",
    which: Suspension | None = None,
) -> Certification:
    """Return a certification that counts again from an instant on.

    Args:
        certification: a certification that is suspended at that instant.
        at: from when on it counts again.
        by: the id of whoever decided it.
        note: why.
        which: the suspension to lift; may be left out where only one is running.

    Raises:
        InvalidValueError: it is not suspended then, or more than once and it is not said which is lifted.
    """
    left = lift(certification.suspensions, at=at, by=by, note=note, which=which)
    return attrs.evolve(certification, suspensions=left)


def revoke(certification: Certification, *, at: datetime, by: str, note: str = "") -> Certification:
    """Return a certification that has ended for good.

    Args:
        certification: a certification that is not revoked yet.
        at: from when on it no longer counts.
        by: the id of whoever decided it.
        note: why.

    Raises:
        InvalidValueError: it is revoked already; a revocation is not changed afterwards.
    """
    if certification.revoked is not None:
        raise InvalidValueError("certification", "one that is not revoked", f"{certification.id}, which is")
    return attrs.evolve(certification, revoked=Revocation(at=at, by=by, note=note))


def _with_grace(end: datetime, days: int) -> datetime:
    """Return the same time on the Swiss wall clock, so many days later."""
    if not days:
        return end
    local = wall_time(end)
    return at_wall_time(local.date() + timedelta(days=days), local.time())


def _check_one(certification: Certification, level: int, during: Period, grace_days: int) -> Verdict:
    own, valid = certification.id, certification.valid
    found: list[Verdict] = []
    if certification.revoked is not None and certification.revoked.at < during.end:
        found.append(Verdict((reason("certification_revoked", id=own, at=certification.revoked.at),)))
    if certification.level < level:
        too_low = reason("certification_level_too_low", id=own, level=certification.level, needed=level)
        found.append(Verdict((too_low,)))
    if during.start < valid.start:
        not_yet = reason("certification_not_yet_valid", id=own, valid_from=valid.start)
        found.append(Verdict((not_yet,), valid.start))
    if valid.end is not None and _with_grace(valid.end, grace_days) < during.end:
        found.append(Verdict((reason("certification_expired", id=own, ended_at=valid.end),)))
    found.append(check_suspensions(certification.suspensions, during, code="certification_suspended", of=own))
    return Verdict.all_of(found)


def check_certifications(
    certifications: Iterable[Certification], service: Service, *, during: Period, grace_days: int = 0
) -> Verdict:
    """Say whether certifications permit a service through a whole period.

    Each field that the service requires must be covered by a certification whose scope names the field or the
    service itself, of the level asked for, in force from the period's start to its end: a single one, as two
    that follow each other may have been granted for different reasons.

    Args:
        certifications: all that a friend holds.
        service: the service.
        during: the period of the visit.
        grace_days: for how many days after its end a certification still counts, so that a course for its
            renewal can be booked without a gap.

    Returns:
        Yes, or why not: for each field without a certification in force every reason of each certification
        that would cover it, or that there is none.
    """
    held = sorted(certifications, key=lambda each: each.id)
    found: list[Verdict] = []
    for field in sorted(service.requires):
        covering = [each for each in held if field in each.scope or service.code in each.scope]
        verdicts = [_check_one(each, service.level, during, grace_days) for each in covering]
        if any(not verdict.reasons for verdict in verdicts):
            continue
        if not verdicts:
            found.append(Verdict((reason("certification_missing", field=field, level=service.level),)))
            continue
        reasons = tuple(why for verdict in verdicts for why in verdict.reasons)
        laters = [verdict.later for verdict in verdicts if verdict.later is not None]
        found.append(Verdict(reasons, min(laters, default=None)))
    every = Verdict.all_of(found)
    return Verdict(tuple(dict.fromkeys(every.reasons)), every.later)  # one may stand for several fields
