-- One row per account and day on which its monthly recurring revenue moved. A subscription counts from the day it starts until the day
-- it ends, or until the day after when the next one of the account starts then: a gap of a single day breaks nothing, as for customers.
-- A change of its monthly amount counts from the day it was made. Money is at the rate of the day the subscription started.
with own as (
    select *
    from raw.subscription s
    where s.archived_at is null and s.started_on is not null and s.account_id is not null and touched(s.account_id)
),
live as (
    select s.* exclude (ended_on), coalesce(n.started_on, s.ended_on) as ended_on, cast(r.rate as decimal(19, 10)) as rate
    from own s
    left join (select distinct account_id, started_on from own) n
        on n.account_id = s.account_id and n.started_on = cast(s.ended_on + interval 1 day as date)
    asof left join shared.rate r on r.currency = s.currency and r.day <= s.started_on
),
repriced as (
    select
        c.record_id as subscription_id, c."at", c.id,
        try_cast(c.from_value as decimal(19, 4)) as replaced, try_cast(c.to_value as decimal(19, 4)) as put
    from raw.change c
    join live s on s.id = c.record_id
    where c.record = 'subscription' and c.field = 'monthly_amount'
),
point as (
    select s.id, s.account_id, s.rate, s.started_on as on_day, 0 as turn,
        case when bool_or(p.id is not null) then arg_min_null(p.replaced, {'at': p."at", 'id': p.id}) else any_value(s.monthly_amount) end as amount
    from live s
    left join repriced p on p.subscription_id = s.id
    group by s.id, s.account_id, s.rate, s.started_on
    union all
    select s.id, s.account_id, s.rate, greatest(business_day(p."at"), s.started_on), row_number() over (partition by s.id order by p."at", p.id), p.put
    from repriced p
    join live s on s.id = p.subscription_id
    where s.ended_on is null or business_day(p."at") < s.ended_on
    union all
    select s.id, s.account_id, s.rate, greatest(s.ended_on, s.started_on), 1000000, 0 from live s where s.ended_on is not null
),
level as (
    select id, account_id, on_day, arg_max_null(coalesce(cast(amount * rate as decimal(19, 4)), 0), turn) as amount
    from point
    group by id, account_id, on_day
),
step as (
    select account_id, on_day, amount - coalesce(lag(amount) over (partition by id order by on_day), 0) as amount from level
),
day as (
    select account_id, on_day, cast(sum(amount) as decimal(19, 4)) as amount from step group by account_id, on_day
),
running as (
    select
        *,
        cast(sum(amount) over account_days as decimal(19, 4)) as after_it,
        min(on_day) over account_days as first_on
    from day
    where amount <> 0
    window account_days as (partition by account_id order by on_day)
)
select
    d.account_id, a.account, a.owner, a.team, a.region, a.country, a.industry, a.segment, a.size,
    case
        when d.on_day = d.first_on then 'new'
        when d.after_it = 0 then 'churn'
        when d.after_it = d.amount then 'reactivation'
        when d.amount > 0 then 'expansion'
        else 'contraction'
    end as move,
    d.amount, d.on_day as moved_on, d.since_on
from (
    select *, max(case when after_it = amount then on_day end) over (partition by account_id order by on_day) as since_on from running
) d
left join (
    from shared.account
    --touched: where touched(id)
) a on a.id = d.account_id
order by moved_on, d.account_id
