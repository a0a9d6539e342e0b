"""Starts one way of loading on a home: `python -m benchmarks.child WAY HOME FOLDER FILE`."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

from cadran.config.start import migrate, start

if __name__ == "__main__":
    way, home, folder, file = sys.argv[1:]
    start(Path(home))
    migrate()
    import_module("benchmarks.loading").main(way, folder, file)
