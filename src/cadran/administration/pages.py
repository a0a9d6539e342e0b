"""The pages of the settings: the organisation, and each list of rows with its form."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from typing import Any

from babel import numbers
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cadran.administration.currencies import unrated
from cadran.administration.fields import BLANK, choice_words
from cadran.administration.forms import RecordForm
from cadran.administration.holidays import countries, likeliest, years_offered
from cadran.administration.sections import SECTIONS, TABS, Section
from cadran.administration.usual import make_usual, usual_missing
from cadran.administration.words import FIELDS
from cadran.administration.writing import by, say
from cadran.crm.by import By
from cadran.crm.errors import Refused
from cadran.crm.match import MERGED, merges
from cadran.crm.models import Deal, Organisation, Product, Stage
from cadran.crm.records import KINDS, fields_of
from cadran.crm.save import archive, change, restore
from cadran.kpis.reader import reader
from cadran.members.models import Member, Team
from cadran.members.record import Record
from cadran.members.rights import Right
from cadran.members.scope import teams_below
from cadran.ui.access import members
from cadran.ui.formats import Formats

EXACTLY = "#,##0.##########"
MOST_OFFERED = 200
ORGANISATION = ("name", "currency", "language", "time_zone", "fiscal_year_start_month")


def page(request: HttpRequest, tab: str, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page of the settings, under its tab; 422 when its form has faults."""
    faults = any(getattr(form, "is_bound", False) and form.errors for form in context.values())
    whole = {"tabs": TABS, "tab": tab, **context}
    return render(request, f"administration/{template}.html", whole, status=422 if faults else 200)


