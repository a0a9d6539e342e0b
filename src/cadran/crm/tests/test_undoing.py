"""Whatever is done through the door, undoing its changes gives what was before, and what is refused leaves nothing."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from cadran.crm.changes import State, history, state
from cadran.crm.errors import Refused
from cadran.crm.models import Change, Contact, Deal, Stage
from cadran.crm.save import By, archive, change, create, restore
from cadran.members.models import Member

BY = By("member")
TEXT = st.none() | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "name": TEXT,
        "channel": TEXT,
        "amount": st.none() | st.decimals(min_value=-(10**10), max_value=10**10, places=4),
        "currency": st.sampled_from(["EUR", "USD", None]),
        "expected_close_on": st.none() | st.dates(date(1900, 1, 1), date(2199, 12, 31)),
        "closed_at": st.none() | st.datetimes(datetime(1900, 1, 2), datetime(2199, 12, 30), timezones=st.just(UTC)),  # noqa: DTZ001
        "owner": st.sampled_from(["Alice", "Bob", None]),
        "stage": st.sampled_from(["New", "Won"]),
        "contacts": st.lists(st.sampled_from(["Ann", "Zoe"]), unique=True),
        "custom.tier": st.sampled_from(["gold", "tin", None]),
        "custom.fee": st.none() | st.decimals(min_value=0, max_value=10**6, places=4),
    },
)
WRONG = st.sampled_from(
    [
        {"amount": Decimal("NaN")},
        {"amount": Decimal("1e400")},
        {"name": "\0"},
        {"name": "x" * 251},
        {"stage": None},
        {"stage": 10**9},
        {"custom.tier": "lead"},
        {"colour": "red"},
        {"contacts": [10**9]},
    ]
)


class Door(RuleBasedStateMachine):
    """Random creations, changes, archivings and refusals, with every state remembered."""

    def __init__(self) -> None:
        super().__init__()
        self.start = transaction.savepoint_create()
        self.clock = datetime(2026, 1, 1, tzinfo=UTC)
        self.deals = list[Deal]()
        self.seen = list[tuple[int, dict[int, State | None]]]()

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.start)

    @initialize()
    def company(self) -> None:
        pipeline = create("pipeline", {"name": "Sales"}, by=BY)
        for name in ("New", "Won"):
            create("stage", {"name": name, "pipeline": pipeline}, by=BY)
        for name in ("Alice", "Bob"):
            create("member", {"name": name}, by=BY)
        for name in ("Ann", "Zoe"):
            create("contact", {"first_name": name}, by=BY)
        create("custom_field", {"record": "deal", "key": "tier", "type": "choice", "choices": ["gold", "tin"]}, by=BY)
        create("custom_field", {"record": "deal", "key": "fee", "type": "money"}, by=BY)

    def resolved(self, values: dict[str, Any]) -> dict[str, Any]:
        found = dict(values)
        if isinstance(found.get("stage"), str):
            found["stage"] = Stage.objects.get(name=found["stage"])
        if found.get("owner"):
            found["owner"] = Member.objects.get(name=found["owner"])
        if found.get("contacts") and isinstance(found["contacts"][0], str):
            found["contacts"] = list(Contact.objects.filter(first_name__in=found["contacts"]))
        return found

    def tick(self) -> datetime:
        self.clock += timedelta(days=1)
        return self.clock

    def remember(self) -> None:
        last = Change.objects.order_by("pk").last()
        self.seen.append((last.pk if last else 0, {deal.pk: state(deal) for deal in self.deals}))

    @rule(values=VALUES)
    def make(self, values: dict[str, Any]) -> None:
        stage = Stage.objects.get(name="New")
        given = {"stage": stage, "pipeline": stage.pipeline, **self.resolved(values)}
        deal = create("deal", given, by=BY, at=self.tick())
        assert isinstance(deal, Deal)
        self.deals.append(deal)
        self.remember()

    @rule(values=VALUES, which=st.integers(0, 9))
    def alter(self, values: dict[str, Any], which: int) -> None:
        if self.deals:
            deal = self.deals[which % len(self.deals)]
            before = state(deal)
            written = change(deal, self.resolved(values), by=BY, at=self.tick())
            after = state(deal)
            assert before is not None
            assert after is not None
            assert {one.field: (one.from_value, one.to_value) for one in written} == {
                name: (before[name], after[name]) for name in after if before[name] != after[name]
            }
            self.remember()

    @rule(which=st.integers(0, 9), away=st.booleans())
    def put_away(self, which: int, away: bool) -> None:
        if self.deals:
            deal = self.deals[which % len(self.deals)]
            (archive if away else restore)(deal, by=BY)
            self.remember()

    @rule(values=VALUES, wrong=WRONG, which=st.integers(0, 9))
    def refuse(self, values: dict[str, Any], wrong: dict[str, Any], which: int) -> None:
        if self.deals:
            deal = self.deals[which % len(self.deals)]
            before, rows = state(deal), Change.objects.count()
            with pytest.raises(Refused):
                change(deal, self.resolved({**values, **wrong}), by=BY)
            assert (state(deal), Change.objects.count()) == (before, rows)

    @invariant()
    def undoing_gives_what_was(self) -> None:
        for cursor, states in self.seen[-4:]:
            for deal in self.deals:
                texts = state(deal)
                assert texts is not None
                for one in sorted(history(deal), key=lambda one: -one.pk):
                    if one.pk > cursor:
                        if not one.field:
                            texts = None
                            break
                        assert texts[one.field] == one.to_value
                        texts[one.field] = one.from_value
                assert texts == states.get(deal.pk)


class TestDoor(TestCase):
    def test_undoing_changes_gives_each_earlier_state(self) -> None:
        run_state_machine_as_test(
            Door,
            settings=settings(
                max_examples=15,
                stateful_step_count=12,
                suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
            ),
        )
