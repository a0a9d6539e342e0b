-- Tickets of customers, answered within business hours: faster by phone and when urgent, slower for those poorly cared for.
CREATE TABLE work.ticket AS
WITH drawn AS (
    SELECT
        id, d, CASE WHEN chance(id, 'ticket.evening') < 0.2 THEN 1080 + whole(id, 'ticket.minute', 300)
                    ELSE 480 + whole(id, 'ticket.minute', 600) END AS minute,
        customer_number(d, chance(id, 'ticket.customer')) AS customer_number,
        pick('ticket_channels', chance(id, 'ticket.channel')) AS channel,
        pick('priorities', chance(id, 'ticket.priority')) AS priority,
        pick('supporters', chance(id, 'ticket.owner')) AS owner_id
    FROM arrivals('service', getvariable('tickets'))
),
paced AS (
    SELECT
        drawn.*, account_id, care, business_minute(d, minute) AS opened,
        (2 + CASE priority WHEN 'urgent' THEN 25 WHEN 'high' THEN 70 WHEN 'normal' THEN 170 ELSE 320 END
            * CASE channel WHEN 'Phone' THEN 0.15 WHEN 'Chat' THEN 0.2 ELSE 1 END
            * exp(0.7 * normal(id, 'ticket.response') - 0.25 * care))::BIGINT AS response,
        (20 + CASE priority WHEN 'urgent' THEN 300 WHEN 'high' THEN 600 WHEN 'normal' THEN 1100 ELSE 1900 END
            * exp(0.8 * normal(id, 'ticket.resolution') - 0.35 * care))::BIGINT AS work_minutes
    FROM drawn JOIN work.customer ON customer.number = drawn.customer_number
),
ended AS (
    SELECT
        *, CASE WHEN chance(id, 'ticket.unanswered') >= 0.004 AND business_day(opened + response) <= getvariable('last')
                THEN opened + response END AS responded,
        CASE WHEN chance(id, 'ticket.unanswered') >= 0.012
            AND business_day(opened + response + work_minutes) <= getvariable('last')
             THEN opened + response + work_minutes END AS resolved
    FROM paced
)
SELECT
    *, CASE WHEN resolved IS NULL THEN 0 WHEN chance(id, 'ticket.reopens') < 0.9 THEN 0
        WHEN chance(id, 'ticket.reopens') < 0.98 THEN 1 ELSE 2 END
        AS reopens,
    CASE WHEN business_day(resolved + 2700) <= getvariable('last') THEN resolved + 2700 END AS closed
FROM ended
ORDER BY id;

CREATE MACRO business_moment(minutes) AS moment(business_day(minutes), minute_of_day(minutes));

CREATE VIEW made.ticket AS
SELECT
    id, pick('ticket_subjects', chance(id, 'ticket.subject')) AS subject, account_id, account_id * 4 AS contact_id, channel,
    CASE WHEN chance(id, 'ticket.category.blank') >= 0.04 THEN pick('ticket_categories', chance(id, 'ticket.category')) END
        AS category,
    priority, owner_id, moment(d, minute) AS opened_at, business_moment(responded) AS first_response_at,
    business_moment(resolved) AS resolved_at,
    business_moment(closed) AS closed_at, reopens, moment(d, minute) AS created_at
FROM work.ticket;

