"""What two records are likely the same by: the facts' SQL never says so where the records' own comparison does not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadran.crm.alike import Sign, marks_of
from cadran.facts import raw, transform

NAMES = st.sampled_from(
    ["Acme", "ACME ", "acme sas", "Éts. Dupont", "éts. dupont", "The", "the", "---", "", "Straße", "STRASSE", "Zoé"]
) | st.text(max_size=6)
PEOPLE = st.sampled_from(["Eve Martin", "EVE  martin", "eve martin ", "Martin", "Bob Durand", "a .", ""]) | st.text(
    max_size=6
)
DOMAINS = st.sampled_from(
    [
        None,
        "",
        "acme.example",
        "https://www.Acme.example/fr?x=1",
        "ACME.example:443",
        "acme.example.",
        "zeta",
        "www.",
        "é.fr",
    ]
) | st.text(alphabet="aB.w:/?#@ ", max_size=8)
EMAILS = st.sampled_from(
    [None, "", "zoe@petit.example", "Zoe+shop@Petit.example", "+a@b.c", "a@b+c@d.e", "@a.b", "a@", "zoe"]
) | st.text(alphabet="aB+@. ", max_size=8)


@pytest.fixture(scope="module")
def facts() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database that knows the words of the facts' SQL."""
    with duckdb.connect(":memory:") as connection:
        raw.create_raw(connection)
        connection.execute("insert into raw.organisation (id, currency, time_zone) values (1, 'EUR', 'UTC')")
        transform.prepare(connection)
        yield connection


def likeness(facts: duckdb.DuckDBPyConnection, call: str, *values: str | None) -> Any:
    row = facts.execute(f"select {call}({', '.join(['?::varchar'] * len(values))})", list(values)).fetchone()
    assert row is not None
    return row[0]


@given(domain=DOMAINS)
def test_a_web_domain_is_folded_as_the_records_fold_it(facts: duckdb.DuckDBPyConnection, domain: str | None) -> None:
    theirs = dict(marks_of("account", {"domain": domain}).signs)
    assert likeness(facts, "web_host", domain) == theirs.get(Sign.DOMAIN)


@given(email=EMAILS)
def test_an_e_mail_is_folded_as_the_records_fold_it(facts: duckdb.DuckDBPyConnection, email: str | None) -> None:
    theirs = dict(marks_of("lead", {"email": email}).signs)
    assert likeness(facts, "mail_address", email) == theirs.get(Sign.EMAIL)


@given(one=st.tuples(DOMAINS, NAMES), other=st.tuples(DOMAINS, NAMES))
def test_accounts_that_are_the_same_here_are_alike_there(
    facts: duckdb.DuckDBPyConnection, one: tuple[str | None, str], other: tuple[str | None, str]
) -> None:
    said = [likeness(facts, "account_likeness", *values) for values in (one, other)]
    if said[0] is not None and said[0] == said[1]:
        first, second = (marks_of("account", {"domain": domain, "name": name}) for domain, name in (one, other))
        assert first.shared(second)


@given(one=st.tuples(EMAILS, PEOPLE, NAMES), other=st.tuples(EMAILS, PEOPLE, NAMES))
def test_leads_that_are_the_same_here_are_alike_there(
    facts: duckdb.DuckDBPyConnection, one: tuple[str | None, str, str], other: tuple[str | None, str, str]
) -> None:
    said = [likeness(facts, "lead_likeness", *values) for values in (one, other)]
    if said[0] is not None and said[0] == said[1]:
        first, second = (
            marks_of("lead", {"email": email, "name": name, "company": firm}) for email, name, firm in (one, other)
        )
        assert first.shared(second)


def test_what_records_are_compared_by_tells_no_address(facts: duckdb.DuckDBPyConnection) -> None:
    said = likeness(facts, "lead_likeness", "zoe@petit.example", "Zoé Petit", "Petit")
    assert said == likeness(facts, "lead_likeness", "Zoe+shop@Petit.example", "Somebody Else", None)
    assert "petit" not in said
