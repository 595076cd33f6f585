"""A certification counts only if it holds through the whole visit, to the second."""

import pickle
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mila_core import testing
from mila_core.catalogue import Service
from mila_core.certifications import (
    Certification,
    Revocation,
    Suspension,
    check_certifications,
    check_suspensions,
    lift,
    reinstate,
    revoke,
    suspend,
)
from mila_core.errors import InvalidInputError, InvalidTypeError, InvalidValueError
from mila_core.money import chf
from mila_core.names import Names
from mila_core.periods import Period, Validity
from mila_core.reasons import reason
from mila_core.verdicts import Verdict
from tests import wrong

START = datetime(2013, 11, 28, 17, tzinfo=UTC)
END = datetime(2013, 11, 28, 18, tzinfo=UTC)
VISIT = Period(START, END)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)

WORDS = Names(de="a", fr="b", it="c", en="d")
SERVICE = Service(
    code="tv-channels",
    category="television",
    minutes=60,
    requires=frozenset({"television"}),
    level=2,
    price_from=chf(30),
    price_to=chf(100),
    names=WORDS,
    descriptions=WORDS,
)
HELD = Certification(
    id="swisscom-1",
    issuer_id="swisscom",
    scope=frozenset({"television"}),
    level=2,
    valid=Validity(START - 9 * HOUR, END + 9 * HOUR),
)


def suspended(start: datetime, end: datetime | None) -> dict[str, Any]:
    """Return the change that suspends a certification."""
    return {"suspensions": [Suspension(during=Validity(start, end), by="swisscom")]}


def revoked(at: datetime) -> dict[str, Any]:
    """Return the change that revokes a certification."""
    return {"revoked": Revocation(at=at, by="swisscom")}


EDGES: list[tuple[str, dict[str, Any], str | None, datetime | None]] = [
    ("as it is", {}, None, None),
    # valid from
    ("valid from the start", {"valid": Validity(START)}, None, None),
    ("valid a second before", {"valid": Validity(START - SECOND)}, None, None),
    (
        "valid a second late",
        {"valid": Validity(START + SECOND)},
        "certification_not_yet_valid",
        START + SECOND,
    ),
    ("valid from the end", {"valid": Validity(END)}, "certification_not_yet_valid", END),
    ("valid long after", {"valid": Validity(END + HOUR)}, "certification_not_yet_valid", END + HOUR),
    # valid until
    ("valid to the end", {"valid": Validity(START - HOUR, END)}, None, None),
    ("valid a second longer", {"valid": Validity(START - HOUR, END + SECOND)}, None, None),
    ("ends a second early", {"valid": Validity(START - HOUR, END - SECOND)}, "certification_expired", None),
    ("ends at the start", {"valid": Validity(START - HOUR, START)}, "certification_expired", None),
    ("ended before", {"valid": Validity(START - HOUR, START - SECOND)}, "certification_expired", None),
    ("exactly the visit", {"valid": Validity(START, END)}, None, None),
    (
        "within the visit",
        {"valid": Validity(START + SECOND, END - SECOND)},
        "certification_not_yet_valid certification_expired",
        None,
    ),
    # revoked
    ("revoked a second after", revoked(END + SECOND), None, None),
    ("revoked at the end", revoked(END), None, None),
    ("revoked a second early", revoked(END - SECOND), "certification_revoked", None),
    ("revoked at the start", revoked(START), "certification_revoked", None),
    ("revoked long ago", revoked(START - 8 * HOUR), "certification_revoked", None),
    # suspended
    ("suspended to the start", suspended(START - HOUR, START), None, None),
    (
        "suspended a second into it",
        suspended(START - HOUR, START + SECOND),
        "certification_suspended",
        START + SECOND,
    ),
    ("suspended within it", suspended(START + SECOND, END - SECOND), "certification_suspended", END - SECOND),
    ("suspended through it", suspended(START - HOUR, END + HOUR), "certification_suspended", END + HOUR),
    (
        "suspended from the last second",
        suspended(END - SECOND, END + HOUR),
        "certification_suspended",
        END + HOUR,
    ),
    ("suspended from the end", suspended(END, END + HOUR), None, None),
    (
        "suspended for good before",
        suspended(START - HOUR, None),
        "certification_suspended_indefinitely",
        None,
    ),
    ("suspended for good in it", suspended(END - SECOND, None), "certification_suspended_indefinitely", None),
    ("suspended for good after", suspended(END, None), None, None),
    # level
    ("of the level asked for", {"level": 2}, None, None),
    ("of a higher level", {"level": 3}, None, None),
    ("of a lower level", {"level": 1}, "certification_level_too_low", None),
    # scope
    ("for the service alone", {"scope": {"tv-channels"}}, None, None),
    ("for another field", {"scope": {"internet"}}, "certification_missing", None),
    ("for several fields", {"scope": {"internet", "television"}}, None, None),
    # several things at once: every one is told
    (
        "revoked and suspended",
        revoked(START) | suspended(START, END),
        "certification_revoked certification_suspended",
        None,
    ),
    (
        "revoked and low",
        revoked(START) | {"level": 1},
        "certification_revoked certification_level_too_low",
        None,
    ),
    (
        "low and not yet valid",
        {"level": 1, "valid": Validity(END)},
        "certification_level_too_low certification_not_yet_valid",
        None,
    ),
    (
        "late and suspended",
        suspended(START, END + HOUR) | {"valid": Validity(END)},
        "certification_not_yet_valid certification_suspended",
        END + HOUR,
    ),
    (
        "ended and suspended",
        suspended(START, END) | {"valid": Validity(START - HOUR, START)},
        "certification_expired certification_suspended",
        None,
    ),
]


