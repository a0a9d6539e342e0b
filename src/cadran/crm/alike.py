"""Which records resemble one another: by e-mail, registration number, web domain, telephone, or name.

What is compared is folded first: case, accents, punctuation and legal forms (SAS, GmbH, Ltd) make no difference. What
every record of a kind is found by is remembered in this process and follows the change rows, as facts do.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import batched, combinations
from threading import Lock
from typing import Any
from unicodedata import combining, normalize

from django.db.models import QuerySet

from cadran.crm.models import Change
from cadran.crm.records import KINDS
from cadran.members.record import Record

type Values = Mapping[str, Any]


class Sign(StrEnum):
    """What two records have in common, the surest first."""

    EMAIL = "email"
    REGISTRATION = "registration"
    DOMAIN = "domain"
    PHONE = "phone"
    NAME = "name"


WEIGHTS = {Sign.EMAIL: 4, Sign.REGISTRATION: 4, Sign.DOMAIN: 3, Sign.PHONE: 2, Sign.NAME: 2}
MOST_OF_ONE = 20
"""A sign that more records than this have in common (the address of a switchboard) says nothing."""
GROUPS, CHANGED = 500, 20_000

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "account": ("name", "domain", "custom"),
    "contact": ("first_name", "last_name", "email", "phone", "account_id", "custom"),
    "lead": ("name", "email", "phone", "company", "custom"),
}
"""The kinds that are compared, each with the columns it takes."""

_NUMBERED_BY = (
    "siren siret vat vat_number tva numero_tva registration registration_number company_number duns tax_id ein rcs cif "
    "nif nip hrb kvk abn"
)
REGISTRATION = frozenset(_NUMBERED_BY.split())
"""Own fields that number companies, by their key."""

_FORMS = (
    "sa sas sasu sarl eurl snc sci scop scrl scs se gie gmbh ag kg ohg ug mbh ltd limited llc llp lp plc inc co "
    "incorporated corp corporation company cie bv nv vof srl spa sl slu sau oy oyj ab as asa aps kft zrt sro doo pty "
    "pte sagl ste societe"
)
_LEGAL = frozenset(_FORMS.split())
_AND = frozenset({"and", "et", "und", "the"})
_PLAIN = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_JOINED, _APART = re.compile(r"[.'’ʼ`]|(?<=\b\w)/(?=\w\b)"), re.compile(r"[\W_]+")
_HOST = re.compile(r"^(?:[a-z][a-z0-9+.-]*://)?(?:www\.)?([^/:?#\s]+)", re.IGNORECASE)
SHORTEST_PHONE, COMPARED_DIGITS = 8, 9


@dataclass(frozen=True)
class Marks:
    """What a record is found by. Those that have only their name in common must be at the same place, if both say."""

    signs: frozenset[tuple[Sign, str]]
    place: str = ""

    def shared(self, other: "Marks") -> tuple[Sign, ...]:
        """The signs that both bear, the surest first; none when they only bear one name at different places."""
        found = {sign for sign, _text in self.signs & other.signs}
        if found == {Sign.NAME} and self.place and other.place and self.place != other.place:
            return ()
        return tuple(sign for sign in Sign if sign in found)


@dataclass(frozen=True)
class Pair:
    """Two records that resemble one another, and by what."""

    first: int
    second: int
    signs: tuple[Sign, ...]


def weight(signs: Iterable[Sign]) -> int:
    """How sure it is that two records with these signs in common are one."""
    return sum(WEIGHTS[sign] for sign in signs)


def words_of(text: str) -> list[str]:
    """The words of a name without case, accents or punctuation."""
    plain = "".join(one for one in normalize("NFKD", text.casefold().translate(_PLAIN)) if not combining(one))
    return _APART.sub(" ", _JOINED.sub("", plain)).split()


def company(text: str | None) -> str:
    """The name of a company, folded, without its legal form."""
    every = words_of(text or "")
    words = [word for word in every if word not in _AND] or every
    while len(words) > 1 and words[-1] in _LEGAL:
        words.pop()
    while len(words) > 1 and words[0] in _LEGAL:
        words.pop(0)
    return "".join(words)


def marks_of(kind: str, values: Values) -> Marks:
    """What a record of these values, named by column, is found by."""
    signs, place = set[tuple[Sign, str]](), ""
    if kind == "account":
        signs |= {(Sign.NAME, company(values.get("name"))), (Sign.DOMAIN, _domain(values.get("domain")))}
    else:
        names = [values.get(name) for name in ("first_name", "last_name", "name")]
        words = words_of(" ".join(filter(None, names)))
        signs |= {(Sign.EMAIL, _email(values.get("email"))), (Sign.PHONE, _phone(values.get("phone"), words))}
        signs |= {(Sign.NAME, " ".join(sorted(words)) if len(words) > 1 else "")}
        place = company(values.get("company")) if kind == "lead" else str(values.get("account_id") or "")
    own = values.get("custom") or {}
    signs |= {(Sign.REGISTRATION, _number(own.get(key))) for key in own.keys() & REGISTRATION}
    return Marks(frozenset(pair for pair in signs if pair[1]), place)


def alike(
    kind: str, marks: Marks, among: QuerySet[Record], but: Collection[int] = ()
) -> list[tuple[int, tuple[Sign, ...]]]:
    """The records among these that resemble one with such marks, and by what, the likeliest first; `but` left out."""
    found = dict[int, tuple[Sign, ...]]()
    for ids in INDEXES[kind].holding(marks):
        few = _few(kind, among, set(ids) - set(but))
        found |= {pk: marks.shared(theirs) for pk, theirs in few.items()}
    likely = sorted(found.items(), key=lambda one: (weight(one[1]), one[0]), reverse=True)
    return [(pk, signs) for pk, signs in likely if signs]


def pairs(kind: str, among: QuerySet[Record]) -> Iterator[Pair]:
    """The pairs among these records that resemble one another, each once."""
    told = set[tuple[int, int]]()
    for groups in batched(INDEXES[kind].groups(), GROUPS):
        small = [group for group in groups if len(group) <= GROUPS]
        marked = _marked(kind, among, {pk for group in small for pk in group})
        for group in groups:
            seen = marked if len(group) <= GROUPS else _few(kind, among, group)
            pks = sorted(pk for pk in group if pk in seen)
            for first, second in combinations(pks, 2) if len(pks) <= MOST_OF_ONE else ():
                shared = seen[first].shared(seen[second])
                if shared and (first, second) not in told:
                    told.add((first, second))
                    yield Pair(first, second, shared)


def _marked(kind: str, among: QuerySet[Record], ids: Iterable[int]) -> dict[int, Marks]:
    """The marks of those of these records that are among those asked for."""
    found = dict[int, Marks]()
    for some in batched(ids, GROUPS * 4):
        rows = among.filter(pk__in=some, archived_at=None).values("pk", *COLUMNS[kind])
        found |= {row["pk"]: marks_of(kind, row) for row in rows}
    return found


def _few(kind: str, among: QuerySet[Record], ids: Iterable[int]) -> dict[int, Marks]:
    """The same of records that bear one sign: nothing when these are too many for it to say anything, as is known
    before all of them are read.
    """
    found = dict[int, Marks]()
    for some in batched(ids, GROUPS * 4):
        found |= _marked(kind, among, some)
        if len(found) > MOST_OF_ONE:
            return {}
    return found


def _email(text: str | None) -> str:
    local, at, host = (text or "").strip().casefold().rpartition("@")
    return f"{local.split('+')[0] or local}@{host}" if at and local and host else ""


def _domain(text: str | None) -> str:
    found = _HOST.match((text or "").strip())
    return found[1].casefold().rstrip(".") if found and "." in found[1] else ""


def _phone(text: str | None, words: Sequence[str]) -> str:
    """The last digits of a number, with the last word of the name: colleagues share a number."""
    digits = re.sub(r"\D", "", text or "")
    return f"{digits[-COMPARED_DIGITS:]} {words[-1]}" if len(digits) >= SHORTEST_PHONE and words else ""


def _number(value: object) -> str:
    return _APART.sub("", str(value)).casefold() if value not in (None, "", True, False) else ""


class Index:
    """The records of a kind that are not archived, by the hash of each of their signs."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._lock = Lock()
        self._last: tuple[Any, ...] | None = None
        self._ids: dict[int, tuple[int, ...]] = {}
        self._keys: dict[int, tuple[int, ...]] = {}

    def holding(self, marks: Marks) -> list[tuple[int, ...]]:
        """For each sign, the records that bear it."""
        with self._lock:
            self._follow()
            return [self._ids.get(hash(pair), ()) for pair in marks.signs]

    def groups(self) -> list[tuple[int, ...]]:
        """The records that bear one sign together, the newest first."""
        with self._lock:
            self._follow()
            return sorted((ids for ids in self._ids.values() if len(ids) > 1), key=max, reverse=True)

    def _follow(self) -> None:
        """Read what was written since the last look; all of it when that cannot be told."""
        last = Change.objects.order_by("-pk").values_list("pk", "known_at").first()
        if last == self._last and last is not None:
            return
        known = self._last
        changed: list[int] | None = None
        if known is not None and Change.objects.filter(pk=known[0], known_at=known[1]).exists():
            since = Change.objects.filter(record=self.kind, pk__gt=known[0]).values_list("record_id", flat=True)
            changed = list(since.distinct()[: CHANGED + 1])
        if changed is None or len(changed) > CHANGED:
            self._ids, self._keys = {}, {}
            self._add(KINDS[self.kind]._default_manager.filter(archived_at=None))
        else:
            for pk in changed:
                self._forget(pk)
            for some in batched(changed, GROUPS * 4):
                self._add(KINDS[self.kind]._default_manager.filter(archived_at=None, pk__in=some))
        self._last = last

    def _forget(self, pk: int) -> None:
        for key in self._keys.pop(pk, ()):
            left = tuple(one for one in self._ids[key] if one != pk)
            if left:
                self._ids[key] = left
            else:
                del self._ids[key]

    def _add(self, records: QuerySet[Record]) -> None:
        grown = defaultdict[int, list[int]](list)
        for row in records.values("pk", *COLUMNS[self.kind]).iterator(chunk_size=5000):
            keys = tuple({hash(pair) for pair in marks_of(self.kind, row).signs})
            self._keys[row["pk"]] = keys
            for key in keys:
                grown[key].append(row["pk"])
        for key, ids in grown.items():
            self._ids[key] = (*self._ids.get(key, ()), *ids)


INDEXES = {kind: Index(kind) for kind in COLUMNS}
"""What each kind is found by, in this process."""
