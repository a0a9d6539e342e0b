"""What a list's address asks for: words sought, filters, dates, sort, page. The address is the state."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.http import QueryDict

from cadran.crm.records import KINDS, fields_of
from cadran.ui.addresses import refuse_unknown
from cadran.workspace.kinds import Listing

NONE = "-"
"""The value of a filter for records that leave the field blank."""

LARGEST = 2**63
CHOICES = ("q", "date", "from", "through", "sort", "archived", "page")
"""What an address may choose of any list, beside the filters of its kind."""


@dataclass(frozen=True)
class Selection:
    """A list as an address asks for it. `since` and `through` are the first and the last day, by the date `by_date`."""

    listing: Listing
    sought: str = ""
    where: dict[str, str] = field(default_factory=dict)
    by_date: str = ""
    since: date | None = None
    through: date | None = None
    sort: str = ""
    archived: bool = False
    page: int = 1

    @property
    def sort_key(self) -> str:
        return (self.sort or self.listing.order).removeprefix("-")

    @property
    def descending(self) -> bool:
        return (self.sort or self.listing.order).startswith("-")

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out of the list on demand."""
        return bool(self.sought or self.where or self.since or self.through)

    def query(self, **changes: Any) -> str:
        """The address's question after some changes, from its first page on unless told."""
        other = replace(self, **{"page": 1, **changes})
        pairs = [("q", other.sought), *sorted(other.where.items())]
        if other.since or other.through:
            pairs += [("date", other.by_date if other.by_date != other.listing.dates[0] else "")]
            pairs += [("from", (other.since and other.since.isoformat()) or "")]
            pairs += [("through", (other.through and other.through.isoformat()) or "")]
        pairs += [("sort", other.sort), ("archived", "1" if other.archived else "")]
        pairs += [("page", str(other.page) if other.page > 1 else "")]
        written = urlencode([(name, value) for name, value in pairs if value])
        return f"?{written}" if written else ""

    def without(self, name: str) -> str:
        """The question with one filter less."""
        return self.query(where={key: value for key, value in self.where.items() if key != name})


def read(url: QueryDict, listing: Listing) -> Selection:
    """The list that an address asks for. Raises BadRequest for what no list can show."""
    narrowing = (*links_of(listing), *(found.field for found in listing.filters))
    refuse_unknown(url, dict.fromkeys((*CHOICES, *sorted(narrowing))))
    by_date = url.get("date") or listing.dates[0]
    sort = url.get("sort") or ""
    if by_date not in listing.dates or (sort and sort.removeprefix("-") not in listing.sorts):
        raise BadRequest
    return Selection(
        listing=listing,
        sought=" ".join(url.get("q", "").replace("\0", "").split())[:200],
        where=_where(url, listing),
        by_date=by_date,
        since=_day(url.get("from")),
        through=_day(url.get("through")),
        sort=sort,
        archived=url.get("archived") == "1",
        page=_number(url.get("page") or "1"),
    )


def links_of(listing: Listing) -> set[str]:
    """The fields of a kind that lead to one record or several: a list can be limited to those that lead to one."""
    fields = fields_of(listing.kind)
    return {name for name, described in fields.items() if described.target in KINDS and name not in listing.hidden}


def _where(url: QueryDict, listing: Listing) -> dict[str, str]:
    states = {found.field: found.states for found in listing.filters if found.type == "state"}
    links, where = links_of(listing), dict[str, str]()
    for name in [*links, *(found.field for found in listing.filters)]:
        if value := url.get(name, "").strip():
            if name in links and value != NONE:
                value = str(_number(value))
            if name in states and value not in states[name]:
                raise BadRequest
            where[name] = value.replace("\0", "")
    return where


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadRequest from None


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text[:20]) < LARGEST:
        raise BadRequest
    return int(text[:20])
