"""Work beside a request that fails says so in the language of whoever reads it."""

from time import monotonic, sleep

import pytest
from django.utils import translation
from django.utils.translation import gettext

from cadran.ui import work


def test_a_failure_nobody_foresaw_is_told_in_the_readers_language(caplog: pytest.LogCaptureFixture) -> None:
    def fail(_work: work.Work) -> None:
        raise ZeroDivisionError

    failed = work.begin("a failure", fail, mistakes=(), beside=False)
    work.forget("a failure")
    with translation.override("fr"):
        assert str(failed.error).startswith("L’opération a échoué")
    assert "a failure failed" in caplog.text


def test_work_beside_a_request_speaks_the_language_of_the_request() -> None:
    with translation.override("fr"):
        going_on = work.begin("a word", lambda _work: gettext("Deals"), mistakes=())
    deadline = monotonic() + 10
    while not going_on.ended and monotonic() < deadline:
        sleep(0.01)
    work.forget("a word")
    assert going_on.came_of_it == "Affaires"
