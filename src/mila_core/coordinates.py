"""Coordinates: between WGS 84, which a phone says, and LV95, in which Swiss distances are computed.

The formulas are the approximate ones of swisstopo ("Approximate formulas for the transformation between Swiss
projection coordinates and WGS84", 2016). Over 4,119 points of the official directory of localities they are
off by 0.4 m at the most towards LV95 and by 2.7 m back: far below the precision of a postcode.
"""

import math
from typing import NamedTuple

from mila_core.errors import InvalidTypeError, InvalidValueError, describe

__all__ = ["LV95_BOUNDS", "WGS84_BOUNDS", "Bounds", "lv95_of", "wgs84_of"]


class Bounds(NamedTuple):
    """The least and the greatest of two coordinates.

    Attributes:
        first: the least and the greatest latitude, or east.
        second: the least and the greatest longitude, or north.
    """

    first: tuple[float, float]
    second: tuple[float, float]


WGS84_BOUNDS = Bounds(first=(45.7, 47.9), second=(5.8, 10.6))
"""Latitudes and longitudes of Switzerland, in degrees, with a few kilometres on each side."""

LV95_BOUNDS = Bounds(first=(2_480_000, 2_840_000), second=(1_070_000, 1_300_000))
"""East and north of Switzerland, in metres, with a few kilometres on each side."""


def _number(name: str, value: object, bounds: tuple[float, float], unit: str) -> float:
    low, high = bounds
    expected = f"a number of {unit} from {low:g} to {high:g}, in Switzerland"
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidTypeError(name, expected, describe(value))
    if not low <= value <= high:  # NaN fails it too
        raise InvalidValueError(name, expected, describe(value))
    return float(value)


def lv95_of(latitude: float, longitude: float) -> tuple[float, float]:
    """Return east and north in LV95, in metres, of a point in WGS 84.

    Args:
        latitude: degrees north.
        longitude: degrees east.

    Raises:
        InvalidTypeError: not a number.
        InvalidValueError: a point that is not in Switzerland, such as one with its coordinates swapped.

    Examples:
        >>> [round(each) for each in lv95_of(46.95456363, 7.43168290)]
        [2599471, 1200387]
    """
    north = (_number("latitude", latitude, WGS84_BOUNDS.first, "degrees") * 3600 - 169_028.66) / 10_000
    east = (_number("longitude", longitude, WGS84_BOUNDS.second, "degrees") * 3600 - 26_782.5) / 10_000
    return (
        math.fsum(
            (
                2_600_072.37,
                211_455.93 * east,
                -10_938.51 * east * north,
                -0.36 * east * north**2,
                -44.54 * east**3,
            )
        ),
        math.fsum(
            (
                1_200_147.07,
                308_807.95 * north,
                3_745.25 * east**2,
                76.63 * north**2,
                -194.56 * east**2 * north,
                119.79 * north**3,
            )
        ),
    )


def wgs84_of(east: float, north: float) -> tuple[float, float]:
    """Return latitude and longitude in WGS 84, in degrees, of a point in LV95.

    Args:
        east: metres.
        north: metres.

    Raises:
        InvalidTypeError: not a number.
        InvalidValueError: a point that is not in Switzerland, such as one with its coordinates swapped, or
            one of the old frame LV03, which lacks the leading 2 and 1.

    Examples:
        >>> [round(each, 4) for each in wgs84_of(2_599_471, 1_200_387)]
        [46.9546, 7.4317]
    """
    y = (_number("east", east, LV95_BOUNDS.first, "metres") - 2_600_000) / 1_000_000
    x = (_number("north", north, LV95_BOUNDS.second, "metres") - 1_200_000) / 1_000_000
    longitude = math.fsum((2.6779094, 4.728982 * y, 0.791484 * y * x, 0.1306 * y * x**2, -0.0436 * y**3))
    latitude = math.fsum(
        (
            16.9023892,
            3.238272 * x,
            -0.270978 * y**2,
            -0.002528 * x**2,
            -0.0447 * y**2 * x,
            -0.0140 * x**3,
        )
    )
    return latitude * 100 / 36, longitude * 100 / 36
