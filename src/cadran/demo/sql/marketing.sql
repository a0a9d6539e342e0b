-- What brought the leads, what it cost, and what happened on the web site.
CREATE VIEW made.touch AS
WITH touched AS (
    SELECT id, number, channel_number, d, minute, converted_d, id * 4 + number AS touch_id
    FROM work.lead CROSS JOIN range(3) AS numbers(number)
    WHERE channel_number < 8
        AND (number = 0 OR chance(id * 4 + number, 'touch.more') < CASE WHEN qualified_d IS NOT NULL THEN 0.45 ELSE 0.1 END)
),
routed AS (
    SELECT
        *, CASE WHEN number = 0 THEN channel_number ELSE 1 + whole(touch_id, 'touch.channel', 7) END AS touched_number,
        CASE WHEN number = 0 THEN d ELSE d - 1 - whole(touch_id, 'touch.before', 40) END AS touched_d
    FROM touched
)
SELECT
    touch_id AS id, account.id AS account_id, account.id * 4 AS contact_id, routed.id AS lead_id,
    moment(touched_d, CASE WHEN routed.number = 0 THEN greatest(routed.minute - 3, 0)
        ELSE 540 + whole(touch_id, 'touch.minute', 500) END) AS "at",
    channel.name AS channel, campaign.id AS campaign_id,
    moment(touched_d, CASE WHEN routed.number = 0 THEN greatest(routed.minute - 3, 0)
        ELSE 540 + whole(touch_id, 'touch.minute', 500) END) AS created_at
FROM routed
JOIN work.channel ON channel.number = touched_number
LEFT JOIN work.account ON account.lead_id = routed.id
LEFT JOIN work.campaign ON campaign.channel_number = touched_number AND touched_d BETWEEN campaign.from_day AND campaign.to_day;

CREATE VIEW made.spend AS
WITH months AS (
    SELECT month, (month::DATE - getvariable('first'))::BIGINT AS d, row_number() OVER (ORDER BY month) AS number
    FROM generate_series(date_trunc('month', getvariable('first')) + INTERVAL 1 MONTH,
        date_of(getvariable('last'))::TIMESTAMP, INTERVAL 1 MONTH) AS months(month)
),
spent AS (
    SELECT
        (months.number * 16 + channel.number) * 4 + category.number AS id,
        d + whole((months.number * 16 + channel.number) * 4 + category.number, 'spend.day', 25) AS d,
        channel.number AS channel_number, channel.name AS channel, category.name AS category,
        CASE WHEN channel.name = 'E-mail' AND category.number = 0 THEN 'retention' ELSE 'acquisition' END AS purpose,
        round(channel.spend * category.share * getvariable('spend_scale') * pow(1.12, d / 365.25)
            * CASE month(months.month) WHEN 8 THEN 0.5 WHEN 12 THEN 0.8 WHEN 9 THEN 1.3 ELSE 1 END
            * exp(0.2 * normal((months.number * 16 + channel.number) * 4 + category.number, 'spend.noise')), 2)::DECIMAL(19,
            4) AS amount
    FROM months CROSS JOIN work.channel
    CROSS JOIN (VALUES (0, 'advertising', 0.6), (1, 'salaries', 0.3), (2, 'tools', 0.1)) AS category(number, name, share)
    WHERE channel.spend > 0
    UNION ALL  -- the people who work for all channels
    SELECT
        (number * 16 + 15) * 4 + 1, d + 24, 15, NULL, 'salaries', 'acquisition',
        round(3200 * getvariable('spend_scale') * pow(1.04, d / 365.25), 2)::DECIMAL(19, 4)
    FROM months
    UNION ALL  -- what keeps the customers there are
    SELECT
        (number * 16 + 15) * 4 + place, d + 20, 15, NULL, category, 'retention',
        round(monthly * getvariable('spend_scale') * pow(1.06, d / 365.25), 2)::DECIMAL(19, 4)
    FROM months, (VALUES (0, 'loyalty programme', 650), (3, 'customer service', 1400)) AS kept(place, category, monthly)
    UNION ALL  -- what the goods sold cost: a good half of their price
    SELECT
        (number * 16 + 15) * 4 + 2, months.d + 24, 15, NULL, 'goods', 'cost_of_sales',
        round(sum(line.amount * currency.rate) * (0.55 + 0.02 * normal(number, 'spend.goods')), 2)::DECIMAL(19, 4)
    FROM months
    JOIN work.order AS orders ON date_trunc('month', date_of(orders.d)) = months.month
    JOIN work.order_line AS line ON line.order_id = orders.id
    JOIN work.currency AS currency ON currency.name = orders.currency
    GROUP BY number, months.d
)
SELECT
    spent.id, date_of(spent.d) AS spent_on, spent.channel, campaign.id AS campaign_id, purpose, category, amount,
    'EUR' AS currency, moment(spent.d, 600) AS created_at
