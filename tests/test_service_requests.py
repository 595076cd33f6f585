"""A request has a place, a service and windows, and says what else matters to the customer."""

import pickle
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given

from mila_core import testing
from mila_core.errors import InvalidInputError, InvalidValueError
from mila_core.money import chf
from mila_core.periods import Period
from mila_core.places import Place
from mila_core.service_requests import LONGEST_WINDOW, MOST_WINDOWS, ServiceRequest
from tests import wrong

TICK = timedelta(microseconds=1)
WINDOW = Period(datetime(2013, 11, 28, 17, tzinfo=UTC), datetime(2013, 11, 28, 19, tzinfo=UTC))
REQUEST = ServiceRequest(
    id="request-1", customer_id="anna", service_code="game-console", place=Place("8004"), windows=(WINDOW,)
)

WRONG = wrong.fields(
    id=wrong.IDS,
    customer_id=wrong.IDS,
    service_code=wrong.IDS,
    place=wrong.OTHERS,  # a postcode is not yet a place
    windows=[*wrong.ITEMS, *wrong.EMPTY],  # without a window there is no time for a visit
    languages=wrong.CODES,
    price_limit=wrong.OTHERS[1:],
)


@pytest.mark.parametrize(("field", "value", "error"), WRONG)
def test_a_wrong_field_is_refused(field: str, value: Any, error: type[InvalidInputError]) -> None:
    """Each field is checked on its own, and the error names it."""
    wrong.check_refused(REQUEST, field, value, error)


def test_the_error_of_a_window_names_it() -> None:
    """Of several windows the error says which is none."""
    nothing: Any = None
    with pytest.raises(InvalidInputError) as caught:
        attrs.evolve(REQUEST, windows=(WINDOW, nothing))
    assert caught.value.field == "windows[1]"


@pytest.mark.parametrize(
    ("windows", "field"),
    [
        ([WINDOW] * (MOST_WINDOWS + 1), "windows"),  # more than anyone names
        ([WINDOW, Period(WINDOW.start, WINDOW.start + LONGEST_WINDOW + TICK)], "windows[1]"),  # too long
    ],
)
def test_windows_that_take_long_to_look_through_are_refused(windows: list[Period], field: str) -> None:
    """There are 50 windows at most, each of 92 days at most."""
    with pytest.raises(InvalidValueError) as caught:
        attrs.evolve(REQUEST, windows=windows)
    assert caught.value.field == field


def test_windows_may_be_as_many_and_as_long_as_is_said() -> None:
    """The bounds themselves are allowed."""
    longest = Period(WINDOW.start, WINDOW.start + LONGEST_WINDOW)
    assert attrs.evolve(REQUEST, windows=[longest] * MOST_WINDOWS).windows == (longest,) * MOST_WINDOWS


def test_what_is_not_said_does_not_limit() -> None:
    """Without languages any will do, and without a limit any price."""
    assert (REQUEST.languages, REQUEST.price_limit) == ((), None)
    assert attrs.evolve(REQUEST, price_limit=chf(0)).price_limit == chf(0)  # zero is a value


@given(testing.service_requests())
def test_a_request_survives_a_copy(request: ServiceRequest) -> None:
    """A pickled request is equal and hashes equal."""
    twin = pickle.loads(pickle.dumps(request))  # noqa: S301  # our own bytes
    assert twin == request
    assert hash(twin) == hash(request)
