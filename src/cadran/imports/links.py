"""The records that rows link to: found by id, name or e-mail, and made when they are missing and that was asked."""

from collections.abc import Iterable, Sequence
from typing import Any

from cadran.crm.by import By
from cadran.crm.load import load
from cadran.crm.match import find, followed
from cadran.crm.models import Stage
from cadran.crm.records import fields_of

SEVERAL = -1  # a name that more than one record bears
KEPT = 300_000  # ids remembered of one kind

Scope = int | None


class Links:
    """Ids of records by what files call them. Remembers what it found for the length of an import.

    `followed` are the kinds that rows link to, each with what its records are found by: only those are remembered.
    """

    def __init__(
        self, connection: str, by: By, *, believe: bool, followed: frozenset[tuple[str, str]] = frozenset()
    ) -> None:
        self.connection, self.by, self.believe, self.followed = connection, by, believe, followed
        self._known: dict[tuple[str, str, Scope], dict[str, int]] = {}

    def written(self, kind: str, keys: Sequence[str], ids: Sequence[int]) -> None:
        """Records of a kind were written: their ids are known, and a name may now be that of more than one."""
        self.learn(kind, "external_id", keys, ids)
        for known, by, scope in self._known:
            if known == kind and by != "external_id":
                self._known[known, by, scope].clear()

    def learn(self, kind: str, by: str, texts: Sequence[str], ids: Sequence[int]) -> None:
        """Remember what records are called."""
        if (kind, by) not in self.followed:
            return
        known, went = self._known.setdefault((kind, by, None), {}), followed(kind)
        if len(known) > KEPT:
            known.clear()
        known.update(zip(texts, (went.get(pk, pk) for pk in ids), strict=True))

    def find(
        self, kind: str, by: str, texts: Sequence[str | None], scopes: Sequence[Scope] | None = None
    ) -> list[int | None]:
        """The id for each text: None when there is no such record, `SEVERAL` when there is more than one.

        `scopes` are the pipelines that stages are looked up in, one for each text.
        """
        if scopes is not None:
            found: list[int | None] = [None] * len(texts)
            for scope in set(scopes):
                places = [place for place, one in enumerate(scopes) if one == scope]
                for place, pk in zip(places, self._find(kind, by, [texts[i] for i in places], scope), strict=True):
                    found[place] = pk
            return found
        return self._find(kind, by, texts, None)

    def _find(self, kind: str, by: str, texts: Sequence[str | None], scope: Scope) -> list[int | None]:
        known = self._known.setdefault((kind, by, scope), {})
        named = {text for text in set(texts) if text is not None}
        unknown = named - known.keys()
        if unknown:
            if len(known) > KEPT:
                known.clear()
                unknown = named
            self._ask(kind, by, unknown, scope, known)
        return list(map(known.get, texts))  # type: ignore[arg-type]

    def _ask(self, kind: str, by: str, texts: Iterable[str], scope: Scope, known: dict[str, int]) -> None:
        if scope is not None:
            for text, pk in Stage.objects.filter(pipeline_id=scope, name__in=set(texts)).values_list("name", "pk"):
                known[text] = pk
            return
        found = find(kind, by, texts, self.connection if by == "external_id" else None)
        known.update(found.ids)
        known.update(dict.fromkeys(found.ambiguous, SEVERAL))

    def make(self, kind: str, by: str, given: dict[str, dict[str, Any]]) -> None:
        """Create records that are missing, by what they are called, with the other fields given for each."""
        columns = sorted({name for fields in given.values() for name in fields})
        if by != "external_id":
            columns = [by, *(name for name in columns if name != by)]
        if "name" in fields_of(kind) and "name" not in columns:
            columns.append("name")
        rows = [
            (text[:250], *(fields.get(column, text if column in (by, "name") else None) for column in columns))
            for text, fields in given.items()
        ]
        made = load(kind, ["external_id", *columns], rows, connection=self.connection, by=self.by, believe=self.believe)
        self.learn(kind, by, list(given), made.ids)
