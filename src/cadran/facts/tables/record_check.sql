-- One row per account, lead and deal, archived ones until then: how well it is kept. Required of each: what segments, routes and forecasts rest on; of an open
-- deal also a dated next step, of a lost one and a disqualified lead a reason. Sound: no value that cannot be. A double has the
-- likeness of another that is not archived (a macro says what that is); open deals that of their name, account and pipeline. Stale: not changed for a year (account) or, while open, for 30 days.
with account as (
    select *, id * 4 + 1 as check_id, account_likeness(domain, name) as likeness from raw.account
    --touched: where coalesce(account_likeness(domain, name), '') in (select coalesce(account_likeness(domain, name), '') from raw.account where touched(id * 4 + 1))
),
lead as (
    select *, id * 4 + 2 as check_id, lead_likeness(email, name, company) as likeness
    from raw.lead
    --touched: where coalesce(lead_likeness(email, name, company), '') in (select coalesce(lead_likeness(email, name, company), '') from raw.lead where touched(id * 4 + 2))
),
deal as (
    select
        d.*, s.outcome, d.id * 4 + 3 as check_id,
        case when s.outcome = 'open' then concat_ws('|', d.account_id, d.pipeline_id, lower(trim(d.name))) end as likeness
    from raw.deal d
    join shared.stage s on s.id = d.stage_id
    --touched: where coalesce(d.account_id, 0) in (select coalesce(account_id, 0) from raw.deal where touched(id * 4 + 3))
),
changed as (
    select record, record_id, max("at") as changed_at from raw.change where record = 'account' and touched(record_id * 4 + 1) group by all
    union all
    select record, record_id, max("at") from raw.change where record = 'lead' and touched(record_id * 4 + 2) group by all
    union all
    select record, record_id, max("at") from raw.change where record = 'deal' and touched(record_id * 4 + 3) group by all
),
missed as (
    select
        check_id, 'account' as record, id as record_id, name, likeness, owner_id, created_at, archived_at,
        [case when domain is null then 'domain' end, case when industry is null then 'industry' end,
            case when segment is null then 'segment' end, case when country is null then 'country' end,
            case when employees is null then 'employees' end, case when owner_id is null then 'owner' end] as gaps,
        6 as required,
        coalesce(employees >= 1, true) and coalesce(domain like '%_.__%' and domain not like '% %', true) as sound,
        not exists (select 1 from account o where o.likeness = a.likeness and o.id <> a.id and o.archived_at is null) as single,
        365 as days
    from account a
    where touched(id * 4 + 1)
    union all
    select
        check_id, 'lead', id, name, likeness, owner_id, created_at, archived_at,
        [case when company is null then 'company' end, case when channel is null then 'channel' end,
            case when industry is null then 'industry' end, case when region is null then 'region' end,
            case when owner_id is null then 'owner' end,
            case when disqualified_at is not null and disqualified_reason is null then 'disqualified_reason' end],
        case when disqualified_at is null then 5 else 6 end,
        coalesce(qualified_at >= created_at, true) and coalesce(converted_at >= created_at, true)
            and coalesce(disqualified_at >= created_at, true),
        not exists (select 1 from lead o where o.likeness = a.likeness and o.id <> a.id and o.archived_at is null),
        case when converted_at is null and disqualified_at is null then 30 end
    from lead a
    where touched(id * 4 + 2)
    union all
    select
        check_id, 'deal', id, name, likeness, owner_id, created_at, archived_at,
        [case when account_id is null then 'account' end, case when amount is null then 'amount' end,
            case when expected_close_on is null then 'expected_close_on' end, case when channel is null then 'channel' end,
            case when owner_id is null then 'owner' end,
            case when outcome = 'open' and next_step_on is null then 'next_step_on' end,
            case when outcome = 'lost' and lost_reason is null then 'lost_reason' end],
        case when outcome = 'won' then 5 else 6 end,
        coalesce(amount >= 0, true) and (outcome = 'open' or coalesce(closed_at >= created_at, false)),
        not exists (select 1 from deal o where o.likeness = a.likeness and o.id <> a.id and o.archived_at is null),
        case when outcome = 'open' then 30 end
    from deal a
    where touched(id * 4 + 3)
),
listed as (
    select m.*, list_filter(m.gaps, lambda gap: gap is not null) as missing from missed m
)
select
    l.check_id as id, l.record, l.record_id, l.name, o.owner, o.team, o.region,
    case when len(l.missing) > 1 then 'several' else l.missing[1] end as missing,
    l.required, l.required - len(l.missing) as filled, l.sound, l.likeness, l.single,
    business_day(l.created_at) as created_on,
    least(business_day(greatest(l.created_at, c.changed_at)) + cast(l.days as integer), business_day(l.archived_at)) as stale_on,
    business_day(l.archived_at) as until_on
from listed l
left join shared.owner o on o.id = l.owner_id
left join changed c on c.record = l.record and c.record_id = l.record_id
where touched(l.check_id)
order by l.created_at, l.check_id
