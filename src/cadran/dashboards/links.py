"""Links by which people outside read one board: made, found, withdrawn."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from cadran.dashboards.models import Board, Outside
from cadran.dashboards.shelf import edits_all
from cadran.members.models import Member
from cadran.members.rights import Right

DAYS = (7, 30, 90)


@transaction.atomic
def make(board: Board, query: str, days: int, by: Member) -> str:
    """A new link, with filters that it keeps (a query string as boards read it): its token, which is kept nowhere."""
    token = secrets.token_urlsafe(32)
    link = Outside(
        board=board,
        digest=_digest(token),
        query=query,
        made_by=by,
        expires_at=timezone.now() + timedelta(days=days),
    )
    link.full_clean()
    link.save()
    return token


def find(token: str) -> Outside | None:
    """The link of this token, working or not; None when there never was one."""
    links = Outside.objects.select_related("board__owner", "made_by")
    return links.filter(digest=_digest(token)).first()


def works(link: Outside) -> bool:
    """Whether it still opens its board: neither expired nor withdrawn, the board there and its owner here, and whoever
    made the link still allowed to share this board.
    """
    open_still = link.revoked_at is None and timezone.now() < link.expires_at
    there = link.board.removed_at is None and link.board.owner.is_active
    his = link.made_by_id == link.board.owner_id or edits_all(link.made_by)
    return open_still and there and his and link.made_by.may(Right.SHARE)


def withdraw(link: Outside) -> None:
    """Close a link for good."""
    link.revoked_at = link.revoked_at or timezone.now()
    link.save(update_fields=["revoked_at"])


def without_addresses(spec: Any) -> Any:
    """A chart whose marks lead nowhere: people outside may open no page of ours."""
    if isinstance(spec, dict):
        return {key: "" if key == "url" else without_addresses(value) for key, value in spec.items()}
    if isinstance(spec, list):
        return [without_addresses(value) for value in spec]
    return spec


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
