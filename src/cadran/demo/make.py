"""What `cadran demo` does before it shows the board: the company among the records, its facts published."""

import shutil
from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from cadran.crm.models import Account, Deal, Lead
from cadran.demo.build import PASSWORD, build, sign_ins
from cadran.demo.company import company
from cadran.demo.generate import KINDS, SCRIPTS
from cadran.demo.rows import CONNECTION, HISTORIES
from cadran.demo.sizes import SIZES, Size
from cadran.demo.straight import follow_from, is_of, place_facts
from cadran.facts.publish import newest_base, publish
from cadran.metrics.errors import MetricsError

SEED = 1
GIGABYTE = 10**9
ROOM = {"medium": 10, "large": 100}
"""Gigabytes that the companies made as facts alone take while they are made; half of it is free again afterwards."""
STEPS = len(SCRIPTS) + len(KINDS) + len(HISTORIES)

Advance = Callable[[str, int, int | None], None]


class CannotMake(MetricsError):
    """The made-up company cannot be made here."""


def make(size: str, *, progress: Advance = lambda _what, _done, _of: None, sign_in: bool = True) -> None:
    """Build the made-up company of this size, ending today, and publish its facts; one that is here already stays.

    The small one is among the records, through the one door. The larger ones are facts alone, to be asked, not served.
    `progress` is told what is going on, how many steps are done and of how many. With `sign_in`, its people have the
    password that everybody knows.
    Raises CannotMake when there are records of another origin here, or too little room on the disk.
    """
    today = datetime.now(ZoneInfo(company()["organisation"]["time_zone"])).date()
    if served(size):
        _make_records(SIZES[size], today, progress, sign_in)
    else:
        _make_facts(SIZES[size], today, progress)


def served(size: str) -> bool:
    """Whether the company of this size has records, which pages need."""
    return size not in ROOM


def _make_records(size: Size, today: date, progress: Advance, sign_in: bool) -> None:
    if not Account.objects.filter(connection=CONNECTION).exists():
        _refuse_others()
        done = iter(range(STEPS))
        build(size, seed=SEED, today=today, progress=lambda _: progress("Company", next(done), STEPS), sign_in=sign_in)
        progress("Company", STEPS, STEPS)
    progress("Facts", 0, None)
    publish(settings.HOME)


def _make_facts(size: Size, today: date, progress: Advance) -> None:
    present = newest_base(settings.HOME)
    if present is not None and is_of(size, present):
        return
    if Account.objects.filter(connection=CONNECTION).exists():
        raise CannotMake(
            f"The small company is in {settings.HOME} already. Set CADRAN_HOME to an empty folder for another size."
        )
    _refuse_others()
    free = shutil.disk_usage(settings.HOME).free
    if free < ROOM[size.name] * GIGABYTE:
        raise CannotMake(
            f"The {size.name} company needs {ROOM[size.name]} GB while it is made, and {settings.HOME} has "
            f"{free // GIGABYTE} GB free. Make room there, or set CADRAN_HOME to a folder on a larger disk."
        )
    base = place_facts(settings.HOME, size, seed=SEED, today=today, progress=lambda what: progress(what, 0, None))
    with transaction.atomic():
        follow_from(base)


def _refuse_others() -> None:
    if any(model._default_manager.exists() for model in (Account, Deal, Lead)):
        raise CannotMake(
            f"{settings.HOME} holds records of your own. Set CADRAN_HOME to an empty folder for the demo company."
        )


def asked_words() -> str:
    """What can be done with a company that is facts alone."""
    return (
        "A company of this size is facts alone, without records to open or people to sign in: ask it with "
        "cadran kpis, cadran ask, cadran why and cadran rows. The small one is served."
    )


def sign_in_words() -> str:
    """Who can sign in to the made-up company, and how."""
    people = "\n".join(f"  {member.email}  {member.role}" for member in sign_ins())
    return f"Sign in with the password {PASSWORD} as one of\n{people}"
