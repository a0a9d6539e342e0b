"""Results: JSON with all digits, data frames, text and HTML; intervals against published values."""

# mypy: disable-error-code="comparison-overlap, arg-type"
from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

from cadran.metrics import dump_json
from cadran.metrics.stats.intervals import adjusted_wald, wilson
from cadran.metrics.tests.conftest import Ask

RANGE = {"start": date(2026, 1, 1), "end": date(2026, 4, 1)}


def test_json_has_the_shape_of_the_api_and_keeps_every_digit(asked: Ask) -> None:
    result = asked("win_rate", by=("owner",), grain="month", compare="previous", **RANGE)
    text = dump_json(result.to_json())
    shown = json.loads(text)
    assert list(shown) == [
        "metric", "title", "unit", "good", "definition_hash", "data_version", "as_of", "cells", "total",
    ]  # fmt: skip
    cell = shown["cells"][0]
    assert list(cell) == [
        "period", "split", "value", "parts", "n", "low", "high", "ripe", "previous", "change",
        "p_value", "detectable", "smallest_detectable",
    ]  # fmt: skip
    assert cell["period"] == {"label": "2026-01", "from": "2026-01-01", "to": "2026-02-01"}
    assert shown["total"]["value"] == 0.6
    assert '"parts": {"won": 3, "lost": 2}' in text
    missing = next(cell for cell in shown["cells"] if cell["value"] is None)
    assert missing["why"] == "won + lost is 0"


def test_numbers_are_written_in_plain_digits() -> None:
    thirds = Decimal(2) / 3
    assert dump_json({"a": Decimal("1E+3"), "b": Decimal("0.1000"), "c": [thirds, None, True, "é"]}) == (
        f'{{"a": 1000, "b": 0.1, "c": [{thirds}, null, true, "é"]}}'
    )
    assert dump_json([], 2) == "[]"
    assert json.loads(dump_json({"a": [Decimal(1), {"b": Decimal(2)}]}, 2)) == {"a": [1, {"b": 2}]}


def test_the_text_and_the_html_show_blank_as_unknown_and_escape_names(asked: Ask) -> None:
    result = asked("win_rate", by=("region",), **RANGE)
    assert "unknown" in repr(result)
    assert "50.0 %" in repr(result)
    assert "<td>unknown</td>" in result._repr_html_()
    assert "<script>" not in asked("revenue", where={"owner": ("<script>",)}, **RANGE)._repr_html_()


def test_data_frames_hold_one_row_a_cell(asked: Ask) -> None:
    result = asked("revenue", by=("owner",), grain="month", **RANGE)
    assert result.to_pandas()["value"].sum() == 1000
    assert result.to_polars()["value"].sum() == 1000
    assert result.to_arrow().column_names[:4] == ["period", "from", "to", "owner"]
    assert result.to_polars().shape[0] == result.to_arrow().num_rows == len(result.cells)


def test_wilsons_interval_agrees_with_its_published_values() -> None:
    # Newcombe, Statistics in Medicine 17 (1998), table I: 81/263, 15/148, 0/20, 1/29.
    published = {
        (81, 263): ("0.2553", "0.3662"),
        (15, 148): ("0.0624", "0.1605"),
        (0, 20): ("0.0000", "0.1611"),
        (1, 29): ("0.0061", "0.1718"),
    }
    for (successes, n), (low, high) in published.items():
        found = wilson(Decimal(successes), Decimal(n))
        assert found[0] is not None
        assert found[1] is not None
        assert (round(found[0], 4), round(found[1], 4)) == (Decimal(low), Decimal(high))
    assert wilson(Decimal(0), Decimal(0)) == (None, None)
    assert wilson(Decimal(20), Decimal(20))[1] == 1


def test_the_interval_of_a_promoter_score_stays_within_the_scale() -> None:
    low, high = adjusted_wald(Decimal(3), Decimal(0), Decimal(3))
    assert high is not None
    assert low is not None
    assert -100 <= low < 100
    assert high <= 100
    assert adjusted_wald(Decimal(0), Decimal(0), Decimal(0)) == (None, None)
