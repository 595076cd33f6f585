"""Trust against exact linear algebra, and what trust from certified people has to do."""

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import testing
from mila_core.errors import InvalidTypeError, InvalidValueError
from mila_core.reputation import integrity
from mila_core.reputation.integrity import Edge, TrustParams
from tests import wrong
from tests.reputation.integrity.networks import edge, edges

ROUNDING = 1e-12
EXACT = TrustParams(tolerance=1e-12)
people = st.sampled_from("abcdefg")
seeds = st.lists(people, min_size=1, max_size=3)


def exactly(given_edges: Sequence[Edge], seeds: Sequence[str], params: TrustParams) -> dict[str, Fraction]:
    """Return the scores as the solution of the linear equations, in exact fractions."""
    who = sorted({each for one in given_edges for each in (one.rater_id, one.subject_id)} | set(seeds))
    good: dict[tuple[str, str], float] = {}
    for each in sorted(given_edges):
        pair = each.rater_id, each.subject_id
        good[pair] = good.get(pair, 0.0) + each.score
    local = {(one, other): Fraction(0) for one in who for other in who}
    for (one, other), score in good.items():
        if score > 0:
            local[one, other] += Fraction(score)
            local[other, one] += Fraction(score) * Fraction(params.backward_weight)
    damping, start = Fraction(params.damping), Fraction(1, len(set(seeds)))
    starts = {each: start if each in seeds else Fraction(0) for each in who}
    rows = []
    for other in who:  # x[other] - d sum over one of C[one, other] x[one] = (1 - d) s[other]
        row = []
        for one in who:
            whole = sum(local[one, each] for each in who)
            share = local[one, other] / whole if whole else starts[other]
            row.append((Fraction(1) if one == other else Fraction(0)) - damping * share)
        rows.append([*row, (1 - damping) * starts[other]])
    return dict(zip(who, solved(rows), strict=True))


def solved(rows: list[list[Fraction]]) -> list[Fraction]:
    """Return the solution of linear equations by elimination."""
    for column in range(len(rows)):
        pivot = next(number for number in range(column, len(rows)) if rows[number][column])
        rows[column], rows[pivot] = rows[pivot], rows[column]
        rows[column] = [value / rows[column][column] for value in rows[column]]
        for number, row in enumerate(rows):
            if number != column and row[column]:
                rows[number] = [a - row[column] * b for a, b in zip(row, rows[column], strict=True)]
    return [row[-1] for row in rows]


def off(scores: Mapping[str, float], exact: Mapping[str, Fraction]) -> float:
    """Return all differences, added up."""
    assert list(scores) == list(exact)
    return math.fsum(abs(scores[each] - exact[each]) for each in exact)


@given(edges(), seeds, testing.trust_params())
def test_the_scores_are_as_near_as_is_said(
    given_edges: list[Edge], seeds: list[str], params: TrustParams
) -> None:
    """All differences from the exact scores add up to the error at most, which keeps to the tolerance."""
    found = integrity.trust(given_edges, seeds=seeds, params=params)
    assert found.error <= params.tolerance
    assert off(found.scores, exactly(given_edges, seeds, params)) <= found.error + ROUNDING


@given(edges(), seeds, testing.trust_params())
def test_the_scores_are_shares_of_one(given_edges: list[Edge], seeds: list[str], params: TrustParams) -> None:
    """Each is from 0 to 1, and they add up to 1, dead ends or not."""
    found = integrity.trust(given_edges, seeds=seeds, params=params).scores
    assert all(0 <= each <= 1 for each in found.values())
    assert abs(math.fsum(found.values()) - 1) < ROUNDING


def test_a_chain_worked_by_hand() -> None:
    """A seed, one it rated and one that rated: 1, d and d squared, to scale."""
    found = integrity.trust([edge("a", "b"), edge("b", "c")], seeds=["a"], params=EXACT).scores
    whole = 1 + 0.85 + 0.85**2
    assert found == pytest.approx({"a": 1 / whole, "b": 0.85 / whole, "c": 0.85**2 / whole}, abs=1e-11)


def test_a_star_worked_by_hand() -> None:
    """Two rated by the seed, one twice as well, share what is handed on in that proportion."""
    found = integrity.trust([edge("a", "b"), edge("a", "c", 0.5)], seeds=["a"], params=EXACT).scores
    assert found["b"] == pytest.approx(2 * found["c"], abs=1e-11)
    assert found["a"] == pytest.approx(1 / 1.85, abs=1e-11)


