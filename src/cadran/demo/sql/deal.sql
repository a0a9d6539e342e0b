-- Deals: those that leads became, and those that reps find among the accounts there are.
SET VARIABLE own_deals = (
    SELECT greatest(getvariable('deals') - count(*) FILTER (converted_d IS NOT NULL), 0) FROM work.lead
);

CREATE TABLE work.deal AS
WITH sources AS (
    SELECT lead.converted_d AS d, 0 AS own, lead.id AS source, lead.id AS lead_id, account.id AS account_id,
        lead.converted_minute AS minute, lead.channel_number, 'new' AS kind
    FROM work.lead JOIN work.account ON account.lead_id = lead.id
    UNION ALL
    SELECT d, 1, id, NULL, 1 + floor(pow(chance(id, 'deal.account'), 1.25) * accounts_before(d))::BIGINT,
        540 + whole(id, 'deal.minute', 59), pick('deal_channels', chance(id, 'deal.channel')),
        pick('deal_kinds', chance(id, 'deal.kind'))
    FROM arrivals('sales', getvariable('own_deals'))
),
numbered AS (
    SELECT
        row_number() OVER (ORDER BY sources.d, own, source) AS id, sources.*, account.territory, account.territory_win,
        account.slow AND sources.d > getvariable('slow_from') AS slow, account.seat_number, account.employees, account.country,
        account.name AS account_name, account.industry
    FROM sources JOIN work.account ON account.id = sources.account_id
    WHERE NOT (own = 1 AND account.slow AND sources.d > getvariable('slow_from') AND chance(source, 'deal.slow') < 0.45)
),
drawn AS (
    SELECT
        numbered.*, seat.left_day, seat.successor, channel.name AS channel,
        CASE WHEN d < seat.joined THEN seat.stand_in WHEN d >= seat.left_day THEN seat.successor ELSE seat.member_id END
            AS first_owner_id,
        CASE WHEN d < seat.joined OR d >= seat.left_day THEN 0 ELSE seat.skill END AS skill,
        pick('deal_products', chance(id, 'deal.product')) AS product_id,
        channel.win AS channel_win,
        currency_of(country) AS currency,
        kind = 'renewal' AS renewing
    FROM numbered
    JOIN work.seat ON seat.territory = numbered.territory AND seat.number = seat_number
    JOIN work.channel ON channel.number = channel_number
),
judged AS (
    SELECT
        drawn.*, product_name,
        1 / (1 + exp(-(
            -0.55 + skill + channel_win + territory_win + product.win - product.drift * d / getvariable('last')
            + CASE kind WHEN 'renewal' THEN 1.9 WHEN 'upsell' THEN 0.5 WHEN 'cross_sell' THEN 0.25 ELSE 0 END
            - CASE WHEN employees > 1000 THEN 0.3 ELSE 0 END - CASE WHEN slow THEN 0.6 ELSE 0 END
        ))) > chance(id, 'deal.win') AS wins,
        -- Working days from creation to close.
        least(900, greatest(2, round(
            CASE WHEN renewing THEN 16 WHEN kind = 'new' THEN 36 ELSE 24 END
            * exp(0.55 * normal(id, 'deal.pace')) * CASE WHEN employees > 1000 THEN 1.5 ELSE 1 END
            * CASE WHEN slow THEN 1.6 ELSE 1 END * CASE WHEN chance(id, 'deal.stuck') < 0.015 THEN 6 ELSE 1 END
        )))::BIGINT AS cycle
    FROM drawn JOIN (SELECT id AS main_id, name AS product_name, win, drift FROM work.main_product)
        AS product ON main_id = product_id
)
SELECT
    *, workday_of(d) AS first_workday,
    CASE WHEN chance(id, 'deal.reason.blank') >= 0.08 THEN pick('lost_reasons', chance(id, 'deal.reason')) END AS reason,
    -- Which of the paths of work.path it walks: pipeline, won or not, furthest stage, straight (0), skipping (1) or going back (2).
    CASE WHEN renewing THEN 2000 + CASE WHEN wins THEN 100 + 20 WHEN chance(id, 'deal.furthest') < 0.5 THEN 10 ELSE 20 END
    ELSE 1000
        + CASE WHEN wins THEN 100 ELSE 0 END
        + 10 * CASE WHEN wins THEN 5 ELSE pick('furthest', chance(id, 'deal.furthest')) END
        + CASE
            WHEN (wins OR pick('furthest', chance(id, 'deal.furthest')) = 5) AND chance(id, 'deal.way') < 0.08 THEN 2
            WHEN (wins OR pick('furthest', chance(id, 'deal.furthest')) >= 4) AND chance(id, 'deal.way') > 0.86 THEN 1
            ELSE 0 END
    END AS path
FROM judged
ORDER BY id;

