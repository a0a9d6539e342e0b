"""Deals as cards: what the facts say of them, and what their records say now."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cadran.crm.models import Deal, Stage
from cadran.kpis.reader import Reader
from cadran.members.field_rights import hidden_from
from cadran.members.models import Member
from cadran.members.scope import scope
from cadran.workspace.pipeline_deals import OpenDeal

STANDINGS = ("likely", "open", "risk", "cold")
LIKELY_FROM = Decimal("0.5")
"""The probability of its stage from which a deal without a sign against it is said to be likely to close."""


@dataclass(frozen=True)
class Card:
    """A deal in words. ``look`` is "bad", "warn" or "" and never says more than the words of ``standing``."""

    id: int
    name: str
    account: str
    owner: str
    stage: Stage
    amount: str
    expected: str
    days: str
    age: str
    rotten: str
    next_step: str
    overdue: bool
    standing: str
    look: str
    reasons: str


def cards(deals: Sequence[OpenDeal], stages: Sequence[Stage], member: Member, reader: Reader) -> list[Card]:
    """The cards of these deals, in their order; those that are no longer there, or not his to see, are left out."""
    mine = Deal.objects.filter(scope(member).of(Deal), pk__in=[deal.id for deal in deals], archived_at=None)
    records = mine.select_related("account", "owner").in_bulk()
    named = {stage.name: stage for stage in stages}
    hidden = hidden_from(member, "deal")
    return [
        _card(deal, records[deal.id], named[deal.stage], hidden, reader)
        for deal in deals
        if deal.id in records and deal.stage in named
    ]


def deal_name(deal: Deal) -> str:
    """What a deal is called, also one that nobody named."""
    return deal.name or _("Deal %(id)s") % {"id": deal.pk}


def _card(deal: OpenDeal, record: Deal, stage: Stage, hidden: frozenset[str], reader: Reader) -> Card:
    formats, days = reader.formats, (reader.today - deal.entered_on).days
    standing, look = standing_words(_standing(deal, stage))
    return Card(
        id=deal.id,
        name=deal_name(record),
        account=record.account.name if record.account and record.account.name and "account" not in hidden else "",
        owner=record.owner.name if record.owner else _("nobody"),
        stage=stage,
        amount="" if deal.amount is None else formats.value(deal.amount, "money", short=True),
        expected="" if deal.expected is None else formats.value(deal.expected, "money", short=True),
        days=_days(days),
        age=_days((reader.today - deal.created_on).days),
        rotten=_rotten(days, stage),
        next_step="" if "next_step_on" in hidden else _next_step(record, reader),
        overdue="next_step_on" not in hidden and (record.next_step_on is None or record.next_step_on < reader.today),
        standing=standing,
        look=look,
        reasons=", ".join(_reason(risk) for risk in deal.risks),
    )


def _days(days: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}


def _rotten(days: int, stage: Stage) -> str:
    """That a deal has been in its stage for longer than this allows; "" before."""
    allowed = stage.rotten_after_days
    if allowed is None or days < allowed:
        return ""
    return ngettext("Rotting: %(n)s day allowed here", "Rotting: %(n)s days allowed here", allowed) % {"n": allowed}


def _next_step(record: Deal, reader: Reader) -> str:
    if record.next_step_on is None:
        return _("No next step")
    day = reader.formats.day(record.next_step_on)
    words = _("Next step missed: %(day)s") if record.next_step_on < reader.today else _("Next step: %(day)s")
    return words % {"day": day}


def _standing(deal: OpenDeal, stage: Stage) -> str:
    """The one mark that a deal bears, of STANDINGS."""
    if "cold" in deal.risks:
        return "cold"
    if deal.risks:
        return "risk"
    return "likely" if stage.probability is not None and stage.probability >= LIKELY_FROM else "open"


def standing_words(standing: str) -> tuple[str, str]:
    """A mark in words, and how it looks."""
    return {
        "likely": (_("Likely to close"), "good"),
        "open": (_("Under way"), ""),
        "risk": (_("At risk"), "warn"),
        "cold": (_("Gone cold"), "bad"),
    }[standing]


def _reason(risk: str) -> str:
    return {
        "cold": _("nothing happened for 30 days"),
        "late": _("expected close has passed"),
        "pushed": _("close put off at least twice"),
        "stuck": _("long in its stage"),
        "cut": _("amount was cut"),
    }[risk]
