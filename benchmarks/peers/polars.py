"""polars: data frames in memory, lazy queries, texts of few values as categoricals, amounts as floats."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars
from polars import col

from benchmarks.natural import TABLES, read
from benchmarks.peers.base import Answer, as_answer

SHOWN = "frames in memory, categoricals for texts, Float64 amounts, lazy queries"


class Polars:
    """The natural tables as lazy frames over data in memory."""

    name = f"polars {polars.__version__}"

    def __init__(self, natural: Path) -> None:
        self.frames: dict[str, polars.LazyFrame] = {}
        with read(natural) as source:
            for table, columns in TABLES.items():
                listed = ", ".join(
                    f"CAST({name} AS DOUBLE) AS {name}" if kind == "money" else name for name, kind in columns.items()
                )
                frame = polars.DataFrame(source.sql(f"SELECT {listed} FROM {table}").to_arrow_table())
                texts = [name for name, kind in columns.items() if kind == "text"]
                self.frames[table] = frame.with_columns(col(texts).cast(polars.Categorical)).rechunk().lazy()

    def way(self, metric: str) -> Callable[[], polars.DataFrame]:
        """What computes a KPI: a frame of month, split, numerator and denominator."""
        query = {
            "revenue": self._revenue,
            "win_rate": self._win_rate,
            "average_deal_size": self._average_deal_size,
            "sales_cycle.from_deal": self._cycle,
            "sales_cycle.from_deal_median": self._median_cycle,
            "pipeline_value": self._pipeline,
            "stage_conversion": self._conversion,
            "average_purchase_value": self._purchase_value,
            "active_customers": self._active,
            "benchmark_first_customers": self._first,
            "sales_productivity.activities_per_win": self._activities_per_win,
            "benchmark_lead_conversion": self._lead_conversion,
        }[metric]
        return lambda: query().collect()

    def answer(self, found: polars.DataFrame) -> Answer:
        """The frame as values."""
        return as_answer((*row[:3], row[3] if len(row) > 3 else 1) for row in found.iter_rows())

    def close(self) -> None:
        """Forget the frames."""
        self.frames.clear()

    def _deals(self, outcomes: tuple[str, ...]) -> polars.LazyFrame:
        stages = self.frames["stage"].filter(col("outcome").cast(polars.String).is_in(outcomes))
        return self.frames["deal"].join(stages.select("id", "outcome"), left_on="stage_id", right_on="id")

    def _of_account(self, rows: polars.LazyFrame, name: str) -> polars.LazyFrame:
        return rows.join(self.frames["account"].select("id", name), left_on="account_id", right_on="id", how="left")

    def _owned(self, rows: polars.LazyFrame) -> polars.LazyFrame:
        team = self.frames["team"].select("id", col("name").alias("team"), "region")
        owner = self.frames["member"].join(team, left_on="team_id", right_on="id", how="left")
        return rows.join(owner, left_on="owner_id", right_on="id", how="left")

    def _revenue(self) -> polars.LazyFrame:
        return self._owned(self._deals(("won",))).group_by(_month("closed_on"), "region").agg(col("amount").sum())

    def _win_rate(self) -> polars.LazyFrame:
        won = (col("outcome") == "won").sum()
        return self._owned(self._deals(("won", "lost"))).group_by(_month("closed_on"), "name").agg(won, polars.len())

    def _average_deal_size(self) -> polars.LazyFrame:
        deals = self._of_account(self._deals(("won",)), "segment")
        return deals.group_by(_month("closed_on"), "segment").agg(col("amount").sum(), polars.len())

    def _cycle(self) -> polars.LazyFrame:
        days = (col("closed_on") - col("created_on")).dt.total_days().alias("days")
        return self._deals(("won",)).group_by(_month("closed_on"), "channel").agg(days.sum(), polars.len())

    def _median_cycle(self) -> polars.LazyFrame:
        days = (col("closed_on") - col("created_on")).dt.total_days().alias("days")
        return (
            self._of_account(self._deals(("won",)), "industry")
            .group_by(_month("closed_on"), "industry")
            .agg(days.median())
        )

    def _pipeline(self) -> polars.LazyFrame:
        opened = self.frames["stage"].filter(col("outcome") == "open").select("id", "name")
        standing = self.frames["version"].join(opened, left_on="stage_id", right_on="id")
        came = standing.group_by(_month("from_on").alias("month"), "name").agg(col("amount").sum())
        left = standing.filter(col("to_on").is_not_null())
        went = left.group_by(_month("to_on").alias("month"), "name").agg(-col("amount").sum())
        moved = polars.concat([came, went]).group_by("month", "name").agg(col("amount").sum())
        grid = moved.select("month").unique().join(opened.select("name").unique(), how="cross")
        filled = grid.join(moved, on=["month", "name"], how="left").sort("month")
        return filled.select("month", "name", col("amount").fill_null(0).cum_sum().over("name"))

    def _conversion(self) -> polars.LazyFrame:
        stage = self.frames["stage"]
        visited = self.frames["stay"].join(
            stage.filter(col("outcome") != "lost").select("id", "pipeline_id", "place"),
            left_on="stage_id",
            right_on="id",
        )
        opened = stage.filter(col("outcome") == "open").select("pipeline_id", "name", col("place").alias("own"))
        reached = visited.join(opened, on="pipeline_id").filter(col("place") >= col("own"))
        by_deal = reached.group_by("deal_id", "name", "own").agg(col("entered_on").min(), col("place").max())
        passed = (col("place") > col("own")).sum()
        return by_deal.group_by(_month("entered_on"), "name").agg(passed, polars.len())

    def _purchase_value(self) -> polars.LazyFrame:
        kept = self.frames["purchase"].filter(~col("refund"))
        return kept.group_by(_month("placed_on"), "channel").agg(col("amount").sum(), polars.len())

    def _active(self) -> polars.LazyFrame:
        kept = self._of_account(self.frames["purchase"].filter(~col("refund")), "industry")
        return kept.group_by(_month("placed_on"), "industry").agg(col("account_id").n_unique())

    def _first(self) -> polars.LazyFrame:
        first = self.frames["purchase"].filter(~col("refund")).group_by("account_id").agg(col("placed_on").min())
        return self._of_account(first, "segment").group_by(_month("placed_on"), "segment").agg(polars.len())

    def _activities_per_win(self) -> polars.LazyFrame:
        won = self._deals(("won",)).select("id", "owner_id", "closed_on")
        done = (
            self.frames["activity"]
            .filter(~col("automated"))
            .join(won.select("id", "closed_on"), left_on="deal_id", right_on="id")
        )
        counted = self._owned(done).group_by(_month("closed_on"), "team").agg(polars.len().alias("done"))
        wins = self._owned(won).group_by(_month("closed_on"), "team").agg(polars.len().alias("won"))
        both = wins.join(counted, on=["closed_on", "team"], how="left", nulls_equal=True)
        return both.select("closed_on", "team", col("done").fill_null(0), "won")

    def _lead_conversion(self) -> polars.LazyFrame:
        converted = (col("converted_on") < col("created_on") + polars.duration(days=90)).sum()
        return self.frames["lead"].group_by(_month("created_on"), "channel").agg(converted, polars.len())


def _month(name: str) -> polars.Expr:
    return col(name).dt.truncate("1mo")
