"""The page of a KPI as a PDF: its number, its charts, their tables, its definition, what it all rests on."""

from collections.abc import Sequence
from importlib.resources import files

from django.http import HttpResponse
from django.utils.translation import gettext as _

from cadran.kpis.asked import Asked
from cadran.kpis.page import Line, breakdown_chart, headline, trend_chart
from cadran.kpis.pictures import charts_of, notes
from cadran.kpis.reader import Reader
from cadran.kpis.twins import statement
from cadran.kpis.why import explain
from cadran.ui.charts.picture import svg
from cadran.ui.documents import pdf, pdf_response


def document(asked: Asked, reader: Reader) -> HttpResponse:
    """The PDF of a page, in the reader's language."""
    selection, title = asked.selection, asked.metric.title[reader.language]
    head, why = headline(asked.total, selection, reader), explain(asked.total, asked.by, selection, reader)
    stated, lines = statement(asked, reader), notes(asked, reader)
    drawn = {name: chart for name, chart in charts_of(asked, reader).items() if chart[1] is not None}
    trend = trend_chart(asked.trend, selection, reader)
    tables = [_table(_("Trend"), trend.first, trend.lines)]
    if asked.split and asked.by:
        groups = breakdown_chart(asked.split, asked.by, selection, reader)
        tables.append(_table(groups.title, groups.first, groups.lines))
    change = head.change.text if head.change and head.change.sure else head.change and _("no detectable change")
    data = {
        "title": title,
        "language": reader.language,
        "value": head.value or _("Cannot be computed"),
        "notes": [text for text in (head.why, f"{change or ''} {head.against}".strip(), *lines) if text],
        "charts": [
            {"title": name, "file": f"{key}.svg", "words": " ".join(why.words) if key == "why" else _shown(name)}
            for key, (name, _spec) in drawn.items()
        ],
        "tables": tables,
        "definition": {
            "title": _("Definition"),
            "words": stated["definition"],
            "formula": str(asked.metric.formula),
        },
        "foot": lines[-1],
    }
    pictures = {f"{key}.svg": svg(spec) for key, (_name, spec) in drawn.items() if spec is not None}
    template = (files("cadran.kpis") / "kpi.typ").read_bytes()
    name = f"{asked.metric.key}-{stated['period_from']}-{stated['period_through']}"
    return pdf_response(name, pdf(template, data, pictures))


def _table(title: str, first: str, lines: Sequence[Line]) -> dict[str, object]:
    head = [first, _("Value"), _("Compared with"), _("Change"), "n"]
    rows = [[line.label, line.value or line.why, line.previous or "–", _change(line), line.n] for line in lines]
    return {"title": title, "head": head, "rows": rows}


def _change(line: Line) -> str:
    if line.change is None:
        return "–"
    return line.change.text if line.change.sure else f"{line.change.text} ({_('no detectable change')})"


def _shown(title: str) -> str:
    """A picture in words: what it shows stands in a table below."""
    return _("%(title)s: a chart of the numbers in the table below.") % {"title": title}
