"""What concerns documents."""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mila_core.serialization import Limits
from mila_core.testing._values import kept


@kept
def limits() -> SearchStrategy[Limits]:
    """Return limits of any size."""
    return st.builds(
        Limits,
        characters=st.integers(1, 2**53),
        depth=st.integers(1, 500),
        items=st.integers(1, 2**53),
        longest_text=st.integers(1, 2**53),
        digits=st.integers(1, 4_000),
        problems=st.integers(1, 1_000),
    )