@pytest.mark.parametrize(
    ("change", "code", "later"), [row[1:] for row in EDGES], ids=[row[0] for row in EDGES]
)
def test_each_status_holds_to_the_second(
    change: dict[str, Any], code: str | None, later: datetime | None
) -> None:
    """Of each status, a second more or less at either end of the visit decides, and the reason says which."""
    verdict = check_certifications([attrs.evolve(HELD, **change)], SERVICE, during=VISIT)
    assert [why.code for why in verdict.reasons] == ([] if code is None else code.split())
    assert verdict.later == later


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (revoked(START), reason("certification_revoked", id="swisscom-1", at=START)),
        ({"level": 1}, reason("certification_level_too_low", id="swisscom-1", level=1, needed=2)),
        ({"valid": Validity(END)}, reason("certification_not_yet_valid", id="swisscom-1", valid_from=END)),
        (
            {"valid": Validity(START - HOUR, START)},
            reason("certification_expired", id="swisscom-1", ended_at=START),
        ),
        (suspended(START, END), reason("certification_suspended", id="swisscom-1", until=END)),
        (suspended(START, None), reason("certification_suspended_indefinitely", id="swisscom-1")),
        ({"scope": {"internet"}}, reason("certification_missing", field="television", level=2)),
    ],
)
def test_a_reason_carries_what_its_wording_needs(change: dict[str, Any], why: Any) -> None:
    """A reason names the certification, or the field without one, and the instant or level that decides."""
    assert check_certifications([attrs.evolve(HELD, **change)], SERVICE, during=VISIT).reasons == (why,)


def test_each_field_needs_its_certification() -> None:
    """A service of several fields needs all of them certified; one for the service itself covers each."""
    both = attrs.evolve(SERVICE, requires={"television", "internet"})
    verdict = check_certifications([HELD], both, during=VISIT)
    assert verdict.reasons == (reason("certification_missing", field="internet", level=2),)
    whole = attrs.evolve(HELD, scope={both.code})
    assert check_certifications([whole], both, during=VISIT) == Verdict()
    other = attrs.evolve(HELD, id="swisscom-2", scope={"internet"})
    assert check_certifications([other, HELD], both, during=VISIT) == Verdict()


def test_nobody_is_certified_without_certifications() -> None:
    """Without any certification each field is missing, in the order of the alphabet."""
    both = attrs.evolve(SERVICE, requires={"television", "internet"})
    verdict = check_certifications([], both, during=VISIT)
    assert [why.get("field") for why in verdict.reasons] == ["internet", "television"]
    assert verdict.later is None


def test_two_certifications_do_not_make_a_whole() -> None:
    """One that ends in mid-visit and one that begins there do not cover it, and both say why."""
    middle = START + HOUR / 2
    halves = [
        attrs.evolve(HELD, id="first", valid=Validity(START, middle)),
        attrs.evolve(HELD, id="second", valid=Validity(middle, END + HOUR)),
    ]
    verdict = check_certifications(halves, SERVICE, during=VISIT)
    assert [why.code for why in verdict.reasons] == ["certification_expired", "certification_not_yet_valid"]
    assert verdict.later == middle


def test_the_earliest_of_several_ways_counts() -> None:
    """Where one of two certifications comes into force earlier, that is when the answer may be yes."""
    held = [
        attrs.evolve(HELD, id="late", valid=Validity(END + 2 * HOUR)),
        attrs.evolve(HELD, id="early", valid=Validity(END + HOUR)),
        attrs.evolve(HELD, id="never", level=1),
    ]
    assert check_certifications(held, SERVICE, during=VISIT).later == END + HOUR


