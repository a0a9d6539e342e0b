"""The mistakes that a person can mend: each message says what is wrong, where, and what to do."""

from __future__ import annotations


class MetricsError(Exception):
    """A mistake in a definition, a question or the facts; its text can be shown to the person who made it."""


class DefinitionError(MetricsError):
    """A definition that cannot be understood.

    ``file`` and ``metric`` say where it stands; either may be empty when it was not read from a file.
    """

    def __init__(self, problem: str, *, file: str = "", metric: str = "") -> None:
        self.problem = problem
        self.file = file
        self.metric = metric
        where = ", ".join(part for part in (file, f"[{metric}]" if metric else "") if part)
        super().__init__(f"{where}: {problem}" if where else problem)


class QuestionError(MetricsError):
    """A question that these definitions and tables cannot answer."""


class FactsError(MetricsError):
    """The facts at hand lack a table or a column that the question needs, or cannot be opened."""
