"""The catalogue in the words of other tools: a format a file, each saying what it cannot carry.

What another tool would compute wrongly is left out and named, never approximated: two tools that show the same name
with two numbers are worse than one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

from cadran.metrics.catalogue import Catalogue
from cadran.metrics.exchange.dbt import dbt
from cadran.metrics.exchange.lost import Lost
from cadran.metrics.exchange.ossie import ossie

FORMATS = {"dbt": dbt, "ossie": ossie}
"""How a catalogue is written, by the name of the format: its document, and the metrics that it cannot carry."""


@dataclass(frozen=True)
class Exported:
    """A catalogue in another format; ``lost`` are the metrics left out, each with the reason."""

    document: dict[str, Any]
    lost: list[Lost]

    def __str__(self) -> str:
        """YAML, headed by what was left out."""
        said = [f"# Cadran's catalogue: {len(self.lost)} definitions cannot be said in this format and are left out:"]
        said += [f"#   {one.key}: {one.reason}" for one in self.lost]
        return "\n".join(said) + "\n" + yaml.safe_dump(self.document, sort_keys=False, allow_unicode=True, width=120)


def export(catalogue: Catalogue, name: str) -> Exported:
    """The catalogue in the format of this name; raises KeyError when there is no such format."""
    return Exported(*FORMATS[name](catalogue))