-- Three customers in ten write once more before it is settled, and are answered.
CREATE VIEW made.ticket_message AS
WITH exchange AS (
    SELECT id, responded + 1 + work_minutes * 3 // 10 AS asked, responded + 2 + work_minutes * 6 // 10 AS answered
    FROM work.ticket
    WHERE responded IS NOT NULL AND chance(id, 'message.more') < 0.3
        AND business_day(responded + 2 + work_minutes * 6 // 10) <= getvariable('last')
),
said AS (
    SELECT id * 8 AS id, id AS ticket_id, 'customer' AS author, moment(d, minute) AS "at" FROM work.ticket
    UNION ALL
    SELECT id * 8 + 1, id, 'automatic', moment(d, minute + 1) FROM work.ticket WHERE channel IN ('E-mail', 'Portal')
    UNION ALL
    SELECT id * 8 + 2, id, 'agent', business_moment(responded) FROM work.ticket WHERE responded IS NOT NULL
    UNION ALL
    SELECT id * 8 + 3, id, 'customer', business_moment(asked) FROM exchange
    UNION ALL
    SELECT id * 8 + 4, id, 'agent', business_moment(answered) FROM exchange
    UNION ALL
    SELECT id * 8 + 5, id, 'agent', business_moment(resolved) FROM work.ticket
    WHERE resolved IS NOT NULL AND chance(id, 'message.last') < 0.6
)
SELECT *, "at" AS created_at FROM said;

-- Answers: satisfaction (1 to 5) and effort (1 to 7, less is better) after some tickets, recommendation (0 to 10) all year, after an order
-- when the customer placed one in the two months before.
CREATE TABLE work.answer AS
WITH asked AS (
    SELECT arrival.id, arrival.d, account_id, care, until
    FROM arrivals('web', getvariable('nps_answers')) AS arrival
    JOIN work.customer ON number = customer_number(arrival.d, chance(arrival.id, 'nps.customer'))
    WHERE until > arrival.d
),
felt AS (
    SELECT
        id, 2 AS survey_id, account_id, id AS ticket_id, NULL::BIGINT AS order_id, 'ticket' AS touchpoint, business_day(resolved) + 1 AS d,
        least(5, greatest(1, round(5.0 - 0.28 * ln(1 + work_minutes / 240) - 0.9 * reopens + 0.75 * normal(id,
            'csat.noise')))) AS score,
        5 AS best, 1 AS worst
    FROM work.ticket WHERE resolved IS NOT NULL AND chance(id, 'csat.answers') < 0.32
    UNION ALL
    SELECT
        id + getvariable('tickets'), 3, account_id, id, NULL, 'ticket', business_day(resolved) + 1,
        least(7, greatest(1, round(1.4 + 0.5 * ln(1 + work_minutes / 240) + 1.2 * reopens + 1.1 * normal(id, 'ces.noise')))),
        1, 7
    FROM work.ticket WHERE resolved IS NOT NULL AND chance(id, 'csat.answers') >= 0.8
    UNION ALL
    SELECT
        asked.id + 2 * getvariable('tickets'), 1, asked.account_id, NULL,
        CASE WHEN asked.d - bought.d <= 60 THEN bought.id END,
        CASE WHEN asked.d - bought.d <= 60 THEN 'order' ELSE 'relationship' END, asked.d,
        least(10, greatest(0, round(8.1 + 1.1 * care - CASE WHEN until - asked.d < 150 THEN 2.5
            ELSE 0 END + 1.7 * normal(asked.id, 'nps.noise')))), 10, 0
    FROM asked
    ASOF LEFT JOIN (SELECT account_id, d, max(id) AS id FROM work."order" GROUP BY ALL) AS bought
        ON bought.account_id = asked.account_id AND bought.d < asked.d
    UNION ALL
    SELECT
        id + 2 * getvariable('tickets') + getvariable('nps_answers'), 4, account_id, NULL, id, 'order', later(d, 4),
        least(5, greatest(1, round(4.3 + 0.8 * normal(id, 'delivery.noise')))), 5, 1
    FROM work."order" WHERE chance(id, 'order.answers') < 0.07
    UNION ALL
    SELECT
        id + 2 * getvariable('tickets') + getvariable('nps_answers') + getvariable('orders'), 5, account_id, NULL, id, 'order', later(d, 1),
        least(7, greatest(1, round(2.1 + 1.1 * normal(id, 'ordering.noise')))), 1, 7
    FROM work."order" WHERE chance(id, 'order.answers') >= 0.96
)
SELECT * FROM felt WHERE d <= getvariable('last') ORDER BY id;

CREATE VIEW made.answer AS
SELECT
    id, survey_id, score,
    CASE WHEN chance(id, 'answer.says') < 0.3 THEN
        CASE WHEN (score - worst) / (best - worst) >= 0.8 THEN pick('good_comments', chance(id, 'answer.words'))
             WHEN (score - worst) / (best - worst) >= 0.55 THEN pick('fair_comments', chance(id, 'answer.words'))
             ELSE pick('bad_comments', chance(id, 'answer.words')) END END AS comment,
    moment(d, 480 + whole(id, 'answer.minute', 720)) AS "at", account_id, account_id * 4 AS contact_id, touchpoint, ticket_id,
    order_id, moment(d, 480 + whole(id, 'answer.minute', 720)) AS created_at
FROM work.answer;

CREATE VIEW made.usage AS
SELECT
    id, account_id, account_id * 4 AS contact_id, date_of(d) AS day, pick('features', chance(id, 'usage.feature')) AS feature,
    1 + wait(id, 'usage.count', 3) AS count, moment(d, 1380) AS created_at
FROM arrivals('web', getvariable('usages')) JOIN work.customer ON number = customer_number(d, chance(id, 'usage.customer'))
WHERE until > d;

CREATE VIEW made.loyalty_event AS
SELECT
    id, account_id, account_id * 4 AS contact_id, date_of(d) AS day, pick('loyalty_names', chance(id, 'loyalty.name')) AS name,
    10 * (1 + wait(id, 'loyalty.points', 4)) AS points, moment(d, 1380) AS created_at
FROM arrivals('orders', getvariable('loyalty_events'))
JOIN work.customer ON number = customer_number(d, chance(id, 'loyalty.customer'))
WHERE until > d;
