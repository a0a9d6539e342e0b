"""Records → raw tables, column by column."""

from __future__ import annotations

from cadran.facts.raw import create_raw

__all__ = ["create_raw"]
