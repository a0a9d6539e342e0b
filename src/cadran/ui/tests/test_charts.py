from decimal import Decimal
from pathlib import Path

import altair as alt
import pytest
import vl_convert
from hypothesis import given
from hypothesis import strategies as st

from cadran.ui.charts import bundle
from cadran.ui.charts.bars import Bar, bars
from cadran.ui.charts.columns import Column, columns
from cadran.ui.charts.donut import Slice, donut, shares
from cadran.ui.charts.funnel import Layer, funnel
from cadran.ui.charts.heatmap import Square, heatmap
from cadran.ui.charts.scale import ticks
from cadran.ui.charts.sparkline import sparkline
from cadran.ui.charts.trend import Point, Words, trend
from cadran.ui.charts.waterfall import Step, waterfall
from cadran.ui.formats import Formats
from cadran.ui.tokens import colours

FR = Formats("fr", "EUR")


def _short(value: Decimal) -> str:
    return FR.money(value, short=True)


def _svg(spec: dict[str, object]) -> str:
    alt.TopLevelSpec.validate(spec)
    return str(vl_convert.vegalite_to_svg({**spec, "width": 600}))


def test_a_trend_says_each_point_in_words_and_writes_its_axis_like_the_page() -> None:
    points = [
        Point("janv. 2026", 100_000, "100 k€", "Janvier : 100 k€", "/kpi/revenue", previous=90_000),
        Point("févr. 2026", 210_000, "210 k€", "Février : 210 k€", "/kpi/revenue", whole=False),
    ]
    svg = _svg(trend(points, Words("Revenu", "Réalisé", "Avant"), _short, colours("light"), from_zero=True))
    assert "Février : 210 k€" in svg
    assert _short(Decimal(200_000)) in svg
    assert colours("light")["c1"] in svg


def test_a_trend_without_any_value_is_still_a_chart() -> None:
    points = [Point("janv. 2026", None, "–", "Janvier : pas de valeur", "/")]
    assert "<svg" in _svg(trend(points, Words("Revenu", "R", "P"), _short, colours("dark"), from_zero=False))


def test_bars_keep_their_order_and_write_their_values() -> None:
    groups = [Bar("Bob", 120, "120 k€", "Bob : 120 k€", "/"), Bar("Alice", 300, "300 k€", "Alice : 300 k€", "/")]
    svg = _svg(bars(groups, "Par vendeur", colours("light")))
    assert svg.index(">Bob<") < svg.index(">Alice<")
    assert "300 k€" in svg


def test_a_waterfall_walks_from_one_value_to_the_other_in_words() -> None:
    steps = [
        Step("T1", 0, 100, "100 k€", "T1 : 100 k€", "whole"),
        Step("Ouest", 100, 130, "+30 k€", "Ouest : +30 k€", "good", "/kpi/revenue"),
        Step("T2", 0, 130, "130 k€", "T2 : 130 k€", "whole"),
    ]
    svg = _svg(waterfall(steps, "Revenu", colours("light")))
    assert "Ouest : +30 k€" in svg
    assert svg.index(">T1<") < svg.index(">Ouest<") < svg.index(">T2<")
    assert colours("light")["good"] in svg


def test_a_waterfall_of_small_steps_cuts_no_bar_short_but_draws_ticks() -> None:
    def ticks_drawn(step: float) -> int:
        walk = [Step("A", 0, 1, "1", "A", "whole"), Step("B", 1, 1 + step, "+", "B", "bad")]
        return str(waterfall(walk, "Taux", colours("light"))).count("'tick'")

    assert ticks_drawn(0.01) == 1
    assert ticks_drawn(0.5) == 0


def test_columns_write_their_values_and_a_month_in_progress_is_hollow() -> None:
    months = [Column("Oct", 12, "12", "Oct: 12", "/a"), Column("Nov", 7, "7", "Nov: 7", "/b", whole=False)]
    svg = _svg(columns(months, "Deals won", str, colours("light")))
    assert "Oct: 12" in svg
    assert svg.count(f'fill="{colours("light")["surface"]}"') >= 1
    assert ">12<" in svg


def test_a_donut_names_each_slice_with_its_share() -> None:
    slices = [Slice("Yes 75%", 3, "3", "Yes: 3", "/", "good"), Slice("No 25%", 1, "1", "No: 1", "/", "bad")]
    svg = _svg(donut(slices, "Feedback", colours("light")))
    assert ">Yes 75%<" in svg
    assert colours("light")["good"] in svg


@given(st.lists(st.decimals(0, 10**6, places=2), min_size=1, max_size=8).filter(any))
def test_shares_sum_to_one_and_none_is_off_by_a_thousandth(values: list[Decimal]) -> None:
    found = shares(values)
    assert sum(found) == 1
    assert all(abs(share - value / sum(values)) < Decimal("0.001") for share, value in zip(found, values, strict=True))


def test_nothing_has_no_shares() -> None:
    assert shares([Decimal(0), Decimal(0)]) == []


def test_a_funnel_keeps_the_order_of_its_steps() -> None:
    steps = [Layer("New", 5, "5", "New: 5", "/"), Layer("Offer", 9, "9", "Offer: 9", "/")]
    svg = _svg(funnel(steps, "Open deals", colours("dark")))
    assert svg.index(">New<") < svg.index(">Offer<")
    assert "Offer: 9" in svg


def test_a_heat_map_writes_every_square() -> None:
    squares = [Square("Jan", 0, 1.0, "100%", "Jan, 0: 100%"), Square("Jan", 1, 0.2, "20%", "Jan, 1: 20%")]
    svg = _svg(heatmap(squares, "Retention", "Months", colours("light")))
    assert ">20%<" in svg
    assert "Jan, 0: 100%" in svg


@given(
    st.floats(-1e6, 1e9).map(lambda v: round(v, 3)),
    st.floats(1, 1e12).map(lambda v: round(v, 3)),
)
def test_ticks_are_few_and_cover_the_values(low: float, width: float) -> None:
    found = ticks(low, low + width)
    assert found[0] <= low + 1e-6 * width
    assert found[-1] >= low + width - 1e-6 * width
    assert 2 <= len(found) <= 8


def test_ticks_are_round() -> None:
    assert ticks(0, 459) == [0, 200, 400, 600]
    assert ticks(0.2, 0.31) == [0.2, 0.25, 0.3, 0.35]


def test_a_sparkline_is_broken_where_there_is_no_value() -> None:
    drawn = sparkline([Decimal(1), Decimal(3), None, Decimal(2)])
    assert drawn is not None
    assert drawn.line == "M0 28L33.33 2M100 15"
    assert drawn.last == "M100 15h0"


def test_one_value_makes_no_line() -> None:
    assert sparkline([None, Decimal(1)]) is None


def test_the_bundle_is_written_once(tmp_path: Path) -> None:
    first = bundle.write(tmp_path)
    written = first.stat().st_mtime_ns
    assert bundle.write(tmp_path) == first
    assert first.stat().st_mtime_ns == written
    assert "vegaEmbed" in first.read_text("utf-8")


@pytest.mark.parametrize("name", ["accent", "surface"])
def test_both_themes_have_their_own_colours(name: str) -> None:
    assert colours("light")[name] != colours("dark")[name]
