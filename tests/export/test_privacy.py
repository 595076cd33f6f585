"""What is known of one person is found whole; pseudonyms hide the person and keep the figures."""

from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import matching, ratings, testing
from mila_core.bookings import BookingState
from mila_core.errors import InvalidTypeError, InvalidValueError, UnknownIdError
from mila_core.export import personal_data, pseudonymise
from mila_core.friends import Address, Block, Customer, Friend
from mila_core.market import Market
from mila_core.money import total
from mila_core.places import Place
from mila_core.serialization import dumps
from tests.journey import ANDREAS, ANNA, MARKET, NOW, PILOT, REQUEST, booking_in

KEY = b"sixteen bytes or more"
BOOKING = booking_in(BookingState.CLOSED)
RATED = BOOKING.since
OF_FRIEND = ratings.rate(BOOKING, by=ANNA, stars=5, at=RATED, text="Zoraya was here")
OF_CUSTOMER = ratings.rate(BOOKING, by=ANDREAS, stars=4, at=RATED)
BLOCK = Block(customer_id="anna", since=NOW, by="andreas", note="Zoraya was rude")
PEOPLE = attrs.evolve(
    MARKET,
    bookings=[BOOKING],
    friends=[
        attrs.evolve(
            each, blocked=[BLOCK], address=Address(street="Zypressenstrasse 71", place=Place("8004"))
        )
        if each.id == "andreas"
        else each
        for each in MARKET.friends
    ],
)


# The data of one person ----------------------------------------------------------------------------------


def test_a_customers_data_is_found_whole() -> None:
    """Master data, bookings, what was given and received, and with whom not to be brought together."""
    data = personal_data(PEOPLE, "anna", at=RATED, ratings=[OF_FRIEND, OF_CUSTOMER])
    assert (data.customer, data.friend, data.standing, data.offers) == (ANNA, None, None, ())
    assert data.bookings == (BOOKING,)
    assert data.ratings_given == (OF_FRIEND,)
    assert data.ratings_received == (OF_CUSTOMER,)
    assert data.blocks == (("andreas", BLOCK),)


def test_a_hidden_rating_is_not_given_away() -> None:
    """What the other side has said is hidden until the reveal, to whoever asks."""
    data = personal_data(PEOPLE, "anna", at=RATED, ratings=[OF_CUSTOMER])
    assert data.ratings_received == ()
    of_its_author = personal_data(PEOPLE, "andreas", at=RATED, ratings=[OF_CUSTOMER])
    assert of_its_author.ratings_given == (OF_CUSTOMER,)


def test_somebody_can_be_both() -> None:
    """A friend who asks for help is one person."""
    market = attrs.evolve(MARKET, customers=[*MARKET.customers, attrs.evolve(ANNA, id="sonja")])
    data = personal_data(market, "sonja", at=NOW, ratings=PILOT.ratings)
    assert data.customer is not None
    assert data.friend == MARKET.friend("sonja")
    assert [offer.id for offer in data.offers] == ["sonja-1", "sonja-2"]
    assert data.standing == MARKET.standing("sonja")


@pytest.mark.parametrize("person_id", ["nobody", "", "swisscom"])
def test_of_nobody_there_is_no_data(person_id: str) -> None:
    """An id of nobody is an error, not an empty answer."""
    with pytest.raises(UnknownIdError):
        personal_data(MARKET, person_id, at=NOW)


# Pseudonyms ----------------------------------------------------------------------------------------------


def texts_of(value: Any) -> set[str]:
    """Return the names and ids of people in a market."""
    people: list[Customer | Friend] = [*value.customers, *value.friends]
    return {each.id for each in people} | {each.name for each in people}


def test_nothing_that_names_a_person_is_left() -> None:
    """Neither names nor addresses nor notes, nor ids that were made of names."""
    text = dumps(pseudonymise(PEOPLE, key=KEY))
    for name in ("Andreas", "andreas", "Anna", "anna", "Zypressen", "Zoraya", "sonja", "swisscom-1001"):
        assert name not in text
    assert "Swisscom" in text  # a firm's name may be shown
    rated = dumps(pseudonymise(OF_FRIEND, key=KEY))
    assert not any(name in rated for name in ("Zoraya", "anna", "andreas"))


