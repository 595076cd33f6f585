"""A strategy for every kind of document, so that a law can be checked over all of them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mila_core.market import ServiceOverview
from tests.strategies import flow, values


def service_overviews() -> SearchStrategy[ServiceOverview]:
    """Return overviews of services."""
    return st.builds(
        ServiceOverview,
        service_code=values.ids(),
        friends=st.integers(1, 2**53),
        price_from=values.prices(),
        price_to=values.prices(),
    )


STRATEGIES: Mapping[str, SearchStrategy[Any]] = MappingProxyType(
    {
        "actor": flow.actors(),
        "availability": values.availabilities(),
        "availability_policy": values.availability_policies(),
        "bayesian_average_params": flow.bayesian_average_params(),
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
        "free_time": values.free_times(),
        "friend": values.friends(),
        "key_use": flow.key_uses(),
        "market": flow.markets(),
        "match": flow.matches(),
        "money": values.moneys(),
        "names": values.names(),
        "offer": values.offers(),
        "opening": values.openings(),
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
        "service": values.services(),
        "service_overview": service_overviews(),
        "service_request": values.service_requests(),
        "standing": flow.standings(),
        "stream_version": flow.stream_versions(),
        "suspension": values.suspensions(),
        "term": flow.terms(),
        "timer": flow.timers(),
        "transition": flow.transitions(),
        "validity": values.validities(),
        "visit": values.visits(),
        "weekly_hours": values.weekly_hours(),
        "why": flow.whys(),
    }
)
