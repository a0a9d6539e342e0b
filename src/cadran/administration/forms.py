"""Forms of these pages: what the door refuses is said at the field it concerns."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cadran.crm.errors import Refused


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
