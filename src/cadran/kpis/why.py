"""Why a KPI changed: what each group, or each part of its formula, did to the change, drawn, tabled and in words.

The shares are arithmetic and sum to the change exactly. They say where it took place, never what caused it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from cadran.kpis.columns import dimension_name
from cadran.kpis.page import kpi_url
from cadran.kpis.reader import Reader
from cadran.kpis.selection import Selection
from cadran.kpis.tile import period_words
from cadran.metrics.metric import Metric
from cadran.metrics.result import Result
from cadran.metrics.why import Breakdown, Contribution, Effect, Why, as_ratio, decimal
from cadran.ui import tokens
from cadran.ui.charts.waterfall import Step, Tone, waterfall
from cadran.ui.formats import Formats

MOST_STEPS = 8
NAMED = 3


@dataclass(frozen=True)
class Share:
    """What one group or part did to the change. ``rate`` and ``mix`` are "" where it has no rate of its own."""

    label: str
    url: str
    effect: str
    rate: str
    mix: str
    previous: str
    value: str


@dataclass(frozen=True)
class Explained:
    """A change explained: words, a waterfall, and its table of groups; the parts of the formula beside them.

    ``reason`` says why it cannot be told, or why groups have no share of it. ``total`` is the whole change.
    """

    id: str
    title: str
    short: bool
    words: Sequence[str]
    reason: str
    spec: dict[str, Any] | None
    first: str
    groups: Sequence[Share]
    parts: Sequence[Share]
    rated: bool
    total: str


def explain(total: Result, by: str | None, selection: Selection, reader: Reader) -> Explained:
    """Why the total of a page changed, along a dimension (None: the parts of the formula alone)."""
    metric = total.metric
    title = _("Why %(title)s changed") % {"title": metric.title[reader.language]}
    if selection.compare is None:
        return _refused(title, _("Choose what to compare with: a change needs two periods."))
    found = total.why([by] if by else [])
    if found.change is None:
        return _refused(title, note_words(found, total))
    teller = _Teller(total, found, selection, reader)
    breakdown = next(iter(found.breakdowns), None)
    groups = teller.groups(breakdown) if breakdown else []
    parts = [teller.part(effect) for effect in found.parts]
    steps: list[tuple[Share, Fraction]] = []
    if breakdown:
        steps = [(share, one.contribution) for share, one in zip(groups, breakdown.contributions, strict=True)]
    elif parts:
        steps = [(share, one.effect) for share, one in zip(parts, found.parts, strict=True)]
    split = as_ratio(metric)
    rated = breakdown is not None and split is not None and split[1] is not None
    return Explained(
        id="why",
        title=title,
        short=True,
        words=[teller.opening(), *(teller.told(breakdown, rated=rated) if breakdown else []), teller.closing()],
        reason=note_words(found, total) or ("" if by else _("It has no dimension to look along.")),
        spec=teller.chart(title, steps) if steps else None,
        first=dimension_name(by) if by and breakdown else _("Part"),
        groups=groups,
        parts=parts,
        rated=rated,
        total=teller.gap(found.change),
    )


def note_words(found: Why, result: Result) -> str:
    """What cannot be told of a change, in the reader's language; "" when all can."""
    if not found.note:
        return ""
    if not result.inquiry.comparable(found.period):
        return _("What is planned for days to come has no counterpart before.")
    if found.change is None:
        return _("One of the two values cannot be computed, so neither can the change.")
    for name, measure in result.metric.parts.items():
        if not measure.additive:
            words = _("%(part)s (%(function)s) does not add up over segments, so segments have no share of the change.")
            return words % {"part": name, "function": measure.aggregate.function}
    return _("The formula is no sum and no ratio of sums, so segments have no share of the change; its parts do.")


def _refused(title: str, reason: str) -> Explained:
    return Explained("why", title, True, [], reason, None, "", [], [], False, "")