@members(needs=Right.SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def organisation(request: HttpRequest) -> HttpResponse:
    """The organisation: its name, currency, language, time zone and fiscal year."""
    current = Organisation.current()
    form = RecordForm("organisation", ORGANISATION, request.POST or None, record=current)
    writer = by(request)
    if request.method == "POST" and form.save(writer):
        say(request, _("Saved."), writer)
        return redirect("settings")
    return page(request, "organisation", "organisation", {"form": form})


# Lists


@dataclass(frozen=True)
class Line:
    """A row of a list: its record and what its columns show."""

    record: Record
    cells: list[str]


def section_of(key: str) -> Section:
    """The list at this address. Raises Http404 when there is none."""
    if key not in SECTIONS:
        raise Http404
    return SECTIONS[key]


@members(needs=Right.SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def rows(request: HttpRequest, key: str) -> HttpResponse:
    """A list of settings, and the form of a new row."""
    section = section_of(key)
    form = RecordForm(section.kind, section.fields, request.POST or None)
    sent, writer = request.method == "POST" and _is_new(section, form), by(request)
    if sent and (taken_back(section, form, writer) or form.save(writer)):
        say(request, _("Added."), writer)
        return redirect("settings_rows", key)
    every = KINDS[section.kind]._default_manager.order_by(*section.order)
    return page(
        request,
        key,
        "rows",
        {
            "section": section,
            "form": form,
            "columns": [FIELDS[name] for name in section.shown],
            "lines": list(_lines(section, every.filter(archived_at=None), request)),
            "away": list(_lines(section, every.exclude(archived_at=None), request)),
            "usual": usual_missing() if section.kind == "custom_field" else (),
            "unrated": unrated(reader(request).formats) if section.kind == "exchange_rate" else (),
            "countries": countries(reader(request).language) if section.kind == "holiday" else (),
            "likeliest": likeliest() if section.kind == "holiday" else "",
            "years": years_offered() if section.kind == "holiday" else (),
        },
    )


@members(needs=Right.SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def row(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """One row of a list, to be changed or put away."""
    section = section_of(key)
    record = get_object_or_404(KINDS[section.kind]._default_manager, pk=pk)
    form = RecordForm(section.kind, section.fields, request.POST or None, record=record, fixed=section.fixed)
    writer = by(request)
    if request.method == "POST" and _makes_sense(form) and form.save(writer):
        say(request, _("Saved."), writer)
        return redirect("settings_rows", key)
    return page(
        request,
        key,
        "row",
        {
            "section": section,
            "form": form,
            "record": record,
            "merges": isinstance(record, Product) and record.archived_at is None,
            "others": _others(record) if isinstance(record, Product) else (),
        },
    )


@members(needs=Right.SETTINGS)
@require_POST
def put_away(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Put a row away, or take it back where the form says so: nothing is lost, so nothing is asked."""
    section = section_of(key)
    record = get_object_or_404(KINDS[section.kind]._default_manager, pk=pk)
    writer = by(request)
    if request.POST.get("away") == "no":
        restore(record, by=writer)
        say(request, _("Taken back."), writer)
    elif reason := still_used(record):
        messages.error(request, reason)
    else:
        archive(record, by=writer)
        say(request, _("Put away: it is at the foot of the list, to be taken back."), writer)
    return redirect("settings_rows", key)


def taken_back(section: Section, form: RecordForm, writer: By) -> Record | None:
    """The row that was put away and is now asked for again, taken back with the values of the form."""
    if not section.same or not form.is_valid():
        return None
    same = {name: form.cleaned_data[name] for name in section.same}
    record = KINDS[section.kind]._default_manager.exclude(archived_at=None).filter(**same).first()
    if record is None:
        return None
    kept = {name: value for name, value in form.cleaned_data.items() if name not in section.fixed}
    alone = {MERGED: None} if merges(section.kind) else {}
    try:
        change(record, {**kept, "archived_at": None, **alone}, by=writer)
    except Refused as refused:
        form.refuse(refused)
        return None
    return record


def _is_new(section: Section, form: RecordForm) -> bool:
    """Whether no row of the list is the same already, and this one ends after it begins."""
    if form.is_valid() and section.same:
        same = {name: form.cleaned_data[name] for name in section.same}
        if KINDS[section.kind]._default_manager.filter(archived_at=None, **same).exists():
            form.add_error(section.same[-1], _("There is one already."))
    return _makes_sense(form)


def _makes_sense(form: RecordForm) -> bool:
    """Whether a row does not stand in its own way: a team within itself, hours that close before they open."""
    if not form.is_valid():
        return False
    if isinstance(form.record, Team) and (parent := form.cleaned_data["parent"]):
        if parent.pk in set(teams_below(form.record.pk)):
            form.add_error("parent", _("A team cannot be part of itself or of a team below it."))
    elif form.kind == "business_hours" and form.cleaned_data["opens"] >= form.cleaned_data["closes"]:
        form.add_error("closes", _("It closes before it opens."))
    return form.is_valid()


def _others(product: Record) -> list[str]:
    """The names of the products that this one may be merged with, to be offered while one is typed."""
    found = Product.objects.filter(archived_at=None).exclude(pk=product.pk).order_by("name")
    return list(found.values_list("name", flat=True)[:MOST_OFFERED])


def still_used(record: Record) -> str:
    """Why a row cannot be put away yet, and what to do; "" when it can."""
    if isinstance(record, Team):
        inside = Member.objects.filter(team=record, is_active=True).exists()
        below = Team.objects.filter(parent=record, archived_at=None).exists()
        return _("Members or teams are part of it: move them to another team first.") if inside or below else ""
    if isinstance(record, Stage) and Deal.objects.filter(stage=record, archived_at=None).exists():
        return _("Deals are in this stage: move them to another one first.")
    return ""


def _lines(section: Section, found: Any, request: HttpRequest) -> Iterator[Line]:
    formats = reader(request).formats
    described = fields_of(section.kind)
    linked = [name for name in section.shown if described[name].target]
    for record in found.select_related(*linked) if linked else found:
        yield Line(record, [cell(record, name, formats) for name in section.shown])


def cell(record: Record, name: str, formats: Formats) -> str:
    """What a field of a row says."""
    value = getattr(record, name)
    if value is None or value == "":
        return BLANK
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, Decimal):
        return str(numbers.format_decimal(value, EXACTLY, formats.locale))
    if hasattr(value, "isoformat"):
        return formats.day(value)
    return str(choice_words(name).get(str(value), value))


@members(needs=Right.SETTINGS)
@require_POST
def add_usual(request: HttpRequest) -> HttpResponse:
    """Make those of the usual fields that are not here."""
    make_usual(by(request))
    return redirect("settings_rows", "fields")
