"""A process that imports a file, telling each batch, to be killed at any moment (arguments: FILE MAPPING)."""

import sys
from importlib import import_module
from pathlib import Path

from cadran.config.start import migrate, start

BATCH = 10


def main() -> None:
    start()
    migrate()
    load = import_module("cadran.imports.load")  # records can be imported only once Django is ready
    mapping = import_module("cadran.imports.mapping").read_mapping(Path(sys.argv[2]))
    print("ready", flush=True)
    report = load.load_files([Path(sys.argv[1])], mapping, batch=BATCH, progress=lambda at: print(at.done, flush=True))
    print(report.read, report.created, report.updated, report.unchanged, len(report.rejected), flush=True)


if __name__ == "__main__":
    main()
