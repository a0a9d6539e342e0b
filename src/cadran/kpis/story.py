"""The story of a period: what changed, by how much and where, what is noise, what cannot be told, what to look at.

It is written from the answers alone, the same words for the same numbers, and each figure leads to its page. A change
is told as one only when it survives being looked at among all the others; where it took place is arithmetic (see
:mod:`cadran.metrics.why`), and no sentence says what caused it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from cadran.kpis.answer import answer_all, catalogue, fact_tables, within_reach
from cadran.kpis.columns import dimension_name
from cadran.kpis.page import kpi_url
from cadran.kpis.reader import Reader
from cadran.kpis.selection import Selection
from cadran.kpis.tile import change_of, period_words, smallest_words, together, why_words
from cadran.metrics.errors import QuestionError
from cadran.metrics.metric import Metric
from cadran.metrics.result import Result
from cadran.metrics.why import Breakdown, Contribution, as_ratio, decimal
from cadran.ui.formats import Change

TOLD = (
    "revenue", "deals_won", "win_rate", "average_deal_size", "sales_cycle", "deals_created", "pipeline_value",
    "weighted_pipeline", "lead_conversion", "lead_response_time", "new_customers", "renewal_rate", "churn_rate", "nps",
    "csat", "tickets_opened", "response_time", "adoption_rate",
)  # fmt: skip
LOOKED_ALONG = ("owner", "channel", "region", "product", "segment", "industry")
NAMED = 2
LARGE = Fraction(1, 5)
"""The share of a change that a group must bear to be named."""


@dataclass(frozen=True)
class Chapter:
    """A heading and its sentences."""

    id: str
    title: str
    sentences: Sequence[SafeString]


@dataclass(frozen=True)
class Story:
    """The whole text: its first paragraph and its chapters, those without a sentence left out."""

    lead: SafeString
    chapters: Sequence[Chapter]


def tell(selection: Selection, reader: Reader) -> Story:
    """The story of a selection, limited to what the reader may see. Raises QuestionError without a comparison."""
    if selection.compare is None:
        raise QuestionError(_("Choose what to compare with: a change needs two periods."))
    dimensions = [*selection.where]
    metrics = [metric for key in TOLD if (metric := _watched(key, dimensions, reader))]
    totals = together(
        answer_all([selection.total(metric.key) for metric in metrics], member=reader.member, today=reader.today)
    )
    tellings = [_Telling(total, selection, reader) for total in totals]
    sure = [one for one in tellings if one.kind == "changed"]
    chapters = [
        Chapter("changed", _("What changed"), [one.changed() for one in sure]),
        Chapter("noise", _("What may be noise"), [one.noise() for one in tellings if one.kind == "noise"]),
        Chapter("untold", _("What cannot be tested"), [one.untold() for one in tellings if one.kind == "untold"]),
        Chapter("missing", _("What cannot be compared"), [one.missing() for one in tellings if one.kind == "missing"]),
        Chapter("look", _("What to look at"), _to_look_at(sure)),
    ]
    return Story(_lead(tellings), [chapter for chapter in chapters if chapter.sentences])


def _watched(key: str, dimensions: Sequence[str], reader: Reader) -> Metric | None:
    """The metric of this key where it is in the catalogue, in the reader's reach, and has these dimensions."""
    known = catalogue()
    if key not in known or not within_reach(known[key], reader.member):
        return None
    has = known[key].dimensions(fact_tables(reader.member))
    return known[key] if all(name in has for name in dimensions) else None


def _lead(tellings: Sequence["_Telling"]) -> SafeString:
    count = {kind: sum(one.kind == kind for one in tellings) for kind in ("changed", "noise", "untold", "missing")}
    days = tellings[0].days() if tellings else ("", "")
    looked = ngettext(
        "{n} indicator was looked at over {later}, compared with {earlier}.",
        "{n} indicators were looked at over {later}, compared with {earlier}.",
        len(tellings),
    )
    found = ngettext(
        "{n} changed by more than chance explains.", "{n} changed by more than chance explains.", count["changed"]
    )
    none = _("None changed by more than chance explains.")
    rest = _(
        "Changes that chance could explain: {noise}; that cannot be tested: {untold}; without comparison: {missing}."
    )
    n = {kind: format_html('<a href="#story-{}">{}</a>', kind, n) if n else "0" for kind, n in count.items()}
    every = format_html('<a href="{}">{}</a>', reverse("kpis"), len(tellings))
    return format_html(
        "{} {} {}",
        format_html(looked, n=every, later=days[1], earlier=days[0]),
        format_html(found, n=n["changed"]) if count["changed"] else none,
        format_html(rest, noise=n["noise"], untold=n["untold"], missing=n["missing"]),
    )


def _to_look_at(sure: Sequence["_Telling"]) -> list[SafeString]:
    """Bad news with where it lies, the largest first as they were told; else that there is none."""
    bad = [one for one in sure if one.change and one.change.verdict == "bad"]
    if bad:
        return [one.look() for one in bad]
    words = _("Nothing got worse by more than chance explains.")
    return [format_html("{}", words)]


