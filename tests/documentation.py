"""Documentation made from the code: `python -m tests.documentation` writes it anew, a test compares."""

from __future__ import annotations

import html
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
COMMAND_LINE = ROOT / "docs" / "reference" / "command-line.md"


def command_line() -> str:
    """The reference of the command line, from its own help."""
    typer = Path(sys.executable).with_name("typer")
    asked = [str(typer), "cadran.cli", "utils", "docs", "--name", "cadran", "--title", "Command line"]
    written = subprocess.run(asked, capture_output=True, check=True, text=True).stdout
    return html.unescape(written).strip() + "\n"


if __name__ == "__main__":
    COMMAND_LINE.write_text(command_line(), encoding="utf-8")
