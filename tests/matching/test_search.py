"""The search against the judgement of everyone, in crowds that change, with all kinds of requests."""

import copy
import pickle
from datetime import timedelta
from random import Random
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import mila_core.eligibility as eligibility
from mila_core.certifications import Revocation, Suspension
from mila_core.errors import InvalidTypeError, InvalidValueError, UnknownIdError
from mila_core.matching import MOST_KNOWN, FriendIndex, Ranking, RankingParams
from mila_core.periods import Period, Validity
from mila_core.policies import AvailabilityPolicy
from mila_core.serialization import dumps, loads
from mila_core.service_requests import ServiceRequest
from tests.journey import INDEX, MARKET, NOW, REQUEST
from tests.matching import crowd

PEOPLE = 16


def draw(seed: int) -> Random:
    """Return the chance of a seed."""
    return Random(seed)  # noqa: S311  # to be the same each time


def crowded(chance: Random, *, people: int = PEOPLE) -> FriendIndex:
    """Return an index of a crowd, under a policy and weights."""
    market = attrs.evolve(crowd.base(), policy=crowd.policy(chance))
    index = FriendIndex(market, params=crowd.params(chance))
    for number in range(people):
        index.upsert(**crowd.known_of(chance, f"f-{number}"))
    return index


def changed(index: FriendIndex, chance: Random) -> None:
    """Take somebody out, or replace what is known of somebody, or bring somebody new."""
    friend_id = f"f-{chance.randrange(PEOPLE + 3)}"
    known = crowd.known_of(chance, friend_id)
    if friend_id not in index:
        index.upsert(**known)
    elif chance.randrange(3):
        some = [name for name in ("offers", "standing", "busy", "reliability") if chance.randrange(2)]
        index.upsert(known["friend"], **{name: known[name] for name in some})
    else:
        index.remove(friend_id)


def asked(chance: Random) -> tuple[ServiceRequest, dict[str, Any]]:
    """Return a request, and how it is asked."""
    return crowd.request(chance), {
        "at": chance.choice([crowd.NOW, crowd.NOW, crowd.at(chance)]),
        "limit": chance.choice([1, 3, 10]),
        "params": chance.choice([None, None, crowd.params(chance)]),
        "known": chance.choice([None, ["f-1", "f-2"]]),
        "seed": chance.randrange(1000),
    }


@given(st.integers(0, 10**6))
def test_the_search_finds_whom_the_judgement_of_everyone_finds(seed: int) -> None:
    """After any updates, for any request and weights: the best are those of the naive scan, in its order."""
    chance = draw(seed)
    index = crowded(chance)
    for _ in range(2):
        changed(index, chance)
        request, how = asked(chance)
        found = index.rank(request, **how)
        assert found.matches == found.ranked[: found.limit]  # `ranked` judges everyone


def test_the_crowds_are_worth_searching() -> None:
    """In most searches of some hundred somebody may come, and in many more than are shown."""
    chance = draw(7)
    index = crowded(chance, people=80)
    counts = []
    for _ in range(40):
        request, how = asked(chance)
        counts.append(len(index.rank(request, **how | {"limit": 1000}).matches))
    assert sum(count > 0 for count in counts) >= 10
    assert max(counts) > 5


@given(st.integers(0, 10**6))
def test_the_order_in_which_friends_came_changes_nothing(seed: int) -> None:
    """Friends put in backwards, one by one, are ranked alike."""
    chance = draw(seed)
    market = attrs.evolve(crowd.base(), policy=crowd.policy(chance))
    known = [crowd.known_of(chance, f"f-{number}") for number in range(12)]
    index, mixed = FriendIndex(market), FriendIndex(market)
    for each in known:
        index.upsert(**each)
    for each in reversed(known):
        mixed.upsert(**each)
    request, how = asked(chance)
    assert index.rank(request, **how).complete() == mixed.rank(request, **how).complete()


@given(st.integers(0, 10**6))
def test_an_index_made_at_once_is_one_that_grew(seed: int) -> None:
    """Built from a market, or friend by friend: the same answers."""
    chance = draw(seed)
    known = [crowd.known_of(chance, f"f-{number}") for number in range(12)]
    empty = attrs.evolve(crowd.base(), policy=crowd.policy(chance))
    market = attrs.evolve(
        empty,
        friends=[each["friend"] for each in known],
        offers=[offer for each in known for offer in each["offers"]],
        standings=[each["standing"] for each in known if each["standing"] is not None],
        reliabilities=[each["reliability"] for each in known if each["reliability"] is not None],
    )
    index, grown = FriendIndex(market), FriendIndex(empty)
    for each in known:
        grown.upsert(**each | {"busy": ()})
    request, how = asked(chance)
    assert index.rank(request, **how).complete() == grown.rank(request, **how).complete()


