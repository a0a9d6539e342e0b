"""One benchmark in a process of its own: `python -m benchmarks.suite NAME SIZE FOLDER`."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import cast

from benchmarks.place import Place, SizeName
from cadran.config.start import migrate, start


def main(name: str, size: str, folder: str) -> None:
    """Make Django ready on the company's home, which the modules of benchmarks need to be read at all, then run one."""
    place = Place(Path(folder), cast(SizeName, size))
    place.home.mkdir(parents=True, exist_ok=True)
    start(place.home)
    migrate()
    outcome = import_module(f"benchmarks.{name}").run(place)
    load = max(os.getloadavg()[1:])
    now = datetime.now(UTC)
    on = f"{now:%Y-%m-%d %H:%M} UTC, with {load:.1f} processes running or waiting on {os.cpu_count()} cores"
    found = {**asdict(outcome), "on": on}
    (place.home / f"{name}.json").write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
