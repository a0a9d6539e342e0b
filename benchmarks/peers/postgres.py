"""PostgreSQL: a server of its own, with the memory of one, fresh statistics, and indexes on keys and dates."""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import psycopg
from psycopg import sql

from benchmarks.natural import TABLES, read
from benchmarks.peers.base import Answer, as_answer
from benchmarks.twelve import TWELVE

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
TYPES = {"int": "bigint", "text": "text", "money": "numeric(19,4)", "date": "date", "flag": "boolean"}
SETTINGS = {
    "shared_buffers": "2GB",
    "work_mem": "256MB",
    "maintenance_work_mem": "512MB",
    "effective_cache_size": "6GB",
    "max_wal_size": "8GB",
    "fsync": "off",
    "full_page_writes": "off",
    "listen_addresses": "",
}
SHOWN = "shared_buffers 2GB, work_mem 256MB, effective_cache_size 6GB, default parallelism and JIT"
Rows = list[tuple[object, ...]]


class PostgreSQL:
    """The natural tables in a throw-away cluster."""

    def __init__(self, natural: Path) -> None:
        self._user = "postgres" if os.geteuid() == 0 else getpass.getuser()
        self._folder = Path(tempfile.mkdtemp(prefix="cadran-bench-pg-"))
        if os.geteuid() == 0:
            shutil.chown(self._folder, self._user)
        data = str(self._folder / "data")
        self._run("initdb", "-D", data, "-U", "cadran", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        options = " ".join([f"-k {self._folder}", *(f"-c {name}={value}" for name, value in SETTINGS.items())])
        self._run("pg_ctl", "-D", data, "-o", options, "-l", str(self._folder / "log"), "-w", "start")
        self._connection = psycopg.connect(f"postgresql://cadran@/postgres?host={self._folder}", autocommit=True)
        version = self._connection.info.server_version
        self.name = f"PostgreSQL {version // 10000}.{version % 100}"
        self._load(natural)

    def way(self, metric: str) -> Callable[[], Rows]:
        """The SQL of the KPI, and all its rows."""
        text = next(kpi.sql for kpi in TWELVE if kpi.metric == metric)
        return lambda: self._connection.execute(text).fetchall()

    def answer(self, found: Rows) -> Answer:
        """The rows as values."""
        return as_answer(found)

    def close(self) -> None:
        """Stop the server and remove its files."""
        self._connection.close()
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)

    def _load(self, natural: Path) -> None:
        with tempfile.TemporaryDirectory(prefix="cadran-bench-") as folder, read(natural) as source:
            for table, columns in TABLES.items():
                file = Path(folder) / f"{table}.csv"
                source.execute(f"COPY {table} TO '{file}' (FORMAT csv, HEADER false)")
                typed = ", ".join(f"{name} {TYPES[kind]}" for name, kind in columns.items())
                self._execute(f"CREATE UNLOGGED TABLE {table} ({typed})")
                with (
                    file.open("rb") as stream,
                    self._connection.cursor() as cursor,
                    cursor.copy(sql.SQL("COPY {} FROM STDIN (FORMAT csv)").format(sql.Identifier(table))) as copy,
                ):
                    while block := stream.read(1 << 20):
                        copy.write(block)
                file.unlink()
                for name, kind in columns.items():
                    if kind == "date" or name == "id" or name.endswith("_id"):
                        self._execute(f"CREATE {'UNIQUE ' if name == 'id' else ''}INDEX ON {table} ({name})")
                self._execute(f"VACUUM ANALYZE {table}")

    def _execute(self, text: str) -> None:
        self._connection.execute(text)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(  # noqa: S603 (our own arguments)
            [str(BINARIES[-1] / program), *arguments],
            user=self._user if os.geteuid() == 0 else None,
            cwd="/",
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stdout.decode(errors='replace')}")
