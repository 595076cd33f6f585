"""Regions: sets of postcodes, by canton or one by one, each opened on a day."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import attrs

from mila_core.errors import InvalidValueError, describe
from mila_core.names import Names
from mila_core.periods import Period, Validity, valid_on
from mila_core.places import CANTONS, Place
from mila_core.validation import (
    FrozensetOf,
    day,
    frozenset_of,
    identifier,
    instance_of,
    optional,
    sorted_repr,
)

__all__ = ["Opening", "Region", "openings"]


def _canton(_: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
    if value not in CANTONS:
        raise InvalidValueError(attribute.name, "codes of cantons such as 'ZH'", describe(value))


@attrs.frozen(kw_only=True)
class Region:
    """A part of the country that the network serves from a day on.

    A postcode belongs to it if it touches one of the cantons or is named itself. Regions may overlap; a place
    is served while any of its regions is open.

    Attributes:
        id: its id.
        names: its name in each language.
        cantons: codes of whole cantons.
        places: single postcodes besides.
        opens_on: the first day with visits, from midnight in Switzerland.
        closes_on: the last day with visits, or None.

    Raises:
        InvalidTypeError: a field of another type, such as a datetime for a day.
        InvalidValueError: neither a canton nor a place, an unknown canton, closed before it opens, a day
            outside the years 3 to 9997, or an id that is not one.
        InvalidDocumentError: several members of a set that are wrong.

    Examples:
        >>> bern = Region(
        ...     id="bern",
        ...     names=Names(de="Bern", fr="Berne", it="Berna", en="Bern"),
        ...     cantons={"BE"},
        ...     opens_on=date(2014, 1, 1),
        ... )
        >>> Place("3011") in bern, Place("8005") in bern
        (True, False)
    """

    id: str = attrs.field(validator=identifier)
    names: Names = attrs.field(validator=instance_of(Names))
    cantons: frozenset[str] = attrs.field(
        default=frozenset(), converter=FrozensetOf[str], validator=frozenset_of(_canton), repr=sorted_repr
    )
    places: frozenset[Place] = attrs.field(
        default=frozenset(),
        converter=FrozensetOf[Place],
        validator=frozenset_of(instance_of(Place)),
        repr=sorted_repr,
    )
    opens_on: date = attrs.field(validator=day)
    closes_on: date | None = attrs.field(default=None, validator=optional(day))

    def __attrs_post_init__(self) -> None:
        """Check that there is a place in it, on some day."""
        if not self.cantons and not self.places:
            raise InvalidValueError("cantons", "at least one canton or place", "none")
        if self.closes_on is not None and self.closes_on < self.opens_on:
            raise InvalidValueError("closes_on", f"{self.opens_on} or later", str(self.closes_on))

    def __contains__(self, place: Place) -> bool:
        """Return whether a place belongs to the region, open or not."""
        return place in self.places or any(canton in self.cantons for canton in place.cantons)


@attrs.frozen(kw_only=True)
class Opening:
    """That a place is served through a region, and when.

    Attributes:
        region_id: the id of the region.
        during: from the region's first day to its last.

    Raises:
        InvalidTypeError: a field of another type.
        InvalidValueError: an id that is not one.

    Examples:
        >>> opening = Opening(region_id="bern", during=valid_on(date(2014, 1, 1)))
        >>> opening.during.start.isoformat()
        '2013-12-31T23:00:00+00:00'
    """

    region_id: str = attrs.field(validator=identifier)
    during: Validity = attrs.field(validator=instance_of(Validity))

    def serves(self, slot: Period) -> bool:
        """Return whether the whole of a slot lies in the opening.

        Args:
            slot: the slot.

        Examples:
            >>> from mila_core.periods import midnight
            >>> opening = Opening(region_id="bern", during=valid_on(date(2014, 1, 1)))
            >>> opening.serves(Period(midnight(date(2013, 12, 31)), midnight(date(2014, 1, 2))))
            False
        """
        return self.during.covers(slot)


def openings(regions: Iterable[Region], place: Place) -> tuple[Opening, ...]:
    """Return through which regions a place is served, the earliest first; none for a place nobody serves.

    Args:
        regions: the regions of the network.
        place: the place.

    Examples:
        >>> from mila_core.samples import roll_out_2013
        >>> [opening.region_id for opening in openings(roll_out_2013(), Place("8866"))]
        ['glarus', 'st-gallen']
    """
    cantons = place.cantons  # looked up once; else as `in` does it
    found = [
        Opening(region_id=region.id, during=valid_on(region.opens_on, last=region.closes_on))
        for region in regions
        if not region.cantons.isdisjoint(cantons) or place in region.places
    ]
    return tuple(sorted(found, key=lambda opening: (opening.during.start, opening.region_id)))
