"""The pilot of 2013 in Zürich as data: a small, complete market to try everything on.

From the newspaper article of 27 November 2013: the platform and its partner Swisscom, which certifies every
friend; Andreas, who connects a game console for CHF 40; Sonja, who re-programs channels for CHF 55; Nadja,
who explains a mobile phone for CHF 30; the pilot in Zürich, then Bern from early 2014, then further regions.

Everything else is invented: homes, radiuses, hours, certificates' numbers and dates, the other friends, the
customers, the requests, the price book, the ratings of a trial before the opening, and the opening dates
after Bern's.
"""

from collections.abc import Iterator
from datetime import date, datetime, time
from fractions import Fraction
from functools import cache
from typing import NamedTuple

import attrs

from mila_core.availability import Availability, WeeklyHours
from mila_core.catalogue import Service, household_technology
from mila_core.certifications import Certification, Suspension
from mila_core.errors import UnknownIdError
from mila_core.friends import Customer, Friend, Partner
from mila_core.market import Market
from mila_core.money import Money, Rounding, chf, multiply, round_to
from mila_core.names import Names
from mila_core.offers import Offer
from mila_core.periods import Period, at_wall_time, valid_on
from mila_core.places import Place
from mila_core.policies import BookingPolicy
from mila_core.pricing import PriceBook, Tariff
from mila_core.quotes import Discount
from mila_core.ratings import Direction, Rating
from mila_core.regions import Region
from mila_core.reputation import BayesianAverageParams, score
from mila_core.service_requests import ServiceRequest

__all__ = ["Pilot", "price_book_2013", "roll_out_2013", "zurich_2013"]

_OPENS_ON = date(2013, 11, 27)
_VISIT_ON = date(2013, 11, 28)
_FIVE_FRANCS = 500


class Pilot(NamedTuple):
    """The pilot: a market, the numbers it works with, and requests to begin with.

    Attributes:
        market: friends, offers, regions and all that belongs to them.
        book: the price book.
        policy: the policy of bookings.
        requests: some customers' requests.
        ratings: ratings of a trial before the opening; the market's standings are computed from them.
        opened_at: the morning of the opening, as "now" for everything that asks for an instant.
    """

    market: Market
    book: PriceBook
    policy: BookingPolicy
    requests: tuple[ServiceRequest, ...]
    ratings: tuple[Rating, ...]
    opened_at: datetime

    def request(self, service_code: str, *, canton: str = "ZH") -> ServiceRequest:
        """Return the first request for a service in a canton.

        Args:
            service_code: the code of the service.
            canton: the code of the canton.

        Raises:
            UnknownIdError: the pilot has none.
        """
        for request in self.requests:
            if request.service_code == service_code and canton in request.place.cantons:
                return request
        raise UnknownIdError(f"request in {canton} for the service", service_code)


@cache
def roll_out_2013() -> tuple[Region, ...]:
    """Return the 26 cantons as regions: Zürich open from 27.11.2013, Bern from 1.1.2014, the others later.

    Examples:
        >>> [(region.names.de, str(region.opens_on)) for region in roll_out_2013()[:2]]
        [('Zürich', '2013-11-27'), ('Bern', '2014-01-01')]
    """
    from mila_core._resources import read_csv  # noqa: PLC0415  # see there

    return tuple(
        Region(
            id=row["region_id"],
            names=Names(de=row["de"], fr=row["fr"], it=row["it"], en=row["en"]),
            cantons={row["canton"]},
            opens_on=date.fromisoformat(row["opens_on"]),
        )
        for row in read_csv("roll_out_2013.csv")
    )


def _weekdays(first: int, last: int, start: int, end: int) -> Availability:
    return Availability(
        weekly=[WeeklyHours(weekday=day, start=time(start), end=time(end)) for day in range(first, last + 1)]
    )


def _certified(
    number: int, *fields: str, first: date = date(2013, 9, 1), last: date = date(2015, 8, 31), level: int = 1
) -> Certification:
    return Certification(
        id=f"swisscom-{number}",
        issuer_id="swisscom",
        scope=fields,
        level=level,
        valid=valid_on(first, last=last),
    )


