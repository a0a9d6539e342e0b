"""What `cadran demo` does before it shows the board: the company among the records, its facts published."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from cadran.crm.models import Account, Deal, Lead
from cadran.demo.build import PASSWORD, build, sign_ins
from cadran.demo.company import company
from cadran.demo.generate import KINDS, SCRIPTS
from cadran.demo.rows import CONNECTION, HISTORIES
from cadran.demo.sizes import LARGE, SIZES
from cadran.facts.publish import publish
from cadran.metrics.errors import MetricsError

SEED = 1
STEPS = len(SCRIPTS) + len(KINDS) + len(HISTORIES)

Advance = Callable[[str, int, int | None], None]


class CannotMake(MetricsError):
    """The made-up company cannot be made here."""


def make(size: str, *, progress: Advance = lambda _what, _done, _of: None) -> None:
    """Build the made-up company of this size, ending today, and publish its facts; one that is here already stays.

    `progress` is told what is going on, how many steps are done and of how many.
    Raises CannotMake when there are records of another origin here, or the size is only made for benchmarks.
    """
    if SIZES[size] is LARGE:
        raise CannotMake(
            "The large company is made straight into a file of facts, for benchmarks: cadran.demo.build_facts(path, "
            "LARGE, today=…). Choose small or medium here."
        )
    if not Account.objects.filter(connection=CONNECTION).exists():
        if any(model._default_manager.exists() for model in (Account, Deal, Lead)):
            raise CannotMake(
                f"{settings.HOME} holds records of your own. Set CADRAN_HOME to an empty folder for the demo company."
            )
        done = iter(range(STEPS))
        today = datetime.now(ZoneInfo(company()["organisation"]["time_zone"])).date()
        build(SIZES[size], seed=SEED, today=today, progress=lambda _: progress("Company", next(done), STEPS))
        progress("Company", STEPS, STEPS)
    progress("Facts", 0, None)
    publish(settings.HOME)


def sign_in_words() -> str:
    """Who can sign in to the made-up company, and how."""
    people = "\n".join(f"  {member.email}  {member.role}" for member in sign_ins())
    return f"Sign in with the password {PASSWORD} as one of\n{people}"
