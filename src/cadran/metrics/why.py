"""Why a number changed: exact contributions of segments, rate and mix, and of the parts of the formula.

For a metric N/D and a segment g, between periods 0 and 1, with R̄ the mean of the two values::

    c_g = Δ(N_g / D) − R̄ · Δ(D_g / D)

The c_g sum exactly to the change, without residual; a segment that merely grows with the rest contributes 0; one that
enters or leaves needs no special case; D = 1 gives sums. Where a segment has a denominator in both periods its
contribution is a change of its own rate (rate_g = w̄_g · Δr_g) plus a change of its weight (mix_g = c_g − rate_g).

For any other formula, and beside the segments, the parts share the change by Shapley's rule: each gets the mean of
what it adds when parts move from period 0 to period 1 one after the other, over all orders. Everything is computed in
fractions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import combinations
from math import factorial
from typing import Any

from cadran.metrics.engines.base import Engine
from cadran.metrics.errors import QuestionError
from cadran.metrics.formula import RECORDED, Binary, Constant, Formula, Part, evaluate
from cadran.metrics.metric import Metric
from cadran.metrics.period import Period
from cadran.metrics.plan import Inquiry, check, needs
from cadran.metrics.question import UNKNOWN, Question
from cadran.metrics.reader import read
from cadran.metrics.reading import PRECISION, Readings, Split

MOST_SEGMENTS = 500
MOST_PARTS = 10


@dataclass(frozen=True)
class Contribution:
    """What one segment did to the change; ``rate`` and ``mix`` are None for sums, or when it is in one period only."""

    segment: str | None
    contribution: Fraction
    rate: Fraction | None
    mix: Fraction | None
    previous: Fraction | None
    value: Fraction | None


@dataclass(frozen=True)
class Breakdown:
    """The change along one dimension; ``surprise`` is how far segments moved otherwise than all together."""

    dimension: str
    contributions: list[Contribution]
    surprise: Fraction


@dataclass(frozen=True)
class Effect:
    """What the movement of one part did to the change."""

    part: str
    effect: Fraction
    previous: Fraction
    value: Fraction


@dataclass(frozen=True)
class Why:
    """An explained change: ``breakdowns`` come with the most telling dimension first; ``note`` says what cannot be
    told.
    """

    metric: str
    period: Period
    before: Period
    previous: Fraction | None
    value: Fraction | None
    change: Fraction | None
    breakdowns: list[Breakdown]
    parts: list[Effect]
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        """The explanation in plain values; fractions become Decimals."""
        return {
            "metric": self.metric,
            "period": _period(self.period),
            "before": _period(self.before),
            "previous": decimal(self.previous),
            "value": decimal(self.value),
            "change": decimal(self.change),
            "by": [
                {
                    "dimension": breakdown.dimension,
                    "surprise": decimal(breakdown.surprise),
                    "segments": [
                        {
                            "segment": one.segment,
                            "contribution": decimal(one.contribution),
                            "rate": decimal(one.rate),
                            "mix": decimal(one.mix),
                            "previous": decimal(one.previous),
                            "value": decimal(one.value),
                        }
                        for one in breakdown.contributions
                    ],
                }
                for breakdown in self.breakdowns
            ],
            "parts": [
                {
                    "part": one.part,
                    "effect": decimal(one.effect),
                    "previous": decimal(one.previous),
                    "value": decimal(one.value),
                }
                for one in self.parts
            ],
            "note": self.note,
        }

    def __repr__(self) -> str:
        lines = [f"{self.metric}: {_shown(self.previous)} → {_shown(self.value)} ({_shown(self.change)})"]
        lines += [f"  {self.note}"] if self.note else []
        lines += [f"  {one.part}: {_shown(one.effect)}" for one in self.parts]
        if self.change and not self.breakdowns and not self.note:
            lines.append("  all of it in one segment, along every dimension")
        for breakdown in self.breakdowns:
            lines.append(f"by {breakdown.dimension}")
            lines += [f"  {one.segment or UNKNOWN}: {_shown(one.contribution)}" for one in breakdown.contributions[:10]]
        return "\n".join(lines)


def decimal(value: Fraction | None) -> Decimal | None:
    """The fraction to 28 digits."""
    if value is None:
        return None
    with localcontext(PRECISION):
        return Decimal(value.numerator) / Decimal(value.denominator)


def explain(engine: Engine, inquiry: Inquiry, by: Sequence[str] | None, period: Period | None = None) -> Why:
    """Explain the change between the period before and ``period`` (the last one of the inquiry unless named).

    ``by`` are the dimensions to look along; without, every dimension of the metric's tables with few enough segments.
    Raises QuestionError for a dimension that the metric does not have, and for cohorts.
    """
    if inquiry.question.cohort:
        raise QuestionError(f"{inquiry.metric.key} by cohort has no period before: ask why without cohorts.")
    metric = inquiry.metric
    after = period or inquiry.periods[-1]
    before = inquiry.before(after)
    dimensions = list(by) if by is not None else [d for d in metric.dimensions(engine.tables) if "." not in d]
    question = Question(metric.key, where=inquiry.question.where)
    check(Question(metric.key, by=tuple(dimensions), where=question.where, grain="day"), metric, engine.tables)
    split = as_ratio(metric)
    alone = replace(inquiry.question, compare=None, interval=False)  # both periods are named, and nothing is tested
    sides = [
        Inquiry(
            alone,
            metric,
            (before, after),
            (dimension,) if dimension else (),
            inquiry.filters,
            inquiry.today,
            inquiry.calendar,
            inquiry.asked,
        )
        for dimension in ("", *(dimensions if split else ()))
    ]
    readings = read(engine, [need for side in sides for need in needs(side)])
    old, new = (_values(sides[0], readings, when).get((), {}) for when in (before, after))
    lengths = [Fraction(inquiry.months(when)) for when in (before, after)]
    previous, value = (
        None if _unknown(sides[0], readings, when) else _evaluate(metric.formula, metric, values, length)
        for when, values, length in zip((before, after), (old, new), lengths, strict=True)
    )
    comparable = inquiry.comparable(after)
    previous = previous if comparable else None
    change = value - previous if value is not None and previous is not None else None
    breakdowns = []
    if split and change is not None:
        found = [_breakdown(side, readings, split, before, after) for side in sides[1:]]
        kept = [one for one in found if by is not None or 1 < len(one.contributions) <= MOST_SEGMENTS]
        breakdowns = sorted(kept, key=lambda one: -one.surprise)
    return Why(
        metric.key,
        after,
        before,
        previous,
        value,
        change,
        breakdowns,
        _effects(metric, old, new, lengths[1]) if change is not None and lengths[0] == lengths[1] else [],
        _note(metric, split, change) if comparable else "What is planned for days to come has no counterpart before.",
    )


def _note(metric: Metric, split: object, change: Fraction | None) -> str:
    if change is None:
        return "One of the two values cannot be computed, so neither can the change."
    if split:
        return ""
    for name, measure in metric.parts.items():
        if not measure.additive:
            return (
                f"{name} ({measure.aggregate.function}) does not add up over segments, "
                "so segments have no share of the change."
            )
    return "The formula is no sum and no ratio of sums, so segments have no share of the change; its parts do."


def as_ratio(metric: Metric) -> tuple[Formula, Formula | None] | None:
    """The formula as N/D with both sums of additive parts (D is None for a plain sum), or None when it is neither."""
    if not all(measure.additive for measure in metric.parts.values()):
        return None
    formula = metric.formula
    if _linear(formula):
        return formula, None
    if isinstance(formula, Binary) and formula.operator == "/" and _linear(formula.left) and _linear(formula.right):
        return formula.left, formula.right
    return None


def _linear(formula: Formula) -> bool:
    """Whether it is a sum of parts, each times numbers: what adds up over segments."""
    match formula:
        case Part():
            return True
        case Constant(value):
            return value == 0
        case Binary("+" | "-", left, right):
            return _linear(left) and _linear(right)
        case Binary("*", left, right):
            return (_linear(left) and _constant(right)) or (_constant(left) and _linear(right))
        case Binary("/", left, right):
            return _linear(left) and _constant(right)
        case _:
            return False


def _constant(formula: Formula) -> bool:
    match formula:
        case Binary(_, left, right):
            return _constant(left) and _constant(right)
        case _:
            return isinstance(formula, Constant)


def _values(inquiry: Inquiry, readings: Readings, period: Period) -> dict[Split, dict[Part, Fraction]]:
    """What each part is worth in each split of a period."""
    found: dict[Split, dict[Part, Fraction]] = {}
    for part in inquiry.metric.reads:
        of = readings.of(inquiry, inquiry.metric.parts[part.name])
        for split, reading in of.get(inquiry.time(part, period), {}).items():
            if reading.value is not None:
                found.setdefault(split, {})[part] = Fraction(reading.value)
    return found


def _unknown(inquiry: Inquiry, readings: Readings, period: Period) -> bool:
    """Whether a part of the whole is a sum of nothing but blanks, or of what is not recorded at all."""
    found = [
        readings.at(inquiry, inquiry.metric.parts[p.name], inquiry.time(p, period), ()) for p in inquiry.metric.reads
    ]
    return any(reading is not None and reading.value is None for reading in found)


def _evaluate(
    formula: Formula, metric: Metric, values: Mapping[Part, Fraction], length: Fraction | None = None
) -> Fraction | None:
    zero = ("count", "distinct", "sum")
    filled = {
        part: values.get(
            part,
            Fraction(0) if metric.parts[part.name].aggregate.function in zero and part.when not in RECORDED else None,
        )
        for part in metric.reads
    }
    with localcontext(PRECISION):
        return evaluate(formula, filled, Fraction, months=length)[0]


def _breakdown(
    inquiry: Inquiry, readings: Readings, split: tuple[Formula, Formula | None], before: Period, after: Period
) -> Breakdown:
    metric = inquiry.metric
    old, new = _values(inquiry, readings, before), _values(inquiry, readings, after)
    top, bottom = split
    segments = sorted({*old, *new}, key=str)

    nothing = dict.fromkeys(metric.reads, Fraction(0))  # what a segment lacks adds nothing to a whole that is known

    def side(formula: Formula, values: Mapping[Split, Mapping[Part, Fraction]]) -> dict[Split, Fraction]:
        return {one: _evaluate(formula, metric, {**nothing, **values.get(one, {})}) or Fraction(0) for one in segments}

    n0, n1 = side(top, old), side(top, new)
    one = {segment: Fraction(0) for segment in segments}
    d0, d1 = (side(bottom, old), side(bottom, new)) if bottom is not None else (one, one)
    all_d0, all_d1 = (_total(d0), _total(d1)) if bottom is not None else (Fraction(1), Fraction(1))
    r0, r1 = _total(n0) / all_d0, _total(n1) / all_d1
    weights = {g: (d0[g] / all_d0 + d1[g] / all_d1) / 2 for g in segments}
    contributions = []
    for g in segments:
        c = n1[g] / all_d1 - n0[g] / all_d0 - (r0 + r1) / 2 * (d1[g] / all_d1 - d0[g] / all_d0)
        both = bool(d0[g] and d1[g])
        rate = weights[g] * (n1[g] / d1[g] - n0[g] / d0[g]) if both else None
        was, now = ((n[g] / d[g] if d[g] else None) if bottom is not None else n[g] for n, d in ((n0, d0), (n1, d1)))
        name = None if g[0] is None else str(g[0])
        contributions.append(Contribution(name, c, rate, c - rate if rate is not None else None, was, now))
    if bottom is None:
        weights = {
            g: (n0[g] / r0 if r0 else Fraction(0)) / 2 + (n1[g] / r1 if r1 else Fraction(0)) / 2 for g in segments
        }
    surprise = sum(
        (abs(c.contribution - (r1 - r0) * weights[g]) for c, g in zip(contributions, segments, strict=True)),
        Fraction(0),
    )
    contributions.sort(key=lambda c: -abs(c.contribution))
    return Breakdown(inquiry.by[0], contributions, surprise)


def _total(values: Mapping[Split, Fraction]) -> Fraction:
    return sum(values.values(), Fraction(0))


def _effects(
    metric: Metric, old: Mapping[Part, Fraction], new: Mapping[Part, Fraction], length: Fraction
) -> list[Effect]:
    """Shapley's share of each part; nothing when there is one part only, too many, or a mixture cannot be computed."""
    reads = metric.reads
    if not 1 < len(reads) <= MOST_PARTS:
        return []
    values: dict[frozenset[Part], Fraction] = {}
    for size in range(len(reads) + 1):
        for moved in combinations(reads, size):
            mixture = {part: (new if part in moved else old).get(part, Fraction(0)) for part in reads}
            value = _evaluate(metric.formula, metric, mixture, length)
            if value is None:
                return []
            values[frozenset(moved)] = value
    k = len(reads)
    effects = []
    for part in reads:
        others = [other for other in reads if other != part]
        share = Fraction(0)
        for size in range(k):
            weight = Fraction(factorial(size) * factorial(k - size - 1), factorial(k))
            for moved in combinations(others, size):
                share += weight * (values[frozenset((*moved, part))] - values[frozenset(moved)])
        effects.append(Effect(str(part), share, old.get(part, Fraction(0)), new.get(part, Fraction(0))))
    return effects


def _period(period: Period) -> dict[str, str]:
    return {"label": period.label, "from": period.first.isoformat(), "to": period.end.isoformat()}


def _shown(value: Fraction | None) -> str:
    if value is None:
        return "—"
    number = decimal(value)
    assert number is not None
    return f"{number:,.2f}" if abs(number) >= 1 else f"{number:,.4f}"
