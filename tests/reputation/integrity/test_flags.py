"""Flags: each kind against a slow way, its rate of false alarms, and what is never flagged."""

import math
from collections.abc import Sequence
from datetime import timedelta
from itertools import combinations
from random import Random
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import i18n, testing
from mila_core.errors import InvalidTypeError, InvalidValueError
from mila_core.names import LANGUAGES
from mila_core.ratings import Direction
from mila_core.reasons import reason
from mila_core.reputation import integrity
from mila_core.reputation.integrity import Attack, AttackMarket, Edge, Flag, FlagKind, FlagParams
from mila_core.reputation.integrity._bursts import bursts
from mila_core.reputation.integrity._changes import _highest, _ratio, changes
from mila_core.reputation.integrity._raters import repeats, unfair_raters
from mila_core.reputation.integrity._rings import mutual_rings, rings_together
from tests import wrong
from tests.reputation.integrity.networks import DAY, START, edge, edges, on, rating

PARAMS = FlagParams()
END = START.timestamp() + 730 * DAY


def kinds(flags: Sequence[Flag]) -> set[str]:
    """Return the kinds of some flags."""
    return {each.flag_kind.value for each in flags}


# Bursts --------------------------------------------------------------------------------------------------


def crowd(chance: Random, *, friends: int, each: int, season: bool = False) -> list[Edge]:
    """Return ratings at times of chance; with a season most of them fall into a quarter of the time."""
    found = []
    for friend in range(friends):
        for number in range(each):
            day = chance.random() * 730
            if season and chance.random() < 0.7:
                day = 365 + chance.random() * 180
            found.append(edge(f"c{friend}.{number}", f"f{friend}", day=day))
    return found


@pytest.mark.parametrize("season", [False, True])
def test_false_bursts_are_as_rare_as_asked_for(*, season: bool) -> None:
    """Of 150 honest markets at most a tenth has a burst by chance where a tenth is allowed, season or not."""
    params = FlagParams(false_alarm_chance=0.1, burst_least=2)
    chance = Random(1)  # noqa: S311  # a simulation, no secret
    wrong_ones = sum(
        bool(bursts(crowd(chance, friends=20, each=20, season=season), end=END, params=params))
        for _ in range(150)
    )
    assert wrong_ones <= 150 * 0.1 + 3 * math.sqrt(150 * 0.1 * 0.9)


def test_a_burst_is_found_with_all_that_is_in_it() -> None:
    """Twenty ratings within three days, among some sixty of two years."""
    chance = Random(2)  # noqa: S311  # as above
    fresh = [edge(f"new{number}", "f3", day=500 + number / 8) for number in range(20)]
    (found,) = bursts([*crowd(chance, friends=20, each=40), *fresh], end=END, params=PARAMS)
    assert found.subject_ids == ("f3",)
    assert set(found.involved_ids) >= {f"new{number}" for number in range(20)}
    assert found.strength > 10
    values = found.why.as_mapping()
    assert (values["total"], values["milli_stars"]) == (60, 5_000)
    assert 20 <= len(found.involved_ids) <= 24
    assert found.first_at >= on(493)
    assert found.last_at <= on(510)


def test_everybodys_busy_week_is_no_burst() -> None:
    """If all get ten ratings in one week, nobody stands out."""
    chance = Random(3)  # noqa: S311  # as above
    usual = crowd(chance, friends=20, each=20)
    week = [edge(f"w{f}.{n}", f"f{f}", day=400 + n / 2) for f in range(20) for n in range(10)]
    assert bursts([*usual, *week], end=END, params=PARAMS) == []


def test_somebody_new_is_no_burst() -> None:
    """Whose first rating is a week old has no record to stand out from."""
    chance = Random(4)  # noqa: S311  # as above
    fresh = [edge(f"n{number}", "new", day=724 + number / 4) for number in range(20)]
    assert bursts([*crowd(chance, friends=20, each=20), *fresh], end=END, params=PARAMS) == []


# Rings ---------------------------------------------------------------------------------------------------

