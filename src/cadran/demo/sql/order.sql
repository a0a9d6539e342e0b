-- Service contracts, each for an instrument: begun by half of the customers, priced by size, judged at each anniversary.
CREATE TABLE work.subscription AS
WITH begun AS (
    SELECT
        customer.*, number * 2 + second AS id,
        since + 10 + whole(number * 2 + second, 'contract.start', 120) + 200 * second AS d
    FROM work.customer CROSS JOIN range(2) AS seconds(second)
    WHERE chance(number * 2 + second, 'contract.has') < CASE second WHEN 0 THEN 0.55 ELSE 0.1 END
),
planned AS (
    SELECT
        begun.*, date_of(d) AS started_on,
        CASE WHEN employees > 200 THEN pick('large_plans', chance(id, 'contract.plan'))
            ELSE pick('small_plans', chance(id, 'contract.plan')) END
            AS plan_number,
        currency_of(country) AS currency
    FROM begun WHERE d <= getvariable('last') AND d < until
),
priced AS (
    SELECT
        planned.*, plan.name AS plan, round(plan.price * (1 + least(employees, 3000) / 1500) / currency.rate, 0)
            AS first_amount,
        started_on + to_years((1 + floor(ln(1 - chance(planned.id, 'contract.leave'))
            / ln(1 - least(0.9, plan.leave * exp(-0.45 * care)))))::INTEGER) AS leaves_on
    FROM planned
    JOIN work.plan AS plan ON plan.number = plan_number
    JOIN work.currency AS currency ON currency.name = planned.currency
),
ended AS (
    SELECT *, CASE WHEN until < 100000 THEN least(leaves_on::DATE, date_of(until)) ELSE leaves_on::DATE END AS leaves
    FROM priced
)
SELECT *, CASE WHEN leaves <= date_of(getvariable('last')) THEN leaves END AS ended_on FROM ended ORDER BY id;

