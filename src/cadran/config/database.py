"""Where the records are kept: SQLite in the home folder, or the PostgreSQL that DATABASE_URL names."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from cadran.config import sqlite

BUSY_SECONDS = 30  # how long a writer waits for its turn


def database(folder: Path, url: str | None) -> dict[str, Any]:
    """Django's settings of the one database.

    Raises ImproperlyConfigured when the address is not one of PostgreSQL.
    """
    return _postgres(url) if url else _sqlite(folder)


def _sqlite(folder: Path) -> dict[str, Any]:
    commands = [f"PRAGMA {name}={value}" for name, value in sqlite.pragmas(sqlite.library_version()).items()]
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": folder / "records.sqlite3",
        "OPTIONS": {
            # A transaction that reads first and then writes fails at once when another writes: take the lock first.
            "transaction_mode": "IMMEDIATE",
            "timeout": BUSY_SECONDS,
            "init_command": ";".join(commands),
            **sqlite.connection_options(),
        },
        "TEST": {"NAME": folder / "test.sqlite3"},
    }


def _postgres(url: str) -> dict[str, Any]:
    try:
        parts = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    except ProgrammingError as error:
        raise ImproperlyConfigured(
            f"DATABASE_URL is not an address of PostgreSQL ({str(error).strip()}). "
            "Write it as postgresql://user:password@host:5432/name, or unset it to keep the records in SQLite."
        ) from error
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", "cadran"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "OPTIONS": parts,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
