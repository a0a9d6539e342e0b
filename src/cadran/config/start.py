"""Starting: choose the home folder, make Django ready, bring the database up to date."""

import os
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def start(home: Path | None = None) -> None:
    """Make Django ready on a home folder (default: CADRAN_HOME). Calling it again on the same folder does nothing.

    Raises RuntimeError when another folder is already open: one process works on one home.
    """
    if home is not None:
        wanted = home.expanduser().resolve()
        if apps.ready and wanted != settings.HOME:
            raise RuntimeError(
                f"{settings.HOME} is already open in this process. Open {wanted} in a process of its own."
            )
        os.environ["CADRAN_HOME"] = str(wanted)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cadran.config.settings")
    if not apps.ready:
        django.setup()


def migrate() -> None:
    """Bring the database up to date; does nothing, quickly, when it already is."""
    if is_behind():
        call_command("migrate", verbosity=0, interactive=False)


def is_behind() -> bool:
    """Whether this version of Cadran has migrations that the database has not seen."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
