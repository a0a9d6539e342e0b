"""The charts of a KPI's page as pictures, each saying what it rests on."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from cadran.kpis.asked import Asked
from cadran.kpis.columns import dimension_name
from cadran.kpis.page import breakdown_chart, headline, trend_chart
from cadran.kpis.reader import Reader
from cadran.kpis.twins import filters_of, statement
from cadran.kpis.why import explain
from cadran.metrics.errors import QuestionError
from cadran.ui.charts.picture import png

CHARTS = ("trend", "groups", "why")


def picture_url(asked: Asked, chart: str) -> str:
    """The address of a chart of a page as a picture."""
    query = urlencode([*asked.selection.pairs(), ("chart", chart)])
    return f"{reverse('kpi_png', args=[asked.metric.key])}?{query}"


def picture(asked: Asked, url: QueryDict, reader: Reader) -> HttpResponse:
    """A chart of the page as PNG: ``?chart=trend``, ``groups`` or ``why``; raises QuestionError where there is none."""
    name = url.get("chart") or "trend"
    chart = charts_of(asked, reader).get(name)
    if chart is None:
        words = _("“%(value)s” is not one of the choices: %(choices)s.")
        raise QuestionError(words % {"value": name, "choices": ", ".join(CHARTS)})
    title, spec = chart
    if spec is None:
        raise QuestionError(_("There is nothing to draw here."))
    stated = statement(asked, reader)
    response = HttpResponse(png(spec, title, notes(asked, reader)), content_type="image/png")
    file = f"{asked.metric.key}-{name}-{stated['period_from']}-{stated['period_through']}.png"
    response.headers["content-disposition"] = f'attachment; filename="{file}"'
    return response


def charts_of(asked: Asked, reader: Reader) -> dict[str, tuple[str, dict[str, Any] | None]]:
    """The charts of a page by their names: their titles and their specifications."""
    trend = trend_chart(asked.trend, asked.selection, reader)
    why = explain(asked.total, asked.by, asked.selection, reader)
    found = {"trend": (trend.title, trend.spec), "why": (why.title, why.spec)}
    if asked.split and asked.by:
        groups = breakdown_chart(asked.split, asked.by, asked.selection, reader)
        found["groups"] = (groups.title, groups.spec)
    return found


def notes(asked: Asked, reader: Reader) -> list[str]:
    """What a picture says of itself in a few lines: days, filters, what was known when, definition, data."""
    total, formats = asked.total, reader.formats
    head = headline(total, asked.selection, reader)
    filters = "; ".join(f"{dimension_name(name)} = {', '.join(kept)}" for name, kept in filters_of(total).items())
    known = formats.day(asked.selection.as_of) if asked.selection.as_of else formats.moment(total.as_of)
    return [
        " · ".join(
            filter(None, [f"{head.value or _('Cannot be computed')} ({head.period})", f"n = {head.n}", filters])
        ),
        " · ".join(
            [
                _("As known on %(day)s") % {"day": known},
                f"{asked.metric.key} {total.definition_hash}",
                f"{_('Data version')} {total.data_version}",
            ]
        ),
    ]
