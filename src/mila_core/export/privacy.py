"""Privacy: what is known of one person, and the same data without saying whose it is.

Names, addresses and notes are about a person; so are ids that an application makes of names, as in
`andreas-1`. `pseudonymise` takes the former out and replaces the latter, so that prices, bookings, standings
and overviews can be handed to somebody who has no business with people.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

import attrs

from mila_core.audit import Violation
from mila_core.bookings import Booking
from mila_core.dispatch import Dispatch, Invitation
from mila_core.disputes import Dispute
from mila_core.errors import InvalidTypeError, InvalidValueError, UnknownIdError, describe
from mila_core.friends import Block, Customer, Friend
from mila_core.lifecycle import Actor, Role, StreamVersion
from mila_core.market import Market
from mila_core.offers import Offer
from mila_core.periods import instant_of
from mila_core.ratings import Rating, Reviews, ReviewsView, counted, view
from mila_core.reasons import Reason
from mila_core.service_requests import ServiceRequest
from mila_core.settlements import Account, Entry
from mila_core.standings import Reliability, Standing

__all__ = ["LEAST_KEY_BYTES", "PersonalData", "personal_data", "pseudonymise"]

T = TypeVar("T")

LEAST_KEY_BYTES = 16
"""How long a key of pseudonyms has to be: with a shorter one, ids could be found again by trying."""

_IDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "Actor": frozenset({"id"}),
        "BadgeAssessment": frozenset({"friend_id"}),
        "Block": frozenset({"customer_id", "by"}),
        "AssignedVisit": frozenset({"request_id", "friend_id"}),
        "Assignment": frozenset({"request_ids", "friend_ids"}),
        "Booking": frozenset({"id"}),
        "BookingCommand": frozenset({"booking_id", "key"}),
        "BookingEvent": frozenset({"id", "fingerprint", "key"}),
        "Certification": frozenset({"id", "evidence"}),
        "Consent": frozenset({"quote_id"}),
        "Contest": frozenset({"customer_id", "friend_id"}),
        "Customer": frozenset({"id"}),
        "Dispatch": frozenset({"id", "booking_id"}),
        "DispatchCommand": frozenset({"key", "friend_id"}),
        "DispatchEvent": frozenset({"id", "fingerprint", "key", "friend_id", "booking_id"}),
        "Contribution": frozenset({"booking_id"}),
        "Dispute": frozenset({"id"}),
        "DisputeCommand": frozenset({"key"}),
        "DisputeEvent": frozenset({"id", "fingerprint", "key"}),
        "Eligibility": frozenset({"friend_id"}),
        "EarningsRow": frozenset({"id"}),
        "EarningsStatement": frozenset({"friend_id"}),
        "Entry": frozenset({"party_id"}),
        "ExposureAccount": frozenset({"friend_id"}),
        "Flag": frozenset({"subject_ids", "involved_ids"}),
        "Friend": frozenset({"id"}),
        "Hold": frozenset({"cause"}),
        "Invoice": frozenset({"number", "booking_id", "refers_to"}),
        "InvoiceParty": frozenset({"id"}),
        "KeyUse": frozenset({"fingerprint", "key"}),
        "MergedShards": frozenset({"moved_ids"}),
        "Offer": frozenset({"id", "friend_id"}),
        "Plan": frozenset({"friend_ids"}),
        "PlannedRequest": frozenset(
            {"request_id", "candidate_ids", "friend_id", "told_friend_id", "pinned_friend_id"}
        ),
        "PricePoint": frozenset({"id", "friend_id"}),
        "Quote": frozenset({"id", "friend_id", "offer_id"}),
        "RatedBooking": frozenset({"customer_id", "friend_id"}),
        "Rating": frozenset({"booking_id", "author_id", "subject_id"}),
        "Reliability": frozenset({"friend_id"}),
        "Reviews": frozenset({"id"}),
        "ReviewsCommand": frozenset({"key"}),
        "ReviewsEvent": frozenset({"id", "fingerprint", "key"}),
        "ReviewsView": frozenset({"booking_id"}),
        "Revocation": frozenset({"by"}),
        "ServiceRequest": frozenset({"id", "customer_id"}),
        "Settlement": frozenset({"id"}),
        "SettlementCommand": frozenset({"cause", "key"}),
        "SettlementEvent": frozenset({"cause", "fingerprint", "id", "key"}),
        "SettlementTerms": frozenset({"customer_id", "friend_id"}),
        "StableMatching": frozenset({"proposer_ids", "reviewer_ids"}),
        "Standing": frozenset({"friend_id"}),
        "Suspension": frozenset({"by", "lifted_by"}),
        "Unserved": frozenset({"request_id"}),
        "Verification": frozenset({"by", "evidence"}),
        "Visit": frozenset({"request_id", "customer_id"}),
        "VisitAssignment": frozenset({"request_ids", "friend_ids"}),
        "Voucher": frozenset({"code"}),
        "Why": frozenset({"friend_id"}),
    }
)
"""The fields that hold an id of a person, or one that an application may make of such an id.

