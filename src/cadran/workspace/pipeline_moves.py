"""Moving a deal to another stage of its pipeline, and taking a move back."""

from __future__ import annotations

import secrets
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from cadran.crm import save
from cadran.crm import undo as reverse
from cadran.crm.by import By
from cadran.crm.errors import Refused
from cadran.crm.models import Change, Deal, Origin, Stage
from cadran.crm.turn import writers_turn
from cadran.members.field_rights import fixed_for
from cadran.members.models import Member
from cadran.members.rights import Right
from cadran.members.writes import writes
from cadran.ui.formats import Formats


class NotMoved(Exception):
    """A deal stays where it is; the message says why, and what to do now."""


class NeedsReason(Exception):
    """A deal is not lost without a reason."""


@dataclass(frozen=True)
class Moved:
    """A move that was made: the deal, the name of its changes, and the stages it went from and to."""

    deal: Deal
    batch: str
    came_from: str
    went_to: str


def find(pk: int, member: Member) -> Deal:
    """A deal that this member may move; raises Http404."""
    his = Deal.objects.filter(writes(member).of(Deal), archived_at=None)
    deal = his.select_related("stage", "pipeline").filter(pk=pk).first()
    if deal is None:
        raise Http404
    return deal


def may_move(member: Member) -> bool:
    """Whether this member may move the deals that he may write."""
    return member.may(Right.RECORDS) and "stage" not in fixed_for(member, "deal")


def may_lose(member: Member) -> bool:
    """Whether this member may give the reason without which no deal is lost."""
    return "lost_reason" not in fixed_for(member, "deal")


def move(deal: Deal, to: Stage, *, seen_in: str, reason: str, member: Member, formats: Formats) -> Moved | None:
    """Put a deal, last seen in a stage, into another; None when it is there already.

    What is won or lost is closed now, what is opened again is not closed any more. Raises NotMoved when somebody moved
    it meanwhile or the door refuses, NeedsReason when it would be lost without one.
    """
    closing = to.outcome != Stage.Outcome.OPEN
    if to.outcome == Stage.Outcome.LOST and not reason:
        raise NeedsReason
    batch = f"move-{secrets.token_hex(8)}"
    with writers_turn():
        now = find(deal.pk, member)
        if to.pipeline_id != now.pipeline_id or to.archived_at is not None:
            raise NotMoved(_("This stage is not one of the deal's pipeline. Reload the page."))
        if now.stage_id == to.pk:
            return None
        if str(now.stage_id) != seen_in:
            raise NotMoved(_moved_meanwhile(now, formats))
        values: dict[str, Any] = {"stage": to, "closed_at": datetime.now(UTC) if closing else None}
        values["lost_reason"] = reason if to.outcome == Stage.Outcome.LOST else None
        if not may_move(member):
            raise NotMoved(_("Your role may not move deals to another stage."))
        if to.outcome == Stage.Outcome.LOST and not may_lose(member):
            raise NotMoved(_("Your role may not say why a deal is lost: ask someone who may to move it."))
        with _told():
            save.change(now, values, by=By(Origin.MEMBER, member, batch))
    return Moved(now, batch, deal.stage.name, to.name)


def made(deal: Deal, batch: str, member: Member) -> Moved | None:
    """The move that this member made under this name, while the deal is still where it put it; else None."""
    moved = _changes(deal, batch, member).get("stage")
    if moved is None or moved.from_value is None or moved.to_value != str(deal.stage_id):
        return None
    before = Stage.objects.filter(pk=moved.from_value).first()
    return None if before is None else Moved(deal, batch, before.name, deal.stage.name)


def undo(deal: Deal, batch: str, member: Member) -> Moved:
    """Take a move back: everything it changed is again as before. Raises Http404, and NotMoved after another change."""
    with writers_turn():
        now = find(deal.pk, member)
        moved = made(now, batch, member)
        if moved is None:
            raise NotMoved(_("The deal has moved on since: this can no longer be undone here."))
        changes = list(_changes(now, batch, member).values())
        with _told():
            reverse.undo([(now, changes)], by=By(Origin.MEMBER, member))
    return moved


def _changes(deal: Deal, batch: str, member: Member) -> dict[str, Change]:
    found = Change.objects.filter(record="deal", record_id=deal.pk, batch=batch, member=member)
    return {change.field: change for change in found}


@contextmanager
def _told() -> Generator[None]:
    """What the door refuses, as the reason why the deal stays where it is."""
    try:
        yield
    except Refused as refused:
        reasons = "; ".join(str(problem.reason) for problem in refused.problems)
        raise NotMoved(_("The deal could not be moved: %(reasons)s") % {"reasons": reasons}) from refused


def _moved_meanwhile(deal: Deal, formats: Formats) -> str:
    """Who moved the deal, where to and when."""
    last = Change.objects.filter(record="deal", record_id=deal.pk, field="stage").order_by("-pk").first()
    by = last.member.name if last and last.member else _("somebody else")
    words = _("%(member)s moved this deal to “%(stage)s” meanwhile (%(moment)s). It is shown where it is now.")
    moment = formats.moment(last.known_at if last else deal.updated_at)
    return words % {"member": by, "stage": deal.stage.name, "moment": moment}
