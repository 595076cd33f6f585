"""Chances against exact fractions, and the procedure of Benjamini and Hochberg against its definition."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core.reputation.integrity._chances import (
    beta_binomial_tail,
    discoveries,
    log_binomial_tail,
    log_poisson_tail,
    one_sided_chance,
    strength_of,
)

shares = st.fractions(0, 1, max_denominator=50)


def binomial_tail(tries: int, share: Fraction, least: int) -> Fraction:
    """Return the chance of at least so many hits."""
    return sum(
        (
            math.comb(tries, hits) * share**hits * (1 - share) ** (tries - hits)
            for hits in range(least, tries + 1)
        ),
        Fraction(0),
    )


@given(st.integers(0, 60), shares, st.integers(0, 65))
def test_the_binomial_tail_is_exact_above_the_mean(tries: int, share: Fraction, least: int) -> None:
    """Where fewer are expected it is the chance; elsewhere 1, which is never too small."""
    found = math.exp(log_binomial_tail(tries, float(share), least=least))
    exact = binomial_tail(tries, share, least)
    if least <= tries * share:
        assert found == 1
    else:
        assert found == pytest.approx(float(exact), rel=1e-9, abs=1e-300)


@given(st.floats(0.001, 50), st.integers(0, 120))
def test_the_poisson_tail_is_exact_above_the_mean(mean: float, least: int) -> None:
    """As above."""
    found = math.exp(log_poisson_tail(mean, least=least))
    exact = math.fsum(math.exp(n * math.log(mean) - mean - math.lgamma(n + 1)) for n in range(least, 400))
    assert found == pytest.approx(1 if least <= mean else exact, rel=1e-9)


def test_chances_too_small_for_a_float_are_told_apart() -> None:
    """They are logarithms."""
    assert log_binomial_tail(1_000, 1e-4, least=900) < log_binomial_tail(1_000, 1e-4, least=800) < -1_000
    assert log_poisson_tail(0.0, least=1) == -math.inf
    assert strength_of(-math.inf) == 300


@given(st.integers(1, 15), shares.filter(lambda share: 0 < share < 1), st.integers(1, 9))
def test_the_beta_binomial_tail_is_exact(tries: int, share: Fraction, tenths: int) -> None:
    """Against the product of Polya's urn, in fractions; without correlation it is the binomial one."""
    alike = Fraction(tenths, 10)
    one, other = share * (1 - alike) / alike, (1 - share) * (1 - alike) / alike

    def rising(start: Fraction, count: int) -> Fraction:
        return math.prod((start + step for step in range(count)), start=Fraction(1))

    chances = [
        math.comb(tries, hits) * rising(one, hits) * rising(other, tries - hits) / rising(one + other, tries)
        for hits in range(tries + 1)
    ]
    assert sum(chances) == 1
    for hits in range(tries + 1):
        found = beta_binomial_tail(tries, hits, share=float(share), alike=float(alike))
        assert found == pytest.approx(float(sum(chances[hits:])), rel=1e-9)
    bare = beta_binomial_tail(tries, tries, share=float(share), alike=0.0)
    assert bare == pytest.approx(float(share) ** tries, rel=1e-9)


@pytest.mark.parametrize(
    ("deviations", "chance"), [(0, 0.5), (1.6449, 0.05), (2.3263, 0.01), (-1.6449, 0.95)]
)
def test_a_normal_tail_is_as_in_the_tables(deviations: float, chance: float) -> None:
    """To four digits."""
    assert one_sided_chance(deviations) == pytest.approx(chance, abs=1e-5)


@given(st.lists(st.floats(0, 1), max_size=30), st.floats(0.001, 0.5))
def test_discoveries_are_those_of_the_definition(chances: list[float], rate: float) -> None:
    """The k smallest, for the largest k whose k-th smallest is at most k / m of the rate."""
    ordered, count = sorted(chances), len(chances)
    most = max((k for k in range(1, count + 1) if ordered[k - 1] <= rate * k / count), default=0)
    assert sorted(chances[number] for number in discoveries(chances, rate=rate)) == ordered[:most]


def test_the_example_of_benjamini_and_hochberg() -> None:
    """Fifteen chances of the paper's section 3.2: at 5 % four of them stand out."""
    chances = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240]
    chances += [0.4262, 0.5719, 0.6528, 0.7590, 1.0000]
    assert sorted(discoveries(chances, rate=0.05)) == [0, 1, 2, 3]


@pytest.mark.parametrize(("log_chance", "strength"), [(0.0, 0), (math.log(1e-3), 3), (1.0, 0)])
def test_a_strength_counts_zeros(log_chance: float, strength: float) -> None:
    """Three for one in a thousand, none for what is certain."""
    assert strength_of(log_chance) == pytest.approx(strength)
