"""How far each number of the catalogue can be trusted, and what to mend for most of them to be trusted more."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from cadran.kpis.answer import answer_all, catalogue
from cadran.kpis.families import family_name
from cadran.kpis.page import kpi_url
from cadran.kpis.reader import Reader
from cadran.kpis.row_words import row_words
from cadran.kpis.selection import Selection
from cadran.kpis.trust import lack_words
from cadran.metrics.confidence import GRADES, Confidence, Lack
from cadran.metrics.result import Result
from cadran.upkeep.asking import askable

NONE = "none"
"""In an address: the indicators that have no grade, as there is no row to judge."""
LETTERS = (*(str(letter) for letter, _least in GRADES), "D")
MOST_FIXES = 12


@dataclass(frozen=True)
class Graded:
    """The grade of one indicator: its letter ("" without a row to judge), its share, what is lacking most."""

    title: str
    url: str
    family: str
    family_name: str
    letter: str
    share: str
    lack: str
    mend: str


@dataclass(frozen=True)
class Raised:
    """An indicator that mending would raise: from one grade to another."""

    title: str
    url: str
    before: str
    after: str


@dataclass(frozen=True)
class Fix:
    """A fault of records of one kind, how many rows have it, where they are listed, and whom it would help."""

    words: str
    record: str
    count: str
    url: str
    raised: Sequence[Raised]
    touched: int


@dataclass(frozen=True)
class Judged:
    """An answer and how far it can be trusted."""

    result: Result
    confidence: Confidence


def judge_all(selection: Selection, who: Reader) -> list[Judged]:
    """Every indicator that the reader may ask, judged over a selection."""
    metrics = askable((metric.key for metric in catalogue().metrics if not metric.needs_cohort), selection, who)
    found = answer_all([selection.total(metric.key) for metric in metrics], member=who.member, today=who.today)
    return [Judged(result, result.confidence()) for result in found]


def graded(judged: Sequence[Judged], selection: Selection, who: Reader) -> list[Graded]:
    """The table of grades, the lowest first."""
    ordered = sorted(judged, key=lambda one: (one.confidence.share is None, one.confidence.share or Decimal(0)))
    return [_graded(one, selection, who) for one in ordered]


def _graded(one: Judged, selection: Selection, who: Reader) -> Graded:
    metric, found = one.result.metric, one.confidence
    first = next(iter(found.lacks), None)
    return Graded(
        title=metric.title[who.language],
        url=kpi_url(metric, selection.query()) + "#trust",
        family=metric.family,
        family_name=family_name(metric.family),
        letter=found.grade or "",
        share="" if found.share is None else who.formats.percent(found.share),
        lack=lack_words(first, who.language) if first else "",
        mend=_mend_url(one, first, selection) if first else "",
    )


def fixes(judged: Sequence[Judged], selection: Selection, who: Reader) -> list[Fix]:
    """What to mend, the faults that keep most indicators from a better grade first."""
    found: dict[tuple[str, str], list[tuple[Judged, Lack]]] = {}
    for one in judged:
        for lack in one.confidence.lacks:
            found.setdefault(lack.fault, []).append((one, lack))
    made = [
        (_fix(fault, where, selection, who), sum(lack.gain for _one, lack in where)) for fault, where in found.items()
    ]
    made.sort(key=lambda pair: (-len(pair[0].raised), -pair[0].touched, -pair[1]))
    return [fix for fix, _gain in made[:MOST_FIXES]]


def _fix(fault: tuple[str, str], where: Sequence[tuple[Judged, Lack]], selection: Selection, who: Reader) -> Fix:
    most, lack = max(where, key=lambda pair: (pair[1].count, pair[1].gain))
    raised = []
    for one, _lack in where:
        before, after = one.confidence.grade or "", one.confidence.mended(fault).grade or ""
        if after != before:
            metric = one.result.metric
            title, url = metric.title[who.language], kpi_url(metric, selection.query()) + "#trust"
            raised.append(Raised(title, url, before, after))
    return Fix(
        words=lack_words(lack, who.language),
        record=row_words(lack.record),
        count=who.formats.number(Decimal(lack.count)),
        url=_mend_url(most, lack, selection),
        raised=raised,
        touched=len(where),
    )


def _mend_url(one: Judged, lack: Lack, selection: Selection) -> str:
    """The page of the indicator, opened on the rows that have this fault."""
    here = kpi_url(one.result.metric, selection.query())
    place = list(one.confidence.lacks).index(lack) + 1
    return f"{here}{'&' if '?' in here else '?'}mend={place}#rows"
