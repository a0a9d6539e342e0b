"""The board, and the catalogue in other forms."""

from __future__ import annotations

from enum import StrEnum
from importlib import import_module
from typing import Annotated

import typer

from cadran.cli.terminal import app, begin, language
from cadran.metrics.exchange import export
from cadran.metrics.result import dump_json


class Exchange(StrEnum):
    """The formats of other tools."""

    dbt = "dbt"
    ossie = "ossie"


@app.command(
    epilog="Examples: `cadran kpis panier moyen` · `cadran kpis --json | jq '.[].metric'` · "
    "`cadran kpis --markdown > kpis.md` · `cadran kpis --export dbt > cadran.yml`"
)
def kpis(
    words: Annotated[
        list[str] | None, typer.Argument(help="Only what is called so, in English or French: average basket, CA")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Every metric with its variants and its value, as JSON")
    ] = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="The whole catalogue as a Markdown page")] = False,
    exported: Annotated[
        Exchange | None, typer.Option("--export", help="The catalogue for another tool, with what it cannot say")
    ] = None,
) -> None:
    """Show the board: each KPI with its value, its comparison and how fresh the data is."""
    if sum((as_json, as_markdown, exported is not None)) > 1:
        raise typer.BadParameter("Choose one of --json, --markdown and --export: each is a form of its own.")
    begin()
    if exported is not None or as_markdown:
        known = import_module("cadran.kpis.answer").catalogue()
        print(
            export(known, exported.value)
            if exported
            else import_module("cadran.kpis.reference").catalogue_page(known, language())
        )
        return
    board = import_module("cadran.kpis.board")
    sought = " ".join(words or [])
    print(dump_json(board.as_data(sought), indent=2) if as_json else board.as_text(language(), sought))
