"""A ranking: the best first, everyone answered for, once."""

from typing import Any

import attrs
import pytest
from hypothesis import given

from mila_core import testing
from mila_core.eligibility import Eligibility
from mila_core.errors import InvalidValueError, UnknownIdError
from mila_core.matching import Match, Ranking, Why
from mila_core.reasons import reason
from tests import wrong
from tests.journey import INDEX, MATCH, NOW, REQUEST

EXAMPLE = INDEX.rank(REQUEST, at=NOW, limit=2)


@given(testing.rankings())
def test_as_many_are_shown_as_were_asked_for(ranking: Ranking) -> None:
    """The matches are the best of the ranked, up to the limit."""
    if ranking.others is None:
        return
    assert ranking.matches == ranking.ranked[: ranking.limit]
    assert len(ranking.matches) == min(ranking.limit, len(ranking.ranked))


@given(testing.matches())
def test_a_score_is_the_sum_of_its_terms(match: Match) -> None:
    """The points of the terms add up to the score, exactly."""
    score = 0
    for term in match.terms:
        score += term.points
    assert match.score == score
    assert match.friend_id == match.offer.friend_id


@given(testing.rankings())
def test_why_answers_for_everyone(ranking: Ranking) -> None:
    """Everyone in the ranking gets position and match, everyone else every reason."""
    if ranking.others is None:
        return
    for position, match in enumerate(ranking.ranked, start=1):
        expected = Why(
            friend_id=match.friend_id,
            position=position,
            match=match,
            eligibility=Eligibility(friend_id=match.friend_id),
        )
        assert ranking.why(match.friend_id) == expected
        assert ranking.match(match.friend_id) is match
    for refusal in ranking.refusals:
        why = ranking.why(refusal.friend_id)
        assert why == Why(friend_id=refusal.friend_id, eligibility=refusal, would_rank=why.would_rank)
        with pytest.raises(UnknownIdError):
            ranking.match(refusal.friend_id)


@given(testing.rankings())
def test_the_refused_are_counted_by_their_first_reason(ranking: Ranking) -> None:
    """Each refused friend counts once, the most frequent reason stands first, ties by code."""
    if ranking.others is None:
        return
    counted = dict(ranking.refused)
    firsts = [refusal.reasons[0].code for refusal in ranking.refusals]
    assert counted == {code: firsts.count(code) for code in firsts}
    order = [(-count, code) for code, count in ranking.refused.items()]
    assert order == sorted(order)


def test_why_answers_beyond_the_limit() -> None:
    """Who is not shown for the limit's sake has a position all the same."""
    assert [match.friend_id for match in EXAMPLE.matches] == ["beat", "andreas"]
    assert EXAMPLE.why("chiara").position == 3
    assert EXAMPLE.match("chiara").friend_id == "chiara"


def test_why_says_what_stands_in_the_way() -> None:
    """Who may not come gets every reason, and from when it would be otherwise."""
    assert EXAMPLE.why("nadja").eligibility.reasons == (reason("no_offer", service="game-console"),)
    elena = EXAMPLE.why("elena")
    assert (elena.position, elena.match) == (None, None)
    assert [why.code for why in elena.eligibility.reasons] == ["certification_suspended"]
    assert elena.eligibility.eligible_from is not None


def test_the_refused_of_the_pilot() -> None:
    """The counts of the example, the most frequent first."""
    assert list(EXAMPLE.refused.items()) == [
        ("no_offer", 4),
        ("too_far", 2),
        ("certification_suspended", 1),
        ("not_available", 1),
    ]


def test_the_counts_cannot_be_changed() -> None:
    """What a ranking says is not to be edited."""
    counts: Any = EXAMPLE.refused
    with pytest.raises(TypeError):
        counts["no_offer"] = 0


@pytest.mark.parametrize("friend_id", ["nobody", "", "anna"])
def test_an_unknown_friend_has_no_answer(friend_id: str) -> None:
    """Who is not in the market is an error, neither a match nor a refusal."""
    for ask in (EXAMPLE.why, EXAMPLE.match):
        with pytest.raises(UnknownIdError) as caught:
            ask(friend_id)
        assert caught.value.id == friend_id


@pytest.mark.parametrize(
    ("field", "value", "error"),
    wrong.fields(
        request=wrong.OTHERS,
        at=wrong.INSTANTS,
        params=wrong.OTHERS,
        limit=wrong.numbers(1, 1_000_000),
        matches=wrong.ITEMS,
        others=wrong.ITEMS[1:],
    ),
)
def test_a_wrong_ranking_is_refused(field: str, value: Any, error: type[InvalidValueError]) -> None:
    """What cannot be in a ranking is an error that names the field."""
    wrong.check_refused(EXAMPLE, field, value, error)


@pytest.mark.parametrize(
    ("field", "value", "error"),
    wrong.fields(
        offer=wrong.OTHERS, visit=wrong.OTHERS, distance_m=wrong.numbers(0, 1_000_000), terms=wrong.ITEMS
    ),
)
def test_a_wrong_match_is_refused(field: str, value: Any, error: type[InvalidValueError]) -> None:
    """What cannot be in a match is an error that names the field."""
    wrong.check_refused(MATCH, field, value, error)


@pytest.mark.parametrize(
    ("field", "value", "error"),
    wrong.fields(
        friend_id=wrong.IDS,
        position=wrong.numbers(1, 10**9)[1:],
        would_rank=wrong.numbers(1, 10**9)[1:],
        match=wrong.OTHERS[1:],
        eligibility=wrong.OTHERS,
    ),
)
def test_a_wrong_answer_is_refused(field: str, value: Any, error: type[InvalidValueError]) -> None:
    """What cannot be in an answer is an error that names the field."""
    wrong.check_refused(EXAMPLE.why("beat"), field, value, error)


def test_equal_rankings_are_equal() -> None:
    """Asked the same again, the same comes out."""
    again = INDEX.rank(REQUEST, at=NOW, limit=2)
    assert again == EXAMPLE
    assert hash(again) == hash(EXAMPLE)
    assert attrs.evolve(EXAMPLE, limit=3) != EXAMPLE
    assert EXAMPLE.complete() == again.complete() != EXAMPLE
