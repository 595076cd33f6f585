"""Codes and values become sentences, in four languages, whatever the values are."""

import string
from datetime import UTC, date, datetime
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core.bookings import TABLE, BookingState
from mila_core.catalogue import HIGHEST_LEVEL, Package
from mila_core.dispatch import INVITATION_TABLE, REQUEST_TABLE
from mila_core.disputes import TABLE as DISPUTES
from mila_core.errors import InvalidValueError, MilaError, UnknownIdError
from mila_core.i18n import LOCALES, _wording, label, message, names_of, word
from mila_core.lifecycle import Machine, Role
from mila_core.money import chf
from mila_core.names import LANGUAGES, Names
from mila_core.ratings import TABLE as REVIEWS
from mila_core.reasons import Reason, reason
from mila_core.settlements import COMMISSION_TABLE, PAYMENT_TABLE, PAYOUT_TABLE
from mila_core.testing import scalars
from tests.architecture.package import public_modules
from tests.i18n.test_catalogues import ENUMERATIONS
from tests.i18n.wording import CODES, messages, placeholders
from tests.journey import INDEX, MARKET, NOW, PILOT, QUOTE

each_locale = pytest.mark.parametrize("locale", LOCALES)

AT = datetime(2013, 12, 14, 23, tzinfo=UTC)

_MONEY = (*PAYMENT_TABLE, *COMMISSION_TABLE, *PAYOUT_TABLE)
_TABLES = (*TABLE, *DISPUTES, *REVIEWS, *REQUEST_TABLE, *INVITATION_TABLE, *_MONEY)
EVENTS = [*dict.fromkeys(row.event for row in _TABLES), "quote"]

VALUES: dict[str, Any] = {
    "asked": 2,
    "after_version": 4,
    "amount": chf(20),
    "at": AT,
    "blocks": 2,
    "candidates": 3,
    "charged_km": 3,
    "cheapest_cost": 4100,
    "closed_at": AT,
    "contract_mode": "friend_contract",
    "count": 4,
    "days": 90,
    "discount": "regular-customer",
    "distance_m": 19_783,
    "due_at": AT,
    "earned": chf(2600),
    "ended_at": AT,
    "event": "accept",
    "expected": 3,
    "expected_amount": chf(40),
    "expired_at": AT,
    "failure": "no_access",
    "fee": chf(20),
    "field": "gaming",
    "first_version": 1,
    "eligible_from": AT,
    "end": 10,
    "flat": chf(1),
    "free_km": 10,
    "friend": "andreas",
    "given": 7,
    "friends": 3,
    "effect_milli": -125,
    "given_percent": 12,
    "holiday": "saint_stephens_day",
    "hours": 24,
    "id": "swisscom-1001",
    "invited": 6,
    "key": "k1",
    "known_to": date(2027, 12, 31),
    "latest_at": AT,
    "least": 5,
    "least_milli_stars": 4800,
    "least_price": chf(30),
    "level": 2,
    "limit": chf(30),
    "longest_minutes": 45,
    "matched": 1,
    "mean_milli_stars": 4850,
    "means": "cash",
    "milli_stars": 4725,
    "milli_stars_before": 4900,
    "minutes": 60,
    "missing_from": 2,
    "missing_to": 3,
    "most": chf(30),
    "needed": 3,
    "needed_minutes": 60,
    "notice_minutes": 180,
    "of": chf(40),
    "off": chf(8),
    "offer": "andreas-1",
    "on": date(2030, 1, 1),
    "opens_at": AT,
    "pairs": 4,
    "parent_from": chf(30),
    "parent_to": chf(60),
    "parent_usual": chf(45),
    "part": 9,
    "partner": "swisscom",
    "people": 5,
    "per_block": chf(20),
    "per_hour": chf(60),
    "per_km": chf(1),
    "percent": 25,
    "place": "8005 Zürich",
    "position": 3,
    "possible_from": AT,
    "possible_until": AT,
    "price": chf(40),
    "radius_km": 10,
    "ratings": 12,
    "record": 20,
    "region": "bern",
    "role": "friend",
    "service": "game-console",
    "share_percent": 50,
    "spoken": "de it",
    "stars": 5,
    "state": "confirmed",
    "step_rappen": 5,
    "stored_version": 2,
    "strength": 20,
    "total": 40,
    "unit": "second-console",
    "unserved_cost": 4000,
    "until": AT,
    "usual": chf(45),
    "usual_from": chf(30),
    "usual_percent": 90,
    "usual_to": chf(60),
    "valid_from": AT,
    "verification": "identity",
    "version": 4,
    "voucher": "WELCOME-40",
    "wait_minutes": 60,
    "year": 2026,
}
"""A value for each name that the wordings use."""


