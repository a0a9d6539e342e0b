-- One row per payment, with its account's dimensions.
select
    p.id, p.account_id, a.account, a.owner, a.team, a.region, a.country, a.industry, a.segment, a.size, p.currency,
    cast(p.amount * r.rate as decimal(19, 4)) as amount,
    p.amount as amount_original, p.paid_at, business_day(p.paid_at) as paid_on
from raw.payment p
left join shared.account a on a.id = p.account_id
asof left join shared.rate r on r.currency = p.currency and r.day <= business_day(p.paid_at)
where p.archived_at is null and touched(p.id)
order by p.paid_at, p.id
