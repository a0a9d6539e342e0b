"""What each cell of a file gives: its text, the value that becomes, and what can be wrong with it, as SQL."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from django.utils.translation import gettext, gettext_lazy

from cadran.connectors.table import Table
from cadran.crm.records import Field, FieldType, fields_of
from cadran.imports.columns import Reading, clean_text, condition, reason_sql, resolve, value_sql
from cadran.imports.dates import date_reason, moment_sql
from cadran.imports.decide import Question
from cadran.imports.mapping import CONSTANT, OCCURRENCE, FileMapping, MappingError, Source
from cadran.imports.numbers import number_sql
from cadran.imports.plan import DATED, NUMBERS, Entry, Target
from cadran.imports.sql import literal

AT = fields_of("touch")["at"]  # how any moment is read
_UNREAD = {
    "seconds": gettext_lazy("is not a number of seconds after a date and time"),
    "minutes": gettext_lazy("is not a number of minutes after a date and time"),
    "hours": gettext_lazy("is not a number of hours after a date and time"),
    "days": gettext_lazy("is not a number of days after a date and time"),
}
SECONDS = {"seconds": 1, "minutes": 60, "hours": 3_600, "days": 86_400}


@dataclass(frozen=True)
class Cell:
    """One value that the rows of a file give: its name, the column it is shown under, and its text as SQL."""

    name: str
    shown: str
    text: str
    unread: str  # why no text can be had; "NULL" when it always can
    field: Field
    reading: Reading
    required: bool
    live: str  # which rows it concerns
    divisor: str | None = (
        None  # the other text that the value is worked out with: what divides it, or when it counts from
    )

    def value(self, text: str, divisor: str | None) -> str:
        """The value as SQL, given the names under which its text and the one it is worked out with are at hand."""
        if self.reading.unit and divisor is not None:
            start = moment_sql(divisor, self.reading.dates, self.reading.zone)
            length = f"CAST({number_sql(text, self.reading.decimal, 10)} AS DOUBLE) * {SECONDS[self.reading.unit]}e6"
            return f"{start} + to_microseconds(try_cast(round({length}) AS BIGINT))"
        value = value_sql(text, self.field, self.reading)
        if divisor is None:
            return value
        places = self.field.places or 4
        return f"CAST({value} / nullif({value_sql(divisor, self.field, self.reading)}, 0) AS DECIMAL(30, {places}))"

    def reason(self, text: str, unread: str, value: str) -> str:
        """Why the value cannot be kept, as SQL."""
        if self.reading.unit:
            reason = date_reason(text, value, "", str(_UNREAD[self.reading.unit]))
            blank = literal(gettext("is blank, and must not be")) if self.required else "NULL"
            reason = f"CASE WHEN {text} IS NULL THEN {blank} ELSE {reason} END"
        else:
            reason = reason_sql(text, value, self.field, self.reading, required=self.required)
        reason = reason if self.unread == "NULL" else f"coalesce({unread}, {reason})"
        return reason if self.live == "true" else f"CASE WHEN {self.live} THEN {reason} END"


class Cells:
    """The cells of one file, as its mapping reads them."""

    def __init__(
        self, table: Table, file: FileMapping, entries: Sequence[Entry], blank: tuple[str, ...], zone: str
    ) -> None:
        self.table, self.file, self.entries = table, file, entries
        self.blank, self.zone = (*blank, *file.blank), zone
        self.dates: dict[str, str] = {}
        self.decimals: dict[str, str] = {}
        for entry in entries:
            for name in entry.records.columns:
                if table.column(name) is None:
                    there = ", ".join(table.columns[:40])
                    raise MappingError(
                        f"{table.file} has no column “{name}”, which {entry.kind} reads. Its columns are: {there}."
                    )

    def column(self, name: str) -> str:
        """The name under which a column's cleaned text is at hand."""
        return f"t{self.table.column(name)}"

    def texts(self, raw: str) -> str:
        """The columns that are used, cleaned, as a subquery."""
        used = {cast(int, self.table.column(name)) for entry in self.entries for name in entry.records.columns}
        cells = [f"{clean_text(f'c{place}', self.blank)} AS t{place}" for place in sorted(used)]
        return f"(SELECT {', '.join(['row', 'fault', *cells])} FROM {raw})"

    # What must be decided

    def questions(self) -> tuple[list[Question], list[Question]]:
        """The columns of dates, and of numbers, of which the mapping does not say how they are written."""
        dates: dict[str, Question] = {}
        decimals: dict[str, Question] = {}
        for source, type_ in self._read():
            if not source.columns or source.value is not None or source.record is not None:
                continue
            text, _ = resolve(source, self.column)
            name = shown(source)
            if source.after:
                if (source.decimal or self.file.decimal) == "auto":
                    decimals[name] = Question(name, text)
                source = source.after  # noqa: PLW2901 (its date is that of the moment it counts from)
                text, _ = resolve(source, self.column)
                name = shown(source)
            if type_ in DATED and (source.dates or self.file.dates) == "auto":
                dates[name] = Question(name, text)
            if type_ in NUMBERS and (source.decimal or self.file.decimal) == "auto":
                decimals[name] = Question(name, text)
        return list(dates.values()), list(decimals.values())

    def _read(self) -> Iterator[tuple[Source, FieldType]]:
        for entry in self.entries:
            yield from ((target.source, target.field.type) for target in entry.targets)
            for steps in entry.history.values():
                yield from ((Source(column=step.column), FieldType.MOMENT) for step in steps)
            if entry.records.snapshots:
                yield entry.records.snapshots.at, FieldType.MOMENT

    def _reading(self, source: Source) -> Reading:
        dated = source.after or source
        order, mark = dated.dates or self.file.dates, source.decimal or self.file.decimal
        return Reading(
            self.dates.get(shown(dated), "ymd") if order == "auto" else order,
            self.decimals.get(shown(source), "point") if mark == "auto" else mark,
            self.zone,
            source.unit or "",
        )

    # What is read

    def cells(self, number: int, entry: Entry) -> Iterator[Cell]:
        """Every value of an entry."""
        for link in entry.links:
            if link.source.record is None:
                yield self._cell(number, entry, f"link_{link.name}", link.target)
            for attribute in link.attributes:
                yield self._cell(number, entry, f"link_{link.name}_with_{attribute.name}", attribute)
        for target in (*entry.values, *(target for _, target in entry.custom)):
            yield self._cell(number, entry, safe(target.name), target)
        for name, steps in entry.history.items():
            for place, step in enumerate(steps):
                yield self._cell(number, entry, f"step_{name}_{place}", Target(AT, Source(column=step.column)))
        if entry.records.snapshots:
            yield self._cell(number, entry, "at", Target(AT, entry.records.snapshots.at, required=True))

    def _cell(self, number: int, entry: Entry, name: str, target: Target) -> Cell:
        text, unread = resolve(target.source, self.column)
        divisor = self.column(target.source.divided_by) if target.source.divided_by else None
        if target.source.after:
            divisor, _ = resolve(target.source.after, self.column)
        return Cell(
            f"e{number}_{name}",
            shown(target.source),
            text,
            unread,
            target.field,
            self._reading(target.source),
            target.required,
            condition(entry.records.when, self.column),
            divisor,
        )

    def key(self, entry: Entry) -> str:
        """The id of the record of a row, before the count of its equals; NULL when the row has none."""
        names = [name for name in entry.records.id if name != OCCURRENCE]
        if len(names) == 1:
            return self._key_part(names[0])
        every = dict.fromkeys(name for one in self.entries for name in one.records.columns)
        joined = ", ".join(f"coalesce({self._key_part(name)}, '')" for name in names or entry.records.columns or every)
        return f"concat_ws('|', {joined})" if names else f"left(md5(concat_ws('|', {joined})), 20)"

    def _key_part(self, name: str) -> str:
        return literal(name.removeprefix(CONSTANT)) if name.startswith(CONSTANT) else self.column(name)


def shown(source: Source) -> str:
    """The column under which a fault is reported."""
    return " + ".join(source.columns[:1] if source.column else source.first or source.join) or f"= {source.value}"


def safe(name: str) -> str:
    """A field's name as part of a column's."""
    return name.replace(".", "_")
