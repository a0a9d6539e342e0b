"""The pages on which people make boards of their own, arrange and share them. Everything is a plain form."""

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cadran.dashboards import edit, links, shelf
from cadran.dashboards.chooser import chooser, read_spec
from cadran.dashboards.edit import BoardError
from cadran.dashboards.kinds import KINDS
from cadran.dashboards.levels import levels
from cadran.dashboards.models import Audience, Board, Tile
from cadran.dashboards.shipped import templates
from cadran.dashboards.spec import MOST_TILES, TileError, filter_words
from cadran.dashboards.views import face
from cadran.kpis import choices
from cadran.kpis.answer import catalogue, newest_day
from cadran.kpis.choices import Choice
from cadran.kpis.columns import dimension_name
from cadran.kpis.reader import Reader, reader
from cadran.kpis.refusals import says_why
from cadran.kpis.selection import CUSTOM, Selection, read
from cadran.members.models import Member, Team
from cadran.members.rights import Right
from cadran.members.signed_in import signed_in
from cadran.metrics.metric import Language
from cadran.ui.access import members


@members(write=Right.BOARDS)
@require_http_methods(["GET", "HEAD", "POST"])
@says_why
def boards(request: HttpRequest) -> HttpResponse:
    """Every board that I may open, and a form to make one: empty, from a template or as a copy of another."""
    who = reader(request)
    member = signed_in(request)
    if request.method == "POST":
        source = request.POST.get("from", "")
        specs = face(source, member, who.language).specs if source else []
        try:
            made = edit.make(member, request.POST.get("title", ""), specs, who.language)
        except (BoardError, TileError) as error:
            messages.error(request, str(error))
            return redirect("boards")
        return redirect(f"{reverse('board_edit', args=[made.slug])}{_tile_query(request.POST)}")
    own, shared = shelf.own(member), shelf.shared(member)
    shipped = shelf.shipped_for(member, who.language)
    objectives = [shelf.face_of_shipped(board, who.language) for board in templates()]
    chosen = request.GET.get("from", "")
    return render(
        request,
        "dashboards/boards.html",
        {
            "own": own,
            "shared": shared,
            "shipped": shipped,
            "objectives": objectives,
            "chosen": chosen,
            "tile": _tile_query(request.GET),
            "tile_parts": _tile_parts(request.GET),
            "tile_title": catalogue()[key].title[who.language]
            if (key := request.GET.get("kpi", "")) in catalogue()
            else "",
            "gone": Board.objects.filter(owner=member, removed_at__gte=timezone.now() - edit.KEPT),
            "may_make": member.may(Right.BOARDS),
        },
    )


@members(needs=Right.BOARDS)
@require_http_methods(["GET", "HEAD", "POST"])
@says_why
def board_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Arrange and share a board of one's own: its tiles, a form for one more, its title, who reads it."""
    who = reader(request)
    board = _editable(slug, signed_in(request), gone=request.POST.get("do") == "back")
    if request.method != "POST":
        return _edit_page(request, board, who)
    try:
        match request.POST.get("do"):
            case "rename":
                edit.rename(board, request.POST.get("title", ""))
            case "share":
                team = Team.objects.filter(pk=_whole(request.POST.get("team"))).first()
                edit.share(board, request.POST.get("audience", ""), team, signed_in(request))
                messages.success(request, _("Who reads this board is now as you said."))
            case "throw":
                edit.throw_away(board)
                return redirect("boards")
            case "back":
                edit.bring_back(board)
            case _:
                raise BoardError(_("This form asks for nothing that can be done. Reload the page and try again."))
    except BoardError as error:
        messages.error(request, str(error))
    return redirect("board_edit", board.slug)


