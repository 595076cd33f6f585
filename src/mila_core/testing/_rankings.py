"""Standings, price books and rankings."""

from datetime import datetime
from functools import cache
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mila_core.eligibility import Eligibility
from mila_core.matching import MOST_SEED, Match, Ranking, RankingParams, StandingBasis, Term, Why
from mila_core.reasons import Reason
from mila_core.reputation import BayesianAverageParams, Contribution, ContributionPart
from mila_core.standings import Standing
from mila_core.testing._requests import eligibilities, offers, service_requests, visits
from mila_core.testing._values import fixed_or, ids, instants, kept, reasons


def _standing(*, least: float | None, stars: float, **fields: Any) -> Standing:
    return Standing(stars=stars, lower_stars=None if least is None else min(least, stars), **fields)


# After the visit ---------------------------------------------------------------------------------------


@cache
def standings(*, friend_id: str | None = None, at: datetime | None = None) -> SearchStrategy[Standing]:
    """Return standings of any model: stars and counts need not agree."""
    return st.builds(
        _standing,
        friend_id=fixed_or(friend_id, ids()),
        stars=st.floats(1, 5) | st.integers(1, 5),
        deviation=st.none() | st.floats(0, 4),
        least=st.none() | st.floats(1, 5),
        counts=st.lists(st.integers(0, 500), min_size=5, max_size=5),
        at=fixed_or(at, instants()),
        model=st.sampled_from(["bayesian_average", "raw_mean"]),
    )


@kept
def bayesian_average_params() -> SearchStrategy[BayesianAverageParams]:
    """Return priors, from next to none to overwhelming ones."""
    return st.builds(
        BayesianAverageParams,
        prior_stars=st.floats(1, 5) | st.integers(1, 5),
        prior_weight=st.floats(0.001, 1_000_000) | st.floats(0.5, 50),
    )


@kept
def contributions() -> SearchStrategy[Contribution]:
    """Return contributions of priors and of ratings."""
    return st.builds(
        Contribution,
        part=st.sampled_from(ContributionPart),
        effect=st.floats(-5, 5),
        stars=st.none() | st.integers(1, 5),
        ratings=st.integers(0, 2**53),
        booking_id=st.none() | ids(),
        age_days=st.none() | st.floats(0, 10_000),
        customer_offset=st.none() | st.floats(-3, 3),
        weight=st.none() | st.floats(0, 1),
    )


# Rankings ----------------------------------------------------------------------------------------------


def _term(why: Reason, one: int, other: int) -> Term:
    return Term(why=why, points=min(one, other), most=max(one, other))


@kept
def terms() -> SearchStrategy[Term]:
    """Return terms of scores."""
    points = st.integers(0, 1_000_000)
    return st.builds(
        lambda why, drawn: Term(why=why, points=min(drawn), most=max(drawn)),
        reasons(),
        st.tuples(points, points),
    )


@kept
def ranking_params() -> SearchStrategy[RankingParams]:
    """Return weights and bounds, of which some are zero but not all."""
    weights = st.just(0) | st.integers(0, 1_000_000)
    usual = st.tuples(
        st.integers(0, 100),
        st.integers(0, 100),
        st.integers(1, 50) | st.integers(1, 10_000),
        st.sampled_from([StandingBasis.MEAN, *StandingBasis]),
        st.integers(0, 4000),
    )
    return st.tuples(st.integers(1, 1_000_000), weights, weights, weights).flatmap(
        lambda drawn: st.builds(
            lambda order, distance_m, wait, newcomer, more, ratings, usual: RankingParams(
                standing_weight=order[0],
                distance_weight=order[1],
                price_weight=order[2],
                earliness_weight=order[3],
                distance_bound_m=distance_m,
                wait_bound_minutes=wait,
                newcomer_milli_stars=newcomer,
                newcomer_weight=more[0],
                newcomer_ratings=ratings,
                repeat_weight=more[1],
                language_weight=more[2],
                reliability_weight=more[3],
                response_weight=more[4],
                usual_done_percent=usual[0],
                usual_answered_percent=usual[1],
                usual_weight=usual[2],
                standing_basis=usual[3],
                newcomer_milli_deviation=usual[4],
            ),
            st.permutations(drawn),
            st.integers(1, 50_000) | st.integers(1, 1_000_000),
            st.integers(1, 10_000) | st.integers(1, 366 * 24 * 60),
            st.integers(1000, 5000),
            st.just((0,) * 5) | st.tuples(*[weights] * 5),
            st.integers(1, 1000),
            usual,
        )
    )


@kept
def matches(*, friend_id: str | None = None) -> SearchStrategy[Match]:
    """Return matches; offer, visit and terms need not fit together."""
    return st.builds(
        Match,
        offer=offers(friend_id=friend_id),
        visit=visits(),
        distance_m=st.integers(0, 400_000),
        terms=st.lists(terms(), max_size=4),
    )


@kept
def whys() -> SearchStrategy[Why]:
    """Return answers to "why", of friends who may come and of friends who may not."""
    yes = ids().flatmap(
        lambda friend_id: st.builds(
            Why,
            friend_id=st.just(friend_id),
            position=st.integers(1, 10**9),
            match=matches(friend_id=friend_id),
            eligibility=st.just(Eligibility(friend_id=friend_id)),
        )
    )
    no = st.builds(
        lambda fit, rank: Why(
            friend_id=fit.friend_id, eligibility=fit, would_rank=None if fit.is_eligible else rank
        ),
        eligibilities(),
        st.none() | st.integers(1, 10**9),
    )
    return yes | no


@kept
@st.composite
def rankings(draw: st.DrawFn) -> Ranking:
    """Return rankings: each friend once, best first; some are complete, with the others and their reasons."""
    friend_ids = draw(st.lists(ids(), max_size=4, unique=True))
    cut, limit = draw(st.integers(0, len(friend_ids))), draw(st.integers(1, 5))
    found = [draw(matches(friend_id=each)) for each in friend_ids[:cut]]
    found.sort(key=lambda match: (-match.score, match.friend_id))
    refused = [draw(eligibilities(friend_id=each)) for each in sorted(friend_ids[cut:])]
    others = [
        Why(
            friend_id=match.friend_id,
            position=position,
            match=match,
            eligibility=Eligibility(friend_id=match.friend_id),
        )
        for position, match in enumerate(found, start=1)
        if position > limit
    ]
    others += [
        Why(friend_id=each.friend_id, eligibility=each, would_rank=draw(st.none() | st.integers(1, 9)))
        for each in refused
        if each.reasons
    ]
    return Ranking(
        request=draw(service_requests()),
        at=draw(instants()),
        params=draw(ranking_params()),
        limit=limit,
        matches=found[:limit],
        others=draw(st.sampled_from([others, others, None])),
        seed=draw(st.none() | st.integers(0, MOST_SEED)),
    )
