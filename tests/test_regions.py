"""A region has its places from midnight of its first day to midnight after its last."""

import pickle
from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import testing
from mila_core.errors import InvalidInputError, InvalidTypeError, InvalidValueError
from mila_core.names import Names
from mila_core.periods import Period, Validity
from mila_core.places import Place, all_places
from mila_core.regions import Opening, Region, openings
from mila_core.samples import roll_out_2013
from tests import wrong

WORDS = Names(de="Zürich", fr="Zurich", it="Zurigo", en="Zurich")
REGION = Region(id="zurich", names=WORDS, cantons=frozenset({"ZH"}), opens_on=date(2013, 11, 27))
OPENING = Opening(region_id="zurich", during=Validity(datetime(2013, 11, 26, 23, tzinfo=UTC)))
HOUR = timedelta(hours=1)

WRONG_REGIONS = wrong.fields(
    id=wrong.IDS,
    names=wrong.OTHERS,
    cantons=[
        (None, InvalidTypeError),
        ("ZH", InvalidTypeError),  # no set of letters
        (["Zürich"], InvalidValueError),
        (["zh"], InvalidValueError),
        ([None], InvalidValueError),
        ([["ZH"]], InvalidTypeError),
        ([], InvalidValueError),  # neither a canton nor a place
    ],
    places=[(None, InvalidTypeError), (["8004"], InvalidTypeError), (Place("8004"), InvalidTypeError)],
    opens_on=wrong.DAYS,
    closes_on=[*wrong.DAYS[1:], (date(2013, 11, 26), InvalidValueError)],  # closed before it opens
)


@pytest.mark.parametrize(("field", "value", "error"), WRONG_REGIONS)
def test_a_wrong_field_of_a_region_is_refused(field: str, value: Any, error: type[InvalidInputError]) -> None:
    """Each field is checked on its own, and the error names it."""
    wrong.check_refused(REGION, field, value, error)


@pytest.mark.parametrize(("field", "value", "error"), wrong.fields(region_id=wrong.IDS, during=wrong.OTHERS))
def test_a_wrong_field_of_an_opening_is_refused(
    field: str, value: Any, error: type[InvalidInputError]
) -> None:
    """Each field is checked on its own, and the error names it."""
    wrong.check_refused(OPENING, field, value, error)


@given(testing.regions(), testing.places())
def test_a_place_belongs_by_its_canton_or_by_name(region: Region, place: Place) -> None:
    """A place is in a region if it touches one of the cantons, or if the region names it."""
    assert (place in region) == (place in region.places or bool(region.cantons & set(place.cantons)))
    assert all(named in region for named in region.places)


def test_a_place_on_a_border_is_in_both_regions() -> None:
    """A postcode that touches two cantons is served through either."""
    ziegelbruecke = Place("8866")
    for canton in ("GL", "SG"):
        assert ziegelbruecke in attrs.evolve(REGION, cantons={canton})
    assert ziegelbruecke not in REGION


@given(st.lists(testing.regions(), max_size=4), testing.places())
def test_openings_are_those_of_the_places_regions_in_order(regions: list[Region], place: Place) -> None:
    """Every region of the place opens it once, the earliest first, ties by the region's id."""
    found = openings(iter(regions), place)
    assert sorted(opening.region_id for opening in found) == sorted(
        each.id for each in regions if place in each
    )
    keys = [(opening.during.start, opening.region_id) for opening in found]
    assert keys == sorted(keys)


@given(testing.regions(), testing.periods(lengths=st.just(HOUR)))
def test_an_opening_serves_what_lies_in_its_days(region: Region, slot: Period) -> None:
    """A slot is served if no instant of it lies before the first midnight or after the last."""
    place = min(region.places) if region.places else next(each for each in all_places() if each in region)
    (opening,) = openings([region], place)
    late = opening.during.end is not None and slot.end > opening.during.end
    assert opening.serves(slot) == (slot.start >= opening.during.start and not late)


def test_zurich_opens_at_its_midnight() -> None:
    """The first day begins at midnight in Switzerland, an hour before midnight UTC in winter."""
    (opening,) = openings([REGION], Place("8004"))
    midnight = datetime(2013, 11, 26, 23, tzinfo=UTC)
    assert opening == Opening(region_id="zurich", during=Validity(midnight))
    assert opening.serves(Period(midnight, midnight + HOUR))
    assert not opening.serves(Period(midnight - timedelta(seconds=1), midnight + HOUR))


def test_the_last_day_is_served_whole() -> None:
    """Up to midnight after the last day visits are served, in summer time too."""
    (opening,) = openings([attrs.evolve(REGION, closes_on=date(2014, 6, 30))], Place("8004"))
    midnight = datetime(2014, 6, 30, 22, tzinfo=UTC)
    assert opening.serves(Period(midnight - HOUR, midnight))
    assert not opening.serves(Period(midnight - HOUR, midnight + timedelta(seconds=1)))


def test_a_region_may_open_for_one_day() -> None:
    """First and last day may be the same."""
    (opening,) = openings([attrs.evolve(REGION, closes_on=REGION.opens_on)], Place("8004"))
    assert opening.during.end is not None
    assert opening.during.end - opening.during.start == timedelta(days=1)


def test_a_place_outside_has_no_opening() -> None:
    """Where no region serves a place, there is no opening, and no error."""
    assert openings([REGION], Place("3011")) == ()
    assert openings([], Place("8004")) == ()


def test_the_roll_out_reaches_every_place() -> None:
    """Zürich opens on 27.11.2013 and Bern on 1.1.2014; in the end every place of the country is served."""
    regions = roll_out_2013()
    opens = {region.id: region.opens_on for region in regions}
    assert (opens["zurich"], opens["bern"]) == (date(2013, 11, 27), date(2014, 1, 1))
    assert all(openings(regions, place) for place in all_places()[::25])


def test_the_repr_of_a_region_is_the_same_in_each_process() -> None:
    """Cantons and places are shown in order, as the order inside a set is not the same everywhere."""
    places = ["8005", "8004", "8001", "3011", "1201"]
    shown = repr(
        attrs.evolve(REGION, cantons=["ZH", "UR", "BE", "AG"], places=[Place(each) for each in places])
    )
    assert "cantons=frozenset({'AG', 'BE', 'UR', 'ZH'})" in shown
    assert [shown.index(postcode) for postcode in sorted(places)] == sorted(map(shown.index, places))


@given(testing.regions())
def test_a_region_survives_a_copy(region: Region) -> None:
    """A pickled region is equal and hashes equal."""
    twin = pickle.loads(pickle.dumps(region))  # noqa: S301  # our own bytes
    assert twin == region
    assert hash(twin) == hash(region)


def test_the_error_of_an_empty_region_names_the_cantons() -> None:
    """A region of no canton and no place is none; a single place is enough."""
    with pytest.raises(InvalidValueError, match="at least one canton or place"):
        Region(id="nowhere", names=WORDS, opens_on=date(2013, 11, 27))
    assert Place("8004") in Region(
        id="one", names=WORDS, places=frozenset({Place("8004")}), opens_on=date(2014, 1, 1)
    )
