"""What is known of one person is found whole; pseudonyms hide the person and keep the figures."""

import json
from datetime import timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import bookings, matching, ratings, testing
from mila_core.bookings import BookingState
from mila_core.errors import InvalidTypeError, InvalidValueError, UnknownIdError
from mila_core.export import personal_data, pseudonymise
from mila_core.friends import Address, Block, Customer, Friend, Partner, reinstate, suspend
from mila_core.lifecycle import Decision, StreamVersion
from mila_core.market import Market
from mila_core.money import total
from mila_core.periods import Period, Validity
from mila_core.places import Place
from mila_core.ratings import Direction
from mila_core.reasons import reason
from mila_core.serialization import KINDS, dump, dumps
from mila_core.standings import Reliability
from mila_core.verifications import VerificationKind, verified
from tests.disputes.examples import dispute_in
from tests.i18n.test_wording import VALUES
from tests.journey import ANDREAS, ANNA, CUSTOMER, MARKET, NOW, PILOT, REQUEST, booking_in, command, utc

KEY = b"sixteen bytes or more"
BOOKING = booking_in(BookingState.CLOSED)
RATED = BOOKING.since
OF_ONE = ratings.rate(
    ratings.open_reviews(BOOKING, at=RATED, key="r1"),
    by=ANNA,
    stars=5,
    at=RATED,
    key="r2",
    text="Zoraya was here",
    language="en",
)
REVIEWS = ratings.rate(OF_ONE, by=ANDREAS, stars=4, at=RATED, key="r3")
RATINGS = {side.direction: side.rating for side in REVIEWS.sides if side.rating is not None}
OF_FRIEND, OF_CUSTOMER = RATINGS[Direction.OF_FRIEND], RATINGS[Direction.OF_CUSTOMER]
HIDDEN = attrs.evolve(OF_CUSTOMER, revealed_at=None)
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
    assert [(other, block.customer_id, block.since) for other, block in data.blocks] == [
        ("andreas", "anna", NOW)
    ]


@pytest.mark.parametrize("wished_by", ["anna", "andreas", "olga"])
def test_why_somebody_does_not_want_to_meet_again_is_told_to_nobody_else(wished_by: str) -> None:
    """Friend and customer know of a block, but who wished it and why only where they did so themselves."""
    block = attrs.evolve(BLOCK, by=wished_by)
    friends = [attrs.evolve(each, blocked=[block] if each.id == "andreas" else []) for each in MARKET.friends]
    market = attrs.evolve(MARKET, friends=friends)
    friend = personal_data(market, "andreas", at=NOW).friend
    assert friend is not None
    shown = {"anna": personal_data(market, "anna", at=NOW).blocks[0][1], "andreas": friend.blocked[0]}
    withheld = attrs.evolve(BLOCK, by="withheld", note="")
    assert shown == {each: block if each == wished_by else withheld for each in ("anna", "andreas")}


def test_a_friend_sees_why_they_were_suspended() -> None:
    """The note of a decision about a person belongs to the person."""
    away = suspend(ANDREAS, during=Validity(NOW), by="olga", note="no answers")
    market = attrs.evolve(MARKET, friends=[away if each.id == away.id else each for each in MARKET.friends])
    assert personal_data(market, "andreas", at=NOW).friend == away


def written(part: Any) -> Any:
    """Return a part of a person's data as the how-to writes it."""
    if isinstance(part, tuple):
        return [written(each) for each in part]
    return part if part is None or isinstance(part, str) else dump(part)


@pytest.mark.parametrize("person_id", ["anna", "andreas"])
def test_a_persons_data_can_be_written(person_id: str) -> None:
    """Each value in it has a document, as the how-to and the class say."""
    data = personal_data(PEOPLE, person_id, at=RATED, ratings=[OF_FRIEND, OF_CUSTOMER])
    document = {name: written(part) for name, part in data._asdict().items()}
    assert json.loads(json.dumps(document)) == document
    assert document["bookings"] == [dump(BOOKING)]
    assert [len(document[name]) for name in ("ratings_given", "ratings_received")] == [1, 1]


