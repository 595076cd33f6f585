"""Our values are fields of pydantic models and bodies of FastAPI, read as strictly as documents are."""

import json
from functools import cache
from typing import Annotated, Any

import pytest

from mila_core.bookings import Booking, BookingState, decide
from mila_core.lifecycle import Decision
from mila_core.money import Money, chf
from mila_core.offers import Offer
from mila_core.places import Place
from mila_core.serialization import KINDS, PYDANTIC, dump
from tests.journey import FRIEND, MARKET, NOW, booking_in, command

pydantic = pytest.importorskip("pydantic")

OFFER = MARKET.offers[0]
BOOKING = booking_in(BookingState.CONFIRMED)


def inner(value: Any) -> Any:
    """Return a value as it stands inside other documents."""
    found = {name: each for name, each in dump(value).items() if name not in {"kind", "schema_version"}}
    return found["value"] if isinstance(value, Money | Place) else found


@cache
def basket() -> Any:
    """Return a model with values of ours."""
    return pydantic.create_model(
        "Basket",
        offers=(list[Annotated[Offer, PYDANTIC]], ...),
        limit=(Annotated[Money, PYDANTIC] | None, None),
        booking=(Annotated[Booking, PYDANTIC], ...),
    )


VALID = {"offers": [inner(OFFER)], "limit": "40.00", "booking": inner(BOOKING)}


def test_a_model_reads_our_values() -> None:
    """JSON becomes values of ours, from a dict and from text."""
    for found in (basket()(**VALID), basket().model_validate_json(json.dumps(VALID))):
        assert found.offers == [OFFER]
        assert found.limit == chf(40)
        assert found.booking == BOOKING


def test_a_model_takes_our_values_as_they_are() -> None:
    """A value passes through a model unchanged, and comes out of it unchanged."""
    found = basket()(offers=[OFFER], booking=BOOKING)
    assert found.offers[0] is OFFER
    assert found.model_dump() == {"offers": [OFFER], "limit": None, "booking": BOOKING}


def test_a_model_writes_our_values() -> None:
    """What a model writes as JSON it reads again."""
    found = basket()(**VALID)
    assert json.loads(found.model_dump_json()) == VALID
    assert found.model_dump(mode="json") == VALID
    assert basket().model_validate_json(found.model_dump_json()) == found


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"offers": [{**inner(OFFER), "price": 40.0}]}, "$.price: expected an amount in francs"),
        ({"offers": [{**inner(OFFER), "prize": "1.00"}]}, "$.prize: expected the field price"),
        ({"offers": [{**inner(OFFER), "radius_km": "10"}]}, "$.radius_km: expected"),
        ({"limit": 40}, "$: expected an amount in francs"),
        ({"booking": dump(BOOKING)}, "$.kind: expected"),
        ({"booking": []}, "$: expected an object"),
        ({"booking": "x" * 2_000_000}, "$: expected texts of at most"),
    ],
)
def test_a_model_refuses_what_a_document_refuses(changes: dict[str, Any], told: str) -> None:
    """Nothing is guessed, and pydantic's error has our problems with their paths."""
    with pytest.raises(pydantic.ValidationError) as caught:
        basket()(**{**VALID, **changes})
    assert told in str(caught.value)


@pytest.mark.parametrize("cls", KINDS.values(), ids=list(KINDS))
def test_every_kind_can_be_a_field(cls: type) -> None:
    """Pydantic makes a validator and a JSON schema of each."""
    adapter = pydantic.TypeAdapter(Annotated[cls, PYDANTIC])
    for mode in ("validation", "serialization"):
        assert "$ref" not in json.dumps(adapter.json_schema(mode=mode))


def test_a_decision_is_one_on_a_booking() -> None:
    """A class with a type of its own to fill in is read as inside of a document."""
    decision = decide(booking_in(BookingState.REQUESTED), command("accept", FRIEND), at=NOW)
    adapter = pydantic.TypeAdapter(Annotated[Decision, PYDANTIC])
    written = adapter.dump_json(decision)
    assert json.loads(written) == inner(decision)
    assert adapter.validate_json(written) == decision


def test_the_schema_of_a_model_has_our_fields() -> None:
    """What pydantic and OpenAPI show is what is read."""
    jsonschema = pytest.importorskip("jsonschema")
    schema = basket().model_json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert jsonschema.Draft202012Validator(schema).is_valid(VALID)
    assert schema["properties"]["offers"]["items"]["properties"]["radius_km"]["maximum"] == 400


def test_another_class_is_a_wrong_call() -> None:
    """The annotation is for our classes, not for lists of them or others."""
    with pytest.raises(TypeError, match="a class of KINDS"):
        pydantic.TypeAdapter(Annotated[list[Offer], PYDANTIC])


def test_fastapi_takes_our_values_as_bodies() -> None:
    """A body is read strictly, an answer written, and OpenAPI knows both."""
    fastapi = pytest.importorskip("fastapi")
    pytest.importorskip("httpx")
    testclient = pytest.importorskip("fastapi.testclient")
    app = fastapi.FastAPI()

    def cheaper(offer: Annotated[Offer, PYDANTIC, fastapi.Body()]) -> Annotated[Money, PYDANTIC]:
        return offer.price - chf(1)

    app.post("/cheaper")(cheaper)
    client = testclient.TestClient(app)
    answer = client.post("/cheaper", json=inner(OFFER))
    assert (answer.status_code, answer.json()) == (200, (OFFER.price - chf(1)).amount)
    refused = client.post("/cheaper", json={**inner(OFFER), "price": 40.0})
    assert refused.status_code == 422
    assert "$.price: expected an amount" in refused.text
    assert "radius_km" in client.get("/openapi.json").text
