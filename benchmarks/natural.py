"""The same records for every way of counting: natural tables, made once from the facts of the made-up company."""

from __future__ import annotations

from pathlib import Path

import duckdb

# Table -> column -> type: int, text, money, date or flag. The key comes first.
TABLES: dict[str, dict[str, str]] = {
    "team": {"id": "int", "name": "text", "region": "text"},
    "member": {"id": "int", "name": "text", "team_id": "int"},
    "account": {"id": "int", "segment": "text", "industry": "text"},
    "stage": {"id": "int", "pipeline_id": "int", "name": "text", "outcome": "text", "place": "int"},
    "deal": {
        "id": "int", "account_id": "int", "owner_id": "int", "stage_id": "int", "channel": "text", "amount": "money",
        "created_on": "date", "closed_on": "date",
    },
    "version": {"deal_id": "int", "stage_id": "int", "amount": "money", "from_on": "date", "to_on": "date"},
    "stay": {"deal_id": "int", "stage_id": "int", "entered_on": "date"},
    "purchase": {
        "id": "int", "account_id": "int", "channel": "text", "amount": "money", "refund": "flag", "placed_on": "date",
    },
    "lead": {"id": "int", "channel": "text", "created_on": "date", "converted_on": "date"},
    "activity": {"id": "int", "owner_id": "int", "deal_id": "int", "automated": "flag"},
}  # fmt: skip


def natural(facts: Path) -> Path:
    """The file of natural tables, beside the folder of the facts, made when it is missing or older than they are."""
    path = facts.parents[1] / "natural.duckdb"
    if path.exists() and path.stat().st_mtime >= facts.stat().st_mtime:
        return path
    path.unlink(missing_ok=True)
    aside = path.with_suffix(".aside")
    aside.unlink(missing_ok=True)
    with duckdb.connect(str(aside)) as connection:
        connection.execute(f"ATTACH '{facts}' AS facts (READ_ONLY)")
        connection.execute((Path(__file__).with_suffix(".sql")).read_text(encoding="utf-8"))
    return aside.replace(path)


def read(path: Path) -> duckdb.DuckDBPyConnection:
    """The natural tables, read-only."""
    return duckdb.connect(str(path), read_only=True)
