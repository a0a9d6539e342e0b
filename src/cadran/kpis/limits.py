"""Rows of facts read beside the answers, as a pipeline's cards are: limited to what a member may see, like them."""

from collections.abc import Mapping, Sequence
from datetime import date

from cadran.members.models import Member
from cadran.members.scope import scope
from cadran.metrics.question import UNKNOWN


class Limits:
    """The rows of a table of facts that a member may see, with his filters, as a condition and its parameters."""

    def __init__(self, member: Member, where: Mapping[str, Sequence[str]]) -> None:
        self.parameters: list[str | date] = []
        conditions = [
            self._any_of(name, values) for filters in (scope(member).facts, where) for name, values in filters.items()
        ]
        self.sql = " AND ".join(conditions) or "TRUE"

    def bind(self, value: str | date) -> str:
        """The place of one more parameter."""
        self.parameters.append(value)
        return f"${len(self.parameters)}"

    def _any_of(self, name: str, values: Sequence[str]) -> str:
        either = [
            f'"{name}" IS NULL' if value == UNKNOWN else f'CAST("{name}" AS VARCHAR) = {self.bind(value)}'
            for value in values
        ]
        return f"({' OR '.join(either)})" if either else "FALSE"
