"""Ratings of few friends by few customers, for tests of the book: repeats, bursts, ties and long silences."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from mila_core.ratings import Direction, Rating
from mila_core.reputation import Guard, ReputationParams
from mila_core.standings import Standing

OPENED_AT = datetime(2013, 1, 1, tzinfo=UTC)

CUSTOMERS, FRIENDS = ("c1", "c2", "c3", "c4"), ("andreas", "beat", "chiara")

DAYS = st.sampled_from([0.0, 0.0, 0.1, 1.0, 10.0, 400.0]) | st.floats(0, 800)
"""Days between two reveals."""

PARAMS = (
    ReputationParams(),
    ReputationParams(guard=None),
    ReputationParams(friend_half_life_days=1, customer_half_life_days=1.5),  # landmarks move
    ReputationParams(
        friend_half_life_days=20, customer_half_life_days=3000, friend_prior=0.5, customer_prior=0.5
    ),
    ReputationParams(
        guard=Guard(
            burst_allowance=0.01, burst_usual=0.1, outlier_limit=0.2, outlier_record=0.3, newcomer_margin=1
        )
    ),
    ReputationParams(friend_slope=0.5, curvature=-0.4, guard=Guard(burst_exponent=0, record_start=5)),
)
"""Parameters that make the rules bite."""


def params() -> st.SearchStrategy[ReputationParams]:
    """Return parameters that make the rules bite."""
    return st.sampled_from(PARAMS)


def day(days: float) -> datetime:
    """Return the instant after so many days."""
    return OPENED_AT + timedelta(days=days)


def rating(
    booking: int,
    *,
    stars: int,
    at: float,
    customer: str = "c1",
    friend: str = "beat",
    edited: float | None = None,
    revealed: bool = True,
) -> Rating:
    """Return a rating that is revealed at a day, or 14 days later if it is hidden then.

    Args:
        booking: the number of the booking.
        stars: the stars.
        at: the day of the reveal.
        customer: who rates.
        friend: who is rated.
        edited: when it was edited, in days before the end of its time.
        revealed: whether it was revealed before the end of its time.
    """
    closes_at = day(at + 14)
    return Rating(
        booking_id=f"b{booking}",
        direction=Direction.OF_FRIEND,
        author_id=customer,
        subject_id=friend,
        stars=stars,
        at=day(at - 1),
        closes_at=closes_at,
        edited_at=None if edited is None else closes_at - timedelta(days=edited),
        revealed_at=day(at) if revealed else None,
    )


@st.composite
def rating_lists(
    draw: st.DrawFn, least: int = 0, most: int = 16, *, friends: tuple[str, ...] = FRIENDS
) -> list[Rating]:
    """Return ratings in the order of their reveals, those of the same instant by booking."""
    at, made = 0.0, []
    for number in range(draw(st.integers(least, most))):
        at += draw(DAYS)
        made.append(
            rating(
                number,
                stars=draw(st.integers(1, 5)),
                at=at,
                customer=draw(st.sampled_from(CUSTOMERS)),
                friend=draw(st.sampled_from(friends)),
            )
        )
    return sorted(made, key=lambda each: (each.counts_from, each.booking_id))


def stars_of(standings: tuple[Standing, ...], friend_id: str) -> float:
    """Return the stars of a friend who has a standing."""
    [found] = [each.stars for each in standings if each.friend_id == friend_id]
    return found
