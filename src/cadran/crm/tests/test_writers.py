"""Several writers at once, and writers killed in the midst of writing: what is here is always whole."""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from cadran.crm.models import Change, Deal
from cadran.crm.save import By, create

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

WRITER = Path(__file__).with_name("writer.py")
BY = By("member")


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Of processes that write into the very database of this test."""
    stage = {"pipeline": create("pipeline", {"name": "Sales"}, by=BY), "name": "New"}
    create("stage", stage, by=BY)
    chosen = settings.DATABASES["default"]
    if connection.vendor == "sqlite":
        (tmp_path / "records.sqlite3").symlink_to(chosen["NAME"])
        yield {**os.environ, "CADRAN_HOME": str(tmp_path)}
    else:
        url = f"postgresql://{chosen['USER']}@/{chosen['NAME']}?host={chosen['HOST']}"
        yield {**os.environ, "CADRAN_HOME": str(tmp_path), "DATABASE_URL": url}


def writer(environment: dict[str, str], name: str, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, WRITER, name, str(count)],
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def assert_whole() -> None:
    """Every deal has one creation, every change is of a deal that is here and leads to what it is."""
    deals = {deal.pk: deal for deal in Deal.objects.all()}
    changes = list(Change.objects.filter(record="deal").order_by("pk"))
    created = Counter(change.record_id for change in changes if change.field == "")
    assert created == dict.fromkeys(deals, 1)
    last = {(change.record_id, change.field): change.to_value for change in changes if change.field}
    assert all(getattr(deals[pk], field) == value for (pk, field), value in last.items())
    changed = {pk for pk, field in last if field == "channel"}
    assert changed == {pk for pk, deal in deals.items() if deal.channel == "web"}
    external = Counter((deal.connection, deal.external_id) for deal in deals.values() if deal.external_id)
    assert set(external.values()) <= {1}
    batches = Counter(
        (deal.connection, str(deal.external_id).split("-")[0]) for deal in deals.values() if deal.external_id
    )
    assert set(batches.values()) <= {200}


def test_six_writers_at_once_all_succeed(environment: dict[str, str]) -> None:
    writers = [writer(environment, f"writer {number}", 4) for number in range(6)]
    failures = [(one.communicate()[1], one.returncode) for one in writers]
    assert [failure for failure in failures if failure[1]] == []
    assert Deal.objects.count() == 6 * 4 * 201
    assert_whole()


def test_a_writer_killed_at_any_moment_leaves_records_with_their_changes(environment: dict[str, str]) -> None:
    moments = random.Random(20260321)
    for number in range(6):
        killed = writer(environment, f"writer {number}", 0)
        assert killed.stdout is not None
        assert killed.stdout.readline() == "writing\n", killed.communicate()
        time.sleep(moments.uniform(0, 0.4))
        killed.kill()
        killed.communicate()
        assert_whole()
    assert Deal.objects.exists()
