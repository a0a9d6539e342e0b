"""The catalogue of metrics, read from TOML.

Beside its words, a metric is its ``formula`` and its parts: every other key holding a text is a measure. A variant
(``[win_rate.variants.by_value]``) starts from its metric's words and parts and replaces what it states itself.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, cast, get_args

from cadran.metrics.errors import DefinitionError, QuestionError
from cadran.metrics.formula import (
    Binary,
    Formula,
    FormulaError,
    Name,
    Part,
    parse_formula,
    parts,
    reads_months,
    replaced,
    shifted,
)
from cadran.metrics.measure import Aggregate, Measure, MeasureError, parse_measure
from cadran.metrics.metric import Declared, Good, Language, Metric, Unit
from cadran.metrics.tables import Tables, contract

_SHIPPED = Path(__file__).with_name("definitions")
_WORDS = frozenset(
    [
        "title",
        "definition",
        "source",
        "unit",
        "good",
        "matures",
        "interval",
        "owner",
        "formula",
        "variants",
        "is_not",
        "example",
        "synonyms",
    ]
)
_OWN = frozenset({"variants", "is_not", "example", "synonyms"})  # what a variant does not take over from its metric
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_MOMENTS = frozenset({"start", "daily", "initial", "ahead", "previous", "year_ago", "period", "recorded", "months"})


@dataclass(frozen=True)
class Entry:
    """A metric as written: where it stands and its values, those inherited by a variant included."""

    key: str
    file: str
    values: Mapping[str, Any]

    def error(self, problem: str) -> DefinitionError:
        """The mistake, with its place."""
        return DefinitionError(problem, file=self.file, metric=self.key)


class Catalogue:
    """All metrics and variants by key."""

    def __init__(self, entries: Mapping[str, Entry], tables: Tables) -> None:
        self.tables = tables
        self._entries = entries
        self._metrics: dict[str, Metric] = {}
        for key in entries:
            self._compile(key, ())

    @classmethod
    def load(cls, *paths: Path | str, tables: Tables | None = None, shipped: bool = True) -> Catalogue:
        """Read the shipped definitions, then the organisation's own files or folders; raises DefinitionError.

        ``tables`` carries the custom dimensions that own definitions may name; ``shipped=False`` leaves the shipped
        ones out.
        """
        entries: dict[str, Entry] = {}
        for path in [*([_SHIPPED] if shipped else []), *map(Path, paths)]:
            for file in sorted(path.glob("*.toml")) if path.is_dir() else [path]:
                _read(file.name, file.read_text(encoding="utf-8"), entries)
        return cls(entries, tables or contract())

    @classmethod
    def from_text(
        cls, text: str, *, file: str = "definition", tables: Tables | None = None, shipped: bool = True
    ) -> Catalogue:
        """The shipped definitions and those of a text in the same form; raises DefinitionError."""
        entries = dict(shipped_catalogue()._entries) if shipped else {}
        _read(file, text, entries)
        return cls(entries, tables or contract())

    def __getitem__(self, key: str) -> Metric:
        """The metric of this key; raises QuestionError with the nearest names when there is none."""
        metric = self._metrics.get(key)
        if metric is None:
            near = difflib.get_close_matches(key, self._metrics, n=3, cutoff=0.5)
            base = key.partition(".")[0]
            if base in self._metrics and "." in key:
                near = [other.key for other in self.variants(base)]
            hint = f" Did you mean {', '.join(near)}?" if near else ""
            raise QuestionError(f"There is no metric {key!r}.{hint}")
        return metric

    def __contains__(self, key: object) -> bool:
        return key in self._metrics

    def __iter__(self) -> Iterator[Metric]:
        return iter(self._metrics[key] for key in self._entries)

    def __len__(self) -> int:
        return len(self._metrics)

    @property
    def metrics(self) -> list[Metric]:
        """The metrics without their variants, in the order of the files."""
        return [metric for metric in self if not metric.variant_of]

    def variants(self, key: str) -> list[Metric]:
        """The variants of a metric."""
        return [metric for metric in self if metric.variant_of == key]

    def _compile(self, key: str, path: tuple[str, ...]) -> Metric:
        if key in self._metrics:
            return self._metrics[key]
        entry = self._entries[key]
        if key in path:
            raise entry.error(f"is defined by itself: {' → '.join([*path, key])}.")
        measures = _measures(entry, self.tables)
        formula, used = self._expand(entry, measures, (*path, key))
        metric = _metric(entry, formula, used)
        _check(entry, metric)
        self._metrics[key] = metric
        return metric

    def _expand(
        self, entry: Entry, measures: dict[str, Measure], path: tuple[str, ...]
    ) -> tuple[Formula, dict[str, Measure]]:
        """The formula over measures alone: other metrics and averages written out. And the measures it reads."""
        written = entry.values.get("formula")
        if written is None:
            if len(measures) != 1:
                raise entry.error("needs a formula: it has no part or several.")
            written = next(iter(measures))
        used: dict[str, Measure] = {}

        def keep(name: str, measure: Measure) -> Part:
            same = next((n for n, m in used.items() if m == measure), name)
            used.setdefault(same, measure)
            return Part(same)

        def find(written_name: Name) -> Formula:
            name, when = written_name.name, written_name.when
            if name in measures:
                return shifted(_read_part(name, measures[name], keep), when)
            if name in self._entries:
                other = self._compile(name, path)
                return shifted(
                    replaced_parts(
                        other.formula, lambda p: shifted(keep(f"{name}.{p.name}", other.parts[p.name]), p.when)
                    ),
                    when,
                )
            known = ", ".join(measures) or "none"
            raise entry.error(f"the formula reads {name!r}, which is neither a part (parts: {known}) nor a metric.")

        try:
            formula = replaced(parse_formula(str(written)), find)
        except FormulaError as error:
            raise entry.error(str(error)) from error
        if not used:
            raise entry.error("the formula reads no part.")
        return formula, {part.name: used[part.name] for part in parts(formula)}


@cache
def shipped_catalogue() -> Catalogue:
    """The definitions that ship with the product, over the contract's tables."""
    return Catalogue.load()


