"""Stable pairs, exposure and its parameters."""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mila_core.matching import (
    ExposureAccount,
    ExposureLedger,
    ExposureMarket,
    ExposureReport,
    FairExposureParams,
    StableMatching,
)
from mila_core.testing._values import fixed_or, ids, kept

_MUCH = 10**9


@kept
def stable_matchings() -> SearchStrategy[StableMatching]:
    """Return matchings: each proposer has a reviewer or nobody; reviewers may have several."""
    return st.builds(
        lambda pairs, proposals: StableMatching(
            proposer_ids=sorted(pairs),
            reviewer_ids=[pairs[each] for each in sorted(pairs)],
            proposals=proposals,
        ),
        st.dictionaries(ids(), st.none() | ids(), max_size=5),
        st.integers(0, 10_000),
    )


@kept
def exposure_accounts(*, friend_id: str | None = None) -> SearchStrategy[ExposureAccount]:
    """Return accounts of friends who were given more or less than they merited."""
    return st.builds(
        ExposureAccount,
        friend_id=fixed_or(friend_id, ids()),
        merited=st.integers(0, _MUCH),
        given=st.integers(0, _MUCH),
        requests=st.integers(0, 10_000),
    )


@kept
@st.composite
def exposure_ledgers(draw: st.DrawFn) -> ExposureLedger:
    """Return ledgers; the accounts need not add up."""
    friend_ids = draw(st.lists(ids(), max_size=4, unique=True))
    utility = draw(st.tuples(st.integers(0, 2**50), st.integers(0, 2**50)))
    return ExposureLedger(
        accounts=[draw(exposure_accounts(friend_id=each)) for each in sorted(friend_ids)],
        requests=draw(st.integers(0, 10_000)),
        best_utility=max(utility),
        kept_utility=min(utility),
    )


@kept
def exposure_reports() -> SearchStrategy[ExposureReport]:
    """Return reports, from all alike to all starved."""
    counts = st.integers(0, 50_000)
    return st.builds(
        lambda counts, percent, gini, kept: ExposureReport(
            friends=max(counts),
            starved=min(counts),
            starved_percent=percent,
            gini_ppm=gini,
            utility_kept_ppm=kept,
        ),
        st.tuples(counts, counts),
        st.integers(1, 100),
        st.integers(0, 1_000_000),
        st.integers(0, 1_000_000),
    )


@kept
def exposure_markets() -> SearchStrategy[ExposureMarket]:
    """Return small markets to be simulated."""
    return st.integers(1, 30).flatmap(
        lambda friends: st.builds(
            ExposureMarket,
            friends=st.just(friends),
            requests=st.integers(0, 30),
            candidates=st.integers(1, friends),
        )
    )


@kept
def fair_exposure_params() -> SearchStrategy[FairExposureParams]:
    """Return parameters: some leave the order alone, others nearly forget the scores."""
    return st.builds(
        FairExposureParams,
        strength=st.just(0) | st.integers(0, 50_000),
        share_percent=st.integers(0, 100),
        most_owed=st.integers(1, 20),
        most_loss_permille=st.integers(0, 1_000),
        newcomer_points=st.just(0) | st.integers(0, 1_000_000),
        newcomer_exposure=st.integers(0, 10_000_000),
        newcomer_requests=st.integers(0, 100),
        positions=st.lists(st.integers(0, 1_000_000), max_size=5).map(
            lambda rest: [1_000_000, *sorted(rest, reverse=True)]
        ),
    )
