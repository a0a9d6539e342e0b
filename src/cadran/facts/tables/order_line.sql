-- One row per line of an order, with its order's dimensions; its amount is in its order's currency.
with rate as (
    select k.currency, k.day, r.rate
    from (select distinct currency, placed_on as day from main."order"
        --touched: where id in (select order_id from raw.order_line where touched(id))
    ) k
    asof join shared.rate r on r.currency = k.currency and r.day <= k.day
)
select
    l.id, l.order_id, o.number as "order", o.account_id, o.account, o.owner, o.team, o.region, o.country, o.industry, o.segment,
    o.size, o.channel, p.product, p.family, p.tier, l.quantity,
    at_rate(case when o.refund then -abs(l.amount) else l.amount end, r.rate) as amount,
    o.refund, o.placed_on, o.first_ordered_on
from raw.order_line l
join main."order" o on o.id = l.order_id
left join shared.product p on p.id = l.product_id
left join rate r on r.currency = o.currency and r.day = o.placed_on
where l.archived_at is null and touched(l.id)
    --touched: and o.id in (select order_id from raw.order_line where touched(id))
order by o.placed_at, l.id
