"""The home board: the KPIs that everyone watches, at most twelve, in the order they are read; and two charts."""

from collections.abc import Sequence

from cadran.kpis.answer import answer_all, catalogue, engine, within_reach
from cadran.kpis.reader import Reader
from cadran.kpis.selection import Selection
from cadran.kpis.tile import Tile, tile, together
from cadran.metrics.metric import Metric
from cadran.metrics.question import Question
from cadran.metrics.result import Result

BOARD = (
    "revenue",
    "pipeline_value",
    "win_rate",
    "sales_cycle",
    "average_deal_size",
    "deals_won",
    "weighted_pipeline",
    "sales_velocity",
    "net_new_revenue",
    "average_purchase_value",
    "repeat_purchase_rate",
    "sales_productivity",
)
TREND = "revenue"
SPLIT = ("pipeline_value", "stage")


def ask_board(selection: Selection, reader: Reader) -> tuple[list[Tile], list[tuple[Question, Result]]]:
    """The tiles and the charts of the board, asked together: those that can be limited to what the reader may see."""
    shown = [catalogue()[key] for key in BOARD if within_reach(catalogue()[key], reader.member)]
    charted = _charted(selection, {metric.key: metric for metric in shown})
    questions = [q for metric in shown for q in (selection.total(metric.key), selection.months(metric.key))]
    answers = answer_all([*questions, *charted], member=reader.member, today=reader.today)
    totals, months = together(answers[: len(questions) : 2]), answers[1 : len(questions) : 2]
    tiles = [tile(total, series, selection, reader) for total, series in zip(totals, months, strict=True)]
    return tiles, list(zip(charted, answers[len(questions) :], strict=True))


def told(tiles: Sequence[Tile], verdict: str) -> list[Tile]:
    """The first KPIs of the board whose change is good news, or bad news: three at most."""
    return [shown for shown in tiles if shown.change and shown.change.verdict == verdict][:3]


def _charted(selection: Selection, shown: dict[str, Metric]) -> list[Question]:
    key, dimension = SPLIT
    trend = [selection.trend(TREND)] if TREND in shown else []
    split = key in shown and dimension in shown[key].dimensions(engine().tables)
    return [*trend, *([selection.breakdown(key, dimension)] if split else [])]
