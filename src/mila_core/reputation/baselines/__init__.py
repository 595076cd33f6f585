"""Models to compare with: the ones that platforms and the literature use, on the same protocol."""

from mila_core.reputation.baselines.bayesian_average import BayesianAverage
from mila_core.reputation.baselines.beta import Beta
from mila_core.reputation.baselines.dirichlet import Dirichlet
from mila_core.reputation.baselines.glicko2 import Glicko2
from mila_core.reputation.baselines.ordered_probit_filter import OrderedProbitFilter
from mila_core.reputation.baselines.raw_mean import RawMean
from mila_core.reputation.baselines.wilson_lower_bound import WilsonLowerBound

__all__ = [
    "BayesianAverage",
    "Beta",
    "Dirichlet",
    "Glicko2",
    "OrderedProbitFilter",
    "RawMean",
    "WilsonLowerBound",
]
