"""Reputation: from revealed ratings to what is believed of each friend, and why."""

from mila_core.reputation.backtesting import Backtest, ModelResult, backtest
from mila_core.reputation.baselines import (
    BayesianAverage,
    Beta,
    Dirichlet,
    Glicko2,
    OrderedProbitFilter,
    RawMean,
    WilsonLowerBound,
)
from mila_core.reputation.bayesian_average import BayesianAverageParams, Contribution, explain, score
from mila_core.reputation.files import read_table
from mila_core.reputation.fitting import Fitted, FittedParameter, fit
from mila_core.reputation.guard import Guard
from mila_core.reputation.history import History
from mila_core.reputation.links import OrdinalLink
from mila_core.reputation.models import MODELS
from mila_core.reputation.params import ReputationParams
from mila_core.reputation.protocol import Model, Progress
from mila_core.reputation.tables import Table
from mila_core.reputation.two_sided import TwoSided

__all__ = [
    "MODELS",
    "Backtest",
    "BayesianAverage",
    "BayesianAverageParams",
    "Beta",
    "Contribution",
    "Dirichlet",
    "Fitted",
    "FittedParameter",
    "Glicko2",
    "Guard",
    "History",
    "Model",
    "ModelResult",
    "OrderedProbitFilter",
    "OrdinalLink",
    "Progress",
    "RawMean",
    "ReputationParams",
    "Table",
    "TwoSided",
    "WilsonLowerBound",
    "backtest",
    "explain",
    "fit",
    "read_table",
    "score",
]
