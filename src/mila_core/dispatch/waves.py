"""Waves: whom to invite next, among those who could come."""

from collections.abc import Iterable
from datetime import datetime

from mila_core.dispatch._invitable import is_within, refused, waves_left
from mila_core.dispatch.table import RequestState
from mila_core.dispatch.values import Candidate, Dispatch
from mila_core.lifecycle import Role
from mila_core.periods import instant_of

__all__ = ["plan_wave"]


def plan_wave(dispatch: Dispatch, candidates: Iterable[Candidate], *, at: datetime) -> tuple[Candidate, ...]:
    """Choose whom to invite in the next wave.

    The first of those within the circle of this wave who were not invited in this attempt, and who neither
    declined nor dropped out of an earlier one. A circle in which there is nobody is passed over and counts as
    a wave; where somebody is still to answer or not, and when the wave is due, is not judged here.

    Args:
        dispatch: the request.
        candidates: who could come, best first.
        at: now.

    Returns:
        At most `wave_size` of them, in their order; nobody where there is nobody to invite.

    Examples:
        >>> from mila_core import matching, pricing, samples
        >>> from mila_core.dispatch import open_request
        >>> pilot = samples.zurich_2013()
        >>> now, wanted = pilot.opened_at, pilot.request("game-console")
        >>> dispatch = open_request(wanted, visit=pilot.market.visit(wanted), at=now, key="k1")
        >>> found = matching.FriendIndex(pilot.market).rank(wanted, at=now)
        >>> candidates = [
        ...     Candidate(
        ...         quote=pricing.quote(wanted, match, book=pilot.book, at=now), distance_m=match.distance_m
        ...     )
        ...     for match in found.matches
        ... ]
        >>> [each.friend_id for each in plan_wave(dispatch, candidates, at=now)]
        ['beat', 'andreas', 'chiara']
    """
    now = instant_of(at)
    if dispatch.state is not RequestState.OPEN or now >= dispatch.expires_at:
        return ()
    fitting: list[Candidate] = []
    seen: set[str] = set()
    for each in candidates:
        if each.friend_id not in seen and not refused(dispatch, each, role=Role.SYSTEM, at=now):
            seen.add(each.friend_id)
            fitting.append(each)
    for wave in waves_left(dispatch):
        if near := [each for each in fitting if is_within(dispatch, each, wave=wave)]:
            return tuple(near[: dispatch.policy.wave_size])
    return ()
