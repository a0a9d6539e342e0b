"""Why a number changed."""

from __future__ import annotations
from typing import Any


def explain(engine: Any, inquiry: Any, by: Any = None) -> Any:
    raise NotImplementedError
