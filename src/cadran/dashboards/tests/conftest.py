"""The company of the KPIs' tests."""

from cadran.kpis.tests.conftest import ada, company

__all__ = ["ada", "company"]
