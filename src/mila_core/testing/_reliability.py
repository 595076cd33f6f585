"""Reliability and badges."""

from datetime import datetime
from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mila_core.policies import Badge
from mila_core.reputation import BadgeAssessment, BadgeVerdict
from mila_core.standings import Reliability
from mila_core.testing._values import fixed_or, ids, instants, kept, reasons

_COUNT = st.integers(0, 40) | st.integers(0, 2**53)


@cache
def reliabilities(*, friend_id: str | None = None, at: datetime | None = None) -> SearchStrategy[Reliability]:
    """Return counts of any friends: parts are no more than their wholes, all else is free."""
    return _reliabilities(fixed_or(friend_id, ids()), fixed_or(at, instants()))


@st.composite
def _reliabilities(
    draw: st.DrawFn, friend_ids: SearchStrategy[str], ats: SearchStrategy[datetime]
) -> Reliability:
    def part(whole: int) -> int:
        return draw(st.integers(0, whole))

    asked, closed, no_shows, started = (draw(_COUNT) for _ in range(4))
    answered, rated = part(asked), part(closed)
    return Reliability(
        friend_id=draw(friend_ids),
        at=draw(ats),
        window_days=draw(st.just(365) | st.integers(1, 3660)),
        policy=draw(st.just("ch-1") | ids()),
        asked=asked,
        answered=answered,
        answered_soon=part(answered),
        answered_fast=part(answered),
        accepted=part(answered),
        closed=closed,
        cancelled=draw(_COUNT),
        no_shows=no_shows,
        lapsed=draw(_COUNT),
        failed=draw(_COUNT),
        excused=draw(_COUNT),
        started=started,
        punctual=part(started),
        rated=rated,
        positive=part(rated),
        star_counts=draw(st.lists(_COUNT, min_size=5, max_size=5)),
        strikes=part(no_shows),
    )


@kept
def badge_verdicts(*, badge: Badge | None = None) -> SearchStrategy[BadgeVerdict]:
    """Return verdicts on a badge, for any reasons."""
    some = st.lists(reasons(), max_size=2)
    return st.builds(BadgeVerdict, badge=fixed_or(badge, st.sampled_from(Badge)), met=some, missing=some)


@kept
def badge_assessments(*, friend_id: str | None = None) -> SearchStrategy[BadgeAssessment]:
    """Return assessments of any friends, with a verdict on each badge."""
    return st.builds(
        BadgeAssessment,
        friend_id=fixed_or(friend_id, ids()),
        at=instants(),
        policy=st.just("ch-1") | ids(),
        verdicts=st.tuples(*(badge_verdicts(badge=badge) for badge in Badge)),
    )
