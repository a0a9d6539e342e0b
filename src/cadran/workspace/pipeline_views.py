"""The pages of a pipeline: its deals in columns or as a list, and the forms that move them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cadran.crm.models import Deal, Pipeline, Stage
from cadran.kpis.answer import fresh_at
from cadran.kpis.choices import Choice
from cadran.kpis.columns import dimension_name
from cadran.kpis.reader import Reader, reader
from cadran.kpis.refusals import says_why
from cadran.members.field_rights import hidden_from
from cadran.members.models import Member
from cadran.members.rights import Right
from cadran.members.scope import scope
from cadran.members.signed_in import signed_in
from cadran.metrics.question import UNKNOWN
from cadran.ui.access import members
from cadran.workspace import pipeline_moves as moves
from cadran.workspace.pipeline import FILTERS, SORTS, VIEWS, Shown, read, stages_of
from cadran.workspace.pipeline_cards import cards, deal_name
from cadran.workspace.pipeline_columns import MOST_CARDS, columns
from cadran.workspace.pipeline_deals import OpenDeals
from cadran.workspace.pipeline_past import past
from cadran.workspace.pipeline_twins import twin, twin_urls

PAGE = 50
REASONS = 8


@members
@require_safe
@says_why
def pipeline(request: HttpRequest) -> HttpResponse:
    """The open deals of a pipeline that the member may see: in columns by stage, or as a list."""
    who, pipelines = reader(request), list(Pipeline.objects.filter(archived_at=None).order_by("pk"))
    if not pipelines:
        return render(request, "workspace/pipeline_none.html")
    member = signed_in(request)
    shown = _seen(read(request.GET, pipelines), member)
    deals = OpenDeals(shown.pipeline.name, who.today, member, shown.where)
    context = {
        "shown": shown,
        "pipelines": [Choice(one.name, one.name, one == shown.pipeline) for one in pipelines],
        "filters": _filters(shown, OpenDeals(shown.pipeline.name, who.today, member), member),
        "views": _views(shown),
        "may_move": moves.may_move(member),
        "amounts": "amount" not in hidden_from(member, "deal"),
        "moved": _moved(request.GET.get("moved", ""), member),
        "reasons": _reasons(member),
        "fresh": who.formats.moment(fresh_at()),
        "twins": twin_urls(shown),
    }
    context |= _list(shown, deals, who, member) if shown.view == "list" else _columns(shown, deals, who, member)
    return render(request, "workspace/pipeline.html", context)


@members
@require_safe
@says_why
def pipeline_twin(request: HttpRequest, form: str) -> HttpResponseBase:
    """The open deals of a pipeline as a file: csv, xlsx, json or pdf."""
    who, pipelines = reader(request), list(Pipeline.objects.filter(archived_at=None).order_by("pk"))
    member = signed_in(request)
    shown = _seen(read(request.GET, pipelines), member)
    return twin(form, shown, OpenDeals(shown.pipeline.name, who.today, member, shown.where), who, member)


@members(needs=Right.RECORDS)
@require_http_methods(["GET", "HEAD", "POST"])
def move_deal(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a deal, or take a move back; read, it asks where the deal goes and, if it is lost, why.

    ``to.<id>`` (or ``to``) is the stage it goes to, ``seen`` where it was seen, ``undo`` the move taken back.
    """
    member = signed_in(request)
    deal = moves.find(pk, member)
    if request.method != "POST":
        if not moves.may_move(member):
            raise PermissionDenied
        return _ask(request, deal, member, request.GET)
    if request.POST.get("undo"):
        return _undo(request, deal, member)
    to, stages = request.POST.get(f"to.{pk}") or request.POST.get("to"), stages_of(deal.pipeline)
    stage = next((one for one in stages if str(one.pk) == to), None)
    if stage is None:
        messages.error(request, _("Choose the stage to which the deal goes."))
        return redirect(_back(request, deal))
    seen, reason = request.POST.get("seen", ""), request.POST.get("reason", "").strip()
    try:
        moved = moves.move(deal, stage, seen_in=seen, reason=reason, member=member, formats=reader(request).formats)
    except moves.NeedsReason:
        return _ask(request, deal, member, request.POST, stage)
    except moves.NotMoved as refused:
        messages.error(request, str(refused))
        return redirect(_back(request, deal))
    return redirect(_back(request, deal, f"{pk}.{moved.batch}" if moved else ""))


def _seen(shown: Shown, member: Member) -> Shown:
    """The page without filters by what the member does not see."""
    hidden = hidden_from(member, "deal")
    return replace(shown, where={name: values for name, values in shown.where.items() if name not in hidden})


