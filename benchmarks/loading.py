"""The ways of putting deals into an empty home.

Each prints as JSON its rows, its seconds by the clock and of CPU (its child's too), and what is there after.
"""

from __future__ import annotations

import csv
import json
import resource
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from time import perf_counter

from django.db import connection

from cadran.crm.models import Account, Change, Deal, Origin, Pipeline, Stage
from cadran.imports.load import load_files
from cadran.imports.mapping import Mapping, parse_mapping, read_mapping
from cadran.members.models import Member

MAP = Path(__file__).with_name("importing.toml")
HISTORY = """
[files.records.history.stage]
"Open" = "created"
"*" = "closed"
"""
AT_ONCE = 5_000  # rows in one call of bulk_create: more were no faster and took more memory


def prepare(folder: Path, _: Path) -> int:
    """The accounts and owners that deals link to, and the stages."""
    return load_files([folder / "accounts.csv", folder / "owners.csv"], read_mapping(MAP)).read


def product(_: Path, file: Path) -> int:
    """The product's import: read in a child process, cleaned, checked and linked, written with change rows."""
    return _imported(file, read_mapping(MAP))


def history(_: Path, file: Path) -> int:
    """The product's import, where the deals' columns tell when they were opened and closed too."""
    return _imported(file, parse_mapping(MAP.read_text(encoding="utf-8") + HISTORY))


def _imported(file: Path, mapping: Mapping) -> int:
    report = load_files([file], mapping)
    if report.rejected:
        raise ValueError(f"{len(report.rejected)} rows were rejected: {report.rejected[0]}")
    return report.created


def bare(_: Path, deals: list[Deal]) -> int:
    """Django's bulk_create, of objects made beforehand: no reading, no checks, no change rows."""
    for first in range(0, len(deals), AT_ONCE):
        Deal.objects.bulk_create(deals[first : first + AT_ONCE])
    return len(deals)


def same(folder: Path, deals: list[Deal]) -> int:
    """bulk_create of the deals and of a change row for each, as the import writes them."""
    at = datetime.now(UTC)
    for first in range(0, bare(folder, deals), AT_ONCE):
        made = (
            Change(record="deal", record_id=deal.pk, field="", at=deal.created_at, known_at=at, origin=Origin.IMPORT)
            for deal in deals[first : first + AT_ONCE]
        )
        Change.objects.bulk_create(made)
    return len(deals)


def objects(file: Path) -> Iterator[Deal]:
    """The rows of the file as unsaved deals, all texts read and links found."""
    accounts = dict(Account.objects.values_list("external_id", "pk"))
    owners = dict(Member.objects.values_list("name", "pk"))
    stages = dict(Stage.objects.values_list("name", "pk"))
    pipeline = Pipeline.objects.get().pk
    now = datetime.now(UTC)
    with file.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            yield Deal(
                connection="benchmark",
                external_id=row["deal_id"],
                name=row["name"],
                account_id=accounts[row["account_id"]] if row["account_id"] else None,
                pipeline_id=pipeline,
                stage_id=stages[row["outcome"]],
                amount=Decimal(row["amount"]) if row["amount"] else None,
                currency="EUR",
                owner_id=owners[row["owner"]] if row["owner"] else None,
                channel=row["channel"] or None,
                kind=row["kind"] or None,
                expected_close_on=date.fromisoformat(row["expected_close"]) if row["expected_close"] else None,
                closed_at=_moment(row["closed"]),
                created_at=_moment(row["created"]) or now,
                updated_at=now,
            )


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None


def contents() -> list[object]:
    """What the deals come to, the same for every way of loading them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), round(sum(amount), 2), count(DISTINCT account_id), count(closed_at), min(created_at), "
            "max(created_at), count(DISTINCT external_id), min(expected_close_on), count(channel), sum(stage_id), "
            "sum(owner_id) FROM deal"
        )
        return list(cursor.fetchone())


def main(way: str, folder: str, file: str) -> None:
    """Do it, and tell."""
    path = Path(folder) / file
    if way in BARE:
        deals = list(objects(path))
        begun = perf_counter(), _cpu()
        rows = BARE[way](Path(folder), deals)
    else:
        begun = perf_counter(), _cpu()
        rows = WAYS[way](Path(folder), path)
    taken, worked = perf_counter() - begun[0], _cpu() - begun[1]
    json.dump({"rows": rows, "seconds": taken, "cpu": worked, "contents": contents()}, sys.stdout)


def _cpu() -> float:
    """Seconds of CPU that this process and the children it waited for have used."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


BARE = {"bare": bare, "same": same}
WAYS = {"prepare": prepare, "product": product, "history": history}