SMALL = FlagParams(ring_people=3, ring_friends=2, false_alarm_chance=0.5)


def slow_core(given_edges: Sequence[Edge]) -> set[str]:
    """Return the 2-core of those who rate each other well: take out whoever has one partner or none."""
    good = {(each.rater_id, each.subject_id) for each in given_edges if each.score > 0}
    people = {each for pair in good for each in pair}
    while True:
        partners = {
            one: [other for other in people if (one, other) in good and (other, one) in good]
            for one in people
        }
        few = {one for one, others in partners.items() if len(others) < 2}
        if not few:
            return people
        people -= few


@given(edges(most=60, people="abcdef"))
def test_mutual_rings_are_the_2_core(given_edges: list[Edge]) -> None:
    """Everybody in a ring has two partners in it, and nobody with two is left out."""
    found = mutual_rings(given_edges, params=SMALL)
    core = slow_core(given_edges)
    assert {each for flag in found for each in flag.subject_ids} == core
    for flag in found:
        assert flag.why.get("people") == len(flag.subject_ids)


def test_a_mutual_ring_is_worked_by_hand() -> None:
    """Three who rate each other, and one who is rated but does not rate back."""
    pairs = [("a", "b"), ("b", "a"), ("b", "c"), ("c", "b"), ("c", "a"), ("a", "c")]
    ring = [edge(one, other, day=number) for number, (one, other) in enumerate(pairs)]
    (found,) = mutual_rings([*ring, edge("a", "d"), edge("d", "e")], params=PARAMS)
    assert found.subject_ids == ("a", "b", "c")
    assert found.why == reason("flag_ring_mutual", ratings=6, pairs=3, people=3)
    assert (found.first_at, found.last_at) == (on(0), on(5))


def test_bad_words_make_no_ring() -> None:
    """Three who quarrel are none."""
    quarrel = [edge(one, other, -1.0) for one in "abc" for other in "abc" if one != other]
    assert mutual_rings(quarrel, params=PARAMS) == []


def slow_pairs(given_edges: Sequence[Edge], params: FlagParams) -> set[tuple[str, str]]:
    """Return the pairs who rated enough of the same people within the days."""
    raters = sorted({each.rater_id for each in given_edges})
    found = set()
    for one, other in combinations(raters, 2):
        shared = {
            mine.subject_id
            for mine in given_edges
            for theirs in given_edges
            if (mine.rater_id, theirs.rater_id) == (one, other)
            and mine.subject_id == theirs.subject_id
            and abs(mine.seconds - theirs.seconds) <= params.ring_days * DAY
        }
        if len(shared) >= params.ring_friends:
            found.add((one, other))
    return found


@given(edges(most=40, people="abcde"))
def test_people_rate_together_who_share_enough(given_edges: list[Edge]) -> None:
    """Only pairs that the slow way finds are in a ring, and each in one is in such a pair."""
    params = attrs.evolve(SMALL, ring_days=30.0)
    pairs = slow_pairs(given_edges, params)
    for flag in rings_together(given_edges, params=params):
        members = set(flag.subject_ids)
        inside = {pair for pair in pairs if set(pair) <= members}
        assert {each for pair in inside for each in pair} == members


def test_a_clique_of_customers_is_found() -> None:
    """Four accounts that praise the same five friends on the same days."""
    chance = Random(5)  # noqa: S311  # as above
    clique = [
        edge(f"k{who}", f"f{friend}", day=100 + 40 * friend + who / 10)
        for who in range(4)
        for friend in range(5)
    ]
    usual = [
        edge(f"c{chance.randrange(200)}", f"f{chance.randrange(40)}", day=chance.random() * 730)
        for _ in range(1_200)
    ]
    (found,) = rings_together([*usual, *clique], params=PARAMS)
    assert found.subject_ids == ("k0", "k1", "k2", "k3")
    assert found.involved_ids == ("f0", "f1", "f2", "f3", "f4")
    assert found.why == reason("flag_ring_together", ratings=20, friends=5, people=4)


# Raters --------------------------------------------------------------------------------------------------


