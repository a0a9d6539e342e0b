"""Small files and mappings made on the spot, and importing them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cadran.imports.load import load_files
from cadran.imports.mapping import parse_mapping
from cadran.imports.report import Report

Files = dict[str, str]
Import = Callable[..., Report]

SALES = """
connection = "test"
currency = "EUR"
[[pipelines]]
name = "Sales"
stages = [{ name = "New" }, { name = "Offer" }, { name = "Won", outcome = "won" }, { name = "Lost", outcome = "lost" }]
"""
DEALS = (
    SALES
    + """
[[files]]
name = "deals*.csv"
[[files.records]]
kind = "deal"
id = "id"
[files.records.fields]
name = "name"
stage = "stage"
amount = "amount"
created_at = "created"
"""
)


@pytest.fixture
def load(tmp_path: Path, db: None) -> Import:
    """Import files given by name and text; `mapping` is TOML."""

    def load(files: Files, mapping: str, **options: object) -> Report:
        paths = []
        for name, text in files.items():
            path = tmp_path / name
            path.write_text(text, encoding="utf-8")
            paths.append(path)
        return load_files(paths, parse_mapping(mapping), **options)  # type: ignore[arg-type]

    return load
