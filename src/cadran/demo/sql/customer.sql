-- Customers in order of the day they became one: by a first won deal, or before the records began. One in five leaves again,
-- sooner where the care given to them is poor.
CREATE TABLE work.customer AS
WITH joined AS (
    SELECT account_id, min(since) AS since FROM (
        SELECT deal.account_id, deal_now.d AS since FROM work.deal_now JOIN work.deal ON deal.id = deal_id WHERE outcome = 'won'
        UNION ALL
        SELECT id, d + 20 FROM work.account WHERE d < -40 AND chance(id, 'customer.old') < 0.72
    ) GROUP BY account_id
)
SELECT
    row_number() OVER (ORDER BY since, account_id) AS number, account_id, since, care, account.territory, account.owner_id,
    account.country,
    account.region, account.employees, account.name,
    CASE WHEN chance(account_id, 'customer.leaves') < 0.16 - 0.06 * care
         THEN greatest(since, 0) + 180 + wait(account_id, 'customer.stays', 420) ELSE 100000 END AS until
FROM joined JOIN work.account ON account.id = account_id
ORDER BY number;

SET VARIABLE customers_until = (
    SELECT list(until ORDER BY d) FROM (
        SELECT d, (SELECT count(*) FROM work.customer WHERE since < 0) + sum(coalesce(many, 0)) OVER (ORDER BY d) AS until
        FROM range(getvariable('last') + 1) AS days(d)
        LEFT JOIN (SELECT since AS d, count(*) AS many FROM work.customer GROUP BY since) USING (d)
    )
);

-- A customer of a day, older ones more often; two draws, since the first one may have left.
CREATE MACRO customer_number(d, share) AS 1 + floor(pow(share, 1.8) * getvariable('customers_until')[d + 1])::BIGINT;