-- Anniversaries, up to three months ahead. Most prices follow an index; some contracts grow, some shrink.
CREATE TABLE work.renewal AS
WITH due AS (
    SELECT subscription.id AS subscription_id, year, (started_on + to_years(year::INTEGER))::DATE AS due_on, ended_on,
        first_amount, currency,
        CASE WHEN chance(subscription.id * 16 + year, 'renewal.way') < 0.14 THEN 1.5
             WHEN chance(subscription.id * 16 + year, 'renewal.way') < 0.22 THEN 0.7 ELSE 1.03 END AS factor
    FROM work.subscription CROSS JOIN range(1, 7) AS years(year)
)
SELECT
    subscription_id * 16 + year AS id, subscription_id, year, due_on, currency, ended_on,
    CASE WHEN due_on > date_of(getvariable('last')) THEN NULL WHEN due_on = ended_on THEN 'lost' ELSE 'renewed' END AS outcome,
    round(first_amount * exp(sum(ln(factor)) OVER (PARTITION BY subscription_id ORDER BY year)), 0) AS amount,
    round(first_amount * exp(coalesce(sum(ln(factor)) OVER (
        PARTITION BY subscription_id ORDER BY year ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)), 0) AS previous_amount
FROM due
WHERE due_on <= date_of(getvariable('last') + 90) AND due_on <= coalesce(ended_on, due_on)
ORDER BY 1;

CREATE VIEW made.subscription AS
WITH renewed AS (
    SELECT subscription_id, max_by(amount, year) AS amount, max(year) AS years FROM work.renewal WHERE outcome = 'renewed'
    GROUP BY ALL
)
SELECT
    id, account_id, plan, pick('deal_products', chance(id, 'contract.product')) AS product_id,  -- the instrument it covers
    coalesce(renewed.amount, first_amount)::DECIMAL(19, 4) AS monthly_amount, currency,
    started_on, CASE WHEN ended_on IS NULL THEN (started_on + to_years((coalesce(years, 0) + 1)::INTEGER))::DATE END
        AS renews_on, ended_on,
    CASE WHEN ended_on IS NOT NULL AND chance(id, 'contract.reason.blank') >= 0.1
        THEN pick('end_reasons', chance(id, 'contract.reason')) END
        AS end_reason,
    moment(d, 600) AS created_at
FROM work.subscription LEFT JOIN renewed ON subscription_id = id;

CREATE VIEW made.renewal AS
SELECT
    id, subscription_id, due_on, outcome, CASE WHEN outcome = 'renewed' THEN due_on END AS renewed_on,
    (amount * 12)::DECIMAL(19, 4) AS amount,
    currency, moment(greatest(due_on - getvariable('first') - 90, -999), 480) AS created_at
FROM work.renewal;

-- Orders of consumables and services by the customers there are; three in a hundred are refunded.
CREATE TABLE work.order AS
WITH drawn AS (
    SELECT
        id, d, 540 + whole(id, 'order.minute', 530) AS minute, customer_number(d, chance(id, 'order.customer')) AS one,
        customer_number(d, chance(id, 'order.other')) AS two
    FROM arrivals('orders', getvariable('orders'))
),
chosen AS (
    SELECT drawn.id, drawn.d, drawn.minute,
        CASE WHEN first.until > d THEN one WHEN second.until > d THEN two END AS customer_number
    FROM drawn JOIN work.customer AS first ON first.number = one JOIN work.customer AS second ON second.number = two
)
SELECT
    chosen.*, account_id, owner_id, CASE WHEN chance(account_id, 'account.region.blank') >= 0.02 THEN region END AS region,
    pick('order_channels', chance(id, 'order.channel')) AS channel,
    currency_of(country) AS currency,
    1 + whole(id, 'order.lines', 3) AS lines,
    CASE WHEN chance(id, 'order.refund') < 0.03 AND later(d, 4 + whole(id, 'order.refunded', 20)) <= getvariable('last')
         THEN later(d, 4 + whole(id, 'order.refunded', 20)) END AS refund_d
FROM chosen JOIN work.customer ON customer.number = chosen.customer_number
WHERE chosen.customer_number IS NOT NULL
ORDER BY id;

CREATE TABLE work.order_line AS
WITH listed AS (
    SELECT order_id * 4 + number AS id, order_id, currency,
        pick('order_products', chance(order_id * 4 + number, 'order_line.product')) AS product_id
    FROM (SELECT id AS order_id, currency, unnest(range(lines)) AS number FROM work.order)
),
priced AS (
    SELECT
        listed.*, CASE WHEN family = 'Services' THEN 1 ELSE 1 + whole(listed.id, 'order_line.quantity', 12) END AS quantity,
        round(product.price / currency.rate, 2)::DECIMAL(19, 4) AS unit_price,
        (CASE WHEN chance(listed.id, 'order_line.discount') < 0.75 THEN 0 WHEN chance(listed.id, 'order_line.discount') < 0.92
            THEN 0.05
              ELSE 0.1 END)::DECIMAL(9, 6) AS discount
    FROM listed JOIN made.product ON product.id = product_id JOIN work.currency ON currency.name = listed.currency
)
SELECT *, round(quantity * unit_price * (1 - discount), 2)::DECIMAL(19, 4) AS amount FROM priced ORDER BY id;

-- A refund is an order of its own, numbered after the others; so are its lines.
CREATE VIEW made.order AS
WITH amounts AS (SELECT order_id, sum(amount)::DECIMAL(19, 4) AS amount FROM work.order_line GROUP BY order_id),
both_ways AS (
    SELECT id, 'CI-' || id AS number, d, minute, amount, NULL::BIGINT AS refund_of_id, orders.* EXCLUDE (id, d, minute)
    FROM work.order AS orders JOIN amounts ON order_id = id
    UNION ALL
    SELECT id + getvariable('orders'), 'CI-' || id || '-R', refund_d, 660, -amount, id, orders.* EXCLUDE (id, d, minute)
    FROM work.order AS orders JOIN amounts ON order_id = id WHERE refund_d IS NOT NULL
)
SELECT id, number, account_id, owner_id, channel, region, moment(d, minute) AS placed_at, amount, currency, refund_of_id,
    moment(d, minute) AS created_at
FROM both_ways;

CREATE VIEW made.order_line AS
WITH both_ways AS (
    SELECT line.*, d, minute FROM work.order_line AS line JOIN work.order AS orders ON orders.id = order_id
    UNION ALL
    SELECT
        line.id + 4 * getvariable('orders'), order_id + getvariable('orders'),
        line.* EXCLUDE (id, order_id) REPLACE (-quantity AS quantity, -amount AS amount),
        refund_d, 660
    FROM work.order_line AS line JOIN work.order AS orders ON orders.id = order_id WHERE refund_d IS NOT NULL
)
SELECT id, order_id, product_id, quantity, unit_price, discount, amount, moment(d, minute) AS created_at FROM both_ways;

CREATE VIEW made.payment AS
WITH due AS (
    SELECT orders.id, account_id, orders.id AS order_id,
        later(d, 3 + whole(orders.id, 'payment.terms', 30) + wait(orders.id, 'payment.late', 6)) AS d,
        sum(amount)::DECIMAL(19, 4) AS amount, orders.currency
    FROM work.order AS orders JOIN work.order_line AS line ON order_id = orders.id
    GROUP BY ALL
)
SELECT id, account_id, order_id, NULL::BIGINT AS subscription_id, moment(d, 600) AS paid_at, amount, currency,
    moment(d, 600) AS created_at
FROM due WHERE d <= getvariable('last') AND chance(id, 'payment.unpaid') >= 0.02;
