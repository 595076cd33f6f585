"""Flags, attacks, and the parameters of integrity."""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mila_core.reputation.integrity import (
    Attack,
    AttackMarket,
    AttackReport,
    EvidenceParams,
    Flag,
    FlagKind,
    FlagParams,
    IterativeFilteringParams,
    Rev2Params,
    TrustParams,
)
from mila_core.testing._values import ids, instants, kept, reasons


@kept
def flags() -> SearchStrategy[Flag]:
    """Return flags of all kinds; numbers and reasons need not agree."""
    people = st.lists(ids(), max_size=4, unique=True)
    return st.builds(
        lambda kind, subjects, involved, why, strength, between: Flag(
            flag_kind=kind,
            subject_ids=subjects,
            involved_ids=involved,
            why=why,
            strength=strength,
            first_at=min(between),
            last_at=max(between),
        ),
        st.sampled_from(FlagKind),
        people.filter(bool),
        people,
        reasons(),
        st.floats(0, 300),
        st.tuples(instants(), instants()),
    )


@kept
def flag_params() -> SearchStrategy[FlagParams]:
    """Return parameters from those that flag nearly everything to those that flag hardly anything."""
    few = st.integers(2, 50)
    return st.builds(
        FlagParams,
        false_alarm_chance=st.floats(1e-9, 0.5),
        burst_days=st.floats(0.01, 60),
        burst_least=few,
        ring_days=st.floats(0.01, 60),
        ring_people=few,
        ring_friends=few,
        ring_most=st.integers(2, 1_000),
        unfair_least=few,
        unfair_stars=st.floats(0.1, 4),
        unfair_false_share=st.floats(1e-9, 0.5),
        repeats_least=few,
        repeats_days=st.floats(0.01, 400),
        change_record=st.integers(5, 100),
        change_drop_stars=st.floats(0.1, 3),
        change_false_alarm_ratings=st.integers(10, 10**9),
    )


@kept
def trust_params() -> SearchStrategy[TrustParams]:
    """Return parameters of trust."""
    return st.builds(
        TrustParams,
        damping=st.floats(0.01, 0.95),
        backward_weight=st.just(0.0) | st.floats(0, 1),
        tolerance=st.floats(1e-10, 0.1),
    )


@kept
def rev2_params() -> SearchStrategy[Rev2Params]:
    """Return parameters of REV2, with and without priors."""
    prior = st.just(0.0) | st.floats(0, 5)
    return st.builds(
        Rev2Params,
        fairness_weight=st.just(0.0) | st.floats(0, 5),
        agreement_weight=st.floats(0.5, 5),
        rater_prior_weight=prior,
        subject_prior_weight=prior,
        tolerance=st.floats(1e-8, 1e-3),
    )


@kept
def evidence_params() -> SearchStrategy[EvidenceParams]:
    """Return what weighs less."""
    return st.builds(
        EvidenceParams,
        unpaid_weight=st.floats(0, 1),
        uncompleted_weight=st.floats(0, 1),
        counterparts_half=st.just(0.0) | st.floats(0, 20),
    )


@kept
def iterative_filtering_params() -> SearchStrategy[IterativeFilteringParams]:
    """Return parameters of iterative filtering, with few rounds and with many."""
    weight, exponent = st.floats(0.05, 5), st.just(0.0) | st.floats(0, 2)
    return st.builds(
        lambda start, **values: IterativeFilteringParams(
            trust_start=min(start, values["trust_prior"]), **values
        ),
        st.just(0.0) | st.floats(0, 1),
        strength_exponent=exponent,
        experience_exponent=exponent,
        burst_exponent=exponent,
        burst_half_life_days=st.floats(0.01, 400),
        negative_weight=st.floats(0, 5),
        prior_goodness=st.floats(0, 1),
        prior_weight=weight,
        trust_prior=weight,
        tolerance=st.floats(1e-10, 0.1),
        most_rounds=st.integers(1, 200),
    )


@kept
def attack_markets() -> SearchStrategy[AttackMarket]:
    """Return small markets with small attacks."""
    few = st.integers(1, 8)
    return st.builds(
        AttackMarket,
        friends=st.integers(10, 20),
        customers=st.integers(10, 60),
        ratings=st.integers(10, 150),
        days=st.integers(90, 800),
        quality_spread=st.floats(0, 2),
        kindness_spread=st.floats(0, 2),
        fresh_accounts=few,
        bad_mouthers=few,
        attack_days=st.floats(0.1, 5),
        repeats=few,
        ring_friends=st.integers(2, 5),
        ring_rounds=st.integers(1, 3),
        clique_accounts=few,
        camouflage_ratings=few,
        whitewash_ratings=st.integers(0, 4),
        milking_ratings=few,
    )


@kept
def attack_reports() -> SearchStrategy[AttackReport]:
    """Return reports of any success."""
    correlation = st.floats(-1, 1)
    return st.builds(
        AttackReport,
        attack=st.sampled_from(Attack),
        runs=st.integers(1, 1_000),
        percentile_before=st.floats(0, 100),
        points=st.floats(-100, 100),
        points_error=st.floats(0, 50),
        correlation_before=correlation,
        correlation_after=correlation,
    )