def _friends() -> Iterator[Friend]:
    # The article's three. Their first names, services and prices are its; the rest is invented.
    yield Friend(
        id="andreas",
        name="Andreas",
        home=Place("8004"),
        languages=["de", "en"],
        certifications=[_certified(1001, "gaming", "television")],
        availability=_weekdays(1, 6, 14, 20),
    )
    yield Friend(
        id="sonja",
        name="Sonja",
        home=Place("8006"),
        languages=["de", "fr"],
        certifications=[_certified(1002, "television", "audio")],
        availability=_weekdays(1, 5, 13, 19),
    )
    yield Friend(
        id="nadja",
        name="Nadja",
        home=Place("8037"),
        languages=["de", "en", "it"],
        certifications=[_certified(1003, "telephony", "computers")],
        availability=_weekdays(1, 6, 9, 18),
    )
    # Neighbours, all invented.
    yield Friend(
        id="beat",
        name="Beat",
        home=Place("8005"),
        languages=["de"],
        certifications=[_certified(1004, "gaming", "internet", level=2)],
        availability=_weekdays(1, 5, 13, 18),
    )
    yield Friend(
        id="chiara",
        name="Chiara",
        home=Place("8048"),
        languages=["it", "de"],
        certifications=[_certified(1005, "telephony", "gaming", "television")],
        availability=_weekdays(1, 7, 10, 21),
    )
    yield Friend(
        id="david",
        name="David",
        home=Place("8400"),
        languages=["de", "en"],
        certifications=[_certified(1006, "gaming", "computers")],
        availability=_weekdays(1, 7, 8, 22),
    )
    yield Friend(
        id="elena",
        name="Elena",
        home=Place("8032"),
        languages=["de", "fr", "en"],
        certifications=[
            attrs.evolve(
                _certified(1007, "gaming", "telephony"),
                suspensions=[
                    Suspension(
                        during=valid_on(date(2013, 11, 20), last=date(2013, 12, 14)),
                        by="swisscom",
                        note="course to be repeated",
                    )
                ],
            )
        ],
        availability=_weekdays(1, 5, 12, 20),
    )
    yield Friend(
        id="fabio",
        name="Fabio",
        home=Place("8050"),
        languages=["it", "de"],
        certifications=[_certified(1008, "television", first=date(2012, 11, 1), last=date(2013, 10, 31))],
        availability=_weekdays(1, 5, 13, 20),
    )
    yield Friend(
        id="greta",
        name="Greta",
        home=Place("8057"),
        languages=["de"],
        certifications=[_certified(1009, "television", "telephony", "security", level=2)],
        availability=_weekdays(2, 6, 9, 17),
    )
    yield Friend(
        id="hannes",
        name="Hannes",
        home=Place("8003"),
        languages=["de", "en"],
        certifications=[_certified(1010, "gaming")],
        availability=_weekdays(6, 7, 10, 18),
    )
    yield Friend(
        id="reto",
        name="Reto",
        home=Place("3012"),
        languages=["de", "fr"],
        certifications=[_certified(1011, "gaming", "telephony", "internet")],
        availability=_weekdays(1, 7, 13, 20),
    )


_OFFERS = (
    # friend, service, price; the first three are the article's, the others invented
    ("andreas", "game-console", "40.00"),
    ("sonja", "tv-channels", "55.00"),
    ("nadja", "mobile-phone", "30.00"),
    ("sonja", "sound-system", "65.00"),
    ("nadja", "tablet-introduction", "45.00"),
    ("beat", "game-console", "45.00"),
    ("beat", "router-setup", "60.00"),
    ("chiara", "mobile-phone", "35.00"),
    ("chiara", "tv-channels", "58.00"),
    ("chiara", "game-console", "46.00"),
    ("david", "game-console", "38.00"),
    ("elena", "game-console", "44.00"),
    ("elena", "mobile-phone", "33.00"),
    ("fabio", "tv-channels", "50.00"),
    ("greta", "tv-channels", "60.00"),
    ("greta", "mobile-phone", "36.00"),
    ("greta", "password-manager", "50.00"),
    ("hannes", "game-console", "35.00"),
    ("reto", "game-console", "40.00"),
    ("reto", "mobile-phone", "34.00"),
    ("reto", "router-setup", "55.00"),
)

_TRIAL = (
    # friend, stars of a trial in early November 2013; invented
    ("beat", (5, 5, 4, 5)),
    ("chiara", (5, 4, 4)),
    ("david", (5, 5)),
    ("greta", (5, 5, 5, 4, 5)),
    ("reto", (4, 5, 5)),
    ("sonja", (5,)),
)