FROM spent
LEFT JOIN work.campaign ON campaign.channel_number = spent.channel_number AND spent.d BETWEEN campaign.from_day
    AND campaign.to_day AND category = 'advertising'
WHERE spent.d <= getvariable('last');

CREATE VIEW made.visit AS
WITH come AS (
    SELECT id, d, whole(id, 'visit.minute', 1440) AS minute,
        pick('lead_channels', chance(id, 'visit.channel')) AS channel_number, NULL::BIGINT AS lead_id
    FROM arrivals('web', getvariable('visits'))
    UNION ALL
    SELECT id + getvariable('visits'), d, greatest(minute - 6, 0), channel_number, id FROM work.lead
    WHERE channel IN ('Website', 'Online ads')
)
SELECT
    come.id, 'v' || CASE WHEN lead_id IS NULL THEN whole(come.id, 'visit.visitor', 1 + getvariable('visits') // 2)
        ELSE getvariable('visits') + lead_id END AS visitor,
    moment(d, minute) AS started_at, channel.name AS channel, campaign.id AS campaign_id,
    pick('landing_pages', chance(come.id, 'visit.landing')) AS landing_page,
    1 + wait(come.id, 'visit.pages', 2) AS pages, lead_id,
    json_object('device', pick('devices', chance(come.id, 'visit.device')))::VARCHAR AS custom, moment(d, minute) AS created_at
FROM come
JOIN work.channel ON channel.number = come.channel_number
LEFT JOIN work.campaign ON campaign.channel_number = come.channel_number AND d BETWEEN campaign.from_day AND campaign.to_day;

-- Six visits in ten let themselves be followed: the page where they land, how far down they see it, what they click, the page they go on to.
CREATE VIEW made.page_event AS
WITH followed AS (
    SELECT
        visit.id AS visit_id, visit.id * 4 + number AS id, number, pages, landing_page, started_at, created_at,
        chance(visit.id * 4 + number, 'event.happens') AS happens
    FROM made.visit CROSS JOIN range(4) AS numbers(number)
    WHERE chance(visit.id, 'event.any') < 0.6
)
SELECT
    id, visit_id, CASE WHEN number = 3 THEN pick('pages', chance(id, 'event.page')) ELSE landing_page END AS page,
    CASE number WHEN 1 THEN 'scroll' WHEN 2 THEN 'click' ELSE 'view' END AS kind,
    CASE WHEN number = 2 THEN 20 + whole(id, 'event.x', 1200) END AS x,
    CASE WHEN number = 2 THEN 40 + whole(id, 'event.y', 2400) END AS y,
    CASE WHEN number = 2 THEN pick('selectors', chance(id, 'event.selector')) END AS selector,
    CASE WHEN number = 1 THEN least(1, round(0.1 + chance(id, 'event.depth'), 2)) END AS depth,
    started_at + to_seconds(5 + 45 * number + whole(id, 'event.after', 40)) AS "at", created_at
FROM followed
WHERE number = 0 OR number = 1 AND happens < 0.55 OR number = 2 AND happens < 0.3 OR number = 3 AND pages > 1;