def complete(code: str) -> Reason:
    """Return a reason with a value for every placeholder of its wording."""
    names = {name for form in messages("en")[f"reason.{code}"] for name in placeholders(form)}
    return reason(code, **{name: VALUES[name] for name in names})


# --- everything has words


@each_locale
def test_every_reason_becomes_a_sentence(locale: str) -> None:
    """A reason with its values is a sentence without braces and codes."""
    names = names_of(MARKET, locale=locale)
    for code in CODES:
        said = word(complete(code), locale=locale, names=names)
        assert said, code
        assert not set(said) & set("{}"), code
        for raw in ("game-console", "gaming", "2013-12", "milli", "19783"):
            assert raw not in said, code


@each_locale
@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        ("state", ["none", *BookingState]),
        ("event", EVENTS),
        ("role", list(Role)),
        ("level", [str(level) for level in range(1, HIGHEST_LEVEL + 1)]),
    ],
)
def test_every_state_event_role_and_level_has_a_name(locale: str, kind: str, codes: list[str]) -> None:
    """Each has a name of its own in each language."""
    named = [label(kind, code, locale=locale) for code in codes]
    assert all(name.strip() for name in named)
    assert len(set(named)) == len(codes)


@pytest.mark.parametrize("kind", ["state", "event", "role", "level"])
def test_no_name_is_left_over(kind: str) -> None:
    """There is no name for a state, event, role or level that does not exist."""
    known = {
        "state": {"none", *BookingState},
        "event": set(EVENTS),
        "role": set(Role),
        "level": {str(level) for level in range(1, HIGHEST_LEVEL + 1)},
    }
    assert {key.partition(".")[2] for key in messages("en") if key.startswith(f"{kind}.")} == known[kind]


@each_locale
def test_every_reason_of_the_pilot_has_words(locale: str) -> None:
    """All terms, refusals and lines that the pilot makes can be said."""
    names = names_of(MARKET, locale=locale)
    rankings = [INDEX.rank(request, at=NOW) for request in PILOT.requests]
    reasons = [
        *(why for ranking in rankings for refusal in ranking.refusals for why in refusal.reasons),
        *(term.why for ranking in rankings for match in ranking.ranked for term in match.terms),
        *(line.why for line in QUOTE.lines),
    ]
    assert len({why.code for why in reasons}) > 10
    assert [why for why in reasons if not word(why, locale=locale, names=names)] == []


# --- values in words


@pytest.mark.parametrize(
    ("why", "locale", "said"),
    [
        (reason("region_not_open", region="bern", opens_at=AT), "it", ["Berna", "15 dic 2013"]),
        (reason("region_not_open", region="nowhere", opens_at=AT), "it", ["nowhere"]),
        (reason("certification_missing", field="gaming", level=1), "de", ["Basis", "Videospiele"]),
        (
            reason("certification_level_too_low", id="x-1", level=1, needed=3),
            "en",
            ["basic", "expert", "x-1"],
        ),
        (reason("friend_suspended", id="elena", until=AT), "en", ["14 Dec 2013"]),
        (reason("no_common_language", spoken="de it"), "fr", ["allemand et italien"]),
        (reason("too_far", distance_m=19_783, radius_km=10), "fr", ["19,8\xa0km", "10\xa0km"]),
        (reason("above_price_limit", price=chf("1234.50"), limit=chf(30)), "de", ["CHF\xa01'234.50"]),
        (reason("not_for_this_role", event="approve", role="friend"), "en", ["approve", "friend"]),
        (reason("standing", milli_stars=4725, count=1), "fr", ["4,72", "1"]),
        (reason("base", service="game-console", minutes=60), "en", ["Connect a game console", "60"]),
        (reason("unknown_event", event="vanish"), "de", ["vanish"]),
    ],
)
def test_a_value_is_shown_as_people_write_it(why: Reason, locale: str, said: list[str]) -> None:
    """Codes become names, amounts and instants are formatted; a code without a name is shown as it is."""
    words = word(why, locale=locale, names=names_of(MARKET, locale=locale))
    assert [each for each in said if each not in words] == []


MACHINES = {
    module.__name__: value
    for module in public_modules()
    for value in vars(module).values()
    if isinstance(value, Machine) and module.__name__.count(".") == 1
}
"""The machines, each by the package to which it belongs."""


