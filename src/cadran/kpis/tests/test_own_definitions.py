"""An organisation's own definitions: read from its home, checked like the shipped ones, asked like them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from cadran.kpis.answer import answer, catalogue
from cadran.kpis.tests.conftest import Company
from cadran.metrics.errors import DefinitionError
from cadran.metrics.question import Question

BIG = """
[big_deals_won]
title = { en = "Big deals won", fr = "Grandes affaires gagnées" }
definition = { en = "Deals of 150 or more won.", fr = "Affaires de 150 et plus gagnées." }
source = "Deals"
unit = "count"
good = "up"
won = "count(*) from deal where outcome = 'won' and amount >= 150 at closed_on"
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    folder = settings.HOME / "definitions"
    folder.mkdir()
    yield folder
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()


def test_a_metric_of_its_own_is_asked_like_a_shipped_one(company: Company, folder: Path) -> None:
    (folder / "ours.toml").write_text(BIG, encoding="utf-8")
    big = int(answer(Question("big_deals_won")).total.value or 0)
    won = [row["amount"] for row in answer(Question("deals_won")).rows("won").records()]
    assert big == sum(amount >= 150 for amount in won) > 0
    assert answer(Question("revenue")).total.value == sum(won)


def test_a_changed_definition_counts_from_the_next_question_on(company: Company, folder: Path) -> None:
    (folder / "ours.toml").write_text(BIG, encoding="utf-8")
    before = answer(Question("big_deals_won")).definition_hash
    (folder / "ours.toml").write_text(BIG.replace("150", "100000"), encoding="utf-8")
    after = answer(Question("big_deals_won"))
    assert after.definition_hash != before
    assert after.total.value == 0


def test_a_wrong_definition_is_refused_with_its_file_and_metric(company: Company, folder: Path) -> None:
    (folder / "ours.toml").write_text(BIG.replace("closed_on", "shut_on"), encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"ours\.toml, \[big_deals_won\].*shut_on"):
        catalogue()
