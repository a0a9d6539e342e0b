"""The boards that a member may open: those that ship for his role, his own, and those that others share with him."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from cadran.dashboards.models import Audience, Board, Home
from cadran.dashboards.shipped import Shipped, home_of, shipped
from cadran.dashboards.spec import Spec
from cadran.members.models import Member, Role, Team
from cadran.members.scope import teams_below
from cadran.metrics.metric import Language


@dataclass(frozen=True)
class Face:
    """A board as a page shows it, shipped or someone's own. ``board`` is None for those that ship."""

    slug: str
    title: str
    about: str
    specs: Sequence[Spec]
    board: Board | None = None


def face_of(board: Board) -> Face:
    """A board of someone's own."""
    specs = [tile.spec for tile in board.tiles.filter(removed_at=None)]
    return Face(board.slug, board.title, "", specs, board)


def face_of_shipped(board: Shipped, language: Language) -> Face:
    """A board that ships."""
    return Face(board.slug, board.title[language], board.about[language], board.tiles)


def home(member: Member, language: Language) -> Face:
    """The board that a member meets first: the one he chose as long as he may open it, else that of his role."""
    chosen = chosen_home(member)
    found = find(chosen, member, language) if chosen else None
    return found or face_of_shipped(home_of(member.role), language)


def chosen_home(member: Member) -> str:
    """The address of the board that a member chose to meet first, "" where he chose none."""
    return Home.objects.filter(member=member).values_list("slug", flat=True).first() or ""


def choose_home(member: Member, slug: str) -> None:
    """Meet this board first from now on; "" is that of his role again."""
    if slug:
        Home.objects.update_or_create(member=member, defaults={"slug": slug})
    else:
        Home.objects.filter(member=member).delete()


def shipped_for(member: Member, language: Language) -> list[Face]:
    """The boards that ship for a member's role, his home first."""
    found = [board for board in shipped().values() if board.roles and board.seen_by(member.role)]
    found.sort(key=lambda board: member.role not in board.roles)
    return [face_of_shipped(board, language) for board in found]


def own(member: Member) -> Sequence[Board]:
    """A member's own boards, by title."""
    return list(Board.objects.filter(owner=member, removed_at=None).order_by("title", "pk"))


def shared(member: Member) -> Sequence[Board]:
    """The boards that others share with a member, by title."""
    found = Board.objects.filter(_shared_with(member), removed_at=None).exclude(owner=member)
    return list(found.select_related("owner", "team").order_by("title", "pk"))


def find(slug: str, member: Member, language: Language) -> Face | None:
    """The board of this address, None when there is none or when it is not for this member: he cannot tell which."""
    if slug in shipped():
        board = shipped()[slug]
        return face_of_shipped(board, language) if board.seen_by(member.role) else None
    seen = Q() if edits_all(member) else Q(owner=member) | _shared_with(member)
    own = Board.objects.filter(seen, slug=slug, removed_at=None).select_related("owner", "team").first()
    return None if own is None else face_of(own)


def edits_all(member: Member) -> bool:
    """Whether a member may change the boards of others: administrators may."""
    return member.is_active and member.role == Role.ADMINISTRATOR


def _shared_with(member: Member) -> Q:
    """Boards shared with everyone, or with a team that the member is in or that his team is a part of."""
    if not member.is_active:
        return Q(pk__in=())
    return Q(audience=Audience.EVERYONE) | Q(audience=Audience.TEAM, team__in=_teams_of(member))


def _teams_of(member: Member) -> list[int]:
    """The member's team and the teams that it is a part of."""
    if member.team_id is None:
        return []
    return [team for team in Team.objects.values_list("pk", flat=True) if member.team_id in teams_below(team)]
