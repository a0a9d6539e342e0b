"""Field rights: what each role may do with each field of a kind of record, beside what its rights say."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cadran.administration.pages import page
from cadran.administration.words import CHOICES, KINDS, Words
from cadran.administration.writing import by, say
from cadran.crm.by import By
from cadran.crm.field_rights import RULED, hideable, ruled_fields
from cadran.crm.records import Field
from cadran.crm.save import change, create
from cadran.kpis.field_names import field_name, own_names
from cadran.members.models import FieldRight
from cadran.members.rights import GRANTS, Access, Right, Role, guarded_from
from cadran.ui.access import members
from cadran.ui.addresses import NotUnderstood

ACCESS: Mapping[Access, Words] = {
    Access.CHANGE: gettext_lazy("changes it"),
    Access.READ: gettext_lazy("only reads it"),
    Access.HIDDEN: gettext_lazy("does not see it"),
}
ROLES = tuple(role for role in Role if role is not Role.ADMINISTRATOR)
"""The roles that rights can be taken from: whoever administers sees and changes everything."""


@dataclass(frozen=True)
class Line:
    """A field: what the role may do with it, and what could be chosen instead (one alone is no choice)."""

    name: str
    words: str
    access: Access
    choices: Sequence[tuple[Access, Words]]

    @property
    def told(self) -> Words:
        return ACCESS[self.access]


@dataclass(frozen=True)
class Unusual:
    """A right that is not the usual one, and the page on which it is chosen."""

    role: Words
    kind: Words
    field: str
    access: Words
    url: str


@members(needs=Right.SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def field_rights(request: HttpRequest) -> HttpResponse:
    """The fields of a kind of record, and what a role may do with each; all that is not as usual, below."""
    kind, role = request.GET.get("record", RULED[0]), request.GET.get("role", Role.REPRESENTATIVE)
    if kind not in RULED or role not in ROLES:
        raise Http404
    shown = list(lines(kind, Role(role)))
    if request.method == "POST":
        writer = by(request)
        n = _write(kind, Role(role), shown, request.POST, writer)
        say(request, _("Saved.") if n else _("Nothing was changed."), writer)
        return redirect(_url(kind, role))
    context = {
        "kinds": [(one, KINDS[one], one == kind) for one in RULED],
        "roles": [(one.value, CHOICES["role"][one.value], one == role) for one in ROLES],
        "kind": KINDS[kind],
        "priced": f"{kind}_line" in RULED,
        "role": CHOICES["role"][role],
        "lines": shown,
        "unusual": list(_unusual()),
    }
    return page(request, "rights", "rights", context)


def lines(kind: str, role: Role) -> Iterator[Line]:
    """The fields of a kind with what a role may do with each."""
    own = own_names(kind, get_language() or "en")
    said = dict(FieldRight.objects.filter(role=role, record=kind, archived_at=None).values_list("field", "access"))
    for name, field in ruled_fields(kind).items():
        choices = _choices(kind, field, role)
        access = Access(said.get(name, Access.CHANGE))
        usual = access if access in choices else choices[0]
        yield Line(name, field_name(name, own), usual, [(one, ACCESS[one]) for one in choices])


def _choices(kind: str, field: Field, role: Role) -> list[Access]:
    """What can be chosen: nobody is given more than his role, and no record is without a name."""
    may_change = Right.RECORDS in GRANTS[role].may and field.name not in guarded_from(role, kind)
    least = [Access.HIDDEN] if hideable(field) else []
    return [*([Access.CHANGE] if may_change else []), Access.READ, *least]


def _write(kind: str, role: Role, shown: Sequence[Line], given: QueryDict, writer: By) -> int:
    """Write what was chosen otherwise; how many fields that concerns."""
    chosen = {line.name: given.get(f"access.{line.name}", line.access) for line in shown}
    wrong = [line for line in shown if chosen[line.name] not in dict(line.choices)]
    if wrong:
        raise NotUnderstood(_("Choose one of the list."))
    changed = {line.name: chosen[line.name] for line in shown if chosen[line.name] != line.access}
    with transaction.atomic():
        for name, access in changed.items():
            here = FieldRight.objects.filter(role=role, record=kind, field=name).first()
            if here is None:
                create("field_right", {"role": role, "record": kind, "field": name, "access": access}, by=writer)
            else:
                change(here, {"access": access, "archived_at": None}, by=writer)
    return len(changed)


def _unusual() -> Iterator[Unusual]:
    """Every right that is not as usual, by kind and role."""
    language = get_language() or "en"
    own = {kind: own_names(kind, language) for kind in RULED}
    there = FieldRight.objects.filter(archived_at=None, record__in=RULED).exclude(access=Access.CHANGE)
    for one in there.order_by("record", "role", "field"):
        words = field_name(one.field, own[one.record])
        kind, role = KINDS[one.record], CHOICES["role"][one.role]
        yield Unusual(role, kind, words, ACCESS[Access(one.access)], _url(one.record, one.role))


def _url(kind: str, role: str) -> str:
    return f"{reverse('settings_rights')}?{urlencode({'record': kind, 'role': role})}"
