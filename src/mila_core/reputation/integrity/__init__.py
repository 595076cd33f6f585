"""Integrity: whom to trust, whose ratings to doubt, and what a person should look at.

`edges_of` makes edges of ratings, which the methods of the literature take: `trust` from certified people
(EigenTrust), `fairness_goodness` (Kumar et al. 2016), `rev2` (Kumar et al. 2018) and `iterative_filtering`
(Laureti et al. 2006). `flags` finds bursts, rings, unfair raters, repeats and sudden changes for a person to
look at; nothing is ever taken out by itself. `evidence_weight` says what a rating weighs by its booking, for
`reputation.score`, whose `Guard` damps bursts. `simulate_attack` measures how far an attack moves a score.
"""

from mila_core.reputation.integrity.attack_market import (
    Attack,
    AttackMarket,
    SimulatedMarket,
    simulated_market,
)
from mila_core.reputation.integrity.attacks import AttackReport, Score, attack_ratings, simulate_attack
from mila_core.reputation.integrity.edges import Edge, edges_of, stars_of
from mila_core.reputation.integrity.evidence import EvidenceParams, evidence_weight
from mila_core.reputation.integrity.fairness import FairnessGoodness, fairness_goodness
from mila_core.reputation.integrity.finding import flags, flags_in
from mila_core.reputation.integrity.flag_values import Flag, FlagKind, FlagParams
from mila_core.reputation.integrity.iterative_filtering import (
    IterativeFiltering,
    IterativeFilteringParams,
    iterative_filtering,
)
from mila_core.reputation.integrity.propagation import Trust, TrustParams, trust
from mila_core.reputation.integrity.reliability import Rev2, Rev2Params, rev2

__all__ = [
    "Attack",
    "AttackMarket",
    "AttackReport",
    "Edge",
    "EvidenceParams",
    "FairnessGoodness",
    "Flag",
    "FlagKind",
    "FlagParams",
    "IterativeFiltering",
    "IterativeFilteringParams",
    "Rev2",
    "Rev2Params",
    "Score",
    "SimulatedMarket",
    "Trust",
    "TrustParams",
    "attack_ratings",
    "edges_of",
    "evidence_weight",
    "fairness_goodness",
    "flags",
    "flags_in",
    "iterative_filtering",
    "rev2",
    "simulate_attack",
    "simulated_market",
    "stars_of",
    "trust",
]
