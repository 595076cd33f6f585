"""Who may be invited, in which wave, and until when they may answer."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from mila_core.dispatch._effects import swept
from mila_core.dispatch.table import InvitationState
from mila_core.dispatch.values import Candidate, Dispatch, Invitation
from mila_core.lifecycle import Role
from mila_core.periods import instant_of
from mila_core.reasons import Reason, reason

_METRES_PER_KM = 1000
_NOT_AGAIN = frozenset({InvitationState.ACCEPTED, InvitationState.DECLINED, InvitationState.REVOKED})


def respond_by(dispatch: Dispatch, candidate: Candidate, *, at: datetime) -> datetime:
    """Return from when on an invitation could no longer be accepted: min(sent + TTL, start - notice).

    Args:
        dispatch: the request.
        candidate: who would be invited.
        at: when it would be sent.

    Returns:
        The instant; where it is not after `at`, it is too late to invite anybody to that slot.
    """
    policy, start = dispatch.policy, candidate.quote.visit.slot.start
    return min(
        instant_of(at) + timedelta(minutes=policy.answer_minutes),
        start - timedelta(minutes=policy.accept_notice_minutes),
        dispatch.expires_at,
    )


def waves_left(dispatch: Dispatch) -> range:
    """Return the numbers of the waves that the policy still allows."""
    return range(dispatch.last_wave + 1, dispatch.policy.most_waves + 1)


def radius_km(dispatch: Dispatch, *, wave: int) -> int:
    """Return how far away the friends of a wave may live; the last radius serves for all further waves.

    Args:
        dispatch: the request.
        wave: the wave's number, from 1.
    """
    radii = dispatch.policy.radius_km
    return radii[min(wave, len(radii)) - 1]


def is_within(dispatch: Dispatch, candidate: Candidate, *, wave: int) -> bool:
    """Say whether somebody lives within the circle of a wave; help from afar knows no distance.

    Args:
        dispatch: the request.
        candidate: the friend.
        wave: the wave's number, from 1.
    """
    far = candidate.distance_m
    if candidate.is_remote or far is None:
        return True
    return far <= radius_km(dispatch, wave=wave) * _METRES_PER_KM


def wave_of(dispatch: Dispatch, candidates: Iterable[Candidate]) -> int:
    """Return the number of the wave in which some friends are invited.

    Args:
        dispatch: the request.
        candidates: the friends.

    Returns:
        The first one left whose circle holds them all; where there is none, the next one.
    """
    chosen = tuple(candidates)
    for wave in waves_left(dispatch):
        if all(is_within(dispatch, each, wave=wave) for each in chosen):
            return wave
    return dispatch.last_wave + 1


def refused(dispatch: Dispatch, candidate: Candidate, *, role: Role, at: datetime) -> list[Reason]:
    """Say why somebody is not to be invited, wherever they live; nothing if they may be.

    Args:
        dispatch: the request.
        candidate: the friend.
        role: who would invite: an operator may ask again whoever is not being asked just now.
        at: when.
    """
    quote = candidate.quote
    found = []
    if (quote.visit.request_id, quote.visit.customer_id) != (dispatch.id, dispatch.customer_id):
        found.append(reason("another_visit", id=quote.id))
    if candidate.friend_id == dispatch.customer_id:
        found.append(reason("own_request"))
    if _was_asked(dispatch, candidate.friend_id, role=role, at=at):
        found.append(reason("invited_already", id=candidate.friend_id))
    if at >= quote.expires_at:
        found.append(reason("quote_expired", expired_at=quote.expires_at))
    if (last := respond_by(dispatch, candidate, at=at)) <= at:
        found.append(reason("too_late_to_invite", latest_at=last))
    return found


def _was_asked(dispatch: Dispatch, friend_id: str, *, role: Role, at: datetime) -> bool:
    asked = [each for each in swept(dispatch.invitations, at) if each.friend_id == friend_id]
    if role is Role.OPERATOR:
        return any(each.is_open for each in asked)
    return any(each.attempt == dispatch.attempt or each.state in _NOT_AGAIN for each in asked)


def invitations(
    dispatch: Dispatch, candidates: Iterable[Candidate], *, at: datetime
) -> tuple[Invitation, ...]:
    """Return the invitations of a wave.

    Args:
        dispatch: the request.
        candidates: who is invited.
        at: when.
    """
    chosen = tuple(candidates)
    wave = wave_of(dispatch, chosen)
    return tuple(
        Invitation(
            quote=each.quote,
            attempt=dispatch.attempt,
            wave=wave,
            sent_at=at,
            respond_by=respond_by(dispatch, each, at=at),
            distance_m=each.distance_m,
        )
        for each in chosen
    )