A fingerprint is among them: made without a key, it tells whoever tries all likely commands which one it was.
"""

_IDS_OF_REASONS = frozenset({"customer", "friend", "id", "key", "offer", "quote", "voucher"})
"""The values of a reason that hold such an id, where they are texts."""

_DECIDERS = frozenset({"by", "lifted_by"})
"""The fields that hold the id of a person or a partner."""

_PEOPLES_ACCOUNTS = frozenset({Account.CUSTOMER, Account.FRIEND})
"""The accounts of a ledger whose `party_id` is a person's; the others are the platform's and partners'."""

_LONGEST_WORD = 39
"""How long the word before the colon of a stream may be; a longer text is none, and is not kept."""

_WITHHELD = "withheld"
"""What stands for the id of whoever wished a block, when it is shown to another one."""

_NAMES = frozenset({"name", "street"})
"""The personal texts that must not be empty: they become the pseudonym."""

_PLACES = frozenset({"postcode", "locality"})
"""The personal texts that stay, as a place does: what is told by region has to stay the same."""

_ANY_VAT_NUMBER = "CHE-000.000.000 MWST"
"""What stands for a VAT number, so that who shows the tax is still registered; it is nobody's."""


class PersonalData(NamedTuple):
    """All that a market knows of one person.

    `serialization.dump` writes neither None nor a tuple, but each value in it: customer, friend, standing and
    reliability where there is one, and each member of a tuple; of `blocks` the second of each pair.

    A block that another one wished has no note, and `withheld` for the id of whoever wished it, in `blocks`
    as in the friend's own `blocked`: why somebody does not want to meet a person again is not the person's
    to read. Notes of suspensions and revocations are in it, as these are decisions about the person.

    Attributes:
        customer: the person as a customer, if one.
        friend: the person as a friend, if one: certifications, verifications, absences and blocks included.
        offers: what the person offers.
        bookings: bookings of which the person is a party.
        standing: what is believed of the person as a friend.
        reliability: what was counted of the person as a friend.
        ratings_given: ratings by the person, revealed or not.
        ratings_received: ratings of the person that are revealed; a hidden one is its author's until then.
        reviews: of each booking, what the person may see of its reviews, with replies and moderation.
        disputes: disputes of which the person is a party, with what both sides said.
        requests: what the person asked for as a customer, where it was shown to several friends.
        invitations: invitations that the person got as a friend; never those of others to the same request.
        blocks: blocks of the person as a customer, each with the id of the friend.
    """

    customer: Customer | None
    friend: Friend | None
    offers: tuple[Offer, ...]
    bookings: tuple[Booking, ...]
    standing: Standing | None
    reliability: Reliability | None
    ratings_given: tuple[Rating, ...]
    ratings_received: tuple[Rating, ...]
    reviews: tuple[ReviewsView, ...]
    disputes: tuple[Dispute, ...]
    requests: tuple[ServiceRequest, ...]
    invitations: tuple[Invitation, ...]
    blocks: tuple[tuple[str, Block], ...]


