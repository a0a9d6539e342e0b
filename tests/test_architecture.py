"""What an import linter can see, and what it cannot: layers, signals, links that point up."""

import ast
import subprocess
import sys
from pathlib import Path

from django.apps import apps

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "src" / "cadran").rglob("*.py"))
APPS_FROM_THE_GROUND = ("members", "crm", "facts", "imports", "kpis", "dashboards", "workspace", "administration")


def test_each_layer_imports_only_what_is_below_it() -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def imported(source: Path) -> set[str]:
    """Everything a file imports, by its full name."""
    names = set[str]()
    for node in ast.walk(ast.parse(source.read_text(), source)):
        if isinstance(node, ast.ImportFrom):
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
    return names


def test_nothing_of_ours_listens_to_signals() -> None:
    listening = {
        str(source): name
        for source in SOURCES
        for name in imported(source)
        if "signals" in name or name.startswith("django.dispatch")
    }
    assert len(SOURCES) > 100
    assert listening == {}


def test_no_link_points_up_a_layer() -> None:
    height = {label: level for level, label in enumerate(APPS_FROM_THE_GROUND)}
    links = [
        (model, field.related_model)
        for label in APPS_FROM_THE_GROUND
        for model in apps.get_app_config(label).get_models()
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model is not None
    ]
    assert len(links) > 60
    assert not [
        (model, to) for model, to in links if height.get(to._meta.app_label, -1) > height[model._meta.app_label]
    ]