def honest(seed: int = 1) -> list[Edge]:
    """Return the edges of an honest market."""
    found = integrity.simulated_market(
        market=AttackMarket(friends=60, customers=500, ratings=4_000), seed=seed
    )
    return [*integrity.edges_of(found.ratings, at=found.at)]


def test_a_harsh_rater_is_found_and_no_other() -> None:
    """Somebody who gave one star to fifteen good friends."""
    harsh = [edge("grim", f"f{friend}", -1.0, day=10 * friend) for friend in range(15)]
    (found,) = unfair_raters([*honest(), *harsh], params=PARAMS)
    assert found.subject_ids == ("grim",)
    assert found.why.code == "flag_unfair_harsh"
    assert (found.why.get("off"), found.why.get("total")) == (15, 15)


def test_a_kind_rater_is_found() -> None:
    """Somebody who praises those of whom everybody else says ill."""
    chance = Random(7)  # noqa: S311  # as above
    bad = [
        edge(f"c{chance.randrange(300)}", f"f{chance.randrange(10)}", 1.0 if chance.random() < 0.05 else -1.0)
        for _ in range(3_000)
    ]
    kind = [edge("shill", f"f{friend}", 1.0, day=30.0 * friend) for friend in range(10)]
    found = unfair_raters([*bad, *kind], params=PARAMS)
    assert [(each.subject_ids, each.why.code) for each in found] == [(("shill",), "flag_unfair_kind")]


def test_honest_raters_are_hardly_ever_flagged() -> None:
    """Not one false flag of five hundred raters in each of eight markets, harsh ones among them."""
    assert [unfair_raters(honest(seed), params=PARAMS) for seed in range(8)] == [[]] * 8


@given(edges(most=40, people="abcd"), st.integers(2, 4), st.floats(0.5, 200))
def test_repeats_are_the_fullest_windows(given_edges: list[Edge], least: int, days: float) -> None:
    """Each pair with enough ratings in some window of so many days, and no other."""
    params = attrs.evolve(PARAMS, repeats_least=least, repeats_days=days)
    expected = {}
    for one, other in {(each.rater_id, each.subject_id) for each in given_edges}:
        times = [e.seconds for e in given_edges if (e.rater_id, e.subject_id) == (one, other)]
        fullest = max(sum(0 <= later - start <= days * DAY for later in times) for start in times)
        if fullest >= least:
            expected[one, other] = fullest
    found = repeats(given_edges, params=params)
    assert {(*each.subject_ids, *each.involved_ids): each.why.get("ratings") for each in found} == expected


# Changes -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("threshold", [20, 100])
def test_who_stays_the_same_is_flagged_as_late_as_is_said(threshold: int) -> None:
    """With a record that is right, it takes at least so many ratings in the mean (Lorden's bound)."""
    usual = {-1.0: 0.03, -0.5: 0.02, 0.0: 0.05, 0.5: 0.2, 1.0: 0.7}
    ratio = _ratio(usual, 0.5)
    chance, lengths = Random(6), []  # noqa: S311  # as above
    for _ in range(300):
        height, length = 0.0, 0
        while height < math.log(threshold):
            height = max(height, 0.0) + ratio[chance.choices([*usual], [*usual.values()])[0]]
            length += 1
        lengths.append(length)
    mean = sum(lengths) / len(lengths)
    assert mean >= threshold * (1 - 3 / math.sqrt(300))


@given(st.lists(st.sampled_from([-1.0, -0.5, 0.0, 0.5, 1.0]), min_size=1, max_size=25))
def test_the_highest_climb_is_that_of_the_best_stretch(scores: list[float]) -> None:
    """The sum that never falls below 0 is the largest sum of any stretch of ratings (Kadane)."""
    ratio = _ratio({-1.0: 0.1, -0.5: 0.1, 0.0: 0.1, 0.5: 0.2, 1.0: 0.5}, 0.5)
    sums = [
        math.fsum(ratio[each] for each in scores[first:behind])
        for first in range(len(scores))
        for behind in range(first + 1, len(scores) + 1)
    ]
    found = _highest([edge("a", "b", score) for score in scores], ratio)
    assert found.height == pytest.approx(max(0.0, *sums), abs=1e-9)
    stretch = math.fsum(ratio[each] for each in scores[found.first : found.behind])
    assert found.height == pytest.approx(stretch, abs=1e-9)


