"""Verifications: what was checked of a friend's person or firm, when, and how long the check counts.

A verification is no certification: it says who somebody is, not what they may do. It holds the fact that a
check took place, and where the proof lies; never the document, the number or the address that was checked.
"""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache

import attrs

from mila_core.periods import (
    SWISS_ZONE,
    Period,
    Validity,
    add_months,
    midnight,
    valid_on,
    wall_time,
)
from mila_core.reasons import Reason, reason
from mila_core.validation import identifier, instance_of, optional
from mila_core.verdicts import Verdict

__all__ = ["Verification", "VerificationKind", "check_verifications", "verified"]


class VerificationKind(StrEnum):
    """What is checked."""

    IDENTITY = "identity"
    """Who the person is, by an official document."""
    ADDRESS = "address"
    """Where the person lives."""
    CRIMINAL_RECORD = "criminal_record"
    """An extract of the criminal record without an entry that speaks against it."""
    IBAN = "iban"
    """That the account for payouts belongs to the person."""
    AHV = "ahv"
    """That social insurance (AHV) is settled, by a proof of the compensation office."""


@attrs.frozen(kw_only=True)
class Verification:
    """That something was checked, by whom, and for how long it counts.

    Attributes:
        verification_kind: what was checked.
        valid: from when to when it counts; without an end, for good.
        by: the id of whoever checked it.
        evidence: where the proof lies; a reference, not the proof.

    Examples:
        >>> from datetime import date
        >>> Verification(
        ...     verification_kind=VerificationKind.IDENTITY, valid=valid_on(date(2013, 9, 1)), by="swisscom"
        ... ).verification_kind.value
        'identity'
    """

    verification_kind: VerificationKind = attrs.field(validator=instance_of(VerificationKind))
    valid: Validity = attrs.field(validator=instance_of(Validity))
    by: str = attrs.field(validator=identifier)
    evidence: str | None = attrs.field(default=None, validator=optional(identifier))


def verified(
    verification_kind: VerificationKind,
    *,
    on: date,
    by: str,
    months: int | None = None,
    evidence: str | None = None,
    zone: str = SWISS_ZONE,
) -> Verification:
    """Return the verification of a check that was made on a day.

    Args:
        verification_kind: what was checked.
        on: the day of the check; it counts from its beginning.
        by: the id of whoever checked it.
        months: for how many months it counts; None for good. However long that is, an extract of the criminal
            record counts no longer than `EligibilityPolicy.criminal_record_months`.
        evidence: where the proof lies.
        zone: the IANA name of the zone whose days are meant.

    Returns:
        The verification; it ends with the beginning of the same day of the month, so many months later.

    Raises:
        InvalidInputError: a datetime for a day, or a number of months that leaves the calendar.

    Examples:
        >>> from datetime import date
        >>> record = verified(
        ...     VerificationKind.CRIMINAL_RECORD, on=date(2013, 1, 31), by="swisscom", months=13
        ... )
        >>> record.valid.end.isoformat()
        '2014-02-27T23:00:00+00:00'
    """
    valid = valid_on(on, zone=zone)
    if months is not None:
        valid = Validity(valid.start, valid_on(add_months(on, months), zone=zone).start)
    return Verification(verification_kind=verification_kind, valid=valid, by=by, evidence=evidence)


def _check_kind(kind: VerificationKind, held: Iterable[Verification], during: Period) -> Verdict:
    found = [each.valid for each in held if each.verification_kind is kind]
    if any(valid.covers(during) for valid in found):
        return Verdict()
    starts = [valid.start for valid in found if valid.start > during.start]
    lasting = [
        valid.start
        for valid in found
        if valid.start > during.start
        and (valid.end is None or valid.end - valid.start >= during.end - during.start)
    ]
    ends = [valid.end for valid in found if valid.end is not None and valid.start <= during.start]
    why: Reason
    if ends:
        why = reason("verification_expired", verification=kind.value, ended_at=max(ends))
    elif starts:
        why = reason("verification_not_yet_valid", verification=kind.value, valid_from=min(starts))
    else:
        why = reason("verification_missing", verification=kind.value)
    return Verdict((why,), min(lasting, default=None))


@lru_cache(4096)
def _months_later(at: datetime, months: int) -> datetime:
    """Return the beginning of the day so many months later, on the Swiss calendar."""
    return midnight(add_months(wall_time(at).date(), months))


def _capped(verification: Verification, months: int) -> Verification:
    valid = verification.valid
    last = _months_later(valid.start, months)
    if valid.end is not None and valid.end <= last:
        return verification
    return attrs.evolve(verification, valid=Validity(valid.start, last))


def check_verifications(
    verifications: Iterable[Verification],
    required: Iterable[VerificationKind],
    *,
    during: Period,
    criminal_record_months: int | None = None,
) -> Verdict:
    """Say whether everything that is required has been verified, through a whole period.

    Args:
        verifications: all that was checked of a friend.
        required: what has to be verified.
        during: the period of the visit.
        criminal_record_months: for how many months an extract of the criminal record counts at the most.

    Returns:
        Yes, or one reason for each kind that is not verified through the period.

    Examples:
        >>> from datetime import UTC, datetime
        >>> visit = Period(datetime(2013, 11, 28, 13, tzinfo=UTC), datetime(2013, 11, 28, 14, tzinfo=UTC))
        >>> [why.code for why in check_verifications([], [VerificationKind.IBAN], during=visit).reasons]
        ['verification_missing']
    """
    held, kinds = tuple(verifications), sorted(set(required))
    if criminal_record_months is not None and VerificationKind.CRIMINAL_RECORD in kinds:
        held = tuple(
            _capped(each, criminal_record_months)
            if each.verification_kind is VerificationKind.CRIMINAL_RECORD
            else each
            for each in held
        )
    return Verdict.all_of([_check_kind(kind, held, during) for kind in kinds])
