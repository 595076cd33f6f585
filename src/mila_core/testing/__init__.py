"""Strategies of Hypothesis for every public type, valid by construction, for the tests of an application.

A function a type, named as the type in the plural: `friends()`, `bookings()`, `markets()`. A keyword argument
is what a test wants to fix: the value of the field of that name, or a strategy to draw from instead of the
usual one. What is drawn holds together: the services of a catalogue name categories that are in it, a booking
has a history that the table allows, a market has no dangling reference. `strategy_for(cls)` returns the
strategy of a class.

It needs Hypothesis, which the extra `testing` installs. The drawn values may change with any release.
"""

from mila_core.errors import MissingExtraError

try:
    import hypothesis as _hypothesis  # noqa: F401  # told here, before the modules below ask for it
except ImportError as _error:
    raise MissingExtraError("testing", "hypothesis") from _error

from mila_core.testing._bookings import (
    booking_events,
    bookings,
    commands,
    compensations,
    consents,
    decisions,
    endings,
)
from mila_core.testing._catalogues import (
    add_ons,
    catalogues,
    categories,
    packages,
    selections,
    services,
)
from mila_core.testing._disputes import (
    contests,
    dispute_commands,
    dispute_events,
    dispute_histories,
    disputes,
    resolutions,
)
from mila_core.testing._documents import limits
from mila_core.testing._histories import histories
from mila_core.testing._lives import (
    actors,
    key_uses,
    refusals,
    reminders,
    stream_versions,
    timers,
    transitions,
)
from mila_core.testing._markets import (
    day_of,
    market_instants,
    market_requests,
    markets,
    pilots,
    service_overviews,
    year_start,
)
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
from mila_core.testing._policies import (
    availability_policies,
    badge_policies,
    booking_policies,
    compensation_policies,
    dispatch_policies,
    dispute_policies,
    eligibility_policies,
    network_policies,
    notice_tiers,
    settlement_policies,
    yearly_limits,
)
from mila_core.testing._quotes import quote_lines, quotes
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
from mila_core.testing._types import STRATEGIES, strategy_for
from mila_core.testing._values import (
    ZONES,
    days,
    ids,
    instants,
    languages,
    moneys,
    names,
    periods,
    places,
    prices,
    reasons,
    roundings,
    scalars,
    texts,
    validities,
    zones,
)
from mila_core.testing._visits import eligible_friend

__all__ = [
    "STRATEGIES",
    "ZONES",
    "actors",
    "add_ons",
    "addresses",
    "availabilities",
    "availability_policies",
    "badge_policies",
    "bayesian_average_params",
    "blocks",
    "booking_events",
    "booking_policies",
    "bookings",
    "catalogues",
    "categories",
    "certifications",
    "commands",
    "compensation_policies",
    "compensations",
    "consents",
    "contests",
    "contributions",
    "customers",
    "day_of",
    "days",
    "decisions",
    "dispatch_policies",
    "dispute_commands",
    "dispute_events",
    "dispute_histories",
    "dispute_policies",
    "disputes",
    "eligibilities",
    "eligibility_policies",
    "eligible_friend",
    "endings",
    "free_times",
    "friends",
    "histories",
    "ids",
    "instants",
    "key_uses",
    "languages",
    "limits",
    "market_instants",
    "market_requests",
    "markets",
    "matches",
    "moneys",
    "names",
    "network_policies",
    "notice_tiers",
    "offers",
    "openings",
    "packages",
    "partners",
    "periods",
    "pilots",
    "places",
    "price_books",
    "prices",
    "quote_lines",
    "quotes",
    "ranking_params",
    "rankings",
    "ratings",
    "reasons",
    "refusals",
    "regions",
    "reminders",
    "resolutions",
    "revocations",
    "roundings",
    "scalars",
    "selections",
    "service_overviews",
    "service_requests",
    "services",
    "settlement_policies",
    "standings",
    "strategy_for",
    "stream_versions",
    "suspensions",
    "terms",
    "texts",
    "timers",
    "transitions",
    "unit_prices",
    "validities",
    "verifications",
    "visits",
    "weekly_hours",
    "whys",
    "year_start",
    "yearly_limits",
    "zones",
]