def test_the_latest_of_several_needs_counts() -> None:
    """Where two fields are needed, the answer is no until both are certified."""
    both = attrs.evolve(SERVICE, requires={"television", "internet"})
    held = [
        attrs.evolve(HELD, id="tv", valid=Validity(END + 2 * HOUR)),
        attrs.evolve(HELD, id="net", scope={"internet"}, valid=Validity(END + HOUR)),
    ]
    assert check_certifications(held, both, during=VISIT).later == END + 2 * HOUR


# --- against a walk through the hours

HOURS = 12
FIELDS = ("internet", "television", "tv-channels")


def at(hour: int) -> datetime:
    """Return the instant that many hours after the start of the visit."""
    return START + hour * HOUR


def spans() -> SearchStrategy[Validity]:
    """Return spans on whole hours, close together, some without an end."""
    hours = st.integers(-2, HOURS)
    some = st.tuples(hours, hours).filter(lambda ends: ends[0] != ends[1]).map(sorted)
    return some.map(lambda ends: Validity(at(ends[0]), at(ends[1]))) | hours.map(
        lambda hour: Validity(at(hour))
    )


def held() -> SearchStrategy[list[Certification]]:
    """Return up to three certifications that may or may not hold."""
    one = st.builds(
        Certification,
        id=st.sampled_from(["a", "b", "c"]),
        issuer_id=st.just("swisscom"),
        scope=st.frozensets(st.sampled_from(FIELDS), min_size=1, max_size=2),
        level=st.integers(1, 3),
        valid=spans(),
        suspensions=st.lists(testing.suspensions(during=spans()), max_size=2),
        revoked=st.none() | testing.revocations(at=st.integers(0, HOURS).map(at)),
    )
    return st.lists(one, max_size=3, unique_by=lambda each: each.id)


def visits() -> SearchStrategy[Period]:
    """Return visits of one to three hours."""
    return st.builds(
        lambda start, hours: Period(at(start), at(start + hours)), st.integers(0, 8), st.integers(1, 3)
    )


def services() -> SearchStrategy[Service]:
    """Return services that require one or two fields."""
    return st.builds(
        lambda level, requires: attrs.evolve(SERVICE, level=level, requires=requires),
        st.integers(1, 3),
        st.frozensets(st.sampled_from(FIELDS[:2]), min_size=1),
    )


def counts_at(certification: Certification, hour: int) -> bool:
    """Say whether a certification counts in the hour that begins then: by looking at that hour alone."""
    valid, suspensions, revocation = certification.valid, certification.suspensions, certification.revoked
    return (
        at(hour) in valid
        and not any(at(hour) in each.during for each in suspensions)
        and (revocation is None or at(hour) < revocation.at)
    )


def permitted(certifications: list[Certification], service: Service, visit: Period) -> bool:
    """Say whether certifications permit a service: hour by hour."""
    hours = [hour for hour in range(-2, HOURS + 4) if visit.start <= at(hour) < visit.end]
    return all(
        any(
            {field, service.code} & each.scope
            and each.level >= service.level
            and all(counts_at(each, hour) for hour in hours)
            for each in certifications
        )
        for field in service.requires
    )


@given(held(), services(), visits())
def test_a_visit_is_permitted_if_one_holds_in_each_hour(
    certifications: list[Certification], service: Service, visit: Period
) -> None:
    """The answer is that of a walk through the hours, and a no has a reason."""
    verdict = check_certifications(certifications, service, during=visit)
    assert (not verdict.reasons) == permitted(certifications, service, visit)
    assert verdict.later is None or verdict.later > visit.start


@given(held(), services(), visits())
def test_nothing_is_permitted_before_later(
    certifications: list[Certification], service: Service, visit: Period
) -> None:
    """`later` is a true lower bound, and where there is none, waiting does not help."""
    verdict = check_certifications(certifications, service, during=visit)
    length = visit.end - visit.start
    if not verdict.reasons:
        return
    moved = [Period(at(hour), at(hour) + length) for hour in range(HOURS + 4) if at(hour) > visit.start]
    for slot in moved:
        if verdict.later is None or slot.start < verdict.later:
            assert not permitted(certifications, service, slot)


