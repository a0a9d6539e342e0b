"""Where the palette leads beside indicators, boards and records: pages, and things to do, for those who may."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from cadran.administration.sections import TABS
from cadran.members.models import Member
from cadran.members.rights import Right
from cadran.palette.entry import Entry
from cadran.ui.matching import plain
from cadran.workspace.kinds import LISTINGS

type Words = str | Promise


@dataclass(frozen=True)
class Place:
    """A page or something to do: its name, the address, what else it is called, and the right that it takes."""

    title: Words
    page: str
    arguments: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    right: Right | None = None
    about: Words = ""


_PAGES = (
    Place(_("Home"), "home", also=("dashboard", "my board", "accueil", "tableau de bord")),
    Place(_("Indicators"), "kpis", also=("kpi", "catalogue", "metrics", "indicateurs")),
    Place(_("Pipeline"), "pipeline", also=("kanban", "affaires par étape", "deals by stage")),
    Place(_("The story"), "story", also=("what changed", "récit", "résumé", "summary")),
    Place(_("Explorer"), "explore", also=("explore", "pivot", "analyse", "croiser")),
    Place(_("Boards"), "boards", also=("dashboards", "tableaux de bord")),
    Place(_("Search"), "search", also=("find", "recherche", "rechercher")),
    Place(_("Data quality"), "quality", also=("duplicates", "completeness", "qualité", "doublons", "complétude")),
    Place(_("Duplicates"), "duplicates", right=Right.RECORDS, also=("merge", "doubles", "fusionner", "doublons")),
    Place(_("Glossary"), "glossary", also=("words", "mots", "lexique", "définitions")),
    Place(_("Help"), "help", also=("shortcuts", "raccourcis", "clavier", "keyboard")),
    Place(_("CRM adoption"), "adoption", also=("usage", "who uses it", "utilisation", "adoption")),
    Place(_("Imports"), "imports", right=Right.IMPORTS, also=("files", "fichiers", "csv", "excel")),
    Place(_("Welcome"), "welcome", right=Right.SETTINGS, also=("first run", "begin", "démarrer", "premiers pas")),
    Place(_("Change the password"), "account_change_password", also=("mot de passe", "password")),
    Place(_("Two-factor sign-in"), "mfa_index", also=("2fa", "totp", "passkey", "clé d'accès", "sécurité", "security")),
)
_DEEDS = (
    Place(_("Import a file"), "imports", right=Right.IMPORTS, also=("csv", "excel", "upload", "téléverser", "charger")),
    Place(_("Make a board"), "boards", right=Right.BOARDS, also=("new dashboard", "créer un tableau de bord")),
    Place(_("Invite someone"), "settings_members", right=Right.SETTINGS, also=("new member", "ajouter un membre")),
)


def pages() -> Iterator[Place]:
    """Every page that stands by itself."""
    yield from _PAGES
    for listing in LISTINGS:
        yield Place(listing.many, "records", (listing.slug,), also=(listing.slug,))
    for key, title in TABS:
        page = {"organisation": "settings", "members": "settings_members", "pipelines": "settings_pipelines"}
        arguments = () if key in page else (key,)
        yield Place(
            title,
            page.get(key, "settings_rows"),
            arguments,
            also=("settings", "réglages", "paramètres"),
            right=Right.SETTINGS,
            about=_("Settings"),
        )


def deeds() -> Iterator[Place]:
    """Everything that can be begun from anywhere."""
    for listing in LISTINGS:
        yield Place(
            listing.new, "record_new", (listing.slug,), also=("add", "create", "ajouter", "créer"), right=Right.RECORDS
        )
    yield from _DEEDS


def open_to(member: Member, places: Iterator[Place]) -> Sequence[Entry]:
    """Those of the places that a member may go to, by their names in every language."""
    return [_entry(place) for place in places if place.right is None or member.may(place.right)]


def _entry(place: Place) -> Entry:
    names = [*place.also]
    for code, _name in settings.LANGUAGES:
        with override(code):
            names.append(str(place.title))
    address = reverse(place.page, args=place.arguments)
    return Entry(str(place.title), str(place.about), address, tuple(map(plain, names)))