def test_a_hidden_rating_is_not_given_away() -> None:
    """What the other side has said is hidden until the reveal, to whoever asks."""
    data = personal_data(PEOPLE, "anna", at=RATED, ratings=[HIDDEN])
    assert data.ratings_received == ()
    of_its_author = personal_data(PEOPLE, "andreas", at=RATED, ratings=[HIDDEN])
    assert of_its_author.ratings_given == (HIDDEN,)


def test_of_reviews_a_person_gets_what_they_may_see() -> None:
    """The own rating with its note, the other one from the reveal on and without its note."""
    noted = ratings.edit(OF_ONE, by=ANNA, stars=5, at=RATED, key="r4", note="Zoraya was rude")
    both = ratings.rate(noted, by=ANDREAS, stars=4, at=RATED, key="r3")
    for given_, person_id, expected in [
        (noted, "anna", [["Zoraya was rude"]]),
        (noted, "andreas", [[]]),
        (both, "anna", [["", "Zoraya was rude"]]),
        (both, "andreas", [["", ""]]),
        (both, "bruno", []),
    ]:
        found = personal_data(PEOPLE, person_id, at=RATED, reviews=[given_]).reviews
        assert [[seen.rating.note for seen in each.ratings] for each in found] == expected


@pytest.mark.parametrize(("person_id", "count"), [("anna", 1), ("andreas", 1), ("bruno", 0)])
def test_of_disputes_both_sides_get_what_was_said(person_id: str, count: int) -> None:
    """Claim, answer and decision are written for both sides, and for nobody else."""
    dispute = dispute_in("decided")
    data = personal_data(PEOPLE, person_id, at=RATED, disputes=[dispute])
    assert data.disputes == (dispute,) * count


def test_somebody_can_be_both() -> None:
    """A friend who asks for help is one person."""
    market = attrs.evolve(MARKET, customers=[*MARKET.customers, attrs.evolve(ANNA, id="sonja")])
    data = personal_data(market, "sonja", at=NOW, ratings=PILOT.ratings)
    assert data.customer is not None
    assert data.friend == MARKET.friend("sonja")
    assert [offer.id for offer in data.offers] == ["sonja-1", "sonja-2"]
    assert data.standing == MARKET.standing("sonja")
    assert data.reliability is None
    counted = Reliability(friend_id="sonja", at=NOW, closed=3)
    known = personal_data(attrs.evolve(MARKET, reliabilities=[counted]), "sonja", at=NOW)
    assert known.reliability == counted


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
    for name in ("customers", "friends", "offers", "bookings", "standings", "reliabilities"):
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


def test_a_ranking_names_nobody() -> None:
    """Who may come, who may not, and why: all under other names, in the reasons as well."""
    ranking = matching.FriendIndex(MARKET).rank(REQUEST, at=NOW).complete()
    hidden = pseudonymise(ranking, key=KEY)
    whys = [pseudonymise(ranking.why(each.id), key=KEY) for each in MARKET.friends]
    text = "".join(map(dumps, [hidden, *hidden.refusals, *whys]))
    held = {each.id for friend in MARKET.friends for each in friend.certifications}
    assert any(each in dumps(ranking) for each in held)
    people = {"anna"} | {each.id for each in MARKET.friends}
    for name in {REQUEST.id} | people | held | {each.id for each in MARKET.offers}:
        assert f'"{name}"' not in text
    names = {each.id for each in pseudonymise(MARKET, key=KEY).friends}
    listed = {each.friend_id for each in hidden.ranked} | {each.friend_id for each in hidden.refusals}
    assert listed == {each.friend_id for each in whys} == names


