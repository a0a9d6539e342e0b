"""What all tests stand on: a home folder of their own, and the two databases.

`pytest --database=postgres` (or CADRAN_TEST_DATABASE=postgres) keeps the records in PostgreSQL instead of SQLite.
The server is Debian's, started for the session in a temporary folder, reached through a socket.
"""

import getpass
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Generator, Iterator
from importlib import import_module
from pathlib import Path

import hypothesis
import pytest
from django.utils import translation

from cadran.config.start import start

hypothesis.settings.register_profile("cadran", hypothesis.settings(deadline=None))  # a busy machine is no fault
hypothesis.settings.load_profile("cadran")

HOME = Path(tempfile.mkdtemp(prefix="cadran-tests-"))
BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))

os.environ["CADRAN_HOME"] = str(HOME)
os.environ["DJANGO_SETTINGS_MODULE"] = "cadran.config.settings"
os.environ.pop("CADRAN_HOSTS", None)
os.environ.pop("CADRAN_DEBUG", None)
os.environ.pop("CADRAN_MAIL", None)


class Cluster:
    """A throw-away PostgreSQL server, run by the user `postgres` when we are root, as PostgreSQL refuses root."""

    def __init__(self) -> None:
        self.user = "postgres" if os.geteuid() == 0 else getpass.getuser()
        self.folder = Path(tempfile.mkdtemp(prefix="cadran-pg-"))
        if os.geteuid() == 0:
            shutil.chown(self.folder, self.user)
        self._run(
            "initdb", "-D", str(self.data), "-U", "cadran", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"
        )
        options = f"-k {self.folder} -c listen_addresses= -c fsync=off -c full_page_writes=off -c shared_buffers=128MB"
        self._run("pg_ctl", "-D", str(self.data), "-o", options, "-l", str(self.folder / "log"), "-w", "start")
        self._run("createdb", "-h", str(self.folder), "-U", "cadran", "cadran")

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def url(self) -> str:
        return f"postgresql://cadran@/cadran?host={self.folder}"

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(BINARIES[-1] / program), *arguments]
        user = self.user if os.geteuid() == 0 else None
        done = subprocess.run(  # noqa: S603  # our own arguments
            command,
            user=user,
            cwd="/",
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)} failed: {done.stdout.decode(errors='replace')}")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self.data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder)


CLUSTERS: list[Cluster] = []  # none or one


def start_cluster() -> Cluster:
    """The session's PostgreSQL server, started when first asked for."""
    if not CLUSTERS:
        CLUSTERS.append(Cluster())
    return CLUSTERS[0]


def make_ready() -> None:
    """Choose the database and make Django ready: now, since the conftest files of the folders import records."""
    os.environ.pop("DATABASE_URL", None)
    if "--database=postgres" in sys.argv:
        os.environ["CADRAN_TEST_DATABASE"] = "postgres"
    if os.environ.get("CADRAN_TEST_DATABASE") == "postgres":
        if not BINARIES:
            raise pytest.UsageError("--database=postgres needs Debian's package postgresql.")
        os.environ["DATABASE_URL"] = start_cluster().url
    start()


make_ready()

from cadran.kpis import answer  # noqa: E402 (Django is ready now)
from tests.standing import Once, Stand  # noqa: E402


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgres"), help="what holds the records in tests")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Have workers, which take file after file, begin with those of slow tests, then go by their number of tests.

    What comes last should be short, or one of them works while the other waits.
    """
    if hasattr(config, "workerinput"):
        slow = {item.path for item in items if item.get_closest_marker("slow")}
        counts = Counter(item.path for item in items)
        items.sort(key=lambda item: (item.path not in slow, item.path not in slow and -counts[item.path]))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With CADRAN_SKIP_NOTHING=1 a skipped test fails: a check that did not run is no success."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CADRAN_SKIP_NOTHING") == "1":
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and nothing may be skipped here: {report.longrepr}"
    return report


def pytest_unconfigure() -> None:
    for cluster in CLUSTERS:
        cluster.stop()
    CLUSTERS.clear()
    shutil.rmtree(HOME, ignore_errors=True)


@pytest.fixture(autouse=True)
def _nothing_left() -> Iterator[None]:
    """No test leaves facts open behind it, as each store has memory and threads of its own, nor speaks the language of
    the last page that it asked for.
    """
    yield
    translation.deactivate()
    for kept in (answer._store, answer._kept, answer._newest_days):
        kept.cache_clear()


@pytest.fixture(scope="session")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Stand:
    """Have in the records what a function writes there, with its facts; written once, whoever asks for it."""
    return Once(tmp_path_factory.mktemp("standing"))


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """The address of a throw-away PostgreSQL database; skips when Debian's server is not installed."""
    if not BINARIES:
        pytest.skip("PostgreSQL is not installed in /usr/lib/postgresql: nothing was checked on it")
    return start_cluster().url


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print which numbers of the reference data were asked of which KPI, when any was."""
    passed = [report.nodeid for report in terminalreporter.getreports("passed") if "tests/reference/" in report.nodeid]
    if passed:
        terminalreporter.section("numbers of the reference data")
        for line in import_module("tests.reference.coverage").told(passed):
            terminalreporter.write_line(line)
