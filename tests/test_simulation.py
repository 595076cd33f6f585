"""Simulated bookings on an unreliable network: nothing is found wrong, unless a guard is taken away."""

from collections import Counter

import pytest

from tests.simulation.guards import GUARDS
from tests.simulation.runs import Report, run_world

_WORLDS = 7
_MOST_WORLDS = 15


@pytest.fixture(scope="module")
def report() -> Report:
    """Some hundred bookings."""
    found = Report()
    for seed in range(1, _WORLDS + 1):
        found.add(run_world(seed))
    return found


def test_nothing_is_found_wrong(report: Report) -> None:
    """Whatever is lost, late, repeated or crashes: the audit, the caches and the clients find nothing."""
    assert report.violations == []


def test_what_should_happen_happens(report: Report) -> None:
    """Every world has its bookings, nearly every event occurs, and each fault does."""
    assert report.bookings >= _WORLDS * 60
    assert len(report.missing) <= 2
    assert set(report.faults) == {
        "clock_skew",
        "crash",
        "delay",
        "duplicate",
        "late_timer",
        "lost_answer",
        "lost_command",
        "lost_timer",
        "slow",
        "stale",
        "stale_timer",
    }
    assert report.answers["conflict"] > 0
    assert report.answers["replayed"] > 0


def test_a_seed_gives_the_same_world_again(report: Report) -> None:
    """The same seed gives the same history to the byte, another seed another one."""
    again = run_world(2)
    assert again.digests[2] == report.digests[2]
    assert max(Counter(report.digests.values()).values()) == 1


@pytest.mark.parametrize("guard", sorted(GUARDS))
def test_a_guard_that_is_gone_is_missed(guard: str) -> None:
    """With any one guard taken away, something is found within some hundred bookings."""
    assert any(run_world(seed, without=guard).violations for seed in range(1, _MOST_WORLDS + 1))


@pytest.mark.parametrize(("guard", "code"), [("parties", "not_a_party"), ("sweep", "overdue")])
def test_the_audit_itself_sees_who_acts_and_what_is_overdue(guard: str, code: str) -> None:
    """That strangers act and that nobody sweeps shows in the events alone, in the first world already."""
    found = run_world(1, without=guard).violations
    assert any(each.startswith(f"seed=1 {code} ") for each in found)
