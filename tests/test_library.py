"""Cadran as a library and as a command, on a company of three deals."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import cadran
from cadran.metrics.errors import QuestionError

pytestmark = pytest.mark.slow

DEALS = """Deal id,Deal name,Company,Owner,Stage,Amount,Created,Closed
1001,Microscope for Orion,Orion,Ada Martin,Won,"12 500,00",03/02/2026,17/03/2026
1002,Service for Vega,Vega,Bob Petit,Lost,"3 000,00",05/02/2026,20/03/2026
1003,Readers for Lyra,Lyra,Ada Martin,Proposal,"8 200,00",21/03/2026,
"""
TUTORIAL = Path(__file__).parents[1] / "docs" / "tutorial" / "first-import.md"


def run(home: Path, *arguments: str | Path, language: str = "C.UTF-8") -> subprocess.CompletedProcess[str]:
    """The command as a person runs it."""
    command = [str(Path(sys.executable).with_name("cadran")), *map(str, arguments)]
    environment = {**os.environ, "CADRAN_HOME": str(home), "DATABASE_URL": "", "LC_ALL": language}
    return subprocess.run(command, env=environment, capture_output=True, check=False, text=True)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home that the tutorial makes: its own file and its own mapping, imported by its own command."""
    folder = tmp_path_factory.mktemp("tutorial")
    (folder / "deals.csv").write_text(DEALS, encoding="utf-8")
    mapping = TUTORIAL.read_text(encoding="utf-8").split("```toml")[1].split("```")[0]
    (folder / "mapping.toml").write_text(mapping, encoding="utf-8")
    done = run(folder / "home", "import", folder / "deals.csv", "--map", folder / "mapping.toml", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"read": 3, "created": 3, "updated": 0, "unchanged": 0, "rejected": []}
    return folder / "home"


def test_the_answer_of_the_command_is_the_contract(home: Path) -> None:
    done = run(home, "ask", "win_rate", "--by", "owner", "--format", "json")
    answer = json.loads(done.stdout)
    assert list(answer) == [
        "metric",
        "title",
        "unit",
        "good",
        "definition_hash",
        "data_version",
        "as_of",
        "cells",
        "total",
    ]
    cell = answer["cells"][0]
    names = ["period", "split", "value", "parts", "n", "low", "high", "ripe", "previous", "change"]
    assert list(cell) == names
    assert (cell["split"], cell["value"], cell["parts"]) == ({"owner": "Ada Martin"}, 1, {"won": 1, "lost": 0})
    assert answer["total"]["value"] == 0.5


def test_a_question_that_makes_no_sense_is_one_sentence_and_exit_2(home: Path) -> None:
    done = run(home, "ask", "win_rate", "--by", "weather")
    assert (done.returncode, done.stdout) == (2, "")
    assert "cannot be split by weather" in done.stderr
    assert "Traceback" not in done.stderr


def test_rows_why_and_the_board_are_a_command_each(home: Path) -> None:
    assert "Microscope for Orion" in run(home, "rows", "win_rate", "won").stdout
    assert "closed_on" in run(home, "rows", "win_rate", "won", "--left-out").stdout
    why = run(home, "why", "revenue", "--from", "2026-03-01", "--to", "2026-04-01")
    assert why.stdout.startswith("Revenue (revenue)\nFeb")
    assert "€12,500.00  +€12,500.00" in why.stdout
    board = json.loads(run(home, "kpis", "--json").stdout)
    assert "win_rate" in {entry["metric"] for entry in board}


def test_variants_and_confidence_are_a_command_each(home: Path) -> None:
    both = json.loads(run(home, "compare", "win_rate", "--format", "json").stdout)
    assert {"win_rate.all", "win_rate.by_value"} <= {one["metric"] for one in both["variants"]}
    assert "deal" in run(home, "compare", "win_rate").stdout
    graded = json.loads(run(home, "confidence", "revenue", "--format", "json").stdout)
    assert graded["grade"] in {"A", "B", "C", "D"}
    assert run(home, "confidence", "revenue", "--mend", "99").returncode == 2
    assert run(home, "compare", "win_rate", "--open", "all").returncode == 0


