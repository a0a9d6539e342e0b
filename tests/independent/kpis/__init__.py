"""Every KPI again, by family: a function over records each, written from what the KPI says, never from its SQL."""

from importlib import import_module
from pkgutil import iter_modules

from tests.independent.rules import COHORTS, KPIS

for family in iter_modules(__path__, f"{__name__}."):
    import_module(family.name)

__all__ = ["COHORTS", "KPIS"]
