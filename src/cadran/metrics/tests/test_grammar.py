# ruff: noqa: E501 (lines of data)
"""The grammar carries every family of metrics; a wrong definition gets a sentence with its place and its cure."""

# mypy: disable-error-code="comparison-overlap, arg-type"
from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from cadran.metrics import Catalogue, DefinitionError, Question, QuestionError, Result, ask, contract
from cadran.metrics.engines.duckdb import DuckDB
from cadran.metrics.formula import Part, compiled, evaluate, parse_formula, replaced

TODAY = date(2026, 7, 1)
WORDS = 'title = { en = "Test", fr = "Essai" }\ndefinition = { en = "A test.", fr = "Un essai." }\n'


def define(body: str, key: str = "test", unit: str = "count") -> Catalogue:
    return Catalogue.from_text(f'[{key}]\n{WORDS}unit = "{unit}"\ngood = "up"\n{body}', file="ours.toml", shipped=False)


def answer(engine: DuckDB, catalogue: Catalogue, key: str = "test", **question: object) -> Result:
    return ask(engine, catalogue, Question(key, **question), today=TODAY)


def test_net_promoter_score_with_its_adjusted_wald_interval(bare: DuckDB) -> None:
    scores = [9] * 50 + [7] * 30 + [3] * 20
    rows = ", ".join(f"({n}, 'nps', {score}, '2026-05-02')" for n, score in enumerate(scores))
    bare.connection.execute(f"INSERT INTO answer (id, kind, score, answered_on) VALUES {rows}")
    catalogue = define(
        """interval = "nps"
        formula = "100 * (promoters - detractors) / answers"
        promoters = "count(*) from answer where kind = 'nps' and score >= 9 at answered_on"
        detractors = "count(*) from answer where kind = 'nps' and score <= 6 at answered_on"
        answers = "count(*) from answer where kind = 'nps' at answered_on" """,
        unit="points",
    )
    total = answer(bare, catalogue, start=date(2026, 5, 1), end=date(2026, 6, 1)).total
    assert (total.value, total.n) == (30, 100)
    assert total.low is not None
    assert total.high is not None
    # 50.75 and 20.75 of 103: 29.126 ± 1.96 × √((0.49272 + 0.20146 − 0.29126²) / 103)
    assert (round(total.low, 2), round(total.high, 2)) == (Decimal("14.05"), Decimal("44.20"))


def test_churn_is_what_ended_over_what_stood_at_the_start_and_retention_its_complement(bare: DuckDB) -> None:
    bare.connection.execute(
        """INSERT INTO subscription (id, plan, started_on, ended_on) VALUES
        (1, 'S', '2026-01-01', NULL), (2, 'S', '2026-01-01', '2026-05-10'), (3, 'L', '2026-02-01', '2026-04-30'),
        (4, 'L', '2026-03-01', NULL), (5, 'L', '2026-05-05', '2026-05-20'), (6, 'S', '2026-05-01', NULL)"""
    )
    text = f"""[churn_rate]
        {WORDS}unit = "percent"
        good = "down"
        formula = "lost / start(active)"
        lost = "count(*) from subscription where started_on < period.start at ended_on"
        active = "count(*) from subscription during started_on, ended_on"
        [retention_rate]
        {WORDS}unit = "percent"
        good = "up"
        formula = "1 - churn_rate"
        """
    catalogue = Catalogue.from_text(text, shipped=False)
    may = {"start": date(2026, 5, 1), "end": date(2026, 6, 1)}
    total = answer(bare, catalogue, "churn_rate", **may).total
    # Before May: 1, 2 and 4 (3 ended in April, 6 starts on the first of May); 2 leaves in May, and 5 came and left.
    assert total.parts == {"lost": 1, "start(active)": 3}
    assert answer(bare, catalogue, "retention_rate", **may).total.value == 1 - total.value  # type: ignore[operator]


