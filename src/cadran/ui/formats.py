"""Numbers, money, durations and dates in the reader's language, by Babel.

A value's unit decides how it is written and how its change is: amounts change by per cent, rates and scores by
points, durations by days or hours. A change against nothing, or against zero, is not written at all.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers, units
from django.utils.translation import gettext as _

type Verdict = Literal["good", "bad", "neutral"]
type Direction = Literal["up", "down", "flat"]

DURATIONS = {"minutes": "minute", "hours": "hour", "days": "day", "months": "month", "years": "year"}
POINTS = ("points", "score")
_LARGE = Decimal(100_000)
_PER_DAY = {"fr": "/jour", "en": "/day"}
_MINUS = "−"


@dataclass(frozen=True)
class Change:
    """A change, ready to be shown: its text ("+2.6 pts"), where it goes, whether that is good news, and whether it is
    ``sure``: False when chance alone could explain it.
    """

    text: str
    direction: Direction
    verdict: Verdict
    sure: bool = True


@dataclass(frozen=True)
class Formats:
    """How one reader reads: a language, the organisation's currency and its time zone."""

    language: str = "en"
    currency: str = "EUR"
    time_zone: str = "UTC"

    @property
    def locale(self) -> Locale:
        return Locale.parse(self.language.replace("-", "_"))

    # --- values

    def value(self, value: Decimal | int | None, unit: str, *, short: bool = False) -> str:
        """A value in its unit. ``short`` keeps three figures of large ones: 459 k€, 1,24 M€.

        Rates are shares of one: 0.267 is written 26.7 %. None is a dash: say why beside it.
        """
        if value is None:
            return "–"
        value = Decimal(value)
        if unit in ("money", "money_per_day"):
            return self.money(value, short=short) + (_PER_DAY[self.locale.language] if unit != "money" else "")
        if unit == "percent":
            return self.percent(value)
        if unit in DURATIONS:
            return self.duration(value, unit)
        if unit == "points":
            return self._signed(numbers.format_decimal(abs(value), "#,##0.#", self.locale), value)
        return self.number(value, short=short)

    def number(self, value: Decimal, *, short: bool = False) -> str:
        """A plain number: whole ones without decimals, others with two at most."""
        if short and abs(value) >= _LARGE:
            return _minus(
                numbers.format_compact_decimal(value, locale=self.locale, fraction_digits=_three_figures(value))
            )
        return _minus(numbers.format_decimal(value, "#,##0.##", self.locale))

    def money(self, value: Decimal, *, short: bool = False, currency: str | None = None) -> str:
        """An amount in the organisation's currency (or another). Short amounts have no cents: 12 870 €."""
        currency = currency or self.currency
        if not short:
            return _minus(numbers.format_currency(value, currency, locale=self.locale))
        if abs(value) < _LARGE:
            return _minus(
                numbers.format_currency(
                    value.quantize(Decimal(1)),
                    currency,
                    locale=self.locale,
                    currency_digits=False,
                    format=self._whole_money(),
                )
            )
        text = numbers.format_compact_currency(
            value, currency, locale=self.locale, fraction_digits=_three_figures(value)
        )
        return _minus(re.sub(r"(k|M|Md)\s(?=\D+$)", r"\1", text) if self.language.startswith("fr") else text)

    def percent(self, value: Decimal, digits: str = "#,##0.0") -> str:
        """A share of one as a percentage with one decimal: 0.123 is 12,3 % in French and 12.3% in English."""
        pattern = self.locale.percent_formats[None].pattern.replace("#,##0", digits)
        return _minus(numbers.format_percent(value, pattern, self.locale))

    def duration(self, value: Decimal, unit: str) -> str:
        """A duration in its unit, with one decimal below a hundred: 6,8 h, 45 j."""
        digits = "#,##0" if abs(value) >= 100 or value == value.to_integral_value() else "#,##0.0"
        return _minus(units.format_unit(value, DURATIONS[unit], "short", digits, self.locale))

    def tick(self, value: Decimal, unit: str) -> str:
        """A round value on an axis: as short as it can be."""
        if unit == "percent":
            return self.percent(value, "#,##0.#")
        return self.value(value, unit, short=True)

    # --- changes

    def change(
        self, now: Decimal | None, before: Decimal | None, unit: str, good: str | None, *, sure: bool = True
    ) -> Change | None:
        """How a value changed, or None when that cannot be computed (no value, or a per cent of zero).

        ``good`` is the direction that is good news ("up" or "down"), None when neither is; ``sure`` is False when
        chance alone could explain the change: it is then neither good nor bad. What is too small for the digits that
        are shown is no change.
        """
        if now is None or before is None:
            return None
        gap = Decimal(now) - Decimal(before)
        text = self._gap(gap, Decimal(before), unit)
        if text is None:
            return None
        direction: Direction = "flat" if _nothing(text) else "up" if gap > 0 else "down"
        verdict: Verdict = "neutral"
        if sure and direction != "flat" and good in ("up", "down"):
            verdict = "good" if direction == good else "bad"
        return Change(text, direction, verdict, sure)

    def gap(self, gap: Decimal, unit: str, *, short: bool = False) -> str:
        """A difference in the unit itself, with its sign: points for rates and scores. ``short``: as :meth:`value`."""
        if unit == "percent" or unit in POINTS:
            points = gap * 100 if unit == "percent" else gap
            return f"{self._signed(numbers.format_decimal(abs(points), '#,##0.0', self.locale), points)}\xa0pts"
        return self._signed(self.value(abs(gap), unit, short=short), gap)

    def _gap(self, gap: Decimal, before: Decimal, unit: str) -> str | None:
        if unit == "percent" or unit in POINTS or unit in DURATIONS:
            return self.gap(gap, unit)
        return self._signed(self.percent(abs(gap / before)), gap) if before > 0 else None

    @staticmethod
    def _signed(text: str, value: Decimal) -> str:
        if value == 0 or _nothing(text):
            return text
        return f"+{text}" if value > 0 else f"{_MINUS}{text}"

    def _whole_money(self) -> str:
        return str(self.locale.currency_formats["standard"].pattern).replace(".00", "")

    # --- dates

    def day(self, day: date) -> str:
        """A day: 21 nov. 2026, Nov 21, 2026."""
        return dates.format_date(day, "medium", self.locale)

    def moment(self, moment: datetime) -> str:
        """A UTC moment in the organisation's time zone."""
        local = moment.astimezone(ZoneInfo(self.time_zone))
        return f"{self.day(local.date())}, {dates.format_time(local.timetz(), 'short', locale=self.locale)}"

    def fresh(self, moment: datetime, today: date) -> str:
        """A moment in short: its time when it is today, else its day."""
        local = moment.astimezone(ZoneInfo(self.time_zone))
        if local.date() == today:
            return str(dates.format_time(local.timetz(), "short", locale=self.locale))
        return self.day(local.date())

    def period(self, start: date, end: date, grain: str | None = None) -> str:
        """A half-open period by its name when it has one (nov. 2026, T4 2026, 2026), else by its days."""
        last = end - timedelta(days=1)
        match grain:
            case "day":
                return self.day(start)
            case "week":
                year, week, _ = start.isocalendar()
                return f"{'S' if self.locale.language == 'fr' else 'W'}{week:02} {year}"
            case "month":
                return dates.format_skeleton("yMMM", start, locale=self.locale)
            case "quarter":
                return dates.format_date(start, "QQQ y", self.locale)
            case "year" if (start.month, start.day) == (1, 1):
                return str(start.year)
        return dates.format_interval(start, last, "yMMMd", locale=self.locale)

    def days(self, start: date, end: date) -> str:
        """A half-open period by its first and last day: 1 oct. – 21 nov. 2026."""
        return dates.format_interval(start, end - timedelta(days=1), "yMMMd", locale=self.locale)


def labelled(name: object, value: object) -> str:
    """A value after its name, with the space before the colon that the reader's language asks for: "Region: North"."""
    return _("%(name)s: %(value)s") % {"name": name, "value": value}


def _minus(text: str) -> str:
    """The number with the sign of arithmetic, the one that changes bear, and none before what is shown as zero."""
    return text.replace("-", "" if _nothing(text) else _MINUS)


def _nothing(text: str) -> bool:
    """Whether no digit but 0 is shown."""
    return not any(digit in text for digit in "123456789")


def _three_figures(value: Decimal) -> int:
    whole = len(str(int(abs(value))))
    return (3 - whole % 3) % 3
