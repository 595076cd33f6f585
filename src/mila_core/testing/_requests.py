"""Regions, offers, requests, visits, and what is said of visits."""

from datetime import date, timedelta

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mila_core.catalogue import (
    Service,
)
from mila_core.eligibility import Eligibility, Visit
from mila_core.offers import Offer, UnitPrice
from mila_core.periods import Period, Validity
from mila_core.places import CANTONS, Place
from mila_core.policies import NetworkPolicy
from mila_core.regions import Opening, Region
from mila_core.service_requests import ServiceRequest
from mila_core.testing._catalogues import selections, services
from mila_core.testing._people import partners
from mila_core.testing._policies import network_policies
from mila_core.testing._values import (
    days,
    fixed_or,
    ids,
    instants,
    kept,
    languages,
    names,
    periods,
    places,
    prices,
    reasons,
    this_or,
    validities,
)

# Regions, offers, requests -----------------------------------------------------------------------------


@kept
@st.composite
def regions(
    draw: st.DrawFn,
    *,
    id: str | None = None,  # noqa: A002  # the field's name
    opens_on: date | None = None,
) -> Region:
    """Return regions of cantons, of single places or of both, open for good or for a time."""
    cantons = draw(st.frozensets(st.sampled_from(CANTONS), max_size=3))
    first = draw(fixed_or(opens_on, days()))
    return Region(
        id=draw(fixed_or(id, ids())),
        names=draw(names()),
        cantons=cantons,
        places=draw(st.frozensets(places(), min_size=0 if cantons else 1, max_size=3)),
        opens_on=first,
        closes_on=draw(st.none() | days(first=first, last=first + timedelta(days=3650))),
    )


@kept
def openings(*, region_id: str | None = None) -> SearchStrategy[Opening]:
    """Return openings."""
    return st.builds(Opening, region_id=fixed_or(region_id, ids()), during=validities())


@kept
def unit_prices(*, code: str | None = None) -> SearchStrategy[UnitPrice]:
    """Return prices of packages and add-ons."""
    return st.builds(UnitPrice, code=fixed_or(code, ids()), price=prices())


@kept
def offers(
    *,
    id: str | None = None,  # noqa: A002  # the field's name
    friend_id: str | None = None,
    service_code: str | None = None,
    valid: SearchStrategy[Validity] | None = None,
) -> SearchStrategy[Offer]:
    """Return offers.

    Args:
        id: the id.
        friend_id: the id of the friend.
        service_code: the code of the service.
        valid: when they are valid.
    """
    return st.builds(
        Offer,
        id=fixed_or(id, ids()),
        friend_id=fixed_or(friend_id, ids()),
        service_code=fixed_or(service_code, ids()),
        price=prices(),
        radius_km=st.integers(1, 400),
        valid=this_or(valid, validities()),
        prices=st.lists(unit_prices(), max_size=2, unique_by=lambda each: each.code),
        block_price=st.none() | prices(),
    )


@kept
def service_requests(
    *,
    id: str | None = None,  # noqa: A002  # the field's name
    customer_id: str | None = None,
    service_code: str | None = None,
    place: Place | None = None,
    windows: SearchStrategy[Period] | None = None,
) -> SearchStrategy[ServiceRequest]:
    """Return requests.

    Args:
        id: the id.
        customer_id: the id of the customer.
        service_code: the code of the service.
        place: where the help is needed.
        windows: what the windows are drawn from.
    """
    return st.builds(
        ServiceRequest,
        id=fixed_or(id, ids()),
        customer_id=fixed_or(customer_id, ids()),
        service_code=fixed_or(service_code, ids()),
        place=fixed_or(place, places()),
        windows=st.lists(this_or(windows, periods()), min_size=1, max_size=3),
        languages=st.lists(languages(), max_size=3),
        selection=selections(),
        partner_id=st.none() | ids(),
        price_limit=st.none() | prices(),
    )


# Visits and what is said of them -----------------------------------------------------------------------


@kept
def visits(
    *,
    request_id: str | None = None,
    customer_id: str | None = None,
    service: Service | None = None,
    place: Place | None = None,
    slots: SearchStrategy[Period] | None = None,
    opened: SearchStrategy[list[Opening]] | None = None,
) -> SearchStrategy[Visit]:
    """Return visits.

    Args:
        request_id: the id of the request.
        customer_id: the id of the customer.
        service: the service.
        place: where.
        slots: what the slot is drawn from; if not given, periods of a quarter of an hour to a day.
        opened: the openings; if not given, up to two of any kind.
    """
    quarters = st.integers(1, 96).map(lambda number: timedelta(minutes=15 * number))
    return st.builds(
        Visit,
        request_id=fixed_or(request_id, ids()),
        customer_id=fixed_or(customer_id, ids()),
        service=fixed_or(service, services()),
        place=fixed_or(place, places()),
        slot=this_or(slots, periods(lengths=quarters)),
        languages=st.lists(languages(), max_size=3),
        openings=this_or(opened, st.lists(openings(), max_size=2)),
        selection=selections(),
        partner=st.none() | partners(),
        policy=st.just(NetworkPolicy()) | network_policies(),
    )


@kept
def eligibilities(*, friend_id: str | None = None) -> SearchStrategy[Eligibility]:
    """Return answers: yes, no for good, no until an instant."""
    one = fixed_or(friend_id, ids())
    why = st.lists(reasons(), min_size=1, max_size=3)
    yes = st.builds(Eligibility, friend_id=one)
    return yes | st.builds(Eligibility, friend_id=one, reasons=why, eligible_from=st.none() | instants())
