-- One row per activity. Its account is its own, else that of its deal, lead, contact or ticket.
select
    a.id, a.subject, a.kind, a.direction, a.outcome, o.owner, o.team, o.region, c.account, c.industry, c.segment, d.pipeline, d.stage,
    c.id as account_id, a.deal_id, a.lead_id, a.automated, a."at", business_day(a."at") as on_day, a.due_on,
    business_day(a.done_at) as done_on,
    d.outcome = 'won' as on_won_deal, d.closed_on as deal_closed_on
from raw.activity a
left join shared.owner o on o.id = a.owner_id
left join main.deal d on d.id = a.deal_id
left join raw.lead l on l.id = a.lead_id
left join raw.contact p on p.id = a.contact_id
left join raw.ticket t on t.id = a.ticket_id
left join shared.account c on c.id = coalesce(a.account_id, d.account_id, l.account_id, p.account_id, t.account_id)
where a.archived_at is null and touched(a.id)
order by a."at", a.id