@given(held(), services(), visits(), held())
def test_one_more_certification_never_makes_a_no(
    certifications: list[Certification], service: Service, visit: Period, more: list[Certification]
) -> None:
    """Whoever may do a visit may still do it with another certification, whatever its status."""
    extended = [*certifications, *(attrs.evolve(each, id=f"more-{each.id}") for each in more)]
    if not check_certifications(certifications, service, during=visit).reasons:
        assert not check_certifications(extended, service, during=visit).reasons


@given(held(), services(), visits(), st.randoms(use_true_random=False))
def test_the_order_of_certifications_does_not_matter(
    certifications: list[Certification], service: Service, visit: Period, random: Any
) -> None:
    """The same certifications in another order give the same reasons in the same order."""
    before = check_certifications(certifications, service, during=visit)
    random.shuffle(certifications)
    assert check_certifications(iter(certifications), service, during=visit) == before
    assert len(set(before.reasons)) == len(before.reasons)


@given(st.lists(testing.suspensions(during=spans()), max_size=4), visits())
def test_a_suspension_counts_if_it_touches_the_visit(suspensions: list[Suspension], visit: Period) -> None:
    """The answer is yes where no hour is suspended, else no, for good if a suspension has no end."""
    hours = [hour for hour in range(HOURS + 4) if visit.start <= at(hour) < visit.end]
    hit = [each.during for each in suspensions if any(at(hour) in each.during for hour in hours)]
    verdict = check_suspensions(iter(suspensions), visit, code="suspended", of="x")
    ends = [each.end for each in hit]
    if not hit:
        assert verdict == Verdict()
    elif None in ends:
        assert verdict == Verdict((reason("suspended_indefinitely", id="x"),))
    else:
        last = max(end for end in ends if end is not None)
        assert verdict == Verdict((reason("suspended", id="x", until=last),), last)


# --- bad input

SUSPENSION = Suspension(during=Validity(START, END), by="swisscom")
REVOCATION = Revocation(at=START, by="swisscom")


@pytest.mark.parametrize(
    ("field", "value", "error"),
    wrong.fields(
        id=wrong.IDS,
        issuer_id=wrong.IDS,
        scope=[*wrong.CODES, *wrong.EMPTY, ({1}, InvalidTypeError)],
        level=wrong.numbers(1, 3),
        valid=wrong.OTHERS,
        suspensions=[*wrong.ITEMS, ([REVOCATION], InvalidTypeError)],
        revoked=[*wrong.OTHERS[1:], (START, InvalidTypeError)],
        evidence=wrong.OPTIONAL_IDS,
    ),
)
def test_a_wrong_field_of_a_certification_is_refused(
    field: str, value: Any, error: type[InvalidInputError]
) -> None:
    """Each field is checked on its own, and the error names it."""
    wrong.check_refused(HELD, field, value, error)


@pytest.mark.parametrize(
    ("field", "value", "error"),
    wrong.fields(during=wrong.OTHERS, by=wrong.IDS, note=wrong.texts(500, may_be_empty=True)),
)
def test_a_wrong_field_of_a_suspension_is_refused(
    field: str, value: Any, error: type[InvalidInputError]
) -> None:
    """Each field is checked on its own, and the error names it."""
    wrong.check_refused(SUSPENSION, field, value, error)


@pytest.mark.parametrize(
    ("field", "value", "error"),
    wrong.fields(at=wrong.INSTANTS, by=wrong.IDS, note=wrong.texts(500, may_be_empty=True)),
)
def test_a_wrong_field_of_a_revocation_is_refused(
    field: str, value: Any, error: type[InvalidInputError]
) -> None:
    """Each field is checked on its own, and the error names it."""
    wrong.check_refused(REVOCATION, field, value, error)


@pytest.mark.parametrize("example", [SUSPENSION, REVOCATION])
def test_a_note_is_the_same_however_its_accents_were_typed(example: Suspension | Revocation) -> None:
    """Accents of their own and letters with accents make equal notes, and no note is the empty one."""
    assert attrs.evolve(example, note="Zoe\u0301") == attrs.evolve(example, note="Zo\u00e9")
    assert example.note == ""


def test_a_certification_is_basic_and_in_force_unless_said_otherwise() -> None:
    """The defaults: the lowest level, never suspended, not revoked, without a reference to its proof."""
    plain = Certification(id="a", issuer_id="b", scope=frozenset({"c"}), valid=Validity(START))
    assert (plain.level, plain.suspensions, plain.revoked, plain.evidence) == (1, (), None, None)


