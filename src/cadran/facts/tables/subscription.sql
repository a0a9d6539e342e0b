-- One row per subscription, its money at the rate of the day it started.
select
    s.id, s.account_id, a.account, a.owner, a.team, a.region, a.country, a.industry, a.segment, a.size, s.plan, p.product, p.family,
    s.end_reason as reason,
    cast(s.monthly_amount * r.rate as decimal(19, 4)) as monthly_amount,
    s.started_on, s.renews_on, s.ended_on
from raw.subscription s
left join (
    from shared.account
    --touched: where id in (select account_id from raw.subscription where touched(id))
) a on a.id = s.account_id
left join shared.product p on p.id = s.product_id
asof left join shared.rate r on r.currency = s.currency and r.day <= s.started_on
where s.archived_at is null and touched(s.id)
order by s.started_on, s.id
