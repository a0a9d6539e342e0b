-- One row per stretch in which a ticket was open: from its opening, or a reopening, to its resolution. What stood as its resolution at any
-- moment is told by the changes of it; before the first of them it is what this one replaced, without any what the record says. Counted as
-- reopened once more, it is open until it is resolved anew. A resolution written down later than it came counts from when it came, but
-- never from before what was written down last before.
with put as (
    select
        c.record_id as ticket_id, greatest(c."at", t.opened_at) as at_moment, c.id, c.field = 'reopens' as reopens,
        case when c.field = 'resolved_at' then try_cast(c.to_value as timestamp) end as resolved_at,
        case when c.field = 'resolved_at' then try_cast(c.from_value as timestamp) end as replaced, t.resolved_at as last_resolved_at,
        max(c.id) filter (c.field = 'resolved_at') over (
            partition by c.record_id order by c."at", c.id rows between 1 following and unbounded following) is not null as resolved_later
    from raw.change c
    join raw.ticket t on t.id = c.record_id
    where c.record = 'ticket'
        and (c.field = 'resolved_at' or c.field = 'reopens' and try_cast(c.to_value as bigint) > coalesce(try_cast(c.from_value as bigint), 0))
        and touched(c.record_id) and touched(t.id)
),
begun as (
    select
        t.id as ticket_id, t.opened_at as at_moment,
        case when count(p.ticket_id) > 0 then arg_min_null(p.replaced, {'at': p.at_moment, 'id': p.id}) else any_value(t.resolved_at) end
            as resolved_at
    from raw.ticket t
    left join put p on p.ticket_id = t.id and not p.reopens
    where t.archived_at is null and touched(t.id)
    group by t.id, t.opened_at
),
told as (
    select ticket_id, at_moment, 0 as id, resolved_at from begun
    union all
    select
        p.ticket_id, p.at_moment, p.id,
        case when not p.reopens then p.resolved_at when not p.resolved_later then p.last_resolved_at end
    from put p
    where not p.reopens or p.resolved_later or p.last_resolved_at is null or p.last_resolved_at > p.at_moment
),
placed as (
    select
        *, row_number() over ticket_moments as place, lead(at_moment) over ticket_moments as next_moment,
        case when resolved_at is not null then greatest(resolved_at, lag(at_moment, 1, at_moment) over ticket_moments) end as ends_at
    from told
    window ticket_moments as (partition by ticket_id order by at_moment, id)
),
turn as (
    select ticket_id, at_moment as turned_at, place * 2 as step, true as is_open from placed where ends_at is null or ends_at > at_moment
    union all
    select ticket_id, ends_at, place * 2 + 1, false from placed where ends_at < next_moment or next_moment is null and ends_at is not null
),
turned as (
    select * from turn
    qualify is_open is distinct from lag(is_open) over (partition by ticket_id order by turned_at, step)
),
stretch as (
    select
        ticket_id, turned_at as from_at, is_open,
        lead(turned_at) over (partition by ticket_id order by turned_at, step) as to_at
    from turned
)
select
    s.ticket_id, row_number() over (partition by s.ticket_id order by s.from_at) as sequence, t.subject as ticket, t.account_id, t.account,
    t.owner, t.team, t.region, t.country, t.industry, t.segment, t.size, t.channel, t.category, t.priority, s.from_at,
    business_day(s.from_at) as from_on, s.to_at, business_day(s.to_at) as to_on
from stretch s
join main.ticket t on t.id = s.ticket_id
where s.is_open
order by from_at, s.ticket_id
