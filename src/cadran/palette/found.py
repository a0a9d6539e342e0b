"""What the palette finds for a member: the nearest of everything that he may open or do."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from cadran.dashboards import shelf
from cadran.kpis.answer import catalogue, reachable
from cadran.kpis.families import family_name, names
from cadran.kpis.reader import Reader
from cadran.members.models import Member
from cadran.metrics.catalogue import Catalogue
from cadran.metrics.metric import Language
from cadran.palette.entry import Entry, Group, nearest
from cadran.palette.places import deeds, open_to, pages
from cadran.ui.matching import plain
from cadran.workspace.kinds import LISTED, record_url, title_of
from cadran.workspace.search import KINDS_SOUGHT, SHORTEST, first

MOST = 6
MOST_OF_A_KIND = 3
_VARIANT, _DEED, _RECORD = 0.97, 0.98, 0.85  # what weighs less stands below what is called as nearly


def groups(sought: str, reader: Reader, member: Member) -> list[Group]:
    """By kind, the nearest to what is sought, the nearest kind first; where nothing is, a few to begin with."""
    words = plain(sought)
    found = [
        nearest(_("Indicators"), _kpis(reader) if words else (), words, MOST),
        nearest(_("Actions"), open_to(member, deeds()), words, MOST),
        nearest(_("Pages"), open_to(member, pages()), words, MOST),
        nearest(_("Boards"), _boards(member, reader.language), words, MOST),
        _records(sought, member),
    ]
    return sorted((group for group in found if group.entries), key=lambda group: -group.nearest)


def _kpis(reader: Reader) -> list[Entry]:
    known = catalogue()
    entries = kpi_entries(known, reader.language)
    return [entries[metric.key] for metric in reachable(known, reader.member)]


@lru_cache(maxsize=8)
def kpi_entries(known: Catalogue, language: Language) -> Mapping[str, Entry]:
    """Every metric and variant by its key, under all its names; kept until the definitions are others."""
    return {
        metric.key: Entry(
            metric.title[language],
            f"{family_name(metric.family)} · {known[metric.variant_of].title[language]}"
            if metric.variant_of
            else family_name(metric.family),
            reverse("kpi", args=[metric.key]),
            tuple(names(metric)),
            _VARIANT if metric.variant_of else 1.0,
        )
        for metric in known
    }


def _boards(member: Member, language: Language) -> Iterator[Entry]:
    for face in shelf.shipped_for(member, language):
        yield _board(face.title, face.slug, face.about)
    for board in shelf.own(member):
        yield _board(board.title, board.slug, _("My own"))
    for board in shelf.shared(member):
        yield _board(board.title, board.slug, board.owner.name)


def _board(title: str, slug: str, about: str) -> Entry:
    return Entry(title, about, reverse("board", args=[slug]), (plain(title), plain(f"{title} board"), plain(slug)))


def _records(sought: str, member: Member) -> Group:
    if len(sought) < SHORTEST:
        return Group("", (), 0.0)
    entries = [
        Entry(title_of(record), str(LISTED[kind].one), record_url(kind, record.pk))
        for kind in KINDS_SOUGHT
        for record in first(LISTED[kind], sought, member, MOST_OF_A_KIND)
    ]
    more = f"{reverse('search')}?{urlencode({'q': sought})}" if entries else ""
    begins = any(plain(entry.title).startswith(plain(sought)) for entry in entries)
    return Group(_("Records"), entries, (_DEED if begins else _RECORD), more)