@given(edges(people="abcd"), st.sampled_from("abcd"), edges(people="wxyz"))
def test_accounts_that_no_certified_person_leads_to_get_nothing(
    honest: list[Edge], seed: str, fake: list[Edge]
) -> None:
    """However many rate each other, nobody of them is trusted, and nobody else's trust changes."""
    alone = integrity.trust(honest, seeds=[seed])
    together = integrity.trust([*honest, *fake], seeds=[seed])
    for each in {"w", "x", "y", "z"} & set(together.scores):
        assert together.scores[each] == 0
    for each, score in alone.scores.items():
        assert abs(together.scores[each] - score) <= alone.error + together.error + ROUNDING


@given(edges(people="abcd"), st.sampled_from("abcd"), st.lists(st.sampled_from("abcd"), max_size=9))
def test_praise_by_new_accounts_raises_nobody(honest: list[Edge], seed: str, praised: list[str]) -> None:
    """What accounts say that nobody trusts does not count."""
    fake = [edge(f"new{number}", each) for number, each in enumerate(praised)]
    alone = integrity.trust(honest, seeds=[seed]).scores
    together = integrity.trust([*honest, *fake], seeds=[seed]).scores
    assert all(together[each] <= alone.get(each, 0) + 1e-8 for each in "abcd" if each in together)


@given(edges(), seeds, people, people)
def test_a_good_rating_more_never_lowers_who_got_it(
    given_edges: list[Edge], seeds: list[str], one: str, other: str
) -> None:
    """Trust is monotone in what is said of a person."""
    if one == other:
        return
    more = [*given_edges, edge(one, other, 1.0, day=800)]
    before = integrity.trust(given_edges, seeds=seeds).scores.get(other, 0.0)
    assert integrity.trust(more, seeds=seeds).scores[other] >= before - 1e-8


@given(edges(), seeds)
def test_bad_ratings_hand_nothing_on(given_edges: list[Edge], seeds: list[str]) -> None:
    """Without a good pair all trust stays with the seeds."""
    bad = [each._replace(score=-abs(each.score)) for each in given_edges]
    found = integrity.trust(bad, seeds=seeds).scores
    assert all(found[each] == pytest.approx(1 / len(set(seeds))) for each in seeds)


def test_what_was_said_badly_later_takes_back() -> None:
    """All ratings of a pair are added up: five stars and one star are no good word."""
    found = integrity.trust([edge("a", "b"), edge("a", "b", -1.0, day=3)], seeds=["a"]).scores
    assert found["b"] == 0


def test_backward_weight_trusts_the_customers_of_the_certified() -> None:
    """A visit vouches for who paid it too, if asked to."""
    said = [edge("customer", "seed"), edge("customer", "helper")]
    assert integrity.trust(said, seeds=["seed"]).scores["helper"] == 0
    params = TrustParams(backward_weight=0.5)
    assert integrity.trust(said, seeds=["seed"], params=params).scores["helper"] > 0.1


def test_the_number_of_steps_is_bounded() -> None:
    """Each step shrinks the distance by the damping: no network takes more than its logarithm says."""
    ring = [edge(f"p{number}", f"p{(number + 1) % 50}") for number in range(50)]
    found = integrity.trust(ring, seeds=["p0"], params=EXACT)
    assert found.iterations <= math.log(1e-12 * 0.15 / 2) / math.log(0.85) + 2


# Bad input


@pytest.mark.parametrize(
    ("seeds", "error", "field"),
    [
        ([], InvalidValueError, "seeds"),
        ("andreas", InvalidTypeError, "seeds"),  # no sequence of letters
        (None, InvalidTypeError, "seeds"),
        ([None], InvalidTypeError, "seeds[0]"),
        (["a", 1], InvalidTypeError, "seeds[1]"),
        (["a", ""], InvalidValueError, "seeds[1]"),
    ],
)
def test_wrong_seeds_are_refused(seeds: Any, error: type[Exception], field: str) -> None:
    """Somebody has to be certified."""
    with pytest.raises(error) as caught:
        integrity.trust([edge("a", "b")], seeds=seeds)
    assert getattr(caught.value, "field", None) == field


NOT_FINITE: list[wrong.Row] = [
    (None, InvalidTypeError),
    ("1", InvalidTypeError),
    (True, InvalidTypeError),
    (math.nan, InvalidValueError),
    (math.inf, InvalidValueError),
    (-0.1, InvalidValueError),
    (1.1, InvalidValueError),
]


@pytest.mark.parametrize(
    ("field", "value", "error"),
    wrong.fields(
        damping=[*NOT_FINITE, (1, InvalidValueError)], backward_weight=NOT_FINITE, tolerance=NOT_FINITE
    ),
)
def test_wrong_params_are_refused(field: str, value: Any, error: type[InvalidValueError]) -> None:
    """An error names the field."""
    wrong.check_refused(TrustParams(), field, value, error)


def test_params_of_another_type_are_refused() -> None:
    """So is anything in their place."""
    with pytest.raises(InvalidTypeError):
        integrity.trust([], seeds=["a"], params=integrity.Rev2Params())  # type: ignore[arg-type]
