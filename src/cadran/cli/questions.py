"""Questions: ask, rows, why, compare, confidence."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Any

import typer

import cadran
from cadran.cli.selecting import Asked, Cohort, Comparison, Interval, selecting
from cadran.cli.terminal import Format, FormatOption, app, language, print_csv, print_table, reader, spoken, told
from cadran.metrics.compare import Beside, beside
from cadran.metrics.result import Result, dump_json
from cadran.metrics.rows import Rows

Limit = Annotated[int, typer.Option("--limit", min=1, help="At most so many rows")]


@app.command(
    epilog="Examples: `cadran ask win_rate --by owner --grain quarter` · "
    "`cadran ask revenue --grain month --compare year-ago --format csv` · "
    "`cadran ask active_customers --grain month --cohort`"
)
@selecting
def ask(asked: Asked, cohort: Cohort = False, interval: Interval = False, format: FormatOption = Format.table) -> None:
    """Ask for a KPI: a number, split, over time, compared, as known on a past day."""
    result = asked.answer(cohort=cohort, interval=interval)
    match format:
        case Format.json:
            print(dump_json(result.to_json(), indent=2))
        case Format.csv:
            print_csv(result.records())
        case Format.table:
            print(_words().answer_text(result, reader()))
    told.print(f"[dim]{_words().footer(result, reader())}")


@app.command(
    epilog="Examples: `cadran rows win_rate won --where owner='Anna Snelling'` · "
    "`cadran rows revenue booked --from 2026-01-01 --to 2026-02-01 --left-out`"
)
@selecting
def rows(
    asked: Asked,
    part: Annotated[str, typer.Argument(help="A part of its formula; cadran ask --format json lists them under parts")],
    left_out: Annotated[
        bool, typer.Option("--left-out", help="The rows it did not count, each with the reason")
    ] = False,
    limit: Limit = 1000,
    format: FormatOption = Format.table,
) -> None:
    """List the records behind a part of a number."""
    result = asked.answer()
    _print_rows(result.left_out(part, limit=limit) if left_out else result.rows(part, limit=limit), result, format)


@app.command(
    epilog="Examples: `cadran why revenue --from 2026-07-01 --to 2026-10-01` · `cadran why win_rate --by channel`"
)
@selecting
def why(asked: Asked, format: FormatOption = Format.table) -> None:
    """Say why a KPI changed since the period before (or a year ago): what each segment contributed.

    Without days and grain: over the quarter that the board shows.
    """
    crm = cadran.open()
    days = {}
    if not (asked.first or asked.end or asked.grain):
        board = import_module("cadran.kpis.board").this_quarter(asked.as_of.date() if asked.as_of else None)
        days = {"start": board.start, "end": board.end}
    answered = asked.answer(crm, by=(), compare=(asked.compare or Comparison.previous).value, **days)
    explained = answered.why(asked.by or None)
    if format is Format.json:
        print(dump_json(explained.to_json(), indent=2))
    elif format is Format.csv:
        content = explained.to_json()
        print_csv([{"dimension": by["dimension"], **one} for by in content["by"] for one in by["segments"]])
    else:
        print(_words().why_text(explained, answered, reader()))


@app.command(
    epilog="Examples: `cadran compare win_rate --from 2026-01-01 --to 2026-04-01` · "
    "`cadran compare win_rate --open all`"
)
@selecting
def compare(
    asked: Asked,
    opened: Annotated[
        str | None,
        typer.Option("--open", help="List the rows that only this variant, or only the metric, reads"),
    ] = None,
    limit: Limit = 1000,
    format: FormatOption = Format.table,
) -> None:
    """Set a KPI beside its variants: the value of each, and the records that make the difference."""
    crm = cadran.open()
    metric = asked.answer(crm)
    variants = [v for v in crm.catalogue.variants(metric.metric.key) if not v.needs_cohort]
    if opened is not None:
        variants = [crm.catalogue[f"{metric.metric.key}.{opened}"]]
    both = [beside(metric, asked.answer(crm, metric=variant.key)) for variant in variants]
    if opened is not None:
        for one in both[0].differences:
            for side in ("more", "fewer"):
                told.print(f"{one.table}: {side}")
                _print_rows(both[0].rows(one.table, side, limit=limit), metric, format)
    elif format is Format.json:
        print(dump_json({**metric.to_json(), "variants": [one.to_json() for one in both]}, indent=2))
    elif format is Format.csv:
        print_csv([_line(metric, "the metric itself"), *(_line(one.variant, _said(one)) for one in both)])
    else:
        print(_words().compared_text(metric, both, reader()))


def _line(result: Result, difference: str) -> dict[str, Any]:
    total = result.total
    return {
        "metric": result.metric.key,
        "title": result.title(),
        "value": total.value,
        "n": total.n,
        "why": total.why,
        "rows": difference,
    }


def _said(both: Beside) -> str:
    if both.same_rows:
        return "the same rows, counted otherwise"
    counted = [(one.table, side, getattr(one, side)) for one in both.differences for side in ("more", "fewer")]
    return ", ".join(f"{number} {table} {side}" for table, side, number in counted if number)


@app.command(
    epilog="Examples: `cadran confidence revenue --from 2026-01-01 --to 2026-04-01` · "
    "`cadran confidence revenue --mend 1`"
)
@selecting
def confidence(
    asked: Asked,
    mend: Annotated[int | None, typer.Option("--mend", min=1, help="List the rows of this fix, by its number")] = None,
    limit: Limit = 1000,
    format: FormatOption = Format.table,
) -> None:
    """Grade how far a number can be trusted, and list the fixes that would raise it most."""
    result = asked.answer()
    found = result.confidence()
    if mend is not None:
        if mend > len(found.lacks):
            raise typer.BadParameter(f"There are {len(found.lacks)} fixes.", param_hint="--mend")
        _print_rows(result.to_mend(found.lacks[mend - 1], limit=limit), result, format)
    elif format is Format.json:
        print(dump_json({"metric": result.metric.key, **found.to_json()}, indent=2))
    elif format is Format.csv:
        print_csv([lack.to_json() for lack in found.lacks])
    else:
        print(_words().confidence_text(found, result, reader()))


def _print_rows(opened: Rows, result: Result, format: Format) -> None:
    records = opened.records()
    if format is Format.table:
        lines = [{name: record[name] for name in (opened.record_id, *opened.shown)} for record in records]
        for line, reason in zip(lines, opened.reasons or (), strict=False):
            line["reason"] = reason[language()]
        print_table(lines)
    elif format is Format.json:
        print(dump_json([{name: spoken(value) for name, value in record.items()} for record in records], indent=2))
    else:
        print_csv(records)
    told.print(f"[dim]{_words().counted(len(records), opened, result, reader())}")


def _words() -> Any:
    """The words of answers in the reader's language: they read models, which are there only once a home is open."""
    return import_module("cadran.kpis.terminal")
