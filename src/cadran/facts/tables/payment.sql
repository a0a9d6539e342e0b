-- One row per payment, with its account's dimensions.
with dated as (
    select p.*, business_day(p.paid_at) as paid_on
    from raw.payment p
    where p.archived_at is null and touched(p.id)
),
rate as (
    select k.currency, k.day, r.rate
    from (select distinct currency, paid_on as day from dated) k
    asof join shared.rate r on r.currency = k.currency and r.day <= k.day
)
select
    p.id, p.account_id, a.account, a.owner, a.team, a.region, a.country, a.industry, a.segment, a.size, p.currency,
    at_rate(p.amount, r.rate) as amount,
    p.amount as amount_original, p.paid_at, p.paid_on
from dated p
left join (
    from shared.account
    --touched: where id in (select account_id from raw.payment where touched(id))
) a on a.id = p.account_id
left join rate r on r.currency = p.currency and r.day = p.paid_on
order by p.paid_at, p.id
