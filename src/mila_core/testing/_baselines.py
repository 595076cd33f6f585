"""Models of reputation to compare with."""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mila_core.reputation import (
    BayesianAverage,
    Beta,
    Dirichlet,
    Glicko2,
    OrderedProbitFilter,
    OrdinalLink,
    RawMean,
    WilsonLowerBound,
)
from mila_core.testing._values import kept

_MOST = 1_000_000


def _links() -> SearchStrategy[OrdinalLink]:
    """Return links of one feature in which more is better, as a fit gives them."""
    return st.builds(
        OrdinalLink,
        thresholds=st.lists(st.floats(-50, 50), min_size=4, max_size=4, unique=True).map(sorted),
        slopes=st.tuples(st.floats(0, 20)),
    )


def _weights() -> SearchStrategy[float]:
    return st.floats(0.5, 50) | st.floats(0.001, _MOST)


def _half_lives() -> SearchStrategy[float | None]:
    return st.none() | st.floats(1, 5_000) | st.floats(0.01, _MOST)


@kept
def raw_means() -> SearchStrategy[RawMean]:
    """Return raw means, with links of all kinds."""
    return st.builds(RawMean, link=_links(), prior_stars=st.floats(1, 5))


@kept
def bayesian_averages() -> SearchStrategy[BayesianAverage]:
    """Return Bayesian averages with and without decay."""
    return st.builds(
        BayesianAverage,
        link=_links(),
        prior_weight=_weights(),
        half_life_days=_half_lives(),
        prior_stars=st.floats(1, 5),
    )


@kept
def wilson_lower_bounds() -> SearchStrategy[WilsonLowerBound]:
    """Return lower bounds that are near the share, and far below it."""
    return st.builds(WilsonLowerBound, link=_links(), z=st.floats(0.01, 10))


@kept
def betas() -> SearchStrategy[Beta]:
    """Return beta reputations with and without forgetting."""
    return st.builds(
        Beta,
        link=_links(),
        prior_weight=_weights(),
        prior_share=st.floats(0.001, 0.999),
        half_life_ratings=_half_lives(),
    )


@kept
def dirichlets() -> SearchStrategy[Dirichlet]:
    """Return Dirichlet reputations with and without decay."""
    return st.builds(Dirichlet, prior_weight=_weights(), half_life_days=_half_lives())


@kept
def glicko2s() -> SearchStrategy[Glicko2]:
    """Return Glicko-2 systems, narrow and wide."""
    return st.builds(
        Glicko2,
        link=_links(),
        deviation=st.floats(1, 1_000),
        rater_deviation=st.floats(1, 1_000),
        volatility=st.floats(1e-6, 1),
        tau=st.floats(0.01, 2),
        period_days=st.floats(0.001, _MOST),
    )


@kept
def ordered_probit_filters() -> SearchStrategy[OrderedProbitFilter]:
    """Return filters, narrow and wide, with and without drift."""
    return st.builds(
        OrderedProbitFilter,
        thresholds=st.lists(st.floats(-3, 3) | st.floats(-100, 100), min_size=4, max_size=4, unique=True).map(
            sorted
        ),
        subject_deviation=st.floats(0.001, 10),
        rater_deviation=st.floats(0.001, 10),
        subject_drift=st.floats(1e-6, 100),
        rater_drift=st.floats(1e-6, 100),
    )
