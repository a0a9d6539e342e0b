"""How a number is made: its words, its formula with its values, where it comes from, and its variants side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from cadran.kpis.formula import formula_with_values, only_measure, part_value, worked_words
from cadran.kpis.page import kpi_url
from cadran.kpis.reader import Reader
from cadran.kpis.selection import Selection
from cadran.kpis.trust import difference
from cadran.metrics.result import Result


@dataclass(frozen=True)
class PartLine:
    """A part of the formula: the measure as written and its value."""

    name: str
    measure: str
    value: str


@dataclass(frozen=True)
class Variant:
    """The metric or another way to count it, over the same period. ``rows``: which rows make the difference."""

    title: str
    key: str
    definition: str
    value: str
    n: str
    url: str
    here: bool
    rows: str = ""


@dataclass(frozen=True)
class Definition:
    """All of it, ready to read. ``with_values`` and ``parts`` are empty where the formula is a single measure."""

    words: str
    synonyms: str
    is_not: str
    example: str
    example_value: str
    formula: str
    with_values: str
    parts: Sequence[PartLine]
    source: str
    variants: Sequence[Variant]
    hash: str
    version: str


def definition(total: Result, variants: Sequence[Result], selection: Selection, reader: Reader) -> Definition:
    """The definition of a result's metric, with the values of its total."""
    metric, formats = total.metric, reader.formats
    single = only_measure(metric)
    example, example_value = worked_words(metric, formats)
    return Definition(
        words=metric.definition[reader.language],
        synonyms=", ".join(metric.synonyms.get(reader.language, ())),
        is_not=metric.is_not.get(reader.language, ""),
        example=example,
        example_value=example_value,
        formula=single.text if single else str(metric.formula),
        with_values="" if single else formula_with_values(metric, total.total.parts, formats),
        parts=[]
        if single
        else [
            PartLine(str(part), metric.parts[part.name].text, part_value(total.total.parts[str(part)], formats))
            for part in metric.reads
        ],
        source=metric.source[reader.language],
        variants=[_variant(other, total, selection, reader) for other in variants] if len(variants) > 1 else [],
        hash=total.definition_hash,
        version=total.data_version,
    )


def _variant(other: Result, total: Result, selection: Selection, reader: Reader) -> Variant:
    cell, here = other.total, other.metric.key == total.metric.key
    return Variant(
        title=other.metric.title[reader.language],
        key=other.metric.key,
        definition=other.metric.definition[reader.language],
        value=reader.formats.value(cell.value, other.metric.unit),
        n=reader.formats.number(Decimal(cell.n)),
        url=kpi_url(other.metric, selection.query()),
        here=here,
        rows="" if here else difference(total, other, reader.formats),
    )
