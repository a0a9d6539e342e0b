"""Build a base of facts aside and put it in place whole: kill it when you like, readers find an openable base."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path
from uuid import uuid4

import duckdb
from duckdb import DuckDBPyConnection

from cadran.crm.models import Organisation
from cadran.facts import mirror, raw, spill, transform
from cadran.metrics.tables import Tables, contract

FOLDER = "facts"
KEPT = 2  # bases kept: the newest, and the one that a reader may be about to open
ASIDE = ".aside-"
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Base:
    """What a base says of itself."""

    change_id: int
    """The last change row it holds."""
    code: str
    """Digest of the contract and the SQL that built it: a base of other code is not read."""
    digest: str
    """Digest of ``code`` and of what the organisation decides (currency, zone, dimensions); of its own when forced."""
    currency: str
    time_zone: str
    dimensions: dict[str, list[str]]
    """The custom dimensions, by fact table."""
    built_at: str

    @property
    def name(self) -> str:
        """Its file name, and what its facts are called as a version of the data."""
        return f"{self.change_id}-{self.digest}"

    @property
    def tables(self) -> Tables:
        """The contract with the custom dimensions found when it was built."""
        return contract().with_dimensions(self.dimensions)


def publish(home: Path, *, force: bool = False, memory_limit: str = "4GB") -> Path:
    """Build a base from all records and put it in place; returns its path.

    One process builds at a time; who waited for another's base that holds the same changes takes that one. With
    ``force`` one is built all the same, under a name of its own, and no former one is kept: records may have been
    erased without a change row.
    """
    with _alone(home) as folder:
        newest = newest_base(home)
        if newest is not None and not force and _still_true(newest):
            return newest
        aside = folder / f"{ASIDE}{uuid4().hex}.duckdb"
        base = _build(aside, memory_limit, aside.name if force else "")
        return _put_in_place(home, aside, base, kept=1 if force else KEPT)


def place(home: Path, build: Callable[[Path], Base]) -> Path:
    """Put a base in place that was not built from the records here: ``build`` makes the file. Former ones go."""
    with _alone(home) as folder:
        aside = folder / f"{ASIDE}{uuid4().hex}.duckdb"
        return _put_in_place(home, aside, build(aside), kept=1)


def _put_in_place(home: Path, aside: Path, base: Base, *, kept: int) -> Path:
    _sync(aside)
    path = aside.with_name(f"{base.name}.duckdb")
    aside.replace(path)
    _sync(path.parent)
    for old in bases(home)[kept:]:
        old.unlink(missing_ok=True)
    return path


def bases(home: Path) -> list[Path]:
    """The bases in place, newest first."""
    found = [path for path in (home / FOLDER).glob("*.duckdb") if not path.name.startswith(ASIDE)]
    return sorted(found, key=_age, reverse=True)


def _age(path: Path) -> tuple[int, int]:
    with suppress(ValueError, FileNotFoundError):
        return int(path.name.partition("-")[0]), path.stat().st_mtime_ns
    return -1, 0


def newest_base(home: Path) -> Path | None:
    """The newest base that this code can read, if any."""
    for path in bases(home):
        with suppress(FileNotFoundError):
            if _readable(path, path.stat().st_mtime_ns):
                return path
    return None


@lru_cache(maxsize=16)
def _readable(path: Path, _written: int) -> bool:
    """Whether this code can read the base; remembered, as it is asked at every look for changes."""
    try:
        return describe(path).code == code_digest()
    except duckdb.Error:
        return False


@lru_cache(maxsize=8)
def describe(path: Path) -> Base:
    """What the base in this file says of itself, read once, as a base in place is never written again.

    Raises duckdb.Error when it cannot be opened.
    """
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"attach '{path}' as base (read_only)")
        return read_description(connection)


def read_description(connection: DuckDBPyConnection) -> Base:
    """What the attached database ``base`` says of itself."""
    row = connection.execute("select description from base.main.base").fetchone()
    assert row is not None
    return Base(**json.loads(row[0]))


@cache
def code_digest() -> str:
    """Digest of everything that decides what a base holds, the records aside."""
    digest = hashlib.sha256(duckdb.__version__.encode())
    for path in sorted([*HERE.glob("**/*.sql"), *HERE.glob("*.py")]):
        digest.update(path.name.encode() + path.read_bytes())
    digest.update(repr([(kind, raw.columns(kind)) for kind in raw.kinds()]).encode())
    digest.update(repr([(name, dict(table.columns)) for name, table in contract().by_name.items()]).encode())
    return digest.hexdigest()[:12]


def _build(path: Path, memory_limit: str, name: str) -> Base:
    with duckdb.connect(
        str(path),
        config={
            "memory_limit": memory_limit,
            "temp_directory": str(spill.place(path.parent)),
            "autoinstall_known_extensions": False,
        },
    ) as connection:
        raw.create_raw(connection)
        with mirror.reading():
            change_id = mirror.last_change()
            mirror.copy_all(connection)
        settle(connection)
        base = sign(connection, transform.build(connection), change_id, name)
        connection.execute("checkpoint")
    return base


def sign(connection: DuckDBPyConnection, tables: Tables, change_id: int, name: str = "") -> Base:
    """Write into the facts of this database what a base says of itself; without it no store opens them."""
    base = _description(connection, tables, change_id, name)
    connection.execute("create table main.base as select $1::varchar as description", [json.dumps(asdict(base))])
    return base


def settle(connection: DuckDBPyConnection) -> None:
    """Give an organisation that has not been set up yet the settings it would be made with."""
    plain = Organisation()
    connection.execute(
        "insert into raw.organisation (id, currency, time_zone) "
        "select 1, $1, $2 where not exists (from raw.organisation)",
        [plain.currency, plain.time_zone],
    )


def _description(connection: DuckDBPyConnection, tables: Tables, change_id: int, name: str) -> Base:
    settings = connection.execute("select currency, time_zone from raw.organisation order by id limit 1").fetchone()
    assert settings is not None
    own = {
        name: [column for column in table.columns if column not in contract()[name].columns]
        for name, table in tables.by_name.items()
    }
    dimensions = {name: columns for name, columns in own.items() if columns}
    decided = json.dumps([code_digest(), *settings, dimensions, *filter(None, [name])])
    return Base(
        change_id=change_id,
        code=code_digest(),
        digest=hashlib.sha256(decided.encode()).hexdigest()[:12],
        currency=settings[0],
        time_zone=settings[1],
        dimensions=dimensions,
        built_at=datetime.now(UTC).isoformat(),
    )


def _still_true(path: Path) -> bool:
    return describe(path).change_id == mirror.last_change()


@contextmanager
def _alone(home: Path) -> Iterator[Path]:
    """Hold the lock of whoever builds; the system lets go of it when this process ends, however it ends.

    Gives the folder of the bases, swept of what killed builders left: nothing of that kind is in use by now.
    """
    folder = home / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder / ".building", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        for left in folder.glob(f"{ASIDE}*"):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)
        yield folder
    finally:
        os.close(descriptor)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