def _undo(request: HttpRequest, deal: Deal, member: Member) -> HttpResponse:
    try:
        moved = moves.undo(deal, request.POST["undo"], member)
    except moves.NotMoved as refused:
        messages.error(request, str(refused))
    else:
        words = _("“%(deal)s” is back in “%(stage)s”.")
        messages.success(request, words % {"deal": deal_name(deal), "stage": moved.came_from})
    return redirect(_back(request, deal))


def _ask(
    request: HttpRequest, deal: Deal, member: Member, given: QueryDict, stage: Stage | None = None
) -> HttpResponse:
    """The form that moves a deal, on a page of its own."""
    context = {
        "deal": deal,
        "name": deal_name(deal),
        "stage": stage,
        "stages": [one for one in stages_of(deal.pipeline) if one != deal.stage],
        "seen": given.get("seen") or deal.stage_id,
        "back": given.get("back", ""),
        "back_url": _address(given.get("back", ""), deal),
        "reasons": _reasons(member),
    }
    return render(request, "workspace/pipeline_move.html", context)


def _columns(shown: Shown, deals: OpenDeals, who: Reader, member: Member) -> dict[str, Any]:
    found = cards(deals.largest(MOST_CARDS), shown.stages, member, who)
    whole, made = columns(shown, found, deals, who)
    return {"whole": whole, "columns": made}


def _list(shown: Shown, deals: OpenDeals, who: Reader, member: Member) -> dict[str, Any]:
    count = deals.count(shown.stage)
    pages = max(1, -(-count // PAGE))
    page = min(shown.page, pages)
    found = deals.page(shown.sort, shown.stage, PAGE, (page - 1) * PAGE)
    amounts = "amount" not in hidden_from(member, "deal")
    words = {"amount": _("Amount"), "expected": _("Expected amount"), "age": _("Age")}
    return {
        "cards": cards(found, shown.stages, member, who),
        "count": count,
        "past": past(shown.pipeline.name, shown.stages, member, who),
        "page": page,
        "pages": pages,
        "before": shown.url(page=page - 1) if page > 1 else "",
        "after": shown.url(page=page + 1) if page < pages else "",
        "sorts": [Choice(sort, words[sort], sort == shown.sort) for sort in SORTS if sort == "age" or amounts],
        "stages": [Choice(stage.name, stage.name, stage.name == shown.stage) for stage in shown.open_stages],
    }


def _views(shown: Shown) -> list[Choice]:
    words = {"columns": _("Columns"), "list": _("List")}
    return [Choice(shown.url(view=view, stage=""), words[view], view == shown.view) for view in VIEWS]


def _filters(shown: Shown, deals: OpenDeals, member: Member) -> list[tuple[str, str, list[Choice]]]:
    """What the deals can be filtered by: a name in the URL, a name in words, the choices. One value is no choice."""
    filters = []
    for name in (name for name in FILTERS if name not in hidden_from(member, "deal")):
        chosen = shown.where.get(name, ())
        values = list(dict.fromkeys([*deals.values(name), *chosen]))
        if len(values) > 1 or chosen:
            offered = [Choice(v, _("unknown") if v == UNKNOWN else v, v in chosen) for v in values]
            filters.append((f"filter.{name}", dimension_name(name), offered))
    return filters


def _moved(text: str, member: Member) -> moves.Moved | None:
    """The move that a URL speaks of, when this member may take it back."""
    pk, _dot, batch = text.partition(".")
    if not batch or not pk.isascii() or not pk.isdigit() or not member.may(Right.RECORDS):
        return None
    try:
        return moves.made(moves.find(int(pk[:18]), member), batch, member)
    except Http404:
        return None


def _reasons(member: Member) -> Sequence[str]:
    """The reasons for which deals were lost lately, those given most often first."""
    if "lost_reason" in hidden_from(member, "deal"):
        return []
    lost = Deal.objects.filter(scope(member).of(Deal), lost_reason__isnull=False).order_by("-pk")
    counts: dict[str, int] = {}
    for reason in lost.values_list("lost_reason", flat=True)[:500]:
        counts[str(reason)] = counts.get(str(reason), 0) + 1
    return sorted(counts, key=lambda reason: -counts[reason])[:REASONS]


def _back(request: HttpRequest, deal: Deal, moved: str = "") -> str:
    return _address(request.POST.get("back", ""), deal, moved)


def _address(back: str, deal: Deal, moved: str = "") -> str:
    """The page of a pipeline with the choices that were in use, whatever else was put in the form."""
    query = QueryDict(back, mutable=True)
    kept = {
        name for name in query if name in ("pipeline", "view", "sort", "stage", "page") or name.startswith("filter.")
    }
    for name in set(query) - kept:
        del query[name]
    query["pipeline"] = query.get("pipeline") or Pipeline.objects.get(pk=deal.pipeline_id).name
    if moved:
        query["moved"] = moved
    return f"{reverse('pipeline')}?{query.urlencode()}"
