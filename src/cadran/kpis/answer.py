"""Where pages, API, command line and library join: what the member may see, then the kept answers, then the engine."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from cadran.crm.models import Organisation
from cadran.facts.lineage import Field
from cadran.facts.refresh import Refresher
from cadran.facts.store import Store
from cadran.kpis.kept import Kept
from cadran.kpis.sight import computable, engine_seen, tables_seen
from cadran.kpis.within import Within
from cadran.members.field_rights import hidden_fields
from cadran.members.models import Member
from cadran.members.scope import scope
from cadran.metrics import ask_all, shipped_catalogue
from cadran.metrics.catalogue import Catalogue
from cadran.metrics.engines.base import Engine
from cadran.metrics.engines.duckdb import DuckDB
from cadran.metrics.errors import QuestionError
from cadran.metrics.metric import Metric
from cadran.metrics.period import Calendar
from cadran.metrics.question import Question
from cadran.metrics.result import Result
from cadran.metrics.tables import Tables

type _Key = tuple[str, Question, date, tuple[str, ...] | None, frozenset[Field]]

MOST_KEPT = 4096


class NotYours(QuestionError):
    """The question cannot be limited to what the member may see."""


class Hidden(NotYours):
    """The question rests on a field that the member does not see."""


@cache
def _store(home: Path) -> Store:
    return Store.open(home)


@cache
def _kept(home: Path) -> Kept[_Key, Result]:  # noqa: ARG001 (one for each home)
    """Answers by the hash of their definition, the question (the member's scope is among its filters), the day they
    were asked, on which "in progress" depends, whose records were compared with one another (None: everybody's), and
    the fields that are hidden from whoever asks.
    """
    return Kept(MOST_KEPT)


def engine() -> DuckDB:
    """The facts as they are now."""
    store = _store(settings.HOME)
    store.refresh()
    return store.engine()


@cache
def _newest_days(home: Path) -> Kept[date, date | None]:  # noqa: ARG001 (one for each home)
    return Kept(MOST_KEPT)


def fact_tables(member: Member | None = None) -> Tables:
    """What the facts hold now: their tables, with the dimensions that this organisation added; of their columns those
    that a member may see (None: all).
    """
    store = _store(settings.HOME)
    store.refresh()
    return tables_seen(store.tables, member)


@contextmanager
def kept_fresh() -> Iterator[None]:
    """Follow the records in a thread as long as this lasts, so that no question waits for what was committed."""
    refresher = Refresher(_store(settings.HOME))
    refresher.start()
    try:
        yield
    finally:
        refresher.stop()


def fresh_at() -> datetime:
    """The moment at which the facts were last seen to hold everything that the records do."""
    return _store(settings.HOME).fresh_at


def data_version() -> str:
    """The name of the present state of the facts; it moves on with every change of a record."""
    return _store(settings.HOME).version


def newest_day(today: date) -> date | None:
    """The last day up to today on which a deal was closed, an order placed or a payment made; None without any."""
    happened = " UNION ALL ".join(
        f'SELECT max("{day}") AS "day" FROM "{table}" WHERE "{day}" <= $1'
        for table, day in (("deal", "closed_on"), ("order", "placed_on"), ("payment", "paid_on"))
    )
    facts, kept = engine(), _newest_days(settings.HOME)
    found = kept.find(facts.data_version, [today])
    if today not in found:
        found[today] = facts.select(f'SELECT max("day") FROM ({happened}) AS "happened"', [today])[0][0]
        kept.keep(facts.data_version, found)
    return found[today]


def catalogue() -> Catalogue:
    """The metrics that this organisation can ask for: the shipped ones, and its own in its home's folder `definitions`.

    Its own are read anew when a file changed. Raises DefinitionError, naming the file, the metric and the cure.
    """
    found = sorted((settings.HOME / "definitions").glob("*.toml"))
    if not found:
        return shipped_catalogue()
    return _own_catalogue(tuple((path, path.stat().st_mtime_ns) for path in found), fact_tables().identity)


@lru_cache(maxsize=4)
def _own_catalogue(files: tuple[tuple[Path, int], ...], _tables: int) -> Catalogue:
    return Catalogue.load(*(path for path, _ in files), tables=fact_tables())


def answer(question: Question, *, member: Member | None = None, today: date | None = None) -> Result:
    """Answer one question; see :func:`answer_all`."""
    return answer_all([question], member=member, today=today)[0]


def answer_all(
    questions: Sequence[Question], *, member: Member | None = None, today: date | None = None
) -> list[Result]:
    """Answer questions together, limited to what a member may see (None: the installation's own owner, everything).

    Raises QuestionError when a question cannot be asked so, NotYours when it cannot be limited to the member's scope or
    rests on a field that he does not see, FactsError when the facts cannot be read.
    """
    hidden, known, calendar = hidden_fields(member), catalogue(), organisation_calendar()
    day = today or today_in(calendar)
    limits = {} if member is None else scope(member).facts
    facts = engine_seen(_within(engine(), limits), hidden)
    if hidden:
        _refuse_hidden(questions, known, facts.tables)
    asked = [_limited(question, limits, known[question.metric], facts) for question in questions]
    keys = [(known[question.metric].hash, question, day, limits.get("owner"), hidden) for question in asked]
    kept = _kept(settings.HOME)
    answers = kept.find(facts.data_version, keys)
    missing = list(dict.fromkeys(key for key in keys if key not in answers))
    if missing:
        new = ask_all(facts, known, [key[1] for key in missing], today=day, calendar=calendar)
        fresh = dict(zip(missing, new, strict=True))
        kept.keep(facts.data_version, fresh)
        answers |= fresh
    return [answers[key] for key in keys]


def within_reach(metric: Metric, member: Member | None) -> bool:
    """Whether a metric can be limited to what the member may see (None: everything)."""
    return bool(reachable([metric], member))


def reachable(metrics: Iterable[Metric], member: Member | None) -> list[Metric]:
    """Those of the metrics that are within the member's reach."""
    limits = set() if member is None else set(scope(member).facts)
    hidden = hidden_fields(member)
    if not limits and not hidden:
        return list(metrics)
    tables = fact_tables(member)
    seen = computable(metrics, tables) if hidden else metrics
    return [metric for metric in seen if limits <= set(metric.dimensions(tables))]


def rests_on_seen(metric: Metric, member: Member | None) -> bool:
    """Whether a metric rests on nothing that is hidden from the member (None: nothing is)."""
    return not hidden_fields(member) or bool(computable([metric], fact_tables(member)))


def organisation_calendar() -> Calendar:
    """How the organisation counts time."""
    organisation = Organisation.current()
    return Calendar(organisation.fiscal_year_start_month, organisation.time_zone)


def today_in(calendar: Calendar) -> date:
    """The current day in the organisation's zone."""
    return timezone.now().astimezone(ZoneInfo(calendar.zone)).date()


def _within(facts: Engine, limits: Mapping[str, tuple[str, ...]]) -> Engine:
    return Within(facts, limits["owner"]) if "owner" in limits else facts


def _refuse_hidden(questions: Sequence[Question], known: Catalogue, tables: Tables) -> None:
    """Raise Hidden for a question that rests on, is split by or is narrowed by what is hidden from whoever asks."""
    for question in questions:
        metric = known[question.metric]
        names = {*question.by, *question.where}
        has_cohort = not question.cohort or all(
            measure.table.name in tables and (measure.table.cohort is None or tables[measure.table.name].cohort)
            for measure in metric.parts.values()
        )
        if not computable([metric], tables) or not names <= set(metric.dimensions(tables)) or not has_cohort:
            raise Hidden(f"{question.metric} rests on fields that your role does not see.")


def _limited(question: Question, limits: Mapping[str, tuple[str, ...]], metric: Metric, facts: Engine) -> Question:
    if not limits:
        return question
    where, known = dict(question.where), metric.dimensions(facts.tables)
    for name, allowed in limits.items():
        if name not in known:
            raise NotYours(f"{question.metric} has no {name}: it cannot be limited to what you may see.")
        where[name] = tuple(value for value in where.get(name, allowed) if value in allowed)
    return replace(question, where=where)