def personal_data(
    market: Market,
    person_id: str,
    *,
    at: datetime,
    ratings: Iterable[Rating] = (),
    reviews: Iterable[Reviews] = (),
    disputes: Iterable[Dispute] = (),
    dispatches: Iterable[Dispatch] = (),
) -> PersonalData:
    """Return everything that is known of one person, as the Swiss data protection act (DSG 25) asks for.

    Args:
        market: the snapshot.
        person_id: the id of a customer or a friend, or of somebody who is both.
        at: now, for which ratings are revealed.
        ratings: ratings of any bookings; a market has none.
        reviews: reviews of any bookings; a market has none.
        disputes: disputes of any bookings; a market has none.
        dispatches: requests with their invitations; a market has none.

    Returns:
        The data; what concerns others is in it only where it is part of a booking, a rating or a block of the
        person, and of a block that another one wished neither who it was nor why (DSG 26: others' interests).

    Raises:
        UnknownIdError: nobody has that id.

    Examples:
        >>> from mila_core import samples
        >>> pilot = samples.zurich_2013()
        >>> data = personal_data(pilot.market, "sonja", at=pilot.opened_at, ratings=pilot.ratings)
        >>> data.friend.name, [offer.id for offer in data.offers], data.customer is None
        ('Sonja', ['sonja-1', 'sonja-2'], True)
    """
    now = instant_of(at)
    given, asked = tuple(ratings), tuple(dispatches)
    customer = next((each for each in market.customers if each.id == person_id), None)
    friend = next((each for each in market.friends if each.id == person_id), None)
    if customer is None and friend is None:
        raise UnknownIdError("customer or friend", person_id)
    return PersonalData(
        customer=customer,
        friend=None if friend is None else _own(friend),
        offers=tuple(each for each in market.offers if each.friend_id == person_id),
        bookings=tuple(each for each in market.bookings if person_id in {each.customer_id, each.friend_id}),
        standing=market.standing(person_id),
        reliability=market.reliability(person_id),
        ratings_given=tuple(each for each in given if each.author_id == person_id),
        ratings_received=tuple(
            attrs.evolve(each, note="") for each in counted(given, at=now) if each.subject_id == person_id
        ),
        reviews=tuple(
            view(each, viewer=Actor(role, person_id), at=now)
            for each in reviews
            for role in (Role.CUSTOMER, Role.FRIEND)
            if each.booking.id_of(role) == person_id
        ),
        disputes=tuple(
            each for each in disputes if person_id in {each.contest.customer_id, each.contest.friend_id}
        ),
        requests=tuple(each.request for each in asked if each.customer_id == person_id),
        invitations=tuple(
            each for dispatch in asked for each in dispatch.invitations if each.friend_id == person_id
        ),
        blocks=tuple(
            (other.id, _shown(block, person_id))
            for other in market.friends
            for block in other.blocked
            if block.customer_id == person_id
        ),
    )


def _own(friend: Friend) -> Friend:
    """Return a friend as the friend may see it."""
    return attrs.evolve(friend, blocked=[_shown(block, friend.id) for block in friend.blocked])


def _shown(block: Block, person_id: str) -> Block:
    """Return a block as one side may see it: by whom and why only where it was their own wish."""
    return block if block.by == person_id else attrs.evolve(block, by=_WITHHELD, note="")


def pseudonymise(value: T, *, key: bytes) -> T:
    """Return a value without names, addresses and notes, with other ids for people and what is theirs.

    The same id has the same pseudonym wherever it stands and in every call with the same key, so that values
    still belong together; without the key nobody finds the id again. Keys and fingerprints of commands are
    replaced, too, as is what follows the colon of a stream such as `agenda:andreas`. Prices, quotes, slots,
    places, periods, standings, overviews and the order of members stay as they are.

    Ids of partners, regions, services and certification fields stay, too, as they are not about a person.
    Whoever verified, suspended, revoked, lifted or blocked something (`by`, `lifted_by`) may be a person or a
    partner: in a market the ids of its partners stay there, unless a person of it has the same id. In any
    other value, which does not say who is a partner, `by` and `lifted_by` are always replaced.

    Of a reason, the texts `id`, `offer`, `quote`, `customer`, `friend`, `voucher` and `key` are replaced and
    all else stays: an application that puts notes or names into reasons of its own has to take them out
    itself.
    Whoever knows a market well may still recognise somebody by certifications, hours and postcode:
    pseudonymous data is personal data.

    Args:
        value: a market, a booking, a ranking, a decision, a rating, or any other value of a class in
            `serialization.KINDS`.
        key: a secret of at least 16 bytes; keep it, or nobody can ever join the data again.

    Returns:
        A value of the same class.

    Raises:
        InvalidTypeError: not a value of this library, or a key that is not bytes.
        InvalidValueError: a key that is too short.

    Examples:
        >>> from mila_core import samples
        >>> pilot = samples.zurich_2013()
        >>> hidden = pseudonymise(pilot.market, key=b"a secret of the owner")
        >>> hidden.friends[0].id == hidden.offers[0].friend_id != "andreas"
        True
        >>> hidden.overview("zurich", at=pilot.opened_at) == pilot.market.overview(
        ...     "zurich", at=pilot.opened_at
        ... )
        True
    """
    if not isinstance(key, bytes):
        raise InvalidTypeError("key", "bytes", describe(key, personal=True))
    if len(key) < LEAST_KEY_BYTES:
        raise InvalidValueError("key", f"at least {LEAST_KEY_BYTES} bytes", f"{len(key)}")
    kind: Any = type(value)
    if not attrs.has(kind):
        raise InvalidTypeError("value", "a value of mila_core", describe(value, personal=True))
    hidden: T = _hidden(value, _Pseudonyms(_keyed(key), _partners_of(value)))
    return hidden