@members(needs=Right.BOARDS)
@require_POST
@says_why
def board_tiles(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a tile."""
    who = reader(request)
    board = _editable(slug, signed_in(request))
    try:
        tile = edit.add(board, read_spec(request.POST), who.language)
    except (BoardError, TileError) as error:
        messages.error(request, str(error))
    else:
        words = _("“%(title)s” is the last tile of the board.") % {"title": _title(tile, who.language)}
        messages.success(request, words)
    return redirect("board_edit", board.slug)


_VERBS: Mapping[str, Callable[[Board, Tile], None]] = {
    "earlier": edit.earlier,
    "later": edit.later,
    "wider": edit.wider,
    "narrower": edit.narrower,
    "remove": edit.remove,
    "back": edit.put_back,
}


@members(needs=Right.BOARDS)
@require_POST
@says_why
def board_tile(request: HttpRequest, slug: str, tile: int) -> HttpResponse:
    """Move, resize, take away or put back a tile: what to ``do``, or the place ``to`` which it was dragged."""
    board = _editable(slug, signed_in(request))
    asked, do = board.tiles.filter(pk=tile).first(), request.POST.get("do", "")
    if asked is None:
        raise Http404
    if do in ("remove", "back") and (asked.removed_at is None) == (do == "back"):
        return redirect("board_edit", board.slug)  # it is as asked already
    if asked.removed_at is not None and do != "back":
        raise Http404
    try:
        if request.POST.get("to"):
            edit.move(board, asked, _whole(request.POST["to"]))
        elif do in _VERBS:
            _VERBS[do](board, asked)
        else:
            raise BoardError(_("This form asks for nothing that can be done. Reload the page and try again."))
    except BoardError as error:
        messages.error(request, str(error))
    return redirect("board_edit", board.slug)


@members(needs=Right.SHARE)
@require_POST
@says_why
def board_links(request: HttpRequest, slug: str) -> HttpResponse:
    """Make a link for people outside. Its address is on the answer to this call alone."""
    who = reader(request)
    board, days = _editable(slug, signed_in(request)), _whole(request.POST.get("days"))
    frozen = QueryDict(mutable=True)
    for name in ("period", "filter.team", "filter.owner"):
        if request.POST.get(name):
            frozen[name] = request.POST[name]
    read(frozen, who.today, who.calendar)
    if days not in links.DAYS or frozen.get("period") == CUSTOM:
        messages.error(request, _("Choose one of the periods and how long the link lasts."))
        return redirect("board_edit", board.slug)
    token = links.make(board, urlencode(list(frozen.items())), days, signed_in(request))
    response = _edit_page(request, board, who, request.build_absolute_uri(reverse("outside", args=[token])))
    response.headers["Cache-Control"] = "no-store"
    return response


@members(needs=Right.SHARE)
@require_POST
@says_why
def board_link(request: HttpRequest, slug: str, link: int) -> HttpResponse:
    """Withdraw a link."""
    board = _editable(slug, signed_in(request))
    found = board.links.filter(pk=link).first()
    if found is None:
        raise Http404
    links.withdraw(found)
    messages.success(request, _("The link no longer works."))
    return redirect("board_edit", board.slug)


def _tile_parts(said: QueryDict) -> dict[str, str]:
    """The tile that someone is looking for a board for, as the form of a board's page reads it."""
    parts = {name: said.get(name, "") for name in ("kpi", "kind", "split", "on", "value")}
    return {name: value for name, value in parts.items() if value} if parts["kpi"] else {}


def _tile_query(said: QueryDict) -> str:
    parts = _tile_parts(said)
    return f"?{urlencode(parts)}#add" if parts else ""


def _editable(slug: str, member: Member, *, gone: bool = False) -> Board:
    """The board of this address if this member may change it, the thrown away ones if ``gone``; raises Http404."""
    mine = Board.objects.filter(slug=slug, removed_at__isnull=not gone).select_related("owner", "team")
    found = (mine if shelf.edits_all(member) else mine.filter(owner=member)).first()
    if found is None:
        raise Http404
    return found


def _edit_page(request: HttpRequest, board: Board, who: Reader, new_link: str = "") -> HttpResponse:
    member = signed_in(request)
    selection = read(QueryDict(), who.today, who.calendar, newest_day(who.today))
    tiles = list(board.tiles.filter(removed_at=None))
    gone = board.tiles.filter(removed_at__gte=timezone.now() - edit.KEPT).order_by("-removed_at")[:3]
    return render(
        request,
        "dashboards/edit.html",
        {
            "board": board,
            "tiles": [(tile, _title(tile, who.language), _words(tile)) for tile in tiles],
            "gone": [(tile, _title(tile, who.language)) for tile in gone],
            "full": len(tiles) >= MOST_TILES,
            "chooser": chooser(request.GET, selection, who),
            "audiences": _audiences(board, member),
            "teams": [Choice(str(t.pk), t.name, t.pk == board.team_id) for t in edit.teams_to_share_with(member)],
            "fresh": who.formats.moment(timezone.now()),
            **(_links(board, member, selection, who) if member.may(Right.SHARE) else {}),
            "new_link": new_link,
        },
    )


def _links(board: Board, member: Member, selection: Selection, who: Reader) -> dict[str, object]:
    found = board.links.filter(revoked_at=None, expires_at__gt=timezone.now()).order_by("expires_at")
    return {
        "may_link": True,
        "links": [(link, who.formats.moment(link.made_at), who.formats.moment(link.expires_at)) for link in found],
        "periods": [choice for choice in choices.period_choices(selection) if choice.value != CUSTOM],
        "levels": levels(board.owner, selection),
        "days": links.DAYS,
        "for_owner": "" if board.owner_id == member.pk else board.owner.name,
    }


def _audiences(board: Board, member: Member) -> list[Choice]:
    names = {
        Audience.NOBODY: _("Only me"),
        Audience.TEAM: _("A team"),
        Audience.EVERYONE: _("Everyone who works here"),
    }
    allowed = [one for one in Audience if one != Audience.EVERYONE or member.may(Right.SHARE)]
    return [Choice(one.value, names[one], board.audience == one) for one in allowed]


def _title(tile: Tile, language: Language) -> str:
    own = str(tile.title)
    return own or (catalogue()[tile.kpi].title[language] if tile.kpi in catalogue() else tile.kpi)


def _words(tile: Tile) -> str:
    """How a tile is drawn, split and filtered, in words."""
    by = _("by %(dimension)s") % {"dimension": dimension_name(tile.by).lower()} if tile.by else ""
    return " · ".join(word for word in (str(KINDS[tile.kind].title), by, filter_words(tile.where)) if word)


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0
