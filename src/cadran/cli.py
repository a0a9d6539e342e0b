"""The command line: thin over the library. Data goes to standard output, everything else to standard error."""

from __future__ import annotations

import csv
import io
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

import cadran
from cadran.config.start import migrate, start
from cadran.crm.errors import Refused
from cadran.metrics.catalogue import Catalogue
from cadran.metrics.errors import MetricsError
from cadran.metrics.exchange import export
from cadran.metrics.result import Result, dump_json, plain

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="Cadran, the CRM that measures itself. CADRAN_HOME names the folder of its records and facts.",
)
told = Console(stderr=True, highlight=False)


class Grain(StrEnum):
    """The steps of time."""

    day = "day"
    week = "week"
    month = "month"
    quarter = "quarter"
    year = "year"


class Comparison(StrEnum):
    """What each number is set beside."""

    previous = "previous"
    year_ago = "year-ago"


class Format(StrEnum):
    """How an answer is written."""

    table = "table"
    json = "json"
    csv = "csv"


class Exchange(StrEnum):
    """The formats of other tools."""

    dbt = "dbt"
    ossie = "ossie"


class Size(StrEnum):
    """How large the made-up company is."""

    small = "small"
    medium = "medium"
    large = "large"


Metric = Annotated[str, typer.Argument(help="A metric's key, or key.variant: win_rate, win_rate.by_value")]
By = Annotated[list[str] | None, typer.Option("--by", help="Split by a dimension; repeat for several")]
GrainOption = Annotated[Grain | None, typer.Option("--grain", help="One number per day, week, month, quarter or year")]
From = Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day")]
To = Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="The day after the last one")]
Where = Annotated[list[str] | None, typer.Option("--where", help="DIM=VALUE; repeat for several; 'unknown' is a blank")]
Compare = Annotated[Comparison | None, typer.Option("--compare", help="Set each number beside an earlier one")]
AsOf = Annotated[datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="As known at the end of that day")]
Cohort = Annotated[bool, typer.Option("--cohort", help="Split by cohort and age (needs --grain)")]
FormatOption = Annotated[Format, typer.Option("--format", help="How to write the answer")]


def _ask(
    metric: str,
    by: list[str] | None,
    grain: Grain | None,
    first: datetime | None,
    end: datetime | None,
    where: list[str] | None,
    compare: Comparison | None,
    as_of: datetime | None,
    cohort: bool = False,
) -> Result:
    kept: dict[str, list[str]] = {}
    for text in where or []:
        name, equals, value = text.partition("=")
        if not equals:
            raise typer.BadParameter(f"{text!r} lacks its value. Write --where {text}=VALUE.", param_hint="--where")
        kept.setdefault(name.strip(), []).append(value)
    return cadran.open().ask(
        metric,
        by=by or (),
        grain=grain.value if grain else None,
        start=first.date() if first else None,
        end=end.date() if end else None,
        where=kept,
        compare=None if compare is None else "previous" if compare is Comparison.previous else "year_ago",
        as_of=as_of.date() if as_of else None,
        cohort=cohort,
    )


@app.command(
    epilog="Examples: `cadran ask win_rate --by owner --grain quarter` · "
    "`cadran ask revenue --grain month --compare year-ago --format csv` · "
    "`cadran ask active_customers --grain month --cohort`"
)
def ask(
    metric: Metric,
    by: By = None,
    grain: GrainOption = None,
    first: From = None,
    end: To = None,
    where: Where = None,
    compare: Compare = None,
    as_of: AsOf = None,
    cohort: Cohort = False,
    format: FormatOption = Format.table,
) -> None:
    """Ask for a KPI: a number, split, over time, compared, as known on a past day."""
    result = _ask(metric, by, grain, first, end, where, compare, as_of, cohort)
    match format:
        case Format.json:
            print(dump_json(result.to_json(), indent=2))
        case Format.csv:
            _print_csv(result.records())
        case Format.table:
            print(result)
    told.print(f"[dim]data version {result.data_version} · definition {result.definition_hash}`")


@app.command(
    epilog="Examples: `cadran rows win_rate won --where owner='Anna Snelling'` · "
    "`cadran rows revenue booked --from 2026-01-01 --to 2026-02-01 --left-out`"
)
def rows(
    metric: Metric,
    part: Annotated[str, typer.Argument(help="A part of its formula; cadran ask --format json lists them under parts")],
    by: By = None,
    grain: GrainOption = None,
    first: From = None,
    end: To = None,
    where: Where = None,
    compare: Compare = None,
    as_of: AsOf = None,
    left_out: Annotated[
        bool, typer.Option("--left-out", help="The rows it did not count, each with the reason")
    ] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many rows")] = 1000,
    format: FormatOption = Format.table,
) -> None:
    """List the records behind a part of a number."""
    result = _ask(metric, by, grain, first, end, where, compare, as_of)
    opened = result.left_out(part, limit=limit) if left_out else result.rows(part, limit=limit)
    records = opened.records()
    if format is Format.table:
        columns = [opened.record_id, *opened.shown, *(["reason"] if left_out else [])]
        _print_table([{name: record[name] for name in columns} for record in records])
    elif format is Format.json:
        print(dump_json([{name: _plain(value) for name, value in record.items()} for record in records], indent=2))
    else:
        _print_csv(records)
    told.print(f"[dim]{len(records)} of {opened.count} rows · data version {result.data_version}`")


