"""The table of Swiss postcodes is whole and right, and distances on it are distances."""

import pickle
import subprocess
import sys
from collections import Counter
from typing import Any

import pytest
from hypothesis import given

from mila_core.errors import InvalidTypeError, InvalidValueError
from mila_core.places import CANTONS, Place, all_places, distance_m
from mila_core.testing import places

LAZY = """
import mila_core.places as places
assert places._table.cache_info().currsize == 0
places.Place("8004")
assert places._table.cache_info().currsize == 1
"""


def test_the_table_has_every_swiss_postcode_once() -> None:
    """The official directory has 3,177 postcodes; the table lists them in order, each once."""
    postcodes = [place.postcode for place in all_places()]
    assert len(postcodes) == 3177
    assert postcodes == sorted(set(postcodes))
    assert all(len(code) == 4 and code.isascii() and code.isdecimal() for code in postcodes)


def test_there_are_26_cantons() -> None:
    """The constitution names 26 cantons; each has a place, and no place is in another one."""
    assert len(set(CANTONS)) == len(CANTONS) == 26
    assert {canton for place in all_places() for canton in place.cantons} == set(CANTONS)


def test_a_postcode_may_touch_several_cantons() -> None:
    """A postcode is not in one canton: 161 are in two and 8 in three, none in the same one twice."""
    counts = Counter(len(place.cantons) for place in all_places())
    assert counts == {1: 3008, 2: 161, 3: 8}
    assert all(len(set(place.cantons)) == len(place.cantons) for place in all_places())


def test_each_place_speaks_an_official_language() -> None:
    """Every place has a language, and all four official ones are spoken somewhere."""
    assert all(place.languages for place in all_places())
    assert {code for place in all_places() for code in place.languages} == {"de", "fr", "it", "rm"}


# from the official directory and common knowledge
KNOWN = [
    ("8001", "Zürich", ("ZH",), "de"),
    ("3011", "Bern", ("BE",), "de"),
    ("2502", "Biel/Bienne", ("BE",), "de"),
    ("1201", "Genève", ("GE",), "fr"),
    ("6900", "Lugano", ("TI",), "it"),
    ("7514", "Sils/Segl Maria", ("GR",), "rm"),
    ("8866", "Ziegelbrücke", ("GL", "SG"), "de"),
    ("8212", "Neuhausen am Rheinfall", ("SH", "ZH"), "de"),
]


@pytest.mark.parametrize(("postcode", "locality", "cantons", "language"), KNOWN)
def test_known_places_are_as_known(
    postcode: str, locality: str, cantons: tuple[str, ...], language: str
) -> None:
    """A few places everybody can check have their locality, cantons and main language."""
    place = Place(postcode)
    assert (place.locality, place.cantons, place.languages[0]) == (locality, cantons, language)
    assert str(place) == f"{postcode} {locality}"


@given(places())
def test_the_two_kinds_of_coordinates_agree(place: Place) -> None:
    """WGS 84 is what swisstopo's approximate formulas (2016, section 4.2) make of LV95, within metres."""
    east, north = (place.lv95[0] - 2_600_000) / 1e6, (place.lv95[1] - 1_200_000) / 1e6
    longitude = (
        2.6779094 + 4.728982 * east + 0.791484 * east * north + 0.1306 * east * north**2 - 0.0436 * east**3
    )
    latitude = (
        16.9023892
        + 3.238272 * north
        - 0.270978 * east**2
        - 0.002528 * north**2
        - 0.0447 * east**2 * north
        - 0.0140 * north**3
    )
    assert place.wgs84 == pytest.approx((latitude * 100 / 36, longitude * 100 / 36), abs=6e-5)


# swisstopo's official directory of localities (April 2026), unmoved points
OFFICIAL = [
    ("3012", 2_599_471, 1_200_387),
    ("7537", 2_830_345, 1_168_239),
    ("8274", 2_727_299, 1_280_649),
    ("1237", 2_488_620, 1_114_040),
]


@pytest.mark.parametrize(("postcode", "east", "north"), OFFICIAL)
def test_coordinates_are_the_official_ones(postcode: str, east: int, north: int) -> None:
    """The four corners of the country lie where the official directory has them."""
    assert Place(postcode).lv95 == pytest.approx((east, north), abs=1_500)


@given(places(), places(), places())
def test_a_distance_is_one(one: Place, other: Place, third: Place) -> None:
    """A distance is not negative, zero to itself, the same both ways and never longer than a detour."""
    assert distance_m(one, one) == 0
    assert distance_m(one, other) == distance_m(other, one) >= 0
    assert distance_m(one, third) <= distance_m(one, other) + distance_m(other, third) + 2  # whole metres
    assert type(distance_m(one, other)) is int


@pytest.mark.parametrize(
    ("one", "other", "kilometres"),
    [("8001", "3011", 95), ("8001", "8005", 2), ("1201", "4001", 186), ("8001", "6900", 155)],
)
def test_known_distances_are_as_known(one: str, other: str, kilometres: int) -> None:
    """Distances as the crow flies between towns are those of any map."""
    assert round(distance_m(Place(one), Place(other)) / 1000) == kilometres


@given(places(), places())
def test_a_place_is_its_postcode(one: Place, other: Place) -> None:
    """Places are equal, and ordered, as their postcodes; a copy is the same place."""
    assert (one == other) == (one.postcode == other.postcode)
    assert (one < other) == (one.postcode < other.postcode)
    assert eval(repr(one), {"Place": Place}) == one  # noqa: S307  # our own text
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301  # our own bytes
    assert hash(Place(one.postcode)) == hash(one)


@pytest.mark.parametrize(
    "postcode",
    [
        "9490",  # Vaduz is in Liechtenstein
        "8238",  # Büsingen is in Germany
        "8000",  # no such postcode
        "0000",
        "",
        "804",
        "80044",
        " 8004",
        "8004\n",
        "CH-8004",
        "\u0668\u0660\u0660\u0664",  # Arabic-Indic digits
        "\ud800",
        "8" * 10**6,
    ],
    ids=lambda text: ascii(text[:12]),
)
def test_an_unknown_postcode_is_refused(postcode: str) -> None:
    """What is not in the table is no place."""
    with pytest.raises(InvalidValueError) as caught:
        Place(postcode)
    assert caught.value.field == "postcode"
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("postcode", [8004, None, 8004.0, b"8004", True, ["8004"], Place("8004")], ids=repr)
def test_a_postcode_is_a_text(postcode: Any) -> None:
    """A number is no postcode: it has no leading zeros to lose here, but elsewhere it does."""
    with pytest.raises(InvalidTypeError, match="postcode"):
        Place(postcode)


def test_the_table_is_read_on_first_use() -> None:
    """Importing the module reads nothing; the first place does."""
    subprocess.run([sys.executable, "-I", "-c", LAZY], check=True)
