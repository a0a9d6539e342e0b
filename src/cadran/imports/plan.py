"""A mapping bound to the records that exist here: which entry writes which fields of which kind, and links to what."""

import difflib
from dataclasses import dataclass, replace

from cadran.crm.records import KINDS, Field, FieldType, fields_of
from cadran.imports.columns import READ
from cadran.imports.mapping import OCCURRENCE, CustomSource, FileMapping, Mapping, MappingError, Records, Source

DATED = (FieldType.DAY, FieldType.MOMENT)
NUMBERS = (FieldType.MONEY, FieldType.NUMBER, FieldType.SHARE, FieldType.WHOLE)
BY_NAME = ("pipeline", "stage")  # what a file nearly always calls by its name


@dataclass(frozen=True)
class Target:
    """A field that is written, and where its value comes from."""

    field: Field
    source: Source
    required: bool = False

    @property
    def name(self) -> str:
        """The field's name; `custom.key` for a custom one."""
        return self.field.name


@dataclass(frozen=True)
class LinkTarget:
    """A field that links to another record: how that record is found, and made when it is missing."""

    target: Target
    kind: str
    by: str
    attributes: tuple[Target, ...] = ()
    inner: bool = False  # the record may come from this very file

    @property
    def name(self) -> str:
        return self.target.name

    @property
    def source(self) -> Source:
        return self.target.source


@dataclass(frozen=True)
class ViaTarget:
    """A field copied from a linked record: the account of a payment's subscription."""

    field: Field
    link: str
    of: str


@dataclass(frozen=True)
class HistoryStep:
    """A value that a field had from the date in a column on. `*` is the record's present value."""

    value: str
    column: str


@dataclass(frozen=True)
class Entry:
    """One kind of record that the rows of one file give."""

    records: Records
    kind: str
    values: tuple[Target, ...]
    links: tuple[LinkTarget, ...]
    vias: tuple[ViaTarget, ...]
    custom: tuple[tuple[CustomSource, Target], ...]
    history: dict[str, tuple[HistoryStep, ...]]

    @property
    def targets(self) -> tuple[Target, ...]:
        """Every field whose value is cleaned from text, links included."""
        linked = tuple(target for link in self.links for target in (link.target, *link.attributes))
        return self.values + tuple(target for _, target in self.custom) + linked

    @property
    def parent(self) -> LinkTarget | None:
        """The link to another record of the same kind, if there is one: those must be written first."""
        return next((link for link in self.links if link.kind == self.kind), None)


def bind(mapping: Mapping, file: FileMapping, currency: str) -> tuple[Entry, ...]:
    """The entries of a file. Raises `MappingError` for kinds and fields that do not exist."""
    kinds: list[str] = []
    entries: list[Entry] = []
    for records in file.records:
        place = f"files › “{file.name}” › records › “{records.kind}”"
        kinds.append(records.kind)
        entries.append(_bind(mapping, records, place, currency, kinds))
    return tuple(entries)


def _bind(mapping: Mapping, records: Records, place: str, currency: str, kinds: list[str]) -> Entry:
    if records.kind not in KINDS:
        raise MappingError(f"{place}: there is no such record.{_close(records.kind, KINDS)}")
    known = fields_of(records.kind)
    sources = dict(records.fields)
    if not records.snapshots:
        sources = _with_defaults(mapping, records.kind, sources, known, currency)
    values: list[Target] = []
    links: list[LinkTarget] = []
    vias: list[ViaTarget] = []
    for name, source in sources.items():
        if name not in known or name == "external_id":
            extra = " The id of a record goes under `id`." if name == "external_id" else _close(name, known)
            raise MappingError(f"{place} › {name}: a {records.kind} has no such field.{extra}")
        field = known[name]
        if field.type not in READ:
            raise MappingError(f"{place} › {name}: this field cannot be imported from a column.")
        target = Target(field, source, required=field.required and not records.snapshots)
        if source.via:
            vias.append(_via(source, field, known, place))
        elif field.type is FieldType.LINK:
            links.append(_link(replace(target, required=target.required and not source.record), place, kinds))
        else:
            values.append(target)
    missing = [name for name, field in known.items() if field.required and name not in sources]
    if missing and not records.snapshots:
        raise MappingError(f"{place}: a {records.kind} needs {', '.join(f'`{name}`' for name in missing)}.")
    # A link that others are copied from, and a pipeline that its stages are looked up in, come first.
    links.sort(key=lambda link: (link.kind == "stage", link.name not in {via.link for via in vias}))
    custom = tuple((source, Target(custom_field(key, source), source)) for key, source in records.custom.items())
    return Entry(
        records, records.kind, tuple(values), tuple(links), tuple(vias), custom, _history(records, known, place)
    )


