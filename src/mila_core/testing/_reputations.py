"""The default model of reputation: its parameters, and fits of them."""

from typing import Any

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mila_core.reputation import (
    Evidence,
    Fitted,
    FittedParameter,
    Guard,
    LowRatings,
    LowRatingsParams,
    ReputationParams,
    TwoSided,
)
from mila_core.testing._values import ids, instants, kept

_RISING = 1e-3


def _ranges(cls: type) -> dict[str, SearchStrategy[float]]:
    """Return any value of each field that is a number in a range, often one of the usual size."""
    return {
        field.name: st.floats(field.validator.least, field.validator.most)
        | st.floats(max(0.5, field.validator.least), min(20, field.validator.most))
        for field in attrs.fields(cls)
        if hasattr(field.validator, "most")
    }


@kept
def guards() -> SearchStrategy[Guard]:
    """Return guards, from careless ones to such that believe nobody."""

    def made(**values: Any) -> Guard:
        start = min(values["record_start"], values["record_prior"])
        return Guard(**{**values, "record_start": start})

    return st.builds(made, **_ranges(Guard))


def _rising(count: int) -> SearchStrategy[tuple[float, ...]]:
    steps = st.lists(st.floats(_RISING, 3), min_size=count, max_size=count)
    return st.tuples(st.floats(-4, 2), steps).map(
        lambda drawn: tuple(drawn[0] + sum(drawn[1][: place + 1]) for place in range(count))
    )


@kept
def reputation_params() -> SearchStrategy[ReputationParams]:
    """Return parameters of the default model, all over their ranges."""
    return st.builds(
        ReputationParams,
        category_scores=_rising(5),
        thresholds=_rising(4),
        guard=st.none() | guards(),
        **_ranges(ReputationParams),
    )


@kept
def two_sided_models() -> SearchStrategy[TwoSided]:
    """Return the default model with any parameters."""
    return st.builds(TwoSided, params=reputation_params())


@kept
def low_ratings_params() -> SearchStrategy[LowRatingsParams]:
    """Return parameters of the model of low ratings, all over their ranges."""
    return st.builds(LowRatingsParams, **_ranges(LowRatingsParams))


@kept
def low_ratings_models() -> SearchStrategy[LowRatings]:
    """Return models of low ratings with any parameters; their weights need not make sense."""
    size = len(LowRatings.FEATURES)
    return st.builds(
        LowRatings,
        params=low_ratings_params(),
        category_scores=_rising(5),
        weights=st.lists(st.floats(-5, 5) | st.floats(-1e6, 1e6), min_size=size, max_size=size),
    )


@kept
def fitted_parameters() -> SearchStrategy[FittedParameter]:
    """Return single parameters of a fit; the interval need not hold the value."""
    value = st.floats(-10, 10) | st.floats(-1e9, 1e9)
    return st.builds(
        FittedParameter, name=ids(), value=value, low=value, high=value, default=value, known=st.booleans()
    )


@kept
def evidences() -> SearchStrategy[Evidence]:
    """Return evidence on a friend; its numbers need not agree."""
    return st.builds(
        Evidence,
        at=instants(),
        residuals=st.floats(-1000, 1000),
        weight=st.floats(0, 1000),
        squares=st.floats(0, 1000),
        bins=st.lists(st.floats(0, 1000), min_size=5, max_size=5),
        counts=st.lists(st.integers(0, 1000), min_size=5, max_size=5),
        unrated=st.integers(0, 1000),
    )


@kept
def fits() -> SearchStrategy[Fitted]:
    """Return fits; their numbers need not agree."""
    count = st.integers(0, 2**53)
    return st.builds(
        Fitted,
        params=reputation_params(),
        rows=count,
        log_loss=st.floats(0, 10),
        passes=count,
        parameters=st.lists(fitted_parameters(), max_size=4),
    )
