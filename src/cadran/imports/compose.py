"""A mapping file, written from what people chose in a form."""

import json
from collections.abc import Mapping

from cadran.crm.records import FieldType, fields_of


def compose(
    file: str,
    kind: str,
    columns: Mapping[str, str],
    *,
    connection: str,
    id_column: str = "",
    pipeline: str = "",
    outcomes: Mapping[str, str] | None = None,
) -> str:
    """The TOML of a mapping: field → column of one kind, links by name, the stages of the pipeline with their outcomes,
    those of open deals first.

    Accounts and owners that are not here are made. Without an id a row is known by its whole content. A date that is
    both that of the expected and that of the actual close is the latter in stages that are won or lost.
    """
    lines = [f"connection = {_text(connection)}", ""]
    if pipeline:
        in_order = sorted((outcomes or {}).items(), key=lambda stage: ("open", "won", "lost").index(stage[1]))
        stages = ", ".join(_stage(name, outcome) for name, outcome in in_order)
        lines += ["[[pipelines]]", f"name = {_text(pipeline)}", f"stages = [{stages}]", ""]
    lines += ["[[files]]", f"name = {_text(file)}", "", "[[files.records]]", f"kind = {_text(kind)}"]
    if id_column:
        lines.append(f"id = {_text(id_column)}")
    lines.append("[files.records.fields]")
    described = fields_of(kind)
    shared = columns.get("closed_at") == columns.get("expected_close_on")
    closing = [name for name, outcome in (outcomes or {}).items() if outcome != "open"]
    for field, column in columns.items():
        if field == "closed_at" and shared:
            if closing:
                stages = f"{{ column = {_text(columns['stage'])}, is = [{', '.join(map(_text, closing))}] }}"
                lines.append(f"closed_at = {{ column = {_text(column)}, when = {stages} }}")
            continue
        linked = described[field].type is FieldType.LINK and field != "stage"
        how = f'{{ column = {_text(column)}, by = "name", missing = "create" }}' if linked else _text(column)
        lines.append(f"{field} = {how}")
    return "\n".join(lines) + "\n"


def _stage(name: str, outcome: str) -> str:
    certain = {"won": ", probability = 1", "lost": ", probability = 0"}.get(outcome, "")
    return f"{{ name = {_text(name)}, outcome = {_text(outcome)}{certain} }}"


def _text(value: str) -> str:
    """A string as TOML writes it: as JSON does, with the one character more that TOML forbids."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