def test_acquisition_cost_splits_by_what_both_tables_share(bare: DuckDB) -> None:
    bare.connection.execute(
        """INSERT INTO spend (id, channel, purpose, amount, spent_on) VALUES
        (1, 'ads', 'acquisition', 900, '2026-05-03'), (2, 'fair', 'acquisition', 500, '2026-05-04'), (3, 'ads', 'retention', 70, '2026-05-05');
        INSERT INTO first_order (account_id, channel, ordered_on) VALUES (1, 'ads', '2026-05-10'), (2, 'ads', '2026-05-11'), (3, 'ads', '2026-05-12')"""
    )
    catalogue = define(
        """formula = "spend / customers"
        spend = "sum(amount) from spend where purpose = 'acquisition' at spent_on"
        customers = "count(*) from first_order at ordered_on" """,
        key="customer_acquisition_cost",
        unit="money",
    )
    cells = answer(
        bare, catalogue, "customer_acquisition_cost", by=("channel",), start=date(2026, 5, 1), end=date(2026, 6, 1)
    ).cells
    assert [(cell.split["channel"], cell.value, cell.why) for cell in cells] == [
        ("ads", 300, ""),
        ("fair", None, "customers is 0"),
    ]
    sentence = r"customer_acquisition_cost cannot be split by owner: a spend has no owner\. Split by: channel\."
    with pytest.raises(QuestionError, match=sentence):
        answer(bare, catalogue, "customer_acquisition_cost", by=("owner",))


def test_leads_are_followed_for_ninety_days_by_cohort(bare: DuckDB) -> None:
    bare.connection.execute(
        """INSERT INTO lead (id, channel, created_on, converted_on) VALUES
        (1, 'web', '2026-03-01', '2026-05-29'), (2, 'web', '2026-03-01', '2026-05-30'), (3, 'fair', '2026-03-31', NULL),
        (4, 'fair', '2026-04-02', '2026-04-03')"""
    )
    catalogue = define(
        """matures = 90
        formula = "converted / created"
        created = "count(*) from lead at created_on"
        converted = "count(*) from lead where converted_on < created_on + interval 90 day at created_on" """,
        unit="percent",
    )
    march, april = answer(bare, catalogue, grain="month", start=date(2026, 3, 1), end=date(2026, 5, 1)).cells
    assert (march.parts, march.ripe) == ({"converted": 1, "created": 3}, True)
    assert (april.parts, april.ripe) == ({"converted": 1, "created": 1}, False)
    assert march.low is not None


def test_the_median_response_ignores_nobody_it_should_count(bare: DuckDB) -> None:
    bare.connection.execute(
        """INSERT INTO lead (id, created_on, response_minutes) VALUES
        (1, '2026-03-01', 10), (2, '2026-03-02', 20.5), (3, '2026-03-03', 300), (4, '2026-03-04', 21), (5, '2026-03-05', NULL)"""
    )
    catalogue = define("""middle = "median(response_minutes) from lead at created_on" """, unit="minutes")
    total = answer(bare, catalogue, start=date(2026, 3, 1), end=date(2026, 4, 1)).total
    assert (total.value, total.n) == (Decimal("20.75"), 4)


def test_what_nobody_recorded_in_the_period_before_is_unknown(bare: DuckDB) -> None:
    bare.connection.execute(
        """INSERT INTO spend (id, channel, amount, spent_on) VALUES (1, 'ads', 900, '2026-04-03'), (2, 'fair', 500, '2026-05-04')"""
    )
    catalogue = define("""formula = "1800 / previous(recorded(cost))"
        cost = "sum(amount) from spend at spent_on" """)
    may = {"grain": "month", "start": date(2026, 5, 1), "end": date(2026, 6, 1)}
    ads = answer(bare, catalogue, where={"channel": ("ads",)}, **may).cells[0]
    fair = answer(bare, catalogue, where={"channel": ("fair",)}, **may).cells[0]
    assert (ads.value, fair.value) == (2, None)
    assert fair.why == "no spend recorded for cost in the period before"