def test_a_decision_names_nobody() -> None:
    """Neither its events nor what it expects; what is expected is still the same thing."""
    asked = attrs.evolve(command("request", CUSTOMER), friend=ANDREAS, agenda_version=3)
    decided = bookings.decide(None, asked, at=utc("2013-11-27T08:05"))
    assert isinstance(decided, Decision)
    hidden = pseudonymise(decided, key=KEY)
    assert not any(name in dumps(hidden) for name in ("anna", "andreas"))
    names = {old: pseudonymise(attrs.evolve(ANDREAS, id=old), key=KEY).id for old in ("andreas", BOOKING.id)}
    assert [(each.stream, each.version) for each in hidden.expects] == [
        (f"booking:{names[BOOKING.id]}", 0),
        (f"agenda:{names['andreas']}", 3),
    ]


@pytest.mark.parametrize(
    ("stream", "kept"),
    [
        ("agenda:andreas:2013", "agenda:"),
        ("andreas", ""),  # no word
        ("a" * 39 + ":" + "b" * 200, "a" * 39 + ":"),
        ("andreas" * 30 + ":b", ""),  # no word, and no room for one
        (":andreas", ":"),
    ],
)
def test_of_a_stream_the_word_is_kept(stream: str, kept: str) -> None:
    """What follows the first colon is an id."""
    hidden = pseudonymise(StreamVersion(stream, 1), key=KEY).stream
    assert hidden.startswith(f"{kept}p-")
    assert len(hidden) == len(kept) + len(pseudonymise(ANNA, key=KEY).id)


def test_a_reason_keeps_what_is_of_nobody() -> None:
    """Ids of persons' things are replaced where they are texts; codes of services and numbers stay."""
    why = reason("of_an_application", customer="anna", friend="andreas", offer="andreas-1", id=7, unit="hour")
    hidden = pseudonymise(why, key=KEY)
    assert (hidden.code, hidden.get("id"), hidden.get("unit")) == (why.code, 7, "hour")
    assert hidden.get("customer") == pseudonymise(ANNA, key=KEY).id
    assert not any(name in dumps(hidden) for name in ("anna", "andreas"))


def test_a_fingerprint_cannot_be_found_by_trying() -> None:
    """It is made of the command alone: whoever guesses the command has it, so it gets a pseudonym."""
    booking = booking_in(BookingState.REQUESTED)
    asked = command("request", CUSTOMER)
    decided = bookings.decide(None, asked, at=booking.since)
    assert isinstance(decided, Decision)
    hidden = pseudonymise(decided.events[0], key=KEY)
    assert asked.fingerprint not in dumps(hidden) + dumps(pseudonymise(booking, key=KEY))
    assert bookings.evolve(None, hidden) == pseudonymise(booking, key=KEY)


def decided_by(one: str, other: str) -> Friend:
    """Return Andreas, verified by one, suspended by the one and reinstated by the other."""
    away = suspend(ANDREAS, during=Validity(NOW), by=one)
    back = reinstate(away, at=RATED, by=other)
    return attrs.evolve(back, verifications=[verified(VerificationKind.IBAN, on=NOW.date(), by=one)])


def deciders(friend: Friend) -> set[str | None]:
    """Return who verified, suspended and reinstated a friend."""
    suspended = {name for each in friend.suspensions for name in (each.by, each.lifted_by)}
    return suspended | {each.by for each in friend.verifications}


def test_a_markets_partner_keeps_its_id_wherever_it_decides() -> None:
    """As in `issuer_id`; an operator is a person, and so is whoever has a partner's id."""

    def hidden(one: str, other: str) -> set[str | None]:
        changed = decided_by(one, other)
        friends = [changed if each.id == changed.id else each for each in MARKET.friends]
        partners = [*MARKET.partners, Partner(id="andreas", name="Andreas")]
        market = pseudonymise(attrs.evolve(MARKET, friends=friends, partners=partners), key=KEY)
        (found,) = [deciders(each) for each in market.friends if each.suspensions]
        return found

    assert hidden("swisscom", "swisscom") == {"swisscom"}
    assert "swisscom" in hidden("swisscom", "olga")
    assert not {"olga", "andreas"} & hidden("olga", "andreas")


