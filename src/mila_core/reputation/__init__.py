"""Reputation: from revealed ratings to what is believed of each friend, and why."""

from mila_core.reputation.bayesian_average import BayesianAverageParams, Contribution, explain, score

__all__ = ["BayesianAverageParams", "Contribution", "explain", "score"]
