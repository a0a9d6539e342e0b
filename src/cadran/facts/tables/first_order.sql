-- One row per account that ordered: its first order that is not a refund.
select
    o.account_id, o.id as order_id, o.account, o.owner, o.team, o.region, o.country, o.industry, o.segment, o.size, o.channel,
    o.product, o.family, o.amount, o.placed_on as ordered_on
from main."order" o
where o.sequence = 1 and o.account_id is not null and touched(o.account_id)
order by ordered_on, o.account_id