def _trial_ratings() -> Iterator[Rating]:
    at, closes_at = (at_wall_time(date(2013, 11, day), time(18)) for day in (5, 19))
    for friend_id, given in _TRIAL:
        for number, stars in enumerate(given, start=1):
            yield Rating(
                booking_id=f"trial/{friend_id}/{number}",
                direction=Direction.OF_FRIEND,
                author_id=f"tester-{number}",
                subject_id=friend_id,
                stars=stars,
                at=at,
                closes_at=closes_at,
            )


def _request(id: str, customer_id: str, service_code: str, place: str, on: date) -> ServiceRequest:  # noqa: A002
    return ServiceRequest(
        id=id,
        customer_id=customer_id,
        service_code=service_code,
        place=Place(place),
        windows=[Period(at_wall_time(on, time(13)), at_wall_time(on, time(18)))],
    )


def _tariffs(service: Service) -> Iterator[Tariff]:
    per_hour = multiply(service.price_to, Fraction(60, service.minutes))

    def by_time(minutes: int) -> Money:
        return round_to(multiply(per_hour, Fraction(minutes, 60)), step=_FIVE_FRANCS, rounding=Rounding.UP)

    yield Tariff(
        service_code=service.code, price=service.price_to, block_price=by_time(service.block_minutes)
    )
    units = [(each.code, each.minutes) for each in service.packages]
    units += [(each.code, each.minutes) for each in service.add_ons]
    for code, minutes in units:
        yield Tariff(service_code=service.code, unit=code, price=max(by_time(minutes), chf(5)))


@cache
def price_book_2013() -> PriceBook:
    """Return an example of a price book, by which the pilot's quotes are made; all its numbers are invented.

    The tariff of each service is the upper end of its usual band, a package, an add-on or more time costs as
    much by the minute, rounded up to CHF 5. Evenings cost 15 % more, nights 25 %, Sundays 20 %, public
    holidays 25 %; the highest one counts. Friends may take off 10 % for a customer who comes again.

    Examples:
        >>> book = price_book_2013()
        >>> str(book.tariff("game-console").price), str(book.tariff("game-console").block_price)
        ('CHF 60.00', 'CHF 30.00')
    """
    return PriceBook(
        version="zurich-2013",
        valid=valid_on(date(2013, 11, 1)),
        tariffs=[tariff for service in household_technology().services for tariff in _tariffs(service)],
        evening_percent=15,
        night_percent=25,
        sunday_percent=20,
        holiday_percent=25,
        discounts=[Discount(code="regular-customer", percent=10)],
    )


@cache
def zurich_2013() -> Pilot:
    """Return the pilot as of its opening on 27 November 2013, 9 o'clock.

    Examples:
        >>> pilot = zurich_2013()
        >>> [str(pilot.market.offer(f"{friend}-1").price) for friend in ("andreas", "sonja", "nadja")]
        ['CHF 40.00', 'CHF 55.00', 'CHF 30.00']
    """
    opened_at = at_wall_time(_OPENS_ON, time(9))
    ratings = tuple(_trial_ratings())
    numbers: dict[str, int] = {}
    offers = []
    for friend_id, service_code, price in _OFFERS:
        numbers[friend_id] = numbers.get(friend_id, 0) + 1
        offers.append(
            Offer(
                id=f"{friend_id}-{numbers[friend_id]}",
                friend_id=friend_id,
                service_code=service_code,
                price=chf(price),
                valid=valid_on(date(2013, 11, 1)),
            )
        )
    market = Market(
        catalogue=household_technology(),
        regions=roll_out_2013(),
        partners=[Partner(id="swisscom", name="Swisscom")],
        customers=[
            Customer(id="anna", name="Anna", languages=["de"]),
            Customer(id="bruno", name="Bruno", languages=["de", "it"]),
            Customer(id="carla", name="Carla", languages=["de", "fr"]),
        ],
        friends=list(_friends()),
        offers=offers,
        standings=score(ratings, params=BayesianAverageParams(), at=opened_at),
    )
    return Pilot(
        market=market,
        book=price_book_2013(),
        policy=BookingPolicy(),
        requests=(
            _request("r1", "anna", "game-console", "8005", _VISIT_ON),
            _request("r2", "anna", "tv-channels", "8005", _VISIT_ON),
            _request("r3", "bruno", "mobile-phone", "8001", _VISIT_ON),
            _request("r4", "carla", "game-console", "3011", _OPENS_ON),
        ),
        ratings=ratings,
        opened_at=opened_at,
    )
