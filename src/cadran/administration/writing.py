"""Writing settings: what is said of a change, what it has counted anew, and how it is taken back."""

import secrets
from collections.abc import Iterable, Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from cadran.administration.sections import SECTIONS
from cadran.administration.words import Words
from cadran.crm.by import By
from cadran.crm.errors import Refused
from cadran.crm.models import Change, Origin, Stage
from cadran.crm.undo import undo, written_together
from cadran.members.models import FieldRight
from cadran.members.record import Record
from cadran.members.rights import Right
from cadran.members.signed_in import signed_in
from cadran.ui.access import members

BATCH = "settings-"
MOST_UNDONE = 20_000
"""More changes than these are too much for one answer to take back."""

_OF_FIELD: dict[tuple[str, str], Words] = {
    ("organisation", "time_zone"): gettext_lazy("Every day is counted anew in this time zone, past ones too."),
    ("organisation", "fiscal_year_start_month"): gettext_lazy(
        "Fiscal quarters and years are counted anew from this month, past ones too."
    ),
    ("organisation", "currency"): gettext_lazy(
        "All amounts are counted anew in this currency: those without an exchange rate are left out."
    ),
    ("stage", "probability"): gettext_lazy("The weighted pipeline is counted anew from now on."),
    ("stage", "outcome"): gettext_lazy("Deals won, lost and open are counted anew."),
    ("product", "merged_into"): gettext_lazy("Numbers by product count both as one, past ones too."),
    ("team", "region"): gettext_lazy("Numbers by region are counted anew, past ones too."),
}
_ANYWHERE: dict[str, Words] = {
    "channel": gettext_lazy("Numbers by channel are counted anew, past ones too."),
}
_OF_KIND: dict[str, Words] = {
    "exchange_rate": gettext_lazy("Amounts in this currency are counted anew from that day on."),
    "business_hours": gettext_lazy("Times in business hours are counted anew, past ones too."),
    "holiday": gettext_lazy("Times in business hours are counted anew, past ones too."),
    "custom_field": gettext_lazy("Numbers split by it once the facts are built anew, in a moment."),
}


def by(request: HttpRequest) -> By:
    """Whoever writes by this request; what he writes belongs together."""
    return By(Origin.MEMBER, signed_in(request), BATCH + secrets.token_hex(8))


def say(request: HttpRequest, words: str, writer: By) -> None:
    """Say what was done and what is counted anew for it, and offer to undo it."""
    written = Change.objects.filter(batch=writer.batch)
    first = written.order_by("pk").values_list("pk", flat=True).first()
    few = first is not None and not written.order_by("pk")[MOST_UNDONE : MOST_UNDONE + 1].exists()
    back = reverse("undo_settings", args=[first]) if few else ""
    fields = written.values_list("record", "field").distinct().order_by("record", "field")
    messages.success(request, " ".join([words, *recounted(fields)]), extra_tags=back)


def recounted(fields: Iterable[tuple[str, str]]) -> list[str]:
    """What changes of these fields, each of a kind, have counted anew, each thing said once."""
    found = [_OF_FIELD.get((kind, field)) or _ANYWHERE.get(field) or _OF_KIND.get(kind) for kind, field in fields]
    return list(dict.fromkeys(str(words) for words in found if words))


@members(needs=Right.SETTINGS)
@require_POST
def undo_settings(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what this member wrote at once in the settings, unless something of it has changed since."""
    first = get_object_or_404(Change, pk=pk, batch__startswith=BATCH)
    together = written_together(pk, signed_in(request))
    if not together:
        raise Http404
    writer = by(request)
    try:
        undo(together, by=writer)
    except Refused:
        messages.error(request, _("This was changed again since: it can no longer be undone."))
    else:
        say(request, _("Undone."), writer)
    return redirect(_there([record for record, _changes in together], first.record))


def _there(records: Sequence[Record], kind: str) -> str:
    """The page of the settings on which records of a kind are."""
    if isinstance(records[0], Stage):
        return reverse("settings_pipeline", args=[records[0].pipeline_id])
    if kind == "pipeline":
        return reverse("settings_pipelines")
    if isinstance(records[0], FieldRight):
        return f"{reverse('settings_rights')}?record={records[0].record}&role={records[0].role}"
    key = next((section.key for section in SECTIONS.values() if section.kind == kind), None)
    if key is None:
        return reverse("settings" if kind == "organisation" else "settings_channels")
    return reverse("settings_rows", args=[key])
