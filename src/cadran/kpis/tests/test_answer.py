from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from cadran.crm.save import By, change
from cadran.kpis.answer import NotYours, answer, answer_all, catalogue, within_reach
from cadran.kpis.tests.conftest import Company
from cadran.metrics.errors import QuestionError
from cadran.metrics.question import Question

TODAY = date(2026, 11, 21)


def over_the_quarter(metric: str, owner: str | None = None) -> Question:
    where: dict[str, tuple[str | None, ...]] = {"owner": (owner,)} if owner else {}
    return Question(metric, start=date(2026, 10, 1), end=date(2027, 1, 1), where=where)


def test_whoever_may_see_everything_gets_the_whole_number(company: Company) -> None:
    assert answer(over_the_quarter("revenue"), member=company.ada, today=TODAY).total.value == 600
    assert answer(over_the_quarter("revenue"), today=TODAY).total.value == 600


def test_a_representative_gets_the_number_of_what_is_his_own(company: Company) -> None:
    revenue, rate = answer_all(
        [over_the_quarter("revenue"), over_the_quarter("win_rate")], member=company.bob, today=TODAY
    )
    assert revenue.total.value == 200
    assert rate.total.value == Decimal(1) / 2
    assert [row["name"] for row in revenue.rows().records()] == ["Gate"]


def test_a_filter_never_widens_what_a_member_may_see(company: Company) -> None:
    asked = over_the_quarter("revenue", owner="Alice")
    assert answer(asked, member=company.bob, today=TODAY).total.n == 0
    assert answer(asked, member=company.ada, today=TODAY).total.value == 400


def test_whoever_has_left_sees_nothing(company: Company) -> None:
    assert answer(over_the_quarter("revenue"), member=company.charlie, today=TODAY).total.n == 0


def test_a_kept_answer_belongs_to_its_scope(company: Company) -> None:
    asked = over_the_quarter("revenue")
    values = [answer(asked, member=m, today=TODAY).total.value for m in (company.ada, company.alice, company.bob) * 2]
    assert values == [600, 400, 200] * 2


def test_an_unchanged_question_is_answered_from_what_is_kept(company: Company) -> None:
    asked = over_the_quarter("revenue")
    assert answer(asked, today=TODAY) is answer(asked, today=TODAY)


def test_a_change_is_in_the_next_answer(company: Company) -> None:
    asked = over_the_quarter("revenue")
    before = answer(asked, today=TODAY)
    change(company.deals["Gate"], {"amount": 1000}, by=By("member"))
    after = answer(asked, today=TODAY)
    assert before.total.value == 600
    assert after.total.value == 1400
    assert before.data_version != after.data_version


def test_another_day_is_another_question(company: Company) -> None:
    asked = replace(over_the_quarter("revenue"), compare="previous")
    first, later = (answer(asked, today=day).total.compared_with for day in (TODAY, date(2026, 11, 22)))
    assert first is not None
    assert later is not None
    assert (later.end - first.end).days == 1


def test_a_metric_that_nobody_owns_is_not_shown_to_those_who_see_their_own(company: Company) -> None:
    unowned = [m for m in catalogue() if not within_reach(m, company.bob)]
    for metric in unowned:
        assert within_reach(metric, company.ada)
        with pytest.raises(NotYours):
            answer(over_the_quarter(metric.key), member=company.bob, today=TODAY)


def test_a_metric_that_does_not_exist_is_refused_in_words(company: Company) -> None:
    with pytest.raises(QuestionError, match="win_rate"):
        answer(Question("winrate"), today=TODAY)
