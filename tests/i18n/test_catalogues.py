"""The catalogues of the four languages say the same, and all that the code can say."""

import ast
import re
from enum import StrEnum

import pytest

from mila_core.bookings import TABLE, BookingState
from mila_core.catalogue import HIGHEST_LEVEL
from mila_core.dispatch import INVITATION_TABLE, REQUEST_TABLE, InvitationState, RequestState
from mila_core.disputes import TABLE as DISPUTES
from mila_core.disputes import DisputeState, Ruling
from mila_core.friends import ContractMode, FriendKind
from mila_core.invoices import InvoiceKind
from mila_core.lifecycle import Outcome, Role
from mila_core.matching import StandingBasis
from mila_core.names import LANGUAGES
from mila_core.policies import Badge, VatTreatment
from mila_core.pricing import HOLIDAY_CODES, GuidanceLevel, Position, PriceSource
from mila_core.quotes import Part
from mila_core.ratings import TABLE as REVIEWS
from mila_core.ratings import Aspect, Direction, ModerationEffect, ReviewState, Solved
from mila_core.reputation import ContributionPart
from mila_core.reputation.integrity import FlagKind
from mila_core.settlements import (
    COMMISSION_TABLE,
    PAYMENT_TABLE,
    PAYOUT_TABLE,
    Account,
    CommissionState,
    PaymentMeans,
    PaymentState,
    PayoutState,
)
from mila_core.verifications import VerificationKind
from tests.architecture.package import SOURCE, public_classes
from tests.i18n.wording import (
    CODES,
    Unknown,
    calls_of,
    catalogue,
    messages,
    placeholders,
    reasons_given,
)

each_language = pytest.mark.parametrize("language", LANGUAGES)


# --- the catalogues, side by side


def test_there_is_a_catalogue_for_each_language_and_no_other() -> None:
    """Whatever language the library names is worded."""
    files = (SOURCE / "i18n" / "messages").iterdir()
    assert sorted(file.name for file in files) == sorted(f"{language}.po" for language in LANGUAGES)


@each_language
def test_a_catalogue_has_the_messages_of_all_others(language: str) -> None:
    """No language lacks a message, or has one that the others lack."""
    assert set(messages(language)) == set(messages("en"))


@each_language
def test_a_catalogue_names_its_language(language: str) -> None:
    """The head of the file says which language it is."""
    assert str(catalogue(language).locale) == language


@each_language
def test_a_catalogue_has_no_leftovers(language: str) -> None:
    """No entry is marked as doubtful or out of use."""
    assert [entry.id for entry in catalogue(language) if entry.fuzzy and entry.id] == []
    assert list(catalogue(language).obsolete) == []


@each_language
def test_no_id_comes_twice(language: str) -> None:
    """Of two entries with one id, one would be lost without a word."""
    text = (SOURCE / "i18n" / "messages" / f"{language}.po").read_text(encoding="utf-8")
    ids = re.findall(r'^msgid "(.+)"$', text, re.MULTILINE)
    assert sorted(ids) == sorted(messages(language))


@each_language
def test_a_message_has_words_in_every_form(language: str) -> None:
    """There are as many forms as in English, and none is empty."""
    for key, forms in messages(language).items():
        assert len(forms) == len(messages("en")[key]), key
        assert all(form.strip() for form in forms), key


@each_language
def test_a_message_has_no_blanks_by_mistake(language: str) -> None:
    """Only what is put between words begins or ends with a blank; two in a row there are nowhere."""
    for key, forms in messages(language).items():
        if key not in {"terminal.colon", "terminal.semicolon"}:
            assert [form for form in forms if form != form.strip(" \n")] == [], key
        assert [form for form in forms if "  " in form or "\t" in form] == [], key


@each_language
def test_a_message_has_the_placeholders_of_the_english_one(language: str) -> None:
    """No translation loses a value, uses it twice or asks for another."""
    for key, forms in messages(language).items():
        assert [placeholders(form) for form in forms] == [
            placeholders(form) for form in messages("en")[key]
        ], key


@each_language
def test_a_placeholder_is_a_plain_name(language: str) -> None:
    """What stands in braces is a value's name: no format, no attribute, no position."""
    for key, forms in messages(language).items():
        names = [name for form in forms for name in placeholders(form)]
        assert [name for name in names if not name.isidentifier()] == [], key


@each_language
def test_only_messages_with_a_count_have_plural_forms(language: str) -> None:
    """The form is chosen by the value named `count`, so a message with forms has one."""
    for key, forms in messages(language).items():
        assert (len(forms) > 1) == ("count" in placeholders(forms[-1])), key


def test_german_is_written_as_in_switzerland() -> None:
    """There is no sharp s in Switzerland."""
    assert [key for key, forms in messages("de").items() if "ß" in "".join(forms)] == []


NBSP = "\N{NO-BREAK SPACE}"


@each_language
def test_an_apostrophe_is_always_the_same(language: str) -> None:
    """It is the straight one everywhere, as in the names of the services."""
    assert [key for key, forms in messages(language).items() if "’" in "".join(forms)] == []


def test_french_has_a_blank_that_does_not_break_before_a_colon_and_within_quotes() -> None:
    """One before : ; ! ? % and », and one after «."""
    wrong = re.compile(f"[^{NBSP}][:;!?%»]|«[^{NBSP}]|^[:;!?%»]|«$|\\s{NBSP}|{NBSP}\\s")
    assert {key: forms for key, forms in messages("fr").items() if wrong.search("\n".join(forms))} == {}


@pytest.mark.parametrize("language", ["de", "it", "en"])
def test_other_languages_have_none(language: str) -> None:
    """A percent sign aside, nothing of that stands apart."""
    wrong = re.compile(r"\s[:;!?»]|«\s")
    assert {key: forms for key, forms in messages(language).items() if wrong.search("\n".join(forms))} == {}


