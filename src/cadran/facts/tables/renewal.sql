-- One row per subscription that came up for renewal. Its money is what was up for renewal, at the rate of the day it was due.
select
    r.id, r.subscription_id, s.account_id, a.account, a.owner, a.team, a.region, a.country, a.industry, a.segment, a.size, s.plan,
    p.product, p.family, r.outcome, r.renewed_on is not null or coalesce(lower(r.outcome) in ('renewed', 'won', 'renouvelé'), false) as renewed,
    r.renewed_on - r.due_on as days_late,
    cast(r.amount * x.rate as decimal(19, 4)) as amount,
    r.due_on, r.renewed_on
from (
    select * from raw.renewal r where r.archived_at is null and touched(r.id)
) r
join raw.subscription s on s.id = r.subscription_id
left join (
    from shared.account
    --touched: where id in (select account_id from raw.subscription where id in (select subscription_id from raw.renewal where touched(id)))
) a on a.id = s.account_id
left join shared.product p on p.id = s.product_id
asof left join shared.rate x on x.currency = r.currency and x.day <= r.due_on
order by r.due_on, r.id
