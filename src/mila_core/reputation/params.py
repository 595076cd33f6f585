"""The parameters of the default model, all of them, with where their default numbers come from."""

from itertools import pairwise
from typing import Any

import attrs

from mila_core.errors import InvalidValueError
from mila_core.reputation._shares import USUAL_SHARES, logits, normal_scores
from mila_core.reputation.guard import Guard
from mila_core.validation import TupleOf, instance_of, number, optional, tuple_of

__all__ = ["DEFAULT", "ReputationParams"]

DEFAULT = "two_sided"
"""The name of the model that the library uses where none is named."""

_MOST_DAYS = 1e6


def _rising(_: object, attribute: "attrs.Attribute[Any]", value: tuple[float, ...]) -> None:
    if any(low >= high for low, high in pairwise(value)):
        raise InvalidValueError(attribute.name, "numbers that rise", str(value))


def _numbers(count: int, default: tuple[float, ...]) -> Any:
    bounds = tuple_of(number(-20, 20), least=count, most=count)
    return attrs.field(default=default, converter=TupleOf[float], validator=[bounds, _rising])


@attrs.frozen(kw_only=True)
class ReputationParams:
    """The parameters of the two-sided model; `fit` finds those of a history.

    The default numbers lie between what was fitted on three public histories: lecturers of a university,
    products, sellers of a marketplace (see the benchmarks). They are where a fit begins, and where it stays
    as long as there is little to learn from.

    Attributes:
        category_scores: what one star, two, ..., five count; the mean of a standard normal within
            each number's share of all ratings, with the mean 0 and the variance 1 over them.
        thresholds: the log-odds of at most one star, two, three, four, of an average friend.
        friend_prior: how many ratings the average friend weighs as much as, in what is believed of a friend.
        customer_prior: the same of customers and how harshly they rate.
        friend_half_life_days: after how many days a rating counts half for the friend who got it.
        customer_half_life_days: the same for the customer who gave it.
        form_half_life_days: the same for the friend's form, which is what was different of late.
        market_half_life_days: the same for what all customers together gave of late.
        friend_slope: how much a friend's quality moves the prediction.
        customer_slope: how much a customer's mildness does.
        curvature: how much more, or less, far from the average; the prediction still only rises.
        form_slope: how much the friend's form does.
        spread_slope: how much wider predictions are where a friend's or a customer's ratings were wide apart.
        customer_tilt: how far the customer's own habit of giving certain stars is followed.
        friend_tilt: how far that of the friend's customers is.
        market_tilt: how far that of the whole market is.
        residual_variance: the variance of a rating's score around what was expected.
        guard: what protects a standing from attacks; None for no protection. Predictions have none.

    Raises:
        InvalidTypeError: something that is no number.
        InvalidValueError: a number out of its range, or scores or thresholds that do not rise.

    Examples:
        >>> ReputationParams(friend_half_life_days=180).friend_prior
        5.0
    """

    category_scores: tuple[float, ...] = _numbers(5, normal_scores(USUAL_SHARES))
    thresholds: tuple[float, ...] = _numbers(4, logits(USUAL_SHARES))
    friend_prior: float = attrs.field(default=5.0, validator=number(0.01, 10_000))
    customer_prior: float = attrs.field(default=8.0, validator=number(0.01, 10_000))
    friend_half_life_days: float = attrs.field(default=730.0, validator=number(1, _MOST_DAYS))
    customer_half_life_days: float = attrs.field(default=730.0, validator=number(1, _MOST_DAYS))
    form_half_life_days: float = attrs.field(default=30.0, validator=number(0.01, _MOST_DAYS))
    market_half_life_days: float = attrs.field(default=90.0, validator=number(0.01, _MOST_DAYS))
    friend_slope: float = attrs.field(default=1.6, validator=number(0, 100))
    customer_slope: float = attrs.field(default=1.6, validator=number(0, 100))
    curvature: float = attrs.field(default=0.0, validator=number(-10, 10))
    form_slope: float = attrs.field(default=0.5, validator=number(0, 100))
    spread_slope: float = attrs.field(default=0.3, validator=number(-10, 10))
    customer_tilt: float = attrs.field(default=0.5, validator=number(-10, 10))
    friend_tilt: float = attrs.field(default=0.3, validator=number(-10, 10))
    market_tilt: float = attrs.field(default=0.5, validator=number(-10, 10))
    residual_variance: float = attrs.field(default=0.75, validator=number(0.0001, 100))
    guard: Guard | None = attrs.field(default=Guard(), validator=optional(instance_of(Guard)))