@given(st.sampled_from([0.05, 0.25, 0.5, 1.0]), st.lists(st.integers(1, 50), min_size=5, max_size=5))
def test_a_ratio_is_one_of_likelihoods(drop: float, counts: list[int]) -> None:
    """What is expected after the fall is a distribution too, with the mean that was asked for."""
    usual = {
        score: count / sum(counts) for score, count in zip([-1.0, -0.5, 0.0, 0.5, 1.0], counts, strict=True)
    }
    ratio = _ratio(usual, drop)
    fallen = {score: share * math.exp(ratio[score]) for score, share in usual.items()}
    mean = math.fsum(score * share for score, share in usual.items())
    assert math.fsum(fallen.values()) == pytest.approx(1)
    expected = max(mean - drop, (mean - 1) / 2)
    assert math.fsum(score * share for score, share in fallen.items()) == pytest.approx(expected, abs=1e-6)


def worker(after: Sequence[float]) -> list[Edge]:
    """Return a record of thirty good ratings, and what came after."""
    scores = [0.5, 0.5, *([1.0] * 28), *after]
    return [edge(f"w{number}", "worker", score, day=number) for number, score in enumerate(scores)]


def test_a_fall_after_a_good_record_is_found() -> None:
    """Ten visits with one or two stars, after thirty good ones."""
    (found,) = changes([*honest(), *worker([-1.0, -0.5] * 5)], params=PARAMS)
    assert found.subject_ids == ("worker",)
    assert found.first_at == on(30)
    assert found.why.get("ratings") == 10
    assert found.why.get("milli_stars") == 1_500
    assert found.why.get("milli_stars_before") == 4_900


def test_one_bad_rating_is_no_change() -> None:
    """Nor are two apart."""
    assert changes([*honest(), *worker([-1.0, *([1.0] * 10), -1.0])], params=PARAMS) == []


# All of them ---------------------------------------------------------------------------------------------


MARKET = AttackMarket(friends=60, customers=600, ratings=3_600)
EXPECTED = {
    Attack.FRESH_FIVES: "burst",
    Attack.BAD_MOUTHERS: "burst",
    Attack.CAMOUFLAGE: "burst",
    Attack.REPEATS: "repeats",
    Attack.RING: "ring",
    Attack.CLIQUE: "ring",
    Attack.MILKING: "change",
}


@pytest.mark.parametrize("attack", EXPECTED)
def test_an_attack_raises_the_flag_of_its_kind(attack: Attack) -> None:
    """About its target, on top, and it can be said in every language."""
    simulated = integrity.simulated_market(market=MARKET, seed=3)
    ratings = integrity.attack_ratings(simulated, attack=attack, target_id="f9", market=MARKET, seed=3)
    found = integrity.flags(ratings, at=simulated.at)
    (ours,) = [
        each
        for each in found
        if each.flag_kind.value == EXPECTED[attack] and "f9" in (*each.subject_ids, *each.involved_ids)
    ]
    for locale in LANGUAGES:
        assert i18n.word(ours.why, locale=locale)
        assert i18n.label("flag_kind", ours.flag_kind, locale=locale)


def test_whitewashing_raises_no_flag() -> None:
    """No rating shows that two ids are one person: that is for verifications to find."""
    simulated = integrity.simulated_market(market=MARKET, seed=3)
    ratings = integrity.attack_ratings(
        simulated, attack=Attack.WHITEWASHING, target_id="f9", market=MARKET, seed=3
    )
    after, before = (
        [(each.flag_kind, each.subject_ids) for each in integrity.flags(found, at=simulated.at)]
        for found in (ratings, simulated.ratings)
    )
    assert after == before