def test_why_without_days_is_over_the_quarter_that_the_board_shows(home: Path) -> None:
    why = json.loads(run(home, "why", "revenue", "--format", "json").stdout)
    assert (why["period"]["from"], why["period"]["to"]) == ("2026-01-01", "2026-04-01")
    assert why["before"]["from"] == "2025-10-01"
    assert "Q1 2026" in run(home, "why", "revenue").stdout or "Mar 31, 2026" in run(home, "why", "revenue").stdout


def test_every_question_speaks_the_language_of_the_terminal(home: Path) -> None:
    def words(*arguments: str) -> str:
        done = run(home, *arguments, language="fr_FR.UTF-8")
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    assert "Taux de réussite" in words("ask", "win_rate")
    assert "version des données" in words("ask", "win_rate")
    assert "Chiffre d'affaires" in words("why", "revenue")
    assert "de ce sur quoi il devrait reposer" in words("confidence", "revenue")
    assert "l'indicateur lui-même" in words("compare", "win_rate")
    assert "lignes sur" in words("rows", "win_rate", "won")
    english, french = (run(home, "ask", "win_rate", "--format", "json", language=one) for one in ("C.UTF-8", "fr_FR"))
    assert json.loads(english.stdout)["cells"] == json.loads(french.stdout)["cells"]


def test_forms_that_exclude_one_another_are_refused(home: Path) -> None:
    for given in (("--json", "--export", "dbt"), ("--json", "--markdown"), ("--markdown", "--export", "ossie")):
        done = run(home, "kpis", *given)
        assert (done.returncode, done.stdout) == (2, "")
        assert "each is a form" in done.stderr


def test_forecasts_are_issued_as_words_or_as_json(home: Path) -> None:
    issued = json.loads(run(home, "forecast", "--json").stdout)
    assert issued["issued_anew"]
    assert {one["owner"] for one in issued["forecasts"]} <= {"Ada Martin", "Bob Petit"}
    assert run(home, "forecast").stdout.startswith(("Already issued on", "No forecast was issued"))


def test_what_is_rejected_says_where_and_leaves_the_rest(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "deals-more.csv"
    file.write_text(DEALS.splitlines()[0] + "\n2001,Good,Orion,Ada Martin,Won,1,01/02/2026,17/03/2026\n"
                    "2002,Bad,Orion,Ada Martin,Won,a lot,01/02/2026,17/03/2026\n", encoding="utf-8")  # fmt: skip
    done = run(home, "import", file, "--map", home.parent / "mapping.toml", "--json", "--dry-run")
    report = json.loads(done.stdout)
    assert (report["read"], report["created"]) == (2, 1)
    assert [(one["row"], one["column"], one["value"]) for one in report["rejected"]] == [(3, "Amount", "a lot")]


def test_a_facts_file_is_asked_without_a_database(home: Path) -> None:
    facts = Path(run(home, "facts").stdout.strip())
    crm = cadran.open(facts)
    assert crm.ask("revenue").total.value == 12500
    result = crm.ask("win_rate", by="owner")
    assert [cell.n for cell in result.cells] == [1, 1]
    assert result.to_pandas()["value"].tolist() == result.to_polars()["value"].to_list() == [1.0, 0.0]
    assert result.to_arrow().num_rows == 2
    assert "Ada Martin" in repr(result)
    assert "<table>" in result._repr_html_()


def test_a_misspelt_filter_is_no_silent_zero(home: Path) -> None:
    facts = next((home / "facts").glob("*.duckdb"))
    crm = cadran.open(facts)
    with pytest.raises(QuestionError, match="Did you mean Ada Martin"):
        crm.ask("revenue", where={"owner": "ada martin"})
    assert crm.ask("revenue", where={"owner": "Bob Petit"}).total.value == 0


def test_the_commands_word_for_a_comparison_serves_the_library_too(home: Path) -> None:
    crm = cadran.open(next((home / "facts").glob("*.duckdb")))
    one, other = (crm.ask("revenue", compare=word) for word in ("year-ago", "year_ago"))
    assert one.total == other.total
