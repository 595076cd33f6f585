"""Places: the Swiss postcodes with their locality, cantons, languages, coordinates, and the distance between.

Source of the table: Federal Office of Topography swisstopo, official directory of localities (open use with
the source named); 3,177 four-digit postcodes, without those of Liechtenstein. It ships compressed with the
package and is read on first use; `tools/update_postcodes.py` rebuilds it.

A postcode is not in one canton: 169 of them touch more than one.
"""

from functools import cache
from math import hypot
from types import MappingProxyType
from typing import Any

import attrs

from mila_core.errors import InvalidTypeError, InvalidValueError, describe

__all__ = ["CANTONS", "Place", "all_places", "distance_m"]

CANTONS = (
    *("ZH", "BE", "LU", "UR", "SZ", "OW", "NW", "GL", "ZG", "FR", "SO", "BS", "BL"),
    *("SH", "AR", "AI", "SG", "GR", "AG", "TG", "TI", "VD", "VS", "NE", "GE", "JU"),
)
"""The codes of the 26 cantons, in the order of the federal constitution (Art. 1 BV)."""


@attrs.frozen
class _Row:
    locality: str
    cantons: tuple[str, ...]
    languages: tuple[str, ...]
    east: int
    north: int
    latitude: float
    longitude: float


@cache
def _table() -> MappingProxyType[str, _Row]:
    from mila_core._resources import read_csv  # noqa: PLC0415  # see there

    return MappingProxyType(
        {
            row["postcode"]: _Row(
                locality=row["locality"],
                cantons=tuple(row["cantons"].split()),
                languages=tuple(row["languages"].split()),
                east=int(row["east"]),
                north=int(row["north"]),
                latitude=float(row["latitude"]),
                longitude=float(row["longitude"]),
            )
            for row in read_csv("postcodes.csv.gz")
        }
    )


def _known(_: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
    expected = "a Swiss postcode such as '8004'"
    if not isinstance(value, str):
        raise InvalidTypeError(attribute.name, expected, describe(value))
    if value not in _table():
        raise InvalidValueError(attribute.name, expected, describe(value))


@attrs.frozen(order=True)
class Place:
    """A place in Switzerland, to the precision of its postcode; all else is looked up by it.

    Attributes:
        postcode: four digits, one of the official directory.

    Raises:
        InvalidValueError: no such postcode.
        InvalidTypeError: not a string.

    Examples:
        >>> Place("8866").locality, Place("8866").cantons
        ('Ziegelbrücke', ('GL', 'SG'))
    """

    postcode: str = attrs.field(validator=_known)

    def __str__(self) -> str:
        """Return postcode and locality, as on an envelope."""
        return f"{self.postcode} {self.locality}"

    @property
    def locality(self) -> str:
        """The name of the postcode's first locality."""
        return _table()[self.postcode].locality

    @property
    def routing_area(self) -> str:
        """The first two digits of the postcode, the Post's routing area: where about, and no closer.

        Examples:
            >>> Place("8005").routing_area
            '80'
        """
        return self.postcode[:2]

    @property
    def cantons(self) -> tuple[str, ...]:
        """The codes of the cantons that the postcode touches, the one with most addresses first."""
        return _table()[self.postcode].cantons

    @property
    def languages(self) -> tuple[str, ...]:
        """The official languages (`de`, `fr`, `it`, `rm`), the main one first.

        Examples:
            >>> Place("2502").languages
            ('de', 'fr')
        """
        return _table()[self.postcode].languages

    @property
    def lv95(self) -> tuple[int, int]:
        """East and north in metres in the Swiss reference frame LV95 (EPSG:2056).

        Examples:
            >>> Place("8005").lv95
            (2682086, 1248902)
        """
        row = _table()[self.postcode]
        return row.east, row.north

    @property
    def wgs84(self) -> tuple[float, float]:
        """Latitude and longitude in degrees in WGS 84 (EPSG:4326).

        Examples:
            >>> Place("8005").wgs84
            (47.38583, 8.52575)
        """
        row = _table()[self.postcode]
        return row.latitude, row.longitude


def all_places() -> tuple[Place, ...]:
    """Return every Swiss place of the table, by postcode.

    Examples:
        >>> len(all_places())
        3177
    """
    return tuple(Place(postcode) for postcode in _table())


def distance_m(one: Place, other: Place) -> int:
    """Return the distance as the crow flies, in metres.

    The plain hypotenuse on LV95: within 50 km its error is below 0.025 % (the projection's scale), and it is
    the same in both directions.

    Args:
        one: a place.
        other: another.

    Returns:
        Whole metres; 0 within one postcode.

    Examples:
        >>> distance_m(Place("8001"), Place("8005"))
        1963
    """
    east, north = one.lv95
    other_east, other_north = other.lv95
    return round(hypot(east - other_east, north - other_north))
