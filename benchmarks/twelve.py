"""Twelve representative KPIs, each by month and one dimension, and the SQL that a careful analyst would write for them.

The SQL reads the natural tables (`natural.sql`) and runs unchanged on PostgreSQL and ClickHouse, but for medians. Each
row of an answer is month, split, numerator and denominator (1 where there is nothing to divide by).
"""

from __future__ import annotations

from dataclasses import dataclass

_OWNER = "LEFT JOIN member m ON m.id = d.owner_id LEFT JOIN team t ON t.id = m.team_id"
_STAGE = "JOIN stage s ON s.id = d.stage_id"


@dataclass(frozen=True)
class Kpi:
    """A KPI as the product names it, and as SQL by hand."""

    metric: str
    by: str
    sql: str
    clickhouse: str = ""


TWELVE = (
    Kpi(
        "revenue",
        "region",
        f"SELECT date_trunc('month', d.closed_on), t.region, sum(d.amount), 1 FROM deal d {_STAGE} {_OWNER} "
        "WHERE s.outcome = 'won' GROUP BY 1, 2",
    ),
    Kpi(
        "win_rate",
        "owner",
        "SELECT date_trunc('month', d.closed_on), m.name, count(*) FILTER (WHERE s.outcome = 'won'), count(*) "
        f"FROM deal d {_STAGE} {_OWNER} WHERE s.outcome IN ('won', 'lost') GROUP BY 1, 2",
    ),
    Kpi(
        "average_deal_size",
        "segment",
        f"SELECT date_trunc('month', d.closed_on), a.segment, sum(d.amount), count(*) FROM deal d {_STAGE} "
        "LEFT JOIN account a ON a.id = d.account_id WHERE s.outcome = 'won' GROUP BY 1, 2",
    ),
    Kpi(
        "sales_cycle.from_deal",
        "channel",
        "SELECT date_trunc('month', d.closed_on), d.channel, sum(d.closed_on - d.created_on), count(*) "
        f"FROM deal d {_STAGE} WHERE s.outcome = 'won' GROUP BY 1, 2",
    ),
    Kpi(
        "sales_cycle.from_deal_median",
        "industry",
        "SELECT date_trunc('month', d.closed_on), a.industry, "
        "percentile_cont(0.5) WITHIN GROUP (ORDER BY d.closed_on - d.created_on), 1 "
        f"FROM deal d {_STAGE} LEFT JOIN account a ON a.id = d.account_id WHERE s.outcome = 'won' GROUP BY 1, 2",
        "SELECT date_trunc('month', d.closed_on), a.industry, "
        "quantileExactInclusive(0.5)(d.closed_on - d.created_on), 1 "
        f"FROM deal d {_STAGE} LEFT JOIN account a ON a.id = d.account_id WHERE s.outcome = 'won' GROUP BY 1, 2",
    ),
    Kpi(
        "pipeline_value",
        "stage",
        "WITH moved AS ("
        "SELECT date_trunc('month', from_on) AS month, stage_id, sum(amount) AS amount FROM version GROUP BY 1, 2 "
        "UNION ALL SELECT date_trunc('month', to_on), stage_id, -sum(amount) FROM version "
        "WHERE to_on IS NOT NULL GROUP BY 1, 2), "
        "months AS (SELECT DISTINCT month FROM moved) "
        "SELECT o.month, s.name, sum(v.amount), 1 FROM months o CROSS JOIN moved v JOIN stage s ON s.id = v.stage_id "
        "WHERE v.month <= o.month AND s.outcome = 'open' GROUP BY 1, 2",
    ),
    Kpi(
        "stage_conversion",
        "stage",
        "WITH reached AS (SELECT e.deal_id AS deal_id, s.id AS stage_id, min(e.entered_on) AS entered_on, "
        "max(CASE WHEN v.place > s.place THEN 1 ELSE 0 END) AS passed "
        "FROM stay e JOIN stage v ON v.id = e.stage_id JOIN stage s ON s.pipeline_id = v.pipeline_id "
        "WHERE s.outcome = 'open' AND v.outcome IN ('open', 'won') AND s.place <= v.place GROUP BY 1, 2) "
        "SELECT date_trunc('month', r.entered_on), s.name, sum(r.passed), count(*) "
        "FROM reached r JOIN stage s ON s.id = r.stage_id GROUP BY 1, 2",
    ),
    Kpi(
        "average_purchase_value",
        "channel",
        "SELECT date_trunc('month', placed_on), channel, sum(amount), count(*) "
        "FROM purchase WHERE NOT refund GROUP BY 1, 2",
    ),
    Kpi(
        "active_customers",
        "industry",
        "SELECT date_trunc('month', p.placed_on), a.industry, count(DISTINCT p.account_id), 1 "
        "FROM purchase p LEFT JOIN account a ON a.id = p.account_id WHERE NOT p.refund GROUP BY 1, 2",
    ),
    Kpi(
        "benchmark_first_customers",
        "segment",
        "WITH first AS (SELECT account_id, min(placed_on) AS ordered_on FROM purchase WHERE NOT refund GROUP BY 1) "
        "SELECT date_trunc('month', f.ordered_on), a.segment, count(*), 1 "
        "FROM first f JOIN account a ON a.id = f.account_id GROUP BY 1, 2",
    ),
    Kpi(
        "sales_productivity.activities_per_win",
        "team",
        "WITH counted AS (SELECT date_trunc('month', d.closed_on) AS month, t.name AS team, count(*) AS done, 0 AS won "
        f"FROM activity a JOIN deal d ON d.id = a.deal_id {_STAGE} "
        "LEFT JOIN member m ON m.id = a.owner_id LEFT JOIN team t ON t.id = m.team_id "
        "WHERE s.outcome = 'won' AND NOT a.automated GROUP BY 1, 2 UNION ALL "
        f"SELECT date_trunc('month', d.closed_on), t.name, 0, count(*) FROM deal d {_STAGE} {_OWNER} "
        "WHERE s.outcome = 'won' GROUP BY 1, 2) "
        "SELECT month, team, sum(done), sum(won) FROM counted GROUP BY 1, 2",
    ),
    Kpi(
        "benchmark_lead_conversion",
        "channel",
        "SELECT date_trunc('month', created_on), channel, "
        "count(*) FILTER (WHERE converted_on < created_on + INTERVAL '90 day'), count(*) FROM lead GROUP BY 1, 2",
    ),
)
