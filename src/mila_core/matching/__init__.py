"""Matching: who may come, who fits best, and why; and for many requests at once, who goes where."""

from mila_core.matching.assigning import Edge, Engine, assign
from mila_core.matching.assignment import Assignment, Unserved
from mila_core.matching.index import FriendIndex
from mila_core.matching.plans import Plan, PlannedRequest
from mila_core.matching.ranking import Match, Ranking, Why
from mila_core.matching.replanning import replan
from mila_core.matching.shards import MergedShards, border_friends, merge_shards, split_by_region
from mila_core.matching.terms import RankingParams, Term
from mila_core.matching.visits import AssignedVisit, ProofPart, VisitAssignment, VisitEdge, assign_visits

__all__ = [
    "AssignedVisit",
    "Assignment",
    "Edge",
    "Engine",
    "FriendIndex",
    "Match",
    "MergedShards",
    "Plan",
    "PlannedRequest",
    "ProofPart",
    "Ranking",
    "RankingParams",
    "Term",
    "Unserved",
    "VisitAssignment",
    "VisitEdge",
    "Why",
    "assign",
    "assign_visits",
    "border_friends",
    "merge_shards",
    "replan",
    "split_by_region",
]
