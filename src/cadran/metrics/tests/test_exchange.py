"""The catalogue in other tools' words: what they read is whole and valid, what they cannot say is named."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlglot
import yaml
from dbt_semantic_interfaces.implementations.semantic_manifest import PydanticSemanticManifest
from dbt_semantic_interfaces.parsing.dir_to_model import parse_yaml_files_to_validation_ready_semantic_manifest
from dbt_semantic_interfaces.parsing.objects import YamlConfigFile
from dbt_semantic_interfaces.validations.semantic_manifest_validator import SemanticManifestValidator
from sqlglot import exp

from cadran.metrics.ask import ask
from cadran.metrics.catalogue import shipped_catalogue
from cadran.metrics.exchange import FORMATS, Exported, export
from cadran.metrics.question import Question
from cadran.metrics.tests.invented import FIRST, TODAY, empty, fill

SPINE = """
project_configuration:
  time_spines:
    - node_relation: {alias: days, schema_name: main}
      primary_column: {name: day, time_granularity: day}
"""


@pytest.fixture(scope="module", params=sorted(FORMATS))
def exported(request: pytest.FixtureRequest) -> Exported:
    return export(shipped_catalogue(), request.param)


def names(exported: Exported) -> set[str]:
    models = exported.document.get("semantic_model", [exported.document])
    return {metric["name"] for metric in models[0]["metrics"]}


def test_every_metric_is_carried_or_named_with_the_reason(exported: Exported) -> None:
    lost = {one.key for one in exported.lost}
    assert all(one.reason for one in exported.lost)
    for metric in shipped_catalogue():
        assert (metric.key.replace(".", "_") in names(exported)) == (metric.key not in lost)


def test_the_file_is_yaml_headed_by_what_was_left_out(exported: Exported) -> None:
    written = str(exported)
    assert yaml.safe_load(written) == exported.document
    assert all(f"#   {one.key}: " in written for one in exported.lost)


def test_ossie_expressions_give_our_numbers() -> None:
    engine, catalogue = empty(), shipped_catalogue()
    fill(engine, engine.tables.by_name, seed=1)
    exported = export(catalogue, "ossie")
    ossie, carried = exported.document, {metric.key for metric in catalogue} - {one.key for one in exported.lost}
    assert {"revenue", "win_rate", "average_purchase_value.median"} <= carried
    written = {metric["name"]: metric for metric in ossie["semantic_model"][0]["metrics"]}
    for metric in (catalogue[key] for key in carried):
        theirs = written[metric.key.replace(".", "_")]
        expression = theirs["expression"]["dialects"][0]["expression"]
        table, _, day = json.loads(theirs["custom_extensions"][0]["data"])["date"].partition(".")
        found = engine.select(f'SELECT {expression} FROM "{table}" WHERE "{day}" >= ? AND "{day}" < ?', [FIRST, TODAY])
        ours = ask(engine, catalogue, Question(metric.key, start=FIRST, end=TODAY), today=TODAY).total.value
        assert float(found[0][0] or 0) == pytest.approx(float(ours or 0)), metric.key


def test_ossie_expressions_are_standard_sql() -> None:
    document = export(shipped_catalogue(), "ossie").document
    for metric in document["semantic_model"][0]["metrics"]:
        written = metric["expression"]["dialects"][0]
        assert written["dialect"] == "ANSI_SQL"
        read = sqlglot.parse_one(written["expression"])
        assert not read.find(exp.Median), metric["name"]
        for node in read.find_all(exp.Add, exp.Sub):
            dated = isinstance(node.this, exp.Column) and node.this.name.endswith("_on")
            assert not dated or isinstance(node.expression, exp.Interval), metric["name"]


def test_dbt_accepts_the_whole_catalogue() -> None:
    document = export(shipped_catalogue(), "dbt").document
    parts = [
        *({"semantic_model": relation(model)} for model in document["semantic_models"]),
        *({"metric": metric} for metric in document["metrics"]),
    ]
    files = [YamlConfigFile(filepath="cadran.yml", contents=yaml.safe_dump(part)) for part in parts]
    files.append(YamlConfigFile(filepath="spine.yml", contents=SPINE))
    built = parse_yaml_files_to_validation_ready_semantic_manifest(files, apply_transformations=True)
    found = SemanticManifestValidator[PydanticSemanticManifest]().validate_semantic_manifest(built.semantic_manifest)
    assert [issue.as_readable_str() for issue in (*built.issues.errors, *found.errors)] == []


def relation(model: dict[str, Any]) -> dict[str, Any]:
    """A semantic model as dbt hands it to its semantic layer: ref('deal') resolved."""
    resolved = {"node_relation": {"alias": model["name"], "schema_name": "main"}}
    return {name: value for name, value in model.items() if name != "model"} | resolved