def test_outside_a_market_whoever_decided_gets_a_pseudonym() -> None:
    """A friend alone does not say which ids are those of partners."""
    hidden = deciders(pseudonymise(decided_by("swisscom", "olga"), key=KEY))
    assert all(str(each).startswith("p-") for each in hidden)


def test_an_invoice_names_nobody_and_adds_up() -> None:
    """No name, street, number or account is left; the sums, rates and places are, and it is still one."""
    from tests.invoices.examples import CUSTOMER as RECIPIENT  # noqa: PLC0415  # this module has another
    from tests.invoices.examples import FRIEND, invoiced  # noqa: PLC0415  # beside it

    invoice = attrs.evolve(invoiced(), refers_to="2013-9")
    hidden = pseudonymise(invoice, key=KEY)
    assert (hidden.total, hidden.vat, hidden.served_on) == (invoice.total, invoice.vat, invoice.served_on)
    assert hidden.issuer.postcode == invoice.issuer.postcode
    text = dumps(hidden) + dumps(pseudonymise(FRIEND, key=KEY))
    for told in (
        "Netz",
        "Anna",
        "anna",
        "Zypressen",
        '71"',
        '2013-1"',
        "2013-9",
        "0079",
        "155.212",
        "Kramgasse",
    ):
        assert told not in text
    person = pseudonymise(attrs.evolve(ANNA, id="anna"), key=KEY).id
    assert pseudonymise(RECIPIENT, key=KEY).id == person


def test_a_matching_and_a_ledger_keep_who_belongs_to_whom() -> None:
    """Both have a pseudonym in the place of each id, and nobody stays nobody."""
    matched = matching.stable_match({"anna": ["reto"], "beat": ["reto"]}, {"reto": ["beat"]})
    hidden = pseudonymise(matched, key=KEY)
    own = matching.ExposureAccount(friend_id="reto", given=7)
    (account,) = pseudonymise(matching.ExposureLedger(accounts=[own]), key=KEY).accounts
    assert account.given == 7
    assert not {"anna", "beat", "reto"} & {*hidden.proposer_ids, *hidden.reviewer_ids}
    assert hidden.reviewer_ids == (None, account.friend_id)


def test_an_assignment_names_nobody_and_is_still_proved() -> None:
    """Of assignments, visits and plans each id gets its pseudonym, and all that is proved stays so."""
    edges = [("sonja-1", "andreas", 3), ("sonja-1", "nadja", 9), ("anna-1", "andreas", 4)]
    slots = [(*edge, Period(NOW, NOW + timedelta(hours=1))) for edge in edges]
    asked = matching.PlannedRequest(
        request_id="anna-1", unserved_cost=9, freezes_at=NOW, candidate_ids=("andreas",), costs=(4,)
    )
    plan = matching.replan(matching.Plan(at=NOW), at=NOW, asked=[asked], told={"anna-1": "andreas"})
    visits = matching.assign_visits(slots, unserved_cost=40)
    for value in (matching.assign(edges, unserved_cost=40), visits, plan):
        hidden = pseudonymise(value, key=KEY)
        text = dumps(hidden)
        assert not [name for name in ("sonja", "anna", "andreas", "nadja") if name in text]
        hidden.verify()
        assert hidden.cost == value.cost


# What is to be hidden is listed --------------------------------------------------------------------------

