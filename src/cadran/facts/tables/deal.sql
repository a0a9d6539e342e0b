-- One row per deal. Its own date, at whose rate its money is counted, is the day it closed, else the day it was created.
with dated as (
    select
        d.*, s.stage, s.pipeline, s.outcome, s.probability,
        business_day(d.created_at) as created_on,
        case when s.outcome <> 'open' then d.closed_at end as shut_at,
        case when s.outcome <> 'open' then business_day(d.closed_at) end as closed_on,
        coalesce(case when s.outcome <> 'open' then business_day(d.closed_at) end, business_day(d.created_at)) as own_date
    from raw.deal d
    join shared.stage s on s.id = d.stage_id
    where d.archived_at is null and touched(d.id)
),
rate as (
    select k.currency, k.day, r.rate
    from (select distinct currency, own_date as day from dated) k
    asof join shared.rate r on r.currency = k.currency and r.day <= k.day
),
list_rate as (
    select k.currency, k.day, r.rate
    from (
        select p.currency, d.day
        from (select distinct currency from shared.product) p, (select distinct own_date as day from dated) d
    ) k
    asof join shared.rate r on r.currency = k.currency and r.day <= k.day
),
line as (
    select
        l.deal_id, l.product_id, p.product, p.family,
        cast(cast(l.quantity * p.price as decimal(29, 10)) * r.rate as decimal(19, 4)) as list_amount
    from raw.deal_line l
    join dated d on d.id = l.deal_id
    left join shared.product p on p.id = l.product_id
    left join list_rate r on r.currency = p.currency and r.day = d.own_date
    where l.archived_at is null and touched(l.deal_id)
),
lines as (
    select
        deal_id,
        case when count(distinct coalesce(product_id, 0)) > 1 then 'several' else min(product) end as product,
        case when count(distinct coalesce(family, '')) > 1 then 'several' else min(family) end as family,
        case when count(list_amount) = count(*) then cast(sum(list_amount) as decimal(19, 4)) end as list_amount
    from line
    group by deal_id
),
first_win as (
    select d.account_id, min(business_day(d.closed_at)) as first_won_on
    from raw.deal d
    join shared.stage s on s.id = d.stage_id
    where s.outcome = 'won' and d.archived_at is null
        --touched: and d.account_id in (select t.account_id from raw.deal t where touched(t.id))
    group by d.account_id
),
touch as (
    select a.deal_id, a."at"
    from raw.activity a
    where a.kind in ('call', 'email', 'meeting') and not a.automated and a.archived_at is null and touched(a.deal_id)
    union all
    select l.deal_id, a."at"
    from raw.lead l
    join raw.activity a on a.lead_id = l.id
    where a.kind in ('call', 'email', 'meeting') and not a.automated and a.archived_at is null
        and l.archived_at is null and touched(l.deal_id)
        --touched: and a.lead_id in (select id from raw.lead where touched(deal_id))
),
first_touch as (
    select deal_id, min("at") as touched_at from touch group by deal_id
),
first_lead as (
    select l.deal_id, min(l.created_at) as created_at
    from raw.lead l
    where l.archived_at is null and touched(l.deal_id)
    group by l.deal_id
)
select
    d.id, d.name, d.account_id, a.account, o.owner, o.team, o.region, a.country, a.industry, a.segment, a.size,
    lines.product, lines.family, d.channel, c.campaign, d.pipeline, d.stage, d.kind, d.lost_reason as reason, d.forecast_category,
    d.outcome,
    at_rate(d.amount, r.rate) as amount, deal_size(at_rate(d.amount, r.rate)) as deal_size,
    d.amount as amount_original,
    d.currency,
    lines.list_amount,
    cast(at_rate(d.amount, r.rate) * d.probability as decimal(19, 4)) as weighted_amount,
    d.created_at, d.created_on, d.expected_close_on, d.shut_at as closed_at, d.closed_on,
    w.first_won_on,
    d.closed_on - business_day(coalesce(t.touched_at, l.created_at, d.created_at)) as cycle_days,
    case when t.touched_at is not null then 'touch' when l.created_at is not null then 'lead' else 'deal' end as cycle_start,
    d.closed_on - d.created_on as deal_days
from dated d
left join (
    from shared.account
    --touched: where id in (select account_id from raw.deal where touched(id))
) a on a.id = d.account_id
left join shared.owner o on o.id = d.owner_id
left join shared.campaign c on c.id = d.campaign_id
left join lines on lines.deal_id = d.id
left join first_win w on w.account_id = d.account_id
-- what was first recorded after the deal was closed did not begin it
left join first_touch t on t.deal_id = d.id and (d.shut_at is null or t.touched_at <= d.shut_at)
left join first_lead l on l.deal_id = d.id and (d.shut_at is null or l.created_at <= d.shut_at)
left join rate r on r.currency = d.currency and r.day = d.own_date
order by d.created_at, d.id
