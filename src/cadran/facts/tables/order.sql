-- One row per order. A refund is an order that gives back another, or whose amount is negative: it counts below zero.
with dated as (
    select o.*, business_day(o.placed_at) as placed_on, o.refund_of_id is not null or coalesce(o.amount < 0, false) as refund
    from raw."order" o
    where o.archived_at is null and touched(o.id)
),
rate as (
    select k.currency, k.day, r.rate
    from (select distinct currency, placed_on as day from dated) k
    asof join shared.rate r on r.currency = k.currency and r.day <= k.day
),
lines as (
    select
        l.order_id,
        case when count(distinct coalesce(l.product_id, 0)) > 1 then 'several' else min(p.product) end as product,
        case when count(distinct coalesce(p.family, '')) > 1 then 'several' else min(p.family) end as family
    from raw.order_line l
    left join shared.product p on p.id = l.product_id
    where l.archived_at is null and touched(l.order_id)
    group by l.order_id
),
ranked as (
    select
        o.id, o.account_id, o.placed_at, business_day(o.placed_at) as placed_on,
        row_number() over (partition by o.account_id order by o.placed_at, o.id) as sequence
    from raw."order" o
    where o.archived_at is null and o.refund_of_id is null and not coalesce(o.amount < 0, false)
        and o.account_id is not null
        --touched: and o.account_id in (select t.account_id from raw."order" t where touched(t.id))
),
stretch as (
    select id, max(case when again then placed_on end) over account_orders as active_since
    from (
        select *, coalesce(placed_on - lag(placed_on) over (partition by account_id order by sequence) > 366, true) as again from ranked
    )
    window account_orders as (partition by account_id order by sequence)
),
first_order as (
    select o.account_id, min(business_day(o.placed_at)) as first_ordered_on
    from raw."order" o
    where o.archived_at is null and o.refund_of_id is null and not coalesce(o.amount < 0, false)
        --touched: and o.account_id in (select t.account_id from raw."order" t where touched(t.id))
    group by o.account_id
)
select
    d.id, d.number, d.account_id, a.account, o.owner, o.team, coalesce(d.region, a.region) as region, a.country, a.industry,
    a.segment, a.size, d.channel, lines.product, lines.family, d.currency,
    at_rate(case when d.refund then -abs(d.amount) else d.amount end, r.rate) as amount,
    d.amount as amount_original,
    d.refund, d.placed_at, d.placed_on, f.first_ordered_on, t.active_since, k.sequence,
    cast((day(d.placed_on) + 6) // 7 as varchar) as week_of_month
from dated d
left join (
    from shared.account
    --touched: where id in (select account_id from raw."order" where touched(id))
) a on a.id = d.account_id
left join shared.owner o on o.id = d.owner_id
left join lines on lines.order_id = d.id
left join first_order f on f.account_id = d.account_id
left join ranked k on k.id = d.id
left join stretch t on t.id = d.id
left join rate r on r.currency = d.currency and r.day = d.placed_on
order by d.placed_at, d.id
