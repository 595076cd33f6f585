"""The tables, and the little in which SQLite and PostgreSQL differ."""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol

TABLES = (
    # What happened, and nothing else is true. The first constraint lets one of two decisions at the same
    # version be stored; the second one a command once, however often it is sent.
    """CREATE TABLE IF NOT EXISTS events (
        stream TEXT NOT NULL, version BIGINT NOT NULL, key TEXT NOT NULL, body JSON NOT NULL,
        UNIQUE (stream, version), UNIQUE (stream, key))""",
    # How often each friend's time was taken: what keeps two bookings of one friend apart.
    "CREATE TABLE IF NOT EXISTS agendas (stream TEXT PRIMARY KEY, version BIGINT NOT NULL)",
    # Where to look: whose bookings there are around a slot, and what is due. Made of the events, in whole
    # seconds since 1970.
    """CREATE TABLE IF NOT EXISTS visits (
        stream TEXT PRIMARY KEY, friend_id TEXT NOT NULL, starts_at BIGINT NOT NULL, ends_at BIGINT NOT NULL,
        due_at BIGINT)""",
    "CREATE INDEX IF NOT EXISTS visits_by_friend ON visits (friend_id, starts_at)",
    "CREATE INDEX IF NOT EXISTS visits_by_due ON visits (due_at)",
)


class ConflictError(Exception):
    """Somebody else has stored something meanwhile, and nothing of ours is stored: load and decide again."""


class Database(Protocol):
    """What the service needs of a database; each process, and each thread, has one of its own."""

    def execute(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Run a statement with `?` for each value, and return its rows."""

    def reading(self) -> AbstractContextManager[None]:
        """Read all inside as of one instant."""

    def writing(self) -> AbstractContextManager[None]:
        """Store all that is executed inside, or nothing; `ConflictError` if a constraint says no."""


def create_tables(database: Database) -> None:
    """Create the tables where they are missing."""
    for statement in TABLES:
        database.execute(statement)


class Sqlite:
    """A file of SQLite, 3.35 or newer."""

    def __init__(self, path: Path) -> None:
        """Open the file; a writer waits up to 30 seconds for another one."""
        self._connection = sqlite3.connect(path, timeout=30, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")

    def execute(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Run a statement."""
        return self._connection.execute(sql, values).fetchall()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read from a snapshot, which no writer waits for."""
        with self._connection:
            self._connection.execute("BEGIN")
            yield

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Take the write lock at once: a lock that is taken in the middle can fail where this one waits."""
        try:
            with self._connection:
                self._connection.execute("BEGIN IMMEDIATE")
                yield
        except sqlite3.IntegrityError as error:
            raise ConflictError from error

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


class Postgres:
    """A database of PostgreSQL through psycopg 3; each transaction reads from one snapshot."""

    def __init__(self, conninfo: str) -> None:
        """Connect."""
        import psycopg  # noqa: PLC0415  # only who has PostgreSQL needs it

        self._connection = psycopg.connect(conninfo, autocommit=True)
        self._connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        self._conflicts = (
            psycopg.errors.UniqueViolation,
            psycopg.errors.SerializationFailure,
            psycopg.errors.DeadlockDetected,
        )

    def execute(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Run a statement."""
        cursor = self._connection.execute(sql.replace("?", "%s"), values)
        return cursor.fetchall() if cursor.description else []

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read from a snapshot."""
        with self._connection.transaction():
            yield

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write; whoever wrote the same meanwhile was first."""
        try:
            with self._connection.transaction():
                yield
        except self._conflicts as error:
            raise ConflictError from error

    def close(self) -> None:
        """Disconnect."""
        self._connection.close()
