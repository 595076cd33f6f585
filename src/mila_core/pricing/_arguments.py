"""Arguments that several functions of price guidance take, checked by name."""

from collections.abc import Iterable

from mila_core.catalogue import Selection
from mila_core.regions import Region
from mila_core.validation import check_instance

__all__ = ["checked_regions", "checked_selection"]


def checked_regions(regions: Iterable[Region]) -> tuple[Region, ...]:
    """Return regions, each of which is one.

    Args:
        regions: the regions.

    Raises:
        InvalidTypeError: no collection, or one of them is no region.
    """
    check_instance("regions", regions, kind=Iterable)
    found = tuple(regions)
    for position, each in enumerate(found):
        check_instance(f"regions[{position}]", each, kind=Region)
    return found


def checked_selection(selection: Selection | None) -> Selection:
    """Return how much of a service is wanted: the service itself where nothing is said.

    Args:
        selection: what was said.

    Raises:
        InvalidTypeError: something else.
    """
    if selection is None:
        return Selection()
    check_instance("selection", selection, kind=Selection)
    return selection
