-- One row per message by which an agent answered the customer: the first on a ticket answers its opening, a later one the first message
-- that the customer wrote since the agent's last. A second message in a row answers nothing, nor does the one that opened the ticket;
-- automatic ones count for nothing.
with message as (
    select
        m.id, m.ticket_id, m.author, m."at", t.opened_at, m.author = 'agent' and m."at" = t.opened_at
            and row_number() over (partition by m.ticket_id order by m."at", m.author = 'agent', m.id) = 1 as opens
    from raw.ticket_message m
    join raw.ticket t on t.id = m.ticket_id
    where m.author in ('customer', 'agent') and m.archived_at is null and t.archived_at is null and m."at" >= t.opened_at
        and touched(m.ticket_id)
),
turn as (
    select
        *, count(*) filter (author = 'agent') over (
            partition by ticket_id order by "at", author = 'agent', id rows between unbounded preceding and 1 preceding
        ) as turn
    from message
    where not opens
),
reply as (
    select
        *, case when turn = 0 then opened_at else min("at") filter (author = 'customer') over (partition by ticket_id, turn) end
            as asked_at
    from turn
)
select
    r.ticket_id, r.id as message_id, t.subject as ticket, t.account_id, t.account, t.owner, t.team, t.region, t.country, t.industry,
    t.segment, t.size, t.channel, t.category, t.priority, r.turn = 0 as first, r.asked_at, business_day(r.asked_at) as asked_on,
    r."at" as replied_at, business_day(r."at") as replied_on, minutes_between(r.asked_at, r."at") as minutes,
    business_minutes_between(r.asked_at, r."at") as business_minutes
from reply r
join main.ticket t on t.id = r.ticket_id
where r.author = 'agent' and r.asked_at is not null
order by replied_at, message_id
