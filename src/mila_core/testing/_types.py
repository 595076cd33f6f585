"""The strategy of each public type."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from hypothesis.strategies import SearchStrategy

from mila_core.availability import Availability, FreeTime, WeeklyHours
from mila_core.bookings import Booking, BookingEvent, Command
from mila_core.catalogue import AddOn, Catalogue, Category, Package, Selection, Service
from mila_core.certifications import Certification, Revocation, Suspension
from mila_core.eligibility import Eligibility, Visit
from mila_core.errors import InvalidTypeError, describe
from mila_core.friends import Address, Block, Customer, Friend, Partner
from mila_core.lifecycle import Actor, Decision, KeyUse, Refusal, StreamVersion, Timer, Transition
from mila_core.market import Market, ServiceOverview
from mila_core.matching import Match, Ranking, RankingParams, Term, Why
from mila_core.money import Money
from mila_core.names import Names
from mila_core.offers import Offer, UnitPrice
from mila_core.periods import Period, Validity
from mila_core.places import Place
from mila_core.policies import (
    AvailabilityPolicy,
    BadgePolicy,
    BookingPolicy,
    EligibilityPolicy,
    NetworkPolicy,
    SettlementPolicy,
    YearlyLimit,
)
from mila_core.pricing import PriceBook
from mila_core.quotes import Quote, QuoteLine
from mila_core.ratings import Rating
from mila_core.reasons import Reason
from mila_core.regions import Opening, Region
from mila_core.reputation import BayesianAverageParams, Contribution
from mila_core.serialization import Limits
from mila_core.service_requests import ServiceRequest
from mila_core.standings import Standing
from mila_core.testing._bookings import (
    actors,
    booking_events,
    bookings,
    commands,
    decisions,
    key_uses,
    quote_lines,
    quotes,
    refusals,
    stream_versions,
    timers,
    transitions,
)
from mila_core.testing._catalogues import (
    add_ons,
    availability_policies,
    badge_policies,
    booking_policies,
    catalogues,
    categories,
    eligibility_policies,
    network_policies,
    packages,
    selections,
    services,
    settlement_policies,
    yearly_limits,
)
from mila_core.testing._documents import limits
from mila_core.testing._markets import markets, service_overviews
from mila_core.testing._people import (
    addresses,
    availabilities,
    blocks,
    certifications,
    customers,
    free_times,
    friends,
    partners,
    revocations,
    suspensions,
    verifications,
    weekly_hours,
)
from mila_core.testing._rankings import (
    bayesian_average_params,
    contributions,
    matches,
    price_books,
    ranking_params,
    rankings,
    ratings,
    standings,
    terms,
    whys,
)
from mila_core.testing._requests import (
    eligibilities,
    offers,
    openings,
    regions,
    service_requests,
    unit_prices,
    visits,
)
from mila_core.testing._values import moneys, names, periods, places, reasons, validities
from mila_core.verifications import Verification

T = TypeVar("T")

STRATEGIES: Mapping[type, Callable[[], SearchStrategy[Any]]] = MappingProxyType(
    {
        Actor: actors,
        AddOn: add_ons,
        Address: addresses,
        Availability: availabilities,
        AvailabilityPolicy: availability_policies,
        BadgePolicy: badge_policies,
        BayesianAverageParams: bayesian_average_params,
        Block: blocks,
        Booking: bookings,
        BookingEvent: booking_events,
        BookingPolicy: booking_policies,
        Catalogue: catalogues,
        Category: categories,
        Certification: certifications,
        Command: commands,
        Contribution: contributions,
        Customer: customers,
        Decision: decisions,
        Eligibility: eligibilities,
        EligibilityPolicy: eligibility_policies,
        FreeTime: free_times,
        Friend: friends,
        KeyUse: key_uses,
        Limits: limits,
        Market: markets,
        Match: matches,
        Money: moneys,
        Names: names,
        NetworkPolicy: network_policies,
        Offer: offers,
        Opening: openings,
        Package: packages,
        Partner: partners,
        Period: periods,
        Place: places,
        PriceBook: price_books,
        Quote: quotes,
        QuoteLine: quote_lines,
        Ranking: rankings,
        RankingParams: ranking_params,
        Rating: ratings,
        Reason: reasons,
        Refusal: refusals,
        Region: regions,
        Revocation: revocations,
        Selection: selections,
        Service: services,
        ServiceOverview: service_overviews,
        ServiceRequest: service_requests,
        SettlementPolicy: settlement_policies,
        Standing: standings,
        StreamVersion: stream_versions,
        Suspension: suspensions,
        Term: terms,
        Timer: timers,
        Transition: transitions,
        UnitPrice: unit_prices,
        Validity: validities,
        Verification: verifications,
        Visit: visits,
        WeeklyHours: weekly_hours,
        Why: whys,
        YearlyLimit: yearly_limits,
    }
)
"""The function that returns the strategy of each public type, by type.

:meta hide-value:
"""


def strategy_for(cls: type[T]) -> SearchStrategy[T]:
    """Return the strategy of a public type, in its most general form.

    Args:
        cls: the type, one that can be a document.

    Raises:
        InvalidTypeError: another type.

    Examples:
        >>> from mila_core.money import Money
        >>> strategy_for(Money).map(lambda amount: type(amount) is Money).is_empty
        False
    """
    if cls not in STRATEGIES:
        raise InvalidTypeError("cls", "a public value class of mila_core", describe(cls))
    return STRATEGIES[cls]()
