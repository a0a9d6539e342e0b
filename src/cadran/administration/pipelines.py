"""Pipelines and their stages: order, probability, outcome, when deals go stale."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cadran.administration.forms import RecordForm
from cadran.administration.pages import page, still_used
from cadran.administration.words import CHOICES
from cadran.administration.writing import by, say
from cadran.crm.by import By
from cadran.crm.models import Pipeline, Stage
from cadran.crm.save import archive, change, restore
from cadran.crm.turn import writers_turn
from cadran.kpis.reader import reader
from cadran.members.rights import Right
from cadran.ui.access import members

STAGE = ("name", "probability", "outcome", "rotten_after_days")


@members(needs=Right.SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def pipelines(request: HttpRequest) -> HttpResponse:
    """Every pipeline with its stages, and the form of a new one."""
    form = RecordForm("pipeline", ("name",), request.POST or None)
    writer = by(request)
    if request.method == "POST" and (made := form.save(writer)):
        say(request, _("Added. Now give it its stages."), writer)
        return redirect("settings_pipeline", made.pk)
    found = Pipeline.objects.filter(archived_at=None).order_by("pk")
    shown = [(pipeline, stages_of(pipeline, request)) for pipeline in found]
    return page(request, "pipelines", "pipelines", {"form": form, "pipelines": shown})


@members(needs=Right.SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def pipeline(request: HttpRequest, pk: int) -> HttpResponse:
    """One pipeline: its name, its stages in order, and the form of a new stage, which comes last."""
    record = get_object_or_404(Pipeline, pk=pk)
    adding = request.method == "POST" and "add" in request.POST
    renaming = request.method == "POST" and not adding
    form = RecordForm("pipeline", ("name",), request.POST if renaming else None, record=record)
    new = RecordForm("stage", STAGE, request.POST if adding else None)
    writer = by(request)
    if renaming and form.save(writer):
        say(request, _("Saved."), writer)
        return redirect("settings_pipeline", pk)
    if adding and new.save(writer, pipeline=record, order=_next_place(record)):
        say(request, _("Added."), writer)
        return redirect("settings_pipeline", pk)
    context = {"record": record, "form": form, "new": new, "stages": stages_of(record, request)}
    return page(request, "pipelines", "pipeline", {**context, "away": _away(record)})


@members(needs=Right.SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def stage(request: HttpRequest, pk: int) -> HttpResponse:
    """One stage, to be changed."""
    record = get_object_or_404(Stage.objects.select_related("pipeline"), pk=pk)
    form = RecordForm("stage", STAGE, request.POST or None, record=record)
    writer = by(request)
    if request.method == "POST" and form.save(writer):
        say(request, _("Saved."), writer)
        return redirect("settings_pipeline", record.pipeline_id)
    return page(request, "pipelines", "stage", {"stage": record, "form": form})


@members(needs=Right.SETTINGS)
@require_POST
def move_stage(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a stage one place up or down, put it away or take it back, as the button pressed says."""
    record = get_object_or_404(Stage, pk=pk)
    what, writer = request.POST.get("what"), by(request)
    if what in ("up", "down"):
        _move(record, -1 if what == "up" else 1, writer)
    elif what == "away" and (reason := still_used(record)):
        messages.error(request, reason)
    elif what == "away":
        archive(record, by=writer)
        say(request, _("Put away: it is at the foot of the list, to be taken back."), writer)
    elif what == "back":
        restore(record, by=writer)
    return redirect("settings_pipeline", record.pipeline_id)


def stages_of(record: Pipeline, request: HttpRequest) -> list[dict[str, Any]]:
    """The stages of a pipeline in order, as a table shows them."""
    formats = reader(request).formats
    return [
        {
            "stage": stage,
            "probability": "" if stage.probability is None else formats.percent(stage.probability, "#,##0.##"),
            "outcome": CHOICES["outcome"][stage.outcome],
        }
        for stage in _in_order(record)
    ]


def _in_order(record: Pipeline) -> list[Stage]:
    return list(Stage.objects.filter(pipeline=record, archived_at=None).order_by("order", "pk"))


def _away(record: Pipeline) -> list[Stage]:
    return list(Stage.objects.filter(pipeline=record).exclude(archived_at=None).order_by("order", "pk"))


def _next_place(record: Pipeline) -> int:
    return max((int(stage.order) for stage in Stage.objects.filter(pipeline=record)), default=0) + 1


def _move(record: Stage, step: int, writer: By) -> None:
    """Change places with the neighbour; places are counted anew, as those of imports may be equal."""
    with writers_turn():
        stages = _in_order(record.pipeline)
        place = stages.index(record) + step if record in stages else -1
        if not 0 <= place < len(stages):
            return
        stages.remove(record)
        stages.insert(place, record)
        for order, one in enumerate(stages, 1):
            change(one, {"order": order}, by=writer)