def _with_defaults(
    mapping: Mapping, kind: str, sources: dict[str, Source], known: dict[str, Field], currency: str
) -> dict[str, Source]:
    if "currency" in known and "currency" not in sources and kind != "organisation":
        sources["currency"] = Source(value=mapping.currency or currency)
    elif "currency" in sources and sources["currency"].default is None:
        sources["currency"] = sources["currency"].model_copy(update={"default": mapping.currency or currency})
    if "pipeline" in known and "pipeline" not in sources and len(mapping.pipelines) == 1:
        sources["pipeline"] = Source(value=mapping.pipelines[0].name)
    return sources


def _link(target: Target, place: str, kinds: list[str]) -> LinkTarget:
    source, kind = target.source, target.field.target or ""
    known = fields_of(kind)
    if source.record and (source.record != kind or source.record not in kinds[:-1]):
        raise MappingError(
            f"{place} › {target.name}: `record` names a {kind} that the same rows give, earlier in the mapping."
        )
    by = source.by or ("name" if kind in BY_NAME or source.value is not None else "external_id")
    if by not in known:
        raise MappingError(f"{place} › {target.name}: a {kind} has no `{by}` to be found by.")
    attributes: list[Target] = []
    for name, attribute in source.attributes.items():
        if name not in known or known[name].type not in READ or known[name].type is FieldType.LINK:
            raise MappingError(
                f"{place} › {target.name} › with › {name}: a {kind} has no such field that can be given."
            )
        attributes.append(Target(known[name], attribute))
    return LinkTarget(target, kind, by, tuple(attributes), inner=kind in kinds)


def _via(source: Source, field: Field, known: dict[str, Field], place: str) -> ViaTarget:
    link, of = source.via or "", source.field or field.name
    kind = known[link].target if link in known else None
    if kind is None or of not in fields_of(kind):
        raise MappingError(
            f"{place} › {field.name}: `via` names a link of this record, and `field` a field of what it links to."
        )
    return ViaTarget(field, link, fields_of(kind)[of].column)


def _history(records: Records, known: dict[str, Field], place: str) -> dict[str, tuple[HistoryStep, ...]]:
    for name in records.history:
        if name not in known or name not in records.fields:
            raise MappingError(f"{place} › history › {name}: give the field's present value under `fields` too.")
    return {
        name: tuple(HistoryStep(value, column) for value, column in steps.items())
        for name, steps in records.history.items()
    }


def custom_field(key: str, source: CustomSource) -> Field:
    """How a custom field is read."""
    like = {
        "text": fields_of("deal")["lost_reason"],
        "choice": fields_of("deal")["lost_reason"],
        "number": fields_of("deal_line")["quantity"],
        "money": fields_of("deal")["amount"],
        "date": fields_of("deal")["expected_close_on"],
        "flag": replace(fields_of("activity")["automated"], required=False),
    }
    return replace(like[source.type], name=f"custom.{key}", column="custom")


def _close(name: str, known: object) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)  # type: ignore[call-overload]
    return f" Did you mean `{close[0]}`?" if close else ""


__all__ = ["OCCURRENCE", "Entry", "HistoryStep", "LinkTarget", "Target", "ViaTarget", "bind", "custom_field"]
