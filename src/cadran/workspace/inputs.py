"""What people type into forms, by the type of the field: its text in the form, and the value that it says."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from cadran.crm.errors import Wrong
from cadran.crm.records import Field, FieldType
from cadran.crm.values import number_text
from cadran.kpis.reader import Reader
from cadran.members.models import Member
from cadran.members.record import Record
from cadran.workspace.find import visible
from cadran.workspace.kinds import LISTED, title_of

HTML_TYPES = {
    FieldType.MONEY: "number",
    FieldType.NUMBER: "number",
    FieldType.SHARE: "number",
    FieldType.WHOLE: "number",
    FieldType.DAY: "date",
    FieldType.MOMENT: "datetime-local",
}
_NAMED = re.compile(r"#(\d{1,18})\)?\s*$")


def typed(field: Field, value: Any, reader: Reader) -> str:
    """A value as the text of an input; parsing that text gives it back, moments to the minute."""
    match value:
        case None:
            text = ""
        case bool():
            text = "true" if value else "false"
        case datetime():
            text = value.astimezone(ZoneInfo(reader.formats.time_zone)).strftime("%Y-%m-%dT%H:%M")
        case date():
            text = value.isoformat()
        case Decimal():
            text = number_text(value)
        case Record():
            text = f"{title_of(value)} (#{value.pk})" if field.target in LISTED else str(value.pk)
        case _:
            text = str(value)
    return text


def parsed(field: Field, text: str, reader: Reader, member: Member) -> Any:
    """The value that a text says, None for a blank one. Raises Wrong, in the reader's language."""
    text = text.strip()
    if not text:
        if field.required:
            raise Wrong(_("Fill this in."))
        return None
    if field.type is FieldType.LINK:
        return _link(field, text, member)
    return _PARSERS.get(field.type, _text)(field, text, reader)


def _text(field: Field, text: str, _reader: Reader) -> str:
    if field.max_length and len(text) > field.max_length:
        raise Wrong(_("Write at most %(n)s characters.") % {"n": field.max_length})
    return text.replace("\r\n", "\n")


_WRITTEN = {
    "en": re.compile(r"[+-]?(\d{1,3}(,\d{3})+(\.\d+)?|\d*\.?\d+)"),  # 1,234 is a thousand and more, 1,5 is nothing
    "fr": re.compile(r"[+-]?\d*[.,]?\d+"),
}


def _number(field: Field, text: str, reader: Reader) -> Decimal:
    plain = re.sub(r"[\s\u202f\xa0’']", "", text)
    if not _WRITTEN[reader.language].fullmatch(plain):
        raise Wrong(_("Write a number, as in 1234.5."))
    value = Decimal(plain.replace(",", "") if reader.language == "en" else plain.replace(",", "."))
    if field.minimum is not None and field.maximum is not None and not field.minimum <= value <= field.maximum:
        raise Wrong(_("Write a number from %(low)s to %(high)s.") % {"low": field.minimum, "high": field.maximum})
    return value


def _whole(field: Field, text: str, reader: Reader) -> int:
    value = _number(field, text, reader)
    if value != value.to_integral_value():
        raise Wrong(_("Write a whole number."))
    return int(value)


def _day(_field: Field, text: str, _reader: Reader) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Wrong(_("Write a day, as in 2026-11-22.")) from None


def _moment(_field: Field, text: str, reader: Reader) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        local = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(reader.formats.time_zone))
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Wrong(_("Write a day and a time, as in 2026-11-22 09:30.")) from None


def _flag(_field: Field, text: str, _reader: Reader) -> bool:
    return text == "true"


def _choice(field: Field, text: str, _reader: Reader) -> str:
    if text not in field.choices:
        raise Wrong(_("Choose one of the list."))
    return text


def _currency(_field: Field, text: str, _reader: Reader) -> str:
    code = text.upper()
    if re.fullmatch("[A-Z]{3}", code) is None:
        raise Wrong(_("Write a currency in three letters, as in EUR."))
    return code


_PARSERS: Mapping[FieldType, Callable[[Field, str, Reader], Any]] = {
    FieldType.MONEY: _number,
    FieldType.NUMBER: _number,
    FieldType.SHARE: _number,
    FieldType.WHOLE: _whole,
    FieldType.DAY: _day,
    FieldType.MOMENT: _moment,
    FieldType.FLAG: _flag,
    FieldType.CHOICE: _choice,
    FieldType.CURRENCY: _currency,
}


def id_in(text: str) -> int | None:
    """The number of the record that a text names: "Acme (#12)" or "12"."""
    named = _NAMED.search(text)
    number = named[1] if named else text.strip()
    return int(number) if number.isascii() and number.isdigit() and len(number) < 19 else None


def _link(field: Field, text: str, member: Member) -> int:
    """The record that a text names, by its number ("Acme (#12)", "12" of a list) or by its whole name."""
    target = field.target or ""
    found = visible(target, member).filter(archived_at=None)
    named = _NAMED.search(text)
    if target not in LISTED:
        number = text if text.isascii() and text.isdigit() and len(text) < 19 else "0"
        if not found.filter(pk=int(number)).exists():
            raise Wrong(_("Choose one of the list."))
        return int(number)
    if named:
        ids = list(found.filter(pk=int(named[1])).values_list("pk", flat=True))
    else:
        ids = [record.pk for record in found.filter(**_called(target, text))[:2]]
    if not ids:
        raise Wrong(_("Nothing that you may see is called so."))
    if len(ids) > 1:
        raise Wrong(_("Several are called so: choose one of those offered."))
    return int(ids[0])


def _called(kind: str, text: str) -> dict[str, str]:
    if kind == "contact":
        first, _space, last = text.partition(" ")
        return {"first_name__iexact": first, "last_name__iexact": last} if last else {"last_name__iexact": first}
    return {f"{LISTED[kind].columns[0].field}__iexact": text}
