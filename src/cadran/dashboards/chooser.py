"""Choosing a tile: the indicator, then how it is drawn, split and filtered; each choice offers what goes with it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.http import QueryDict
from django.utils.translation import gettext as _

from cadran.dashboards.board import Shown, ask_board
from cadran.dashboards.kinds import KINDS
from cadran.dashboards.spec import Spec
from cadran.kpis.answer import answer, catalogue, fact_tables, reachable, within_reach
from cadran.kpis.choices import Choice, dimension_choices, in_order
from cadran.kpis.families import family_name, order
from cadran.kpis.reader import Reader
from cadran.kpis.selection import Selection
from cadran.metrics.question import UNKNOWN, Question

MOST_VALUES = 200


@dataclass(frozen=True)
class Chooser:
    """What the form offers, what is chosen so far and how that looks."""

    families: Sequence[tuple[str, Sequence[Choice]]]
    spec: Spec | None
    title: str = ""
    kinds: Sequence[Choice] = ()
    splits: Sequence[Choice] = ()
    filters: Sequence[Choice] = ()
    values: Sequence[str] = ()
    on: str = ""
    value: str = ""
    widths: Sequence[Choice] = ()
    preview: Shown | None = None


def chooser(url: QueryDict, selection: Selection, reader: Reader) -> Chooser:
    """The form as a URL says it: kpi, kind, split, on and value (a filter), width, title."""
    families, key = _families(url.get("kpi", ""), reader), url.get("kpi", "")
    if key not in catalogue():
        return Chooser(families, None)
    metric = catalogue()[key]
    dimensions = in_order(metric.dimensions(fact_tables(reader.member)))
    kinds = [name for name, kind in KINDS.items() if kind.fits(metric) and (dimensions or not kind.splits)]
    kind = url.get("kind") if url.get("kind") in kinds else kinds[0]
    assert kind is not None
    split = url.get("split", "") if url.get("split") in dimensions else ""
    if KINDS[kind].splits and not split:
        split = "stage" if kind == "funnel" and "stage" in dimensions else dimensions[0]
    on = url.get("on", "") if url.get("on") in dimensions else ""
    width = url.get("width", "") if url.get("width") in ("1", "2", "3") else ""
    spec = replace(read_spec(url), kpi=key, kind=kind, by=split, width=int(width or KINDS[kind].width))
    spec = spec if on else replace(spec, where={})
    return Chooser(
        families=families,
        spec=spec,
        title=url.get("title", ""),
        kinds=[Choice(name, str(KINDS[name].title), name == kind) for name in kinds],
        splits=[] if kind == "cohorts" else dimension_choices(dimensions, split),
        filters=dimension_choices(dimensions, on),
        values=_values(spec, on, selection, reader) if on else [],
        on=on,
        value=url.get("value", ""),
        widths=[Choice("", _("As usual"), not width), *(Choice(n, n, n == width) for n in ("1", "2", "3"))],
        preview=ask_board([spec], selection, reader)[0],
    )


def read_spec(form: QueryDict) -> Spec:
    """The tile that a form says, as it is: it may be none that can be drawn."""
    on, value, title = form.get("on", ""), form.get("value", ""), form.get("title", "").strip()
    width = form.get("width", "1")
    return Spec(
        kpi=form.get("kpi", ""),
        kind=form.get("kind", "number"),
        by=form.get("split", ""),
        where={on: [value]} if on and value else {},
        width=int(width) if width in ("1", "2", "3") else 0,
        title={"en": title, "fr": title} if title else {},
    )


def _families(chosen: str, reader: Reader) -> list[tuple[str, list[Choice]]]:
    """The indicators and their variants by family, those alone that can be limited to what the reader may see."""
    found: dict[str, list[Choice]] = {}
    mine = {metric.key for metric in reachable(catalogue(), reader.member)}
    for metric in catalogue().metrics:
        for one in (metric, *catalogue().variants(metric.key)):
            if one.key in mine:
                title = one.title[reader.language]
                found.setdefault(metric.family, []).append(Choice(one.key, title, one.key == chosen))
    return [(family_name(family), found[family]) for family in sorted(found, key=order)]


def _values(spec: Spec, on: str, selection: Selection, reader: Reader) -> list[str]:
    """The values of a dimension that the reader may see, those of the period."""
    metric = catalogue()[spec.kpi]
    if not within_reach(metric, reader.member):
        return []
    cohort = {"grain": "month", "cohort": True} if metric.needs_cohort else {}
    question = Question(metric.key, by=(on,), start=selection.start, end=selection.end, **cohort)  # type: ignore[arg-type]
    found = answer(question, member=reader.member, today=reader.today).cells
    names = {UNKNOWN if cell.split[on] is None else str(cell.split[on]) for cell in found}
    return sorted(names)[:MOST_VALUES]
