-- Accounts in order of their first day: those older than the records, those that reps found, those that leads became.
CREATE TABLE work.account AS
WITH sources AS (
    SELECT
        -900 + (i * 899) // getvariable('old_accounts') AS d, 540 + whole(i, 'account.minute', 500) AS minute,
        2 * (i + 1) AS firm_key,
        NULL::BIGINT AS lead_id, pick('territories', chance(2 * (i + 1), 'account.territory')) AS territory,
        chance(2 * (i + 1), 'account.seat') AS seat_share
    FROM range(getvariable('old_accounts')) AS old(i)
    UNION ALL
    SELECT
        d, 540 + whole(id, 'account.minute.own', 59), 2 * (id + getvariable('old_accounts')), NULL,
        pick('territories', chance(2 * (id + getvariable('old_accounts')), 'account.territory')),
        chance(2 * (id + getvariable('old_accounts')), 'account.seat')
    FROM arrivals('sales', getvariable('own_accounts'))
    UNION ALL
    SELECT converted_d, converted_minute, firm_key, id, territory, seat_share FROM work.lead WHERE converted_d IS NOT NULL
),
numbered AS (
    SELECT row_number() OVER (ORDER BY d, minute, firm_key) AS id, * FROM sources
)
SELECT
    numbered.*, territory.region, territory.win AS territory_win, territory.slow, firm(firm_key) AS name,
    floor(seat_share * territory.seats)::BIGINT AS seat_number,
    territory.cities[1 + floor(chance(firm_key, 'account.city') * len(territory.cities))::BIGINT] AS city,
    territory.countries[1 + floor(chance(firm_key, 'account.city') * len(territory.countries))::BIGINT] AS country,
    CASE WHEN chance(firm_key, 'account.industry.blank') >= 0.03
        THEN pick('industries', chance(firm_key, 'account.industry')) END
        AS industry,
    greatest(2, round(exp(4.0 + 1.4 * normal(firm_key, 'account.employees'))))::BIGINT AS employees,
    normal(firm_key, 'account.care') AS care,
    CASE WHEN seat.left_day <= getvariable('last') THEN seat.successor
         WHEN seat.joined > getvariable('last') THEN seat.stand_in ELSE seat.member_id END AS owner_id
FROM numbered
JOIN work.territory ON territory.number = territory
JOIN work.seat ON seat.territory = numbered.territory AND seat.number = floor(seat_share * territory.seats)
ORDER BY id;

-- How many accounts there are at the end of each day: account ids up to that number can be drawn.
SET VARIABLE accounts_until = (
    SELECT list(until ORDER BY d) FROM (
        SELECT d, (SELECT count(*) FROM work.account WHERE d < 0) + sum(coalesce(many, 0)) OVER (ORDER BY d) AS until
        FROM range(getvariable('last') + 1) AS days(d)
        LEFT JOIN (SELECT d, count(*) AS many FROM work.account GROUP BY d) USING (d)
    )
);

CREATE MACRO accounts_before(d) AS coalesce(getvariable('accounts_until')[d], getvariable('old_accounts'));