@given(st.integers(0, 10**6))
def test_a_ranking_remembers_what_it_was_made_of(seed: int) -> None:
    """What happens to the index afterwards changes no answer of a ranking that was made before."""
    chance = draw(seed)
    index = crowded(chance, people=8)
    request, how = asked(chance)
    early, late, expected = (index.rank(request, **how) for _ in range(3))
    whys = [expected.why(f"f-{number}") for number in range(8)]
    early.why("f-0")
    for number in range(8):
        if chance.randrange(2):
            index.upsert(**crowd.known_of(chance, f"f-{number}"))
        elif len(index) > 1:
            index.remove(f"f-{number}")
    del expected
    assert [late.why(f"f-{number}") for number in range(8)] == whys
    assert early.complete() == late.complete()


# Why ----------------------------------------------------------------------------------------------------


def test_why_answers_for_everyone_and_agrees_with_eligibility() -> None:
    """Of a thousand friends each gets an answer: a match that is eligible, or the reasons that it gives."""
    chance = draw(3)
    market = attrs.evolve(crowd.base(), policy=crowd.policy(chance))
    known = {f"f-{number}": crowd.known_of(chance, f"f-{number}") for number in range(1000)}
    index = FriendIndex(
        attrs.evolve(
            market,
            friends=[each["friend"] for each in known.values()],
            offers=[offer for each in known.values() for offer in each["offers"]],
            standings=[each["standing"] for each in known.values() if each["standing"] is not None],
        )
    )
    request = attrs.evolve(crowd.request(chance), service_code=crowd.codes()[0])
    whys = index.rank(request, at=crowd.NOW).complete()
    answers = {each.friend_id: each for each in whys.others or ()}
    answers |= {each.friend_id: whys.why(each.friend_id) for each in whys.matches}
    assert set(answers) == set(known)
    for friend_id, why in answers.items():
        friend, offers = known[friend_id]["friend"], known[friend_id]["offers"]
        if why.match is not None:
            assert eligibility.check(friend, why.match.visit, offer=why.match.offer).is_eligible
            assert why.match.score == sum(term.points for term in why.match.terms)
        elif not any(offer.service_code == request.service_code for offer in offers):
            assert [each.code for each in why.eligibility.reasons] == ["no_offer"]
        else:
            assert why.eligibility.reasons
    positions = [why.position for why in answers.values() if why.position is not None]
    assert sorted(positions) == list(range(1, len(positions) + 1))


@given(st.integers(0, 10**6))
def test_the_answer_for_one_is_that_of_the_complete_ranking(seed: int) -> None:
    """Asked of the ranking, of the complete one or of the index: the same, the rank it would be too."""
    chance = draw(seed)
    index = crowded(chance, people=12)
    request, how = asked(chance)
    found = index.rank(request, **how)
    stored = loads(dumps(found.complete()), Ranking)
    del how["limit"]
    for friend_id in ("f-0", "f-5", "f-11"):
        assert found.why(friend_id) == stored.why(friend_id) == index.why(request, friend_id, **how)


def test_would_rank_is_the_rank_without_the_obstacle() -> None:
    """Elena is suspended; once she is not, she stands where it was said that she would."""
    found = INDEX.rank(REQUEST, at=NOW)
    elena = found.why("elena")
    friend = MARKET.friend("elena")
    index = FriendIndex(MARKET)
    index.upsert(
        attrs.evolve(
            friend, certifications=[attrs.evolve(each, suspensions=()) for each in friend.certifications]
        )
    )
    assert elena.would_rank == index.rank(REQUEST, at=NOW).why("elena").position is not None
    assert [why.code for why in elena.outlook] == ["would_be_eligible", "would_rank"]


def test_where_nothing_can_be_scored_nothing_is_said() -> None:
    """Without an offer, or where the request leaves no slot to anyone, there is no rank to have."""
    assert INDEX.rank(REQUEST, at=NOW).why("nadja").would_rank is None
    window = REQUEST.windows[0]
    short = attrs.evolve(REQUEST, windows=[Period(window.start, window.start.replace(minute=30))])
    assert INDEX.rank(short, at=NOW).why("andreas").would_rank is None


def test_a_ranking_as_a_value_answers_for_those_who_are_shown() -> None:
    """What was stored without the others knows the matches, and says of the rest that it does not know."""
    found = INDEX.rank(REQUEST, at=NOW, limit=2)
    for copied in (
        loads(dumps(found), Ranking),
        pickle.loads(pickle.dumps(found)),  # noqa: S301  # our own
        copy.copy(found),
        attrs.evolve(found),
    ):
        assert copied == found
        assert copied.why("beat") == found.why("beat")
        assert copied.match("andreas") == found.match("andreas")
        for ask in (lambda: copied.why("chiara"), lambda: copied.ranked, copied.complete):  # noqa: B023
            with pytest.raises(UnknownIdError):
                ask()


