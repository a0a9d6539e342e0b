-- One row per account that won a deal: the first one.
select
    d.account_id, d.id as deal_id, d.account, d.owner, d.team, d.region, d.country, d.industry, d.segment, d.size, d.channel,
    d.campaign, d.product, d.family, d.amount, d.closed_on as won_on
from main.deal d
where d.outcome = 'won' and d.closed_at is not null and d.account_id is not null and touched(d.account_id)
qualify row_number() over (partition by d.account_id order by d.closed_at, d.id) = 1
order by won_on, d.account_id
