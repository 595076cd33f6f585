"""Empty databases for the example: a file of SQLite, and a schema of a PostgreSQL that runs for the tests."""

from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

from examples.booking_service.databases import Database, Postgres, create_tables
from examples.booking_service.temporary_postgres import program, temporary_postgres
from tests.examples.race import Where, opened

_NUMBERS = count()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Return what to connect to PostgreSQL with."""
    pytest.importorskip("psycopg", exc_type=ImportError)
    if program("initdb") is None:
        pytest.skip("could not find PostgreSQL's initdb")
    with temporary_postgres() as conninfo:
        yield conninfo


@pytest.fixture(params=["sqlite", "postgres"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Where:
    """Return where an empty database is."""
    if request.param == "sqlite":
        return tmp_path / "bookings.sqlite"
    conninfo, schema = request.getfixturevalue("postgres"), f"test_{next(_NUMBERS)}"
    with closing(Postgres(conninfo)) as database:
        database.execute(f"CREATE SCHEMA {schema}")
    return f"{conninfo} options='-c search_path={schema}'"


@pytest.fixture
def database(where: Where) -> Iterator[Database]:
    """Return a database with empty tables."""
    with opened(where) as found:
        create_tables(found)
        yield found
