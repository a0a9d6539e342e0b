-- One row per line of a deal, with its deal's dimensions.
with dated as (
    select l.*, coalesce(d.closed_on, d.created_on) as own_date
    from raw.deal_line l
    join main.deal d on d.id = l.deal_id
    where l.archived_at is null and touched(l.id)
        --touched: and d.id in (select t.deal_id from raw.deal_line t where touched(t.id))
),
rate as (
    select k.currency, k.day, r.rate
    from (select distinct currency, own_date as day from dated) k
    asof join shared.rate r on r.currency = k.currency and r.day <= k.day
)
select
    l.id, l.deal_id, d.name as deal, d.account_id, d.account, d.owner, d.team, d.region, d.country, d.industry, d.segment, d.size,
    p.product, p.family, p.tier, d.channel, d.campaign, d.pipeline, d.stage, d.kind, d.outcome,
    l.quantity,
    cast(cast(cast(l.quantity * l.unit_price as decimal(29, 10)) * (1 - coalesce(l.discount, 0)) as decimal(19, 4)) * r.rate as decimal(19, 4))
        as amount,
    d.created_on, d.closed_on
from dated l
join main.deal d on d.id = l.deal_id
left join shared.product p on p.id = l.product_id
left join rate r on r.currency = l.currency and r.day = l.own_date
--touched: where d.id in (select t.deal_id from raw.deal_line t where touched(t.id))
order by d.created_on, l.id
