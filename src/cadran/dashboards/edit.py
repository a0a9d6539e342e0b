"""What people do with boards of their own. Every verb is one transaction, and what is taken away can be put back."""

import secrets
from collections.abc import Sequence
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from cadran.dashboards.models import Audience, Board, Tile
from cadran.dashboards.spec import MOST_TILES, WIDTHS, Spec, TileError, check
from cadran.members.models import Member, Team
from cadran.members.rights import Right
from cadran.members.scope import teams_below
from cadran.metrics.metric import Language

KEPT = timedelta(days=1)
"""How long what was taken away can be put back."""
MOST_BOARDS = 100


class BoardError(ValueError):
    """A board that cannot be so: its words say what and what to do now."""


@transaction.atomic
def make(owner: Member, title: str, specs: Sequence[Spec], language: Language) -> Board:
    """A new board of someone's own, with a copy of these tiles."""
    if owner.boards.filter(removed_at=None).count() >= MOST_BOARDS:
        raise BoardError(_("You have a hundred boards. Throw one away first."))
    slug = (
        f"{slugify(title)[:80] or 'board'}-{secrets.token_hex(3)}"  # says nothing of whether others have such a title
    )
    board = _kept(Board(owner=owner, title=title.strip(), slug=slug))
    for order, spec in enumerate(specs):
        _kept(_tile(board, order, spec, language))
    return board


def rename(board: Board, title: str) -> None:
    """Give it another title; its address stays."""
    board.title = title.strip()
    _kept(board)


@transaction.atomic
def add(board: Board, spec: Spec, language: Language) -> Tile:
    """Put a tile at the end. Raises TileError when it cannot be drawn, BoardError when it would be the thirteenth."""
    check(spec, language, board.owner)
    found = _tiles(board)
    if len(found) >= MOST_TILES:
        raise BoardError(
            _("A board has at most twelve tiles, to be read at a glance. Take one away, or start a second board.")
        )
    return _kept(_tile(board, len(found), spec, language))


@transaction.atomic
def move(board: Board, tile: Tile, place: int) -> None:
    """Put a tile at a place among the others, counted from 0; beyond either end is that end."""
    others = [other for other in _tiles(board) if other.pk != tile.pk]
    others.insert(max(0, min(place, len(others))), tile)
    _number(others)


@transaction.atomic
def earlier(board: Board, tile: Tile) -> None:
    """One place towards the beginning."""
    move(board, tile, _tiles(board).index(tile) - 1)


@transaction.atomic
def later(board: Board, tile: Tile) -> None:
    """One place towards the end."""
    move(board, tile, _tiles(board).index(tile) + 1)


def wider(board: Board, tile: Tile) -> None:
    """One column wider, up to three."""
    del board
    tile.width = min(tile.width + 1, WIDTHS[-1])
    _kept(tile)


def narrower(board: Board, tile: Tile) -> None:
    """One column narrower, down to one."""
    del board
    tile.width = max(tile.width - 1, WIDTHS[0])
    _kept(tile)


@transaction.atomic
def remove(board: Board, tile: Tile) -> None:
    """Take a tile away; for a day it can be put back."""
    board.tiles.filter(removed_at__lt=timezone.now() - KEPT).delete()
    tile.removed_at = timezone.now()
    _kept(tile)
    _number(_tiles(board))


@transaction.atomic
def put_back(board: Board, tile: Tile) -> None:
    """Put a tile back where it was. Raises BoardError when twelve others have taken the room."""
    found = _tiles(board)
    if len(found) >= MOST_TILES:
        raise BoardError(_("There are twelve tiles again. Take another one away first."))
    place, tile.removed_at = tile.order, None
    _kept(tile)
    move(board, tile, place)


def throw_away(board: Board) -> None:
    """Throw a board away: nobody reads it any more, by a link neither; for a day it can be put back."""
    Board.objects.filter(removed_at__lt=timezone.now() - KEPT).delete()
    board.removed_at = timezone.now()
    _kept(board)


def bring_back(board: Board) -> None:
    """Put a board back that was thrown away."""
    board.removed_at = None
    _kept(board)


def share(board: Board, audience: str, team: Team | None, by: Member) -> None:
    """Say who reads it. Raises BoardError for what the member may not do."""
    if audience not in Audience.values:
        raise BoardError(_("Share it with nobody, a team or everyone."))
    if audience == Audience.TEAM and team not in teams_to_share_with(by):
        raise BoardError(_("Choose one of your teams to share it with."))
    if audience == Audience.EVERYONE and not by.may(Right.SHARE):
        raise BoardError(_("Your role shares boards with your team only. Ask your manager to share it with everyone."))
    board.audience, board.team = audience, team if audience == Audience.TEAM else None
    _kept(board)


def teams_to_share_with(member: Member) -> list[Team]:
    """Any team for those who share beyond their own; else the member's team and those below it."""
    teams = Team.objects.filter(archived_at=None).order_by("name")
    return list(teams if member.may(Right.SHARE) else teams.filter(pk__in=list(teams_below(member.team_id))))


def _tile(board: Board, order: int, spec: Spec, language: Language) -> Tile:
    where = {name: list(values) for name, values in spec.where.items()}
    title = spec.title.get(language, "")
    return Tile(
        board=board, order=order, kpi=spec.kpi, kind=spec.kind, by=spec.by, where=where, width=spec.width, title=title
    )


def _tiles(board: Board) -> list[Tile]:
    """The tiles of a board, which nobody else arranges until this transaction ends."""
    Board.objects.select_for_update().filter(pk=board.pk).first()
    return list(board.tiles.filter(removed_at=None))


def _number(tiles: Sequence[Tile]) -> None:
    for order, tile in enumerate(tiles):
        if tile.order != order:
            tile.order = order
            tile.save(update_fields=["order"])


def _kept[M: (Board, Tile)](what: M) -> M:
    """Check and save; what is wrong with a field is said in the reader's words."""
    try:
        what.full_clean()
    except ValidationError as error:
        if "title" in error.message_dict:
            raise BoardError(_("Give it a title of one to a hundred characters.")) from None
        raise TileError("; ".join(error.messages)) from None
    what.save()
    return what
