"""`python -m benchmarks [--size small|medium] [--only NAME]`: measure, print, and write docs/reference/benchmarks.md.

Each benchmark runs in a process of its own. At the size medium the page is written; a small run only tries them out.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

from benchmarks.outcome import Outcome
from benchmarks.place import Place
from benchmarks.report import BENCHMARKS, PAGE, page, shown, target, verdict

FOLDER = Path(__file__).parents[1] / ".cadran" / "benchmarks"


def main() -> int:
    """Run the benchmarks asked for; 1 when one of them failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure speed as ratios in one run.")
    parser.add_argument(
        "--size", choices=("small", "medium"), default="medium", help="1M deals, 10M activities: medium"
    )
    parser.add_argument("--only", action="append", choices=BENCHMARKS, help="run this one (may be repeated)")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the made-up company is kept between runs")
    chosen = parser.parse_args()
    place = Place(chosen.folder.resolve(), chosen.size)
    failed = [name for name in ("company", *(chosen.only or BENCHMARKS)) if not measured(place, name)]
    if not place.small:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(page(place), encoding="utf-8")
        print(f"Written: {PAGE}")
    return 1 if failed else 0


def measured(place: Place, name: str) -> bool:
    """Run one benchmark and print its lines; whether it ended well."""
    print(f"{name} …", file=sys.stderr, flush=True)
    command = [sys.executable, "-m", "benchmarks.suite", name, place.size, str(place.folder)]
    if subprocess.run(command, check=False).returncode:  # noqa: S603 (our own arguments)
        return False
    outcome = Outcome.from_json(json.loads((place.home / f"{name}.json").read_text(encoding="utf-8")))
    for line in outcome.lines:
        print(f"  {line.what}: {shown(line)}  {target(line)} {verdict(line).strip('*')}".rstrip(), flush=True)
    return True


if __name__ == "__main__":
    sys.exit(main())