@given(edges(most=40), testing.flag_params())
def test_flags_are_sorted_and_speak_of_those_who_are_there(
    given_edges: list[Edge], params: FlagParams
) -> None:
    """The strongest first; of people and times of the network, whatever the parameters."""
    found = integrity.flags_in(given_edges, at=on(730), params=params)
    assert [each.strength for each in found] == sorted((each.strength for each in found), reverse=True)
    people = {each for one in given_edges for each in (one.rater_id, one.subject_id)}
    for flag in found:
        assert {*flag.subject_ids, *flag.involved_ids} <= people
        assert on(0) <= flag.first_at <= flag.last_at <= on(730)


@given(edges(most=30), st.floats(0, 700))
def test_what_comes_later_is_not_seen(given_edges: list[Edge], day: float) -> None:
    """The flags at an instant are those of the ratings until then."""
    params = FlagParams(burst_least=2, ring_friends=2, repeats_least=2, false_alarm_chance=0.5)
    early = [each for each in given_edges if each.seconds <= on(day).timestamp()]
    assert integrity.flags_in(given_edges, at=on(day), params=params) == integrity.flags_in(
        early, at=on(day), params=params
    )


def test_only_revealed_ratings_of_friends_are_looked_at_and_each_once() -> None:
    """Hidden ones, those of customers and redelivered ones change nothing."""
    ratings = [rating(number, f"c{number % 3}", "f1", stars=5, day=number / 4) for number in range(30)]
    found = integrity.flags(ratings, at=on(30))
    assert kinds(found) == {"burst", "repeats"}
    turned = [
        attrs.evolve(
            each, direction=Direction.OF_CUSTOMER, author_id=each.subject_id, subject_id=each.author_id
        )
        for each in ratings
    ]
    hidden = [
        attrs.evolve(each, booking_id=f"h{each.booking_id}", revealed_at=None, closes_at=on(40))
        for each in ratings
    ]
    assert integrity.flags([*ratings[::-1], *turned, *hidden, *ratings[:9]], at=on(30)) == found
    (burst,) = [
        each for each in integrity.flags([*ratings, *hidden], at=on(41)) if each.flag_kind is FlagKind.BURST
    ]
    assert burst.why.get("total") == 60


# Bad input


@pytest.mark.parametrize("at", [None, "2014-01-01", START.replace(tzinfo=None)])
def test_an_instant_that_is_none_is_refused(at: Any) -> None:
    """A naive one, too."""
    for call in (integrity.flags, integrity.flags_in):
        with pytest.raises((InvalidTypeError, InvalidValueError)) as caught:
            call([], at=at)
        assert caught.value.field == "at"


FLAG = Flag(
    flag_kind=FlagKind.BURST,
    subject_ids=["f1"],
    why=reason("flag_burst"),
    strength=3,
    first_at=START,
    last_at=START,
)


@pytest.mark.parametrize(
    ("field", "value", "error"),
    wrong.fields(
        flag_kind=[("burst", InvalidTypeError), (None, InvalidTypeError)],
        subject_ids=[*wrong.CODES, *wrong.EMPTY, (["a", "a"], InvalidValueError)],
        involved_ids=[*wrong.CODES, (["a", "a"], InvalidValueError)],
        why=wrong.OTHERS,
        strength=[
            (None, InvalidTypeError),
            (True, InvalidTypeError),
            (math.nan, InvalidValueError),
            (-1, InvalidValueError),
            (301, InvalidValueError),
        ],
        first_at=wrong.INSTANTS,
        last_at=[*wrong.INSTANTS, (START - timedelta(1), InvalidValueError)],
    ),
)
def test_a_wrong_flag_is_refused(field: str, value: Any, error: type[InvalidValueError]) -> None:
    """The error names the field."""
    wrong.check_refused(FLAG, field, value, error)


@pytest.mark.parametrize("field", [each.name for each in attrs.fields(FlagParams)])
def test_wrong_params_are_refused(field: str) -> None:
    """The error names the field."""
    for value in (None, "1", True):
        wrong.check_refused(PARAMS, field, value, InvalidTypeError)
    for outside in (-1, 10**13):
        wrong.check_refused(PARAMS, field, outside, InvalidValueError)
