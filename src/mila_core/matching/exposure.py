"""Exposure: how much each friend was looked at in rankings, and how much the friend's scores merited.

A place in a list is looked at the more the higher it stands; the first place is the unit, kept in millionths.
Of what a request has to give, each of its candidates merits a share in proportion to the score: equity of
attention, summed over requests. A ledger keeps sums of whole numbers alone, so that ledgers that were kept
apart, in shards or day by day, add up to the one of all.

References:
    Biega, A. J., Gummadi, K. P., Weikum, G. (2018). Equity of attention: amortizing individual fairness in
        rankings. SIGIR 2018. doi:10.1145/3209978.3210063.
"""

import attrs

from mila_core.errors import InvalidTypeError, InvalidValueError, describe
from mila_core.validation import TupleOf, identifier, instance_of, integer, tuple_of

__all__ = [
    "ExposureAccount",
    "ExposureLedger",
    "ExposureReport",
    "exposure_report",
    "merge_ledgers",
]

_PPM = 1_000_000
_MOST = 2**53
_CHECK_PERCENT = integer(1, 100)


@attrs.frozen(kw_only=True)
class ExposureAccount:
    """What one friend merited and was given.

    Attributes:
        friend_id: the id of the friend.
        merited: the exposure that the friend's scores merited, in millionths of a first place.
        given: the exposure that the friend was given, in the same.
        requests: in how many requests the friend was a candidate.

    Raises:
        InvalidTypeError: a field of another type.
        InvalidValueError: a number below 0, or an id that is none.
    """

    friend_id: str = attrs.field(validator=identifier)
    merited: int = attrs.field(default=0, validator=integer(0, _MOST))
    given: int = attrs.field(default=0, validator=integer(0, _MOST))
    requests: int = attrs.field(default=0, validator=integer(0, _MOST))


@attrs.frozen(kw_only=True)
class ExposureLedger:
    """The accounts of all friends, and what the order of the lists cost.

    Attributes:
        accounts: each friend once.
        requests: how many lists there were.
        best_utility: the sum over the lists of exposure times score, in thousandths of a point seen in a
            first place, had each list been in the order of the scores.
        kept_utility: the same sum as the lists were.

    Raises:
        InvalidTypeError: a field of another type.
        InvalidValueError: a friend twice, a number below 0, or more utility kept than there was.
    """

    accounts: tuple[ExposureAccount, ...] = attrs.field(
        default=(), converter=TupleOf[ExposureAccount], validator=tuple_of(instance_of(ExposureAccount))
    )
    requests: int = attrs.field(default=0, validator=integer(0, _MOST))
    best_utility: int = attrs.field(default=0, validator=integer(0, _MOST))
    kept_utility: int = attrs.field(default=0, validator=integer(0, _MOST))

    def __attrs_post_init__(self) -> None:
        """Check what no single field shows."""
        if len({each.friend_id for each in self.accounts}) != len(self.accounts):
            raise InvalidValueError("accounts", "each friend once", "a friend twice")
        if self.kept_utility > self.best_utility:
            raise InvalidValueError(
                "kept_utility", f"at most best_utility, {self.best_utility}", f"{self.kept_utility}"
            )


def merge_ledgers(one: ExposureLedger, other: ExposureLedger) -> ExposureLedger:
    """Return the ledger of the lists of both, its accounts by friend id.

    It is the same in whatever order and parts ledgers are merged.

    Args:
        one: a ledger.
        other: a ledger of other lists; of the same ones they would count twice.

    Examples:
        >>> monday = ExposureLedger(accounts=[ExposureAccount(friend_id="anna", merited=500_000, requests=1)])
        >>> merge_ledgers(monday, monday).accounts[0].merited
        1000000
    """
    for name, ledger in (("one", one), ("other", other)):
        if not isinstance(ledger, ExposureLedger):
            raise InvalidTypeError(name, "an ExposureLedger", describe(ledger))
    accounts = {each.friend_id: each for each in one.accounts}
    for each in other.accounts:
        same = accounts.get(each.friend_id)
        accounts[each.friend_id] = each if same is None else _sum(same, each)
    return ExposureLedger(
        accounts=[accounts[friend_id] for friend_id in sorted(accounts)],
        requests=one.requests + other.requests,
        best_utility=one.best_utility + other.best_utility,
        kept_utility=one.kept_utility + other.kept_utility,
    )


