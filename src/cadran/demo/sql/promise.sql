-- Rates, goals, promises and scores.
CREATE VIEW made.exchange_rate AS
SELECT
    row_number() OVER (ORDER BY day, name) AS id, date_of(day) AS day, name AS currency,
    round(rate * (1 + swing * sin(day / 170.0 + rate * 9) + 0.004 * normal(day + 2000, 'rate.' || name)), 6)::DECIMAL(22, 10)
        AS rate,
    moment(day, 480) AS created_at
FROM work.rate_day CROSS JOIN work.currency WHERE name <> 'EUR';

-- Goals for each region and calendar quarter, of won revenue and of deals won: last year's quarter and a tenth, in steps of 5,000 and 1.
-- Those who sell there share each in equal parts, in steps of 500 and 1.
CREATE VIEW made.goal AS
WITH won AS (
    SELECT account.region, date_trunc('quarter', date_of(deal_now.d)) + INTERVAL 1 YEAR AS quarter, sum(amount * rate) AS amount,
        count(*) AS deals
    FROM work.deal_now JOIN work.deal ON deal.id = deal_id JOIN work.account ON account.id = account_id
    JOIN work.currency ON currency.name = deal.currency
    WHERE outcome = 'won' GROUP BY ALL
),
whole AS (
    SELECT
        row_number() OVER (ORDER BY quarter, kpi DESC, region) AS id, kpi, region, quarter::DATE AS starts_on,
        (quarter + INTERVAL 3 MONTH)::DATE AS ends_on,
        CASE kpi WHEN 'revenue' THEN 5000 * ceil(amount * 1.1 / 5000) ELSE ceil(deals * 1.1) END AS target,
        (quarter::DATE - getvariable('first'))::BIGINT AS d
    FROM won, (VALUES ('revenue'), ('deals_won')) AS kpis(kpi)
    WHERE (quarter::DATE - getvariable('first')) - 20 <= getvariable('last')
),
shared AS (
    SELECT
        whole.id AS parent_id, kpi, starts_on, ends_on, target / seats AS share, d,
        CASE WHEN d < joined THEN stand_in WHEN d >= left_day THEN successor ELSE member_id END AS owner_id
    FROM whole JOIN work.territory USING (region) JOIN work.seat ON seat.territory = territory.number
)
SELECT
    id, kpi, json_object('region', region)::VARCHAR AS slice, starts_on, ends_on, target::DECIMAL(19, 6) AS target,
    NULL::BIGINT AS parent_id, NULL::BIGINT AS owner_id, moment(d - 20, 600) AS created_at
FROM whole
UNION ALL
SELECT
    (SELECT count(*) FROM whole) + row_number() OVER (ORDER BY parent_id, owner_id), kpi,
    json_object('owner', member.name)::VARCHAR, starts_on, ends_on,
    CASE kpi WHEN 'revenue' THEN 500 * ceil(sum(share) / 500) ELSE ceil(sum(share)) END::DECIMAL(19, 6), parent_id, owner_id,
    moment(d - 19, 600)
FROM shared JOIN made.member ON member.id = owner_id
GROUP BY kpi, member.name, starts_on, ends_on, parent_id, owner_id, d;

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
),
-- How far from what came each way of forecasting is, and to which side.
said AS (
    SELECT came.*, category, spread, 1 + lean AS middle, place
    FROM came, (VALUES ('commit', 0.66, 0.0, 0), ('weighted', 0.4, 0.05, 1), ('category', 0.5, 0.12, 2), ('run_rate', 0.8, -0.08, 3))
        AS ways(category, spread, lean, place)
)
SELECT
    row_number() OVER (ORDER BY starts_on, owner_id, place) AS id, owner_id, starts_on, ends_on,
    (500 * round(amount * (middle + spread * (chance(owner_id * 100000 + (starts_on - getvariable('first')) + 2000 + place * 7,
        'promise') - 0.5)) / 500))::DECIMAL(19, 4) AS amount,
    'EUR' AS currency, category, moment(later(starts_on - getvariable('first'), 0), 560 + place) AS "at",
    moment(later(starts_on - getvariable('first'), 0), 560 + place) AS created_at
FROM said
WHERE later(starts_on - getvariable('first'), 0) <= getvariable('last');

-- Scores: of leads not yet decided, of every deal a day after it began and once more half-way, by how it was to end.
CREATE VIEW made.score AS
SELECT
    id, 'lead' AS record, id AS record_id, 'conversion' AS kind,
    round(convert * (0.6 + 0.8 * chance(id, 'score.lead')), 3)::DECIMAL(19, 6) AS value,
    json_array('channel: ' || coalesce(channel, 'unknown'))::VARCHAR AS reasons, 'demo-1' AS model_version,
    moment(d, minute + 5) AS "at",
    moment(d, minute + 5) AS created_at
FROM work.lead JOIN work.channel ON channel.number = channel_number
WHERE converted_d IS NULL AND dropped_d IS NULL
UNION ALL
SELECT
    2 * (getvariable('leads') + id) + turn, 'deal', id, 'win',
    round(least(0.95, greatest(0.05, 0.45 + CASE WHEN wins THEN 0.08 ELSE -0.08 END * (1 + turn)
        + 0.15 * normal(id * 2 + turn, 'score.deal'))), 3)::DECIMAL(19, 6),
    json_array('kind: ' || kind)::VARCHAR, 'demo-1', moment(workday(first_workday + 1 + turn * (cycle // 2)), 620),
    moment(workday(first_workday + 1 + turn * (cycle // 2)), 620)
FROM work.deal, (VALUES (0), (1)) AS turns(turn)
WHERE workday(first_workday + 1 + turn * (cycle // 2)) <= getvariable('last');
