"""Fair exposure: who was shown too little is shown a little higher, and no list loses more than a bound.

A controller in the manner of FairCo: each request's candidates are ordered by their scores plus a multiple of
what each is owed by now. It differs in three things: a friend is a group of one; what is owed is what a
friend lacks of a declared share of the merited exposure, so that nobody starves without making all alike; and
each list keeps a declared share of its utility.

References:
    Morik, M., Singh, A., Hong, J., Joachims, T. (2020). Controlling fairness and bias in dynamic
        learning-to-rank. SIGIR 2020. doi:10.1145/3397271.3401100.
    Järvelin, K., Kekäläinen, J. (2002). Cumulated gain-based evaluation of IR techniques. ACM Transactions
        on Information Systems 20 (4), 422-446. doi:10.1145/582415.582418. The discount by the place.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from operator import mul
from typing import Any

import attrs

from mila_core.errors import InvalidTypeError, InvalidValueError, describe
from mila_core.matching._candidates import check_shown, pure_order, shares_of
from mila_core.matching.exposure import ExposureAccount, ExposureLedger
from mila_core.matching.terms import Term
from mila_core.reasons import reason
from mila_core.validation import TupleOf, check_instance, identifier, integer, tuple_of

__all__ = ["FairExposure", "FairExposureParams"]

_FIRST_PLACE = 1_000_000
_DISCOUNTS = (1_000_000, 630_930, 500_000, 430_677, 386_853, 356_207, 333_333, 315_465, 301_030, 289_065)
_HALVINGS = 2


def _falling(_: object, attribute: "attrs.Attribute[Any]", value: tuple[int, ...]) -> None:
    if any(one < other for one, other in pairwise(value)) or not value[0]:
        expected = "the first above 0, and none above the one before it"
        raise InvalidValueError(attribute.name, expected, f"{len(value)} that are not")


@attrs.frozen(kw_only=True)
class FairExposureParams:
    """How far the order of the scores is left for fairness.

    Attributes:
        strength: points for a friend who is owed the exposure of a first place; with 0 nobody is lifted for
            what is owed. 500 of a score of 10,000 is chosen by `simulate_exposure`.
        share_percent: which share of the merited exposure everybody is to get: who has less is owed the rest.
            100 would be exposure in proportion to merit, as in FairCo; 50 is chosen by `simulate_exposure`.
        most_owed: how many first places a friend is owed at most, so that a friend who could never be shown
            does not come to outweigh all others; 5 is our own choice.
        most_loss_permille: how much of its utility a list may lose at most, in thousandths: the sum of
            exposure times score over its places, against the order of the scores. 30 is our own choice.
        newcomer_points: points for a newcomer, who is owed nothing yet; our own choice, as much as one first
            place that is owed.
        newcomer_exposure: a friend is a newcomer until so much exposure was given, in millionths of a first
            place; 3 first places, our own choice.
        newcomer_requests: and in so many requests at most, shown or not; 50, our own choice.
        positions: the exposure of each place that is shown, the first one first, in millionths; later places
            have none. Ten places with the discount 1 / log2(1 + place) of Järvelin and Kekäläinen (2002), as
            in FairCo.

    Raises:
        InvalidTypeError: a field of another type.
        InvalidValueError: a number out of range, or places of which a later one is seen more.

    Examples:
        >>> FairExposureParams().strength, FairExposureParams().most_loss_permille
        (500, 30)
    """

    strength: int = attrs.field(default=500, validator=integer(0, 50_000))
    share_percent: int = attrs.field(default=50, validator=integer(0, 100))
    most_owed: int = attrs.field(default=5, validator=integer(1, 20))
    most_loss_permille: int = attrs.field(default=30, validator=integer(0, 1_000))
    newcomer_points: int = attrs.field(default=500, validator=integer(0, 1_000_000))
    newcomer_exposure: int = attrs.field(default=3 * _FIRST_PLACE, validator=integer(0, 10**12))
    newcomer_requests: int = attrs.field(default=50, validator=integer(0, 1_000_000))
    positions: tuple[int, ...] = attrs.field(
        default=_DISCOUNTS,
        converter=TupleOf[int],
        validator=[tuple_of(integer(0, _FIRST_PLACE), least=1, most=1_000), _falling],
    )


class FairExposure:
    """A ledger that is kept up to date list by list, and orders candidates by it; mutable, so not a value.

    To order a list takes time in proportion to its candidates, however many friends there are.

    Args:
        ledger: what was given and merited so far; nothing if not given.
        params: how far the order of the scores is left; the default ones if not given.

    Raises:
        InvalidTypeError: something else in the place of either.

    Examples:
        >>> fair = FairExposure(params=FairExposureParams(newcomer_points=0, positions=[1_000_000]))
        >>> candidates = {"anna": 9_000, "beat": 8_950}
        >>> for _ in range(3):
        ...     order = fair.rerank(candidates)
        ...     fair.record(candidates, shown=order)
        ...     print(order)
        ('anna', 'beat')
        ('beat', 'anna')
        ('anna', 'beat')
    """

    def __init__(
        self, *, ledger: ExposureLedger | None = None, params: FairExposureParams | None = None
    ) -> None:
        """Begin with a ledger."""
        self._ledger = ExposureLedger() if ledger is None else ledger
        self._params = FairExposureParams() if params is None else params
        if not isinstance(self._ledger, ExposureLedger):
            raise InvalidTypeError("ledger", "an ExposureLedger", describe(ledger))
        if not isinstance(self._params, FairExposureParams):
            raise InvalidTypeError("params", "FairExposureParams", describe(params))
        self._accounts = {
            each.friend_id: [each.merited, each.given, each.requests] for each in self._ledger.accounts
        }
        self._totals = [self._ledger.requests, self._ledger.best_utility, self._ledger.kept_utility]
        self._lifts = {friend_id: sum(self._lift(account)) for friend_id, account in self._accounts.items()}
        self._new = sum(self._lift([0, 0, 0]))

    def _lift(self, account: Sequence[int]) -> tuple[int, int]:
        """Return the points for what is owed, and those for being new."""
        params, (merited, given, requests) = self._params, account
        owed = merited * params.share_percent // 100 - given
        points = (
            params.strength * min(owed, params.most_owed * _FIRST_PLACE) // _FIRST_PLACE if owed > 0 else 0
        )
        is_new = requests < params.newcomer_requests and given < params.newcomer_exposure
        return points, params.newcomer_points if is_new else 0

    def ledger(self) -> ExposureLedger:
        """Return what was given and merited by now, as a value to be stored or merged."""
        requests, best, kept = self._totals
        return ExposureLedger(
            accounts=[
                ExposureAccount(friend_id=friend_id, merited=merited, given=given, requests=count)
                for friend_id, (merited, given, count) in sorted(self._accounts.items())
            ],
            requests=requests,
            best_utility=best,
            kept_utility=kept,
        )

    def terms(self, friend_id: str) -> tuple[Term, ...]:
        """Return the points by which a friend is lifted, with the reasons.

        Where a list would lose too much by it, all its candidates are lifted by less, in proportion.

        Args:
            friend_id: the id of the friend; whoever is not in the ledger is a newcomer.

        Returns:
            A term for what is owed and one for being new, each if it gives points.
        """
        check_instance("friend_id", friend_id, kind=str)
        params = self._params
        account = self._accounts.get(friend_id, [0, 0, 0])
        merited, given, requests = account
        owed, new = self._lift(account)
        found = []
        if owed:
            why = reason(
                "exposure_owed", given_percent=given * 100 // merited, share_percent=params.share_percent
            )
            found.append(Term(why=why, points=owed, most=params.strength * params.most_owed))
        if new:
            why = reason("exposure_newcomer", count=params.newcomer_requests - requests)
            found.append(Term(why=why, points=new, most=new))
        return tuple(found)

    def rerank(self, candidates: Mapping[str, int]) -> tuple[str, ...]:
        """Order the candidates of a request: by score, those who are owed exposure somewhat higher.

        The ledger stays as it is. The list keeps at least what `most_loss_permille` leaves of the utility of
        the pure order. Equal ones stand by score, then by friend id.

        Args:
            candidates: the score of each friend who may come, by friend id.

        Returns:
            The ids of all candidates, best first; none for no candidates.

        Raises:
            InvalidTypeError: no mapping.
            InvalidValueError: more than 100,000 candidates.
            InvalidDocumentError: ids that are no texts; scores that are no whole numbers from 0 to ten
                million.
        """
        pure = pure_order(candidates)
        lift, new = self._lifts.get, self._new
        points = {each: score + lift(each, new) for each, score in candidates.items()}
        order = sorted(pure, key=points.__getitem__, reverse=True)
        cut = len(self._params.positions)
        if order[:cut] != pure[:cut]:
            least = self._utility(candidates, pure) * (1_000 - self._params.most_loss_permille)
            if self._utility(candidates, order) * 1_000 < least:  # in thousandths
                order = self._within(least, candidates, points, pure)
        return tuple(order)

    def _within(
        self, least: int, candidates: Mapping[str, int], points: Mapping[str, int], pure: list[str]
    ) -> list[str]:
        """Return an order in which all are lifted by less, so that the list keeps what it has to."""
        lifts = {each: points[each] - candidates[each] for each in pure}
        for halvings in range(1, _HALVINGS + 1):
            less = {each: score + (lifts[each] >> halvings) for each, score in candidates.items()}
            order = sorted(pure, key=less.__getitem__, reverse=True)
            if self._utility(candidates, order) * 1_000 >= least:
                return order
        # who comes to a place has at most so much less than who was there as one can be lifted
        seen = sum(self._params.positions[: len(pure)])
        most = self._utility(candidates, pure) * self._params.most_loss_permille // (1_000 * seen)
        highest = max(lifts.values())
        less = {each: score + lifts[each] * most // highest for each, score in candidates.items()}
        return sorted(pure, key=less.__getitem__, reverse=True)

    def _utility(self, candidates: Mapping[str, int], order: Iterable[str]) -> int:
        return sum(map(mul, self._params.positions, map(candidates.__getitem__, order)))

    def record(self, candidates: Mapping[str, int], *, shown: Sequence[str]) -> None:
        """Enter a list that was shown; each list once, as the ledger cannot know it again.

        What its places give is merited by all its candidates, in proportion to their scores, shown or not;
        where all scores are 0, in equal parts.

        Args:
            candidates: the score of each friend who might have been shown, by friend id.
            shown: the ids of the friends who were shown, the first one first; or the whole order. A list
                that was not shown to anybody changes nothing.

        Raises:
            InvalidTypeError: no mapping, or no list of ids.
            InvalidValueError: more than 100,000 candidates, somebody shown who is no candidate, or twice, or
                an id that is none.
            InvalidDocumentError: as of `rerank`.
        """
        pure = pure_order(candidates)
        check_shown(shown, candidates)
        for each in candidates:
            if each not in self._accounts:
                identifier(None, attrs.fields(ExposureAccount).friend_id, each)
        if not shown:
            return
        given = dict(zip(shown, self._params.positions, strict=False))
        merited = shares_of(sum(given.values()), candidates)
        for friend_id, share in merited.items():
            account = self._accounts.setdefault(friend_id, [0, 0, 0])
            account[0] += share
            account[1] += given.get(friend_id, 0)
            account[2] += 1
            self._lifts[friend_id] = sum(self._lift(account))
        self._totals[0] += 1
        self._totals[1] += self._utility(candidates, pure[: len(shown)]) // 1_000
        self._totals[2] += self._utility(candidates, shown) // 1_000
