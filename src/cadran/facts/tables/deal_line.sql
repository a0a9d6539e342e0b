-- One row per line of a deal, with its deal's dimensions.
select
    l.id, l.deal_id, d.name as deal, d.account_id, d.account, d.owner, d.team, d.region, d.country, d.industry, d.segment, d.size,
    p.product, p.family, p.tier, d.channel, d.campaign, d.pipeline, d.stage, d.kind, d.outcome,
    l.quantity,
    cast(cast(cast(l.quantity * l.unit_price as decimal(29, 10)) * (1 - coalesce(l.discount, 0)) as decimal(19, 4)) * r.rate as decimal(19, 4))
        as amount,
    d.created_on, d.closed_on
from raw.deal_line l
join main.deal d on d.id = l.deal_id
left join shared.product p on p.id = l.product_id
asof left join shared.rate r on r.currency = l.currency and r.day <= coalesce(d.closed_on, d.created_on)
where l.archived_at is null and touched(l.id)
order by d.created_on, l.id
