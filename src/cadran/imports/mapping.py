"""Mapping files: which file gives which records, and which column which field (docs/reference/mapping-files.md)."""

import difflib
import fnmatch
import hashlib
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from cadran.connectors.table import Hints

OCCURRENCE = "#"  # in an `id`: which of the equal rows this one is
CONSTANT = "="  # in an `id`: what begins with it is no column but the text that follows

DateOrder = Literal["auto", "dmy", "mdy", "ymd", "unix"]
DecimalMark = Literal["auto", "point", "comma"]
TimeUnit = Literal["seconds", "minutes", "hours", "days"]
Scalar = str | bool | int | float


class MappingError(Exception):
    """The mapping is wrong or does not fit the files. The message names the place and the cure."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Condition(_Strict):
    """Which rows are meant: those where the column is not blank, or is (not) one of some values."""

    column: str
    is_: tuple[str, ...] | None = Field(default=None, alias="is")
    is_not: tuple[str, ...] | None = None
    blank: bool | None = None


class Source(_Strict):
    """Where a field's text comes from, and how it is read."""

    column: str | None = None
    first: tuple[str, ...] = ()
    join: tuple[str, ...] = ()
    separator: str = " "
    value: Scalar | None = None
    via: str | None = None
    record: str | None = None
    when: Condition | None = None
    field: str | None = None
    json_path: str | None = Field(default=None, alias="json")
    values: dict[str, Scalar] = {}
    default: Scalar | None = None
    dates: DateOrder | None = None
    decimal: DecimalMark | None = None
    divided_by: str | None = None
    after: "Spec | None" = None
    unit: TimeUnit | None = None
    sum: bool = False
    last: bool = False
    by: Literal["external_id", "name", "email", "number"] | None = None
    missing: Literal["reject", "create", "blank"] = "reject"
    attributes: "dict[str, Spec]" = Field(default={}, alias="with")

    @model_validator(mode="after")
    def _has_one_origin(self) -> "Source":
        origins = [self.column, self.first, self.join, self.value, self.via, self.record]
        if sum(1 for origin in origins if origin not in (None, ())) != 1:
            raise ValueError("give exactly one of `column`, `first`, `join`, `value`, `via` and `record`")
        if self.attributes and self.missing != "create":
            raise ValueError('`with` says what a created record gets: it needs `missing = "create"`')
        if (self.after is None) != (self.unit is None) or (self.after and self.divided_by):
            raise ValueError(
                'a time after another is { column = "Wait", after = "Opened", unit = "minutes" }: '
                "give both, and no `divided_by`"
            )
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column it reads, its own first."""
        own = (self.column,) if self.column else self.first or self.join
        divisor = (self.divided_by,) if self.divided_by else ()
        start = self.after.columns if self.after else ()
        condition = (self.when.column,) if self.when else ()
        return (
            own
            + divisor
            + start
            + condition
            + tuple(name for spec in self.attributes.values() for name in spec.columns)
        )


def _as_source(given: object) -> object:
    return {"column": given} if isinstance(given, str) else given


Spec = Annotated[Source, BeforeValidator(_as_source)]


class CustomSource(Source):
    """A custom field made from a column."""

    type: Literal["text", "number", "money", "date", "choice", "flag"] = "text"
    label_en: str | None = None
    label_fr: str | None = None


class Snapshots(_Strict):
    """Rows that each hold a record's fields as they were from a moment on."""

    at: Spec
    order: str | None = None  # a column that orders rows of the same moment by the number in it
    descending: bool = False


