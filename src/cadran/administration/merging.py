"""Two products that are one: found by name from the one that stays, compared, merged, and undone at once."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cadran.administration.pages import cell, page
from cadran.administration.sections import SECTIONS
from cadran.administration.words import FIELDS, Words
from cadran.administration.writing import by, say
from cadran.crm.errors import Refused
from cadran.crm.merge import links_to, merge, proposed
from cadran.crm.models import Product
from cadran.crm.records import KINDS, fields_of
from cadran.kpis.reader import reader
from cadran.members.rights import Right
from cadran.ui.access import members
from cadran.ui.formats import Formats

SECTION = SECTIONS["products"]
CHOSEN = ("family", "tier", "price")
"""What is chosen from the one or the other. No two products share a name, so it stays; a price brings its currency."""


@dataclass(frozen=True)
class Line:
    """A field of both products: what each says, and whether the value of the one that goes is proposed."""

    field: str
    name: Words
    kept: str
    other: str
    taken: bool


@members(needs=Right.SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def merge_product(request: HttpRequest, pk: int) -> HttpResponse:
    """A product and the one that is named beside it; sent, the latter goes into the former."""
    kept = get_object_or_404(Product, pk=pk, archived_at=None)
    sought = (request.POST if request.method == "POST" else request.GET).get("with", "").replace("\0", "").strip()
    other = Product.objects.filter(archived_at=None, name__iexact=sought).exclude(pk=pk).first()
    if request.method == "POST" and _went(kept, sought):  # sent twice
        return redirect("settings_rows", SECTION.key)
    if other is None:
        messages.error(request, _("There is no other product “%(name)s”: type its whole name.") % {"name": sought})
        return redirect("settings_row", SECTION.key, pk)
    lines = _lines(kept, other, reader(request).formats)
    if request.method == "POST":
        return _merge(request, kept, other, request.POST)
    moving = sum(
        KINDS[kind]._default_manager.filter(**{field.name: other.pk}, archived_at=None).count()
        for kind, field in links_to("product")
        if kind != "product"
    )
    context = {"kept": kept, "other": other, "lines": lines, "moving": moving, "section": SECTION}
    return page(request, SECTION.key, "merge", context)


def _went(kept: Product, name: str) -> bool:
    """Whether the product of this name is in the kept one already."""
    return Product.objects.filter(merged_into=kept, name__iexact=name).exclude(archived_at=None).exists()


def _merge(request: HttpRequest, kept: Product, other: Product, given: Mapping[str, str]) -> HttpResponse:
    writer = by(request)
    values = {name: getattr(other, name) for name in CHOSEN if given.get(f"field.{name}") == "other"}
    if "price" in values:
        values["currency"] = other.currency
    try:
        merge(kept, other, values, by=writer)
    except Refused as refused:
        messages.error(request, "; ".join(str(problem.reason) for problem in refused.problems))
    else:
        say(request, _("“%(other)s” went into “%(kept)s”.") % {"other": other.name, "kept": kept.name}, writer)
    return redirect("settings_rows", SECTION.key)


def _lines(kept: Product, other: Product, formats: Formats) -> list[Line]:
    described = {name: fields_of("product")[name] for name in CHOSEN}
    taken = proposed(kept, other, described)
    return [
        Line(name, FIELDS[name], _said(kept, name, formats), _said(other, name, formats), name in taken)
        for name in CHOSEN
        if _said(kept, name, formats) != _said(other, name, formats)
    ]


def _said(product: Product, name: str, formats: Formats) -> str:
    text = cell(product, name, formats)
    return f"{text}\N{NO-BREAK SPACE}{product.currency}" if name == "price" and product.price is not None else text
