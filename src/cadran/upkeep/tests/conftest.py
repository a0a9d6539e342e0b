"""The company of the KPI pages' tests, its members as browsers."""

import pytest
from django.test import Client

from cadran.kpis.tests.conftest import Company, company

__all__ = ["company"]

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def ada(company: Company, client: Client) -> Client:
    """A browser in which Ada, who sees everything, has signed in."""
    client.force_login(company.ada, backend=BACKEND)
    return client


@pytest.fixture
def bob(company: Company) -> Client:
    """A browser in which Bob, who sees what is his own, has signed in."""
    browser = Client()
    browser.force_login(company.bob, backend=BACKEND)
    return browser
