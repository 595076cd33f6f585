"""Without the library behind an extra, its module loads and says which extra is missing."""

import sys
from datetime import UTC, datetime

import pytest

from mila_core.errors import MissingExtraError
from mila_core.export import bookings_to_ical, busy_from_ical, free_busy_to_ical, qr_payload, qr_svg
from mila_core.periods import Period
from tests.export.test_qr_bill import bill

AT = datetime(2013, 11, 27, 8, tzinfo=UTC)
DAY = Period(AT, AT.replace(day=28))


def test_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each function that needs `icalendar` says how to install it."""
    monkeypatch.setitem(sys.modules, "icalendar", None)
    for call in (
        lambda: bookings_to_ical([], at=AT, locale="de"),
        lambda: free_busy_to_ical([], DAY, at=AT),
        lambda: busy_from_ical("BEGIN:VCALENDAR", within=DAY),
    ):
        with pytest.raises(MissingExtraError, match=r"pip install 'mila-core\[calendar\]'") as caught:
            call()
        assert (caught.value.extra, caught.value.needs) == ("calendar", "icalendar")


@pytest.mark.parametrize("library", ["chqr", "segno"])
def test_a_picture_needs_an_extra_and_its_text_does_not(
    monkeypatch: pytest.MonkeyPatch, library: str
) -> None:
    """What the QR code says is made without any library."""
    monkeypatch.setitem(sys.modules, library, None)
    assert qr_payload(bill()).startswith("SPC")
    with pytest.raises(MissingExtraError, match=r"pip install 'mila-core\[invoice\]'") as caught:
        qr_svg(bill(), locale="de")
    assert (caught.value.extra, caught.value.needs) == ("invoice", "chqr")