def _sum(one: ExposureAccount, other: ExposureAccount) -> ExposureAccount:
    return ExposureAccount(
        friend_id=one.friend_id,
        merited=one.merited + other.merited,
        given=one.given + other.given,
        requests=one.requests + other.requests,
    )


@attrs.frozen(kw_only=True)
class ExposureReport:
    """How fairly exposure was given, and what it cost; shares in millionths.

    Attributes:
        friends: how many friends merited any.
        starved: how many of them were given less than `starved_percent` of what they merited.
        starved_percent: below which percentage a friend counts as starved.
        gini_ppm: the Gini coefficient of given by merited: 0 where all have the same, towards a million where
            one has it all.
        utility_kept_ppm: how much of the utility of the pure orders was kept.

    Raises:
        InvalidTypeError: a field that is no whole number.
        InvalidValueError: a number out of range, or more starved friends than friends.
    """

    friends: int = attrs.field(validator=integer(0, _MOST))
    starved: int = attrs.field(validator=integer(0, _MOST))
    starved_percent: int = attrs.field(validator=_CHECK_PERCENT)
    gini_ppm: int = attrs.field(validator=integer(0, _PPM))
    utility_kept_ppm: int = attrs.field(validator=integer(0, _PPM))

    def __attrs_post_init__(self) -> None:
        """Check what no single field shows."""
        if self.starved > self.friends:
            raise InvalidValueError("starved", f"at most {self.friends}, all friends", f"{self.starved}")

    @property
    def starved_ppm(self) -> int:
        """The share of the starved among the friends who merited any, rounded up; 0 where nobody did."""
        return -(-self.starved * _PPM // self.friends) if self.friends else 0


def exposure_report(ledger: ExposureLedger, *, starved_percent: int = 25) -> ExposureReport:
    """Return how fairly exposure was given, and what it cost.

    Args:
        ledger: the accounts.
        starved_percent: whoever was given less than this percentage of the merited counts as starved, 1 to
            100; a quarter is our own choice.

    Returns:
        The report; without any request nothing was lost and everybody has the same.

    Raises:
        InvalidTypeError: no ledger, or no whole number.
        InvalidValueError: a percentage out of range.

    Examples:
        >>> one = ExposureAccount(friend_id="anna", merited=1_000_000, given=1_900_000, requests=2)
        >>> other = ExposureAccount(friend_id="beat", merited=1_000_000, given=100_000, requests=2)
        >>> ledger = ExposureLedger(accounts=[one, other], requests=2)
        >>> exposure_report(ledger).starved, exposure_report(ledger).gini_ppm
        (1, 450000)
    """
    if not isinstance(ledger, ExposureLedger):
        raise InvalidTypeError("ledger", "an ExposureLedger", describe(ledger))
    _CHECK_PERCENT(None, attrs.fields(ExposureReport).starved_percent, starved_percent)
    merited = [each for each in ledger.accounts if each.merited]
    ratios = sorted(each.given * _PPM // each.merited for each in merited)
    best = ledger.best_utility
    return ExposureReport(
        friends=len(merited),
        starved=sum(each.given * 100 < each.merited * starved_percent for each in merited),
        starved_percent=starved_percent,
        gini_ppm=_gini_ppm(ratios),
        utility_kept_ppm=ledger.kept_utility * _PPM // best if best else _PPM,
    )


def _gini_ppm(ratios: list[int]) -> int:
    """Return the Gini coefficient of numbers in ascending order, by their ranks, rounded down.

    It is the mean difference by twice the mean (Sen, A. (1973). On economic inequality. Clarendon Press).
    """
    count, whole = len(ratios), sum(ratios)
    weighed = sum((2 * place - count - 1) * each for place, each in enumerate(ratios, start=1))
    return weighed * _PPM // (count * whole) if whole else 0
