"""The organisation's own fields on the records: declared by CustomField rows, kept in `custom`, typed like the others.

In `custom`, numbers, amounts and dates are text (exact, as changes write them), flags are flags, blanks are absent.
"""

from decimal import Decimal
from typing import Any

from cadran.crm.models import CustomField
from cadran.crm.records import Field, FieldType
from cadran.crm.values import as_text, from_text

PREFIX = "custom."
MAX_LENGTH = 1000
LIMIT = Decimal(10) ** 13 - 1

_TYPES = {
    CustomField.Type.TEXT: FieldType.TEXT,
    CustomField.Type.NUMBER: FieldType.NUMBER,
    CustomField.Type.MONEY: FieldType.MONEY,
    CustomField.Type.DATE: FieldType.DAY,
    CustomField.Type.CHOICE: FieldType.CHOICE,
    CustomField.Type.FLAG: FieldType.FLAG,
}
_KEPT_AS_IS = frozenset({FieldType.TEXT, FieldType.CHOICE, FieldType.FLAG})


def custom_fields(kind: str) -> dict[str, Field]:
    """The organisation's own fields of a kind, by their name in changes: `custom.<key>`."""
    rows = CustomField.objects.filter(record=kind, archived_at=None).order_by("pk")
    return {PREFIX + row.key: _described(row) for row in rows}


def _described(row: CustomField) -> Field:
    found = _TYPES[CustomField.Type(row.type)]
    return Field(
        name=PREFIX + row.key,
        type=found,
        column="custom",
        required=False,
        nullable=True,
        choices=tuple(row.choices) if found is FieldType.CHOICE else (),
        max_length=MAX_LENGTH,
        minimum=-LIMIT,
        maximum=LIMIT,
        places=4 if found is FieldType.MONEY else 6,
    )


def kept(field: Field, value: Any) -> Any:
    """A clean value as `custom` keeps it."""
    return value if value is None or field.type in _KEPT_AS_IS else as_text(field.type, value)


def read(field: Field, custom: dict[str, Any]) -> Any:
    """The typed value of an own field of a record, None when blank."""
    value = custom.get(field.name.removeprefix(PREFIX))
    return value if value is None or field.type in _KEPT_AS_IS else from_text(field, value)


def put(custom: dict[str, Any], field: Field, value: Any) -> dict[str, Any]:
    """`custom` with one value replaced; a blank one is taken out."""
    key = field.name.removeprefix(PREFIX)
    rest = {name: kept_value for name, kept_value in custom.items() if name != key}
    return rest if value is None else {**rest, key: kept(field, value)}