OF_NOBODY = {
    *("AddOn", "Availability", "AvailabilityPolicy", "BadgePolicy", "BayesianAverageParams", "BookingPolicy"),
    *("Catalogue", "Category", "EligibilityPolicy", "FreeTime", "Limits", "Money", "Names"),
    *("NetworkPolicy", "Opening", "Package", "Partner", "Period", "Place", "PriceBook", "RankingParams"),
    *("Region", "Selection", "Service", "ServiceOverview", "SettlementPolicy", "Timer", "Transition"),
    *("AspectRating", "Charge", "CompensationPolicy", "DispatchPolicy", "DisputePolicy", "NoticeTier"),
    *("GuidanceParams", "JobCost", "PriceGuidance", "PricePosition"),
    *("Reminder", "Shares", "UnitPrice", "Validity", "VatRate", "VatShare", "WeeklyHours", "YearlyLimit"),
    *("CommissionTier", "Discount", "ListedHolidays", "ProofPart", "PublicHoliday", "Tariff"),
    *("ExposureMarket", "ExposureReport", "FairExposureParams"),
    *("Backtest", "ModelResult", "OrdinalLink"),
    *("BayesianAverage", "Beta", "Dirichlet", "Glicko2", "RawMean"),
    *("OrderedProbitFilter", "WilsonLowerBound"),
    *("AttackMarket", "AttackReport", "EvidenceParams", "FlagParams", "Rev2Params"),
    *("IterativeFilteringParams", "LowRatings", "LowRatingsParams"),
    *("TrustParams", "Evidence", "Fitted", "FittedParameter", "Guard", "ReputationParams", "TwoSided"),
}
"""Classes without anything of a person."""

MADE_OF_OTHERS = {
    *(
        "BadgeVerdict",
        "Candidate",
        "Compensation",
        "Decision",
        "Ending",
        "ExposureLedger",
        "Invitation",
        "Market",
        "Match",
        "Moderation",
    ),
    *("Posting", "QuoteBasis", "QuoteLine", "Ranking", "Refusal", "ReviewSide", "Term", "VisibleRating"),
}
"""Classes whose members have it."""

IN_OTHER_WAYS = {"Address", "Reason", "Reply", "Resolution", "StreamVersion", "Violation"}
"""Classes of which more, or less, than whole ids is hidden."""


def test_every_class_is_known_to_be_of_somebody_or_of_nobody() -> None:
    """A new class has to be listed, in the table of ids or here."""
    from mila_core.export import privacy  # noqa: PLC0415  # its table

    groups = [set(privacy._IDS), OF_NOBODY, MADE_OF_OTHERS, IN_OTHER_WAYS]  # noqa: SLF001
    assert sorted(each for group in groups for each in group) == sorted(
        cls.__name__ for cls in KINDS.values()
    )


def test_every_field_that_names_a_person_is_known() -> None:
    """A class that gets a field with an id of a person has to be listed; what is listed is there."""
    from mila_core.export import privacy  # noqa: PLC0415  # its table

    people = {"customer_id", "friend_id", "author_id", "subject_id", "by", "lifted_by", "booking_id"}
    people |= {"key", "fingerprint", "evidence", "offer_id", "request_id"}
    for cls in KINDS.values():
        texts = {
            field.name
            for field in attrs.fields(cls)
            if not attrs.has(field.type if isinstance(field.type, type) else object)
        }
        listed = privacy._IDS.get(cls.__name__, frozenset())  # noqa: SLF001
        assert texts & people <= listed <= texts, cls


def test_every_text_in_the_librarys_reasons_is_known_to_be_of_somebody_or_of_nobody() -> None:
    """A reason that gets a text of another name has to be listed, in the module or here."""
    from mila_core.export import privacy  # noqa: PLC0415  # its table

    of_nobody = {"event", "field", "partner", "place", "region", "role", "service", "spoken", "state", "unit"}
    of_nobody |= {"contract_mode", "discount", "failure", "holiday", "means", "verification"}
    texts = {name for name, value in VALUES.items() if isinstance(value, str)}
    assert texts - of_nobody == privacy._IDS_OF_REASONS & set(VALUES)  # noqa: SLF001