class _Telling:
    """What there is to say of one indicator."""

    def __init__(self, total: Result, selection: Selection, reader: Reader) -> None:
        self.total, self.selection, self.reader = total, selection, reader
        self.metric, self.cell, self.formats = total.metric, total.cells[0], reader.formats
        self.change: Change | None = change_of(self.cell, self.metric, self.formats)
        self.kind = self._kind()
        self.along = self._along() if self.kind == "changed" else None

    def _kind(self) -> str:
        if self.cell.value is None or self.cell.previous is None or self.change is None:
            return "missing"
        if self.cell.difference is None:
            return "untold"
        return "changed" if self.cell.difference.detectable else "noise"

    def _along(self) -> Breakdown | None:
        """The dimension along which the change is told best: the one whose groups moved least all together."""
        has = self.metric.dimensions(fact_tables(self.reader.member))
        by = [name for name in LOOKED_ALONG if name in has and name not in self.selection.where]
        found = self.total.why(by).breakdowns if by and as_ratio(self.metric) else []
        return next((one for one in found if len(one.contributions) > 1), None)

    def days(self) -> tuple[str, str]:
        """The days before and the days now."""
        before, now = self.cell.compared_with, self.cell.period
        told = [period_words(self.metric, one, self.selection, self.formats) if one else "" for one in (before, now)]
        return told[0], told[1]

    def changed(self) -> SafeString:
        """From what to what, and where."""
        words = {
            "up": _("{title} rose from {before} to {now} ({change})."),
            "down": _("{title} fell from {before} to {now} ({change})."),
            "flat": _("{title} stayed at {now} ({change})."),
        }[self.change.direction if self.change else "flat"]
        said = format_html(words, title=self._title(), before=self._before(), now=self._now(), change=self._change())
        news = {"good": _("That is good news."), "bad": _("That is bad news.")}
        verdict = news.get(self.change.verdict, "") if self.change else ""
        return format_html("{} {} {}", said, verdict, self._where())

    def noise(self) -> SafeString:
        """A change that chance alone could explain, and the one that it could not."""
        said = format_html(
            _("{title}: {now}, after {before} ({change}): chance alone could explain this."),
            title=self._title(), now=self._now(), before=self._before(), change=self._change(),
        )  # fmt: skip
        smallest = smallest_words(self.cell, self.metric, self.formats)
        return format_html("{} {}", said, self._link(self._here(), smallest)) if smallest else said

    def untold(self) -> SafeString:
        """A change of which it cannot be told whether chance explains it."""
        words = _("{title}: {now}, after {before} ({change}). No test tells whether chance alone explains this.")
        return format_html(words, title=self._title(), now=self._now(), before=self._before(), change=self._change())

    def missing(self) -> SafeString:
        """Why there is no change to tell."""
        if self.cell.value is not None and not self.cell.ripe:
            return format_html(_("{title}: {now} so far, still provisional."), title=self._title(), now=self._now())
        why = why_words(self.cell) or _("There is nothing to compare it with.")
        return format_html(_("{title}: {why}"), title=self._title(), why=why)

    def look(self) -> SafeString:
        """Where bad news lies."""
        worst = self._named()[:1]
        page = self._link(self._here() + "#why-section", _("see what the change is made of"))
        if self.along is None or not worst:
            return format_html(_("{title} ({change}): {page}."), title=self._title(), change=self._change(), page=page)
        words = _("{title} ({change}): begin with {group} (by {dimension}), and {page}.")
        return format_html(
            words,
            title=self._title(), change=self._change(), group=self._group(worst[0]),
            dimension=dimension_name(self.along.dimension).lower(), page=page,
        )  # fmt: skip

    def _named(self) -> list[Contribution]:
        """The groups that bear enough of the change, in its own direction."""
        if self.along is None:
            return []
        change = sum((one.contribution for one in self.along.contributions), Fraction(0))
        return [one for one in self.along.contributions if change and one.contribution / change >= LARGE]

    def _where(self) -> SafeString | str:
        named = self._named()[:NAMED]
        if self.along is None or not named:
            return _("No group alone bears much of it.") if self.along else ""
        parts = [(self._group(one), self._gap(one.contribution)) for one in named]
        groups = format_html_join(pgettext("between two names", " and "), "{} ({})", parts)
        words = _("By {dimension}, the largest parts of the change: {groups}.")
        said = format_html(words, dimension=dimension_name(self.along.dimension).lower(), groups=groups)
        split = as_ratio(self.metric)
        if split is None or split[1] is None:
            return said
        rate = sum((one.rate for one in self.along.contributions if one.rate is not None), Fraction(0))
        mix = sum((one.mix for one in self.along.contributions if one.mix is not None), Fraction(0))
        ratio = _("Of the whole change, {rate} is the groups’ own values and {mix} their weights.")
        return format_html("{} {}", said, format_html(ratio, rate=self._gap(rate), mix=self._gap(mix)))

    def _group(self, one: Contribution) -> SafeString:
        by = self.along.dimension if self.along else ""
        name = _("unknown") if one.segment is None else one.segment
        return self._link(kpi_url(self.metric, self.selection.only(by, one.segment or "unknown")), name)

    def _gap(self, change: Fraction) -> SafeString:
        by = self.along.dimension if self.along else None
        gap = self.formats.gap(decimal(change) or Decimal(0), self.metric.unit, short=True)
        return self._link(kpi_url(self.metric, self.selection.query(by=by)) + "#why-section", gap)

    def _title(self) -> SafeString:
        return self._link(self._here(), self.metric.title[self.reader.language])

    def _now(self) -> SafeString:
        return self._link(self._here(), self.formats.value(self.cell.value, self.metric.unit, short=True))

    def _before(self) -> SafeString:
        return self._link(self._here(), self.formats.value(self.cell.previous, self.metric.unit, short=True))

    def _change(self) -> SafeString:
        return self._link(self._here(), self.change.text if self.change else "")

    def _here(self) -> str:
        return kpi_url(self.metric, self.selection.query())

    def _link(self, url: str, text: str) -> SafeString:
        return format_html('<a href="{}">{}</a>', url, text)
