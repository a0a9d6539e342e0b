"""One chunk of cleaned rows, written as records through the door."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from cadran.crm.by import By
from cadran.crm.errors import Refused
from cadran.crm.load import load
from cadran.crm.records import FieldType
from cadran.imports.links import SEVERAL, Links
from cadran.imports.past import Past, Snapshot
from cadran.imports.plan import Entry, LinkTarget, Target
from cadran.imports.stage import Chunk, Fault, Staged

CREATED, UPDATED, UNCHANGED = 2, 1, 0
FATES = {"created": CREATED, "updated": UPDATED, "unchanged": UNCHANGED}

Column = Sequence[Any]


@dataclass
class Outcome:
    """What became of the rows of a chunk."""

    read: int
    faults: list[Fault]
    fates: dict[int, int] = field(default_factory=dict)

    def count(self, fate: int) -> int:
        """How many rows ended so."""
        return list(self.fates.values()).count(fate)


class Writer:
    """Writes the chunks of one file."""

    def __init__(self, staged: Staged, links: Links, connection: str, by: By, *, believe: bool) -> None:
        self.staged, self.links, self.connection, self.by, self.believe = staged, links, connection, by, believe
        self.past = Past(links, connection, by, believe=believe)

    def write(self, chunk: Chunk) -> Outcome:
        """Write every record that the rows of a chunk give, inside the caller's transaction."""
        outcome = Outcome(chunk.read, list(chunk.faults))
        columns = chunk.columns
        if not columns:
            return outcome
        ids = self._outer_links(columns, outcome)
        if len(outcome.faults) > len(chunk.faults):
            bad = {fault.row for fault in outcome.faults}
            keep = [place for place, row in enumerate(columns["row"]) if row not in bad]
            columns = {name: [column[place] for place in keep] for name, column in columns.items()}
            ids = {name: [column[place] for place in keep] for name, column in ids.items()}
        outcome.fates = dict.fromkeys(columns["row"], UNCHANGED)
        for number, entry in enumerate(self.staged.entries):
            self._write_entry(number, entry, columns, ids, outcome)
        return outcome

    # Links

    def _outer_links(self, columns: dict[str, Column], outcome: Outcome) -> dict[str, Column]:
        """Links to records that these rows do not give themselves: resolved for all before anything is written."""
        ids: dict[str, Column] = {}
        for number, entry in enumerate(self.staged.entries):
            for link in entry.links:
                if not link.inner:
                    self._resolve(number, link, columns, ids, outcome.faults)
        return ids

    def _resolve(
        self, number: int, link: LinkTarget, columns: dict[str, Column], ids: dict[str, Column], faults: list[Fault]
    ) -> None:
        live = columns[f"e{number}_live"]
        name = f"e{number}_link_{link.name}"
        given = columns[self._key_of(link.source.record) if link.source.record else name]
        texts = given
        if not all(live):
            texts = [text if alive else None for text, alive in zip(given, live, strict=True)]
        scopes = None
        if link.kind == "stage" and link.by == "name":
            scopes = ids.get(f"e{number}_link_pipeline")
        found = self.links.find(link.kind, link.by, texts, scopes)
        missing = _missing(texts, found)
        if missing and link.source.missing == "create":
            self._make(number, link, columns, texts, missing)
            found = self.links.find(link.kind, link.by, texts, scopes)
            missing = []
        refused = [] if link.source.missing == "blank" else missing
        several = [place for place, pk in enumerate(found) if pk == SEVERAL] if SEVERAL in found else []
        for place in refused + several:
            faults.append(self._unlinked(link, columns["row"][place], texts[place], several=found[place] == SEVERAL))
        for place in several:
            found[place] = None
        ids[name] = found

    def _key_of(self, kind: str) -> str:
        """The column that holds the id of the record of a kind that the same row gives."""
        return next(f"e{place}_key" for place, entry in enumerate(self.staged.entries) if entry.kind == kind)

    def _make(
        self, number: int, link: LinkTarget, columns: dict[str, Column], texts: Column, missing: Sequence[int]
    ) -> None:
        given: dict[str, dict[str, Any]] = {}
        for place in missing:
            fields = given.setdefault(texts[place], {})
            for attribute in link.attributes:
                value = columns[f"e{number}_link_{link.name}_with_{attribute.name}"][place]
                if fields.get(attribute.field.column) is None:
                    fields[attribute.field.column] = _aware(value, attribute)
        self.links.make(link.kind, link.by, given)

    @staticmethod
    def _unlinked(link: LinkTarget, row: int, text: str | None, *, several: bool) -> Fault:
        called = link.by.replace("_", " ")
        if several:
            words = gettext("is the %(called)s of more than one %(kind)s: link by id instead")
        else:
            words = gettext(
                'is not the %(called)s of any %(kind)s; import those first, or say missing = "create" or "blank"'
            )
        reason = words % {"called": called, "kind": link.kind}
        return Fault(row, " + ".join(link.source.columns) or link.name, text, reason)

    # Records

    def _write_entry(
        self, number: int, entry: Entry, columns: dict[str, Column], ids: dict[str, Column], outcome: Outcome
    ) -> None:
        before = len(outcome.faults)
        for link in entry.links:
            if link.inner:
                self._resolve(number, link, columns, ids, outcome.faults)
        bad = {fault.row for fault in outcome.faults[before:]}
        live = columns[f"e{number}_live"]
        rows: Column = columns["row"]
        places = [place for place, alive in enumerate(live) if alive and rows[place] not in bad]
        for row in bad:
            outcome.fates.pop(row, None)
        if not places:
            return
        cells = self._cells(number, entry, columns, ids, places)
        numbers = [rows[place] for place in places]
        if entry.records.snapshots:
            self._write_snapshots(number, entry, columns, cells, places, numbers, outcome)
            return
        told = self.past.told(number, entry, columns, ids, places) if entry.history else None
        moved = {numbers[place] for place in self.past.take_steps(entry, cells, told)} if told else set()
        values = list(zip(*cells.values(), strict=True))
        loaded = self._load(entry, list(cells), values, numbers, outcome)
        fates = outcome.fates
        for row, (_, state) in loaded.items():
            if fates[row] < (fate := FATES[state]):
                fates[row] = fate
        for row in moved & loaded.keys():
            fates[row] = max(fates[row], UPDATED)
        if told:
            records = {place: loaded[row][0] for place, row in enumerate(numbers) if row in loaded}
            self.past.write(entry, told, records)

    def _cells(
        self, number: int, entry: Entry, columns: dict[str, Column], ids: dict[str, Column], places: Sequence[int]
    ) -> dict[str, Column]:
        """The columns that are given to the door, for some of the rows."""
        whole = len(places) == len(columns["row"])

        def some(column: Column) -> Column:
            return column if whole else [column[place] for place in places]

        cells: dict[str, Column] = {"external_id": some(columns[f"e{number}_key"])}
        for target in entry.values:
            column = some(columns[f"e{number}_{target.name}"])
            cells[target.field.column] = _aware_column(column, target)
        for _, target in entry.custom:
            cells[target.name] = some(columns[f"e{number}_{target.name.replace('.', '_')}"])
        for link in entry.links:
            cells[link.target.field.column] = some(ids[f"e{number}_link_{link.name}"])
        for via in entry.vias:
            linked = some(ids[f"e{number}_link_{via.link}"])
            cells[via.field.column] = self.past.via(entry, via, linked)
        return cells

    def _load(
        self, entry: Entry, names: list[str], values: list[tuple[Any, ...]], numbers: Sequence[int], outcome: Outcome
    ) -> dict[int, tuple[int, str]]:
        """Give rows to the door; those that it or the database refuses become faults, the others are written."""
        if not values:
            return {}
        try:
            with transaction.atomic():
                loaded = load(entry.kind, names, values, connection=self.connection, by=self.by, believe=self.believe)
        except Refused as refused:
            if any(problem.row is None for problem in refused.problems):
                return self._halves(entry, names, values, numbers, outcome, refused)
            return self._without_refused(entry, names, values, numbers, outcome, refused)
        self.links.written(entry.kind, [value[0] for value in values], loaded.ids)
        return {row: (pk, state) for row, pk, state in zip(numbers, loaded.ids, loaded.states, strict=True)}

    def _without_refused(
        self,
        entry: Entry,
        names: list[str],
        values: list[tuple[Any, ...]],
        numbers: Sequence[int],
        outcome: Outcome,
        refused: Refused,
    ) -> dict[int, tuple[int, str]]:
        bad: set[int] = set()
        for problem in refused.problems:
            if problem.row is not None and problem.row not in bad:
                bad.add(problem.row)
                self._reject(outcome, numbers[problem.row], problem.column, problem.value, problem.reason)
        keep = [place for place in range(len(values)) if place not in bad]
        return self._load(entry, names, [values[i] for i in keep], [numbers[i] for i in keep], outcome)

    def _halves(
        self,
        entry: Entry,
        names: list[str],
        values: list[tuple[Any, ...]],
        numbers: Sequence[int],
        outcome: Outcome,
        refused: Refused,
    ) -> dict[int, tuple[int, str]]:
        """The database refused something and did not say which row: halve until it is alone."""
        if len(values) == 1:
            problem = refused.problems[0]
            self._reject(outcome, numbers[0], problem.column, problem.value, f"{entry.kind}: {problem.reason}")
            return {}
        middle = len(values) // 2
        first = self._load(entry, names, values[:middle], numbers[:middle], outcome)
        return first | self._load(entry, names, values[middle:], numbers[middle:], outcome)

    @staticmethod
    def _reject(outcome: Outcome, row: int, column: str, value: object, reason: str) -> None:
        outcome.fates.pop(row, None)
        outcome.faults.append(Fault(row, column, None if value is None else str(value)[:200], reason))

    def _write_snapshots(
        self,
        number: int,
        entry: Entry,
        columns: dict[str, Column],
        cells: dict[str, Column],
        places: Sequence[int],
        numbers: Sequence[int],
        outcome: Outcome,
    ) -> None:
        found = self.links.find(entry.kind, "external_id", cells["external_id"])
        snapshots: list[Snapshot] = []
        for place, row, pk in zip(places, numbers, found, strict=True):
            if pk is None:
                key = columns[f"e{number}_key"][place]
                name = " + ".join(entry.records.id)
                words = gettext("is not the id of any %(kind)s imported from this connection")
                self._reject(outcome, row, name, key, words % {"kind": entry.kind})
                continue
            snapshots.append(Snapshot(row, place, pk))
        for row in self.past.write_snapshots(number, entry, columns, snapshots):
            outcome.fates[row] = CREATED


def _missing(texts: Column, found: Sequence[int | None]) -> list[int]:
    """The places where something is named and nothing was found."""
    blanks = found.count(None)
    if not blanks or blanks == texts.count(None):
        return []
    return [place for place, (text, pk) in enumerate(zip(texts, found, strict=True)) if text is not None and pk is None]


def _aware(value: Any, target: Target) -> Any:
    return value.replace(tzinfo=UTC) if target.field.type is FieldType.MOMENT and value is not None else value


def _aware_column(column: Column, target: Target) -> Column:
    """Moments as the door wants them: they come out of the staging database in UTC without saying so."""
    if target.field.type is not FieldType.MOMENT:
        return column
    return [None if value is None else value.replace(tzinfo=UTC) for value in column]
