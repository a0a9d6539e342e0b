"""How far a number can be trusted: how many of the rows that it rests on, or should rest on, are fit to be counted.

A row is fit when what the measure needs of it is known (its date, its amount, the dimension asked for), sound (no value
that cannot be true, by the contract of its table), fresh (a state that stands was confirmed not too long ago) and
unambiguous (no other record is likely the same). The share of fit rows gives a grade: A from 98 %, B from 90 %, C from
75 %, D below. Each lack says how much mending it would add to the share, and opens the rows to mend.

Rows without a date belong to no period: of them as many are counted as the range holds of the dated ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal

from cadran.metrics.condition import parse_condition
from cadran.metrics.dialect import DIALECTS
from cadran.metrics.engines.base import Engine
from cadran.metrics.formula import Part
from cadran.metrics.plan import Inquiry
from cadran.metrics.reasons import Phrase, Test, conjunct_phrase, phrase
from cadran.metrics.rows import PAGE, Place, Query, Rows
from cadran.metrics.tables import Table, Tables
from cadran.metrics.writer import column

Grade = Literal["A", "B", "C", "D"]
Kind = Literal["undated", "unknown", "unsound", "stale", "ambiguous"]

GRADES: tuple[tuple[Grade, Decimal], ...] = (("A", Decimal("0.98")), ("B", Decimal("0.90")), ("C", Decimal("0.75")))
CHECKS = "record_check"
"""The table that knows which records are likely the same."""


@dataclass(frozen=True)
class Lack:
    """Rows that something is wrong with.

    ``count`` is how many there are (undated ones: in all periods); ``gain`` the share that mending them would add;
    ``record`` the kind of record that a row opens, where it can be mended.
    """

    kind: Kind
    part: str
    phrase: Phrase
    count: int
    gain: Decimal
    place: int
    record: str

    @property
    def fault(self) -> tuple[str, str]:
        """The same for the same thing wrong with records of the same kind, whatever the number that lacks them."""
        return self.record, self.phrase["en"]

    def to_json(self) -> dict[str, Any]:
        """In the words of the API."""
        return {
            "kind": self.kind,
            "part": self.part,
            "reason": self.phrase["en"],
            "count": self.count,
            "gain": self.gain,
        }


@dataclass(frozen=True)
class Confidence:
    """The share of fit rows of the weakest part, its grade, and what is lacking, the greatest gain first.

    Both are None when there is no row to judge. ``parts`` are the share and the lacks of each part apart.
    """

    share: Decimal | None
    lacks: Sequence[Lack] = ()
    parts: Sequence[tuple[Decimal, Sequence[Lack]]] = ()

    @property
    def grade(self) -> Grade | None:
        """A, B, C or D."""
        if self.share is None:
            return None
        return next((grade for grade, least in GRADES if self.share >= least), "D")

    def mended(self, fault: tuple[str, str]) -> Confidence:
        """The confidence that there would be without a fault, in whichever parts it is: no lower than this one.

        A row with several faults is counted under the first alone, so that mending this one may not be enough for it.
        """
        shares = [share + sum(one.gain for one in lacks if one.fault == fault) for share, lacks in self.parts]
        return Confidence(min(shares, default=self.share), [one for one in self.lacks if one.fault != fault])

    def to_json(self) -> dict[str, Any]:
        """In the words of the API."""
        return {
            "grade": self.grade,
            "share": self.share,
            "lacks": [lack.to_json() for lack in self.lacks],
        }


def judge(engine: Engine, inquiry: Inquiry, place: Place, by: Sequence[str] = ()) -> Confidence:
    """The confidence of a number at a place; ``by`` are the dimensions whose blanks count as lacks."""
    parts: list[tuple[Decimal, Sequence[Lack]]] = []
    found: dict[tuple[str, str], Lack] = {}
    for part in inquiry.metric.reads:
        judging = _Judging(engine, inquiry, part, place, by)
        share, lacks = judging.weigh()
        if share is not None:
            parts.append((share, lacks))
        for lack in lacks:
            key = judging.query.table.name, lack.phrase["en"]
            if key not in found or lack.gain > found[key].gain:
                found[key] = lack
    worst = min((share for share, _ in parts), default=None)
    return Confidence(worst, sorted(found.values(), key=lambda lack: -lack.gain), parts)


def open_lack(
    engine: Engine,
    inquiry: Inquiry,
    place: Place,
    lack: Lack,
    by: Sequence[str] = (),
    limit: int = PAGE,
    offset: int = 0,
) -> Rows:
    """The rows that a lack is about, ordered by key."""
    part = next(part for part in inquiry.metric.reads if str(part) == lack.part)
    return _Judging(engine, inquiry, part, place, by).rows(lack.place, limit, offset)


class _Judging:
    """One part's rows, each judged by the first thing that is wrong with it."""

    def __init__(self, engine: Engine, inquiry: Inquiry, part: Part, place: Place, by: Sequence[str]) -> None:
        self.query = query = Query(engine, replace(inquiry, by=tuple(by)), part, place)
        dialect, table = engine.dialect, query.table
        dated = next(
            test for test in query.tests if test.role == "known" and test.sql == _known(query.measure.clock.start)
        )
        known = [test for test in query.tests if test.role == "known" and test is not dated]
        split = [Test(_known(name), phrase(f"no {name}", f"pas de {name}"), "known") for name in by]
        needed = {test.sql for test in known}
        self.tests: list[tuple[Kind, Test]] = [
            ("undated", dated),
            *(("unknown", test) for test in (*known, *(test for test in split if test.sql not in needed))),
            *(("unsound", test) for test in _sound(table, engine.tables, dialect)),
            *(("stale", test) for test in self._fresh(inquiry)),
        ]
        if CHECKS in engine.tables:
            query.tables += (
                f' LEFT JOIN "{CHECKS}" AS "{CHECKS}" ON "{CHECKS}"."record" = \'{table.record}\''
                f' AND "{CHECKS}"."record_id" = {column(table.record_id)}'
            )
            likely = phrase("likely a double", "sans doute un doublon")
            self.tests.append(("ambiguous", Test(f'coalesce("{CHECKS}"."single", TRUE)', likely)))
        self.population = [*query.population, *(test.sql for test in query.tests if test.role == "condition")]
        if query.measure.clock.start in table.awaited:
            self.population.append(dated.sql)
        self.range = " AND ".join(test.sql for test in query.tests if test.role == "range")
        tests = " ".join(f"WHEN NOT coalesce(({test.sql}), FALSE) THEN {k}" for k, (_, test) in enumerate(self.tests))
        self.wrong = f"CASE {tests} ELSE -1 END"

    def _fresh(self, inquiry: Inquiry) -> list[Test]:
        query, days = self.query, self.query.table.fresh
        if days is None or not query.measure.clock.stock or inquiry.periods[-1].end <= inquiry.today:
            return []  # what stood at a past moment is not stale for not having changed then
        changed = column(query.measure.clock.start)
        today = query.writer.constant(inquiry.today)
        recent = DIALECTS[query.engine.dialect].days_between(f"CAST({today} AS DATE)", changed) + f" <= {days}"
        return [Test(recent, phrase(f"not changed for {days} days", f"sans changement depuis {days} jours"))]

    def weigh(self) -> tuple[Decimal | None, list[Lack]]:
        """The share of fit rows, and the lacks."""
        counts = f"SELECT {self.wrong}, count(*), count(*) FILTER (WHERE {self.range})"
        found = {
            int(k): (int(n), int(inside)) for k, n, inside in self.query.select(counts, self.population, " GROUP BY 1")
        }
        undated = found.pop(0, (0, 0))[0]
        dated, inside = (sum(pair[at] for pair in found.values()) for at in (0, 1))
        expected = undated * (Decimal(inside) / dated if dated else Decimal(1))
        whole = inside + expected
        if not whole:
            return None, []
        wrong = {0: (undated, expected)} | {k: (n, Decimal(n)) for k, (_, n) in found.items() if k > 0}
        record = self.query.table.record
        lacks = [
            Lack(self.tests[k][0], str(self.query.part), self.tests[k][1].phrase, count, share / whole, k, record)
            for k, (count, share) in wrong.items()
            if share
        ]
        return found.get(-1, (0, 0))[1] / whole, lacks

    def rows(self, place: int, limit: int, offset: int) -> Rows:
        """The rows whose first fault is the one at this place."""
        inside = [] if self.tests[place][0] == "undated" else [self.range]
        return self.query.page([*self.population, f"({self.wrong}) = {place}", *inside], limit, offset)


def _known(name: str) -> str:
    return f"{column(name)} IS NOT NULL"


def _sound(table: Table, tables: Tables, dialect: str) -> list[Test]:
    """What the contract says of values that can be true; a blank is not unsound."""
    found = []
    for text in table.sound.values():
        condition = parse_condition(text, table, tables)
        found.append(Test(f"coalesce(({condition.sql(dialect)}), TRUE)", conjunct_phrase(condition)))
    return found
