"""Every KPI again, by family: a function over records each, written from what the KPI says, never from its SQL."""

from tests.independent.kpis import activity, leads, loyalty, pipeline, revenue, service, steps
from tests.independent.rules import KPIS

__all__ = ["KPIS", "activity", "leads", "loyalty", "pipeline", "revenue", "service", "steps"]
