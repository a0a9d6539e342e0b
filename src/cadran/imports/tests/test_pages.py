"""Alice, who directs, imports by the browser; every row is accounted for and nothing of the file stays behind."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import escape
from pytest_django import Settings

from cadran.crm.models import Account, Change, Deal, Stage
from cadran.crm.save import By, create
from cadran.imports import uploads
from cadran.imports.compose import compose
from cadran.imports.mapping import parse_mapping
from cadran.imports.models import Run
from cadran.imports.propose import columns_of, id_of, kind_of_file, outcome_of
from cadran.members.models import Member, Role
from cadran.ui import work
from tests.standing import Stand

DEALS = """Identifiant;Nom de l'affaire;Entreprise;Étape;Montant;Commercial;Créé le;Date de clôture
A1;Toit;Durand;Signée;1 200,50;Bob;05/01/2026;25/02/2026
A2;Porte;Martin;En discussion;300;Bob;06/01/2026;
A3;Mur;Durand;Perdue;beaucoup;Bob;13/01/2026;26/02/2026
"""


@pytest.fixture
def page(
    client: Client, db: None, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stand: Stand
) -> Iterator[Client]:
    """A browser in which Alice has signed in; work is done within the request."""
    settings.HOME = tmp_path
    begun = work.begin
    monkeypatch.setattr(work, "begin", lambda *args, **more: begun(*args, **more, beside=False))
    client.force_login(stand(director, tmp_path), backend="allauth.account.auth_backends.AuthenticationBackend")
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    yield client
    work._all.clear()


def director() -> Member:
    """Alice alone, written into empty records."""
    return Member.objects.create(name="Alice", email="alice@house.example", role=Role.DIRECTOR)


def send(page: Client, text: str = DEALS, name: str = "affaires.csv", **more: str) -> Any:
    return page.post("/imports", {"file": SimpleUploadedFile(name, text.encode()), **more})


def chosen(page: Client, address: str, **more: str) -> dict[str, str]:
    """The form of the columns as it is proposed, with these choices instead."""
    form = page.get(address).context["form"]
    values = {name: str(form.get_initial_for_field(field, name) or "") for name, field in form.fields.items()}
    return {**values, "columns": "1", "kind": page.get(address).context["kind"], **more}


def waiting(tmp_path: Path) -> list[Path]:
    folder = tmp_path / "uploads"
    return list(folder.iterdir()) if folder.exists() else []


def test_a_file_is_proposed_tried_imported_and_deleted(page: Client, tmp_path: Path) -> None:
    address = send(page).headers["location"]
    shown = page.get(address).content.decode()
    assert "Proposed by the names of the columns" in shown
    form = chosen(page, address)
    assert (form["kind"], form["id"], form["field-stage"], form["field-owner"]) == (
        "deal",
        "Identifiant",
        "Étape",
        "Commercial",
    )

    asked = page.post(address, form).content.decode()
    assert "Deals in “Signée” are" in asked, "what each stage means is asked, not guessed"
    form |= {"stage-0": "won", "stage-1": "open", "stage-2": "lost"}
    assert page.post(address, form).headers["location"] == address

    mapping = page.get(address).context["form"].initial["mapping"]
    page.post(address, {"mapping": mapping, "try": "1"})
    tried = page.get(address).context["report"]
    assert (tried.dry, tried.read, tried.created, len(tried.rejected)) == (True, 3, 2, 1)
    assert not Deal.objects.exists()
    assert waiting(tmp_path)

    page.post(address, {"mapping": mapping, "import": "1"})
    done = page.get(address).headers["location"]
    account = page.get(done)
    counts = [account.context[name] for name in ("read", "created", "updated", "unchanged", "rejected")]
    assert counts == [3, 2, 0, 0, 1]
    assert waiting(tmp_path) == []
    assert page.get(address).status_code == 404
    roof = Deal.objects.get(name="Toit")
    assert (roof.account.name, roof.stage.outcome, str(roof.amount)) == ("Durand", "won", "1200.5000")
    assert Change.objects.get(record="deal", record_id=roof.pk, field="").member.name == "Alice"
    refused = b"".join(page.get(f"{done}/rejected.csv")).decode()
    assert "beaucoup" in refused
    assert "Toit" not in refused


def test_what_is_wrong_with_a_row_is_said_in_the_language_of_whoever_imports_it(page: Client) -> None:
    page.defaults["HTTP_ACCEPT_LANGUAGE"] = "fr"
    address = send(page).headers["location"]
    stages = {"stage-0": "won", "stage-1": "open", "stage-2": "lost"}
    page.post(address, chosen(page, address) | stages)
    page.post(address, {"mapping": page.get(address).context["form"].initial["mapping"], "try": "1"})
    (refused,) = page.get(address).context["report"].rejected
    assert (refused.column, refused.reason) == ("Montant", "n’est pas un nombre")


def test_the_same_file_again_changes_nothing(page: Client) -> None:
    for _time in range(2):
        address = send(page).headers["location"]
        form = chosen(page, address) | {"stage-0": "won", "stage-1": "open", "stage-2": "lost"}
        page.post(address, form)
        mapping = page.get(address).context["form"].initial["mapping"]
        page.post(address, {"mapping": mapping, "import": "1"})
        done = page.get(address).headers["location"]
    assert page.get(done).context["unchanged"] == 2
    assert (Deal.objects.count(), Account.objects.count(), Stage.objects.count()) == (2, 2, 3)


def test_a_mapping_of_ones_own_is_taken_as_it_is(page: Client) -> None:
    mapping = compose("accounts.csv", "account", {"name": "Name"}, connection="old", id_column="Name")
    address = send(page, "Name\nDurand\n", "accounts.csv", mapping=mapping).headers["location"]
    page.post(address, {"mapping": mapping, "import": "1"})
    page.get(address)
    assert Account.objects.get().connection == "old"
    assert Run.objects.get().connection == "old"


def test_what_is_wrong_with_a_mapping_is_said_beside_it(page: Client) -> None:
    refused = send(page, mapping="kind = deal")
    assert refused.status_code == 422
    assert "is not TOML" in refused.content.decode()
    mapping = compose("accounts.csv", "account", {"name": "Nome"}, connection="old")
    address = send(page, "Name\nDurand\n", "accounts.csv", mapping=mapping).headers["location"]
    page.post(address, {"mapping": mapping, "try": "1"})
    assert escape("has no column “Nome”") in page.get(address).content.decode()


def test_a_column_that_fills_what_is_not_hers_to_change_is_named_and_nothing_is_written(page: Client) -> None:
    create("field_right", {"role": "director", "record": "account", "field": "region", "access": "read"}, by=By("api"))
    mapping = compose("accounts.csv", "account", {"name": "Name", "region": "Land"}, connection="old")
    address = send(page, "Name,Land\nDurand,North\n", "accounts.csv", mapping=mapping).headers["location"]
    page.post(address, {"mapping": mapping, "import": "1"})
    said = page.get(address).content.decode()
    assert escape("the column “Land” fills account.region, which your role may not change.") in said
    assert not Account.objects.exists()


@pytest.mark.parametrize(
    ("column", "field", "value"), [("Role", "role", "administrator"), ("Mail", "email", "x@y.example")]
)
def test_a_director_makes_no_administrator_of_anybody_and_signs_in_as_nobody_else(
    page: Client, column: str, field: str, value: str
) -> None:
    mapping = compose("people.csv", "member", {"name": "Name", field: column}, connection="old")
    address = send(page, f"Name,{column}\nBob,{value}\n", "people.csv", mapping=mapping).headers["location"]
    page.post(address, {"mapping": mapping, "import": "1"})
    assert escape(f"the column “{column}” fills member.{field}") in page.get(address).content.decode()
    assert not Member.objects.filter(name="Bob").exists()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("deals.pdf", "%PDF", "Give a CSV or Excel file"),
        ("deals.xlsx", "PK\x03\x04 a broken archive", "deals.xlsx"),
        ("../../../etc/deals.csv", "", "empty"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_and_not_kept(
    page: Client, tmp_path: Path, name: str, content: str, words: str
) -> None:
    refused = send(page, content, name)
    assert refused.status_code == 422
    assert words in refused.content.decode()
    assert waiting(tmp_path) == []


def test_a_file_that_is_too_large_is_refused(page: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cadran.imports.forms.LIMIT", 10)
    assert "larger than" in send(page).content.decode()
    assert waiting(tmp_path) == []


def test_a_file_is_deleted_when_she_thinks_better_of_it_or_after_a_day(
    page: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = send(page).headers["location"]
    page.post(f"{address}/forget")
    assert waiting(tmp_path) == []
    send(page)
    monkeypatch.setattr(uploads, "LIFE", -1)
    send(page)
    assert len(waiting(tmp_path)) == 1


def test_one_column_is_not_two_fields(page: Client) -> None:
    address = send(page).headers["location"]
    refused = page.post(address, chosen(page, address, **{"field-channel": "Montant"}))
    assert "This column is “Amount” already." in refused.content.decode()


def test_a_column_of_a_thousand_values_is_no_stage(page: Client) -> None:
    rows = "".join(f"{n};stage {n}\n" for n in range(50))
    address = send(page, f"Name;Stage\n{rows}", "deals.csv").headers["location"]
    refused = page.post(address, chosen(page, address))
    assert "too many to be stages" in refused.content.decode()


@pytest.mark.parametrize("role", [Role.MANAGER, Role.REPRESENTATIVE, Role.ANALYST])
def test_whoever_may_not_import_sees_no_import(page: Client, role: Role) -> None:
    address = send(page).headers["location"]
    bob = Member.objects.create(name="Bob", role=role)
    page.force_login(bob, backend="allauth.account.auth_backends.AuthenticationBackend")
    for path in ("/imports", address):
        assert page.get(path).status_code == 403
    assert "/imports" not in page.get("/kpi/").content.decode()


# What is proposed


@pytest.mark.parametrize(
    ("columns", "file", "kind"),
    [
        (["Opportunity ID", "Deal Name", "Stage", "Amount", "Close Date"], "export.csv", "deal"),
        (["Prénom", "Nom", "Courriel", "Fonction", "Entreprise"], "export.csv", "contact"),
        (["Company", "Website", "Industry", "Employees", "Country"], "export.csv", "account"),
        (["Nom", "Courriel", "Société", "Statut", "Source"], "prospects.csv", "lead"),
    ],
)
def test_the_kind_of_a_file_is_proposed_by_its_columns(columns: list[str], file: str, kind: str) -> None:
    assert kind_of_file(columns, file) == kind


def test_columns_are_proposed_by_name_whatever_the_case_and_each_once() -> None:
    columns = ["ACCOUNT NAME", "Deal_Stage", "Devise", "Something else"]
    assert columns_of("deal", columns) == {"account": "ACCOUNT NAME", "stage": "Deal_Stage", "currency": "Devise"}
    assert columns_of("deal", ["StageName", "AccountName"]) == {"stage": "StageName", "account": "AccountName"}
    assert id_of("deal", ["Name", "Deal ID"]) == "Deal ID"
    assert id_of("deal", ["Name"]) == ""
    assert [outcome_of(stage) for stage in ("Closed Won", "Perdue", "Wonder")] == ["won", "lost", "open"]


def test_the_one_date_of_a_deal_is_when_it_should_close_while_open_and_when_it_did_after(page: Client) -> None:
    rows = "1;Roof;Won;100;2026-03-02\n2;Pool;New;50;2027-01-15\n"
    address = send(page, f"Id;Name;Stage;Amount;Close Date\n{rows}", "deals.csv").headers["location"]
    page.post(address, chosen(page, address) | {"stage-0": "won", "stage-1": "open"})
    mapping = page.get(address).context["form"].initial["mapping"]
    page.post(address, {"mapping": mapping, "import": "1"})
    page.get(address)
    roof, pool = Deal.objects.get(name="Roof"), Deal.objects.get(name="Pool")
    assert str(roof.closed_at.date()) == "2026-03-02"
    assert (pool.closed_at, str(pool.expected_close_on)) == (None, "2027-01-15")


def test_the_stages_of_open_deals_come_first() -> None:
    outcomes = {"Signed": "won", "Met": "open", "Lost": "lost", "Offer": "open"}
    mapping = compose("a.csv", "deal", {"stage": "Stage"}, connection="old", pipeline="Sales", outcomes=outcomes)
    (pipeline,) = parse_mapping(mapping).pipelines
    assert [stage.name for stage in pipeline.stages] == ["Met", "Offer", "Signed", "Lost"]


def test_any_column_name_can_be_written_into_a_mapping() -> None:
    odd = 'A "quoted" \\ name\twith\x7f tabs = and [brackets]'
    mapping = parse_mapping(
        compose("a.csv", "account", {"name": odd, "owner": odd}, connection=odd[:50], id_column=odd)
    )
    (records,) = mapping.files[0].records
    assert (records.id, records.fields["name"].column, records.fields["owner"].missing) == ((odd,), odd, "create")
