"""Verdicts of rules that all have to say yes."""

from datetime import UTC, datetime

import pytest

from mila_core.reasons import reason
from mila_core.verdicts import Verdict

SOON, LATE = datetime(2014, 1, 1, tzinfo=UTC), datetime(2014, 2, 1, tzinfo=UTC)
NEVER = Verdict((reason("never"),))
FROM_SOON = Verdict((reason("soon"),), SOON)
FROM_LATE = Verdict((reason("late"),), LATE)


@pytest.mark.parametrize(
    ("verdicts", "codes", "later"),
    [
        ([], [], None),
        ([Verdict(), Verdict()], [], None),
        ([FROM_SOON, Verdict()], ["soon"], SOON),
        # the last of them to say yes counts
        ([FROM_SOON, FROM_LATE], ["soon", "late"], LATE),
        ([FROM_LATE, FROM_SOON], ["late", "soon"], LATE),
        # one that never will makes it never
        ([FROM_SOON, NEVER], ["soon", "never"], None),
    ],
)
def test_all_rules_have_to_say_yes(verdicts: list[Verdict], codes: list[str], later: datetime | None) -> None:
    """Every reason is told, and the earliest instant at which none of them may stand any more."""
    found = Verdict.all_of(verdicts)
    assert [why.code for why in found.reasons] == codes
    assert found.later == later
