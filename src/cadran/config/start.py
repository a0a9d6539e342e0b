"""Starting: choose the home folder, make Django ready, bring the database up to date."""

import os
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.db import connection

from cadran.config.upgrade import upgrade, upgrade_in_turn


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
    if connection.vendor == "sqlite":
        upgrade(Path(connection.settings_dict["NAME"]))
    else:
        upgrade_in_turn()
