"""What a list can be narrowed by: the values there are, among the records that the member may see."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from django.utils.translation import gettext as _

from cadran.crm.records import KINDS, FieldType, fields_of
from cadran.kpis.choices import Choice
from cadran.members.field_rights import fixed_for
from cadran.members.models import Member
from cadran.members.record import Record
from cadran.members.scope import scope
from cadran.members.writes import owners
from cadran.ui.formats import labelled
from cadran.ui.matching import plain
from cadran.workspace.find import visible
from cadran.workspace.kinds import LISTED, Filter, Listing, title_of
from cadran.workspace.models import Segment
from cadran.workspace.selection import NONE, Selection
from cadran.workspace.words import field_name, value_name

MOST, MOST_READ = 200, 5_000


@dataclass(frozen=True)
class Narrowing:
    """A filter of a list with its choices, the first of which leaves nothing out."""

    field: str
    name: str
    choices: Sequence[Choice]


@dataclass(frozen=True)
class Chip:
    """A filter in force, and the list without it."""

    text: str
    url: str


type Texts = Callable[[str], list[str]]
"""The values that a text field has, by the field's name."""


def texts_once(listing: Listing, member: Member) -> Texts:
    """The values of the text fields of a list, each read when it is first asked for."""
    return cache(lambda field: texts(listing, field, member))


def narrowings(selection: Selection, member: Member, known: Texts) -> list[Narrowing]:
    """The filters of a list, each with the values that some record of it has."""
    return [_narrowing(choice, selection, member, known) for choice in selection.listing.filters]


def _narrowing(choice: Filter, selection: Selection, member: Member, known: Texts) -> Narrowing:
    chosen = selection.where.get(choice.field, "")
    values = [(value, text) for value, text in _values(choice, selection.listing, member, known) if value]
    if choice.type != "state":
        values.append((NONE, _("(blank)")))
    if chosen and chosen not in dict(values):
        values.append((chosen, chosen))
    every = Choice("", _("All"), not chosen)
    return Narrowing(
        choice.field,
        field_name(choice.field, {}),
        [every, *(Choice(value, text, value == chosen) for value, text in values)],
    )


def _values(choice: Filter, listing: Listing, member: Member, known: Texts) -> list[tuple[str, str]]:
    if choice.type == "state":
        return [(state, value_name("state", state)) for state in choice.states]
    if choice.type == "link":
        return [(str(record.pk), told(record)) for record in linkable(listing, choice.field, member)]
    return [(value, value_name(choice.field, value)) for value in known(choice.field)]


def texts(listing: Listing, field: str, member: Member) -> list[str]:
    """The values that a text field has, in the order of the alphabet, two hundred at most."""
    found = visible(listing.kind, member).filter(archived_at=None, **{f"{field}__isnull": False})
    values = found.order_by().values_list(field, flat=True).distinct()  # in order, SQLite would sort every record
    return sorted(values[:MOST_READ], key=lambda value: (plain(value), value))[:MOST]


def linkable(listing: Listing, field: str, member: Member) -> list[Record]:
    """The records that a link can lead to: few of them, as owners, stages and campaigns are."""
    target = fields_of(listing.kind)[field].target or ""
    model = KINDS[target]
    order = {"stage": ("pipeline__name", "order"), "member": ("name",)}.get(target, ("name",))
    found = model._default_manager.filter(scope(member).of(model), archived_at=None).order_by(*order)
    return list((found.prefetch_related("pipeline") if target == "stage" else found)[:MOST])  # type: ignore[misc]  # stages have one


def told(record: Record) -> str:
    """A record among others to choose from: a stage with its pipeline."""
    pipeline = getattr(record, "pipeline", None)
    return f"{pipeline} · {record}" if pipeline else title_of(record)


def link_chips(selection: Selection, member: Member) -> list[Chip]:
    """The links that a list is limited to and that no filter above it shows: "Account: Acme"."""
    shown = {choice.field for choice in selection.listing.filters}
    return [
        Chip(labelled(field_name(name, {}), text), selection.without(name) or "?")
        for name, text in link_names(selection, member).items()
        if name not in shown
    ]


def link_names(selection: Selection, member: Member) -> dict[str, str]:
    """What the links that a list is limited to lead to, by field: a number where the member does not see it."""
    fields, names = fields_of(selection.listing.kind), dict[str, str]()
    for name, value in selection.where.items():
        if name in fields and fields[name].target:
            found = None if value == NONE else _seen(fields[name].target or "", int(value), member)
            names[name] = title_of(found) if found else _("(blank)") if value == NONE else value
    return names


def _seen(target: str, pk: int, member: Member) -> Record | None:
    model = KINDS[target]
    return model._default_manager.filter(scope(member).of(model), pk=pk).first()


def settable(listing: Listing, member: Member, known: Texts) -> list[Narrowing]:
    """The fields that can be set for many records at once, each with its choices; the first leaves it as it is."""
    offered, fixed = [], fixed_for(member, listing.kind)
    for name in listing.bulk:
        if name not in fixed:
            pairs = _pairs(listing, name, member, known)
            same = Choice("", _("as it is"), chosen=True)
            choices = [same, *(Choice(value, words, chosen=False) for value, words in pairs)]
            offered.append(Narrowing(name, field_name(name, {}), choices))
    return offered


def _pairs(listing: Listing, name: str, member: Member, known: Texts) -> list[tuple[str, str]]:
    if fields_of(listing.kind)[name].type is FieldType.LINK:
        return [(str(person.pk), person.name) for person in owners(member).order_by("name")]
    words = dict.fromkeys([*listing.words.get(name, ()), *known(name)])
    return [(word, value_name(name, word)) for word in words]


def date_choices(selection: Selection) -> list[Choice]:
    """The dates that a list can be limited by."""
    return [Choice(name, field_name(name, {}), name == selection.by_date) for name in selection.listing.dates]


def sort_choices(selection: Selection) -> list[Choice]:
    """The sorts of a list, for those who have no table heads to click on: a phone."""
    chosen = selection.sort or selection.listing.order
    fields, choices = fields_of(selection.listing.kind), []
    for name in selection.listing.sorts:
        texts = name in fields and fields[name].type in (FieldType.TEXT, FieldType.LINK)
        for sort, arrow in ((name, "A → Z" if texts else "↑"), (f"-{name}", "Z → A" if texts else "↓")):
            choices.append(Choice(sort, f"{field_name(name, {})} {arrow}", sort == chosen))
    return choices


def tabs(current: str = "") -> list[Choice]:
    """The kinds of record, as a way from one list to another."""
    return [Choice(listing.url, str(listing.many), listing.kind == current) for listing in LISTED.values()]


def segments(selection: Selection, member: Member) -> list[Segment]:
    """The lists of this kind that the member keeps, by name."""
    return list(Segment.objects.filter(member=member, kind=selection.listing.kind).order_by("name"))
