"""What a member may see: the one answer for pages, exports, search and questions alike."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q

from cadran.members.models import Member, Team
from cadran.members.record import Record
from cadran.members.rights import GRANTS, Role, Sight


@dataclass(frozen=True)
class Scope:
    """What a member may see: everything, or what these members own."""

    everything: bool
    owner_ids: frozenset[int] = frozenset()
    owners: tuple[str, ...] = ()

    def of(self, model: type[Record]) -> Q:
        """The rows of one kind of record, as a condition. What belongs to nobody in particular is everyone's."""
        if self.everything or (not model.owned_by and self.owner_ids):
            return Q()
        if not self.owner_ids:
            return Q(pk__in=())
        return Q(**{f"{model.owned_by}__in": self.owner_ids})

    @property
    def facts(self) -> dict[str, tuple[str, ...]]:
        """The same for questions, as a filter on dimensions: {} is everything, `{"owner": ()}` is nothing at all."""
        return {} if self.everything else {"owner": self.owners}


NOTHING = Scope(everything=False)


def scope(member: Member) -> Scope:
    """What this member may see.

    By his role (``members.rights``): what is his own, what his team and the teams below it own, or everything.
    Whoever is no longer active sees nothing.
    """
    if not member.is_active:
        return NOTHING
    sight = GRANTS[Role(member.role)].sees
    if sight is Sight.OWN:
        return Scope(everything=False, owner_ids=frozenset({member.pk}), owners=(member.name,))
    if sight is Sight.TEAM:
        theirs = Member.objects.filter(Q(pk=member.pk) | Q(team__in=list(teams_below(member.team_id))))
        found = dict(theirs.values_list("pk", "name"))
        return Scope(everything=False, owner_ids=frozenset(found), owners=tuple(sorted(found.values())))
    return Scope(everything=True)


def teams_below(team_id: int | None) -> Iterator[int]:
    """A team and all teams below it, each once, even where teams were made parents of each other."""
    if team_id is None:
        return
    children: dict[int | None, list[int]] = {}
    for pk, parent in Team.objects.values_list("pk", "parent_id"):
        children.setdefault(parent, []).append(pk)
    waiting, seen = [team_id], set[int]()
    while waiting:
        team = waiting.pop()
        if team not in seen:
            seen.add(team)
            yield team
            waiting.extend(children.get(team, []))
