"""Small networks of ratings, as strategies and by hand."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from mila_core.ratings import Direction, Rating
from mila_core.reputation.integrity import Edge

PEOPLE = tuple("abcdefg")
START = datetime(2014, 1, 1, tzinfo=UTC)
DAY = 86_400.0


def edge(rater_id: str, subject_id: str, score: float = 1.0, *, day: float = 0.0) -> Edge:
    """Return an edge some days after the start."""
    return Edge(rater_id, subject_id, score, START.timestamp() + day * DAY)


def on(day: float) -> datetime:
    """Return an instant some days after the start."""
    return START + timedelta(days=day)


def edges(*, least: int = 0, most: int = 14, people: Iterable[str] = PEOPLE) -> st.SearchStrategy[list[Edge]]:
    """Return networks of a few people who rate each other, some pairs more than once."""
    chosen = st.sampled_from(tuple(people))
    score = st.sampled_from([-1.0, -0.5, 0.0, 0.5, 1.0]) | st.floats(-1, 1)
    one = st.builds(
        lambda pair, score, day: edge(pair[0], pair[1], score, day=day),
        st.tuples(chosen, chosen).filter(lambda pair: pair[0] != pair[1]),
        score,
        st.floats(0, 700),
    )
    return st.lists(one, min_size=least, max_size=most)


def rating(number: int, author_id: str, subject_id: str, *, stars: int, day: float) -> Rating:
    """Return a rating of a friend, revealed when it is given."""
    return Rating(
        booking_id=f"b{number}",
        direction=Direction.OF_FRIEND,
        author_id=author_id,
        subject_id=subject_id,
        stars=stars,
        at=on(day),
        closes_at=on(day + 14),
        revealed_at=on(day),
    )
