"""Taking turns: writers of records write one after the other, so that change ids are in the order of commits."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

LOCK = 0x0CAD_4A17  # any number, as long as it is always the same


@contextmanager
def writers_turn() -> Iterator[None]:
    """A transaction, or a savepoint in the caller's, that no other writer of records runs beside.

    SQLite has one writer at a time by itself. PostgreSQL would let two commit in the other order than their change ids,
    and whoever follows the ids would miss the later one: so a lock is held until the end of the transaction.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        yield
