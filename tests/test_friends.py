"""People and firms: their fields are checked, and their names are shown nowhere by accident."""

import pickle
from datetime import UTC, datetime, time
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import testing
from mila_core.availability import Availability, WeeklyHours
from mila_core.certifications import Certification, Revocation, Suspension
from mila_core.errors import InvalidInputError, InvalidTypeError, InvalidValueError
from mila_core.friends import (
    Address,
    Block,
    ContractMode,
    Customer,
    Friend,
    FriendKind,
    Partner,
    reinstate,
    suspend,
)
from mila_core.periods import Validity
from mila_core.places import Place
from tests import wrong

FRIEND = Friend(id="andreas", name="Andreas", home=Place("8004"))
CUSTOMER = Customer(id="anna", name="Anna")
PARTNER = Partner(id="swisscom", name="Swisscom")

WRONG_FRIENDS = wrong.fields(
    id=wrong.IDS,
    name=wrong.texts(120),
    friend_kind=[("friend", InvalidTypeError), (None, InvalidTypeError), (0, InvalidTypeError)],
    home=wrong.OTHERS,
    languages=[*wrong.CODES, *wrong.EMPTY],
    certifications=wrong.ITEMS,
    availability=wrong.OTHERS,
    suspensions=wrong.ITEMS,
    verifications=wrong.ITEMS,
    blocked=wrong.ITEMS,
    address=[*wrong.OTHERS[1:], (Address(street="Seestrasse 1", place=Place("8002")), InvalidValueError)],
)


@pytest.mark.parametrize(("field", "value", "error"), WRONG_FRIENDS)
def test_a_wrong_field_of_a_friend_is_refused(field: str, value: Any, error: type[InvalidInputError]) -> None:
    """Each field is checked on its own, and the error names it."""
    wrong.check_refused(FRIEND, field, value, error)


@pytest.mark.parametrize(
    ("field", "value", "error"),
    wrong.fields(id=wrong.IDS, name=wrong.texts(120), languages=wrong.CODES, address=wrong.OTHERS[1:]),
)
def test_a_wrong_field_of_a_customer_is_refused(
    field: str, value: Any, error: type[InvalidInputError]
) -> None:
    """Each field is checked on its own, and the error names it."""
    wrong.check_refused(CUSTOMER, field, value, error)


ADDRESS = Address(street="Zypressenstrasse 71", place=Place("8004"))
BLOCK = Block(customer_id="anna", since=datetime(2013, 11, 27, tzinfo=UTC), by="anna", note="")


@pytest.mark.parametrize(
    ("example", "field", "value", "error"),
    [
        *wrong.fields_of(ADDRESS, street=wrong.texts(120), place=wrong.OTHERS),
        *wrong.fields_of(
            BLOCK,
            customer_id=wrong.IDS,
            since=wrong.INSTANTS,
            by=wrong.IDS,
            note=wrong.texts(500, may_be_empty=True),
        ),
    ],
)
def test_a_wrong_address_or_block_is_refused(
    example: Any, field: str, value: Any, error: type[InvalidInputError]
) -> None:
    """Each field is checked on its own, and the error names it."""
    wrong.check_refused(example, field, value, error)


def test_an_address_is_not_shown() -> None:
    """Logs show the postcode of a home at the most."""
    assert "Zypressen" not in repr(ADDRESS)
    for person in (attrs.evolve(FRIEND, address=ADDRESS), attrs.evolve(CUSTOMER, address=ADDRESS)):
        assert "Zypressen" not in repr(person)
        assert person.address == ADDRESS


@pytest.mark.parametrize(
    ("kind", "mode"),
    [(FriendKind.FRIEND, ContractMode.FRIEND), (FriendKind.PRO, ContractMode.PLATFORM)],
)
def test_who_comes_decides_between_whom_the_contract_is(kind: FriendKind, mode: ContractMode) -> None:
    """A helper's contract is with the customer, a firm works for the platform."""
    assert attrs.evolve(FRIEND, friend_kind=kind).contract_mode is mode


def test_a_friend_is_suspended_and_reinstated() -> None:
    """Both decisions keep who made them and why."""
    start = datetime(2013, 12, 1, tzinfo=UTC)
    away = suspend(FRIEND, during=Validity(start), by="olga", note="holidays")
    back = reinstate(away, at=datetime(2014, 1, 1, tzinfo=UTC), by="oscar", note="back")
    (suspension,) = back.suspensions
    assert (suspension.by, suspension.lifted_by) == ("olga", "oscar")
    assert suspension.during == Validity(start, datetime(2014, 1, 1, tzinfo=UTC))
    with pytest.raises(InvalidValueError):
        reinstate(FRIEND, at=start, by="oscar")