def replaced_parts(formula: Formula, find: Any) -> Formula:
    """The formula with each part replaced by what ``find`` gives for it."""
    match formula:
        case Part():
            return cast(Formula, find(formula))
        case Binary(operator, left, right):
            return Binary(operator, replaced_parts(left, find), replaced_parts(right, find))
        case _:
            return formula


def _read_part(name: str, measure: Measure, keep: Any) -> Formula:
    """The part itself; an average is its sum over its count, so that it can be added up, split and explained."""
    if measure.aggregate.function != "avg":
        return cast(Part, keep(name, measure))
    argument = measure.aggregate.argument
    inner = measure.text.partition("(")[2].partition(") from ")[0]
    total = _restated(measure, f"sum({inner})", Aggregate("sum", argument))
    count = _restated(measure, f"count({inner})", Aggregate("count", argument))
    return Binary("/", keep(f"{name}_sum", total), keep(f"{name}_count", count))


def _restated(measure: Measure, written: str, aggregate: Aggregate) -> Measure:
    text = f"{written} from {measure.text.partition(') from ')[2]}"
    return Measure(text, aggregate, measure.table, measure.where, measure.clock, measure.per)


def _read(file: str, text: str, entries: dict[str, Entry]) -> None:
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError(f"is no valid TOML: {error}.", file=file) from error
    for key, values in content.items():
        entry = Entry(key, file, values if isinstance(values, dict) else {})
        if not isinstance(values, dict) or not _NAME.fullmatch(key):
            raise entry.error("a metric is a table with a plain name: [win_rate], small letters, digits and _.")
        if key in entries:
            raise entry.error(f"is already defined in {entries[key].file}. Choose another key.")
        entries[key] = entry
        inherited = {name: value for name, value in values.items() if name not in _OWN}
        for variant, own in dict(values.get("variants", {})).items():
            if not _NAME.fullmatch(variant) or not isinstance(own, dict):
                raise entry.error(f"the variant {variant!r} must be a table: [{key}.variants.{variant}].")
            entries[f"{key}.{variant}"] = Entry(f"{key}.{variant}", file, {**inherited, **own})


def _measures(entry: Entry, tables: Tables) -> dict[str, Measure]:
    measures: dict[str, Measure] = {}
    for name, text in entry.values.items():
        if name in _WORDS:
            continue
        if not isinstance(text, str) or not _NAME.fullmatch(name) or name in _MOMENTS:
            raise entry.error(f"{name!r} is neither a word of the grammar nor a part (a measure written as a text).")
        try:
            measures[name] = parse_measure(text, tables)
        except MeasureError as error:
            raise entry.error(f"{name}: {error}") from error
    return measures


