-- One row per state that a deal was in. A state begins when the deal does, and at each moment at which its stage, amount, owner,
-- expected close or forecast category changed or an import recorded anything of it. Changes of one moment make one state, unless a
-- field changed more than once in it: each of these makes a state of no length, so that a stage passed in a moment is seen. Before the first change of a field its value is the one that this change replaced; a field that never
-- changed has the record's. A deal that closed without a recorded stage before was open, in a stage unknown, until it closed.
with moved as (
    select
        c.record_id as deal_id, c."at", c.id, c.field,
        -- '=' before a value tells a blank value from no change
        '=' || coalesce(c.to_value, '') as put,
        '=' || coalesce(c.from_value, '') as replaced,
        row_number() over (partition by c.record_id, c."at", c.field order by c.id) as step,
        cast(epoch_us(c."at") as hugeint) * 1099511627776 + c.id as turn -- by moment, then by id, below 2^40
    from raw.change c
    where c.record = 'deal' and c.field <> ''
        and (c.field in ('stage', 'amount', 'owner', 'expected_close_on', 'forecast_category') or c.origin = 'import')
        and touched(c.record_id)
),
moment as (
    select
        deal_id, "at", step,
        arg_max(put, id) filter (field = 'stage') as stage,
        arg_max(put, id) filter (field = 'amount') as amount,
        arg_max(put, id) filter (field = 'owner') as owner,
        arg_max(put, id) filter (field = 'expected_close_on') as expected_close_on,
        arg_max(put, id) filter (field = 'forecast_category') as forecast_category
    from moved
    group by deal_id, "at", step
),
known as (
    select
        deal_id, min("at") as first_at,
        max("at") filter (field = 'stage') as last_stage_at,
        arg_max(put, turn) filter (field = 'stage') as last_stage,
        arg_min(replaced, turn) filter (field = 'stage') as stage,
        arg_min(replaced, turn) filter (field = 'amount') as amount,
        arg_min(replaced, turn) filter (field = 'owner') as owner,
        arg_min(replaced, turn) filter (field = 'expected_close_on') as expected_close_on,
        arg_min(replaced, turn) filter (field = 'forecast_category') as forecast_category
    from moved
    group by deal_id
),
begun as (
    select
        d.id as deal_id, d.created_at, d.amount, d.currency, d.owner_id, d.expected_close_on, d.forecast_category, d.stage_id,
        least(d.created_at, k.first_at) as begun_at,
        f.closed_at,
        coalesce(k.stage, case when f.closed_at > least(d.created_at, k.first_at) then '=' else '=' || d.stage_id end) as first_stage,
        coalesce(k.amount, '=' || coalesce(cast(d.amount as varchar), '')) as first_amount,
        coalesce(k.owner, '=' || coalesce(cast(d.owner_id as varchar), '')) as first_owner,
        coalesce(k.expected_close_on, '=' || coalesce(cast(d.expected_close_on as varchar), '')) as first_expected_close_on,
        coalesce(k.forecast_category, '=' || coalesce(d.forecast_category, '')) as first_forecast_category,
        -- where the record is, when its recorded changes do not say how it came there
        case when k.last_stage is distinct from '=' || d.stage_id and (k.last_stage is not null or f.closed_at is not null)
            then greatest(k.last_stage_at, f.closed_at, least(d.created_at, k.first_at)) end as settled_at
    from raw.deal d
    join main.deal f on f.id = d.id
    left join known k on k.deal_id = d.id
    where touched(d.id) and touched(f.id)
),
event as (
    select deal_id, "at", step, stage, amount, owner, expected_close_on, forecast_category from moment
    union all
    select deal_id, begun_at, 0, first_stage, first_amount, first_owner, first_expected_close_on, first_forecast_category from begun
    union all
    select deal_id, settled_at, 1000000, '=' || stage_id, null, null, null, null from begun where settled_at is not null
),
filled as (
    select
        deal_id, "at" as from_at,
        row_number() over state_of_deal as sequence,
        lead("at") over state_of_deal as to_at,
        substr(last_value(stage ignore nulls) over state_of_deal, 2) as stage,
        substr(last_value(amount ignore nulls) over state_of_deal, 2) as amount,
        substr(last_value(owner ignore nulls) over state_of_deal, 2) as owner,
        substr(last_value(expected_close_on ignore nulls) over state_of_deal, 2) as expected_close_on,
        substr(last_value(forecast_category ignore nulls) over state_of_deal, 2) as forecast_category
    from event
    window state_of_deal as (partition by deal_id order by "at", step)
),
typed as (
    select
        f.deal_id, f.from_at, f.to_at, f.sequence, b.currency,
        try_cast(f.stage as bigint) as stage_id,
        case when f.to_at is null then b.amount else try_cast(f.amount as decimal(19, 4)) end as amount,
        case when f.to_at is null then b.owner_id else try_cast(f.owner as bigint) end as owner_id,
        case when f.to_at is null then b.expected_close_on else try_cast(f.expected_close_on as date) end as expected_close_on,
        case when f.to_at is null then b.forecast_category else nullif(f.forecast_category, '') end as forecast_category
    from filled f
    join begun b on b.deal_id = f.deal_id
),
placed as (
    select
        t.*, s.stage, coalesce(s.pipeline, d.pipeline) as pipeline, coalesce(s.outcome, 'open') as outcome,
        business_day(t.from_at) as from_on, business_day(t.to_at) as to_on,
        -- open states are counted at the rate of the deal's creation, like the deal itself while it is open
        case when coalesce(s.outcome, 'open') = 'open' then d.created_on
            when t.to_at is null then coalesce(d.closed_on, d.created_on)
            else business_day(t.from_at) end as own_date
    from typed t
    join main.deal d on d.id = t.deal_id
    left join shared.stage s on s.id = t.stage_id
    where touched(d.id)
),
rate as (
    select k.currency, k.day, r.rate
    from (select distinct currency, own_date as day from placed) k
    asof join shared.rate r on r.currency = k.currency and r.day <= k.day
),
-- the lines at the rate of the state, where that is not the rate of the deal as it is now
elsewhen as (
    select distinct p.deal_id, p.own_date
    from placed p
    join main.deal d on d.id = p.deal_id
    where p.own_date <> coalesce(d.closed_on, d.created_on)
),
list_rate as (
    select k.currency, k.day, r.rate
    from (
        select c.currency, e.day
        from (select distinct currency from shared.product) c, (select distinct own_date as day from elsewhen) e
    ) k
    asof join shared.rate r on r.currency = k.currency and r.day <= k.day
),
priced as (
    select e.deal_id, e.own_date, cast(cast(l.quantity * c.price as decimal(29, 10)) * r.rate as decimal(19, 4)) as list_amount
    from elsewhen e
    join raw.deal_line l on l.deal_id = e.deal_id
    left join shared.product c on c.id = l.product_id
    left join list_rate r on r.currency = c.currency and r.day = e.own_date
    where l.archived_at is null and touched(l.deal_id)
),
listed as (
    select deal_id, own_date, case when count(list_amount) = count(*) then cast(sum(list_amount) as decimal(19, 4)) end as list_amount
    from priced
    group by deal_id, own_date
)
select
    p.deal_id, p.sequence, d.name as deal, d.account_id, d.account, o.owner, o.team, o.region, d.country, d.industry, d.segment,
    d.size, d.product, d.family, d.channel, d.campaign, p.pipeline, p.stage, d.kind, p.forecast_category, p.outcome,
    at_rate(p.amount, r.rate) as amount, deal_size(at_rate(p.amount, r.rate)) as deal_size,
    strftime(p.expected_close_on, '%Y-%m') as close_month,
    case when p.own_date = coalesce(d.closed_on, d.created_on) then d.list_amount else l.list_amount end as list_amount,
    p.expected_close_on, p.from_at, p.from_on, p.to_at, p.to_on,
    days_between(p.from_at, p.to_at) as days
from placed p
join main.deal d on d.id = p.deal_id
left join shared.owner o on o.id = p.owner_id
left join rate r on r.currency = p.currency and r.day = p.own_date
left join listed l on l.deal_id = p.deal_id and l.own_date = p.own_date
where touched(d.id)
order by p.from_at, p.deal_id, p.sequence
