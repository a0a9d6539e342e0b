-- One row per line of an order, with its order's dimensions; its amount is in its order's currency. What is new in a line is judged
-- against the earlier orders of its account; products are compared by price within a family and a currency.
with rate as (
    select k.currency, k.day, r.rate
    from (select distinct currency, placed_on as day from main."order"
        --touched: where id in (select order_id from raw.order_line where touched(id))
    ) k
    asof join shared.rate r on r.currency = k.currency and r.day <= k.day
),
bought as (
    select l.id, o.account_id, o.sequence, l.product_id, p.family, p.tier, p.price, p.currency
    from raw.order_line l
    join main."order" o on o.id = l.order_id
    join shared.product p on p.id = l.product_id
    where l.archived_at is null and o.sequence is not null and o.account_id is not null
        --touched: and o.account_id in (select account_id from main."order" where id in (select order_id from raw.order_line where touched(id)))
),
judged as (
    select
        id,
        row_number() over (partition by account_id, product_id order by sequence, id) = 1 as new_product,
        family is not null and sequence > 1 and sequence = min(sequence) over (partition by account_id, family) as new_family,
        family is not null and tier is not null and sequence = min(sequence) over (partition by account_id, family, tier) and coalesce(
            price > max(price) over (
                partition by account_id, family, currency order by sequence groups between unbounded preceding and 1 preceding
            ), false) as upgraded
    from bought
)
select
    l.id, l.order_id, o.number as "order", o.account_id, o.account, o.owner, o.team, o.region, o.country, o.industry, o.segment,
    o.size, o.channel, p.product, p.family, p.tier, l.quantity,
    at_rate(case when o.refund then -abs(l.amount) else l.amount end, r.rate) as amount,
    o.refund, o.placed_on, o.first_ordered_on, o.active_since, o.week_of_month,
    coalesce(j.new_product, false) as new_product, coalesce(j.new_family, false) as new_family, coalesce(j.upgraded, false) as upgraded
from raw.order_line l
join main."order" o on o.id = l.order_id
left join shared.product p on p.id = l.product_id
left join judged j on j.id = l.id
left join rate r on r.currency = o.currency and r.day = o.placed_on
where l.archived_at is null and touched(l.id)
    --touched: and o.id in (select order_id from raw.order_line where touched(id))
order by o.placed_at, l.id