@pytest.mark.parametrize(
    ("changes", "offered", "served"),
    [
        ({}, True, True),  # nothing said: all services, everywhere
        ({"service_codes": ["tv"], "region_ids": ["zurich"]}, True, True),
        ({"service_codes": ["radio"], "region_ids": ["bern"]}, False, False),
    ],
)
def test_a_partner_has_a_catalogue_of_its_own(
    changes: dict[str, Any], *, offered: bool, served: bool
) -> None:
    """What is listed is offered; an empty list leaves nothing out."""
    partner = attrs.evolve(PARTNER, **changes)
    assert partner.offers("tv") == offered
    assert partner.serves("zurich") == served


@pytest.mark.parametrize(
    ("field", "value", "error"),
    wrong.fields(
        id=wrong.IDS,
        name=wrong.texts(120),
        service_codes=wrong.CODES,
        region_ids=wrong.CODES,
        own_certifications_only=wrong.FLAGS,
    ),
)
def test_a_wrong_field_of_a_partner_is_refused(
    field: str, value: Any, error: type[InvalidInputError]
) -> None:
    """Each field is checked on its own, and the error names it."""
    wrong.check_refused(PARTNER, field, value, error)


def test_a_friend_speaks_german_and_is_private_unless_said_otherwise() -> None:
    """The defaults of a friend: German, a private person, without certification, free at no time."""
    assert FRIEND.languages == ("de",)
    assert FRIEND.friend_kind is FriendKind.FRIEND
    assert not FRIEND.certifications
    assert not FRIEND.suspensions
    assert not FRIEND.availability.weekly


@pytest.mark.parametrize("person", [FRIEND, CUSTOMER])
@given(name=st.from_regex(r"Zo[a-zé]{3,20}", fullmatch=True))
def test_the_repr_of_a_person_does_not_show_the_name(person: Friend | Customer, name: str) -> None:
    """Logs are full of reprs: the name is in the object, and not in its repr."""
    named = attrs.evolve(person, name=name)
    assert named.name == name
    assert name not in repr(named)
    assert person.id in repr(named)


@pytest.mark.parametrize("person", [FRIEND, CUSTOMER, attrs.evolve(FRIEND, name="x" * 120)])
@pytest.mark.parametrize(
    "name", ["Zoraya Muster\0", "Zoraya Muster" * 20, b"Zoraya Muster", ["Zoraya Muster"]]
)
def test_an_error_does_not_repeat_a_persons_name(person: Friend | Customer, name: Any) -> None:
    """What is wrong with a name is said without saying the name, along the whole chain of errors."""
    kind = InvalidValueError if isinstance(name, str) else InvalidTypeError
    error: BaseException | None = wrong.check_refused(person, "name", name, kind)
    while error is not None:
        assert "Zoraya" not in f"{error} {error!r}"
        error = error.__cause__ or error.__context__


def test_notes_about_people_are_not_shown_either() -> None:
    """Why someone was suspended or revoked stays out of reprs and errors."""
    always = Validity(datetime(2013, 11, 27, tzinfo=UTC))
    suspension = Suspension(during=always, by="swisscom", note="Zoraya was rude")
    revocation = Revocation(at=always.start, by="swisscom", note="Zoraya was rude")
    certification = Certification(
        id="c",
        issuer_id="swisscom",
        scope=frozenset({"tv"}),
        valid=always,
        suspensions=(suspension,),
        revoked=revocation,
    )
    friend = attrs.evolve(FRIEND, certifications=[certification], suspensions=[suspension])
    assert "Zoraya" not in repr(friend)
    assert "swisscom" in repr(friend)


def test_names_are_equal_however_they_were_typed() -> None:
    """An accent of its own and a letter with an accent make the same name."""
    for someone in (FRIEND, CUSTOMER, PARTNER):
        assert attrs.evolve(someone, name="Zoe\u0301") == attrs.evolve(someone, name="Zo\u00e9")


@given(testing.friends() | testing.customers() | testing.partners())
def test_a_person_survives_a_copy(person: Friend | Customer | Partner) -> None:
    """A pickled person or firm is equal, name included, and hashes equal."""
    twin = pickle.loads(pickle.dumps(person))  # noqa: S301  # our own bytes
    assert twin == person
    assert twin.name == person.name
    assert hash(twin) == hash(person)


def test_the_repr_of_a_friend_shows_ids_and_no_life() -> None:
    """Where somebody lives, when they are at home, and what was decided about them is nothing for a log."""
    friend = attrs.evolve(
        FRIEND,
        availability=Availability(weekly=[WeeklyHours(weekday=6, start=time(9), end=time(12))]),
        blocked=[BLOCK],
        suspensions=[Suspension(during=Validity(datetime(2013, 12, 1, tzinfo=UTC)), by="olga")],
    )
    shown = repr(friend)
    assert "andreas" in shown
    for private in ("8004", "WeeklyHours", "anna", "olga"):
        assert private not in shown
    assert "blocked=<1>" in shown
