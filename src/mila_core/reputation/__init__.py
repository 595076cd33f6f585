"""Reputation: from revealed ratings to what is believed of each friend, and why.

`score` makes standings of ratings at once, `ReputationBook` keeps them up to date; `explain` says
what each rating adds. `backtest` judges models on a history, `fit` finds the parameters of the default one;
`LowRatings` predicts low ratings alone. Beside it reliability, counted from bookings and invitations, and the
badges that both earn; in `integrity` the methods against bought and made up ratings.
"""

from mila_core.reputation.backtesting import Backtest, ModelResult, backtest
from mila_core.reputation.badge_assessment import BadgeAssessment, BadgeVerdict, badges, strikes
from mila_core.reputation.baselines import (
    BayesianAverage,
    Beta,
    Dirichlet,
    Glicko2,
    OrderedProbitFilter,
    RawMean,
    WilsonLowerBound,
)
from mila_core.reputation.bayesian_average import BayesianAverageParams
from mila_core.reputation.book import ReputationBook
from mila_core.reputation.contributions import Contribution, ContributionPart
from mila_core.reputation.evidence import Evidence, merge_evidence, standing_of
from mila_core.reputation.explaining import explain, explain_change
from mila_core.reputation.files import read_table
from mila_core.reputation.fitting import Fitted, FittedParameter, fit
from mila_core.reputation.guard import Guard
from mila_core.reputation.history import History
from mila_core.reputation.links import OrdinalLink
from mila_core.reputation.low_rating_params import LowRatingsParams
from mila_core.reputation.low_ratings import LowRatings
from mila_core.reputation.models import MODELS
from mila_core.reputation.params import ReputationParams
from mila_core.reputation.protocol import Model, Progress
from mila_core.reputation.reliability_counts import POSITIVE_STARS, merge_reliabilities, reliability
from mila_core.reputation.scoring import score
from mila_core.reputation.tables import Table
from mila_core.reputation.two_sided import TwoSided

__all__ = [
    "MODELS",
    "POSITIVE_STARS",
    "Backtest",
    "BadgeAssessment",
    "BadgeVerdict",
    "BayesianAverage",
    "BayesianAverageParams",
    "Beta",
    "Contribution",
    "ContributionPart",
    "Dirichlet",
    "Evidence",
    "Fitted",
    "FittedParameter",
    "Glicko2",
    "Guard",
    "History",
    "LowRatings",
    "LowRatingsParams",
    "Model",
    "ModelResult",
    "OrderedProbitFilter",
    "OrdinalLink",
    "Progress",
    "RawMean",
    "ReputationBook",
    "ReputationParams",
    "Table",
    "TwoSided",
    "WilsonLowerBound",
    "backtest",
    "badges",
    "explain",
    "explain_change",
    "fit",
    "merge_evidence",
    "merge_reliabilities",
    "read_table",
    "reliability",
    "score",
    "standing_of",
    "strikes",
]
