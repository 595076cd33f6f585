"""Backtests of models of reputation, and ordinal links."""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mila_core.reputation import Backtest, ModelResult, OrdinalLink
from mila_core.testing._values import ids, kept


@kept
def ordinal_links() -> SearchStrategy[OrdinalLink]:
    """Return links of some features, with thresholds near each other and far apart."""
    threshold = st.floats(-10, 10) | st.floats(-1e6, 1e6)
    return st.builds(
        OrdinalLink,
        thresholds=st.lists(threshold, min_size=4, max_size=4, unique=True).map(sorted),
        slopes=st.lists(st.floats(-1e6, 1e6), max_size=4),
    )


@kept
def model_results() -> SearchStrategy[ModelResult]:
    """Return results of models, good ones and hopeless ones."""
    share = st.floats(0, 1)
    return st.builds(
        ModelResult,
        name=ids(),
        log_loss=st.floats(0, 10) | st.floats(0, 1e9),
        rps=share,
        brier=share,
        rmse=st.floats(0, 4),
        rho=st.none() | st.floats(-1, 1),
        ece=share,
        cold_log_loss=st.none() | st.floats(0, 10),
        difference=st.floats(-10, 10),
        error=st.floats(0, 10),
        default=st.booleans(),
    )


@kept
def backtests() -> SearchStrategy[Backtest]:
    """Return backtests of some models; the differences need not be theirs."""
    count = st.integers(0, 2**53)
    return st.builds(
        lambda counts, models, left_out: Backtest(
            rows=max(counts), evaluated=min(counts), models=models, left_out=left_out
        ),
        st.tuples(count, count),
        st.lists(model_results(), max_size=4, unique_by=lambda model: model.name),
        count,
    )
