"""Documentation made from the code: `python -m tests.documentation` writes it anew, a test compares."""

from __future__ import annotations

import html
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from cadran.config.start import start
from cadran.kpis.reference import catalogue_page, metric_page
from cadran.metrics.catalogue import shipped_catalogue
from cadran.metrics.metric import Language
from tests.reference import coverage

ROOT = Path(__file__).parents[1]
LANGUAGES: tuple[Language, ...] = ("en", "fr")
REFERENCE_DATA = ROOT / "docs" / "reference" / "reference-data.md"
KPIS = ROOT / "docs" / "reference" / "kpis"
COMMAND_LINE = ROOT / "docs" / "reference" / "command-line.md"


def command_line() -> str:
    """The reference of the command line, from its own help."""
    typer = Path(sys.executable).with_name("typer")
    asked = [str(typer), "cadran.cli", "utils", "docs", "--name", "cadran", "--title", "Command line"]
    written = subprocess.run(asked, capture_output=True, check=True, text=True).stdout
    return html.unescape(written).strip() + "\n"


def kpi_pages() -> dict[Path, str]:
    """The pages of the KPIs in both languages, from their definitions."""
    catalogue = shipped_catalogue()
    pages = {}
    for language in LANGUAGES:
        pages[KPIS / language / "README.md"] = catalogue_page(catalogue, language)
        for metric in catalogue.metrics:
            pages[KPIS / language / f"{metric.key}.md"] = metric_page(catalogue, metric, language)
    return pages


def main() -> None:
    """Write all of it."""
    COMMAND_LINE.write_text(command_line(), encoding="utf-8")
    shutil.rmtree(KPIS, ignore_errors=True)
    REFERENCE_DATA.write_text(coverage.page(), encoding="utf-8")
    for path, page in kpi_pages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        start(Path(home))
        main()