@each_locale
@pytest.mark.parametrize("machine", MACHINES.values(), ids=list(MACHINES))
def test_a_refusal_calls_the_state_as_its_machine_does(machine: Machine[Any, Any, Any], locale: str) -> None:
    """States of other machines have names of their own, even where the code is the same."""
    for table in machine.tables.values():
        kind = next(
            kind for kind, cls in ENUMERATIONS.items() if all(isinstance(row.target, cls) for row in table)
        )
        for event in {row.event for row in table}:
            for state in ENUMERATIONS[kind]:
                said = word(reason("not_from_this_state", event=event, state=state.value), locale=locale)
                assert label(kind, state.value, locale=locale) in said
            said = word(reason("not_from_this_state", event=event, state="none"), locale=locale)
            assert label("state", "none", locale=locale) in said


@pytest.mark.parametrize(
    ("why", "locale", "said"),
    [
        # the reasons of a failure are named, in a list too; what is none stays as it is
        (reason("failure_unknown", expected="no_access unsafe"), "de", "kein Zugang, zu gefährlich"),
        (reason("failure_unknown", expected="rain"), "de", "rain"),
        (reason("failure_unknown", expected="\n"), "de", "\n"),
        (
            reason("visit_in_vain", failure="no_access", fee=chf(20), most=chf(40), of=chf(55)),
            "it",
            "(nessun accesso)",
        ),
        # how long before the visit somebody cancelled
        (
            reason("late_cancellation", notice_minutes=195, percent=50, of=chf(40), most=chf(40)),
            "fr",
            "3\xa0h 15\xa0min avant le rendez-vous",
        ),
        # without the event, a state is one of a booking
        (reason("booking_not_over", state="en_route"), "en", "on the way"),
        (reason("not_from_this_state", event="vanish", state="accepted"), "en", "accepted"),
    ],
)
def test_what_a_booking_says_is_worded(why: Reason, locale: str, said: str) -> None:
    """Failures, notices and states become words."""
    assert said in word(why, locale=locale)


def test_a_code_without_names_is_shown_as_it_is() -> None:
    """Where no names are given, the code stands in the sentence."""
    assert "bern" in word(reason("region_not_open", region="bern", opens_at=AT), locale="de")


@pytest.mark.parametrize("value", ["{0.__class__}", "{}", "{place}", "%s", "{{", "\\n"])
def test_a_value_is_not_read_as_a_pattern(value: str) -> None:
    """What stands in a value is shown, never interpreted."""
    assert value in word(reason("region_unknown", place=value), locale="en")
    assert value in message("terminal.section_booking", locale="en", friend=value)


def test_more_values_than_the_wording_needs_do_no_harm() -> None:
    """A reason may hold values of any name besides."""
    plain = word(reason("too_early", possible_from=AT), locale="en")
    assert word(reason("too_early", possible_from=AT, locale="de", self="x", key=3), locale="en") == plain


@each_locale
@given(code=st.sampled_from(CODES), data=st.data())
def test_any_values_are_worded_or_refused(locale: str, code: str, data: st.DataObject) -> None:
    """A reason with values of other types is said, or it is an error of the library's own."""
    names = sorted({name for form in messages("en")[f"reason.{code}"] for name in placeholders(form)})
    drawn = {name: data.draw(scalars()) for name in names if data.draw(st.integers(0, 9))}
    try:
        said = word(reason(code, **drawn), locale=locale)
    except MilaError:
        return
    assert set(drawn) == set(names)
    assert said


