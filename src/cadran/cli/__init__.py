"""The command line: thin over the library. Data goes to standard output, everything else to standard error."""

from __future__ import annotations

import sys

from cadran.cli import catalogue, questions, records, serving
from cadran.cli.terminal import app, refuse
from cadran.crm.errors import Refused
from cadran.metrics.errors import MetricsError

__all__ = ["app", "catalogue", "main", "questions", "records", "serving"]


def main() -> None:
    """Run the command."""
    try:
        app()
    except (MetricsError, Refused) as mistake:
        refuse(mistake)
    except BrokenPipeError:
        sys.stderr.close()  # the reader (head, less) has seen enough
