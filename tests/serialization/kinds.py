"""A strategy for every kind of document, so that a law can be checked over all of them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mila_core.market import ServiceOverview
from mila_core.serialization import Limits
from tests.strategies import flow, values


def service_overviews() -> SearchStrategy[ServiceOverview]:
    """Return overviews of services."""
    return st.builds(
        ServiceOverview,
        service_code=values.ids(),
        friends=st.integers(1, 2**53),
        price_from=values.prices(),
        price_to=values.prices(),
        price_median=values.prices(),
        bookable_from=values.instants(),
    )


def limits() -> SearchStrategy[Limits]:
    """Return limits of any size."""
    return st.builds(
        Limits,
        characters=st.integers(1, 2**53),
        depth=st.integers(1, 500),
        items=st.integers(1, 2**53),
        longest_text=st.integers(1, 2**53),
        digits=st.integers(1, 4_000),
        problems=st.integers(1, 1_000),
    )


STRATEGIES: Mapping[str, SearchStrategy[Any]] = MappingProxyType(
    {
        "actor": flow.actors(),
        "add_on": values.add_ons(),
        "address": values.addresses(),
        "availability": values.availabilities(),
        "availability_policy": values.availability_policies(),
        "badge_policy": values.badge_policies(),
        "bayesian_average_params": flow.bayesian_average_params(),
        "block": values.blocks(),
        "booking": flow.bookings(),
        "booking_event": flow.booking_events(),
        "booking_policy": values.policies(),
        "catalogue": values.catalogues(),
        "category": values.categories(),
        "certification": values.certifications(),
        "command": flow.commands(),
        "contribution": flow.contributions(),
        "customer": values.customers(),
        "decision": flow.decisions(),
        "eligibility": values.eligibilities(),
        "eligibility_policy": values.eligibility_policies(),
        "free_time": values.free_times(),
        "friend": values.friends(),
        "key_use": flow.key_uses(),
        "limits": limits(),
        "market": flow.markets(),
        "match": flow.matches(),
        "money": values.moneys(),
        "names": values.names(),
        "network_policy": values.network_policies(),
        "offer": values.offers(),
        "opening": values.openings(),
        "package": values.packages(),
        "partner": values.partners(),
        "period": values.periods(),
        "place": values.places(),
        "price_book": flow.price_books(),
        "quote": flow.quotes(),
        "quote_line": flow.quote_lines(),
        "ranking": flow.rankings(),
        "ranking_params": flow.ranking_params(),
        "rating": flow.ratings(),
        "reason": values.reasons(),
        "refusal": flow.refusals(),
        "region": values.regions(),
        "revocation": values.revocations(),
        "selection": values.selections(),
        "service": values.services(),
        "service_overview": service_overviews(),
        "service_request": values.service_requests(),
        "settlement_policy": values.settlement_policies(),
        "standing": flow.standings(),
        "stream_version": flow.stream_versions(),
        "suspension": values.suspensions(),
        "term": flow.terms(),
        "timer": flow.timers(),
        "transition": flow.transitions(),
        "unit_price": values.unit_prices(),
        "validity": values.validities(),
        "verification": values.verifications(),
        "visit": values.visits(),
        "weekly_hours": values.weekly_hours(),
        "why": flow.whys(),
        "yearly_limit": values.yearly_limits(),
    }
)
