"""Publish bases in a process that is killed at random moments, again and again; run with a home folder and a count.

Prints how many bases could not be opened or contradicted themselves, and how many were published.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import django
from django.core.management import call_command
from django.db import connection as records


def main(home: Path, kills: int) -> None:
    """Kill, check, and again."""
    os.environ["CADRAN_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "cadran.config.settings"
    django.setup()
    in_child(lambda: call_command("migrate", verbosity=0))
    begun = time.monotonic()
    in_child(publish_once)
    usual = time.monotonic() - begun
    chance = random.Random(kills)
    broken = 0
    for _ in range(kills):
        pid = child(publish_for_ever)
        time.sleep(chance.random() * usual * 2)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        broken += in_child(check) != 0
    left = in_child(publish_once) or len(list((home / "facts").glob(".aside-*")))
    published = max((int(path.name.partition("-")[0]) for path in (home / "facts").glob("*.duckdb")), default=0)
    print(f"broken {broken} left {left} published {published}")


def publish_for_ever() -> None:
    """Make an account, publish, and so on."""
    while True:
        publish_once()


def publish_once() -> None:
    """Make an account and publish a base that holds it."""
    from cadran.crm.save import By, create  # noqa: PLC0415 (the web framework is set up by then)
    from cadran.facts.publish import publish  # noqa: PLC0415

    create("account", {"name": "Acme"}, by=By("member"))
    publish(Path(os.environ["CADRAN_HOME"]))


def check() -> None:
    """Open every base in place and compare it with itself; fails by raising."""
    from cadran.facts.publish import bases  # noqa: PLC0415
    from cadran.facts.state import State  # noqa: PLC0415

    for path in bases(Path(os.environ["CADRAN_HOME"])):
        state = State(path)
        counted = state.connection.execute(
            "select count(*), (select count(*) from change where record = 'account'), "
            "(select max(id) from change) from account"
        ).fetchone()
        if counted is None or counted[0] != counted[1] or counted[2] != state.base.change_id:
            raise RuntimeError(f"{path} holds {counted}")


def in_child(work: Callable[[], object]) -> int:
    """Run to the end in a process of its own, so that this one holds neither threads nor connections; its exit code."""
    return os.waitstatus_to_exitcode(os.waitpid(child(work), 0)[1])


def child(work: Callable[[], object]) -> int:
    """Start in a process of its own; its id."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        records.close()
        work()
        code = 0
    except Exception:  # noqa: BLE001 (said, and told by the exit code)
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
