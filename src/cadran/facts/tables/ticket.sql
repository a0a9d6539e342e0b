-- One row per ticket. Its first response is the one recorded, else the first message of an agent that is not the one that opened it.
-- It is settled at first contact when, once answered, the customer neither wrote again nor had it reopened nor opened another about the
-- same topic until seven days after it was first resolved. A reopening whose day is not known counts as one of those days.
with message as (
    select
        m.ticket_id, m.author, m."at", m."at" > t.opened_at
            or row_number() over (partition by m.ticket_id order by m."at", m.author = 'agent', m.id) > 1 as follows
    from raw.ticket_message m
    join raw.ticket t on t.id = m.ticket_id
    where m.author in ('customer', 'agent') and m.archived_at is null and m."at" >= t.opened_at and touched(m.ticket_id)
),
reply as (
    select ticket_id, min("at") as replied_at from message where author = 'agent' and follows group by ticket_id
),
past as (
    select
        record_id, min(try_cast(from_value as timestamp)) filter (field = 'resolved_at') as resolved_at,
        min("at") filter (field = 'reopens' and try_cast(to_value as bigint) > coalesce(try_cast(from_value as bigint), 0)) as reopened_at
    from raw.change
    where record = 'ticket' and field in ('resolved_at', 'reopens') and touched(record_id)
    group by record_id
),
following as (
    select id, lead(opened_at) over (partition by contact_id, coalesce(category, subject) order by opened_at, id) as opened_at
    from raw.ticket
    where archived_at is null and contact_id is not null and coalesce(category, subject) is not null
    --touched: and contact_id in (select contact_id from raw.ticket where touched(id))
),
told as (
    select
        t.*, coalesce(t.first_response_at, r.replied_at) as answered_at, least(p.resolved_at, t.resolved_at) as first_resolved_at,
        p.reopened_at, f.opened_at as next_opened_at
    from raw.ticket t
    left join reply r on r.ticket_id = t.id
    left join past p on p.record_id = t.id
    left join following f on f.id = t.id
    where t.archived_at is null and touched(t.id)
),
again as (
    select m.ticket_id, count(*) as messages
    from message m
    join told t on t.id = m.ticket_id
    where m.author = 'customer' and m."at" > t.answered_at and (t.first_resolved_at is null or m."at" < t.first_resolved_at + interval 7 day)
    group by m.ticket_id
)
select
    t.id, t.subject, t.account_id, a.account, o.owner, o.team, a.region, a.country, a.industry, a.segment, a.size, t.channel, t.category,
    t.priority, t.opened_at, business_day(t.opened_at) as opened_on, t.answered_at as first_response_at,
    business_day(t.answered_at) as responded_on, minutes_between(t.opened_at, t.answered_at) as response_minutes,
    business_minutes_between(t.opened_at, t.answered_at) as response_business_minutes,
    business_minutes_between(t.opened_at, t.opened_at) is not null as in_calendar,
    business_day(least(t.answered_at, t.resolved_at)) as waited_until_on,
    business_day(t.resolved_at) as resolved_on, minutes_between(t.opened_at, t.resolved_at) as resolution_minutes,
    business_minutes_between(t.opened_at, t.resolved_at) as resolution_business_minutes,
    business_day(t.first_resolved_at) as first_resolved_on, business_day(t.closed_at) as closed_on, t.reopens,
    coalesce(again.messages, 0) as follow_ups,
    case when t.first_resolved_at is not null then
        again.messages is null
        and not (t.reopens > 0 and coalesce(t.reopened_at, t.first_resolved_at) < t.first_resolved_at + interval 7 day)
        and coalesce(t.next_opened_at >= t.first_resolved_at + interval 7 day, true)
    end as first_contact,
    s.ticket_id is not null as rated
from told t
left join again on again.ticket_id = t.id
left join (
    select distinct ticket_id from raw.answer where archived_at is null and score is not null and touched(ticket_id)
) s on s.ticket_id = t.id
left join (
    from shared.account
    --touched: where id in (select account_id from raw.ticket where touched(id))
) a on a.id = t.account_id
left join shared.owner o on o.id = t.owner_id
order by t.opened_at, t.id
