"""Work beside a request that fails says so in the language of whoever reads it."""

import pytest
from django.utils import translation

from cadran.ui import work


def test_a_failure_nobody_foresaw_is_told_in_the_readers_language(caplog: pytest.LogCaptureFixture) -> None:
    def fail(_work: work.Work) -> None:
        raise ZeroDivisionError

    failed = work.begin("a failure", fail, mistakes=(), beside=False)
    work.forget("a failure")
    with translation.override("fr"):
        assert str(failed.error).startswith("L’opération a échoué")
    assert "a failure failed" in caplog.text
