"""Verdicts: what one rule says of one visit."""

from datetime import datetime
from typing import NamedTuple

from mila_core.reasons import Reason

__all__ = ["Verdict"]


class Verdict(NamedTuple):
    """What one rule says of one visit: why not, and from when it would say yes.

    Attributes:
        reasons: why not; empty for yes.
        later: the earliest start at which this rule may say yes; None for "now" or "never".

    Examples:
        >>> Verdict().reasons
        ()
    """

    reasons: tuple[Reason, ...] = ()
    later: datetime | None = None

    @staticmethod
    def all_of(verdicts: "list[Verdict]") -> "Verdict":
        """Return the verdict of rules that all have to say yes.

        Args:
            verdicts: what each rule says.

        Returns:
            Every reason; `later` is the latest of theirs, and None where one of them never says yes.
        """
        noes = [verdict for verdict in verdicts if verdict.reasons]
        laters = [verdict.later for verdict in noes if verdict.later is not None]
        return Verdict(
            tuple(why for verdict in noes for why in verdict.reasons),
            max(laters) if laters and len(laters) == len(noes) else None,
        )
