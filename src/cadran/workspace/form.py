"""Forms made from the fields of a kind: their inputs, and what was put into them, written through the one door."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from cadran.crm import save
from cadran.crm.errors import Refused, Wrong
from cadran.crm.field_rights import asked_at_first
from cadran.crm.fields import read as read_own
from cadran.crm.models import Change, Origin, Stage
from cadran.crm.records import KINDS, Field, FieldType
from cadran.kpis.choices import Choice
from cadran.kpis.reader import Reader
from cadran.members.field_rights import fixed_for
from cadran.members.models import Member
from cadran.members.record import Record
from cadran.members.scope import scope
from cadran.members.writes import owners
from cadran.workspace.choices import linkable, texts, told
from cadran.workspace.inputs import HTML_TYPES, parsed, typed
from cadran.workspace.kinds import LISTED, Listing
from cadran.workspace.record import form_fields
from cadran.workspace.words import field_name, own_names, value_name

CLOSED = frozenset({("deal", "closed_at"), ("deal", "lost_reason")})
"""What a new deal, which is open, has not."""
NOW = frozenset({"placed_at", "opened_at", "at"})


@dataclass(frozen=True)
class Input:
    """One field of a form: how it is asked for, its text, the text it had (`was`), and what is wrong with it."""

    field: Field
    name: str
    type: str
    text: str
    was: str
    required: bool
    choices: Sequence[Choice] = ()
    offered: Sequence[str] = ()
    linked: Listing | None = None
    error: str = ""


class NotWritten(Exception):
    """Nothing was written: the inputs say why, or `words` when it concerns none of them."""

    def __init__(self, inputs: Sequence[Input], words: str = "") -> None:
        super().__init__(words)
        self.inputs, self.words = inputs, words


def blank_form(listing: Listing, given: QueryDict, reader: Reader, member: Member) -> list[Input]:
    """The inputs of a record to be made, filled with what the address gives and what goes without saying."""
    fixed = fixed_for(member, listing.kind)
    fields = {
        name: field
        for name, field in form_fields(listing).items()
        if (name not in fixed or asked_at_first(field)) and (listing.kind, name) not in CLOSED
    }
    values = dict[str, Any]()
    for name, field in fields.items():
        if name in NOW and field.required:
            values[name] = timezone.now()
        elif name == "owner":
            values[name] = member
        elif name == "currency":
            values[name] = reader.formats.currency
        if text := given.get(name):
            values[name] = _linked(field, text, member) if field.type is FieldType.LINK else text[: field.max_length]
    return inputs(listing, fields, values, reader, member)


def form_of(record: Record, listing: Listing, names: Iterable[str], reader: Reader, member: Member) -> list[Input]:
    """The inputs of some fields of a record."""
    fields = {name: field for name, field in form_fields(listing).items() if name in names}
    return inputs(listing, fields, {name: value_of(record, field) for name, field in fields.items()}, reader, member)


def value_of(record: Record, field: Field) -> Any:
    """What a field of a record holds: a record itself for a link."""
    return read_own(field, record.custom) if field.column == "custom" else getattr(record, field.name)


def inputs(
    listing: Listing, fields: Mapping[str, Field], values: Mapping[str, Any], reader: Reader, member: Member
) -> list[Input]:
    """The inputs of some fields that hold these values."""
    own = own_names(listing.kind, reader.language)
    made = []
    for name, field in fields.items():
        value = values.get(name)
        text = value if isinstance(value, str) else typed(field, value, reader)
        linked = LISTED.get(field.target or "") if field.type is FieldType.LINK else None
        choices = _choices(listing, field, value, text, member)
        offered = texts(listing, name, member) if _offers(listing, field) and not choices else ()
        kind = "select" if choices else "textarea" if field.type is FieldType.LONG_TEXT else "text"
        made.append(
            Input(
                field,
                field_name(name, own),
                HTML_TYPES.get(field.type, kind),
                text,
                text,
                field.required or name == listing.named_by,
                choices,
                offered,
                linked,
            )
        )
    return made


def _offers(listing: Listing, field: Field) -> bool:
    return any(choice.field == field.name and choice.type == "text" for choice in listing.filters)


def _choices(listing: Listing, field: Field, value: Any, text: str, member: Member) -> list[Choice]:
    """What a field is chosen from: few records, few words, yes or no; nothing when it is typed."""
    if field.type is FieldType.LINK and field.target not in LISTED:
        records = _linkable(listing, field, member)
        records += [value] if value is not None and value not in records else []
        pairs = [(str(record.pk), told(record)) for record in records]
    elif field.type is FieldType.FLAG:
        pairs = [("true", _("yes")), ("false", _("no"))]
    elif field.choices or field.name in listing.words:
        words = [*(field.choices or listing.words[field.name])]
        words += [text] if text and text not in words else []
        pairs = [(word, value_name(field.name, word)) for word in words]
    else:
        return []
    return [Choice("", "–", not text), *(Choice(value, words, value == text) for value, words in pairs)]


def _linkable(listing: Listing, field: Field, member: Member) -> list[Record]:
    if field.name == "owner":
        people: QuerySet[Member] = owners(member).order_by("name")
        return list(people)
    found = linkable(listing, field.name, member)
    if field.target == "stage":
        return [stage for stage in found if isinstance(stage, Stage) and stage.outcome == Stage.Outcome.OPEN]
    return found


def _linked(field: Field, text: str, member: Member) -> Record | None:
    model = KINDS[field.target or ""]
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
    return model._default_manager.filter(scope(member).of(model), pk=number).first()


# --- what was put into them


def make(listing: Listing, given: QueryDict, reader: Reader, member: Member) -> tuple[Record, Change]:
    """Make a record of what a form holds; the record and its first change. Raises NotWritten."""
    asked = [
        replace(one, text=given.get(one.field.name, one.text)) for one in blank_form(listing, given, reader, member)
    ]
    values = _values(asked, reader, member, listing)
    if "owner" not in values:
        values["owner"] = member.pk
    if values.get("stage"):
        values["pipeline"] = Stage.objects.get(pk=values["stage"]).pipeline_id
    batch = batch_name()
    try:
        record = save.create(listing.kind, values, by=save.By(Origin.MEMBER, member, batch))
    except Refused as refused:
        raise refusal(asked, refused) from refused
    return record, Change.objects.filter(record=listing.kind, record_id=record.pk, batch=batch).earliest("pk")


def alter(
    record: Record, asked: Sequence[Input], given: QueryDict, reader: Reader, member: Member, listing: Listing
) -> list[Change]:
    """Change the fields of a record whose input is no longer what it was; the changes made. Raises NotWritten.

    What somebody else changed meanwhile is not overwritten unseen.
    """
    sent = [
        replace(one, text=given.get(one.field.name, ""), was=given.get(f"was.{one.field.name}", one.was))
        for one in asked
        if one.field.name in given
    ]
    now = {one.field.name: one.text for one in asked}
    touched = [one for one in sent if one.text.strip() != one.was]
    meanwhile = {
        one.field.name: _("Somebody changed this meanwhile, to “%(value)s”. Save again to put yours instead.")
        % {"value": now[one.field.name] or "–"}
        for one in touched
        if now[one.field.name] not in (one.was, one.text.strip())
    }
    if meanwhile:
        shown = [replace(one, was=now[one.field.name]) for one in sent]
        raise NotWritten(_with_error(shown, meanwhile))
    names = {one.field.name for one in touched}
    try:
        values = _values(touched, reader, member, listing)
        return save.change(record, values, by=save.By(Origin.MEMBER, member, batch_name())) if values else []
    except NotWritten as wrong:
        errors = {one.field.name: one.error for one in wrong.inputs if one.error}
        raise NotWritten(_with_error(sent, {name: errors[name] for name in names & errors.keys()})) from wrong
    except Refused as refused:
        raise refusal(sent, refused) from refused


def batch_name() -> str:
    """A name for what is written at once."""
    return f"edit-{secrets.token_hex(8)}"


def _values(asked: Sequence[Input], reader: Reader, member: Member, listing: Listing) -> dict[str, Any]:
    values, errors = dict[str, Any](), dict[str, str]()
    for one in asked:
        name = one.field.name
        try:
            value = parsed(one.field, one.text, reader, member)
            if value is None and name == listing.named_by:
                raise Wrong(_("Fill this in."))
            if name == "owner" and value is None and not scope(member).everything:
                raise Wrong(_("Choose an owner: you would not see this record."))
            if name == "owner" and value is not None and not owners(member).filter(pk=value).exists():
                raise Wrong(_("Choose one of the list."))
            values[name] = value
        except Wrong as reason:
            errors[name] = str(reason)
    if errors:
        raise NotWritten(_with_error(asked, errors))
    return values


def refusal(asked: Sequence[Input], refused: Refused) -> NotWritten:
    """What the door refused, at the inputs that it concerns."""
    names = {one.field.name for one in asked}
    errors = {problem.column: problem.reason for problem in refused.problems if problem.column in names}
    others = [str(problem.reason) for problem in refused.problems if problem.column not in names]
    return NotWritten(_with_error(asked, errors), "; ".join(others))


def _with_error(asked: Sequence[Input], errors: Mapping[str, str]) -> list[Input]:
    return [
        replace(
            one,
            error=errors.get(one.field.name, ""),
            choices=[replace(choice, chosen=choice.value == one.text) for choice in one.choices],
        )
        for one in asked
    ]
