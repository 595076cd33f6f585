"""By what friends are ranked, as data, for the terms of use."""

from mila_core.matching.standing_basis import StandingBasis
from mila_core.matching.terms import RankingParams, read_milli
from mila_core.money import round_ratio
from mila_core.reasons import Reason, reason
from mila_core.validation import check_instance

__all__ = ["disclosure"]


def disclosure(params: RankingParams) -> tuple[Reason, ...]:
    """Return by what friends are ranked, the weightiest first.

    A service that brings people together discloses the main parameters of its ranking and their relative
    importance in its terms (Regulation (EU) 2019/1150, Art. 5). Each reason has the `weight` in points, the
    `percent` of all points that it is, the bound from which on the term gives nothing, and whether `more` or
    `less` of it is better; `i18n.word` says it. What weighs nothing is left out. `milli_stars` is what is
    assumed of a friend without a standing, `usual_percent` what is assumed of a friend of whom nothing was
    counted; that standings are read by their lower bound, or drawn by lot, has a reason of its own.

    Args:
        params: weights and bounds.

    Examples:
        >>> [(why.code, why.get("percent")) for why in disclosure(RankingParams())]  # doctest: +ELLIPSIS
        [('ranked_by_standing', 50), ('ranked_by_distance', 25), ('ranked_by_price', 15), ...]
    """
    check_instance("params", params, kind=RankingParams)
    most = params.most
    weighed = (
        (params.standing_weight, _by_standing(params)),
        (
            params.distance_weight,
            reason(
                "ranked_by_distance",
                weight=params.distance_weight,
                percent=_percent(params.distance_weight, most),
                better="less",
                distance_m=params.distance_bound_m,
            ),
        ),
        (
            params.price_weight,
            reason(
                "ranked_by_price",
                weight=params.price_weight,
                percent=_percent(params.price_weight, most),
                better="less",
            ),
        ),
        (
            params.earliness_weight,
            reason(
                "ranked_by_earliness",
                weight=params.earliness_weight,
                percent=_percent(params.earliness_weight, most),
                better="less",
                wait_minutes=params.wait_bound_minutes,
            ),
        ),
        (
            params.newcomer_weight,
            reason(
                "ranked_by_newcomer",
                weight=params.newcomer_weight,
                percent=_percent(params.newcomer_weight, most),
                better="less",
                count=params.newcomer_ratings,
            ),
        ),
        (
            params.repeat_weight,
            reason(
                "ranked_by_repeat",
                weight=params.repeat_weight,
                percent=_percent(params.repeat_weight, most),
                better="more",
            ),
        ),
        (
            params.language_weight,
            reason(
                "ranked_by_languages",
                weight=params.language_weight,
                percent=_percent(params.language_weight, most),
                better="more",
            ),
        ),
        (
            params.reliability_weight,
            reason(
                "ranked_by_reliability",
                weight=params.reliability_weight,
                percent=_percent(params.reliability_weight, most),
                better="more",
                usual_percent=params.usual_done_percent,
            ),
        ),
        (
            params.response_weight,
            reason(
                "ranked_by_response",
                weight=params.response_weight,
                percent=_percent(params.response_weight, most),
                better="more",
                usual_percent=params.usual_answered_percent,
            ),
        ),
    )
    return tuple(why for weight, why in sorted(weighed, key=lambda each: -each[0]) if weight)


def _by_standing(params: RankingParams) -> Reason:
    weight, assumed = params.standing_weight, params.newcomer_milli_stars
    percent = _percent(weight, params.most)
    match params.standing_basis:
        case StandingBasis.MEAN:
            return reason(
                "ranked_by_standing", weight=weight, percent=percent, better="more", milli_stars=assumed
            )
        case StandingBasis.LOWER:
            lower = read_milli(params, None, friend_id="", seed=0)
            return reason(
                "ranked_by_lower_standing", weight=weight, percent=percent, better="more", milli_stars=lower
            )
        case StandingBasis.DRAW:
            return reason(
                "ranked_by_drawn_standing", weight=weight, percent=percent, better="more", milli_stars=assumed
            )


def _percent(weight: int, most: int) -> int:
    return round_ratio(100 * weight, most)
