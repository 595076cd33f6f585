"""Reputation: from revealed ratings to what is believed of each friend, and why."""

from mila_core.reputation.backtesting import Backtest, ModelResult, backtest
from mila_core.reputation.baselines import RawMean
from mila_core.reputation.bayesian_average import BayesianAverageParams, Contribution, explain, score
from mila_core.reputation.files import read_table
from mila_core.reputation.history import History
from mila_core.reputation.links import OrdinalLink
from mila_core.reputation.models import MODELS
from mila_core.reputation.protocol import Model, Progress
from mila_core.reputation.tables import Table

__all__ = [
    "MODELS",
    "Backtest",
    "BayesianAverageParams",
    "Contribution",
    "History",
    "Model",
    "ModelResult",
    "OrdinalLink",
    "Progress",
    "RawMean",
    "Table",
    "backtest",
    "explain",
    "read_table",
    "score",
]
