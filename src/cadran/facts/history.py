"""The facts as they were known at a past moment: what was known later is undone, then the same transforms run."""

from __future__ import annotations

from datetime import UTC, datetime

from cadran.facts import mirror, raw, touched
from cadran.facts.state import State

WORDS = frozenset({"pipeline", "stage"})  # the past is told in them, whenever they were written down here


def state_as_of(state: State, moment: datetime) -> State:
    """A state of its own, in memory, with the records as they were known at ``moment``.

    A record is its latest row with the changes known later undone; one whose creation was known later is absent.
    Imported changes that happened before the record was known (a history imported after it) were in its first row
    already: they stay.
    """
    then = State(state.path)
    with then.transaction():
        _carry_over(state, then)
        _find_later(then, moment)
        changed = {kind for kind in raw.kinds() if kind not in raw.SETTINGS and _mark_changed(then, kind)}
        then.work_out(changed, lambda: _put_back(then, changed))
        then.connection.execute("update main.state set change_id = $1", [state.change_id])
    touched.clear_lists(then.connection)
    return then


def _carry_over(state: State, then: State) -> None:
    """Bring what changed since the base, which both share: ``temp.<kind>_now`` and the ids of what it replaces."""
    reader = state.cursor()
    for kind in raw.kinds():
        for suffix, schema in (("now", "delta_raw"), ("gone", "gone_raw")):
            then.connection.execute(f'create temp table "{kind}_{suffix}" as from {schema}."{kind}" limit 0')
            rows = reader.execute(f'from {schema}."{kind}"').fetchall()
            if rows:
                mirror.append(then.connection, f'temp."{kind}_{suffix}"', [rows])


def _find_later(then: State, moment: datetime) -> None:
    """Fill ``temp.later`` with the changes known after the moment, ``temp.undone`` with each field's first of them."""
    at = moment.astimezone(UTC).replace(tzinfo=None)
    then.connection.execute(
        """
        create temp table later as
        select id, record, record_id, field, from_value, "at", known_at, origin
        from (select * from base.raw.change union all select * from temp.change_now)
        where known_at > $1
        """,
        [at],
    )
    then.connection.execute(
        """
        create temp table undone as
        with begun as (
            select record, record_id, known_at
            from (select * from base.raw.change union all select * from temp.change_now)
            where field = '' and known_at <= $1
                and record_id in (select l.record_id from temp.later l)
        )
        select l.record, l.record_id, l.field, l.from_value
        from temp.later l
        left join begun b on b.record = l.record and b.record_id = l.record_id
        where b.known_at is null or l.origin <> 'import' or l."at" >= b.known_at
        qualify row_number() over (partition by l.record, l.record_id, l.field order by l.known_at, l.id) = 1
        """,
        [at],
    )


def _mark_changed(then: State, kind: str) -> bool:
    later = (
        "select id from temp.later"
        if kind == "change"
        else f"select record_id from temp.later where record = '{kind}'"  # its facts may be made of its changes
    )
    row = then.connection.execute(
        f'insert into changed."{kind}" (select id from temp."{kind}_gone") union ({later})'
    ).fetchone()
    return row is not None and bool(row[0])


def _put_back(then: State, changed: set[str]) -> None:
    for kind in changed:
        then.forget(kind)
        if kind == "change":
            rows = "select n.* from temp.change_now n where n.id not in (select l.id from temp.later l)"
        else:
            rows = _rows_then(kind)
        then.connection.execute(f'insert into delta_raw."{kind}" {rows}')


def _rows_then(kind: str) -> str:
    """The SELECT of the changed records of a kind as they were then."""
    named = {field.column: field.name for field in raw.model(kind)._meta.concrete_fields}
    pivoted, put = [], []
    for column, type_ in raw.columns(kind).items():
        field = named[column]
        if column == "custom":
            entries = "list({key: substr(field, 8), value: from_value}) filter (field like 'custom.%')"
            pivoted.append(f"cast(to_json(map_from_entries({entries})) as varchar) as custom")
            merged = "cast(json_merge_patch(coalesce(c.custom, '{}'), u.custom) as varchar)"
            put.append(f"case when u.custom is null then c.custom else nullif({merged}, '{{}}') end")
        else:
            pivoted.append(f"bool_or(field = '{field}') as \"has {column}\"")
            pivoted.append(f"max(from_value) filter (field = '{field}') as \"{column}\"")
            put.append(f'case when u."has {column}" then try_cast(u."{column}" as {type_}) else c."{column}" end')
    return f"""
        with now as (
            select * from temp."{kind}_now"
            union all
            select * from base.raw."{kind}"
            where id in (select id from changed."{kind}") and id not in (select id from temp."{kind}_gone")
        ),
        undone as (
            select record_id, bool_or(field = '') as absent, {", ".join(pivoted)}
            from temp.undone
            where record = '{kind}'
            group by record_id
        )
        select {", ".join(put)}
        from now c
        left join undone u on u.record_id = c.id
        where {"true" if kind in WORDS else "not coalesce(u.absent, false)"}
    """
