"""The twins of a list: the same records as CSV, XLSX, JSON and PDF, each stating what it holds and how it was narrowed.

Every one comes of the same query as the page. Names of columns and of JSON are for machines; a PDF is for people: the
columns of the page, in words.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.resources import files
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from cadran.kpis.reader import Reader
from cadran.members.models import Member
from cadran.members.record import Record
from cadran.metrics.errors import QuestionError
from cadran.metrics.result import dump_json
from cadran.ui.documents import pdf, pdf_response
from cadran.ui.exports import Streamed, csv_stream
from cadran.ui.workbooks import Sheet, xlsx_response
from cadran.workspace import choices
from cadran.workspace.find import find
from cadran.workspace.selection import Selection
from cadran.workspace.table import header, lines, linked, look, page, rows
from cadran.workspace.words import field_name, value_name

FORMS = ("csv", "xlsx", "json", "pdf")
MOST_ROWS, MOST_PRINTED = 100_000, 1_000


def twin(form: str, selection: Selection, reader: Reader, member: Member) -> HttpResponseBase:
    """The list in one of the forms. Raises QuestionError when it is longer than a workbook or a document holds."""
    found, listing = find(selection, reader, member), selection.listing
    stated = statement(selection, member)
    head = header(listing)
    match form:
        case "csv":
            told = tuple(stated.values())
            return csv_stream(listing.slug, [*head, *stated], ([*row, *told] for row in rows(found, listing)))
        case "json":
            return Streamed(f"{listing.slug}.json", _json(stated, head, rows(found, listing)), "application/json")
        case "xlsx":
            _bounded(found, MOST_ROWS, reader)
            about = Sheet(_("About"), (_("What"), _("Value")), list(stated.items()))
            return xlsx_response(listing.slug, [Sheet(str(listing.many), head, rows(found, listing)), about])
        case _:
            _bounded(found, MOST_PRINTED, reader)
            return _document(found, selection, reader, member)


def statement(selection: Selection, member: Member) -> dict[str, object]:
    """What a file says of itself: which records, of whose sight, how narrowed and sorted, when they were read."""
    return {
        "list": selection.listing.slug,
        "definition": _definition(selection, member),
        "filters": "; ".join(f"{name} = {value}" for name, value, _words in _filters(selection, member)),
        "order": f"{selection.sort_key} {'descending' if selection.descending else 'ascending'}",
        "as_of": timezone.now(),
    }


def _definition(selection: Selection, member: Member) -> str:
    words = {"many": str(selection.listing.many), "member": member.name}
    if selection.archived:
        return _("%(many)s that %(member)s may see, archived ones too") % words
    return _("%(many)s that %(member)s may see, without archived ones") % words


def _filters(selection: Selection, member: Member) -> Iterator[tuple[str, str, str]]:
    """What narrows a list: field and value as machines name them, and both in words; links as far as one sees them."""
    if selection.sought:
        yield "search", selection.sought, f"{_('Search')} = {selection.sought}"
    links = choices.link_names(selection, member)
    for name, value in sorted(selection.where.items()):
        told = links.get(name, value)
        yield name, told, f"{field_name(name, {})} = {told if name in links else value_name(name, value)}"
    for name, word, day in (("from", _("From"), selection.since), ("through", _("Through"), selection.through)):
        if day is not None:
            words = f"{field_name(selection.by_date, {})}, {word} {day.isoformat()}"
            yield f"{selection.by_date} {name}", day.isoformat(), words


def _bounded(found: QuerySet[Record], most: int, reader: Reader) -> None:
    count = found.count()
    if count > most:
        words = _("These are %(n)s records, more than the %(most)s that such a file holds. Filter them, or take CSV.")
        number = reader.formats.number
        raise QuestionError(words % {"n": number(Decimal(count)), "most": number(Decimal(most))})


def _json(stated: dict[str, object], head: list[str], found: Iterator[list[object]]) -> Iterator[str]:
    """One object: what the file says of itself, then its records, a line for each."""
    yield "{\n"
    for name, value in stated.items():
        yield f'  "{name}": {dump_json(_plain(value))},\n'
    yield '  "records": ['
    between = "\n"
    for row in found:
        yield f"{between}    {dump_json({name: _plain(value) for name, value in zip(head, row, strict=True)})}"
        between = ",\n"
    yield "\n  ]\n}\n"


def _plain(value: object) -> Any:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case _:
            return value


def _document(found: QuerySet[Record], selection: Selection, reader: Reader, member: Member) -> HttpResponse:
    """The list on paper: the columns of the page, in the reader's language."""
    listing = selection.listing
    shown = page(found, selection, reader, member)
    written = lines(list(linked(found, listing)), listing, reader, member)
    filters = "; ".join(words for _name, _value, words in _filters(selection, member))
    known = _("As known on %(day)s") % {"day": reader.formats.moment(timezone.now())}
    data = {
        "title": str(listing.many),
        "language": reader.language,
        "notes": [text for text in (_definition(selection, member), filters, known, " · ".join(shown.sums)) if text],
        "count": reader.formats.number(Decimal(shown.count)),
        "head": [field_name(column.field, {}) for column in listing.columns],
        "right": ["number" in look(listing, place) for place in range(len(listing.columns))],
        "rows": [[line.title, *(cell.text for cell in line.cells)] for line in written],
        "foot": f"{listing.many} · {known}",
    }
    template = (files("cadran.workspace") / "list.typ").read_bytes()
    return pdf_response(listing.slug, pdf(template, data, {}))
