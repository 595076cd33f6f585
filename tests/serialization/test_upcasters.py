"""A document of an older version is brought up to this one, step by step; a newer one is refused."""

import copy
from typing import Any

import pytest

from mila_core.errors import InvalidDocumentError
from mila_core.lifecycle import Timer
from mila_core.serialization import SCHEMA_VERSION, documents, dump, load
from mila_core.serialization._upcasters import UPCASTERS

OLDEST = {"schema_version": 1, "kind": "timer", "name": "expire", "when": {"at": "2013-11-27T08:00:00Z"}}


def to_2(document: dict[str, Any]) -> dict[str, Any]:
    """Make version 2 of version 1: the instant is no longer wrapped."""
    document["when"] = document["when"]["at"]
    return document


def to_3(document: dict[str, Any]) -> dict[str, Any]:
    """Make version 3 of version 2: other names, in a new object."""
    return {"kind": "timer", "event": document["name"], "at": document["when"]}


@pytest.fixture
def third_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this be the release of a third version, in which a timer's fields have other names."""
    monkeypatch.setattr(documents, "UPCASTERS", {1: to_2, 2: to_3})
    monkeypatch.setattr(documents, "SCHEMA_VERSION", 3)


def oldest(**changes: Any) -> dict[str, Any]:
    """Return a timer as the first version wrote it, with changes."""
    return {**copy.deepcopy(OLDEST), **changes}


@pytest.mark.usefixtures("third_version")
def test_an_old_document_is_brought_up_step_by_step() -> None:
    """The functions run in order, each on what the one before made."""
    old = oldest()
    found = load(old, Timer)
    assert (found.event, found.at.isoformat()) == ("expire", "2013-11-27T08:00:00+00:00")
    assert old == oldest(), "the document that came is left as it was"
    assert load(oldest(schema_version=2, when="2013-11-27T08:00:00Z"), Timer) == found


@pytest.mark.usefixtures("third_version")
def test_a_document_of_this_version_is_left_alone() -> None:
    """The present version needs no function, and is written as such."""
    timer = load(oldest(), Timer)
    assert dump(timer)["schema_version"] == 3
    assert load(dump(timer), Timer) == timer


@pytest.mark.usefixtures("third_version")
def test_a_newer_document_is_refused_and_says_why() -> None:
    """Whoever runs an older release learns that it is too old, not that the document is broken."""
    with pytest.raises(InvalidDocumentError) as caught:
        load(oldest(schema_version=4), Timer)
    assert str(caught.value.problems[0]) == (
        "$.schema_version: expected a whole number from 1 to 3, came the int 4, written by a newer release"
    )


@pytest.mark.usefixtures("third_version")
@pytest.mark.parametrize("version", [0, -1, True, 1.0, "1", None])
def test_what_is_no_version_is_refused(version: object) -> None:
    """Versions are counted from 1."""
    with pytest.raises(InvalidDocumentError) as caught:
        load(oldest(schema_version=version), Timer)
    assert caught.value.problems[0].field == "$.schema_version"


@pytest.mark.usefixtures("third_version")
@pytest.mark.parametrize("changes", [{"when": 7}, {"when": None}, {"when": {}}, {"name": "", "when": []}])
def test_an_old_document_that_is_broken_is_refused(changes: dict[str, Any]) -> None:
    """A function that cannot take a document does not let its own error out."""
    with pytest.raises(InvalidDocumentError) as caught:
        load(oldest(**changes), Timer)
    assert [(each.field, each.expected) for each in caught.value.problems] == [
        ("$", "a document of version 1")
    ]


@pytest.mark.usefixtures("third_version")
def test_what_is_wrong_besides_is_told_after_it() -> None:
    """Problems of an old document are told as problems of what it became."""
    with pytest.raises(InvalidDocumentError) as caught:
        load(oldest(name="two words"), Timer)
    assert [problem.field for problem in caught.value.problems] == ["$.event"]


def test_there_is_a_function_for_every_version_before_this_one() -> None:
    """No version is skipped, so every document ever written can be read."""
    assert sorted(UPCASTERS) == list(range(1, SCHEMA_VERSION))
