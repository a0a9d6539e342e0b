-- One row per ticket.
select
    t.id, t.subject, t.account_id, a.account, o.owner, o.team, a.region, a.industry, a.segment, t.channel, t.category, t.priority,
    t.opened_at, business_day(t.opened_at) as opened_on, t.first_response_at,
    minutes_between(t.opened_at, t.first_response_at) as response_minutes,
    business_day(t.resolved_at) as resolved_on, minutes_between(t.opened_at, t.resolved_at) as resolution_minutes,
    business_day(t.closed_at) as closed_on, t.reopens
from raw.ticket t
left join (
    from shared.account
    --touched: where id in (select account_id from raw.ticket where touched(id))
) a on a.id = t.account_id
left join shared.owner o on o.id = t.owner_id
where t.archived_at is null and touched(t.id)
order by t.opened_at, t.id
