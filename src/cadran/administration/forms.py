"""Forms of these pages: what the door refuses is said at the field it concerns."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cadran.administration.fields import form_field
from cadran.crm.by import By
from cadran.crm.errors import Refused
from cadran.crm.records import fields_of
from cadran.crm.save import change, create
from cadran.crm.values import number_text
from cadran.members.record import Record


class HouseForm(forms.Form):
    """A form whose fields are written by `administration/field.html`."""

    use_required_attribute = True

    def refuse(self, refused: Refused) -> None:
        """Say at each field why the door did not take its value; at the top what concerns none of them."""
        for problem in refused.problems:
            name = problem.column if problem.column in self.fields else None
            self.add_error(name, problem.reason if name else f"{problem.column} {problem.reason}".strip())


class JoinForm(HouseForm):
    """What whoever was invited chooses."""

    name = forms.CharField(label=_("Your name"), max_length=250, widget=forms.TextInput({"autocomplete": "name"}))
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=250,
        widget=forms.EmailInput({"autocomplete": "email"}),
        help_text=_("You sign in with it."),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=_("At least 12 characters. A sentence is easy to remember."),
    )

    def __init__(self, *args: Any, email: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if email:
            self.fields["email"].disabled = True
            self.fields["email"].initial = email


class RecordForm(HouseForm):
    """Some fields of a record of a kind, one that is here or a new one; saved through the door."""

    def __init__(
        self,
        kind: str,
        names: Sequence[str],
        data: Mapping[str, Any] | None = None,
        *,
        record: Record | None = None,
        fixed: Sequence[str] = (),
        prefix: str | None = None,
    ) -> None:
        described = fields_of(kind)
        names = [name for name in names if record is None or name not in fixed]
        initial = {name: _plain(getattr(record, described[name].column)) for name in names} if record else {}
        super().__init__(data, initial=initial, prefix=prefix, auto_id=f"{prefix or kind}-%s")
        self.kind, self.record = kind, record
        for name in names:
            self.fields[name] = form_field(kind, described[name])
            if record is None and (default := described[name].default) is not None:
                self.fields[name].initial = default()

    def save(self, by: By, **more: Any) -> Record | None:
        """The record as saved; None, with the errors at their fields, when something keeps it from being so."""
        if not self.is_valid():
            return None
        values = {name: None if value == "" else value for name, value in self.cleaned_data.items()} | more
        try:
            if self.record is None:
                return create(self.kind, values, by=by)
            change(self.record, values, by=by)
        except Refused as refused:
            self.refuse(refused)
            return None
        return self.record


def _plain(value: Any) -> Any:
    """A value as people would type it: numbers without trailing zeros."""
    return Decimal(number_text(value)) if isinstance(value, Decimal) else value