@given(testing.markets())
def test_figures_and_connections_stay(market: Market) -> None:
    """What adds up still does, and what belongs together still does."""
    hidden = pseudonymise(market, key=KEY)
    for name in ("customers", "friends", "offers", "bookings", "standings"):
        assert len(getattr(hidden, name)) == len(getattr(market, name))
    assert [each.quote.due for each in hidden.bookings] == [each.quote.due for each in market.bookings]
    assert total(each.price for each in hidden.offers) == total(each.price for each in market.offers)
    assert [each.stars for each in hidden.standings] == [each.stars for each in market.standings]
    names = {old.id: new.id for old, new in zip(market.friends, hidden.friends, strict=True)}
    assert [names[each.friend_id] for each in market.offers] == [each.friend_id for each in hidden.offers]
    assert not texts_of(market) & texts_of(hidden)


def test_a_ranking_is_the_same_under_other_names() -> None:
    """Who may come, the scores and the reasons' codes are those of the people behind the pseudonyms."""
    hidden = pseudonymise(MARKET, key=KEY)
    found = matching.FriendIndex(hidden).rank(pseudonymise(REQUEST, key=KEY), at=NOW)
    usual = matching.FriendIndex(MARKET).rank(REQUEST, at=NOW)
    assert sorted(each.score for each in found.ranked) == sorted(each.score for each in usual.ranked)
    assert dict(found.refused) == dict(usual.refused)


def test_the_same_key_gives_the_same_pseudonyms_and_another_key_others() -> None:
    """Data that is handed out in parts can be joined by whoever has both parts, if the key was the same."""
    market, rating = pseudonymise(PEOPLE, key=KEY), pseudonymise(OF_FRIEND, key=KEY)
    assert rating.subject_id in {each.id for each in market.friends}
    assert rating.booking_id == market.bookings[0].id
    assert pseudonymise(OF_FRIEND, key=KEY + b"!").subject_id != rating.subject_id


@pytest.mark.parametrize(
    ("value", "key", "error"),
    [
        # a key that is short, empty, a text, or none
        (MARKET, b"fifteen bytes..", InvalidValueError),
        (MARKET, b"", InvalidValueError),
        (MARKET, "sixteen letters or more", InvalidTypeError),
        (MARKET, None, InvalidTypeError),
        # what is no value of the library
        ({"name": "Zoraya"}, KEY, InvalidTypeError),
        ("Zoraya", KEY, InvalidTypeError),
    ],
)
def test_wrong_arguments_are_refused(value: Any, key: Any, error: type[Exception]) -> None:
    """The error says what was expected, and repeats nothing."""
    with pytest.raises(error) as caught:
        pseudonymise(value, key=key)
    assert "Zoraya" not in str(caught.value)


@given(st.binary(min_size=16, max_size=80))
def test_any_key_that_is_long_enough_will_do(key: bytes) -> None:
    """Also one that is longer than the hash takes."""
    assert pseudonymise(ANNA, key=key).id.startswith("p-")


def test_every_field_that_names_a_person_is_known() -> None:
    """A class that gets a field with an id of a person has to be listed."""
    from mila_core.export import privacy  # noqa: PLC0415  # its table
    from mila_core.serialization import KINDS  # noqa: PLC0415

    people = {"customer_id", "friend_id", "author_id", "subject_id", "by", "lifted_by", "booking_id"}
    left_out = {"Eligibility", "Why"}  # answers about a market: not data that is handed out
    missing = {
        f"{cls.__name__}.{field.name}"
        for cls in KINDS.values()
        for field in attrs.fields(cls)
        if field.name in people
        and field.name not in privacy._IDS.get(cls.__name__, frozenset())  # noqa: SLF001
        and not attrs.has(field.type if isinstance(field.type, type) else object)
    }
    assert {each for each in missing if each.partition(".")[0] not in left_out} == set()