@pytest.mark.parametrize(
    ("holiday", "locale", "said"),
    [
        ("saint_stephens_day", "de", "(Stephanstag)"),
        ("whit_monday", "fr", "(lundi de Pentecôte)"),
        ("new_years_day", "it", "(Capodanno)"),
        ("national_day", "en", "(Swiss National Day)"),
        ("sechselaeuten", "de", "(Sechseläuten)"),  # a code of an application's own, with its name
        ("own_day", "de", "(own_day)"),  # and one without
    ],
)
def test_a_holiday_is_named(holiday: str, locale: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a reason has a holiday, its name is shown; the wording here is planted."""
    plain = _wording._messages(locale)  # noqa: SLF001  # no wording of the library has a holiday yet
    planted = plain._replace(by_id={**plain.by_id, "reason.probe": "({holiday})"})
    monkeypatch.setattr(_wording, "_messages", {locale: planted}.__getitem__)
    names = {"holiday.sechselaeuten": "Sechseläuten"}
    assert word(reason("probe", holiday=holiday), locale=locale, names=names) == said


# --- units

_TWO = ["Zwei Stück", "Zwei Stunden"]


@pytest.mark.parametrize("code", ["package", "add_on", "unit_not_offered"])
def test_a_unit_is_one_of_its_service(code: str) -> None:
    """Two services may have units of one code; a reason without the service shows the code."""
    services = [
        attrs.evolve(
            service,
            packages=[Package(code="two", names=Names(de=name, fr=name, it=name, en=name), minutes=90)],
        )
        for service, name in zip(MARKET.catalogue.services, _TWO, strict=False)
    ]
    catalogue = attrs.evolve(MARKET.catalogue, services=[*services, *MARKET.catalogue.services[2:]])
    names = names_of(attrs.evolve(MARKET, catalogue=catalogue), locale="de")
    values: dict[str, Any] = {"unit": "two", "minutes": 90}
    said = [word(reason(code, service=each.code, **values), locale="de", names=names) for each in services]
    assert [name in each for name, each in zip(_TWO, said, strict=True)] == [True, True]
    if code != "package":
        assert "two" in word(reason(code, **values), locale="de", names=names)


# --- counts

PLURALS = sorted(key for key, forms in messages("en").items() if len(forms) > 1)


def form_of(key: str, language: str, count: int) -> int:
    """Return which form of a message is chosen for a count."""
    values = {name: "x" for form in messages("en")[key] for name in placeholders(form)} | {"count": count}
    said = message(key, locale=language, **values)
    forms = [string.Formatter().vformat(form, (), values) for form in messages(language)[key]]
    return forms.index(said)


@pytest.mark.parametrize("key", PLURALS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_fits_the_count(language: str, key: str) -> None:
    """One is singular everywhere; none is singular in French, as in "0 personne"; all else is plural."""
    none = 0 if language == "fr" else 1
    if len(set(messages(language)[key])) == 1:  # a word such as "Friend" that Italian does not change
        return
    assert [form_of(key, language, count) for count in (0, 1, 2, 5, 11, 21, 100, 101)] == [
        none,
        0,
        *[1] * 6,
    ]


# --- wrong calls


@each_locale
@pytest.mark.parametrize("key", ["", "nothing", "reason.", "reason", "state.", "terminal.friends[0]"])
def test_an_unknown_message_is_an_error(locale: str, key: str) -> None:
    """A message that there is not is the library's error for ids, which is a LookupError too."""
    with pytest.raises(UnknownIdError) as caught:
        message(key, locale=locale)
    assert (caught.value.kind, caught.value.id) == ("message", key)


@pytest.mark.parametrize(
    ("kind", "code"), [("state", "vanished"), ("role", "cook"), ("level", "4"), ("", "x")]
)
def test_an_unknown_label_is_an_error(kind: str, code: str) -> None:
    """A state that there is not has no name."""
    with pytest.raises(UnknownIdError):
        label(kind, code, locale="de")


def test_an_unknown_reason_is_an_error() -> None:
    """A reason of an application's own has to be worded by the application."""
    with pytest.raises(UnknownIdError):
        word(reason("rainy"), locale="de")


@pytest.mark.parametrize(
    ("key", "values", "missing"),
    [
        ("reason.too_far", {"distance_m": 7}, "radius_km"),
        ("terminal.friends", {}, "count"),
        ("terminal.friends", {"count": "three"}, "count"),
        ("terminal.friends", {"count": date(2013, 11, 27)}, "count"),
    ],
)
def test_a_message_without_its_values_is_an_error(key: str, values: dict[str, Any], missing: str) -> None:
    """A value that the words need and nobody gave is named."""
    with pytest.raises(InvalidValueError) as caught:
        message(key, locale="en", **values)
    assert caught.value.field == missing


@each_locale
def test_names_are_in_the_language(locale: str) -> None:
    """Services, categories and regions of a market have names in each language; a firm has one."""
    names = names_of(MARKET, locale=locale)
    market, language = MARKET, locale[:2]
    expected = {f"service.{each.code}": each.names for each in market.catalogue.services}
    expected |= {f"field.{each.code}": each.names for each in market.catalogue.categories}
    expected |= {f"region.{each.id}": each.names for each in market.regions}
    for each in market.catalogue.services:
        expected |= {f"unit.{each.code}.{unit.code}": unit.names for unit in each.packages}
        expected |= {f"unit.{each.code}.{unit.code}": unit.names for unit in each.add_ons}
    known = {key: each.in_language(language) for key, each in expected.items()}
    assert names == known | {"partner.swisscom": "Swisscom"}
    with pytest.raises(TypeError):
        names["service.x"] = "x"  # type: ignore[index]
