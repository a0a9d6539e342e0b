"""Members: who may sign in, in which role and team; and inviting others."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cadran.administration.forms import HouseForm, RecordForm
from cadran.administration.invitations import invite, withdraw_of
from cadran.administration.letters import Letter, invitation_letter, send
from cadran.administration.models import Invitation
from cadran.administration.pages import page
from cadran.administration.words import CHOICES, ROLES
from cadran.administration.writing import by
from cadran.crm.models import Organisation
from cadran.crm.turn import writers_turn
from cadran.kpis.reader import reader
from cadran.members.models import Member, Role, Team
from cadran.members.rights import Right
from cadran.members.signed_in import signed_in
from cadran.ui.access import members

MEMBER = ("name", "email", "role", "team", "is_active")


class InviteForm(HouseForm):
    """Whom to let in."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        required=False,
        max_length=250,
        help_text=gettext_lazy("Blank: whoever opens the link gives his own."),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role"), choices=list(CHOICES["role"].items()), initial=Role.REPRESENTATIVE
    )
    team = forms.ModelChoiceField(
        Team.objects.filter(archived_at=None).order_by("name"),
        label=gettext_lazy("Team"),
        required=False,
        empty_label="–",
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the letter"), choices=settings.LANGUAGES, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = Organisation.current().language

    def clean_email(self) -> str | None:
        """The address, when nobody signs in with it yet."""
        email = str(self.cleaned_data["email"]).strip().lower() or None
        somebody = Member.objects.filter(email=email).first() if email else None
        if somebody and somebody.has_usable_password():
            raise forms.ValidationError(_("%(name)s signs in with this address already.") % {"name": somebody.name})
        return email


@members(needs=Right.SETTINGS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """Every member, the invitations that are open, and the form of a new one, sent or its link shown once."""
    form = InviteForm(request.POST or None)
    made = None
    if request.method == "POST" and form.is_valid():
        made = _invited(request, **form.cleaned_data)
        form = InviteForm()
    every = Member.objects.filter(archived_at=None).select_related("team").order_by("-is_active", "name")
    moment = reader(request).formats.moment
    shown = [
        {
            "member": member,
            "role": CHOICES["role"][member.role],
            "signs_in": bool(member.email) and member.has_usable_password() and member.is_active,
        }
        for member in every
    ]
    waiting = [
        {"invitation": one, "role": CHOICES["role"][one.role], "until": moment(one.expires_at), "sent": one.sent_at}
        for one in Invitation.objects.filter(used_at=None)
        .select_related("member", "team", "made_by")
        .order_by("expires_at")
        if one.open
    ]
    roles = [(words, ROLES[role]) for role, words in CHOICES["role"].items()]
    context = {"form": form, "made": made, "people": shown, "waiting": waiting, "roles": roles}
    return page(request, "members", "people", context)


@members(needs=Right.SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One member: name, role, team, whether he may sign in. The last administrator stays one."""
    member = get_object_or_404(Member, pk=pk)
    form = RecordForm("member", MEMBER, request.POST or None, record=member)
    with writers_turn():  # two administrators who leave at once would leave none
        saved = request.method == "POST" and _leaves_an_administrator(form, member) and form.save(by(request))
        if saved and not member.is_active:
            withdraw_of(member)
    if saved:
        messages.success(request, _("Saved."))
        return redirect("settings_members")
    return page(request, "members", "person", {"member": member, "form": form})


@members(needs=Right.SETTINGS)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw an invitation: its link opens nothing any more."""
    Invitation.objects.filter(pk=pk, used_at=None).delete()
    messages.success(request, _("Withdrawn: its link opens nothing any more."))
    return redirect("settings_members")


@dataclass(frozen=True)
class Made:
    """An invitation just made: its link, the letter where an address is known, and whether that was sent."""

    link: str
    letter: Letter | None
    sent: bool


def _invited(request: HttpRequest, *, email: str | None, role: str, team: Team | None, language: str) -> Made:
    """Make the invitation, and send it where that can be: when it cannot, the invitation holds all the same."""
    known = Member.objects.filter(email=email).first() if email else None
    invitation, token = invite(role=role, email=email, team=team, member=known, by=signed_in(request))
    link = request.build_absolute_uri(reverse("join", args=[token]))
    letter = invitation_letter(invitation, link, language or Organisation.current().language)
    return Made(link, letter, bool(letter and settings.SENDS_MAIL and send(letter, invitation)))


def _leaves_an_administrator(form: RecordForm, member: Member) -> bool:
    """Whether somebody still administers after this change."""
    if not form.is_valid() or not (member.role == Role.ADMINISTRATOR and member.is_active):
        return form.is_valid()
    stays = form.cleaned_data["role"] == Role.ADMINISTRATOR and form.cleaned_data["is_active"]
    others = Member.objects.filter(role=Role.ADMINISTRATOR, is_active=True, archived_at=None).exclude(pk=member.pk)
    if not stays and not any(other.email and other.has_usable_password() for other in others):
        name = "role" if form.cleaned_data["role"] != Role.ADMINISTRATOR else "is_active"
        form.add_error(name, _("Nobody else administers. Make another member an administrator first."))
    return form.is_valid()