@pytest.mark.parametrize("example", [SUSPENSION, REVOCATION])
def test_a_note_is_neither_shown_nor_repeated(example: Suspension | Revocation) -> None:
    """A note is about a person: it is in no repr, and no error repeats it."""
    assert "rude" not in repr(attrs.evolve(example, note="Sonja was rude"))
    assert "rude" not in str(wrong.check_refused(example, "note", "Sonja was rude\0", InvalidValueError))


def test_the_repr_of_a_certification_is_the_same_in_each_process() -> None:
    """The scope is shown in order, as the order inside a set is not the same everywhere."""
    certification = attrs.evolve(HELD, scope=list("hgfedcba"))
    assert "scope=frozenset({'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'})" in repr(certification)


@given(testing.certifications())
def test_a_certification_survives_a_copy(certification: Certification) -> None:
    """A pickled certification is equal, notes included, and hashes equal."""
    twin = pickle.loads(pickle.dumps(certification))  # noqa: S301  # our own bytes
    assert twin == certification
    assert hash(twin) == hash(certification)


# Suspending, reinstating, revoking -----------------------------------------------------------------------


def counts(certification: Certification, start: datetime) -> bool:
    """Say whether a certification permits an hour from an instant on."""
    return not check_certifications([certification], SERVICE, during=Period(start, start + HOUR)).reasons


def test_what_is_suspended_counts_again_once_it_is_reinstated() -> None:
    """Actor and reason of both decisions stay; what lay between stays suspended."""
    away = suspend(HELD, during=Validity(START), by="olga", note="complaint")
    assert not counts(away, START)
    back = reinstate(away, at=START + 3 * HOUR, by="oscar", note="settled")
    assert [counts(back, START + hours * HOUR) for hours in (-1, 0, 2, 3)] == [True, False, False, True]
    (suspension,) = back.suspensions
    assert (suspension.by, suspension.note) == ("olga", "complaint")
    assert (suspension.lifted_by, suspension.lifted_note) == ("oscar", "settled")


def test_lifting_leaves_what_is_over_or_yet_to_come() -> None:
    """Only what is running at the instant is lifted; no record is ever dropped."""
    past, running, now, coming = (
        Suspension(during=each, by="olga")
        for each in (
            Validity(START - 2 * HOUR, START - HOUR),
            Validity(START - HOUR, END + HOUR),
            Validity(START),
            Validity(END),
        )
    )
    found = lift([past, running, now, coming], at=START, by="oscar")
    assert found == (
        past,
        attrs.evolve(running, during=Validity(START - HOUR, START), lifted_by="oscar"),
        now,
        coming,
    )


def test_of_several_suspensions_the_one_that_is_meant_is_lifted() -> None:
    """Who comes back from holidays does not end an inquiry."""
    inquiry = Suspension(during=Validity(START - 2 * HOUR), by="swisscom", note="inquiry")
    holidays = Suspension(during=Validity(START - HOUR, END + HOUR), by="sonja")
    with pytest.raises(InvalidValueError) as caught:
        lift([inquiry, holidays], at=START, by="sonja")
    assert caught.value.field == "which"
    left = lift([inquiry, holidays], at=START, by="sonja", which=holidays)
    assert left[0] == inquiry
    assert left[1].lifted_by == "sonja"
    with pytest.raises(InvalidValueError):
        lift([inquiry], at=START, by="sonja", which=holidays)


def test_days_of_grace_are_days_of_the_calendar() -> None:
    """The day on which the clocks go back has 25 hours, and all of them are of that day."""
    end = datetime(2026, 10, 24, 22, tzinfo=UTC)  # midnight in Switzerland
    held = attrs.evolve(HELD, valid=Validity(START, end))
    late = Period(datetime(2026, 10, 25, 21, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC))
    later = Period(late.start, late.end + SECOND)
    found = [check_certifications([held], SERVICE, during=each, grace_days=1) for each in (late, later)]
    assert [not verdict.reasons for verdict in found] == [True, False]


@pytest.mark.parametrize("at", [START - HOUR, END])
def test_what_is_not_suspended_cannot_be_reinstated(at: datetime) -> None:
    """Before and after there is nothing to lift."""
    away = suspend(HELD, during=Validity(START, END), by="olga")
    with pytest.raises(InvalidValueError):
        reinstate(away, at=at, by="oscar")


def test_a_revocation_is_for_good() -> None:
    """It has an actor and a reason, and is not replaced by another one."""
    gone = revoke(HELD, at=START, by="olga", note="fraud")
    assert gone.revoked == Revocation(at=START, by="olga", note="fraud")
    assert counts(gone, START - HOUR)
    assert not counts(gone, START)
    with pytest.raises(InvalidValueError):
        revoke(gone, at=END, by="oscar")
