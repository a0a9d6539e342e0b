"""The twins of a pipeline: its open deals as files, the very rows and amounts that its columns count."""

from collections.abc import Sequence
from decimal import Decimal
from importlib.resources import files

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from cadran.crm.models import Deal
from cadran.kpis.answer import data_version, fresh_at
from cadran.kpis.reader import Reader
from cadran.kpis.twins import about, json_response
from cadran.members.field_rights import hidden_from
from cadran.members.models import Member
from cadran.members.scope import scope
from cadran.ui.documents import pdf, pdf_response
from cadran.ui.exports import csv_response
from cadran.ui.formats import labelled
from cadran.ui.workbooks import Sheet, xlsx_response
from cadran.workspace.pipeline import Shown
from cadran.workspace.pipeline_cards import cards
from cadran.workspace.pipeline_deals import OpenDeal, OpenDeals
from cadran.workspace.words import BLANK, field_name

FORMS = ("csv", "xlsx", "json", "pdf")
MOST_ROWS, MOST_PRINTED = 100_000, 1_000
HEADER = (
    "id",
    "name",
    "account",
    "owner",
    "stage",
    "amount",
    "weighted_amount",
    "created_on",
    "in_stage_since",
    "marks",
)


def twin(form: str, shown: Shown, deals: OpenDeals, reader: Reader, member: Member) -> HttpResponseBase:
    """The open deals of a pipeline in one of the forms, sorted and filtered as its list."""
    found = deals.page(shown.sort, shown.stage, MOST_PRINTED if form == "pdf" else MOST_ROWS, 0)
    stated, lines = _statement(shown, reader, member), _lines(found, member)
    match form:
        case "csv":
            told = tuple(stated.values())
            return csv_response("pipeline", (*HEADER, *stated), ((*line, *told) for line in lines))
        case "xlsx":
            return xlsx_response("pipeline", [Sheet(_("Deals"), HEADER, lines), about(stated)])
        case "json":
            rows = [dict(zip(HEADER, line, strict=True)) for line in lines]
            return json_response("pipeline", {**stated, "deals": rows})
        case _:
            return _document(found, deals.count(shown.stage), stated, shown, reader, member)


def twin_urls(shown: Shown) -> list[tuple[str, str]]:
    """The files of a pipeline, by form."""
    return [(form.upper(), f"{reverse(f'pipeline_{form}')}?{shown.query()}") for form in FORMS]


def _statement(shown: Shown, reader: Reader, member: Member) -> dict[str, object]:
    """What a file says of itself. Amounts are in the organisation's currency."""
    where = {"stage": (shown.stage,)} if shown.stage else {}
    words = _("Open deals of %(pipeline)s that %(member)s may see")
    return {
        "pipeline": shown.pipeline.name,
        "definition": words % {"pipeline": shown.pipeline.name, "member": member.name},
        "filters": "; ".join(f"{name} = {', '.join(values)}" for name, values in {**where, **shown.where}.items()),
        "order": shown.sort,
        "currency": reader.formats.currency,
        "as_of": fresh_at(),
        "data_version": data_version(),
    }


def _lines(found: Sequence[OpenDeal], member: Member) -> list[tuple[object, ...]]:
    """The deals with all digits; those that are no longer there, or not his to see, are left out, as on the page."""
    hidden = hidden_from(member, "deal")
    mine = Deal.objects.filter(scope(member).of(Deal), archived_at=None).select_related("account", "owner")
    records = {
        pk: record
        for start in range(0, len(found), 5_000)
        for pk, record in mine.in_bulk([deal.id for deal in found[start : start + 5_000]]).items()
    }
    return [
        (
            deal.id,
            record.name,
            record.account.name if record.account and "account" not in hidden else None,
            record.owner and record.owner.name,
            deal.stage,
            deal.amount,
            deal.expected,
            deal.created_on,
            deal.entered_on,
            ", ".join(deal.risks),
        )
        for deal in found
        if (record := records.get(deal.id))
    ]


def _document(
    found: Sequence[OpenDeal], count: int, stated: dict[str, object], shown: Shown, reader: Reader, member: Member
) -> HttpResponse:
    """The pipeline on paper, in the reader's language: the words of its cards."""
    known = _("As known on %(day)s") % {"day": reader.formats.moment(fresh_at())}
    listed = cards(found, shown.open_stages, member, reader)
    head = [field_name(name, {}) for name in ("name", "account", "stage", "amount", "weighted_amount", "owner")]
    notes = [str(stated["definition"]), str(stated["filters"]), f"{known} · {_('Data version')} {data_version()}"]
    data = {
        "title": f"{_('Pipeline')} · {shown.pipeline.name}",
        "language": reader.language,
        "notes": [note for note in notes if note],
        "count": reader.formats.number(Decimal(count)),
        "head": [*head, _("Mark")],
        "right": [place in (3, 4) for place in range(len(head) + 1)],
        "rows": [
            [
                card.name,
                card.account or BLANK,
                card.stage.name,
                card.amount or BLANK,
                card.expected or BLANK,
                card.owner,
                labelled(card.standing, card.reasons) if card.reasons else card.standing,
            ]
            for card in listed
        ],
        "foot": f"{_('Pipeline')} · {shown.pipeline.name} · {known}",
    }
    return pdf_response("pipeline", pdf((files("cadran.workspace") / "list.typ").read_bytes(), data, {}))
