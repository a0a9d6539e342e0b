"""The open deals of a pipeline, read from the facts: the same rows, amounts and days as the KPIs count."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from cadran.kpis.answer import engine
from cadran.kpis.limits import Limits
from cadran.members.field_rights import hidden_from
from cadran.members.models import Member
from cadran.metrics.question import UNKNOWN

RISKS = ("cold", "late", "pushed", "stuck", "cut")
"""What may be wrong with an open deal, the gravest first; see ``facts/tables/deal_outlook.sql``."""

BETRAYS = {"late": {"expected_close_on"}, "pushed": {"expected_close_on"}, "cut": {"amount"}}
"""The fields of a deal that a risk tells of."""

_ORDERS = {
    "amount": 'o."amount" DESC NULLS LAST',
    "expected": 'k."weighted_amount" DESC NULLS LAST',
    "age": 'd."created_on"',
}


@dataclass(frozen=True)
class OpenDeal:
    """A deal as the facts have it. Amounts are in the organisation's currency; ``expected`` is the weighted one."""

    id: int
    stage: str
    amount: Decimal | None
    expected: Decimal | None
    created_on: date
    entered_on: date
    risks: tuple[str, ...]


class OpenDeals:
    """The deals open in a pipeline at the end of a day, of those that a member may see, with his filters."""

    def __init__(
        self, pipeline: str, day: date, member: Member, where: Mapping[str, tuple[str, ...]] | None = None
    ) -> None:
        hidden = hidden_from(member, "deal")
        self._amounts = "amount" not in hidden
        self._unseen = {risk for risk, fields in BETRAYS.items() if hidden & fields}
        limits = Limits(member, {"pipeline": (pipeline,), **(where or {})})
        self._end = limits.bind(day + timedelta(days=1))
        self._parameters = limits.parameters
        stands = f'"from_on" < {self._end} AND ("to_on" IS NULL OR "to_on" >= {self._end})'
        self._open = f"{limits.sql} AND \"outcome\" = 'open' AND {stands}"

    def largest(self, count: int) -> list[OpenDeal]:
        """The most valuable deals of each stage, so many of each at most; the oldest for who does not see amounts."""
        order = self._order("amount")
        place = f'row_number() OVER (PARTITION BY o."stage" ORDER BY {order}, o."deal_id")'
        return self._read(f'QUALIFY {place} <= {count} ORDER BY {order}, o."deal_id"', ())

    def page(self, sort: str, stage: str, limit: int, offset: int) -> list[OpenDeal]:
        """Some of the deals by "amount", "expected" amount or "age"; those of one stage unless it is ""."""
        stages = (stage,) if stage else ()
        return self._read(f'ORDER BY {self._order(sort)}, o."deal_id" LIMIT {limit} OFFSET {offset}', stages)

    def count(self, stage: str) -> int:
        """How many there are, in one stage unless it is ""."""
        conditions, parameters = self._where((stage,) if stage else ())
        sql = f'SELECT count(*) FROM "deal_version" WHERE {conditions}'
        return int(engine().select(sql, parameters)[0][0])

    def counts(self) -> dict[str, int]:
        """How many there are in each stage."""
        conditions, parameters = self._where(())
        sql = f'SELECT CAST("stage" AS VARCHAR), count(*) FROM "deal_version" WHERE {conditions} GROUP BY 1'
        return {stage: int(count) for stage, count in engine().select(sql, parameters)}

    def values(self, dimension: str) -> list[str]:
        """What a dimension holds among them, "unknown" last where some have none."""
        conditions, parameters = self._where(())
        sql = f'SELECT DISTINCT CAST("{dimension}" AS VARCHAR) AS "v" FROM "deal_version" WHERE {conditions} ORDER BY 1'
        found = [value for (value,) in engine().select(sql, parameters)]
        return [value for value in found if value is not None] + ([UNKNOWN] if None in found else [])

    def _order(self, sort: str) -> str:
        """What deals are sorted by; never by an amount that whoever looks does not see."""
        return _ORDERS[sort if self._amounts else "age"]

    def _where(self, stages: Sequence[str]) -> tuple[str, list[str | date]]:
        place = len(self._parameters) + 1
        one = f' AND CAST("stage" AS VARCHAR) = ${place}' if stages else ""
        return self._open + one, [*self._parameters, *stages]

    def _read(self, tail: str, stages: Sequence[str]) -> list[OpenDeal]:
        conditions, parameters = self._where(stages)
        flags = ", ".join(f'coalesce(k."{risk}", FALSE)' for risk in RISKS)
        rows = engine().select(
            f"""WITH o AS (
                SELECT "deal_id", "stage", "amount" FROM "deal_version" WHERE {conditions}
            )
            SELECT o."deal_id", CAST(o."stage" AS VARCHAR), o."amount", k."weighted_amount", d."created_on",
                coalesce(s."entered_on", d."created_on"), {flags}
            FROM o
            JOIN "deal" AS d ON d."id" = o."deal_id"
            LEFT JOIN "deal_stage" AS s ON s."deal_id" = o."deal_id" AND s."left_at" IS NULL
            LEFT JOIN "deal_outlook" AS k
                ON k."deal_id" = o."deal_id" AND k."from_on" < {self._end}
                AND (k."to_on" IS NULL OR k."to_on" >= {self._end})
            {tail}""",
            parameters,
        )
        return [
            OpenDeal(
                id=row[0],
                stage=row[1],
                amount=row[2] if self._amounts else None,
                expected=row[3] if self._amounts else None,
                created_on=row[4],
                entered_on=row[5],
                risks=tuple(
                    risk for risk, found in zip(RISKS, row[6:], strict=True) if found and risk not in self._unseen
                ),
            )
            for row in rows
        ]
