"""The reference of the catalogue, made from the definitions: the whole of it, and a page for each KPI."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

import sqlglot
from django.utils.translation import gettext as _
from django.utils.translation import override

from cadran.kpis.families import families
from cadran.kpis.formula import worked_words
from cadran.metrics.ask import ask
from cadran.metrics.catalogue import Catalogue
from cadran.metrics.dialect import DIALECTS
from cadran.metrics.engines.base import Engine, Parameter, Row
from cadran.metrics.errors import QuestionError
from cadran.metrics.metric import Interval, Language, Metric
from cadran.metrics.question import Question
from cadran.metrics.tables import Tables
from cadran.metrics.writer import respelt
from cadran.ui.formats import Formats

FIRST, END = date(2026, 1, 1), date(2026, 4, 1)
"""The quarter for which the pages show SQL, by month."""

ENGINES = {"duckdb": "DuckDB", "postgres": "PostgreSQL", "clickhouse": "ClickHouse"}

INTERVALS: dict[Interval, str] = {
    "wilson": "Wilson (1927)", "nps": "Rocks (2016)", "total": "Jaeckel (1972)", "ratio": "Jaeckel (1972)",
    "quantile": "Conover (1999)", "none": "–",
}  # fmt: skip
"""Whose interval each is."""


def catalogue_page(catalogue: Catalogue, language: Language) -> str:
    """Every KPI with its variants, by family, in one Markdown page."""
    with override(language):
        lines = [f"# {_('Catalogue of KPIs')}", ""]
        for family in families(catalogue, "", language):
            lines += [
                f"## {family.name}",
                "",
                *_row(_("KPI"), _("Key"), _("Definition"), _("Unit")),
                *_row(*["---"] * 4),
            ]
            for entry in family.entries:
                metric = catalogue[entry.key]
                for one in (metric, *catalogue.variants(metric.key)):
                    title = one.title[language]
                    shown = f"**{title}**" if one is metric else title
                    lines += _row(shown, f"`{one.key}`", one.definition[language], unit_name(one))
            lines.append("")
        return "\n".join(lines)


def metric_page(catalogue: Catalogue, metric: Metric, language: Language) -> str:
    """The Markdown page of a KPI: its words, formula, worked example, variants, inputs and SQL."""
    with override(language):
        formats = Formats(language)
        lines = [f"# {metric.title[language]}", "", metric.definition[language], ""]
        if synonyms := metric.synonyms.get(language):
            lines += [_("Also called: %(words)s.") % {"words": ", ".join(synonyms)}, ""]
        interval = _("95%% interval") % ()
        lines += [*_row(_("Key"), _("Unit"), _("Good"), _("Source"), interval), *_row(*["---"] * 5)]
        lines += _row(
            f"`{metric.key}`", unit_name(metric), good_name(metric), metric.source[language], INTERVALS[metric.interval]
        )
        lines.append("")
        if metric.matures:
            lines += [_("A period is final %(days)s days after its end.") % {"days": metric.matures}, ""]
        lines += [f"## {_('Formula')}", "", *_formula(metric), ""]
        if metric.example:
            lines += [f"## {_('Worked example')}", "", *_example(metric, formats), ""]
        if metric.is_not:
            lines += [f"## {_('What it is not')}", "", metric.is_not[language], ""]
        lines += _variants(catalogue.variants(metric.key), language)
        lines += [f"## {_('Inputs')}", "", *_inputs(metric, catalogue.tables), ""]
        lines += [f"## {_('SQL by month')}", "", *_sql(catalogue, metric)]
        return "\n".join(lines)


def unit_name(metric: Metric) -> str:
    """The unit in the reader's words."""
    return {
        "money": _("money"), "percent": _("per cent"), "count": _("count"), "days": _("days"), "hours": _("hours"),
        "minutes": _("minutes"), "months": _("months"), "years": _("years"), "points": _("points"),
        "ratio": _("ratio"), "score": _("score"), "money_per_day": _("money a day"),
    }[metric.unit]  # fmt: skip


def good_name(metric: Metric) -> str:
    """Which way is good, in the reader's words."""
    return {"up": _("higher is better"), "down": _("lower is better"), "context": _("neither")}[metric.good]


def _row(*cells: str) -> list[str]:
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"]


def _formula(metric: Metric) -> list[str]:
    parts = [f"{name} = {measure.text}" for name, measure in metric.parts.items()]
    named = [] if str(metric.formula) == metric.key else [f"{metric.key} = {metric.formula}"]
    return ["```", *named, *parts, "```"]


def _example(metric: Metric, formats: Formats) -> list[str]:
    values, value = worked_words(metric, formats)
    return [f"{values} = **{value}**"]


def _variants(variants: Sequence[Metric], language: Language) -> list[str]:
    if not variants:
        return []
    lines = [f"## {_('Variants')}", ""]
    for variant in variants:
        lines += [f"### {variant.title[language]}", "", variant.definition[language], "", *_formula(variant), ""]
    return lines


def _inputs(metric: Metric, tables: Tables) -> list[str]:
    lines = []
    for name in dict.fromkeys(measure.table.name for measure in metric.parts.values()):
        dates = {f"`{c}`" for m in metric.parts.values() if m.table.name == name for c in m.clock.columns}
        lines.append(f"- `{name}`, " + _("dated by %(columns)s") % {"columns": ", ".join(sorted(dates))})
    split = ", ".join(f"`{dimension}`" for dimension in metric.dimensions(tables) if "." not in dimension)
    return [*lines, "", _("Splits by: %(dimensions)s") % {"dimensions": split} if split else _("It cannot be split.")]


def _sql(catalogue: Catalogue, metric: Metric) -> Iterator[str]:
    for dialect in DIALECTS:
        silent = Silent(catalogue.tables, dialect)
        question = Question(metric.key, grain="month", start=FIRST, end=END, cohort=metric.needs_cohort)
        ask(silent, catalogue, question, today=END)
        yield from [f"### {ENGINES[dialect]}", "", "```sql"]
        for said in silent.heard:
            yield from [sqlglot.transpile(said, read=dialect, write=dialect, pretty=True)[0] + ";", ""]
        yield from ["```", ""]


class Silent:
    """An engine without facts, that writes down what it is asked, with the values in the text."""

    name = "reference"
    data_version = ""
    fresh_at = datetime.min.replace(tzinfo=UTC)

    def __init__(self, tables: Tables, dialect: str) -> None:
        self.tables = tables
        self.dialect = dialect
        self.heard: list[str] = []

    def select(self, sql: str, parameters: Sequence[Parameter]) -> list[Row]:
        """No row; the question is kept unless it only asks whether a table is empty."""
        if not sql.startswith("SELECT 1 "):
            self.heard.append(respelt(sql, lambda place: _literal(parameters[place])))
        return []

    def as_of(self, moment: datetime) -> Engine:
        """Refused: nothing was ever known here."""
        raise QuestionError(f"The reference knows nothing of {moment:%Y-%m-%d}.")


def _literal(value: Parameter) -> str:
    return str(value) if isinstance(value, int | Decimal) else f"'{value}'"
