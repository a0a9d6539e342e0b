"""The SQLite that records are kept in: without the WAL-reset race, and set so that nothing acknowledged is lost.

Source of the race: https://sqlite.org/wal.html, section "The WAL-Reset Bug".
"""

import importlib
import importlib.util
import sqlite3
import sys
from typing import Any

Version = tuple[int, int, int]

FIXED = (3, 51, 3)
BACKPORTS: dict[tuple[int, int], int] = {(3, 44): 6, (3, 50): 7}  # release series -> first good patch
LIMITS = {2: ("SQLITE_LIMIT_COLUMN", "MAX_COLUMN"), 9: ("SQLITE_LIMIT_VARIABLE_NUMBER", "MAX_VARIABLE_NUMBER")}


def use_safe_library() -> None:
    """Give the library of pysqlite3, when it is installed, to everything that says `import sqlite3` from here on."""
    if importlib.util.find_spec("pysqlite3") is None:
        return
    module = importlib.import_module("pysqlite3")
    for category, (name, _) in LIMITS.items():
        vars(module).setdefault(name, category)  # constants that Django reads and the package leaves out
    sys.modules["sqlite3"] = module
    sys.modules["sqlite3.dbapi2"] = importlib.import_module("pysqlite3.dbapi2")


def connection_options() -> dict[str, Any]:
    """What `sqlite3.connect` is given so that Django can ask a connection for its limits, as pysqlite3 cannot tell."""
    plain = sys.modules["sqlite3"].Connection
    if hasattr(plain, "getlimit"):
        return {}

    def getlimit(connection: sqlite3.Connection, category: int) -> int:
        compiled = dict(row[0].partition("=")[::2] for row in connection.execute("PRAGMA compile_options"))
        return int(compiled[LIMITS[category][1]])

    return {"factory": type("Connection", (plain,), {"getlimit": getlimit})}


def library_version() -> Version:
    """The version of the SQLite library that `import sqlite3` gives now."""
    major, minor, patch = sys.modules.get("sqlite3", sqlite3).sqlite_version_info
    return major, minor, patch


def wal_is_safe(version: Version) -> bool:
    """Whether this version may write ahead: 3.51.3 or later, or a release that the repair was carried back to."""
    if version >= FIXED:
        return True
    good_patch = BACKPORTS.get(version[:2])
    return good_patch is not None and version[2] >= good_patch


def pragmas(version: Version) -> dict[str, str]:
    """What every connection sets. Without a safe write-ahead log, the older rollback journal: slower, never wrong."""
    return {
        "journal_mode": "wal" if wal_is_safe(version) else "delete",
        "synchronous": "full",
        "secure_delete": "fast",
        "cache_size": "-65536",
        "temp_store": "memory",
    }
