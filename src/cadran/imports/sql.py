"""SQL text for the staging database."""


def literal(value: str | None) -> str:
    """A text constant. DuckDB knows no escape in a plain string but the doubled quote."""
    return "NULL" if value is None else "'" + value.replace("'", "''") + "'"
