"""What came of the deals that bore each mark in the past: how far the marks of today can be believed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from cadran.crm.models import Stage
from cadran.kpis.answer import engine, fact_tables
from cadran.kpis.limits import Limits
from cadran.kpis.reader import Reader
from cadran.members.models import Member
from cadran.metrics.period import advance, floor
from cadran.metrics.stats.intervals import wilson
from cadran.workspace.pipeline_cards import LIKELY_FROM, STANDINGS, standing_words

AFTER = 90  # days within which a deal is won or not
MONTHS = 12
READ = {"cold", "risks", "stage"}
FEWEST = 20  # below this many deals no share is told


@dataclass(frozen=True)
class Past:
    """Of the deals that bore a mark, how many were won within 90 days; ``share`` is "" where they are too few."""

    standing: str
    share: str
    interval: str
    n: str


def past(pipeline: str, stages: Sequence[Stage], member: Member, reader: Reader) -> list[Past]:
    """The marks as they stood on the first of each of twelve months, all at least 90 days ago; none for who does not
    see all that they rest on.
    """
    if "deal_outlook" not in (tables := fact_tables(member)) or not tables["deal_outlook"].columns.keys() >= READ:
        return []
    last = floor(reader.today - timedelta(days=AFTER), "month", reader.calendar)
    days = [advance(last, "month", -months) for months in range(MONTHS)]
    counts = _counts(pipeline, days, stages, member)
    return [_past(standing, *counts.get(standing, (0, 0)), reader) for standing in STANDINGS]


def _counts(pipeline: str, days: Sequence[date], stages: Sequence[Stage], member: Member) -> dict[str, tuple[int, int]]:
    limits = Limits(member, {"pipeline": (pipeline,)})
    likely = [stage.name for stage in stages if stage.probability is not None and stage.probability >= LIKELY_FROM]
    named = ", ".join(limits.bind(name) for name in likely) or "NULL"
    moments = ", ".join(f"({limits.bind(day)})" for day in days)
    rows = engine().select(
        f"""SELECT "standing", count(*), count(*) FILTER ("won") FROM (
            SELECT
                CASE WHEN k."cold" THEN 'cold' WHEN k."risks" > 0 THEN 'risk'
                    WHEN CAST(k."stage" AS VARCHAR) IN ({named}) THEN 'likely' ELSE 'open' END AS "standing",
                d."outcome" = 'won' AND d."closed_on" < m."day" + {AFTER} AS "won"
            FROM (SELECT * FROM "deal_outlook" WHERE {limits.sql}) AS k
            JOIN (VALUES {moments}) AS m("day") ON k."from_on" <= m."day" AND (k."to_on" IS NULL OR k."to_on" > m."day")
            JOIN "deal" AS d ON d."id" = k."deal_id"
        ) GROUP BY ALL""",
        limits.parameters,
    )
    return {standing: (n, won) for standing, n, won in rows}


def _past(standing: str, n: int, won: int, reader: Reader) -> Past:
    formats, (words, _look) = reader.formats, standing_words(standing)
    if n < FEWEST:
        return Past(words, "", "", formats.number(Decimal(n)))
    low, high = wilson(Decimal(won), Decimal(n))
    return Past(
        standing=words,
        share=formats.percent(Decimal(won) / n),
        interval="" if low is None or high is None else f"{formats.percent(low)} – {formats.percent(high)}",
        n=formats.number(Decimal(n)),
    )
