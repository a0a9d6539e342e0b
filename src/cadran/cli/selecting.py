"""The options that select what a question is about, shared by every command that asks one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from inspect import Parameter, Signature, signature
from typing import Annotated, Any

import typer

import cadran
from cadran.library import Crm
from cadran.metrics.result import Result


class Grain(StrEnum):
    """The steps of time."""

    day = "day"
    week = "week"
    month = "month"
    quarter = "quarter"
    year = "year"


class Comparison(StrEnum):
    """What each number is set beside."""

    previous = "previous"
    year_ago = "year-ago"


Metric = Annotated[str, typer.Argument(help="A metric's key, or key.variant: win_rate, win_rate.by_value")]
By = Annotated[list[str] | None, typer.Option("--by", help="Split by a dimension; repeat for several")]
GrainOption = Annotated[Grain | None, typer.Option("--grain", help="One number per day, week, month, quarter or year")]
From = Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day")]
To = Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="The day after the last one")]
Where = Annotated[list[str] | None, typer.Option("--where", help="DIM=VALUE; repeat for several; 'unknown' is a blank")]
Compare = Annotated[Comparison | None, typer.Option("--compare", help="Set each number beside an earlier one")]
AsOf = Annotated[datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="As known at the end of that day")]
Interval = Annotated[bool, typer.Option("--interval", help="Bound sums and means at 95 % without comparing them, too")]
Cohort = Annotated[bool, typer.Option("--cohort", help="Split by cohort and age (needs --grain)")]


@dataclass(frozen=True)
class Asked:
    """What a command was asked about."""

    metric: Metric
    by: By = None
    grain: GrainOption = None
    first: From = None
    end: To = None
    where: Where = None
    compare: Compare = None
    as_of: AsOf = None

    def answer(self, crm: Crm | None = None, **more: Any) -> Result:
        """The answer; ``more`` replaces what was asked. Raises BadParameter for a filter without a value."""
        selectors = {**self.selectors(), **more}
        return (crm or cadran.open()).ask(selectors.pop("metric", self.metric), **selectors)

    def selectors(self) -> dict[str, Any]:
        """The arguments of the library's questions."""
        return {
            "by": self.by or (),
            "grain": self.grain.value if self.grain else None,
            "start": self.first.date() if self.first else None,
            "end": self.end.date() if self.end else None,
            "where": self._kept(),
            "compare": self.compare.value if self.compare else None,
            "as_of": self.as_of.date() if self.as_of else None,
        }

    def _kept(self) -> dict[str, list[str]]:
        kept: dict[str, list[str]] = {}
        for text in self.where or []:
            name, equals, value = text.partition("=")
            if not equals:
                raise typer.BadParameter(f"{text!r} lacks its value. Write --where {text}=VALUE.", param_hint="--where")
            kept.setdefault(name.strip(), []).append(value)
        return kept


def selecting(command: Callable[..., None]) -> Callable[..., None]:
    """A command over ``asked`` as one that takes the metric and the selectors on its command line."""
    selectors = list(signature(Asked, eval_str=True).parameters.values())
    own = [each for each in signature(command, eval_str=True).parameters.values() if each.name != "asked"]
    arguments = [each for each in own if each.default is Parameter.empty]
    options = [each for each in own if each.default is not Parameter.empty]

    def run(**given: Any) -> None:
        asked = Asked(**{each.name: given.pop(each.name) for each in selectors})
        command(asked, **given)

    run.__name__, run.__doc__ = command.__name__, command.__doc__
    parameters = [selectors[0], *arguments, *selectors[1:], *options]
    parameters = [each.replace(kind=Parameter.KEYWORD_ONLY) for each in parameters]
    run.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    return run