-- Every stay in a stage that has begun by the last day.
CREATE TABLE work.stay AS
WITH timed AS (
    SELECT
        deal.id AS deal_id, path.*, deal.d AS created_d, deal.minute AS created_minute, deal.first_workday,
        first_workday + floor(cycle * (share + room * (chance(deal.id * 8 + sequence, 'stay.jitter') - 0.5)))::BIGINT AS number
    FROM work.deal JOIN work.path ON path.code = deal.path
)
SELECT
    deal_id, sequence, stage_id, previous_stage_id, category, previous_category, outcome, number AS workday,
    CASE WHEN sequence = 0 THEN created_d ELSE workday(number) END AS d,
    CASE WHEN sequence = 0 THEN created_minute ELSE 540 + 60 * sequence + whole(deal_id * 8 + sequence, 'stay.minute', 59) END
        AS minute
FROM timed
WHERE sequence = 0 OR workday(number) <= getvariable('last')
ORDER BY deal_id, sequence;

CREATE TABLE work.deal_line AS
WITH counted AS (
    SELECT *, CASE WHEN chance(id, 'deal.lines') < 0.55 THEN 1 WHEN chance(id, 'deal.lines') < 0.85 THEN 2 ELSE 3 END AS lines
    FROM work.deal
),
listed AS (
    SELECT
        id AS deal_id, unnest(range(lines)) AS number, product_id AS main_id, currency, kind, employees
    FROM counted
),
chosen AS (
    SELECT
        *, deal_id * 4 + number AS id,
        CASE WHEN number = 0 THEN main_id ELSE pick('order_products', chance(deal_id * 4 + number, 'deal_line.product')) END
            AS product_id
    FROM listed
)
SELECT
    chosen.id, deal_id, product_id,
    CASE WHEN number > 0 THEN 1 + whole(chosen.id, 'deal_line.many', 6)
         WHEN employees > 500 THEN 1 + whole(chosen.id, 'deal_line.quantity', 4)
             ELSE 1 + whole(chosen.id, 'deal_line.quantity', 2) END AS quantity,
    round(product.price / currency.rate, 2)::DECIMAL(19, 4) AS unit_price,
    CASE WHEN number = 0 THEN pick('discounts', chance(chosen.id, 'deal_line.discount')) ELSE 0 END::DECIMAL(9, 6) AS discount,
    chosen.currency
FROM chosen
JOIN made.product ON product.id = product_id
JOIN work.currency ON currency.name = chosen.currency
ORDER BY chosen.id;

CREATE TABLE work.deal_amount AS
SELECT deal_id, round(sum(quantity * unit_price * (1 - discount)), 2)::DECIMAL(19, 4) AS amount
FROM work.deal_line GROUP BY deal_id ORDER BY deal_id;

-- Where each deal is on the last day, and what was said of it on the way: half of the amounts are first guesses that the
-- proposal corrects, and most expected closes are set again then.
CREATE TABLE work.deal_now AS
WITH latest AS (
    SELECT
        deal_id, max_by(stage_id, sequence) AS stage_id, max_by(category, sequence) AS category,
        max_by(outcome, sequence) AS outcome,
        max(d) AS d, max_by(minute, sequence) AS minute,
        min(workday) FILTER (stage_id IN (4, 9)) AS proposal_workday,
        min(d) FILTER (stage_id IN (4, 9)) AS proposal_d,
        min_by(minute, sequence) FILTER (stage_id IN (4, 9)) AS proposal_minute
    FROM work.stay GROUP BY deal_id
),
guessed AS (
    SELECT
        latest.*, deal.d AS created_d, deal.first_owner_id, deal.successor, deal.left_day,
        CASE WHEN outcome = 'open' THEN getvariable('last') + 1 ELSE latest.d END AS end_d,
        amount,
        CASE WHEN proposal_d IS NOT NULL AND chance(deal_id, 'deal.guess') < 0.5
             THEN (round(amount * (0.75 + 0.5 * chance(deal_id, 'deal.guessed')) / 100) * 100 + 100)::DECIMAL(19, 4)
                 ELSE amount END
            AS first_amount,
        CASE WHEN chance(deal_id, 'deal.undated') >= 0.03 THEN workday(first_workday + CASE
            WHEN deal.renewing THEN 18 WHEN deal.kind = 'new' THEN 40 ELSE 26 END + whole(deal_id, 'deal.expected', 12)) END
                AS first_expected_d,
        CASE WHEN chance(deal_id, 'deal.undated') >= 0.03 AND proposal_d IS NOT NULL AND chance(deal_id, 'deal.again') < 0.7
             THEN workday(proposal_workday + 2 + floor((first_workday + cycle - proposal_workday)
                * (0.75 + 0.5 * chance(deal_id, 'deal.later')))::BIGINT) END AS second_expected_d
    FROM latest JOIN work.deal ON deal.id = latest.deal_id JOIN work.deal_amount USING (deal_id)
)
SELECT
    *, coalesce(second_expected_d, first_expected_d) AS expected_d,
    CASE WHEN created_d < left_day AND end_d > left_day THEN successor ELSE first_owner_id END AS owner_id
FROM guessed
ORDER BY deal_id;