class Records(_Strict):
    """One kind of record that the rows of a file give."""

    kind: str
    id: tuple[str, ...] = ()
    group: bool = False
    when: Condition | None = None
    fields: dict[str, Spec] = {}
    custom: dict[str, Annotated[CustomSource, BeforeValidator(_as_source)]] = {}
    history: dict[str, dict[str, str]] = {}
    snapshots: Snapshots | None = None

    @model_validator(mode="before")
    @classmethod
    def _id_is_a_list(cls, given: Any) -> Any:
        if isinstance(given, dict) and isinstance(given.get("id"), str):
            return given | {"id": (given["id"],)}
        return given

    @model_validator(mode="after")
    def _makes_sense(self) -> "Records":
        if self.group and not self.id:
            raise ValueError("`group` gathers the rows of one record: it needs the `id` they share")
        if any(source.sum for source in self.fields.values()) and not self.group:
            raise ValueError("`sum` adds the rows of one record up: it needs `group = true`")
        if any(source.last for source in self.fields.values()) and not self.group:
            raise ValueError("`last` takes the last of the rows of one record: it needs `group = true`")
        if self.snapshots and not self.id:
            raise ValueError("`snapshots` tell the past of a record: they need the `id` of that record")
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column these records read."""
        names = [name for name in self.id if name != OCCURRENCE and not name.startswith(CONSTANT)]
        for source in (*self.fields.values(), *self.custom.values()):
            names += source.columns
        for dates in self.history.values():
            names += dates.values()
        if self.when:
            names.append(self.when.column)
        if self.snapshots:
            names += [*self.snapshots.at.columns, *([self.snapshots.order] if self.snapshots.order else [])]
        return tuple(dict.fromkeys(names))


class FileMapping(_Strict):
    """How the files of one name are read and what records their rows give."""

    name: str
    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    sheet: str | None = None
    header: int | bool | None = None
    columns: tuple[str, ...] = ()
    dates: DateOrder = "auto"
    decimal: DecimalMark = "auto"
    blank: tuple[str, ...] = ()
    records: tuple[Records, ...] = Field(min_length=1)

    def fits(self, path: Path) -> bool:
        """Whether a file has this name, in whatever case."""
        return fnmatch.fnmatch(path.name.casefold(), self.name.casefold())

    @property
    def hints(self) -> Hints:
        """What the reader is told."""
        header = None if self.header is None or self.header is True else int(self.header)
        expect = tuple(dict.fromkeys(name for records in self.records for name in records.columns))
        return Hints(self.encoding, self.delimiter, self.quote, self.sheet, header, self.columns, expect)


class StageMapping(_Strict):
    """A stage that deals go through."""

    name: str
    probability: float | None = Field(default=None, ge=0, le=1)
    outcome: Literal["open", "won", "lost"] = "open"
    rotten_after_days: int | None = Field(default=None, ge=0)


class PipelineMapping(_Strict):
    """A pipeline and its stages in order. What exists already is left as it is."""

    name: str
    stages: tuple[StageMapping, ...] = ()


class Mapping(_Strict):
    """A whole mapping file."""

    connection: str | None = Field(default=None, max_length=100)
    currency: str | None = Field(default=None, pattern=r"^[A-Z]{3}$")
    blank: tuple[str, ...] = ()
    pipelines: tuple[PipelineMapping, ...] = ()
    files: tuple[FileMapping, ...] = Field(min_length=1)

    @property
    def digest(self) -> str:
        """Two mappings of one digest read a file alike."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    def assign(self, paths: Iterable[Path]) -> list[tuple[FileMapping, Path]]:
        """Each file with what is said of it, in the order of the mapping: what others link to comes first.

        Raises `MappingError` for a file that nothing is said of.
        """
        paths = sorted(paths, key=lambda path: path.name)
        for path in paths:
            if not any(file.fits(path) for file in self.files):
                names = ", ".join(file.name for file in self.files)
                raise MappingError(
                    f"The mapping says nothing about {path.name}; it reads {names}. Add it, or leave it out."
                )
        return [(file, path) for file in self.files for path in paths if file.fits(path)]


def read_mapping(path: Path) -> Mapping:
    """Read a mapping file. Raises `MappingError` naming the place that is wrong."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise MappingError(f"The mapping {path} cannot be read: {error}.") from None
    return parse_mapping(text, path.name)


def parse_mapping(text: str, name: str = "mapping") -> Mapping:
    """Read a mapping from its TOML text."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MappingError(f"{name} is not TOML: {error}.") from None
    try:
        return Mapping.model_validate(given)
    except ValidationError as error:
        problems = error.errors()
        own = [
            problem for problem in problems if problem["type"] != "too_short"
        ] or problems  # the rest follows from them
        raise MappingError("\n".join(f"{name}: {_sentence(given, problem)}" for problem in own)) from None


def _sentence(given: Any, problem: Any) -> str:
    """What is wrong, with the names that the file itself uses instead of list positions."""
    place: list[str] = []
    at = given
    for step in problem["loc"]:
        at = at[step] if isinstance(at, dict) and step in at else at
        if isinstance(step, int) and isinstance(at, list) and step < len(at):
            at = at[step]
            called = (at.get("name") or at.get("kind")) if isinstance(at, dict) else None
            place.append(f"“{called}”" if called else str(step + 1))
        else:
            place.append(str(step))
    where = " › ".join(place)
    if problem["type"] == "extra_forbidden":
        wrong = place[-1]
        close = difflib.get_close_matches(wrong, _KNOWN, n=1)
        hint = f" Did you mean `{close[0]}`?" if close else ""
        return f"{where} is not something a mapping says.{hint} See docs/reference/mapping-files.md."
    return f"{where}: {problem['msg'].removeprefix('Value error, ')}."


_KNOWN = sorted(
    {
        field.alias or name
        for model in (Mapping, FileMapping, Records, CustomSource, Condition, Snapshots, PipelineMapping, StageMapping)
        for name, field in model.model_fields.items()
    }
)
