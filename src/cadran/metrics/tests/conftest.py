# ruff: noqa: E501 (lines of data)
"""Facts small enough to check by hand, shared by the tests of the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest

from cadran.metrics import Catalogue, Question, Result, ask, shipped_catalogue
from cadran.metrics.engines.duckdb import DuckDB
from cadran.metrics.tests.invented import empty

TODAY = date(2026, 3, 20)
Ask = Callable[..., Result]

DEALS = """
INSERT INTO deal (id, name, account_id, account, owner, region, outcome, amount, created_on, closed_on, first_won_on, cycle_days)
VALUES
  (1, 'Mill',   1, 'Acme',  'Alice', 'north', 'won',  100, '2026-01-02', '2026-01-10', '2026-01-10', 8),
  (2, 'Pump',   1, 'Acme',  'Alice', 'north', 'won',  300, '2026-01-05', '2026-02-10', '2026-01-10', 36),
  (3, 'Crane',  2, 'Birch', 'Bob',   NULL,    'won',  600, '2026-01-20', '2026-02-20', '2026-02-20', 31),
  (4, 'Valve',  2, 'Birch', 'Bob',   NULL,    'lost', 900, '2026-01-21', '2026-02-25', '2026-02-20', 35),
  (5, 'Press',  3, 'Cedar', 'Alice', 'south', 'open', 500, '2026-02-01', NULL,         NULL,         NULL),
  (6, 'Lathe',  3, 'Cedar', NULL,    'south', 'lost', 200, '2026-02-15', '2026-03-05', NULL,         18);
INSERT INTO deal_version (deal_id, sequence, owner, stage, outcome, amount, from_on, to_on)
VALUES
  (1, 1, 'Alice', 'Talk',  'open', 100, '2026-01-02', '2026-01-10'), (1, 2, 'Alice', 'Won',  'won',  100, '2026-01-10', NULL),
  (2, 1, 'Alice', 'Talk',  'open', 250, '2026-01-05', '2026-01-31'), (2, 2, 'Alice', 'Offer', 'open', 300, '2026-01-31', '2026-02-10'),
  (2, 3, 'Alice', 'Won',   'won',  300, '2026-02-10', NULL),
  (3, 1, 'Bob',   'Talk',  'open', 600, '2026-01-20', '2026-02-20'), (3, 2, 'Bob',   'Won',  'won',  600, '2026-02-20', NULL),
  (4, 1, 'Bob',   'Talk',  'open', 900, '2026-01-21', '2026-02-25'), (4, 2, 'Bob',   'Lost', 'lost', 900, '2026-02-25', NULL),
  (5, 1, 'Alice', 'Talk',  'open', 500, '2026-02-01', NULL),
  (6, 1, NULL,    'Talk',  'open', 200, '2026-02-15', '2026-03-05'), (6, 2, NULL,    'Lost', 'lost', 200, '2026-03-05', NULL);
INSERT INTO account (id, name, status, region) VALUES (1, 'Acme', 'customer', 'north'), (2, 'Birch', 'customer', NULL), (3, 'Cedar', 'prospect', 'south');
"""


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The definitions that ship."""
    return shipped_catalogue()


@pytest.fixture
def bare() -> Iterator[DuckDB]:
    """Fact tables without rows."""
    engine = empty()
    yield engine
    engine.connection.close()


@pytest.fixture
def deals(bare: DuckDB) -> DuckDB:
    """Six deals of three accounts, with their history."""
    bare.connection.execute(DEALS)
    return bare


@pytest.fixture
def asked(deals: DuckDB, catalogue: Catalogue) -> Ask:
    """Ask about the six deals."""

    def answer(metric: str, **question: object) -> Result:
        return ask(deals, catalogue, Question(metric, **question), today=TODAY)  # type: ignore[arg-type]

    return answer
