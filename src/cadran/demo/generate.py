"""Make the company: one generator for all sizes, deterministic from its seed and its last day."""

from collections.abc import Callable
from datetime import date
from importlib.resources import files

from duckdb import DuckDBPyConnection

from cadran.demo.calendar import Span, span
from cadran.demo.company import company
from cadran.demo.fixed import lay
from cadran.demo.sizes import Size

SCRIPTS = (
    "lead",
    "account",
    "deal",
    "customer",
    "order",
    "service",
    "record",
    "activity",
    "marketing",
    "promise",
    "change",
)
"""The SQL that draws the rows, in the order of what follows from what."""

KINDS = (
    "organisation", "team", "member", "business_hours", "holiday", "exchange_rate", "custom_field", "pipeline", "stage",
    "product", "campaign", "survey", "article", "account", "contact", "consent", "deal", "deal_line", "lead", "order",
    "order_line", "subscription", "payment", "renewal", "touch", "spend", "ticket", "ticket_message", "activity",
    "answer", "usage", "loyalty_event", "visit", "page_event", "session", "goal", "forecast_submission", "score",
)  # fmt: skip
"""The kinds of records made, parents before what links to them: `made.<kind>` holds the rows of each."""


def generate(
    connection: DuckDBPyConnection,
    size: Size,
    *,
    seed: int,
    today: date,
    progress: Callable[[str], None] = lambda _: None,
) -> Span:
    """Fill the schema `made` of a DuckDB connection with three years that end on the day before `today`.

    Large kinds are views over the drawn rows of the schema `work`, so that they are computed as they are read.
    """
    days = span(today, company()["organisation"]["time_zone"])
    run(connection, "macros")
    run(connection, "fixed")
    lay(connection, size, seed, days)
    for script in SCRIPTS:
        progress(script)
        run(connection, script)
    return days


def run(connection: DuckDBPyConnection, script: str) -> None:
    """Execute one of the scripts of `sql/`."""
    connection.execute(files("cadran.demo").joinpath(f"sql/{script}.sql").read_text(encoding="utf-8"))
