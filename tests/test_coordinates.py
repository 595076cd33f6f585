"""Coordinates: the approximate formulas of swisstopo, measured on official points."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core.coordinates import LV95_BOUNDS, WGS84_BOUNDS, lv95_of, wgs84_of
from mila_core.errors import InvalidInputError, InvalidTypeError, InvalidValueError
from mila_core.places import Place, all_places

POINTS = Path(__file__).parents[2] / "shared" / "data" / "pricing" / "lv95_wgs84.json"

# From the official directory of localities: east, north, latitude, longitude.
OFFICIAL = [
    (2599471.0, 1200387.0, 46.95456363349129, 7.431682900958321),  # Bern
    (2830345.0, 1168239.0, 46.625651656669774, 10.446989057818211),  # Müstair, in the far east
    (2716443.0, 1079580.0, 45.85784188212089, 8.937826904494285),  # S. Pietro, in the far south
    (2488620.0, 1114040.0, 46.1686012680615, 5.996480322461945),  # Avully, in the far west
    (2727299.0, 1280649.0, 47.66410804329446, 9.1334751881981),  # Gottlieben, in the north
]

METRES_PER_DEGREE = 111_200.0


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return how far two points in WGS 84 are apart."""
    north = (one[0] - other[0]) * METRES_PER_DEGREE
    east = (one[1] - other[1]) * METRES_PER_DEGREE * math.cos(math.radians(one[0]))
    return math.hypot(north, east)


@pytest.mark.parametrize(("east", "north", "latitude", "longitude"), OFFICIAL)
def test_official_points_are_hit(east: float, north: float, latitude: float, longitude: float) -> None:
    """Half a metre towards LV95, three metres back, in all corners of the country."""
    assert math.dist(lv95_of(latitude, longitude), (east, north)) < 0.5
    assert metres(wgs84_of(east, north), (latitude, longitude)) < 3


@pytest.mark.skipif(not POINTS.exists(), reason=f"{POINTS.name} is not here")
def test_all_points_of_the_sample_are_hit() -> None:
    """The same over every point of the sample."""
    points = json.loads(POINTS.read_text(encoding="utf-8"))["points"]
    assert len(points) == 45
    for point in points:
        official, degrees = (point["E"], point["N"]), (point["lat"], point["lon"])
        assert math.dist(lv95_of(*degrees), official) < 0.5
        assert metres(wgs84_of(*official), degrees) < 3


def test_the_places_of_the_table_have_both_coordinates_of_one_point() -> None:
    """The table's LV95, in whole metres, is its WGS 84, in five decimals."""
    for place in all_places():
        assert math.dist(lv95_of(*place.wgs84), place.lv95) < 3, place


def test_the_table_is_the_whole_country() -> None:
    """26 cantons and 3,177 postcodes, of which 169 touch more than one canton."""
    places = all_places()
    assert len(places) == 3177
    assert len({canton for place in places for canton in place.cantons}) == 26
    assert sum(len(place.cantons) > 1 for place in places) == 169
    assert Place("8005").routing_area == "80"


@given(st.floats(*WGS84_BOUNDS.first), st.floats(*WGS84_BOUNDS.second))
def test_there_and_back_is_the_same_point(latitude: float, longitude: float) -> None:
    """Within a few metres, wherever both frames know the point."""
    east, north = lv95_of(latitude, longitude)
    inside = (
        LV95_BOUNDS.first[0] <= east <= LV95_BOUNDS.first[1]
        and LV95_BOUNDS.second[0] <= north <= LV95_BOUNDS.second[1]
    )
    if inside:
        assert metres(wgs84_of(east, north), (latitude, longitude)) < 5


@pytest.mark.parametrize(
    ("latitude", "longitude", "error", "field"),
    [
        # swapped, foreign, LV95 for degrees, the origin
        (8.5, 47.4, InvalidValueError, "latitude"),
        (48.85, 2.35, InvalidValueError, "latitude"),
        (47.4, 2.35, InvalidValueError, "longitude"),
        (2_600_000, 1_200_000, InvalidValueError, "latitude"),
        (0, 0, InvalidValueError, "latitude"),
        # no number
        (math.nan, 8.5, InvalidValueError, "latitude"),
        (47.4, math.inf, InvalidValueError, "longitude"),
        ("47.4", 8.5, InvalidTypeError, "latitude"),
        (True, 8.5, InvalidTypeError, "latitude"),
        (47.4, None, InvalidTypeError, "longitude"),
    ],
)
def test_what_is_no_point_in_switzerland_is_refused(
    latitude: Any, longitude: Any, error: type[InvalidInputError], field: str
) -> None:
    """The error names the coordinate and what it should have been."""
    with pytest.raises(error) as caught:
        lv95_of(latitude, longitude)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("east", "north", "error", "field"),
    [
        (1_200_000, 2_600_000, InvalidValueError, "east"),  # swapped
        (600_000, 200_000, InvalidValueError, "east"),  # the old frame
        (2_600_000, math.nan, InvalidValueError, "north"),
        (2_600_000, "1200000", InvalidTypeError, "north"),
        (False, 1_200_000, InvalidTypeError, "east"),
    ],
)
def test_what_is_no_point_of_the_frame_is_refused(
    east: Any, north: Any, error: type[InvalidInputError], field: str
) -> None:
    """The error names the coordinate and what it should have been."""
    with pytest.raises(error) as caught:
        wgs84_of(east, north)
    assert caught.value.field == field
