"""The models by their names: the default one and those to compare it with."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from mila_core.reputation.baselines import (
    BayesianAverage,
    Beta,
    Dirichlet,
    Glicko2,
    OrderedProbitFilter,
    RawMean,
    WilsonLowerBound,
)
from mila_core.reputation.params import DEFAULT
from mila_core.reputation.protocol import Model
from mila_core.reputation.two_sided import TwoSided

__all__ = ["MODELS", "default_models"]

MODELS: Mapping[str, Callable[[], Model]] = MappingProxyType(
    {
        DEFAULT: TwoSided,
        "raw_mean": RawMean,
        "bayesian_average": BayesianAverage,
        "wilson_lower_bound": WilsonLowerBound,
        "beta": Beta,
        "dirichlet": Dirichlet,
        "glicko2": Glicko2,
        "ordered_probit_filter": OrderedProbitFilter,
    }
)
"""What makes each model, with its default parameters, by its name."""


def default_models() -> tuple[Model, ...]:
    """Return all models with their default parameters, the default one first."""
    return tuple(make() for make in MODELS.values())
