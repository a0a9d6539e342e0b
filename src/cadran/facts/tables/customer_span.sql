-- One row per unbroken stretch of days in which an account was a customer: by contract, from the start of a subscription until no one
-- runs; by purchases, from an order until a year has passed without another; by either. A gap of a single day breaks nothing.
with contract as (
    select s.account_id, s.started_on as from_on, s.ended_on as to_on, s.end_reason as reason
    from raw.subscription s
    where s.archived_at is null and s.account_id is not null and s.started_on <= coalesce(s.ended_on, s.started_on) and touched(s.account_id)
),
purchase as (
    select o.account_id, o.placed_on as from_on, cast(o.placed_on + interval 365 day as date) as to_on, cast(null as varchar) as reason
    from main."order" o
    where o.sequence is not null and o.account_id is not null and touched(o.account_id)
),
stretch as (
    select 'contract' as basis, * from contract
    union all
    select 'purchases', * from purchase
    union all
    select 'any', * from (from contract union all from purchase)
),
placed as (
    select
        *,
        cast(from_on - interval 1 day as date) > max(coalesce(to_on, date '9999-12-30')) over (
            partition by account_id, basis order by from_on, to_on rows between unbounded preceding and 1 preceding
        ) as apart
    from stretch
),
numbered as (
    select
        *,
        1 + count(*) filter (where apart) over (
            partition by account_id, basis order by from_on, to_on rows between unbounded preceding and current row
        ) as sequence
    from placed
),
span as (
    select
        account_id, basis, sequence, min(from_on) as started_on,
        case when bool_and(to_on is not null) then max(to_on) end as ended_on,
        arg_max(reason, to_on) filter (where reason is not null) as last_reason,
        arg_max(reason is null, to_on) as unsaid
    from numbered
    group by account_id, basis, sequence
)
select
    s.account_id, s.basis, s.sequence, a.account, a.owner, a.team, a.region, a.country, a.industry, a.segment, a.size,
    case when s.ended_on is not null and not s.unsaid then s.last_reason end as reason,
    s.started_on, s.ended_on
from span s
left join (
    from shared.account
    --touched: where touched(id)
) a on a.id = s.account_id
order by s.started_on, s.account_id, s.basis, s.sequence