@app.command(
    epilog="Examples: `cadran why revenue --from 2026-07-01 --to 2026-10-01` · `cadran why win_rate --by channel`"
)
def why(
    metric: Metric,
    by: By = None,
    grain: GrainOption = None,
    first: From = None,
    end: To = None,
    where: Where = None,
    compare: Compare = Comparison.previous,
    as_of: AsOf = None,
    format: FormatOption = Format.table,
) -> None:
    """Say why a KPI changed since the period before (or a year ago): what each segment contributed."""
    result = _ask(metric, None, grain, first, end, where, compare, as_of)
    explained = result.why(by or None)
    if format is Format.json:
        print(dump_json(explained.to_json(), indent=2))
    elif format is Format.csv:
        content = explained.to_json()
        _print_csv([{"dimension": by["dimension"], **one} for by in content["by"] for one in by["segments"]])
    else:
        print(explained)


@app.command(
    epilog="Examples: `cadran kpis --json | jq '.[].metric'` · `cadran kpis --markdown > kpis.md` · "
    "`cadran kpis --export dbt > cadran.yml`"
)
def kpis(
    as_json: Annotated[
        bool, typer.Option("--json", help="Every metric with its variants and its value, as JSON")
    ] = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="The whole catalogue as a Markdown page")] = False,
    exported: Annotated[
        Exchange | None, typer.Option("--export", help="The catalogue for another tool, with what it cannot say")
    ] = None,
) -> None:
    """Show the board: each KPI with its value, its comparison and how fresh the data is."""
    _start()
    if exported is not None or as_markdown:
        known = import_module("cadran.kpis.answer").catalogue()
        print(export(known, exported.value) if exported else _reference(known))
        return
    board = import_module("cadran.kpis.board")
    print(dump_json(board.as_data(), indent=2) if as_json else board.as_text(_language()))


