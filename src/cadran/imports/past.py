"""The past that rows tell, as changes with their own dates."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cadran.crm import bulk
from cadran.crm.by import By
from cadran.crm.models import Change, Deal
from cadran.crm.past import History, load_history
from cadran.crm.records import KINDS, Field, FieldType, fields_of
from cadran.crm.save import change
from cadran.crm.values import as_text, from_text
from cadran.imports.history import PRESENT, Step, remaining, steps_of, transitions
from cadran.imports.links import Links
from cadran.imports.plan import Entry, LinkTarget, ViaTarget

Column = Sequence[Any]


@dataclass(frozen=True)
class Snapshot:
    """A row that shows a record as it was: its number, its place in the chunk, the record's id."""

    row: int
    place: int
    record: int


Told = dict[str, list[list[Step]]]
"""Of each field with a history, the steps of every row."""


class Past:
    """Writes the past of the records of one file."""

    def __init__(self, links: Links, connection: str, by: By, *, believe: bool) -> None:
        self.links, self.connection, self.by, self.believe = links, connection, by, believe

    def via(self, entry: Entry, via: ViaTarget, linked: Column) -> list[Any]:
        """A field of the records that are linked to."""
        kind = next(link.kind for link in entry.links if link.name == via.link)
        wanted = {pk for pk in linked if pk is not None}
        found = dict(KINDS[kind]._default_manager.filter(pk__in=wanted).values_list("pk", via.of)) if wanted else {}
        return [found.get(pk) for pk in linked]

    def told(
        self, number: int, entry: Entry, columns: Mapping[str, Column], ids: Mapping[str, Column], places: Sequence[int]
    ) -> Told:
        """The steps that the date columns of some rows tell."""
        told: Told = {}
        for name, steps in entry.history.items():
            field = fields_of(entry.kind)[name]
            dates = [
                [None if at is None else at.replace(tzinfo=UTC) for at in columns[f"e{number}_step_{name}_{position}"]]
                for position in range(len(steps))
            ]
            present = self._present(number, name, field, columns, ids)
            scopes = ids.get(f"e{number}_link_pipeline") if field.target == "stage" else None
            named = self._named(entry, name, field, [step.value for step in steps], scopes)
            by_row = list(zip(*dates, strict=True))
            states = list(zip(scopes or [None] * len(present), present, strict=True))
            meant = {
                (scope, now): [now if value == PRESENT else value for value in named[scope]]
                for scope, now in set(states)
            }
            told[name] = [steps_of(by_row[place], meant[states[place]], present[place]) for place in places]
        return told

    @staticmethod
    def _present(
        number: int, name: str, field: Field, columns: Mapping[str, Column], ids: Mapping[str, Column]
    ) -> list[str | None]:
        if field.type is FieldType.LINK:
            return [None if pk is None else str(pk) for pk in ids[f"e{number}_link_{name}"]]
        return [as_text(field.type, value) for value in columns[f"e{number}_{name}"]]

    def _named(
        self, entry: Entry, name: str, field: Field, values: list[str], scopes: Column | None
    ) -> dict[Any, list[str | None]]:
        """The values that a mapping names, as changes write them, for each pipeline."""
        if field.type is not FieldType.LINK:
            return {None: list(values)}
        link = next(link for link in entry.links if link.name == name)
        named: dict[Any, list[str | None]] = {}
        for scope in set(scopes) if scopes else {None}:
            texts = [None if value == PRESENT else value for value in values]
            found = self.links.find(link.kind, link.by, texts, [scope] * len(texts) if scopes else None)
            for text, pk in zip(texts, found, strict=True):
                if text is not None and (pk is None or pk < 0):
                    raise UnknownStepError(
                        f"The history of {entry.kind} names the {link.kind} “{text}”, which does not exist."
                    )
            named[scope] = [PRESENT if value == PRESENT else str(pk) for value, pk in zip(values, found, strict=True)]
        return named

    def take_steps(self, entry: Entry, cells: dict[str, Column], told: Told) -> set[int]:
        """Move records that exist already through the steps that are new, each with its own date.

        Without this the door would write one change, dated now. Returns the places of the rows that moved.
        """
        moved: set[int] = set()
        keys = cells["external_id"]
        fields = [fields_of(entry.kind)[name] for name in told]
        columns = ["external_id", "id", *(field.column for field in fields)]
        found = bulk.select(entry.kind, columns, "external_id", keys, [("connection", self.connection)])
        known = {external: (pk, present) for external, pk, *present in found}
        for place, key in enumerate(keys) if known else ():
            if key not in known:
                continue
            pk, present = known[key]
            for field, stored in zip(fields, present, strict=True):
                now = None if stored is None else as_text(field.type, bulk.reading(field.type)(stored))
                steps = told[field.name][place]
                if not steps or steps[-1].value == now:
                    continue
                record = KINDS[entry.kind]._default_manager.get(pk=pk)
                for step in remaining(steps, now):
                    change(record, {field.column: from_text(field, step.value)}, by=self.by, at=step.at)
                moved.add(place)
        return moved

    def write(self, entry: Entry, told: Told, records: Mapping[int, int]) -> None:
        """Write the steps of rows (place → record id) as changes; those known already are skipped by the door."""
        now = datetime.now(UTC)
        entries = [
            History(record, name, before, after, at, at if self.believe else now)
            for name, rows in told.items()
            for place, record in records.items()
            for before, after, at in transitions(rows[place])
        ]
        if entries:
            load_history(entry.kind, entries, by=self.by)

    def write_snapshots(
        self, number: int, entry: Entry, columns: Mapping[str, Column], snapshots: Sequence[Snapshot]
    ) -> set[int]:
        """Write what changed from each snapshot to the next. Returns the rows that told something new.

        A deal's stage is written for each snapshot, moved or not: that the source recorded the deal is history too.
        """
        told: list[tuple[History, int]] = []
        fields = [
            *((target.field, None) for target in entry.values),
            *((link.target.field, link) for link in entry.links),
        ]
        present = self._present_values(entry, [field for field, _ in fields], snapshots)
        now = datetime.now(UTC)
        for position, (field, link) in enumerate(fields):
            name = f"e{number}_link_{field.name}" if link else f"e{number}_{field.name}"
            values = self._change_texts(field, link, columns[name], snapshots)
            before = self._change_texts(field, link, columns[f"e{number}_before_{field.name}"], snapshots)
            for one in snapshots:
                at = columns[f"e{number}_at"][one.place].replace(tzinfo=UTC)
                known_at = at if self.believe else now
                value = values[one.place]
                moved = before[one.place] != value or (entry.kind == "deal" and field.name == "stage")
                if not columns[f"e{number}_first"][one.place] and moved:
                    told.append((History(one.record, field.name, before[one.place], value, at, known_at), one.row))
                today = present[one.record][position]
                if columns[f"e{number}_last"][one.place] and today != value:
                    told.append((History(one.record, field.name, value, today, at, known_at), one.row))
        new = self._new(entry.kind, told)
        if new:
            place = {one.row: one.place for one in snapshots}
            load_history(entry.kind, [one for one, _ in sorted(new, key=lambda pair: place[pair[1]])], by=self.by)
        return {row for _, row in new}

    def _change_texts(
        self, field: Field, link: LinkTarget | None, values: Column, snapshots: Sequence[Snapshot]
    ) -> dict[int, str | None]:
        """Values of snapshots as changes write them, by place. A stage is looked up in the pipeline of its deal."""
        if link is None:
            return {one.place: as_text(field.type, values[one.place]) for one in snapshots}
        scopes = None
        if link.kind == "stage":
            deals = Deal.objects.filter(pk__in={one.record for one in snapshots})
            pipelines = dict(deals.values_list("pk", "pipeline_id"))
            scopes = [pipelines[one.record] for one in snapshots]
        found = self.links.find(link.kind, link.by, [values[one.place] for one in snapshots], scopes)
        for one, pk in zip(snapshots, found, strict=True):
            if values[one.place] is not None and (pk is None or pk < 0):
                raise UnknownStepError(
                    f"The history names the {link.kind} “{values[one.place]}”, which does not exist."
                )
        return {one.place: None if pk is None else str(pk) for one, pk in zip(snapshots, found, strict=True)}

    @staticmethod
    def _present_values(
        entry: Entry, fields: Sequence[Field], snapshots: Sequence[Snapshot]
    ) -> dict[int, list[str | None]]:
        wanted = {one.record for one in snapshots}
        found = KINDS[entry.kind]._default_manager.filter(pk__in=wanted).values_list("pk", *(f.column for f in fields))
        return {
            pk: [as_text(field.type, value) for field, value in zip(fields, values, strict=True)]
            for pk, *values in found
        }

    @staticmethod
    def _new(kind: str, told: Sequence[tuple[History, int]]) -> list[tuple[History, int]]:
        known = Counter(
            Change.objects.filter(record=kind, record_id__in={one.record_id for one, _ in told}).values_list(
                "record_id", "field", "from_value", "to_value", "at"
            )
        )
        new = []
        for one, row in told:
            identity = one.record_id, one.field, one.from_value, one.to_value, one.at
            if known[identity]:
                known[identity] -= 1
            else:
                new.append((one, row))
        return new


class UnknownStepError(Exception):
    """A history names a stage or another value that does not exist."""
