-- One row per e-mail, sent or received. What it shares with other activities is read from them. A thread begins with its first message;
-- it is answered when a person, not an automatic reply, writes back. Of an e-mail that was only written down nobody knows whether it was opened.
with message as (
    select
        a.id, a.thread, outgoing(a.direction) as outgoing, a.automated, coalesce(a.sent_at, a.delivered_at, a.bounced_at, a."at") as "at",
        a.delivered_at, a.bounced_at, a.opened_at, a.clicked_at, a.replied_at,
        json_extract_string(a.custom, '$.machine_open') = 'true' as opened_by_machine,
        coalesce(a.sent_at, a.delivered_at, a.bounced_at, a.opened_at, a.clicked_at, a.replied_at) is not null as followed
    from raw.activity a
    where a.kind = 'email' and a.archived_at is null
        --touched: and (touched(a.id) or a.thread in (select thread from raw.activity where touched(id)))
),
thread as (
    select
        thread, first(id order by "at", id) as first_id, bool_or(not outgoing and not automated) as written_back,
        list("at") filter (not outgoing and automated) as automatic
    from message
    where thread is not null
    group by thread
),
fate as (
    select
        m.id, case when m.outgoing then m."at" end as sent_at, m.delivered_at, m.bounced_at, m.opened_at, m.clicked_at, m.replied_at,
        m.outgoing and m.bounced_at is null as delivered,
        m.bounced_at is not null as bounced,
        case when m.followed then m.opened_at is not null or m.clicked_at is not null end as opened,
        case when m.followed then m.clicked_at is not null end as clicked,
        m.replied_at is not null and not coalesce(list_contains(t.automatic, m.replied_at), false) as replied,
        -- Nobody opens within ten seconds of delivery. The same moment is no sign: it may be a date without its time.
        m.opened_at is not null and m.clicked_at is null and (
            coalesce(m.opened_by_machine, false)
            or coalesce(m.opened_at > coalesce(m.delivered_at, m."at") and m.opened_at <= coalesce(m.delivered_at, m."at") + interval 10 second, false)
        ) as opened_by_machine,
        m.outgoing and coalesce(m.id = t.first_id, true) as first_of_thread,
        coalesce(t.written_back, false) as written_back,
        t.thread
    from message m
    left join thread t on t.thread = m.thread
),
answered as (
    select thread, bool_or(replied) as replied from fate where thread is not null group by thread
)
select
    a.id, a.subject, a.direction, a.owner, a.team, a.region, a.account, a.industry, a.segment, a.channel, a.campaign, a.pipeline, a.stage,
    a.account_id, a.contact_id, a.deal_id, a.lead_id, a.automated, f.first_of_thread, f.delivered, f.bounced, f.opened, f.opened_by_machine,
    f.clicked, f.replied,
    case when f.first_of_thread then f.replied or f.written_back or coalesce(t.replied, false) end as thread_replied,
    business_day(f.sent_at) as sent_on,
    case when f.delivered then business_day(coalesce(f.delivered_at, f.sent_at)) end as delivered_on,
    business_day(f.opened_at) as opened_on, business_day(f.clicked_at) as clicked_on, business_day(f.replied_at) as replied_on
from main.activity a
join fate f on f.id = a.id
left join answered t on t.thread = f.thread
where touched(a.id)
order by sent_on, a.id