# --- the catalogues and the code


def test_the_source_is_read_right() -> None:
    """The reader of the source is not blind: it finds a code of each sort, with its values."""
    found = {(given.code, given.names) for given in reasons_given()}
    assert ("too_far", frozenset({"distance_m", "radius_km"})) in found
    assert ("own_request", frozenset()) in found
    assert ("notice_too_short", frozenset({"possible_from"})) in found
    assert ("certification_suspended", frozenset({"id", "until"})) in found
    assert ("friend_suspended_indefinitely", frozenset({"id"})) in found


def test_every_other_code_is_known_here() -> None:
    """Where a code is put together at run time, `reasons_given` knows what it can be."""
    assert sorted(calls_of("reason")[1]) == [
        Unknown("mila_core.bookings.visit", "reason(why)"),
        Unknown("mila_core.certifications", "reason(code, id=of, until=max(ends))"),
        Unknown("mila_core.certifications", "reason(f'{code}_indefinitely', id=of)"),
    ]


@each_language
def test_every_reason_has_a_wording(language: str) -> None:
    """Whatever reason the code gives can be said in each language."""
    assert [code for code in CODES if f"reason.{code}" not in messages(language)] == []


def test_a_reason_comes_with_the_values_of_its_wording() -> None:
    """Every placeholder of a wording is a value that the code gives, wherever it gives that reason."""
    for code, names, where in reasons_given():
        needed = {name for form in messages("en")[f"reason.{code}"] for name in placeholders(form)}
        assert needed <= names, (where, code)


def test_no_wording_is_left_over() -> None:
    """Each wording of a reason is of one that the code can give."""
    assert {key for key in messages("en") if key.startswith("reason.")} == {
        f"reason.{code}" for code in CODES
    }


ENUMERATIONS = {
    "account": Account,
    "aspect": Aspect,
    "badge": Badge,
    "commission_state": CommissionState,
    "contract_mode": ContractMode,
    "contribution_part": ContributionPart,
    "direction": Direction,
    "dispute_state": DisputeState,
    "flag_kind": FlagKind,
    "friend_kind": FriendKind,
    "guidance_level": GuidanceLevel,
    "invitation_state": InvitationState,
    "invoice_kind": InvoiceKind,
    "means": PaymentMeans,
    "moderation_effect": ModerationEffect,
    "outcome": Outcome,
    "part": Part,
    "payment_state": PaymentState,
    "payout_state": PayoutState,
    "price_position": Position,
    "price_source": PriceSource,
    "request_state": RequestState,
    "review_state": ReviewState,
    "role": Role,
    "ruling": Ruling,
    "solved": Solved,
    "standing_basis": StandingBasis,
    "state": BookingState,
    "vat_treatment": VatTreatment,
    "verification": VerificationKind,
}
UNSAID = {
    "Allocation": "a way to compute, for programmers",
    "Attack": "what a simulation tries, for programmers",
    "Rounding": "a way to compute, for programmers",
}


def test_every_member_of_an_enumeration_has_a_name() -> None:
    """States, roles, badges and all the others can be shown in each language."""
    codes = {f"{kind}.{member.value}" for kind, cls in ENUMERATIONS.items() for member in cls}
    codes |= {
        f"event.{row.event}" for row in (*TABLE, *DISPUTES, *REVIEWS, *REQUEST_TABLE, *INVITATION_TABLE)
    }
    codes |= {f"event.{row.event}" for row in (*PAYMENT_TABLE, *COMMISSION_TABLE, *PAYOUT_TABLE)}
    codes |= {f"level.{level}" for level in range(1, HIGHEST_LEVEL + 1)}
    for language in LANGUAGES:
        assert codes <= set(messages(language)), language


def test_every_reminder_has_a_name() -> None:
    """What there is to be reminded of is said in each language, and nothing else is."""
    given, unknown = calls_of("Reminder")
    assert unknown == ()
    reminders = {f"reminder.{each.code}" for each in given}
    for language in LANGUAGES:
        assert {key for key in messages(language) if key.startswith("reminder.")} == reminders


def test_every_holiday_has_a_name() -> None:
    """The codes of public holidays are said in each language, each by its own name, and no others are."""
    for language in LANGUAGES:
        named = {key: forms for key, forms in messages(language).items() if key.startswith("holiday.")}
        assert set(named) == {f"holiday.{code}" for code in HOLIDAY_CODES}
        assert len(set(named.values())) == len(HOLIDAY_CODES)


def test_every_enumeration_is_known_here() -> None:
    """A new enumeration is worded too, or listed with the reason why not."""
    found = {cls.__name__ for cls in public_classes() if issubclass(cls, StrEnum)}
    assert found == {cls.__name__ for cls in ENUMERATIONS.values()} | set(UNSAID)


TERMINAL = calls_of("say", "tell", under="terminal")


def test_every_message_of_the_commands_is_there() -> None:
    """What the commands say has words, and comes with the values of its words."""
    for code, names, where in TERMINAL[0]:
        wanted = {name for form in messages("en")[f"terminal.{code}"] for name in placeholders(form)}
        assert wanted <= names, (code, where)


def test_no_message_of_the_commands_is_left_over() -> None:
    """Each message of the commands stands in their source, or is the title of a term of the score."""
    texts = {
        node.value
        for path in (SOURCE / "terminal").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    terms = {given.code for given in reasons_given() if given.where == "mila_core.matching.terms"}
    said = {key.removeprefix("terminal.") for key in messages("en") if key.startswith("terminal.")}
    assert said - texts == {f"term_{code}" for code in terms}