def _metric(entry: Entry, formula: Formula, used: Mapping[str, Measure]) -> Metric:
    values = entry.values
    title, definition = _spoken(entry, "title"), _spoken(entry, "definition")
    for word, choices in (("unit", get_args(Unit)), ("good", get_args(Good)), ("interval", get_args(Declared))):
        if values.get(word, None if word == "interval" else "") not in (
            *choices,
            *([None] if word == "interval" else []),
        ):
            raise entry.error(f"{word} must be one of: {', '.join(choices)}.")
    matures = values.get("matures", 0)
    if not isinstance(matures, int) or isinstance(matures, bool) or not 0 <= matures <= 3660:
        raise entry.error("matures is a number of days: matures = 90.")
    return Metric(
        key=entry.key,
        title=title,
        definition=definition,
        is_not=_spoken(entry, "is_not") if "is_not" in values else {},
        example=_example(entry, formula),
        synonyms=_synonyms(entry),
        source=_source(entry),
        unit=values["unit"],
        good=values["good"],
        formula=formula,
        parts=used,
        written=str(values.get("formula", formula)),
        matures=matures,
        declared_interval=values.get("interval"),
        owner=str(values.get("owner", "")),
        family=entry.file.removesuffix(".toml"),
        file=entry.file,
    )


def _spoken(entry: Entry, word: str) -> Mapping[Language, str]:
    """A word of the definition in both languages."""
    spoken = entry.values.get(word)
    if (
        not isinstance(spoken, dict)
        or set(spoken) != {"en", "fr"}
        or not all(isinstance(v, str) and v for v in spoken.values())
    ):
        raise entry.error(f'{word} must be given in both languages: {word} = {{ en = "…", fr = "…" }}.')
    return cast(Mapping[Language, str], spoken)


def _source(entry: Entry) -> Mapping[Language, str]:
    """Where its records come from; a plain text, as in an organisation's own definitions, stands for both languages."""
    source = entry.values.get("source", "")
    return {"en": source, "fr": source} if isinstance(source, str) else _spoken(entry, "source")


def _synonyms(entry: Entry) -> Mapping[Language, tuple[str, ...]]:
    """What else people call it, by language; a language may have none."""
    given = entry.values.get("synonyms", {})
    sound = isinstance(given, dict) and set(given) <= set(get_args(Language))
    if not sound or not all(
        isinstance(own, list) and all(isinstance(w, str) and w for w in own) for own in given.values()
    ):
        raise entry.error('synonyms are lists of texts by language: synonyms = { en = ["…"], fr = ["…"] }.')
    return {language: tuple(given.get(language, ())) for language in get_args(Language)}


def _example(entry: Entry, formula: Formula) -> Mapping[str, Decimal]:
    """The values of its parts in a worked example, by how the formula reads them."""
    given = entry.values.get("example")
    if given is None:
        return {}
    read = [*dict.fromkeys(str(part) for part in parts(formula)), *(["months"] if reads_months(formula) else [])]
    numbers = isinstance(given, dict) and all(type(value) in (int, float) for value in given.values())
    if not numbers or set(given) != set(read):
        raise entry.error(f"the example gives a number to each of: {', '.join(read)}.")
    return {name: Decimal(str(value)) for name, value in given.items()}


def _check(entry: Entry, metric: Metric) -> None:
    for part in metric.reads:
        stock = metric.parts[part.name].clock.stock
        if part.when in ("start", "previous_start") and not stock:
            raise entry.error(f"start({part.name}) needs a stock: measure {part.name} with 'during FROM, TO'.")
        if part.when == "daily" and not (stock and metric.parts[part.name].additive):
            raise entry.error(f"daily({part.name}) needs a stock that adds up: count(*) or sum(x), 'during FROM, TO'.")
        if part.when == "initial" and (stock or metric.parts[part.name].table.cohort is None):
            raise entry.error(f"initial({part.name}) needs a measure with 'at' over a table that has a cohort.")
    if metric.interval == "nps" and not {"promoters", "detractors", "answers"} <= set(metric.parts):
        raise entry.error('interval = "nps" needs parts named promoters, detractors and answers.')
