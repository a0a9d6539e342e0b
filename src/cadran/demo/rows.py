"""The rows of each kind as records have them: the drawn columns, with those that every record carries."""

from duckdb import DuckDBPyConnection

CONNECTION = "demo"
"""The connection that the records of the made-up company come from; their external ids are their numbers in it."""

HISTORIES = ("deal", "lead", "account", "subscription", "ticket", "renewal")
"""The kinds whose fields changed after their creation: `work.<kind>_change` holds how."""


def drawn_columns(connection: DuckDBPyConnection, kind: str) -> list[str]:
    """The names of the columns of `made.<kind>`."""
    described = connection.execute(f'SELECT column_name FROM (DESCRIBE made."{kind}")').fetchall()
    return [str(name) for (name,) in described]


def record_sql(connection: DuckDBPyConnection, kind: str) -> str:
    """A SELECT of the rows of a kind with `created_at`, `updated_at`, `archived_at` and `custom` filled in, unordered.

    What has no moment of its own (stages, products …) was there a little before the oldest records.
    """
    drawn = drawn_columns(connection, kind)
    created = "made.created_at" if "created_at" in drawn else "moment(-950, 480)"
    custom = "made.custom" if "custom" in drawn else "'{}'"
    others = ", ".join(f'made."{name}"' for name in drawn if name not in ("created_at", "custom"))
    return (
        f"SELECT {others}, {created} AS created_at, {created} AS updated_at, NULL::TIMESTAMP AS archived_at, "
        f"{custom} AS custom "
        f'FROM made."{kind}" AS made'
    )
