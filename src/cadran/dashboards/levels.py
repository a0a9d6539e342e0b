"""From the company to a team to one person: the same board, a level at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cadran.kpis.choices import Choice
from cadran.kpis.selection import Selection
from cadran.members.models import Member, Team
from cadran.members.scope import scope, teams_below


@dataclass(frozen=True)
class Level:
    """A choice of one level: the dimension that it filters, its name, what may be chosen."""

    dimension: str
    name: str
    choices: Sequence[Choice]


def levels(member: Member, selection: Selection) -> list[Level]:
    """The teams and the people whose numbers a member may ask for; nothing for those who see their own alone."""
    seen = scope(member)
    people = Member.objects.filter(is_active=True) if seen.everything else Member.objects.filter(pk__in=seen.owner_ids)
    teams = Team.objects.filter(archived_at=None)
    if not seen.everything:
        teams = teams.filter(pk__in=list(teams_below(member.team_id)))
    found = [
        Level("team", _("Team"), _choices(_("All teams"), _names(teams), selection.where.get("team", ()))),
        Level("owner", _("Owner"), _choices(_("Everyone"), _names(people), selection.where.get("owner", ()))),
    ]
    return [level for level in found if len(level.choices) > 2]


def _names(found: QuerySet[Team] | QuerySet[Member]) -> list[str]:
    return sorted(found.values_list("name", flat=True))


def _choices(everything: str, names: Sequence[str], chosen: Sequence[str]) -> list[Choice]:
    return [Choice("", everything, not chosen), *(Choice(name, name, name in chosen) for name in names)]