def test_no_more_are_shown_than_the_limit() -> None:
    """A ranking with more matches than its limit is an error."""
    with pytest.raises(InvalidValueError) as caught:
        attrs.evolve(INDEX.rank(REQUEST, at=NOW), limit=1)
    assert caught.value.field == "matches"


# Terms of a network's own -------------------------------------------------------------------------------


def test_who_was_there_before_can_count() -> None:
    """With a weight for it, a friend who is known to the customer moves up by that many points."""
    params = RankingParams(repeat_weight=3000)
    usual = INDEX.rank(REQUEST, at=NOW).match("chiara").score
    found = INDEX.rank(REQUEST, at=NOW, params=params, known=["chiara"])
    assert found.matches[0].friend_id == "chiara"
    assert found.matches[0].score == usual + 3000
    assert {each.terms[-1].points for each in found.matches[1:]} == {0}
    assert [each.why.code for each in found.matches[0].terms][4:] == ["repeat"]


@pytest.mark.parametrize(
    ("known", "error", "field"),
    [
        (["f"] * (MOST_KNOWN + 1), InvalidValueError, "known"),
        (["two words"], InvalidValueError, "known[0]"),
        ([7], InvalidTypeError, "known[0]"),
        ("chiara", InvalidTypeError, "known"),
        (7, InvalidTypeError, "known"),
    ],
    ids=["too many", "no id", "a number in it", "a text", "a number"],
)
def test_known_friends_are_ids_and_not_too_many(known: Any, error: type[Exception], field: str) -> None:
    """A list of candidates above the declared limit, or of something else, is an error that says so."""
    with pytest.raises(error) as caught:
        INDEX.rank(REQUEST, at=NOW, known=known)
    assert getattr(caught.value, "field", None) == field


def test_a_request_is_asked_for() -> None:
    """An id is no request."""
    wanted: Any = "r1"
    with pytest.raises(InvalidTypeError) as caught:
        INDEX.rank(wanted, at=NOW)
    assert caught.value.field == "request"


# What is judged in full ---------------------------------------------------------------------------------


def both_ways(index: FriendIndex, request: ServiceRequest) -> tuple[list[str], list[str]]:
    """Return whom the search finds, and whom the judgement of everyone finds."""
    found = index.rank(request, at=NOW)
    return [each.friend_id for each in found.matches], [each.friend_id for each in found.ranked]


def test_more_spans_than_are_kept_are_judged_one_by_one() -> None:
    """A friend with very many interruptions is found all the same, between two of them."""
    andreas = MARKET.friend("andreas")
    start = REQUEST.windows[0].start
    breaks = [
        Suspension(during=Validity(start + hour, start + hour + timedelta(minutes=5)), by="olga")
        for hour in (timedelta(hours=2 * number) for number in range(20))
    ]
    index = FriendIndex(MARKET)
    index.upsert(attrs.evolve(andreas, suspensions=breaks))
    searched, judged = both_ways(index, REQUEST)
    assert searched == judged
    assert "andreas" in searched


def test_a_certification_revoked_before_it_began_permits_nothing() -> None:
    """It counts at no time, for the search as for the judgement."""
    andreas = MARKET.friend("andreas")
    held = andreas.certifications[0]
    gone = attrs.evolve(held, revoked=Revocation(at=held.valid.start - timedelta(days=1), by="swisscom"))
    index = FriendIndex(MARKET)
    index.upsert(attrs.evolve(andreas, certifications=[gone]))
    searched, judged = both_ways(index, REQUEST)
    assert searched == judged == ["beat", "chiara"]


def test_an_offer_for_an_unknown_service_is_of_no_use() -> None:
    """It is kept with the friend, and found by no request."""
    index = FriendIndex(MARKET)
    offers = [attrs.evolve(MARKET.offer("andreas-1"), service_code="levitation")]
    index.upsert(MARKET.friend("andreas"), offers=offers)
    searched, judged = both_ways(index, REQUEST)
    assert searched == judged == ["beat", "chiara"]


def test_a_visit_longer_than_a_day_may_have_is_nobodys() -> None:
    """Where a day takes fewer minutes of visits than this one has, nobody can come."""
    policy = attrs.evolve(MARKET.policy, availability=AvailabilityPolicy(minutes_per_day=45))
    index = FriendIndex(attrs.evolve(MARKET, policy=policy))
    assert both_ways(index, REQUEST) == ([], [])
    assert index.earliest_slots(REQUEST, at=NOW) == ()


def test_an_empty_index_has_no_slots() -> None:
    """Without friends nobody is found, and nothing is wrong."""
    index = FriendIndex(attrs.evolve(MARKET, friends=(), offers=(), standings=()))
    assert index.rank(REQUEST, at=NOW).matches == ()
    assert index.earliest_slots(REQUEST, at=NOW) == ()
