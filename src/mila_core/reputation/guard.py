"""What protects a standing from attacks, by what a rating weighs; never by the stars that it gives.

Because its weight does not depend on its stars, a rating with more of them never says less of its friend, and
what is taken off its weight is taken off what it says of its customer, too. The rules were tried together on
a simulated market (see the explanation of integrity); from there are the numbers, our own choice.
"""

import attrs

from mila_core.errors import InvalidValueError
from mila_core.validation import number

__all__ = ["Guard"]


@attrs.frozen(kw_only=True)
class Guard:
    """How a rating's weight in a standing falls where ratings may be bought or made up.

    *Record.* A customer who has rated `n` other friends before has the record `(n + record_start) / (n +
    record_prior)`, which grows to 1; what lacks to 1 is how *light* the customer is.

    *Bursts.* Earlier ratings of a friend are counted by how light they were, half of them forgotten in
    `burst_half_life_days`. What is usual is `burst_allowance`, and, `burst_usual` times, as many as the
    friend got in such a time on average: of the other ratings, over the days since the first one and 60 more.
    Where `B` are counted and `A` are usual, and `B > A`, a rating weighs `(A / B) ** burst_exponent`.

    *Repeats.* The second rating of a friend by the same customer weighs 1/2, the third 1/3, and so on; the
    customer's mildness is taken from the ratings of others alone.

    *Outliers.* A residual counts no more than `outlier_limit` from what is believed of the friend, and
    `outlier_record` times the customer's record more (Huber 1964, doi:10.1214/aoms/1177703732).

    What a rating says of its customer's mildness has the same weight, and the same limit.

    *Newcomers.* What is believed of a friend is lower by `newcomer_margin`, which is gone as soon as there
    is evidence much above `newcomer_prior` ratings, so with the first one: it does not pay to come back under
    another name, and whoever begins soon leaves it behind.

    Attributes:
        record_start: above, in ratings.
        record_prior: above, in ratings.
        burst_half_life_days: above, in days.
        burst_allowance: above, in ratings.
        burst_usual: above.
        burst_exponent: above; 0 for no damping of bursts.
        outlier_limit: above, in the unit of `ReputationParams.category_scores`.
        outlier_record: above, in the same unit.
        newcomer_margin: above, in the same unit; somewhat less than the standard deviation of what was
            believed of friends in that market.
        newcomer_prior: above, in ratings.

    Examples:
        >>> Guard(burst_exponent=0).newcomer_prior
        0.1
    """

    record_start: float = attrs.field(default=1.0, validator=number(0.001, 1000))
    record_prior: float = attrs.field(default=5.0, validator=number(0.001, 1000))
    burst_half_life_days: float = attrs.field(default=7.0, validator=number(0.01, 10_000))
    burst_allowance: float = attrs.field(default=0.75, validator=number(0.001, 1000))
    burst_usual: float = attrs.field(default=1.0, validator=number(0, 1000))
    burst_exponent: float = attrs.field(default=4.0, validator=number(0, 10))
    outlier_limit: float = attrs.field(default=1.6, validator=number(0.01, 1000))
    outlier_record: float = attrs.field(default=3.0, validator=number(0, 1000))
    newcomer_margin: float = attrs.field(default=0.22, validator=number(0, 10))
    newcomer_prior: float = attrs.field(default=0.1, validator=number(0.001, 1000))

    def __attrs_post_init__(self) -> None:
        """Refuse a record that would fall with experience."""
        if self.record_start > self.record_prior:
            raise InvalidValueError(
                "record_start", f"at most record_prior, {self.record_prior}", f"{self.record_start}"
            )

    def limited(self, residual: float, *, quality: float, record: float) -> float:
        """Return a residual no farther from what is believed of the friend than an outlier counts.

        Args:
            residual: what the customer's mildness does not explain of the rating.
            quality: what is believed of the friend.
            record: the customer's record, up to 1.

        Examples:
            >>> Guard(outlier_limit=1, outlier_record=2).limited(-5.0, quality=0.5, record=0.25)
            -1.0
        """
        limit = self.outlier_limit + self.outlier_record * record
        return min(max(residual, quality - limit), quality + limit)
