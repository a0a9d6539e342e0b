-- One row per activity. Its account is its own, else that of its deal, lead, contact or ticket; its channel and campaign are its lead's, else
-- its deal's.
with linked as (
    select
        a.id, a.subject, a.kind, a.direction, outgoing(a.direction) as outgoing, a.outcome, said.connected, said.meeting_set,
        a.owner_id, a.contact_id, a.deal_id, a.lead_id, a.automated, a."at", a.due_on, a.done_at, d.pipeline, d.stage,
        d.outcome = 'won' as on_won_deal, d.closed_on as deal_closed_on, coalesce(l.channel, d.channel) as channel,
        coalesce(l.campaign, d.campaign) as campaign, l.settled_at,
        coalesce(a.account_id, d.account_id, l.account_id, p.account_id, t.account_id) as account_id
    from raw.activity a
    left join (
        select id, account_id, pipeline, stage, outcome, closed_on, channel, campaign from main.deal
        --touched: where id in (select deal_id from raw.activity where touched(id))
    ) d on d.id = a.deal_id
    left join (
        select
            l.id, l.account_id, l.channel, c.campaign,
            least(l.converted_at, l.disqualified_at) as settled_at
        from raw.lead l
        left join shared.campaign c on c.id = l.campaign_id
        --touched: where l.id in (select lead_id from raw.activity where touched(id))
    ) l on l.id = a.lead_id
    left join (
        select id, account_id from raw.contact
        --touched: where id in (select contact_id from raw.activity where touched(id))
    ) p on p.id = a.contact_id
    left join (
        select id, account_id from raw.ticket
        --touched: where id in (select ticket_id from raw.activity where touched(id))
    ) t on t.id = a.ticket_id
    left join shared.call_outcome said on a.kind = 'call' and said.outcome = lower(trim(a.outcome))
    where a.archived_at is null and touched(a.id)
),
-- Calls made and meetings, each with one subject: its contact, else its lead, its deal, its account.
spoken as (
    select
        a.id, a.kind, a."at", least(a."at", a.created_at) as agreed_at, coalesce(said.connected, false) as connected,
        coalesce(4 * a.contact_id, 4 * a.lead_id + 1, 4 * a.deal_id + 2, 4 * a.account_id + 3) as subject
    from raw.activity a
    left join shared.call_outcome said on a.kind = 'call' and said.outcome = lower(trim(a.outcome))
    where a.archived_at is null and (a.kind = 'meeting' or a.kind = 'call' and outgoing(a.direction))
        --touched: and (a.contact_id in (select contact_id from raw.activity where touched(id))
        --touched: or a.lead_id in (select lead_id from raw.activity where touched(id))
        --touched: or a.deal_id in (select deal_id from raw.activity where touched(id))
        --touched: or a.account_id in (select account_id from raw.activity where touched(id)))
),
-- A meeting is owed to one call at most: the last that reached the person in the seven days before it was agreed, else the last attempt.
owed as (
    select c.id
    from spoken m
    join spoken c on c.subject = m.subject
    where m.kind = 'meeting' and c.kind = 'call' and c."at" <= m.agreed_at and c."at" > m.agreed_at - interval 7 day
    qualify row_number() over (partition by m.id order by c.connected desc, c."at" desc, c.id desc) = 1
),
-- What people, not machines, did towards a lead while it was open, and the day on which they came back to it.
courting as (
    select
        a.id,
        business_day(lead(a."at") over (partition by a.lead_id order by a."at", a.id)) as followed_on
    from raw.activity a
    join raw.lead l on l.id = a.lead_id
    where a.archived_at is null and l.archived_at is null and a.kind in ('call', 'email', 'meeting') and not a.automated
        and outgoing(a.direction) and a."at" >= l.created_at and (a."at" <= least(l.converted_at, l.disqualified_at)) is not false
        --touched: and a.lead_id in (select lead_id from raw.activity where touched(id))
        --touched: and l.id in (select lead_id from raw.activity where touched(id))
)
select
    a.id, a.subject, a.kind, a.direction, a.outcome, local_hour(a."at") as hour, o.owner, o.team, o.region, c.account, c.industry,
    c.segment, a.channel, a.campaign, a.pipeline, a.stage, c.id as account_id, a.contact_id, a.deal_id, a.lead_id, a.automated,
    a.outgoing, a.connected, a.meeting_set, a.id in (select owed.id from owed) as led_to_meeting,
    t.id is not null as on_open_lead, a."at", business_day(a."at") as on_day, a.due_on, business_day(a.done_at) as done_on,
    t.followed_on, case when t.id is not null then business_day(a.settled_at) end as settled_on, a.on_won_deal, a.deal_closed_on
from linked a
left join courting t on t.id = a.id
left join shared.owner o on o.id = a.owner_id
left join (
    select id, account, industry, segment from shared.account
    --touched: where id in (select account_id from linked)
) c on c.id = a.account_id
order by a."at", a.id