def test_a_median_can_count_those_still_waiting_as_slower_than_all(bare: DuckDB) -> None:
    bare.connection.execute(
        """INSERT INTO lead (id, channel, created_on, response_minutes) VALUES
        (1, 'web', '2026-03-01', 10), (2, 'web', '2026-03-02', 20), (3, 'web', '2026-03-03', 300), (4, 'web', '2026-03-04', NULL),
        (5, 'web', '2026-03-05', NULL), (6, 'fair', '2026-03-05', 7), (7, 'fair', '2026-03-05', NULL), (8, 'post', '2026-03-05', NULL)"""
    )
    catalogue = define("""middle = "median(response_minutes nulls last) from lead at created_on" """, unit="minutes")
    march = {"start": date(2026, 3, 1), "end": date(2026, 4, 1)}
    found = answer(bare, catalogue, by=("channel",), **march)
    assert {cell.split["channel"]: cell.value for cell in found.cells} == {"web": 300, "fair": None, "post": None}
    fair, _, web = found.cells
    assert web.n == 5
    assert fair.why == "too few of the 2 lead rows of middle have a known response_minutes"
    assert found.rows(cell=web).count == 5
    tenth = define("""slow = "quantile(response_minutes nulls last, 0.25) from lead at created_on" """, unit="minutes")
    assert answer(bare, tenth, where={"channel": ("web",)}, **march).total.value == 20


def test_a_retention_grid_follows_first_buyers(bare: DuckDB, catalogue: Catalogue) -> None:
    bare.connection.execute(
        """INSERT INTO "order" (id, account_id, amount, refund, placed_on, first_ordered_on) VALUES
        (1, 1, 10, FALSE, '2026-01-03', '2026-01-03'), (2, 2, 10, FALSE, '2026-01-04', '2026-01-04'),
        (3, 1, 10, FALSE, '2026-02-03', '2026-01-03'), (4, 1, 10, FALSE, '2026-02-04', '2026-01-03'),
        (5, 2, -5, TRUE,  '2026-02-05', '2026-01-04'), (6, 3, 10, FALSE, '2026-02-06', '2026-02-06')"""
    )
    result = answer(
        bare, catalogue, "purchase_retention", grain="month", cohort=True, start=date(2026, 1, 1), end=date(2026, 4, 1)
    )
    grid = {(cell.split["cohort"], cell.split["age"]): cell.value for cell in result.cells}
    half = Decimal("0.5")
    assert grid == {("2026-01", 0): 1, ("2026-01", 1): half, ("2026-01", 2): 0, ("2026-02", 0): 1, ("2026-02", 1): 0}
    later = next(cell for cell in result.cells if cell.split == {"cohort": "2026-01", "age": 1})
    assert [row["id"] for row in result.rows("customers", later).records()] == [3, 4]
    assert [row["id"] for row in result.rows("initial(customers)", later).records()] == [1, 2]


def test_an_average_is_its_sum_over_its_count(bare: DuckDB) -> None:
    bare.connection.execute(
        "INSERT INTO deal (id, amount, outcome, closed_on) VALUES (1, 10, 'won', '2026-05-01'), (2, NULL, 'won', '2026-05-01'), (3, 20, 'won', '2026-05-02')"
    )
    total = answer(
        bare, define("mean = \"avg(amount) from deal where outcome = 'won' at closed_on\""), start=date(2026, 5, 1)
    ).total
    assert (total.value, total.parts) == (15, {"mean_sum": 30, "mean_count": 2})