class _Teller:
    """What all the words about one change have in common."""

    def __init__(self, total: Result, found: Why, selection: Selection, reader: Reader) -> None:
        self.metric: Metric = total.metric
        self.found = found
        self.selection = selection
        self.formats: Formats = reader.formats
        self.language = reader.language
        difference = total.total.difference
        self.tested = difference is not None
        self.sure = difference is not None and difference.detectable

    def gap(self, change: Fraction | None) -> str:
        """A change in the metric's unit; "" for none."""
        return "" if change is None else self.formats.gap(_number(change), self.metric.unit, short=True)

    def value(self, value: Fraction | None) -> str:
        return self.formats.value(decimal(value), self.metric.unit, short=True)

    def groups(self, breakdown: Breakdown) -> list[Share]:
        """The groups of a dimension, the greatest share first."""
        return [
            Share(
                label=_named(one),
                url=kpi_url(self.metric, self.selection.only(breakdown.dimension, one.segment or "unknown")),
                effect=self.gap(one.contribution),
                rate=self.gap(one.rate),
                mix=self.gap(one.mix),
                previous=self.value(one.previous),
                value=self.value(one.value),
            )
            for one in breakdown.contributions
        ]

    def part(self, effect: Effect) -> Share:
        before, now = (self.formats.number(_number(value)) for value in (effect.previous, effect.value))
        return Share(effect.part, "", self.gap(effect.effect), "", "", before, now)

    def opening(self) -> str:
        """From what to what, between which days."""
        words = _("%(title)s: %(before)s (%(earlier)s), then %(now)s (%(later)s), a change of %(change)s.")
        days = {
            name: period_words(self.metric, period, self.selection, self.formats)
            for name, period in (("earlier", self.found.before), ("later", self.found.period))
        }
        return words % {
            "title": self.metric.title[self.language],
            "before": self.value(self.found.previous),
            "now": self.value(self.found.value),
            "change": self.gap(self.found.change),
            **days,
        }

    def told(self, breakdown: Breakdown, *, rated: bool) -> list[str]:
        """Which groups made the change and which worked against it; what rates did and what weights did."""
        change = self.found.change or Fraction(0)
        moved = [one for one in breakdown.contributions if one.contribution]
        along = [one for one in moved if (one.contribution > 0) == (change > 0) and change]
        against = [one for one in moved if one not in along]
        words = []
        if along:
            words.append(_("It lies above all with %(groups)s.") % {"groups": self._listed(along[:NAMED])})
        if against:
            said = _("Against it: %(groups)s.") if along else _("What moved: %(groups)s.")
            words.append(said % {"groups": self._listed(against[:NAMED])})
        if rated:
            words.append(self._rate_and_mix(breakdown))
        return words

    def _rate_and_mix(self, breakdown: Breakdown) -> str:
        rate = sum((one.rate for one in breakdown.contributions if one.rate is not None), Fraction(0))
        mix = sum((one.mix for one in breakdown.contributions if one.mix is not None), Fraction(0))
        alone = sum((one.contribution for one in breakdown.contributions if one.rate is None), Fraction(0))
        words = _(
            "Values of their own account for %(rate)s (the groups did better or worse), weights for %(mix)s "
            "(groups above or below the average weigh more or less than before)."
        ) % {"rate": self.gap(rate), "mix": self.gap(mix)}
        if alone:
            words += " " + _("Groups present in one period only: %(alone)s.") % {"alone": self.gap(alone)}
        return words

    def closing(self) -> str:
        """How much these words can carry."""
        if self.tested and not self.sure:
            return _("Chance alone could explain this change: the shares describe it and point to no cause.")
        return _("These shares say where the change took place, not what caused it.")

    def chart(self, title: str, steps: Sequence[tuple[Share, Fraction]]) -> dict[str, Any]:
        """The waterfall from the value before to the value now; small steps are drawn as one."""
        before, now = self.found.previous or Fraction(0), self.found.value or Fraction(0)
        most = len(steps) if len(steps) <= MOST_STEPS + 1 else MOST_STEPS
        drawn, at = [self._whole(self.found.before.label, before, first=True)], before
        for share, effect in steps[:most]:
            drawn.append(self._step(share.label, at, effect, share.url))
            at += effect
        rest = sum((effect for _share, effect in steps[most:]), Fraction(0))
        if steps[most:]:
            label = _("%(n)s others") % {"n": self.formats.number(Decimal(len(steps) - most))}
            drawn.append(self._step(label, at, rest, ""))
        return waterfall([*drawn, self._whole(self.found.period.label, now, first=False)], title, tokens.variables())

    def _whole(self, label: str, value: Fraction, *, first: bool) -> Step:
        name, shown = _("Before") if first else _("Now"), self.value(value)
        return Step(name, 0.0, float(value), shown, f"{name}, {label}, {shown}", "whole")

    def _step(self, label: str, at: Fraction, effect: Fraction, url: str) -> Step:
        shown = self.gap(effect)
        return Step(label, float(at), float(at + effect), shown, f"{label}, {shown}", self._tone(effect), url)

    def _tone(self, effect: Fraction) -> Tone:
        if not self.sure or not effect or self.metric.good == "context":
            return "neutral"
        return "good" if (effect > 0) == (self.metric.good == "up") else "bad"

    def _listed(self, found: Sequence[Contribution]) -> str:
        return ", ".join(f"{_named(one)} ({self.gap(one.contribution)})" for one in found)


def _named(one: Contribution) -> str:
    return _("unknown") if one.segment is None else one.segment


def _number(value: Fraction) -> Decimal:
    return decimal(value) or Decimal(0)
