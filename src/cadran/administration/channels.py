"""Channels: the words by which records say how they came, counted, and called otherwise in all records at once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from cadran.administration.pages import page
from cadran.administration.words import Words
from cadran.administration.writing import by, say
from cadran.crm.errors import Refused
from cadran.crm.records import KINDS
from cadran.crm.rename import rename
from cadran.kpis.reader import reader
from cadran.members.rights import Right
from cadran.ui.access import members
from cadran.ui.addresses import NotUnderstood
from cadran.ui.formats import Formats

FIELD = "channel"
USES: dict[str, tuple[Words, tuple[str, ...]]] = {
    "acquisition": (
        gettext_lazy("How customers come"),
        ("lead", "deal", "order", "campaign", "touch", "spend", "visit"),
    ),
    "support": (gettext_lazy("How customers ask for help"), ("ticket",)),
}
"""What channels are used for, and the kinds of record that name them."""


@dataclass(frozen=True)
class Channel:
    """A channel, and how many records name it."""

    name: str
    count: str


@dataclass(frozen=True)
class Use:
    """The channels of one use, those that most records name first; and how many records name none."""

    key: str
    title: Words
    channels: Sequence[Channel]
    blank: int
    blank_shown: str


@members(needs=Right.SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def channels(request: HttpRequest) -> HttpResponse:
    """Every channel in use; a POST calls one otherwise."""
    if request.method == "POST":
        _rename(request)
        return redirect("settings_channels")
    formats = reader(request).formats
    return page(request, "channels", "channels", {"uses": [_use(key, formats) for key in USES]})


def _rename(request: HttpRequest) -> None:
    use, old, new = (request.POST.get(name, "").strip() for name in ("use", "old", "new"))
    if use not in USES or not old:
        raise NotUnderstood(_("Choose a channel of the list."))
    writer = by(request)
    try:
        n = rename(USES[use][1], FIELD, old, new, by=writer)
    except Refused:
        messages.error(request, _("Nothing was changed: give the channel a name."))
        return
    words = ngettext("“%(old)s” is now “%(new)s” in %(n)s record.", "“%(old)s” is now “%(new)s” in %(n)s records.", n)
    number = reader(request).formats.number(Decimal(n))
    say(request, words % {"old": old, "new": new, "n": number} if n else _("Nothing was changed."), writer)


def _use(key: str, formats: Formats) -> Use:
    title, kinds = USES[key]
    counts: Counter[str | None] = Counter()
    for kind in kinds:
        found = KINDS[kind]._default_manager.filter(archived_at=None).order_by()
        counts.update(dict(found.values_list(FIELD).annotate(n=Count("pk"))))
    blank = counts.pop(None, 0)
    named = sorted(((name, n) for name, n in counts.items() if name), key=lambda pair: (-pair[1], pair[0]))
    shown = [Channel(name, formats.number(Decimal(n))) for name, n in named]
    return Use(key, title, shown, blank, formats.number(Decimal(blank)))