def test_a_custom_dimension_found_in_the_facts_splits_and_filters(bare: DuckDB, catalogue: Catalogue) -> None:
    bare.connection.execute("ALTER TABLE deal ADD COLUMN colour VARCHAR")
    bare.connection.execute(
        "INSERT INTO deal (id, outcome, closed_on, colour) VALUES (1, 'won', '2026-05-01', 'red'), (2, 'won', '2026-05-01', NULL)"
    )
    engine = DuckDB(bare.connection)
    cells = answer(engine, catalogue, "deals_won", by=("colour",), start=date(2026, 5, 1)).cells
    assert [(cell.split["colour"], cell.value) for cell in cells] == [("red", 1), (None, 1)]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('x = "count(*) from dael at closed_on"', "ours.toml, [test]: x: there is no fact table 'dael'"),
        ('x = "count(*) from deal"', "needs one rule for time: 'at DATE' for what happens, 'during FROM, TO' for what stands"),
        ('x = "count(*) from deal at amount"', "'amount' is no date of deal. Its dates: created_on, expected_close_on"),
        ('x = "count(*) from deal at created_on, closed_on"', "'at' takes one date and 'during' two"),
        ('x = "survival_mean(closed_on) from deal at created_on"', "write during FROM, without a TO"),
        ('x = "survival_mean(amount) from deal during created_on"', "needs the date on which a row ends, and amount is a number"),
        ('x = "sum(amount) from deal per account_id at closed_on"', "'per' takes either 'having AGG >= NUMBER' or 'top NUMBER %'"),
        ('x = "count(amount) from deal at closed_on"', "write count(*) or count(distinct x)"),
        ('x = "total(amount) from deal at closed_on"', "is no aggregate. Use count(*)"),
        ('x = "sum(owner) from deal at closed_on"', "sum needs a number, and owner is a text"),
        ('x = "sum(amount / 2) from deal at closed_on"', "divide in the formula"),
        ('x = "quantile(amount, 9) from deal at closed_on"', "a probability between 0 and 1"),
        ("x = \"count(*) from deal where colour = 'red' at closed_on\"", "deal has no column 'colour'"),
        ("x = \"count(*) from deal where amount = 'red' at closed_on\"", "amount is a number and 'red' a text"),
        ('x = "count(*) from deal where amount at closed_on"', "'amount' is not a condition: it yields a number"),
        ("x = \"count(*) from deal where closed_on > 'soon' at closed_on\"", "'soon' is no day"),
        ('x = "count(*) from deal where owner = null at closed_on"', "compare with null by 'is null'"),
        ('x = "count(*) from deal where product.price > 3 at closed_on"', "deal has no link 'product'. Its links: account"),
        ('x = "count(*) from deal where amount > (select 1) at closed_on"', "is not allowed here"),
        ("x = \"count(*) from deal where repeat('x', 9) = 'x' at closed_on\"", "is not allowed here"),
        ("x = \"count(*) from deal where owner like 'A%' at closed_on\"", "is not allowed here"),
        ('x = "count(*) from deal where owner in (select owner from deal) at closed_on"', "'in' takes a list of values"),
        ('x = "count(*) from deal where 1=1; drop table deal at closed_on"', "cannot be read as a condition"),
        ('x = "count(*) from deal where closed_on > created_on + interval 3 month at closed_on"', "whole number of days or weeks"),
        ('x = "median(amount) from deal per account_id having count(*) >= 2 at closed_on"', "must be count(*), sum(x) or count(distinct account_id)"),
        ('x = "sum(amount) from deal per account_id top 120 % at closed_on"', "a share between 0 and 100"),
        ('x = "sum(amount) from deal having count(*) > 2 at closed_on"', "'having' and 'top' follow 'per'"),
        ('x = "count(*) from deal at closed_on where amount > 1"', "'where' is out of place"),
        ('x = "count(*) from deal at closed_on"\nformula = "x / y"', "reads 'y', which is neither a part (parts: x) nor a metric"),
        ('x = "count(*) from deal at closed_on"\nformula = "x % 2"', "is not allowed in a formula"),
        ('x = "count(*) from deal at closed_on"\nformula = "__import__(\'os\')"', "is not allowed in a formula"),
        ('x = "count(*) from deal at closed_on"\nformula = "start(x)"', "start(x) needs a stock"),
        ('x = "count(*) from payment at paid_on"\nformula = "x / initial(x)"', "needs a measure with 'at' over a table that has a cohort"),
        ('x = "count(*) from deal at closed_on"\nformula = "x + test"', "is defined by itself: test → test"),
        ('x = "count(*) from deal at closed_on"\ny = "count(*) from deal at created_on"', "needs a formula"),
        ('x = "count(*) from deal at closed_on"\ninterval = "nps"', "needs parts named promoters, detractors and answers"),
        ('x = "count(*) from deal at closed_on"\nmatures = "soon"', "matures is a number of days"),
        ("x = 3", "'x' is neither a word of the grammar nor a part"),
        ('x = "count(*) from deal at closed_on"\n[test.variants.Y]', "the variant 'Y' must be a table"),
    ],
)  # fmt: skip
def test_a_wrong_definition_is_answered_with_its_place_and_its_cure(line: str, sentence: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        define(line)
    assert sentence in str(caught.value)
    assert str(caught.value).startswith("ours.toml, [test")


def test_words_are_asked_for_in_both_languages_and_units_are_a_list() -> None:
    with pytest.raises(DefinitionError, match="title must be given in both languages"):
        Catalogue.from_text('[a]\nx = "count(*) from deal at closed_on"', shipped=False)
    with pytest.raises(DefinitionError, match="unit must be one of: money, percent"):
        define('x = "count(*) from deal at closed_on"', unit="euros")
    with pytest.raises(DefinitionError, match=r"ours.toml: is no valid TOML"):
        Catalogue.from_text("[a", file="ours.toml")
    with pytest.raises(DefinitionError, match=r"win_rate\]: is already defined in pipeline.toml"):
        Catalogue.from_text("[win_rate]", file="ours.toml")


def test_an_organisation_builds_on_the_shipped_metrics() -> None:
    text = f'[yield]\n{WORDS}unit = "money"\ngood = "up"\nformula = "revenue * win_rate.by_value"'
    shared = "revenue.booked"  # the amounts won are one measure, whichever metric names it
    formula = str(Catalogue.from_text(text)["yield"].formula)
    assert formula == f"{shared} * {shared} / ({shared} + win_rate.by_value.lost)"


def test_a_source_is_given_in_both_languages_or_as_one_text_for_both() -> None:
    line = "x = \"count(*) from deal where outcome = 'won' at closed_on\"\n"
    assert define(line)["test"].source == {"en": "", "fr": ""}
    assert define(f'{line}source = "Deals"')["test"].source == {"en": "Deals", "fr": "Deals"}
    spoken = define(f'{line}source = {{ en = "Deals", fr = "Affaires" }}')["test"].source
    assert spoken == {"en": "Deals", "fr": "Affaires"}
    with pytest.raises(DefinitionError, match="source must be given in both languages"):
        define(f'{line}source = {{ en = "Deals" }}')


def test_the_hash_covers_formula_parts_and_tables_but_not_words_or_spaces() -> None:
    line = "x = \"count(*) from deal where outcome = 'won' at closed_on\""
    same = define(line.replace("count(*) from", "COUNT( * )   FROM"), unit="percent")["test"].hash
    assert define(line)["test"].hash == define(line + '\nsource = "Deals"')["test"].hash
    assert define(line)["test"].hash != define(line.replace("'won'", "'Won'"))["test"].hash
    assert define(line)["test"].hash != define(line.replace("closed_on", "created_on"))["test"].hash
    assert len(same) == 16


def test_every_shipped_metric_speaks_both_languages_and_names_its_source(catalogue: Catalogue) -> None:
    assert len(catalogue.metrics) >= 25
    for metric in catalogue:
        assert all(metric.source.values()), metric.key
        assert metric.title["en"] != metric.definition["en"]
        tables = {measure.table.name for measure in metric.parts.values()}
        assert metric.dimensions(contract()) or len(tables) > 1, metric.key


def test_only_shares_of_one_population_get_wilsons_interval_by_themselves(catalogue: Catalogue) -> None:
    found = {metric.key for metric in catalogue if metric.interval == "wilson"}
    assert {
        "win_rate",
        "win_rate.all",
        "stage_conversion",
        "repeat_purchase_rate",
        "purchase_retention",
        "win_rate.cohort",
    } <= found
    assert not {"win_rate.by_value", "close_rate", "revenue_growth", "revenue_concentration"} & found


def test_zero_is_zero_whatever_it_is_divided_by_or_multiplied_with() -> None:
    formula = replaced(parse_formula("a / b * c"), lambda name: Part(name.name))
    values = {Part("a"): Decimal(0), Part("b"): Decimal(-50_000), Part("c"): Decimal(-2)}
    assert str(evaluate(formula, values, Decimal)[0]) == "0"
    assert str(compiled(formula, list(values))([*values.values(), None])) == "0"


@pytest.mark.parametrize(
    "given", ['"CA"', '{ de = ["Umsatz"] }', '{ en = "turnover" }', '{ fr = [""] }', "{ en = [1] }"]
)
def test_synonyms_are_lists_of_texts_by_language(given: str) -> None:
    with pytest.raises(DefinitionError, match="synonyms are lists of texts by language"):
        define(f'x = "count(*) from deal at closed_on"\nsynonyms = {given}')


def test_a_variant_does_not_answer_to_the_synonyms_of_its_metric() -> None:
    line = 'x = "count(*) from deal at closed_on"\nsynonyms = { en = ["wins"] }\n'
    known = define(f'{line}[test.variants.all]\ntitle = {{ en = "All", fr = "Toutes" }}')
    assert known["test"].synonyms == {"en": ("wins",), "fr": ()}
    assert known["test.all"].synonyms == {"en": (), "fr": ()}
