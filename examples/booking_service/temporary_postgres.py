"""A PostgreSQL server for as long as it is needed: in a folder of its own, reached through a socket there."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_DEBIANS = Path("/usr/lib/postgresql")  # where its packages put what is not for everybody's PATH


def program(name: str) -> str | None:
    """Return where a program of the server is, or None."""
    newest_first = sorted(_DEBIANS.glob(f"*/bin/{name}"), reverse=True)
    return shutil.which(name) or next(map(str, newest_first), None)


@contextmanager
def temporary_postgres() -> Iterator[str]:
    """Start a server, and stop and delete it at the end.

    Yields:
        What to connect with.

    Raises:
        FileNotFoundError: PostgreSQL is not installed.
    """
    initdb, pg_ctl = program("initdb"), program("pg_ctl")
    if initdb is None or pg_ctl is None:
        raise FileNotFoundError("initdb and pg_ctl of PostgreSQL; on Debian: apt-get install postgresql")
    user = _unprivileged()
    with tempfile.TemporaryDirectory(prefix="postgres-") as folder:
        data = Path(folder, "data")
        if user is not None:
            shutil.chown(folder, user)
        setup = [initdb, "--username=example", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
        _run([*setup, f"--pgdata={data}"], folder, user)
        control = [pg_ctl, f"--pgdata={data}", "--wait"]
        options = f"-c listen_addresses= -c fsync=off -k {folder}"  # nothing outlives it
        _run([*control, f"--log={folder}/log", f"--options={options}", "start"], folder, user)
        try:
            yield f"host={folder} user=example dbname=postgres"
        finally:
            _run([*control, "--mode=fast", "stop"], folder, user)


def _unprivileged() -> str | None:
    """Return as whom to run the server, which does not run as root; None for whoever we are."""
    if os.geteuid() != 0:
        return None
    names = {each.pw_name for each in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _run(command: list[str], folder: str, user: str | None) -> None:
    subprocess.run(command, check=True, cwd=folder, user=user, stdout=subprocess.DEVNULL)
