"""Records: import them, make some up, forecast from them, build facts of them, let people in."""

from __future__ import annotations

from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from cadran.cli.serving import serve_until_stopped
from cadran.cli.terminal import app, begin, language, progress, reader, refuse, told
from cadran.metrics.result import dump_json


class Size(StrEnum):
    """How large the made-up company is."""

    small = "small"
    medium = "medium"
    large = "large"


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
    begin()
    imports, mappings = import_module("cadran.imports.load"), import_module("cadran.imports.mapping")
    try:
        with progress() as advance:
            report = imports.load_files(
                files,
                mappings.read_mapping(mapping),
                connection=connection,
                dry_run=dry_run,
                progress=lambda at: advance(at.file, at.done, at.total),
            )
    except (imports.RefusedError, mappings.MappingError) as mistake:
        refuse(mistake)
    for line in report.shown:
        told.print(line, soft_wrap=True)
    if rejected is not None and report.rejected:
        rejected.write_text("".join(report.rejected_csv()), encoding="utf-8", newline="")
        told.print(f"The rejected rows are in {rejected}: correct them and import that file again.")
    print(dump_json(report.to_json(), indent=2) if as_json else _account(report))


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
    begin()
    company = import_module("cadran.demo")
    with progress() as advance:
        company.make(size.value, progress=advance)
    print(import_module("cadran.kpis.board").as_text(language()))
    if not company.served(size.value):
        told.print(company.asked_words())
    elif not no_serve:
        told.print(company.sign_in_words())
        serve_until_stopped(host, port)


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
    begin()
    password = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    saved = import_module("cadran.crm.sign_in").let_in(email, name=name, role=role, password=password)
    told.print(f"{saved.name} can sign in as {email}.")


@app.command(epilog="Example, each morning: `cadran forecast`")
def forecast(
    as_json: Annotated[bool, typer.Option("--json", help="The forecasts issued, and their totals, as JSON")] = False,
) -> None:
    """Issue today's sales forecasts of this month and the next, kept to be held against what comes; once a day."""
    begin()
    issued = import_module("cadran.kpis.forecasts").issue()
    if as_json:
        print(dump_json(issued.to_json(), indent=2))
    else:
        print(import_module("cadran.kpis.terminal").forecasts_text(issued, reader()))


@app.command(epilog="Example: `cadran facts`")
def facts() -> None:
    """Build the facts anew from the records and publish them; prints the file."""
    begin()
    settings = import_module("django.conf").settings
    print(import_module("cadran.facts.publish").publish(settings.HOME, force=True))
