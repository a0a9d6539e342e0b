-- One row per activity. Its account is its own, else that of its deal, lead, contact or ticket.
with linked as (
    select
        a.id, a.subject, a.kind, a.direction, a.outcome, a.owner_id, a.deal_id, a.lead_id, a.automated, a."at", a.due_on, a.done_at,
        d.pipeline, d.stage, d.outcome = 'won' as on_won_deal, d.closed_on as deal_closed_on,
        coalesce(a.account_id, d.account_id, l.account_id, p.account_id, t.account_id) as account_id
    from raw.activity a
    left join (
        select id, account_id, pipeline, stage, outcome, closed_on from main.deal
        --touched: where id in (select deal_id from raw.activity where touched(id))
    ) d on d.id = a.deal_id
    left join (
        select id, account_id from raw.lead
        --touched: where id in (select lead_id from raw.activity where touched(id))
    ) l on l.id = a.lead_id
    left join (
        select id, account_id from raw.contact
        --touched: where id in (select contact_id from raw.activity where touched(id))
    ) p on p.id = a.contact_id
    left join (
        select id, account_id from raw.ticket
        --touched: where id in (select ticket_id from raw.activity where touched(id))
    ) t on t.id = a.ticket_id
    where a.archived_at is null and touched(a.id)
)
select
    a.id, a.subject, a.kind, a.direction, a.outcome, o.owner, o.team, o.region, c.account, c.industry, c.segment, a.pipeline, a.stage,
    c.id as account_id, a.deal_id, a.lead_id, a.automated, a."at", business_day(a."at") as on_day, a.due_on,
    business_day(a.done_at) as done_on, a.on_won_deal, a.deal_closed_on
from linked a
left join shared.owner o on o.id = a.owner_id
left join (
    select id, account, industry, segment from shared.account
    --touched: where id in (select account_id from linked)
) c on c.id = a.account_id
order by a."at", a.id
