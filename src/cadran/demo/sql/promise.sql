-- Rates, goals, promises and scores.
CREATE VIEW made.exchange_rate AS
SELECT
    row_number() OVER (ORDER BY day, name) AS id, date_of(day) AS day, name AS currency,
    round(rate * (1 + swing * sin(day / 170.0 + rate * 9) + 0.004 * normal(day + 2000, 'rate.' || name)), 6)::DECIMAL(22, 10)
        AS rate,
    moment(day, 480) AS created_at
FROM work.rate_day CROSS JOIN work.currency WHERE name <> 'EUR';

-- A goal of won revenue for each region and calendar quarter: last year's quarter and a tenth, in steps of 5,000.
CREATE VIEW made.goal AS
WITH won AS (
    SELECT account.region, date_trunc('quarter', date_of(deal_now.d)) + INTERVAL 1 YEAR AS quarter, sum(amount * rate) AS amount
    FROM work.deal_now JOIN work.deal ON deal.id = deal_id JOIN work.account ON account.id = account_id
    JOIN work.currency ON currency.name = deal.currency
    WHERE outcome = 'won' GROUP BY ALL
)
SELECT
    row_number() OVER (ORDER BY quarter, region) AS id, 'revenue' AS kpi, json_object('region', region)::VARCHAR AS slice,
    quarter::DATE AS starts_on,
    (quarter + INTERVAL 3 MONTH)::DATE AS ends_on, (5000 * ceil(amount * 1.1 / 5000))::DECIMAL(19, 6) AS target,
    NULL::BIGINT AS parent_id,
    NULL::BIGINT AS owner_id, moment((quarter::DATE - getvariable('first')) - 20, 600) AS created_at
FROM won
WHERE (quarter::DATE - getvariable('first')) - 20 <= getvariable('last');

-- What each representative promised at the start of each of the last twelve months, give or take a third of what came.
CREATE VIEW made.forecast_submission AS
WITH months AS (
    SELECT month::DATE AS starts_on, (month + INTERVAL 1 MONTH)::DATE AS ends_on
    FROM generate_series(date_trunc('month', date_of(getvariable('last')) - INTERVAL 11 MONTH),
        date_of(getvariable('last'))::TIMESTAMP, INTERVAL 1 MONTH)
        AS months(month)
),
came AS (
    SELECT owner_id, starts_on, ends_on, sum(amount * rate) AS amount
    FROM work.deal_now JOIN work.deal ON deal.id = deal_id JOIN work.currency ON currency.name = deal.currency
    JOIN months ON date_of(deal_now.d) >= starts_on AND date_of(deal_now.d) < ends_on
    WHERE outcome = 'won' GROUP BY ALL
)
SELECT
    row_number() OVER (ORDER BY starts_on, owner_id) AS id, owner_id, starts_on, ends_on,
    (500 * round(amount * (0.67 + 0.66 * chance(owner_id * 100000 + (starts_on - getvariable('first')) + 2000,
        'promise')) / 500))::DECIMAL(19, 4) AS amount,
    'EUR' AS currency, 'commit' AS category, moment(later(starts_on - getvariable('first'), 0), 560) AS "at",
    moment(later(starts_on - getvariable('first'), 0), 560) AS created_at
FROM came
WHERE later(starts_on - getvariable('first'), 0) <= getvariable('last');

CREATE VIEW made.score AS
SELECT
    id, 'lead' AS record, id AS record_id, 'conversion' AS kind,
    round(convert * (0.6 + 0.8 * chance(id, 'score.lead')), 3)::DECIMAL(19, 6) AS value,
    json_array('channel: ' || coalesce(channel, 'unknown'))::VARCHAR AS reasons, 'demo-1' AS model_version,
    moment(d, minute + 5) AS "at",
    moment(d, minute + 5) AS created_at
FROM work.lead JOIN work.channel ON channel.number = channel_number
WHERE converted_d IS NULL AND dropped_d IS NULL;