class _Pseudonyms(NamedTuple):
    """What to put in the place of ids.

    Attributes:
        of: gives the pseudonym of any text.
        partners: the ids that stay where somebody decided something.
    """

    of: Callable[[str], str]
    partners: frozenset[str]


def _keyed(key: bytes) -> Callable[[str], str]:
    from hashlib import blake2b  # noqa: PLC0415  # takes 4 ms to import

    secret = blake2b(key).digest()
    return lambda text: f"p-{blake2b(text.encode(), key=secret, digest_size=12).hexdigest()}"


def _partners_of(value: Any) -> frozenset[str]:
    if not isinstance(value, Market):
        return frozenset()
    people = {each.id for each in value.customers} | {each.id for each in value.friends}
    return frozenset(each.id for each in value.partners) - people


def _hidden(value: Any, pseudonyms: _Pseudonyms) -> Any:
    if isinstance(value, tuple):
        return tuple(_hidden(each, pseudonyms) for each in value)
    if isinstance(value, Reason):
        return _hidden_reason(value, pseudonyms)
    if isinstance(value, StreamVersion | Violation):
        value = attrs.evolve(value, stream=_hidden_stream(value.stream, pseudonyms))
    if not attrs.has(type(value)):
        return value
    changes = {}
    for field in attrs.fields(type(value)):
        old = getattr(value, field.name)
        new = _in_place_of(old, field, value, pseudonyms)
        if new is not old:
            changes[field.name] = new
    return attrs.evolve(value, **changes) if changes else value


def _in_place_of(old: Any, field: "attrs.Attribute[Any]", value: Any, pseudonyms: _Pseudonyms) -> Any:
    """Return what stands in the place of a field's value."""
    if old is not None and field.name in _IDS.get(type(value).__name__, ()):
        if field.name == "cause":  # a stream's name, which has to be found again
            return _hidden_stream(old, pseudonyms)
        if isinstance(old, tuple):
            return tuple(None if each is None else pseudonyms.of(each) for each in old)
        stays = field.name in _DECIDERS and old in pseudonyms.partners
        stays = stays or (isinstance(value, Entry) and value.account not in _PEOPLES_ACCOUNTS)
        return old if stays else pseudonyms.of(old)
    if field.repr is False:
        return _without(field.name, value, old, pseudonyms)
    return _hidden(old, pseudonyms)


def _without(name: str, value: Any, old: Any, pseudonyms: _Pseudonyms) -> Any:
    """Return what stands in the place of a personal field: a pseudonym, an empty text, nothing, or itself."""
    if name in _PLACES:
        return old
    if not isinstance(old, str) or name == "iban":
        return None
    if name == "vat_number":
        return _ANY_VAT_NUMBER
    return pseudonyms.of(getattr(value, "id", None) or old) if name in _NAMES and old else ""


def _hidden_reason(why: Reason, pseudonyms: _Pseudonyms) -> Reason:
    values = tuple(
        (name, pseudonyms.of(each) if name in _IDS_OF_REASONS and isinstance(each, str) else each)
        for name, each in why.values
    )
    return attrs.evolve(why, values=values)


def _hidden_stream(stream: str, pseudonyms: _Pseudonyms) -> str:
    word, colon, own = stream.partition(":")
    return f"{word}:{pseudonyms.of(own)}" if colon and len(word) <= _LONGEST_WORD else pseudonyms.of(stream)
