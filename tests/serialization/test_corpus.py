"""Every document that a released version has written is read by this one."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from mila_core.serialization import KINDS, SCHEMA_VERSION, dump, load
from tests.serialization.make_corpus import CORPUS

FILES = sorted(CORPUS.glob("v*/*.json"))

WHAT_TO_DO = (
    f"the documents of version {SCHEMA_VERSION} have changed. As long as that version is not released, make "
    "its corpus anew with `python -m tests.serialization.make_corpus`, look at the difference and commit it. "
    "If it is released: leave its corpus alone, write an upcaster from it in serialization/_upcasters.py and "
    "make the corpus of the next version"
)


def version_of(path: Path) -> int:
    """Return the version of a file of the corpus."""
    return int(path.parent.name.removeprefix("v"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_document_of_the_corpus_is_read(path: Path) -> None:
    """It loads, is left as it was, and what it makes is written as this version writes."""
    for document in json.loads(path.read_text(encoding="utf-8")):
        before = copy.deepcopy(document)
        assert document["schema_version"] == version_of(path)
        try:
            value: Any = load(document, object)
        except ValueError as error:
            pytest.fail(f"{error}\n{path.name}: {WHAT_TO_DO}")
        assert document == before
        again = dump(value)
        assert load(again, object) == value
        if version_of(path) == SCHEMA_VERSION:
            assert again == document, f"{path.name}: {WHAT_TO_DO}"


def test_the_corpus_has_every_kind_of_this_version() -> None:
    """No kind is left out, and none is there that no longer exists."""
    stems = {path.stem for path in FILES if version_of(path) == SCHEMA_VERSION}
    assert stems == set(KINDS), WHAT_TO_DO


def test_the_corpus_has_every_version() -> None:
    """No version is skipped, so each can be read for ever."""
    assert {version_of(path) for path in FILES} == set(range(1, SCHEMA_VERSION + 1)), WHAT_TO_DO


def test_every_field_of_a_kind_is_in_its_corpus() -> None:
    """A document says all its fields, those with a default as well."""
    for path in FILES:
        documents = json.loads(path.read_text(encoding="utf-8"))
        assert documents, path.name
        assert len({frozenset(document) for document in documents}) == 1, path.name
