"""A data set's records are written once, its facts published, and the records taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from tests.adversarial.ledger import Books, Ledger, published

Publish = Callable[[Callable[[Ledger], object], date], Books]


@pytest.fixture(scope="module")
def publish(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Publish:
    """The facts of what is written into an empty ledger, asked on a day."""

    def write_and_publish(write: Callable[[Ledger], object], today: date) -> Books:
        with django_db_blocker.unblock(), transaction.atomic():
            write(Ledger())
            books = published(tmp_path_factory.mktemp("home"), today)
            transaction.set_rollback(True)
        return books

    return write_and_publish


@pytest.fixture(scope="module")
def books(request: pytest.FixtureRequest, publish: Publish) -> Books:
    """The facts of what the module's `write` puts down, asked on its `TODAY`."""
    return publish(request.module.write, request.module.TODAY)
