"""A market of chance to try the parameters of fair exposure in: the same one for the same seed."""

from collections.abc import Iterator, Mapping
from random import Random

import attrs

from mila_core.errors import InvalidTypeError, InvalidValueError, describe
from mila_core.matching.exposure import ExposureReport, exposure_report
from mila_core.matching.fairness import FairExposure, FairExposureParams
from mila_core.validation import integer

__all__ = ["ExposureMarket", "simulate_exposure", "simulated_requests"]

_QUALITY = (3_000, 2_000)  # points for standing: from 3.4 stars to 5, most in the middle
_PRICE, _DISTANCE, _EARLINESS = 1_500, 2_500, 1_000


@attrs.frozen(kw_only=True)
class ExposureMarket:
    """How large a simulated market is.

    Each friend has a quality and a price level that stay; in each request some friends may come, each from
    another distance and at another time. The points are those of the default weights of `RankingParams`.

    Attributes:
        friends: how many friends there are.
        requests: how many requests come, one after the other.
        candidates: how many friends may come, in each request.

    Raises:
        InvalidTypeError: a field that is no whole number.
        InvalidValueError: a number out of range, or more candidates than friends.
    """

    friends: int = attrs.field(default=300, validator=integer(1, 1_000_000))
    requests: int = attrs.field(default=4_000, validator=integer(0, 10_000_000))
    candidates: int = attrs.field(default=60, validator=integer(1, 1_000))

    def __attrs_post_init__(self) -> None:
        """Check what no single field shows."""
        if self.candidates > self.friends:
            raise InvalidValueError(
                "candidates", f"at most {self.friends}, all friends", f"{self.candidates}"
            )


def simulated_requests(market: ExposureMarket, *, seed: int) -> Iterator[Mapping[str, int]]:
    """Return the candidates of each request with their scores.

    Args:
        market: how large the market is.
        seed: chooses the market; the same one gives the same requests, with any version of Python.

    Raises:
        InvalidTypeError: no market, or a seed that is no whole number.

    Examples:
        >>> for scores in simulated_requests(ExposureMarket(friends=3, requests=2, candidates=2), seed=7):
        ...     print(sorted(scores.items()))
        [('f0', 7350), ('f2', 5859)]
        [('f0', 5271), ('f1', 4736)]
    """
    if not isinstance(market, ExposureMarket):
        raise InvalidTypeError("market", "an ExposureMarket", describe(market))
    if type(seed) is not int:
        raise InvalidTypeError("seed", "a whole number", describe(seed))
    return _requests(market, Random(seed))  # noqa: S311  # a simulation, no secret


def _requests(market: ExposureMarket, chance: Random) -> Iterator[Mapping[str, int]]:
    def up_to(most: int) -> int:  # only `random()` promises the same numbers for ever
        return int(chance.random() * (most + 1))

    low, spread = _QUALITY
    lasting = {
        f"f{number}": low + sum(up_to(spread // 4) for _ in range(4)) + up_to(_PRICE)
        for number in range(market.friends)
    }
    friends = list(lasting)
    for _ in range(market.requests):
        for place in range(market.candidates):  # the first ones of a shuffle
            other = place + up_to(market.friends - 1 - place)
            friends[place], friends[other] = friends[other], friends[place]
        yield {
            each: lasting[each] + up_to(_DISTANCE) + up_to(_EARLINESS)
            for each in friends[: market.candidates]
        }


def simulate_exposure(
    params: FairExposureParams, *, market: ExposureMarket | None = None, seed: int
) -> ExposureReport:
    """Return how fair the lists of a simulated market are, and what that costs: to choose the parameters.

    Args:
        params: the parameters to try; with a strength of 0 and no points for newcomers it is the pure order.
        market: how large the market is; the default one if not given.
        seed: chooses the market.

    Raises:
        InvalidTypeError: an argument of another type.

    Examples:
        >>> small = ExposureMarket(friends=40, requests=300, candidates=30)
        >>> for strength in (0, 500):
        ...     params = FairExposureParams(strength=strength, newcomer_points=0)
        ...     report = simulate_exposure(params, market=small, seed=1)
        ...     print(report.starved, report.utility_kept_ppm)
        6 1000000
        0 997149
    """
    if not isinstance(params, FairExposureParams):
        raise InvalidTypeError("params", "FairExposureParams", describe(params))
    fair = FairExposure(params=params)
    for candidates in simulated_requests(ExposureMarket() if market is None else market, seed=seed):
        fair.record(candidates, shown=fair.rerank(candidates))
    return exposure_report(fair.ledger())
