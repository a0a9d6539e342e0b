"""Channels in the settings: counted, and called otherwise in all records at once."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from cadran.administration.tests.test_settings import BY, undo_address, words
from cadran.crm.load import load
from cadran.crm.models import Change, Deal, Lead, Ticket
from cadran.crm.save import change, create
from cadran.members.models import Member


@pytest.fixture(autouse=True)
def _records(alice: Member) -> None:
    for name, channel in (("Eve", "Web"), ("Adam", "web site"), ("Noah", None)):
        create("lead", {"name": name, "channel": channel}, by=BY)
    create("ticket", {"subject": "Leak", "channel": "web site", "opened_at": datetime(2026, 5, 4, tzinfo=UTC)}, by=BY)


def test_channels_are_counted_by_what_they_are_used_for(page: Client) -> None:
    shown = words(page.get("/settings/channels"))
    acquisition, _, support = shown.partition("How customers ask for help")
    assert '<th scope="row">Web</th><td class="number">1</td>' in acquisition
    assert "1 record names no channel" in acquisition
    assert "Web</th>" not in support


def test_a_channel_called_like_another_becomes_part_of_it_and_the_log_says_so(page: Client, alice: Member) -> None:
    asked = {"use": "acquisition", "old": "web site", "new": " Web "}
    shown = words(page.post("/settings/channels", asked, follow=True))
    assert "“web site” is now “Web” in 1 record." in shown
    assert "Numbers by channel are counted anew" in shown
    assert set(Lead.objects.values_list("name", "channel")) == {("Eve", "Web"), ("Adam", "Web"), ("Noah", None)}
    assert Ticket.objects.get().channel == "web site", "how customers ask for help is another matter"
    written = Change.objects.get(record="lead", field="channel")
    assert (written.from_value, written.to_value, written.member) == ("web site", "Web", alice)
    page.post(undo_address(shown))
    assert set(Lead.objects.values_list("name", "channel")) == {("Eve", "Web"), ("Adam", "web site"), ("Noah", None)}


def test_a_channel_that_many_records_named_is_taken_back_from_those_alone_that_were_renamed(page: Client) -> None:
    rows = [(str(n), f"Lead {n}", "web site") for n in range(600)]
    load("lead", ["external_id", "name", "channel"], rows, connection="fair", by=BY)
    shown = words(page.post("/settings/channels", {"use": "acquisition", "old": "web site", "new": "Web"}, follow=True))
    assert "“web site” is now “Web” in 601 records." in shown
    page.post(undo_address(shown))
    assert Lead.objects.filter(channel="web site").count() == 601
    assert Lead.objects.get(name="Eve").channel == "Web"
    assert Change.objects.filter(record="lead", from_value="Web", to_value="web site").count() == 601


def test_a_renamed_channel_that_a_record_has_left_since_is_taken_back_nowhere(page: Client) -> None:
    shown = words(page.post("/settings/channels", {"use": "acquisition", "old": "web site", "new": "Web"}, follow=True))
    change(Lead.objects.get(name="Adam"), {"channel": "Fair"}, by=BY)
    assert "changed again since" in words(page.post(undo_address(shown), follow=True))
    assert Lead.objects.get(name="Adam").channel == "Fair"


@pytest.mark.parametrize("new", ["", "   ", "x" * 300])
def test_a_channel_keeps_its_name_when_the_new_one_cannot_be(page: Client, new: str) -> None:
    asked = {"use": "acquisition", "old": "Web", "new": new}
    assert "Nothing was changed" in words(page.post("/settings/channels", asked, follow=True))
    assert Lead.objects.filter(channel="Web").count() == 1


def test_a_name_of_markup_is_text(page: Client) -> None:
    asked = {"use": "acquisition", "old": "Web", "new": "<b>Web</b>"}
    assert "<b>Web</b>" not in words(page.post("/settings/channels", asked, follow=True))


def test_only_a_channel_of_the_list_is_called_otherwise(page: Client) -> None:
    assert page.post("/settings/channels", {"use": "spying", "old": "Web", "new": "Net"}).status_code == 400
    assert not Deal.objects.filter(channel="Net").exists()
