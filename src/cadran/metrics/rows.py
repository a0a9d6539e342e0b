"""The rows behind a number."""

from __future__ import annotations
from typing import Any


def open_rows(engine: Any, inquiry: Any, part: Any = None, cell: Any = None, **paging: int) -> Any:
    raise NotImplementedError
