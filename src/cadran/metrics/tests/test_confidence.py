"""How far numbers can be trusted: grades, what lacks, the rows to mend."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from cadran.metrics import Catalogue, Question, Result, ask, shipped_catalogue
from cadran.metrics.condition import parse_condition
from cadran.metrics.confidence import Confidence
from cadran.metrics.engines.duckdb import DuckDB
from cadran.metrics.tables import contract
from cadran.metrics.tests.conftest import Ask
from cadran.metrics.tests.invented import FIRST, empty, fill
from cadran.metrics.tests.invented import TODAY as INVENTED

HUNDRED = """
INSERT INTO deal (id, name, owner, outcome, amount, created_on, closed_on)
SELECT 100 + i, 'Deal ' || i, 'Alice', 'won', 10, DATE '2025-01-01', DATE '2025-01-01' + CAST(i AS INT)
FROM range(100) AS r(i)
"""
YEAR = {"start": date(2025, 1, 1), "end": date(2026, 1, 1)}


@pytest.fixture
def hundred(bare: DuckDB) -> DuckDB:
    """A hundred won deals, whole in every way."""
    bare.connection.execute(HUNDRED)
    return bare


@pytest.fixture(scope="module")
def full() -> Iterator[DuckDB]:
    """Invented rows in every table."""
    engine = empty()
    fill(engine, engine.tables.by_name, seed=3)
    yield engine
    engine.connection.close()


@pytest.fixture
def asked_of(bare: DuckDB, catalogue: Catalogue) -> Ask:
    """Ask about the year of the hundred deals."""

    def answer(metric: str, **question: object) -> Result:
        return ask(bare, catalogue, Question(metric, **{**YEAR, **question}), today=date(2026, 3, 20))  # type: ignore[arg-type]

    return answer


def reasons(confidence: Confidence) -> list[str]:
    return [lack.phrase["en"] for lack in confidence.lacks]


def test_whole_rows_make_an_a(hundred: DuckDB, asked_of: Ask) -> None:
    confidence = asked_of("revenue").confidence()
    assert confidence.grade == "A"
    assert confidence.share == 1
    assert confidence.lacks == []


def test_without_a_third_of_the_close_dates_the_grade_falls_says_why_and_lists_them(
    hundred: DuckDB, asked_of: Ask
) -> None:
    hundred.connection.execute("UPDATE deal SET closed_on = NULL WHERE id % 10 < 3")
    for metric in ("revenue", "win_rate", "deals_won"):
        result = asked_of(metric)
        confidence = result.confidence()
        assert confidence.grade == "D", metric
        assert confidence.share == Decimal("0.7"), metric
        assert reasons(confidence) == ["no closed_on"]
        assert confidence.lacks[0].gain == Decimal("0.3")
        to_mend = result.to_mend(confidence.lacks[0])
        assert to_mend.count == 30
        assert {record["id"] % 10 for record in to_mend.records()} == {0, 1, 2}
    assert asked_of("deals_created").confidence().grade == "A"  # needs no close date


def test_of_the_undated_a_period_takes_its_part(hundred: DuckDB, asked_of: Ask) -> None:
    hundred.connection.execute("UPDATE deal SET closed_on = NULL WHERE id % 10 < 3")
    january = asked_of("deals_won", end=date(2025, 2, 1)).confidence()
    assert january.share == pytest.approx(Decimal("0.7"))
    assert january.lacks[0].count == 30  # any of them may be of January


def test_a_blank_amount_counts_against_sums_of_amounts_only(hundred: DuckDB, asked_of: Ask) -> None:
    hundred.connection.execute("UPDATE deal SET amount = NULL WHERE id < 105")
    assert reasons(asked_of("revenue").confidence()) == ["no amount"]
    assert asked_of("revenue").confidence().share == Decimal("0.95")
    assert asked_of("revenue").confidence().grade == "B"
    assert asked_of("win_rate").confidence().grade == "A"


def test_values_that_cannot_be_true_and_likely_doubles_count(hundred: DuckDB, asked_of: Ask) -> None:
    hundred.connection.execute("UPDATE deal SET created_on = closed_on + 1 WHERE id = 100")
    hundred.connection.execute(
        "INSERT INTO record_check (id, record, record_id, single) "
        "VALUES (1, 'deal', 101, FALSE), (2, 'deal', 102, TRUE), (3, 'account', 103, FALSE)"
    )
    confidence = asked_of("deals_won").confidence()
    assert confidence.share == Decimal("0.98")
    assert {lack.kind: lack.count for lack in confidence.lacks} == {"unsound": 1, "ambiguous": 1}


def test_a_pipeline_that_nobody_touched_is_stale_today_but_was_not_then(deals: DuckDB, asked: Ask) -> None:
    assert asked("pipeline_value").confidence().lacks == []  # open since 1 February, today is 20 March
    deals.connection.execute("UPDATE deal_version SET from_on = DATE '2025-11-01' WHERE deal_id = 5")
    stale = asked("pipeline_value").confidence()
    assert [(lack.kind, lack.count) for lack in stale.lacks] == [("stale", 1)]
    assert asked("pipeline_value", end=date(2026, 3, 1)).confidence().lacks == []


def test_a_blank_of_the_split_asked_for_counts(asked: Ask) -> None:
    result = asked("deals_lost", by=("owner",))
    assert reasons(result.confidence()) == ["no owner"]
    assert [record["name"] for record in result.to_mend(result.confidence().lacks[0]).records()] == ["Lathe"]


def test_nothing_to_judge_has_no_grade(bare: DuckDB, asked_of: Ask) -> None:
    confidence = asked_of("revenue").confidence()
    assert confidence.grade is None
    assert confidence.share is None


def test_what_the_contract_calls_sound_can_be_read() -> None:
    tables = contract()
    for table in tables.by_name.values():
        for text in table.sound.values():
            parse_condition(text, table, tables)


@pytest.mark.parametrize("key", [metric.key for metric in shipped_catalogue()])
def test_every_metric_is_judged_and_its_lacks_open_on_their_rows(key: str, full: DuckDB, catalogue: Catalogue) -> None:
    question = Question(key, start=FIRST, end=INVENTED, grain="month", cohort=catalogue[key].needs_cohort)
    result = ask(full, catalogue, question, today=INVENTED)
    confidence = result.confidence()
    if confidence.share is None:  # no invented row is an e-mail opened, or the like
        assert confidence.lacks == []
        return
    assert 0 <= confidence.share <= 1
    for lack in confidence.lacks:
        assert result.to_mend(lack).count == lack.count
        assert 0 < lack.gain <= 1


def test_what_has_not_happened_yet_is_no_fault(bare: DuckDB, asked_of: Ask) -> None:
    bare.connection.execute(
        "INSERT INTO lead (id, created_on, converted_on, conversion_days) "
        "VALUES (1, '2025-01-02', '2025-02-01', 30), (2, '2025-01-03', NULL, NULL)"
    )
    confidence = asked_of("lead_conversion.days_to_convert").confidence()
    assert confidence.share == 1
    assert confidence.lacks == []


def test_a_blank_of_a_linked_split_counts(asked: Ask) -> None:
    confidence = asked("deals_won", by=("account.region",)).confidence()
    assert reasons(confidence) == ["no account.region"]
