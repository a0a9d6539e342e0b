"""Cadran, the CRM that measures itself.

As a library::

    import cadran

    crm = cadran.open("~/crm")
    crm.ask("win_rate", by=["owner"], grain="quarter")

`cadran.open` takes the home folder of an installation (its records and facts) or a single published facts file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cadran.library import Crm as Crm
    from cadran.library import open as open

__all__ = ["Crm", "open"]
__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """Load the library on first use, so that `import cadran` costs nothing and sets nothing up."""
    if name in {"Crm", "open"}:
        from cadran import library  # noqa: PLC0415 (on first use)

        return getattr(library, name)
    raise AttributeError(f"module 'cadran' has no attribute {name!r}")
