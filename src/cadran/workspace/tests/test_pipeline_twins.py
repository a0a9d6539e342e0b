"""The files of a pipeline hold the deals that it shows, to the last digit and to nobody more."""

import csv
import json
from collections.abc import Callable
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.test import Client

from cadran.workspace.tests.conftest import Work

type SignIn = Callable[[str], Client]


def taken(client: Client, path: str) -> bytes:
    response: Any = client.get(path)
    assert response.status_code == 200, response.status_code
    return bytes(response.getvalue())


def as_json(client: Client, path: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(taken(client, path), parse_float=Decimal)
    return found


def test_every_form_holds_the_deals_of_the_page_in_the_organisations_currency(work: Work, sign_in: SignIn) -> None:
    ada = sign_in("Ada")
    found = as_json(ada, "/pipeline.json?pipeline=Sales")
    amounts = {deal["name"]: deal["amount"] for deal in found["deals"]}
    assert amounts == {"Gate": 1500, "Roof": 1000, "Door": 400, "Pool": None}
    lines = list(csv.DictReader(StringIO(taken(ada, "/pipeline.csv?pipeline=Sales").decode("utf-8-sig"))))
    assert [line["name"] for line in lines] == [deal["name"] for deal in found["deals"]]
    assert {line["data_version"] for line in lines} == {found["data_version"]}
    assert (found["pipeline"], found["order"], found["currency"], found["filters"]) == ("Sales", "amount", "EUR", "")
    for form in ("pdf", "xlsx"):
        assert taken(ada, f"/pipeline.{form}?pipeline=Sales")
        assert f'href="/pipeline.{form}?pipeline=Sales"' in taken(ada, "/pipeline/").decode()


def test_filters_sort_and_stage_are_those_of_the_list(work: Work, sign_in: SignIn) -> None:
    found = as_json(sign_in("Ada"), "/pipeline.json?pipeline=Sales&stage=Offer&sort=age&filter.owner=Alice")
    assert [deal["name"] for deal in found["deals"]] == ["Door"]
    assert found["filters"] == "stage = Offer; owner = Alice"


@pytest.mark.parametrize("form", ["csv", "json", "xlsx", "pdf"])
def test_a_representative_takes_away_his_own_deals(work: Work, sign_in: SignIn, form: str) -> None:
    client = sign_in("Bob")
    content = taken(client, f"/pipeline.{form}?pipeline=Sales")
    assert b"Roof" not in content
    assert b"Alice" not in content
    if form in ("csv", "json"):
        assert b"Gate" in content


def test_a_stranger_takes_nothing_away(client: Client, work: Work) -> None:
    assert client.get("/pipeline.csv").status_code == 302