@app.command(
    "import",
    epilog="Examples: `cadran import deals.csv accounts.xlsx --map mapping.toml --dry-run` · "
    "`cadran import deals.csv --map mapping.toml --rejected rejected.csv`",
)
def import_(
    files: Annotated[list[Path], typer.Argument(help="CSV or Excel files")],
    mapping: Annotated[Path, typer.Option("--map", help="The mapping file (TOML)")],
    connection: Annotated[
        str | None, typer.Option("--connection", help="The name of the source (default: the mapping's)")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen, write nothing")] = False,
    rejected: Annotated[
        Path | None, typer.Option("--rejected", help="Write the rejected rows to this CSV file")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The account of every row as JSON")] = False,
) -> None:
    """Import records from CSV or Excel files; the same file twice changes nothing, an interrupted import resumes."""
    _start()
    imports, mappings = import_module("cadran.imports.load"), import_module("cadran.imports.mapping")
    try:
        with _progress() as advance:
            report = imports.load_files(
                files,
                mappings.read_mapping(mapping),
                connection=connection,
                dry_run=dry_run,
                progress=lambda at: advance(at.file, at.done, at.total),
            )
    except (imports.RefusedError, mappings.MappingError) as mistake:
        _refuse(mistake)
    for line in report.shown:
        told.print(line, soft_wrap=True)
    if rejected is not None and report.rejected:
        rejected.write_text("".join(report.rejected_csv()), encoding="utf-8", newline="")
        told.print(f"The rejected rows are in {rejected}: correct them and import that file again.")
    print(dump_json(report.to_json(), indent=2) if as_json else _account(report))


def _reference(known: Catalogue) -> str:
    return str(import_module("cadran.kpis.reference").catalogue_page(known, _language()))


def _account(report: Any) -> str:
    """What became of the rows, and the first of those rejected with their reasons."""
    lines = [
        f"{report.read} rows read: {report.created} created, {report.updated} updated, "
        f"{report.unchanged} unchanged, {len(report.rejected)} rejected"
        + (" (dry run: nothing was written)" if report.dry else "")
    ]
    for one in report.rejected[:20]:
        lines.append(f"  {one.file}, row {one.row}, {one.column or 'row'}: {one.value!r}: {one.reason}")
    if len(report.rejected) > 20:
        lines.append(f"  … {len(report.rejected) - 20} more: --rejected FILE writes them all")
    return "\n".join(lines)


@app.command(epilog="Examples: `cadran demo` · `cadran demo --size medium --no-serve`")
def demo(
    size: Annotated[
        Size,
        typer.Option(
            "--size",
            help="small is served within seconds; medium (a million deals, minutes, 10 GB) and large (ten million, "
            "hours, 100 GB) are facts alone: asked, not served",
        ),
    ] = Size.small,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Build it and show the board, do not serve it")] = False,
    host: Annotated[str, typer.Option("--host")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port")] = 8000,
) -> None:
    """Build the made-up company, show its KPI board, and serve it until Ctrl-C."""
    _start()
    company = import_module("cadran.demo")
    with _progress() as advance:
        company.make(size.value, progress=advance)
    print(import_module("cadran.kpis.board").as_text(_language()))
    if not company.served(size.value):
        told.print(company.asked_words())
    elif not no_serve:
        told.print(company.sign_in_words())
        _serve(host, port)


@app.command(epilog="Example: `cadran serve --port 8080`")
def serve(
    host: Annotated[str, typer.Option("--host", help="The address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="The port to listen on")] = 8000,
) -> None:
    """Serve the pages until Ctrl-C, after a self-check."""
    _start()
    _serve(host, port)


@app.command(epilog="Example: `cadran member ada@example.com --name 'Ada Martin' --role administrator`")
def member(
    email: Annotated[str, typer.Argument(help="The address to sign in with")],
    name: Annotated[
        str | None, typer.Option("--name", help="The name shown; the member of that name, when there is one")
    ] = None,
    role: Annotated[
        str, typer.Option("--role", help="What they may see: administrator, director, manager, …")
    ] = "administrator",
) -> None:
    """Let someone sign in: asks for a password and creates the member, or gives the existing one a new password."""
    _start()
    password = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    saved = import_module("cadran.crm.sign_in").let_in(email, name=name, role=role, password=password)
    told.print(f"{saved.name} can sign in as {email}.")


@app.command(epilog="Example: `cadran facts`")
def facts() -> None:
    """Build the facts anew from the records and publish them; prints the file."""
    _start()
    settings = import_module("django.conf").settings
    print(import_module("cadran.facts.publish").publish(settings.HOME, force=True))


@app.command(epilog="Example: `cadran check && cadran serve`")
def check() -> None:
    """Check that it is safe to start: storage, settings, secret, space. Fails when one check does."""
    _start(migrating=False)
    if not _checked(import_module("cadran.config.check").checks(), out=sys.stdout):
        raise typer.Exit(1)


def _checked(checks: Sequence[Any], out: Any) -> bool:
    for one in checks:
        print(f"{'ok  ' if one.ok else 'FAIL'}  {one.name}: {one.what}{'' if one.ok else f' → {one.cure}'}", file=out)
    return all(one.ok for one in checks)


def _language() -> Literal["en", "fr"]:
    """The terminal's language."""
    said = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "fr" if next(filter(None, said), "").startswith("fr") else "en"


def _start(migrating: bool = True) -> None:
    start()
    if migrating:
        migrate()


def _serve(host: str, port: int) -> None:
    """Safe start or no start, then one process: pages and the refresher of the facts."""
    failed = [one for one in import_module("cadran.config.check").checks() if not one.ok]
    if failed:
        _checked(failed, out=sys.stderr)
        raise typer.Exit(1)
    told.print(f"Serving on http://{host}:{port} until Ctrl-C")
    with import_module("cadran.kpis.answer").kept_fresh():
        import_module("uvicorn").run(
            "cadran.config.asgi:application", host=host, port=port, log_level="warning", lifespan="off"
        )


@contextmanager
def _progress() -> Iterator[Any]:
    """A bar on a terminal, silence elsewhere; yields advance(what, done, of)."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=told, transient=True, disable=not told.is_terminal) as bar:
        tasks: dict[str, Any] = {}

        def advance(what: str, done: int, of: int | None = None) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=of)
            bar.update(tasks[what], completed=done, total=of)

        yield advance


def _print_table(records: Sequence[dict[str, Any]]) -> None:
    head = list(records[0]) if records else []
    lines = [[_shown(record[name]) for name in head] for record in records]
    widths = [max(len(line[place]) for line in [head, *lines]) for place in range(len(head))]
    for line in [head, *lines] if head else []:
        print("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())


def _print_csv(records: Sequence[dict[str, Any]]) -> None:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    if records:
        writer.writerow(records[0])
        writer.writerows([[_shown(value) for value in record.values()] for record in records])
    sys.stdout.write(out.getvalue())


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _shown(value: Any) -> str:
    if isinstance(value, Decimal):
        return plain(value)
    return "" if value is None else str(_plain(value))


def _refuse(mistake: Exception) -> NoReturn:
    """A mistake that a person can mend: its sentence on standard error, exit 2."""
    told.print("error:", style="red", end=" ")
    told.print(str(mistake), soft_wrap=True, markup=False)
    sys.exit(2)


def main() -> None:
    """Run the command."""
    try:
        app()
    except (MetricsError, Refused) as mistake:
        _refuse(mistake)
    except BrokenPipeError:
        sys.stderr.close()  # the reader (head, less) has seen enough
